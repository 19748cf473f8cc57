// Memory operands, encoded at once into what an instruction needs of them.
//
// A memory operand is the same bytes in every instruction: prefixes, two bits of REX, ModRM with SIB and displacement.
// So the operand is kept in that form, and an instruction only ors its register into the ModRM byte. Everything is
// computed without a branch: registers and displacements of a program to be compiled are not predictable.

/// 1 if the condition holds, for arithmetic in place of branches.
@inlinable @inline(__always)
func bit(_ condition: Bool) -> UInt64 { condition ? 1 : 0 }

/// Whether a value can be written as a byte that is sign extended.
@inlinable @inline(__always)
func fitsByte(_ value: Int32) -> Bool { value == Int32(Int8(truncatingIfNeeded: value)) }

/// The factor of an index register.
@usableFromInline package enum X86Scale: UInt8, CaseIterable, Sendable {
    case by1, by2, by4, by8

    @inlinable @inline(__always)
    var number: UInt64 {
        // SAFETY: an enum without payload of up to 256 cases is one byte.
        UInt64(unsafeBitCast(self, to: UInt8.self))
    }
}

/// An operand in memory.
///
/// Displacements take no byte, one or four, whichever is shortest. `address32` and `gs` modify any of the forms but the
/// one relative to `rip`:
///
///     X86Memory(base: .rdi, displacement: 8).address32.gs     // gs:[edi + 8], that is GS base + u32(edi + 8)
@usableFromInline package struct X86Memory: Sendable {
    /// Legacy prefixes, first one lowest.
    @usableFromInline var prefixes: UInt64
    @usableFromInline var prefixBitCount: UInt64
    /// The X and B bits of REX.
    @usableFromInline let rex: UInt64
    /// ModRM with an empty register field, SIB if there is one, displacement; what lies above is garbage or zero.
    @usableFromInline let tail: UInt64
    @usableFromInline let tailByteCount: UInt64

    @inlinable @inline(__always)
    init(rex: UInt64, tail: UInt64, tailByteCount: UInt64) {
        prefixes = 0
        prefixBitCount = 0
        self.rex = rex
        self.tail = tail
        self.tailByteCount = tailByteCount
    }

    /// `[base + displacement]`.
    @inlinable @inline(__always)
    package init(base: X86Register, displacement: Int32 = 0) {
        // In the low bits of ModRM, those of rsp and r12 mean that a SIB byte follows, so these two bases need one;
        // those of rbp and r13 without displacement mean something else, so these need a displacement.
        let places = base.places
        let empty = bit(displacement == 0) & ~(places &>> 8)
        let byte = bit(fitsByte(displacement))
        let sibBitCount = Self.sibBitCount(places)
        let unsigned = UInt64(UInt32(bitPattern: displacement))
        self.init(
            rex: places & 1,
            tail: (0x80 &- (byte &+ empty) &<< 6) | places &>> 16 & 0xff07 | unsigned &<< (8 &+ sibBitCount),
            tailByteCount: 5 &+ sibBitCount &>> 3 &- 3 &* byte &- empty)
    }

    /// `[base + displacement]` with all four bytes of the displacement.
    ///
    /// Cheaper to emit, and up to four bytes longer; for templates, and for displacements that are patched later.
    @inlinable @inline(__always)
    package init(base: X86Register, wideDisplacement displacement: Int32) {
        let places = base.places
        let sibBitCount = Self.sibBitCount(places)
        let unsigned = UInt64(UInt32(bitPattern: displacement))
        self.init(
            rex: places & 1,
            tail: 0x80 | places &>> 16 & 0xff07 | unsigned &<< (8 &+ sibBitCount),
            tailByteCount: 5 &+ sibBitCount &>> 3)
    }

    /// 8 for a base that needs a SIB byte, else 0.
    ///
    /// Of the byte itself, 0x24, bit 2 is looked at.
    @inlinable @inline(__always)
    static func sibBitCount(_ places: UInt64) -> UInt64 { places &>> 23 & 8 }

    /// `[base + index * scale + displacement]`; `rsp` cannot be an index.
    @inlinable @inline(__always)
    package init(base: X86Register, index: X86Register, scale: X86Scale = .by1, displacement: Int32 = 0) {
        assert(index != .rsp, "rsp cannot be an index")
        let empty = bit(displacement == 0) & bit(base.low != 5)
        let byte = bit(fitsByte(displacement))
        let mode = 2 &- byte &- empty
        let sib = scale.number &<< 6 | index.low &<< 3 | base.low
        self.init(
            rex: index.high &<< 1 | base.high,
            tail: mode &<< 6 | 4 | sib &<< 8 | UInt64(UInt32(bitPattern: displacement)) &<< 16,
            tailByteCount: 6 &- 3 &* byte &- empty)
    }

    /// `[index * scale + displacement]`; `rsp` cannot be an index.
    @inlinable @inline(__always)
    package init(index: X86Register, scale: X86Scale, displacement: Int32) {
        assert(index != .rsp, "rsp cannot be an index")
        let sib = scale.number &<< 6 | index.low &<< 3 | 5
        self.init(
            rex: index.high &<< 1,
            tail: 4 | sib &<< 8 | UInt64(UInt32(bitPattern: displacement)) &<< 16,
            tailByteCount: 6)
    }

    /// `[address]`: sign extended to 64 bits, or zero extended with `address32`.
    @inlinable @inline(__always)
    package init(absolute address: Int32) {
        self.init(rex: 0, tail: 0x2504 | UInt64(UInt32(bitPattern: address)) &<< 16, tailByteCount: 6)
    }

    /// `[rip + displacement]`, counted from the end of the instruction, its immediate operand included.
    @inlinable @inline(__always)
    package init(ripRelative displacement: Int32) {
        self.init(rex: 0, tail: 0x05 | UInt64(UInt32(bitPattern: displacement)) &<< 8, tailByteCount: 5)
    }

    /// The same with the address computed in 32 bits: it wraps there and is zero extended.
    @inlinable @inline(__always)
    package var address32: X86Memory { prefixed(0x67) }

    /// The same with the base of GS added, after the wrap of `address32`.
    @inlinable @inline(__always)
    package var gs: X86Memory { prefixed(0x65) }

    @inlinable @inline(__always)
    func prefixed(_ prefix: UInt64) -> X86Memory {
        var copy = self
        copy.prefixes = prefixes &<< 8 | prefix
        copy.prefixBitCount &+= 8
        return copy
    }
}
