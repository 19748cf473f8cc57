// Moving values between registers, memory and constants.

extension X86Assembler {
    // MARK: Constants

    /// A constant in the shortest form: five to six bytes if the upper half is 0, seven if it is the sign, else ten.
    ///
    /// Flags are untouched. Only the length of ten is a branch.
    @inlinable @inline(__always)
    package mutating func mov(_ destination: X86Register, _ value: UInt64) {
        let low = Int32(truncatingIfNeeded: value)
        guard value == UInt64(UInt32(bitPattern: low)) || value == UInt64(bitPattern: Int64(low)) else {
            return movWide(destination, value)
        }
        mov(destination, signExtended: low, negative: value &>> 63)
    }

    /// `mov r32, imm32` if the value is positive, else `mov r64, imm32`: the value sign extended to 64 bits.
    @inlinable @inline(__always)
    package mutating func mov(_ destination: X86Register, signExtended value: Int32) {
        mov(destination, signExtended: value, negative: UInt64(UInt32(bitPattern: value) &>> 31))
    }

    @inlinable @inline(__always)
    mutating func mov(_ destination: X86Register, signExtended value: Int32, negative: UInt64) {
        let bits = UInt64(UInt32(bitPattern: value))
        let high = destination.high
        // B8+r imm32 under an optional REX, or C7 /0 imm32 under REX.W.
        let short = (0x41 | (0xb8 | destination.low) &<< 8 | bits &<< 16) &>> ((high ^ 1) &<< 3)
        let long = 0x48 | high | 0xc700 | (0xc0 | destination.low) &<< 16 | bits &<< 24
        append(negative != 0 ? long : short, bitCount: negative != 0 ? 56 : 40 &+ high &<< 3)
    }

    /// `mov r32, imm32`: the value zero extended, in all four bytes.
    @inlinable @inline(__always)
    package mutating func mov(_ destination: X86Register, zeroExtended value: UInt32) {
        emit(code: 0xb8, register: destination, immediate: UInt64(value), immediateBitCount: 32)
    }

    /// `mov r64, imm64`, ten bytes whatever the value.
    @inlinable @inline(__always)
    package mutating func movWide(_ destination: X86Register, _ value: UInt64) {
        append(0x48 | destination.high | (0xb8 | destination.low) &<< 8, bitCount: 16)
        append(value, bitCount: 64)
    }

    // MARK: Registers

    /// `mov` between registers; at 32 bits the upper half becomes 0.
    @inlinable @inline(__always)
    package mutating func mov(_ width: X86Width, _ destination: X86Register, _ source: X86Register) {
        emit(rexW: width.rexW, code: 0x89, field: source.field, register: destination)
    }

    /// `mov` of all 64 bits, or nothing if both are the same register; without a branch.
    @inlinable @inline(__always)
    package mutating func copy(_ destination: X86Register, _ source: X86Register) {
        let word = 0xc0_8948 | source.high &<< 2 | destination.high | (source.low &<< 3 | destination.low) &<< 16
        append(word, bitCount: bit(destination != source) &* 24)
    }

    /// `movzx`, `movsx`, `movsxd` or `mov`: the low part of a register, extended.
    @inlinable @inline(__always)
    package mutating func extend(_ kind: X86Extension, _ destination: X86Register, _ source: X86Register) {
        let packed = kind.packed
        // The byte instructions end in B6 and BE, and only they need an empty REX for spl to dil.
        let isByte = bit(packed & 0xf7ff == 0xb60f)
        emit(
            rexW: packed &>> 32, forced: isByte & source.byteNeedsREX, code: packed & 0xffffff,
            codeBitCount: packed &>> 24 & 0xff, field: destination.field, register: source)
    }

    /// `xchg` between registers.
    @inlinable @inline(__always)
    package mutating func xchg(_ width: X86Width, _ first: X86Register, _ second: X86Register) {
        emit(rexW: width.rexW, code: 0x87, field: second.field, register: first)
    }

    /// `bswap`.
    @inlinable @inline(__always)
    package mutating func bswap(_ width: X86Width, _ register: X86Register) {
        let rex = width.rexW | register.high
        let absentBitCount = bit(rex == 0) &<< 3
        let word = rex | 0x40 | (0xc80f | register.low &<< 8) &<< 8
        append(word &>> absentBitCount, bitCount: 24 &- absentBitCount)
    }

    /// `movq xmm, r64`.
    @inlinable @inline(__always)
    package mutating func movq(_ destination: X86VectorRegister, _ source: X86Register) {
        emit(prefix: 0x66, rexW: 8, code: 0x6e0f, codeBitCount: 16, field: destination.field, register: source)
    }

    /// `movq r64, xmm`.
    @inlinable @inline(__always)
    package mutating func movq(_ destination: X86Register, _ source: X86VectorRegister) {
        emit(prefix: 0x66, rexW: 8, code: 0x7e0f, codeBitCount: 16, field: source.field, register: destination)
    }

    // MARK: Memory

    /// A load that fills the whole register: `mov`, `movzx`, `movsx` or `movsxd`.
    @inlinable @inline(__always)
    package mutating func load(_ kind: X86Extension, _ destination: X86Register, _ source: X86Memory) {
        let packed = kind.packed
        emit(
            rexW: packed &>> 32, code: packed & 0xffffff, codeBitCount: packed &>> 24 & 0xff,
            field: destination.field, memory: source)
    }

    /// A store of the low part of a register.
    @inlinable @inline(__always)
    package mutating func store(_ width: X86StoreWidth, _ destination: X86Memory, _ source: X86Register) {
        let number = width.number
        emit(
            prefix: bit(number == 1) &* 0x66, rexW: bit(number == 3) &<< 3,
            forced: bit(number == 0) & source.byteNeedsREX, code: 0x88 | bit(number != 0), field: source.field,
            memory: destination)
    }

    /// A store of the low part of a constant, which is sign extended to 64 bits.
    @inlinable @inline(__always)
    package mutating func store(_ width: X86StoreWidth, _ destination: X86Memory, _ value: Int32) {
        let number = width.number
        emit(
            prefix: bit(number == 1) &* 0x66, rexW: bit(number == 3) &<< 3, code: 0xc6 | bit(number != 0), field: 0,
            memory: destination)
        append(UInt64(UInt32(bitPattern: value)), bitCount: (8 &<< number) &- bit(number == 3) &* 32)
    }

    /// `lea`: the address itself, to 32 or 64 bits.
    @inlinable @inline(__always)
    package mutating func lea(_ width: X86Width, _ destination: X86Register, _ source: X86Memory) {
        emit(rexW: width.rexW, code: 0x8d, field: destination.field, memory: source)
    }

    /// `rep stosb`: fills `rcx` bytes from `rdi` on with `al`.
    @inlinable @inline(__always)
    package mutating func repStosb() { append(0xaaf3, bitCount: 16) }

    // MARK: Stack

    /// `push r64`.
    @inlinable @inline(__always)
    package mutating func push(_ register: X86Register) {
        emit(code: 0x50, register: register)
    }

    /// `pop r64`.
    @inlinable @inline(__always)
    package mutating func pop(_ register: X86Register) {
        emit(code: 0x58, register: register)
    }

    // MARK: Segment base

    /// `rdgsbase r64`, if `ProcessorFeatures` has it.
    @inlinable @inline(__always)
    package mutating func rdgsbase(_ destination: X86Register) {
        emit(prefix: 0xf3, rexW: 8, code: 0xae0f, codeBitCount: 16, field: Self.opcodeField(1), register: destination)
    }

    /// `wrgsbase r64`, if `ProcessorFeatures` has it.
    @inlinable @inline(__always)
    package mutating func wrgsbase(_ source: X86Register) {
        emit(prefix: 0xf3, rexW: 8, code: 0xae0f, codeBitCount: 16, field: Self.opcodeField(3), register: source)
    }
}
