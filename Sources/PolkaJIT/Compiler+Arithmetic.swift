// Arithmetic, comparison, shifts: what only moves values between registers.
//
// Registers that are not predictable decide as little as possible by branches: three-operand forms serve where they cost
// nothing, and a move between two registers that may be one has a length that may be 0.

import PolkaISA
import X86Assembler

private let scratch = RegisterMap.scratch

extension X86Width {
    /// All ones for 32 bits, else 0.
    @inline(__always)
    fileprivate var isNarrow: RegisterMarks { self == .bits32 ? ~0 : 0 }
}

extension Compiler {
    // MARK: Results

    /// The register in a place has got the result of an operation of some width.
    @inline(__always)
    private mutating func define(_ nibble: Int, _ width: X86Width) {
        facts.set(mark(nibble), pending: width.isNarrow)
    }

    /// An operation of some width looks at a register, or at two.
    @inline(__always)
    private mutating func use(_ width: X86Width, _ marks: RegisterMarks) {
        use(marks & ~width.isNarrow)
    }

    // MARK: Subtraction

    @inline(__always)
    mutating func subtract(_ width: X86Width, _ operands: Operands) {
        use(width, mark(operands.first) | mark(operands.second))
        let (a, b, d) = (host(operands.first), host(operands.second), host(operands.third))
        if d == b, d != a {
            assembler.unary(.neg, width, d)
            assembler.arithmetic(.add, width, d, a)
        } else {
            assembler.copy(d, a)
            assembler.arithmetic(.sub, width, d, b)
        }
        define(operands.third, width)
    }

    @inline(__always)
    mutating func negateAndAdd(_ width: X86Width, _ operands: Operands) {
        use(width, mark(operands.second))
        let d = host(operands.first)
        assembler.copy(d, host(operands.second))
        assembler.unary(.neg, width, d)
        assembler.arithmetic(.add, width, d, operands.immediate(at: 1))
        define(operands.first, width)
    }

    // MARK: Bit by bit

    /// Of two values that are sign extended from 32 bits the result is, too, and the extension can wait.
    @inline(__always)
    private mutating func useBitwise(_ a: RegisterMarks, _ b: RegisterMarks, result: RegisterMarks) {
        let isNarrow = facts.isNarrow(a) && facts.isNarrow(b)
        let pending = facts.pending(of: a | b)
        if pending != 0 {
            if isNarrow {
                facts.setPending(result)
                return
            }
            extend(pending)
        }
        if isNarrow { facts.setNarrow(result) } else { facts.setWide(result) }
    }

    /// `a & ~b`.
    @inline(__always)
    mutating func andInverted(_ operands: Operands) {
        guard features.contains(.bmi1) else {
            inverted(.and, operands)
            return
        }
        useBitwise(mark(operands.first), mark(operands.second), result: mark(operands.third))
        assembler.andn(.bits64, host(operands.third), host(operands.second), host(operands.first))
    }

    /// `a & ~b`, `a | ~b`, `~(a ^ b)`, which is `a ^ ~b`.
    @inline(__always)
    mutating func inverted(_ operation: X86Arithmetic, _ operands: Operands) {
        useBitwise(mark(operands.first), mark(operands.second), result: mark(operands.third))
        assembler.mov(.bits64, scratch, host(operands.second))
        assembler.unary(.not, .bits64, scratch)
        assembler.arithmetic(operation, .bits64, scratch, host(operands.first))
        assembler.mov(.bits64, host(operands.third), scratch)
    }

    // MARK: Comparison

    @inline(__always)
    mutating func setImmediate(_ condition: X86Condition, _ operands: Operands) {
        use(mark(operands.second))
        assembler.arithmetic(.cmp, .bits64, host(operands.second), operands.immediate(at: 1))
        set(condition, operands.first)
    }

    @inline(__always)
    mutating func set(_ condition: X86Condition, _ operands: Operands) {
        use(mark(operands.first) | mark(operands.second))
        assembler.arithmetic(.cmp, .bits64, host(operands.first), host(operands.second))
        set(condition, operands.third)
    }

    @inline(__always)
    private mutating func set(_ condition: X86Condition, _ result: Int) {
        assembler.set(condition, scratch)
        assembler.extend(.unsigned8, host(result), scratch)
        facts.setNarrow(mark(result))
        peephole.comparison = EmittedComparison(end: assembler.offset, destination: result, condition: condition)
    }

    /// `a`, unless it compares so with `b`: then `b`.
    @inline(__always)
    mutating func select(_ condition: X86Condition, _ operands: Operands) {
        use(mark(operands.first) | mark(operands.second))
        assembler.mov(.bits64, scratch, host(operands.first))
        assembler.arithmetic(.cmp, .bits64, scratch, host(operands.second))
        assembler.cmov(condition, .bits64, scratch, host(operands.second))
        assembler.mov(.bits64, host(operands.third), scratch)
        facts.setWide(mark(operands.third))
    }

    @inline(__always)
    mutating func conditionalMoveImmediate(_ condition: X86Condition, _ operands: Operands) {
        use(mark(operands.first) | mark(operands.second))
        let condition = test(condition, operands.second)
        assembler.mov(scratch, signExtended: operands.immediate(at: 1))
        assembler.cmov(condition, .bits64, host(operands.first), scratch)
        facts.setWide(mark(operands.first))
    }

    @inline(__always)
    mutating func conditionalMove(_ condition: X86Condition, _ operands: Operands) {
        use(mark(operands.first) | mark(operands.second) | mark(operands.third))
        let condition = test(condition, operands.second)
        assembler.cmov(condition, .bits64, host(operands.third), host(operands.first))
        facts.setWide(mark(operands.third))
    }

    /// Sets the flags for whether a register is 0, unless they are known from the comparison that made it.
    ///
    /// - Parameters:
    ///   - condition: `equal` for 0, `notEqual` for anything else.
    ///   - nibble: the register.
    /// - Returns: the condition that the flags answer.
    @inline(__always)
    mutating func test(_ condition: X86Condition, _ nibble: Int) -> X86Condition {
        let comparison = peephole.comparison
        if comparison.end == assembler.offset, comparison.destination == nibble {
            return condition == .equal ? comparison.condition.negated : comparison.condition
        }
        assembler.test(.bits64, host(nibble), host(nibble))
        return condition
    }

    // MARK: Shifts and rotations; the processor takes amounts modulo the width, as the guest does

    @inline(__always)
    private func amount(_ width: X86Width, _ operands: Operands) -> UInt8 {
        UInt8(truncatingIfNeeded: operands.immediate(at: 1)) & (width == .bits64 ? 63 : 31)
    }

    @inline(__always)
    mutating func rotateImmediate(_ width: X86Width, _ operands: Operands) {
        use(width, mark(operands.second))
        let amount = amount(width, operands)
        if features.contains(.bmi2) {
            assembler.rorx(width, host(operands.first), host(operands.second), by: amount)
        } else {
            assembler.copy(host(operands.first), host(operands.second))
            assembler.shift(.ror, width, host(operands.first), by: amount)
        }
        define(operands.first, width)
    }

    @inline(__always)
    mutating func shift(_ operation: X86Shift, _ free: X86FreeShift, _ width: X86Width, _ operands: Operands) {
        guard features.contains(.bmi2) else {
            rotate(operation, width, operands)
            return
        }
        use(width, mark(operands.first))
        assembler.shift(free, width, host(operands.third), host(operands.first), by: host(operands.second))
        define(operands.third, width)
    }

    @inline(__always)
    mutating func rotate(_ operation: X86Shift, _ width: X86Width, _ operands: Operands) {
        use(width, mark(operands.first))
        assembler.mov(.bits32, scratch, host(operands.second))
        assembler.copy(host(operands.third), host(operands.first))
        assembler.shiftByCL(operation, width, host(operands.third))
        define(operands.third, width)
    }

    /// The constant is what is shifted.
    @inline(__always)
    mutating func shiftConstant(_ operation: X86Shift, _ width: X86Width, _ operands: Operands) {
        assembler.mov(.bits32, scratch, host(operands.second))
        assembler.mov(host(operands.first), signExtended: operands.immediate(at: 1))
        assembler.shiftByCL(operation, width, host(operands.first))
        define(operands.first, width)
    }

    // MARK: One operand

    @inline(__always)
    mutating func reverseBytes(_ operands: Operands) {
        use(mark(operands.second))
        let d = host(operands.first)
        assembler.copy(d, host(operands.second))
        if is64Bit {
            assembler.bswap(.bits64, d)
            facts.setWide(mark(operands.first))
        } else {
            assembler.bswap(.bits32, d)
            facts.setPending(mark(operands.first))
        }
    }

    @inline(__always)
    mutating func count(_ operation: X86BitCount, _ width: X86Width, _ operands: Operands) {
        use(width, mark(operands.second))
        let (d, a) = (host(operands.first), host(operands.second))
        switch operation {
        case .popcnt where features.contains(.popcnt), .lzcnt where features.contains(.lzcnt),
            .tzcnt where features.contains(.bmi1):
            assembler.count(operation, width, d, a)
        case .popcnt: countSetBits(width, d, a)
        default: findBit(isLeading: operation == .lzcnt, width, d, a)
        }
        facts.setNarrow(mark(operands.first))
    }
}
