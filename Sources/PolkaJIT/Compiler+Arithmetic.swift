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

    // MARK: Adding

    @inline(__always)
    mutating func addImmediate(_ width: X86Width, _ operands: Operands) {
        use(width, mark(operands.second))
        let value = operands.immediate(at: 1)
        let start = assembler.offset
        assembler.lea(width, host(operands.first), X86Memory(base: host(operands.second), displacement: value))
        define(operands.first, width)
        if width == .bits64 {
            peephole.sum = EmittedSum(
                range: EmittedRange(start: start, end: assembler.offset), destination: operands.first,
                base: operands.second, index: nil, displacement: value)
        }
    }

    @inline(__always)
    mutating func add(_ width: X86Width, _ operands: Operands) {
        use(width, mark(operands.first) | mark(operands.second))
        var (base, index, scale) = (operands.first, operands.second, X86Scale.by1)
        if peephole.shift.range.end == assembler.offset, width == .bits64, let sum = scaledSum(operands) {
            (base, index, scale) = sum
            rewind(to: peephole.shift.range.start)
        }
        let start = assembler.offset
        assembler.lea(width, host(operands.third), X86Memory(base: host(base), index: host(index), scale: scale))
        define(operands.third, width)
        if width == .bits64 {
            peephole.sum = EmittedSum(
                range: EmittedRange(start: start, end: assembler.offset), destination: operands.third, base: base,
                index: index, scale: scale)
        }
    }

    /// The sum at hand as base and scaled index, if its result replaces that of the shift before it.
    private func scaledSum(_ operands: Operands) -> (base: Int, index: Int, scale: X86Scale)? {
        let shift = peephole.shift
        guard operands.third == shift.destination, shift.amount <= 3,
            (operands.first == shift.destination) != (operands.second == shift.destination)
        else { return nil }
        let base = operands.first == shift.destination ? operands.second : operands.first
        // Of several numbers of one register only the marks tell that they are one.
        guard mark(base) != mark(shift.destination) else { return nil }
        return (base, shift.source, X86Scale.allCases[shift.amount])
    }

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

    @inline(__always)
    mutating func bitwiseImmediate(_ operation: X86Arithmetic, _ operands: Operands) {
        let source = mark(operands.second)
        useBitwise(source, source, result: mark(operands.first))
        let d = host(operands.first)
        assembler.copy(d, host(operands.second))
        assembler.arithmetic(operation, .bits64, d, operands.immediate(at: 1))
    }

    @inline(__always)
    mutating func bitwise(_ operation: X86Arithmetic, _ operands: Operands) {
        useBitwise(mark(operands.first), mark(operands.second), result: mark(operands.third))
        let (first, second) = commuted(operands)
        assembler.copy(host(operands.third), first)
        assembler.arithmetic(operation, .bits64, host(operands.third), second)
    }

    /// The operands in an order in which the second is not the destination, unless both are.
    @inline(__always)
    private func commuted(_ operands: Operands) -> (X86Register, X86Register) {
        let (a, b, d) = (host(operands.first), host(operands.second), host(operands.third))
        return d == b ? (b, a) : (a, b)
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

    // MARK: Products

    @inline(__always)
    mutating func multiplyImmediate(_ width: X86Width, _ operands: Operands) {
        use(width, mark(operands.second))
        assembler.imul(width, host(operands.first), host(operands.second), operands.immediate(at: 1))
        define(operands.first, width)
    }

    @inline(__always)
    mutating func multiply(_ width: X86Width, _ operands: Operands) {
        use(width, mark(operands.first) | mark(operands.second))
        let (first, second) = commuted(operands)
        assembler.copy(host(operands.third), first)
        assembler.imul(width, host(operands.third), second)
        define(operands.third, width)
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
    mutating func shiftImmediate(_ operation: X86Shift, _ width: X86Width, _ operands: Operands) {
        use(width, mark(operands.second))
        let amount = amount(width, operands)
        if width == .bits64, extendsAndShifts(operation, by: Int(amount), operands) { return }
        let start = assembler.offset
        assembler.copy(host(operands.first), host(operands.second))
        assembler.shift(operation, width, host(operands.first), by: amount)
        define(operands.first, width)
        if operation == .shl, width == .bits64 {
            peephole.shift = EmittedShift(
                range: EmittedRange(start: start, end: assembler.offset), destination: operands.first,
                source: operands.second, amount: Int(amount))
        }
    }

    /// A shift to the left by 32 and one back to the right take the low half of a register, extended, and move it.
    @inline(__always)
    private mutating func extendsAndShifts(_ operation: X86Shift, by amount: Int, _ operands: Operands) -> Bool {
        let shift = peephole.shift
        guard shift.range.end == assembler.offset, shift.amount == 32, operation != .shl,
            operands.first == shift.destination, operands.second == shift.destination, amount > 0
        else { return false }
        let isSigned = operation == .sar
        let register = host(operands.first)
        rewind(to: shift.range.start)
        assembler.extend(isSigned ? .signed32 : .unsigned32, register, host(shift.source))
        facts.setWide(mark(operands.first))
        if amount > 32 {
            assembler.shift(operation, .bits64, register, by: UInt8(amount - 32))
        } else if amount < 32 {
            let start = assembler.offset
            assembler.shift(.shl, .bits64, register, by: UInt8(32 - amount))
            peephole.shift = EmittedShift(
                range: EmittedRange(start: start, end: assembler.offset), destination: operands.first,
                source: operands.first, amount: 32 - amount)
        } else if isSigned {
            facts.setNarrow(mark(operands.first))
        }
        return true
    }

    @inline(__always)
    mutating func rotateImmediate(_ width: X86Width, _ operands: Operands) {
        guard features.contains(.bmi2) else {
            shiftImmediate(.ror, width, operands)
            return
        }
        use(width, mark(operands.second))
        assembler.rorx(width, host(operands.first), host(operands.second), by: amount(width, operands))
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
    mutating func extend(_ kind: X86Extension, _ operands: Operands) {
        assembler.extend(kind, host(operands.first), host(operands.second))
        facts.setNarrow(mark(operands.first))
    }

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
