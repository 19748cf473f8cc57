// The names of operands and operation groups, each with the number that goes into the encoding.
//
// All are enums whose cases stand in the order of their encodings, so that the number is the enum's own bit pattern:
// one load, whether the case is a constant or comes out of a table. Numbers are `UInt64` because instructions are put
// together in 64-bit words.

/// A general-purpose register; the width of the access belongs to the instruction.
@usableFromInline package enum X86Register: UInt8, CaseIterable, Sendable {
    case rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15

    /// The register of a number, of which the low four bits count.
    @inlinable @inline(__always)
    package init(number: UInt8) {
        // SAFETY: sixteen cases without payload are stored as 0...15, in the order of the declaration.
        self = unsafeBitCast(number & 15, to: X86Register.self)
    }

    /// 0...15.
    @inlinable @inline(__always)
    package var number: UInt64 {
        // SAFETY: an enum without payload of up to 256 cases is one byte.
        UInt64(unsafeBitCast(self, to: UInt8.self))
    }

    /// Everything that encodings say about the register, each in its place, so that one load replaces the shifts.
    ///
    /// | bits | as the ModRM operand or base | bits | as the other register |
    /// | --- | --- | --- | --- |
    /// | 0 | number / 8, the B bit of REX | 34 | number / 8, the R bit of REX |
    /// | 16...18 | number % 8, for ModRM | 51...53 | number % 8, for ModRM |
    /// | 24...31 | SIB, if a base needs one | | |
    /// | 8 | 1 if a base needs a displacement | | |
    @inlinable @inline(__always)
    var places: UInt64 {
        switch self {
        case .rax: 0x0000_0000_0000_0000
        case .rcx: 0x0008_0000_0001_0000
        case .rdx: 0x0010_0000_0002_0000
        case .rbx: 0x0018_0000_0003_0000
        case .rsp: 0x0020_0000_2404_0000
        case .rbp: 0x0028_0000_0005_0100
        case .rsi: 0x0030_0000_0006_0000
        case .rdi: 0x0038_0000_0007_0000
        case .r8: 0x0000_0004_0000_0001
        case .r9: 0x0008_0004_0001_0001
        case .r10: 0x0010_0004_0002_0001
        case .r11: 0x0018_0004_0003_0001
        case .r12: 0x0020_0004_2404_0001
        case .r13: 0x0028_0004_0005_0101
        case .r14: 0x0030_0004_0006_0001
        case .r15: 0x0038_0004_0007_0001
        }
    }

    /// As the operand that ModRM's low bits name.
    @inlinable @inline(__always)
    var operand: UInt64 { places & 0x7_0001 }

    /// As the register that ModRM's middle bits name.
    @inlinable @inline(__always)
    var field: UInt64 { places &>> 32 }

    /// The three bits that go into the SIB byte or the opcode.
    @inlinable @inline(__always)
    var low: UInt64 { number & 7 }

    /// The bit that goes into the REX prefix.
    @inlinable @inline(__always)
    var high: UInt64 { number &>> 3 }

    /// 1 for a register whose low byte can be named only under a REX prefix: without one, 4...7 are `ah` to `bh`.
    @inlinable @inline(__always)
    var byteNeedsREX: UInt64 { (number &>> 2) & 1 }
}

/// A vector register; only moves to and from general-purpose registers are known.
@usableFromInline package enum X86VectorRegister: UInt8, CaseIterable, Sendable {
    case xmm0, xmm1, xmm2, xmm3, xmm4, xmm5, xmm6, xmm7, xmm8, xmm9, xmm10, xmm11, xmm12, xmm13, xmm14, xmm15

    /// 0...15.
    @inlinable @inline(__always)
    package var number: UInt64 {
        // SAFETY: an enum without payload of up to 256 cases is one byte.
        UInt64(unsafeBitCast(self, to: UInt8.self))
    }

    /// In the places of `X86Register.field`.
    @inlinable @inline(__always)
    var field: UInt64 { (number & 8) &>> 1 | (number & 7) &<< 19 }
}

/// The width of an operation between registers.
///
/// A result of 32 bits clears the upper half of its register.
@usableFromInline package enum X86Width: UInt8, CaseIterable, Sendable {
    case bits32, bits64

    /// The W bit in its place in the REX prefix.
    @inlinable @inline(__always)
    var rexW: UInt64 {
        switch self {
        case .bits32: 0
        case .bits64: 8
        }
    }
}

/// The width of a store.
@usableFromInline package enum X86StoreWidth: UInt8, CaseIterable, Sendable {
    case bits8, bits16, bits32, bits64

    /// The logarithm of the byte count.
    @inlinable @inline(__always)
    var number: UInt64 {
        // SAFETY: an enum without payload of up to 256 cases is one byte.
        UInt64(unsafeBitCast(self, to: UInt8.self))
    }
}

/// How a value narrower than a register, in memory or in a register, becomes the whole of one.
@usableFromInline package enum X86Extension: UInt8, CaseIterable, Sendable {
    case unsigned8, signed8, unsigned16, signed16, unsigned32, signed32, bits64
    /// Extended to 32 bits; the upper half of the register is cleared.
    case signed8To32, signed16To32

    /// Opcode bytes from bit 0, their length in bits from bit 24, the W bit of REX from bit 32.
    ///
    /// One word, so that an extension that comes out of a table costs one load from another.
    @inlinable @inline(__always)
    var packed: UInt64 {
        switch self {
        case .unsigned8: 0x00_10_00b60f
        case .signed8: 0x08_10_00be0f
        case .unsigned16: 0x00_10_00b70f
        case .signed16: 0x08_10_00bf0f
        case .unsigned32: 0x00_08_00008b
        case .signed32: 0x08_08_000063
        case .bits64: 0x08_08_00008b
        case .signed8To32: 0x00_10_00be0f
        case .signed16To32: 0x00_10_00bf0f
        }
    }
}

/// What a conditional jump, move or set looks at, in the order of its encoding.
@usableFromInline package enum X86Condition: UInt8, CaseIterable, Sendable {
    case overflow, notOverflow
    /// Unsigned less; also carry.
    case below
    /// Unsigned greater or equal; also no carry.
    case aboveOrEqual
    case equal, notEqual
    case belowOrEqual, above
    case sign, notSign
    case parity, notParity
    case less, greaterOrEqual, lessOrEqual, greater

    /// 0...15.
    @inlinable @inline(__always)
    package var number: UInt64 {
        // SAFETY: an enum without payload of up to 256 cases is one byte.
        UInt64(unsafeBitCast(self, to: UInt8.self))
    }

    /// The condition that holds exactly when this one does not.
    @inlinable @inline(__always)
    package var negated: X86Condition {
        // SAFETY: sixteen cases without payload are stored as 0...15, and flipping the lowest bit stays inside.
        unsafeBitCast(unsafeBitCast(self, to: UInt8.self) ^ 1, to: X86Condition.self)
    }
}

/// The operations that have one encoding scheme in common, in the order of their encodings.
@usableFromInline package enum X86Arithmetic: UInt8, CaseIterable, Sendable {
    case add, or, adc, sbb, and, sub, xor, cmp

    @inlinable @inline(__always)
    var number: UInt64 {
        // SAFETY: an enum without payload of up to 256 cases is one byte.
        UInt64(unsafeBitCast(self, to: UInt8.self))
    }
}

/// The operations of one operand.
///
/// The four of multiplication and division work on `rdx:rax`.
@usableFromInline package enum X86Unary: UInt8, CaseIterable, Sendable {
    case not, neg, mul, imul, div, idiv

    /// The number that stands where other instructions name a register.
    @inlinable @inline(__always)
    var number: UInt64 {
        // SAFETY: an enum without payload of up to 256 cases is one byte.
        UInt64(unsafeBitCast(self, to: UInt8.self)) &+ 2
    }
}

/// The shifts and rotations that set flags and count by a constant or `cl`.
@usableFromInline package enum X86Shift: UInt8, CaseIterable, Sendable {
    case rol, ror, shl, shr, sar

    /// The number that stands where other instructions name a register.
    @inlinable @inline(__always)
    var number: UInt64 {
        switch self {
        case .rol: 0
        case .ror: 1
        case .shl: 4
        case .shr: 5
        case .sar: 7
        }
    }
}

/// The shifts of BMI2: three registers, flags untouched.
@usableFromInline package enum X86FreeShift: UInt8, CaseIterable, Sendable {
    case shlx, sarx, shrx

    /// The prefix in the two bits that VEX has for it.
    @inlinable @inline(__always)
    var vexPrefix: UInt64 {
        // SAFETY: an enum without payload of up to 256 cases is one byte.
        UInt64(unsafeBitCast(self, to: UInt8.self)) &+ 1
    }
}

/// Counting and finding bits.
@usableFromInline package enum X86BitCount: UInt8, CaseIterable, Sendable {
    case popcnt, tzcnt, lzcnt
    /// The index of the lowest or highest set bit, for processors without the instructions above; of 0, undefined.
    case bsf, bsr

    /// The last byte of the opcode.
    @inlinable @inline(__always)
    var code: UInt64 {
        switch self {
        case .popcnt: 0xb8
        case .tzcnt, .bsf: 0xbc
        case .lzcnt, .bsr: 0xbd
        }
    }

    /// The prefix that makes the older instructions the newer ones.
    @inlinable @inline(__always)
    var prefix: UInt64 {
        switch self {
        case .popcnt, .tzcnt, .lzcnt: 0xf3
        case .bsf, .bsr: 0
        }
    }
}
