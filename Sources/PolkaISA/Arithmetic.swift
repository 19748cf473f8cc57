// The arithmetic of the instruction set that the host's operators do not give as they are: divisions that never fault,
// upper halves of products, rotations, and 32-bit results that are sign extended (isa.md 6).
//
// The interpreter and the linker's constant folding both compute with these functions, so that a folded constant is what
// the instruction would have computed. They are inlinable, which inside a package works only if the type is usable from
// inline code as well: otherwise the interpreter would make a call for nearly every 32-bit instruction.

/// Pure functions on register values of 64 bits.
@usableFromInline package enum Arithmetic {
    /// The low 32 bits, sign extended: what every `_32` instruction makes of its result.
    @inlinable @inline(__always)
    package static func extend32(_ value: UInt64) -> UInt64 {
        UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: value)))
    }

    @inlinable @inline(__always)
    package static func extend32(_ value: UInt32) -> UInt64 {
        UInt64(bitPattern: Int64(Int32(bitPattern: value)))
    }

    @inlinable @inline(__always)
    package static func low(_ value: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: value) }

    // MARK: Division (isa.md 6.3)

    @inlinable @inline(__always)
    package static func divUnsigned<T: FixedWidthInteger & UnsignedInteger>(_ a: T, _ b: T) -> T {
        b == 0 ? .max : a / b
    }

    @inlinable @inline(__always)
    package static func remUnsigned<T: FixedWidthInteger & UnsignedInteger>(_ a: T, _ b: T) -> T {
        b == 0 ? a : a % b
    }

    @inlinable @inline(__always)
    package static func divSigned<T: FixedWidthInteger & SignedInteger>(_ a: T, _ b: T) -> T {
        if b == 0 { return -1 }
        // The one overflow, most negative / -1, wraps to the dividend.
        return b == -1 ? 0 &- a : a / b
    }

    @inlinable @inline(__always)
    package static func remSigned<T: FixedWidthInteger & SignedInteger>(_ a: T, _ b: T) -> T {
        if b == 0 { return a }
        return b == -1 ? 0 : a % b
    }

    // MARK: Upper halves of products (isa.md 6.4)

    @inlinable @inline(__always)
    package static func mulUpperUnsigned(_ a: UInt64, _ b: UInt64) -> UInt64 {
        a.multipliedFullWidth(by: b).high
    }

    @inlinable @inline(__always)
    package static func mulUpperSigned(_ a: UInt64, _ b: UInt64) -> UInt64 {
        UInt64(bitPattern: Int64(bitPattern: a).multipliedFullWidth(by: Int64(bitPattern: b)).high)
    }

    /// A signed, B unsigned.
    @inlinable @inline(__always)
    package static func mulUpperSignedUnsigned(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let upper = a.multipliedFullWidth(by: b).high
        // A negative A was taken as A + 2^64, which adds B to the upper half.
        return Int64(bitPattern: a) < 0 ? upper &- b : upper
    }

    // MARK: Rotations, by any amount modulo the width

    @inlinable @inline(__always)
    package static func rotateRight<T: FixedWidthInteger & UnsignedInteger>(_ value: T, by amount: UInt64) -> T {
        let right = T(truncatingIfNeeded: amount)
        return (value &>> right) | (value &<< (0 &- right))
    }

    @inlinable @inline(__always)
    package static func rotateLeft<T: FixedWidthInteger & UnsignedInteger>(_ value: T, by amount: UInt64) -> T {
        let left = T(truncatingIfNeeded: amount)
        return (value &<< left) | (value &>> (0 &- left))
    }
}
