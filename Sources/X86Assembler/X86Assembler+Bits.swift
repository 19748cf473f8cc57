// Shifting, rotating, counting and testing bits.

extension X86Assembler {
    /// A shift or rotation by a constant, of which the low five or six bits count.
    @inlinable @inline(__always)
    package mutating func shift(_ operation: X86Shift, _ width: X86Width, _ register: X86Register, by count: UInt8) {
        emit(
            rexW: width.rexW, code: 0xc1, field: Self.opcodeField(operation.number), register: register,
            immediate: UInt64(count),
            immediateBitCount: 8)
    }

    /// A shift or rotation by `cl`, of which the low five or six bits count.
    @inlinable @inline(__always)
    package mutating func shiftByCL(_ operation: X86Shift, _ width: X86Width, _ register: X86Register) {
        emit(rexW: width.rexW, code: 0xd3, field: Self.opcodeField(operation.number), register: register)
    }

    /// `shlx`, `shrx`, `sarx` (BMI2): a shift by any register, flags untouched.
    @inlinable @inline(__always)
    package mutating func shift(
        _ operation: X86FreeShift, _ width: X86Width, _ destination: X86Register, _ source: X86Register,
        by count: X86Register
    ) {
        emitVEX(
            map: 2, prefix: operation.vexPrefix, width: width, code: 0xf7, field: destination.field,
            second: count.number, register: source)
    }

    /// `rorx` (BMI2): a rotation to the right by a constant into another register, flags untouched.
    @inlinable @inline(__always)
    package mutating func rorx(
        _ width: X86Width, _ destination: X86Register, _ source: X86Register, by count: UInt8
    ) {
        emitVEX(
            map: 3, prefix: 3, width: width, code: 0xf0, field: destination.field, second: 0, register: source,
            immediate: UInt64(count), immediateBitCount: 8)
    }

    /// `andn` (BMI1): `~inverted & source`.
    @inlinable @inline(__always)
    package mutating func andn(
        _ width: X86Width, _ destination: X86Register, _ inverted: X86Register, _ source: X86Register
    ) {
        emitVEX(
            map: 2, prefix: 0, width: width, code: 0xf2, field: destination.field, second: inverted.number,
            register: source)
    }

    /// `popcnt`, `tzcnt`, `lzcnt`, `bsf`, `bsr`.
    @inlinable @inline(__always)
    package mutating func count(
        _ operation: X86BitCount, _ width: X86Width, _ destination: X86Register, _ source: X86Register
    ) {
        emit(
            prefix: operation.prefix, rexW: width.rexW, code: 0x0f | operation.code &<< 8, codeBitCount: 16,
            field: destination.field, register: source)
    }

    /// `bt` with a constant: a bit of the register into the carry flag.
    @inlinable @inline(__always)
    package mutating func bt(_ width: X86Width, _ register: X86Register, _ index: UInt8) {
        emit(
            rexW: width.rexW, code: 0xba0f, codeBitCount: 16, field: Self.opcodeField(4), register: register,
            immediate: UInt64(index),
            immediateBitCount: 8)
    }

    /// `bt` with a register, of which the low five or six bits count.
    @inlinable @inline(__always)
    package mutating func bt(_ width: X86Width, _ register: X86Register, _ index: X86Register) {
        emit(rexW: width.rexW, code: 0xa30f, codeBitCount: 16, field: index.field, register: register)
    }
}
