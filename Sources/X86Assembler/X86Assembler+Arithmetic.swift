// Adding, comparing, multiplying, dividing.

extension X86Assembler {
    // MARK: add, or, adc, sbb, and, sub, xor, cmp

    /// Between registers.
    @inlinable @inline(__always)
    package mutating func arithmetic(
        _ operation: X86Arithmetic, _ width: X86Width, _ destination: X86Register, _ source: X86Register
    ) {
        emit(rexW: width.rexW, code: operation.number &<< 3 | 1, field: source.field, register: destination)
    }

    /// With a constant, sign extended; one byte of it if it fits, else four.
    @inlinable @inline(__always)
    package mutating func arithmetic(
        _ operation: X86Arithmetic, _ width: X86Width, _ destination: X86Register, _ value: Int32
    ) {
        let byte = bit(fitsByte(value))
        emit(
            rexW: width.rexW, code: 0x81 | byte &<< 1, field: Self.opcodeField(operation.number), register: destination,
            immediate: UInt64(UInt32(bitPattern: value)), immediateBitCount: 32 &- 24 &* byte)
    }

    /// With a constant in all four bytes, the last of the instruction, which `patch(at: offset - 4, _:)` may change.
    @inlinable @inline(__always)
    package mutating func arithmetic(
        _ operation: X86Arithmetic, _ width: X86Width, _ destination: X86Register, wide value: Int32
    ) {
        emit(
            rexW: width.rexW, code: 0x81, field: Self.opcodeField(operation.number), register: destination,
            immediate: UInt64(UInt32(bitPattern: value)), immediateBitCount: 32)
    }

    /// From memory.
    @inlinable @inline(__always)
    package mutating func arithmetic(
        _ operation: X86Arithmetic, _ width: X86Width, _ destination: X86Register, _ source: X86Memory
    ) {
        emit(rexW: width.rexW, code: operation.number &<< 3 | 3, field: destination.field, memory: source)
    }

    /// On memory.
    @inlinable @inline(__always)
    package mutating func arithmetic(
        _ operation: X86Arithmetic, _ width: X86Width, _ destination: X86Memory, _ source: X86Register
    ) {
        emit(rexW: width.rexW, code: operation.number &<< 3 | 1, field: source.field, memory: destination)
    }

    /// On memory, with a constant, sign extended; one byte of it if it fits, else four.
    @inlinable @inline(__always)
    package mutating func arithmetic(
        _ operation: X86Arithmetic, _ width: X86Width, _ destination: X86Memory, _ value: Int32
    ) {
        let byte = bit(fitsByte(value))
        emit(rexW: width.rexW, code: 0x81 | byte &<< 1, field: Self.opcodeField(operation.number), memory: destination)
        append(UInt64(UInt32(bitPattern: value)), bitCount: 32 &- 24 &* byte)
    }

    /// On memory, with a constant in all four bytes, the last of the instruction, which `patch` may change.
    @inlinable @inline(__always)
    package mutating func arithmetic(
        _ operation: X86Arithmetic, _ width: X86Width, _ destination: X86Memory, wide value: Int32
    ) {
        emit(rexW: width.rexW, code: 0x81, field: Self.opcodeField(operation.number), memory: destination)
        append(UInt64(UInt32(bitPattern: value)), bitCount: 32)
    }

    // MARK: test

    /// `test` between registers.
    @inlinable @inline(__always)
    package mutating func test(_ width: X86Width, _ first: X86Register, _ second: X86Register) {
        emit(rexW: width.rexW, code: 0x85, field: second.field, register: first)
    }

    /// `test` with a constant, sign extended.
    @inlinable @inline(__always)
    package mutating func test(_ width: X86Width, _ first: X86Register, _ value: Int32) {
        emit(
            rexW: width.rexW, code: 0xf7, field: 0, register: first,
            immediate: UInt64(UInt32(bitPattern: value)), immediateBitCount: 32)
    }

    /// `test` of memory with a register.
    @inlinable @inline(__always)
    package mutating func test(_ width: X86Width, _ first: X86Memory, _ second: X86Register) {
        emit(rexW: width.rexW, code: 0x85, field: second.field, memory: first)
    }

    /// `test` of memory with a constant, sign extended.
    @inlinable @inline(__always)
    package mutating func test(_ width: X86Width, _ first: X86Memory, _ value: Int32) {
        emit(rexW: width.rexW, code: 0xf7, field: 0, memory: first)
        append(UInt64(UInt32(bitPattern: value)), bitCount: 32)
    }

    // MARK: One operand

    /// `not`, `neg`; `mul`, `imul` from `rax` to `rdx:rax`; `div`, `idiv` of `rdx:rax` to `rax` and `rdx`.
    @inlinable @inline(__always)
    package mutating func unary(_ operation: X86Unary, _ width: X86Width, _ register: X86Register) {
        emit(rexW: width.rexW, code: 0xf7, field: Self.opcodeField(operation.number), register: register)
    }

    /// `inc`.
    @inlinable @inline(__always)
    package mutating func inc(_ width: X86Width, _ register: X86Register) {
        emit(rexW: width.rexW, code: 0xff, field: 0, register: register)
    }

    /// `dec`.
    @inlinable @inline(__always)
    package mutating func dec(_ width: X86Width, _ register: X86Register) {
        emit(rexW: width.rexW, code: 0xff, field: Self.opcodeField(1), register: register)
    }

    /// `cdq` or `cqo`: the sign of `rax` into all of `rdx`.
    @inlinable @inline(__always)
    package mutating func signIntoRDX(_ width: X86Width) {
        append(width == .bits64 ? 0x9948 : 0x99, bitCount: width == .bits64 ? 16 : 8)
    }

    // MARK: Products

    /// `imul` of two registers into the first.
    @inlinable @inline(__always)
    package mutating func imul(_ width: X86Width, _ destination: X86Register, _ source: X86Register) {
        emit(rexW: width.rexW, code: 0xaf0f, codeBitCount: 16, field: destination.field, register: source)
    }

    /// `imul` with a constant, sign extended; one byte of it if it fits, else four.
    @inlinable @inline(__always)
    package mutating func imul(
        _ width: X86Width, _ destination: X86Register, _ source: X86Register, _ value: Int32
    ) {
        let byte = bit(fitsByte(value))
        emit(
            rexW: width.rexW, code: 0x69 | byte &<< 1, field: destination.field, register: source,
            immediate: UInt64(UInt32(bitPattern: value)), immediateBitCount: 32 &- 24 &* byte)
    }

    /// `mulx` (BMI2): `rdx` times `source` to `high` and `low`, flags untouched.
    ///
    /// If both are one register, it gets the upper half.
    @inlinable @inline(__always)
    package mutating func mulx(
        _ width: X86Width, high: X86Register, low: X86Register, _ source: X86Register
    ) {
        emitVEX(
            map: 2, prefix: 3, width: width, code: 0xf6, field: high.field, second: low.number, register: source)
    }

    /// `adcx` (ADX): addition with the carry flag, other flags untouched.
    @inlinable @inline(__always)
    package mutating func adcx(_ width: X86Width, _ destination: X86Register, _ source: X86Register) {
        emit(
            prefix: 0x66, rexW: width.rexW, code: 0xf6380f, codeBitCount: 24, field: destination.field,
            register: source)
    }

    /// `adox` (ADX): addition with the overflow flag as carry, other flags untouched.
    @inlinable @inline(__always)
    package mutating func adox(_ width: X86Width, _ destination: X86Register, _ source: X86Register) {
        emit(
            prefix: 0xf3, rexW: width.rexW, code: 0xf6380f, codeBitCount: 24, field: destination.field,
            register: source)
    }
}
