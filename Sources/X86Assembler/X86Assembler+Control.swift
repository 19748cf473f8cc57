// What depends on flags, and what changes the flow. Jumps to labels are with the labels.

extension X86Assembler {
    // MARK: Conditions

    /// `setcc` into the low byte; the rest of the register is untouched.
    @inlinable @inline(__always)
    package mutating func set(_ condition: X86Condition, _ destination: X86Register) {
        emit(
            rexW: 0, forced: destination.byteNeedsREX, code: 0x900f | condition.number &<< 8, codeBitCount: 16,
            field: 0, register: destination)
    }

    /// `cmovcc`; at 32 bits the upper half becomes 0 even if the condition does not hold.
    @inlinable @inline(__always)
    package mutating func cmov(
        _ condition: X86Condition, _ width: X86Width, _ destination: X86Register, _ source: X86Register
    ) {
        emit(
            rexW: width.rexW, code: 0x400f | condition.number &<< 8, codeBitCount: 16, field: destination.field,
            register: source)
    }

    /// `cmovcc` from memory, which is read whether the condition holds or not.
    @inlinable @inline(__always)
    package mutating func cmov(
        _ condition: X86Condition, _ width: X86Width, _ destination: X86Register, _ source: X86Memory
    ) {
        emit(
            rexW: width.rexW, code: 0x400f | condition.number &<< 8, codeBitCount: 16, field: destination.field,
            memory: source)
    }

    // MARK: Jumps to known places

    /// `jmp` to an offset of the code: two bytes if it is near, else five.
    @inlinable @inline(__always)
    package mutating func jump(toOffset target: Int) {
        let distance = Int32(truncatingIfNeeded: target &- offset)
        let isShort = fitsByte(distance &- 2)
        let short = 0xeb | UInt64(UInt8(truncatingIfNeeded: distance &- 2)) &<< 8
        let wide = 0xe9 | UInt64(UInt32(bitPattern: distance &- 5)) &<< 8
        append(isShort ? short : wide, bitCount: isShort ? 16 : 40)
    }

    /// `jmp` to an offset of the code in five bytes, however near it is.
    @inlinable @inline(__always)
    package mutating func jumpWide(toOffset target: Int) {
        let distance = UInt32(truncatingIfNeeded: target &- offset &- 5)
        append(0xe9 | UInt64(distance) &<< 8, bitCount: 40)
    }

    /// `jcc` to an offset of the code: two bytes if it is near, else six.
    @inlinable @inline(__always)
    package mutating func jump(_ condition: X86Condition, toOffset target: Int) {
        let distance = Int32(truncatingIfNeeded: target &- offset)
        let isShort = fitsByte(distance &- 2)
        let short = 0x70 | condition.number | UInt64(UInt8(truncatingIfNeeded: distance &- 2)) &<< 8
        let wide = 0x800f | condition.number &<< 8 | UInt64(UInt32(bitPattern: distance &- 6)) &<< 16
        append(isShort ? short : wide, bitCount: isShort ? 16 : 48)
    }

    /// `jcc` to an offset of the code in six bytes, however near it is.
    @inlinable @inline(__always)
    package mutating func jumpWide(_ condition: X86Condition, toOffset target: Int) {
        jumpWide(condition, distance: Int32(truncatingIfNeeded: target &- offset &- 6))
    }

    /// `call rel32` to an offset of the code.
    @inlinable @inline(__always)
    package mutating func call(toOffset target: Int) {
        let distance = UInt32(truncatingIfNeeded: target &- offset &- 5)
        append(0xe8 | UInt64(distance) &<< 8, bitCount: 40)
    }

    /// `jcc rel32` over a distance from its end, the last four bytes, which `patch` may change.
    @inlinable @inline(__always)
    package mutating func jumpWide(_ condition: X86Condition, distance: Int32) {
        append(0x800f | condition.number &<< 8 | UInt64(UInt32(bitPattern: distance)) &<< 16, bitCount: 48)
    }

    /// Four bytes that are not executed.
    @inlinable @inline(__always)
    package mutating func data(_ value: Int32) {
        append(UInt64(UInt32(bitPattern: value)), bitCount: 32)
    }

    /// `jmp r64`.
    @inlinable @inline(__always)
    package mutating func jump(through register: X86Register) {
        emit(rexW: 0, code: 0xff, field: Self.opcodeField(4), register: register)
    }

    /// `jmp m64`: to the address that stands in memory.
    @inlinable @inline(__always)
    package mutating func jump(through memory: X86Memory) {
        emit(rexW: 0, code: 0xff, field: Self.opcodeField(4), memory: memory)
    }

    /// `call r64`.
    @inlinable @inline(__always)
    package mutating func call(through register: X86Register) {
        emit(rexW: 0, code: 0xff, field: Self.opcodeField(2), register: register)
    }

    /// `call m64`: to the address that stands in memory.
    @inlinable @inline(__always)
    package mutating func call(through memory: X86Memory) {
        emit(rexW: 0, code: 0xff, field: Self.opcodeField(2), memory: memory)
    }

    /// `ret`.
    @inlinable @inline(__always)
    package mutating func ret() { append(0xc3, bitCount: 8) }

    // MARK: Stops and padding

    /// `ud2`: an illegal instruction, SIGILL.
    @inlinable @inline(__always)
    package mutating func ud2() { append(0x0b0f, bitCount: 16) }

    /// `int3`: a breakpoint, SIGTRAP.
    @inlinable @inline(__always)
    package mutating func int3() { append(0xcc, bitCount: 8) }

    /// That many bytes of doing nothing, in as few instructions as eight bytes each allow.
    @usableFromInline package mutating func nop(byteCount: Int) {
        var rest = byteCount
        while rest > 0 {
            let count = min(rest, 8)
            append(Self.nopWord(byteCount: count), bitCount: UInt64(count) &<< 3)
            rest &-= count
        }
    }

    /// Pads with nops to a multiple of a power of two, counted from the start of the buffer.
    @inlinable @inline(__always)
    package mutating func align(toMultipleOf alignment: Int) {
        assert(alignment > 0 && alignment & (alignment - 1) == 0, "alignment is not a power of two")
        nop(byteCount: (0 &- offset) & (alignment &- 1))
    }

    /// The encodings that the manuals of both makers recommend.
    private static func nopWord(byteCount: Int) -> UInt64 {
        switch byteCount {
        case 1: 0x90
        case 2: 0x9066
        case 3: 0x001f0f
        case 4: 0x00_401f0f
        case 5: 0x0000_441f0f
        case 6: 0x0000_441f0f66
        case 7: 0x0000_0000_801f0f
        default: 0x0000_0000_0084_1f0f
        }
    }
}
