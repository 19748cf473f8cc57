// The text of one instruction to the instruction (Documentation/assembly.md, "Instructions").
//
// The forms are told apart by their first word, and those that assign by what follows the `=`. Which opcode a form means is
// looked up in the table of `Syntax.swift` with the shape that the operands turned out to have.

import PolkaISA

/// An instruction as parsed: jumps know their target by name only.
struct ParsedInstruction {
    enum Reference: Equatable {
        case none
        /// The label to which the instruction jumps.
        case jump(String, at: Int)
        /// The label whose code address the instruction loads.
        case address(String, at: Int)
        /// The jump target is the code offset in the instruction.
        case offset
    }

    var instruction: Instruction
    var reference = Reference.none
    /// Where the text starts.
    var start = 0

    init(_ instruction: Instruction, _ reference: Reference = .none) {
        self.instruction = instruction
        self.reference = reference
    }
}

extension Parser {
    /// Parses an instruction up to the end of the line.
    mutating func instruction() throws(Problem) -> ParsedInstruction {
        let start = token.start
        var parsed = try form()
        try expectEnd()
        let opcode = parsed.instruction.opcode
        guard set.contains(opcode) else {
            throw Problem(.notInSet(mnemonic: opcode.mnemonic, set), at: start)
        }
        parsed.start = start
        return parsed
    }

    private mutating func form() throws(Problem) -> ParsedInstruction {
        if isAt(.openBracket) { return try memset() }
        if let destination = register {
            advance()
            return try assignment(to: destination, isNarrow: false)
        }
        guard let word else { throw unexpected("an instruction") }
        if let access = Access(rawValue: word), !(access == .i32 && startsNarrowForm) {
            return try store(access)
        }
        switch word {
        case "trap", "fallthrough", "unlikely":
            advance()
            return ParsedInstruction(
                Instruction(word == "trap" ? .trap : word == "unlikely" ? .unlikely : .fallthrough))
        case "nop":
            advance()
            return ParsedInstruction(Instruction(.moveReg, .ra, .ra))
        case "ret":
            advance()
            return ParsedInstruction(Instruction(.jumpIndirect, .ra))
        case "ecalli":
            advance()
            let number = try unsigned(expectNumber("the number of an import"))
            return ParsedInstruction(Instruction(.ecalli, x: Int64(Int32(bitPattern: number))))
        case "jump":
            advance()
            return try jump()
        case "i32":
            advance()
            let destination = try expectRegister()
            return try assignment(to: destination, isNarrow: true)
        case "tmp":
            advance()
            return try temporaryJump()
        default:
            throw unexpected("an instruction")
        }
    }

    /// Whether `i32` is followed by a register, and so is not the type of a memory operand.
    private var startsNarrowForm: Bool {
        var ahead = self
        ahead.advance()
        return !ahead.isAt(.openBracket)
    }

    // MARK: Memory

    private mutating func memset() throws(Problem) -> ParsedInstruction {
        try expect(.openBracket)
        try expect(.a0)
        try expect(.dots)
        try expect(.a0)
        try expect(.plus)
        try expect(.a2)
        try expect(.closeBracket)
        try expect(.assign)
        try expect(word: "u8")
        try expect(.a1)
        return ParsedInstruction(Instruction(.memset))
    }

    private mutating func expect(_ wanted: Register) throws(Problem) {
        guard register == wanted else { throw unexpected("`\(wanted.name)`, as in `[a0..a0 + a2] = u8 a1`") }
        advance()
    }

    private mutating func store(_ access: Access) throws(Problem) -> ParsedInstruction {
        let syntax = Syntax.store(access)
        guard Opcode.forms.contains(syntax) else {
            throw unexpected("`u8`, `u16`, `u32` or `u64` to store, or a register")
        }
        advance()
        let address = try expectAddress()
        try expect(.assign)
        let x = Int64(address.offset)
        if let source = register {
            advance()
            if let base = address.base {
                return ParsedInstruction(
                    Instruction(try opcode(syntax, .registerRegisterImmediate), source, base, x: x))
            }
            return ParsedInstruction(Instruction(try opcode(syntax, .registerImmediate), source, x: x))
        }
        let value = try storedValue(access)
        if let base = address.base {
            let opcode = try opcode(syntax, .registerImmediateImmediate)
            return ParsedInstruction(Instruction(opcode, base, x: x, y: value))
        }
        return ParsedInstruction(Instruction(try opcode(syntax, .immediateImmediate), x: x, y: value))
    }

    /// The number that a store writes.
    ///
    /// A decimal one must lie in the range of the type; in hex any immediate may be given,
    /// because instructions can hold more than is stored and listings show all of it.
    private mutating func storedValue(_ access: Access) throws(Problem) -> Int32 {
        let number = try expectNumber("a register or a number")
        let most: UInt64? =
            switch access {
            case .u8: 0xff
            case .u16: 0xffff
            default: nil
            }
        if let most, !number.isPattern, number.isNegative || number.magnitude > most {
            throw Problem(.outOfRange(value: number.text, allowed: "0 to \(most)"), at: number.token.start)
        }
        return try immediate(number, isRaw: access != .u64)
    }

    // MARK: Jumps

    private mutating func jump() throws(Problem) -> ParsedInstruction {
        if isAt(.openBracket) {
            let address = try expectAddress()
            guard let base = address.base else {
                throw Problem(.noRegister("jump [ ]"), at: address.start)
            }
            return ParsedInstruction(Instruction(.jumpIndirect, base, x: Int64(address.offset)))
        }
        let (target, reference) = try expectTarget()
        guard word == "if" else {
            if token.kind != .end { throw unexpected("`if` or the end of the line") }
            return ParsedInstruction(Instruction(.jump, target: target), reference)
        }
        advance()
        let (instruction, _) = try condition(target: target)
        return ParsedInstruction(instruction, reference)
    }

    /// `@label` or a code offset.
    private mutating func expectTarget() throws(Problem) -> (UInt32, ParsedInstruction.Reference) {
        if token.kind == .label {
            let name = try expectLabelName()
            return (0, .jump(name.text, at: name.start))
        }
        guard isAtNumber else { throw unexpected("a label, a code offset or a register in brackets") }
        return (try unsigned(expectNumber()), .offset)
    }

    mutating func expectLabelName() throws(Problem) -> (text: String, start: Int) {
        guard token.kind == .label, !token.range.isEmpty else { throw unexpected("a label such as @main") }
        let name = (lexer.text(token), token.start)
        advance()
        return name
    }

    private enum Operand {
        case register(Register)
        case number(Number)
    }

    private mutating func expectOperand() throws(Problem) -> Operand {
        if let register {
            advance()
            return .register(register)
        }
        return .number(try expectNumber("a register or a number"))
    }

    private mutating func expectComparison() throws(Problem) -> Comparison {
        guard case .symbol(let symbol) = token.kind, let comparison = symbol.comparison else {
            throw unexpected(
                "a comparison, one of \(Comparison.allCases.map { "`\($0.rawValue)`" }.joined(separator: " "))")
        }
        advance()
        return comparison
    }

    private mutating func condition(target: UInt32) throws(Problem) -> (Instruction, Comparison) {
        let left = try expectOperand()
        let start = token.start
        let comparison = try expectComparison()
        switch (left, try expectOperand()) {
        case (.register(let left), .register(let right)):
            // Only six of the ten comparisons have an instruction for two registers; the others exchange them.
            if let opcode = Opcode(.branch(comparison), .registerRegisterOffset) {
                return (Instruction(opcode, left, right, target: target), comparison)
            }
            let opcode = try opcode(.branch(comparison.mirrored), .registerRegisterOffset)
            return (Instruction(opcode, right, left, target: target), comparison)
        case (.register(let left), .number(let right)):
            let opcode = try opcode(.branch(comparison), .registerImmediateOffset)
            return (Instruction(opcode, left, x: Int64(try immediate(right, isRaw: true)), target: target), comparison)
        case (.number(let left), .register(let right)):
            let opcode = try opcode(.branch(comparison.mirrored), .registerImmediateOffset)
            return (Instruction(opcode, right, x: Int64(try immediate(left, isRaw: true)), target: target), comparison)
        case (.number, .number):
            throw Problem(.noRegister(comparison.rawValue), at: start)
        }
    }

    /// `tmp = b, r = N, jump [tmp + M]`.
    private mutating func temporaryJump() throws(Problem) -> ParsedInstruction {
        try expect(.assign)
        let base = try expectRegister()
        try expect(.comma)
        let destination = try expectRegister()
        try expect(.assign)
        let value = try immediate(expectNumber(), isRaw: false)
        try expect(.comma)
        try expect(word: "jump")
        let address = try expectAddress(temporary: base)
        guard address.isTemporary else {
            throw Problem(.unexpected(found: "another address", expected: "`tmp`"), at: address.start)
        }
        return ParsedInstruction(
            Instruction(.loadImmAndJumpIndirect, destination, base, x: Int64(value), y: address.offset))
    }

    /// `, jump T` or `, jump [b + M]` behind `r = N`.
    private mutating func jumpAfterLoad(_ destination: Register, _ number: Number) throws(Problem) -> ParsedInstruction
    {
        let value = Int64(try immediate(number, isRaw: false))
        try expect(word: "jump")
        guard isAt(.openBracket) else {
            let (target, reference) = try expectTarget()
            return ParsedInstruction(Instruction(.loadImmAndJump, destination, x: value, target: target), reference)
        }
        let address = try expectAddress()
        guard let base = address.base else { throw Problem(.noRegister("jump [ ]"), at: address.start) }
        guard base != destination else { throw Problem(.needsTemporary(base.name), at: address.start) }
        return ParsedInstruction(Instruction(.loadImmAndJumpIndirect, destination, base, x: value, y: address.offset))
    }

    // MARK: Assignments

    private mutating func assignment(to destination: Register, isNarrow: Bool) throws(Problem) -> ParsedInstruction {
        try expect(.assign)
        let start = token.start
        if token.kind == .label {
            try reject(isNarrow, "r = @label", at: start)
            let name = try expectLabelName()
            return ParsedInstruction(Instruction(.loadImm, destination), .address(name.text, at: name.start))
        }
        if isAt(.tilde) {
            try reject(isNarrow, "~(a ^ b)", at: start)
            return try negatedXor(to: destination)
        }
        if isAt(.minus), !isAtNumber {
            advance()
            let syntax = try syntax(.subtract, isNarrow, at: start, Syntax.immediateFirst)
            let operand = try expectRegister()
            return ParsedInstruction(
                Instruction(try opcode(syntax, .registerRegisterImmediate), destination, operand))
        }
        if register == nil, let word {
            if let form = try prefixed(word, destination, isNarrow) { return form }
            throw unexpected("a register, a number or an operation")
        }
        let left = try expectOperand()
        switch token.kind {
        case .end:
            try reject(isNarrow, "r = …", at: start)
            return try move(to: destination, left)
        case .symbol(.comma):
            try reject(isNarrow, "r = …, jump", at: start)
            guard case .number(let number) = left else {
                throw Problem(.unexpected(found: "a register", expected: "a number in front of `, jump`"), at: start)
            }
            advance()
            return try jumpAfterLoad(destination, number)
        case .word where word == "if":
            try reject(isNarrow, "r = … if …", at: start)
            advance()
            return try select(to: destination, left)
        default:
            return try binary(to: destination, left, isNarrow)
        }
    }

    private func reject(_ isNarrow: Bool, _ form: String, at offset: Int) throws(Problem) {
        if isNarrow { throw Problem(.noNarrowForm(form), at: offset) }
    }

    /// The forms that start with a word: a conversion, a function, a load, a wide number; nil if it is none of them.
    private mutating func prefixed(
        _ word: String, _ destination: Register, _ isNarrow: Bool
    ) throws(Problem) -> ParsedInstruction? {
        let start = token.start
        if let unary = Unary(rawValue: word) {
            advance()
            let syntax = try syntax(unary, isNarrow, at: start, Syntax.unary)
            let operand = try expectRegister()
            return ParsedInstruction(Instruction(try opcode(syntax, .registerRegister), destination, operand))
        }
        if let call = Call(rawValue: word) {
            try reject(isNarrow, "\(word)(a, b)", at: start)
            advance()
            try expect(.openParenthesis)
            let left = try expectRegister()
            try expect(.comma)
            let right = try expectRegister()
            try expect(.closeParenthesis)
            let opcode = try opcode(.call(call), .registerRegisterRegister)
            return ParsedInstruction(Instruction(opcode, left, right, destination))
        }
        if let access = Access(rawValue: word) {
            try reject(isNarrow, "\(word) [ ]", at: start)
            advance()
            let address = try expectAddress()
            let x = Int64(address.offset)
            if let base = address.base {
                let opcode = try opcode(.load(access), .registerRegisterImmediate)
                return ParsedInstruction(Instruction(opcode, destination, base, x: x))
            }
            return ParsedInstruction(Instruction(try opcode(.load(access), .registerImmediate), destination, x: x))
        }
        if word == "i64" {
            try reject(isNarrow, "i64 N", at: start)
            advance()
            let number = try expectNumber()
            guard let bits = number.bits else { throw outOf64Bits(number) }
            return ParsedInstruction(Instruction(.loadImm64, destination, x: bits))
        }
        return nil
    }

    private func outOf64Bits(_ number: Number) -> Problem {
        let allowed = "-9223372036854775808 to 18446744073709551615"
        return Problem(.outOfRange(value: number.text, allowed: allowed), at: number.token.start)
    }

    private mutating func negatedXor(to destination: Register) throws(Problem) -> ParsedInstruction {
        try expect(.tilde)
        try expect(.openParenthesis)
        let left = try expectRegister()
        try expect(.xor)
        let right = try expectRegister()
        try expect(.closeParenthesis)
        return ParsedInstruction(
            Instruction(try opcode(.negatedXor, .registerRegisterRegister), left, right, destination))
    }

    private func move(to destination: Register, _ source: Operand) throws(Problem) -> ParsedInstruction {
        switch source {
        case .register(let source):
            return ParsedInstruction(Instruction(.moveReg, destination, source))
        case .number(let number):
            if let value = number.signExtended {
                return ParsedInstruction(Instruction(.loadImm, destination, x: Int64(value)))
            }
            guard set.is64Bit else {
                let value = try immediate(number, isRaw: true)
                return ParsedInstruction(Instruction(.loadImm, destination, x: Int64(value)))
            }
            guard let bits = number.bits else { throw outOf64Bits(number) }
            return ParsedInstruction(Instruction(.loadImm64, destination, x: bits))
        }
    }

    /// `c == 0` or `c != 0` behind `r = v if`.
    private mutating func select(to destination: Register, _ value: Operand) throws(Problem) -> ParsedInstruction {
        let condition = try expectRegister()
        let start = token.start
        let comparison = try expectComparison()
        guard comparison == .equal || comparison == .notEqual else {
            throw Problem(.unexpected(found: "`\(comparison.rawValue)`", expected: "`==` or `!=`"), at: start)
        }
        let zeroStart = token.start
        guard try expectNumber("`0`").magnitude == 0 else {
            throw Problem(.unexpected(found: "another number", expected: "`0`"), at: zeroStart)
        }
        switch value {
        case .register(let source):
            let opcode = try opcode(.select(comparison), .registerRegisterRegister)
            return ParsedInstruction(Instruction(opcode, source, condition, destination))
        case .number(let number):
            let opcode = try opcode(.select(comparison), .registerRegisterImmediate)
            let x = Int64(try immediate(number, isRaw: true))
            return ParsedInstruction(Instruction(opcode, destination, condition, x: x))
        }
    }

    private mutating func expectBinaryOperator() throws(Problem) -> BinaryOperator {
        var found: BinaryOperator?
        if case .symbol(let symbol) = token.kind { found = symbol.binaryOperator }
        if let word { found = BinaryOperator(rawValue: word) }
        guard let found else { throw unexpected("an operator") }
        advance()
        if found == .and, take(.tilde) { return .andInverted }
        if found == .or, take(.tilde) { return .orInverted }
        return found
    }

    private mutating func binary(
        to destination: Register, _ left: Operand, _ isNarrow: Bool
    ) throws(Problem) -> ParsedInstruction {
        let start = token.start
        let symbol = try expectBinaryOperator()
        let right = try expectOperand()
        // Pairs in the order of the encoding: with an immediate the destination comes first, else last.
        switch (left, right) {
        case (.register(let left), .register(let right)):
            if let opcode = Opcode(try syntax(symbol, isNarrow, at: start, Syntax.binary), .registerRegisterRegister) {
                return ParsedInstruction(Instruction(opcode, left, right, destination))
            }
            // Greater-than exists for immediates only.
            let syntax = try syntax(symbol.mirrored ?? symbol, isNarrow, at: start, Syntax.binary)
            return ParsedInstruction(
                Instruction(try opcode(syntax, .registerRegisterRegister), right, left, destination))
        case (.register(let source), .number(let number)):
            return try binary(to: destination, source, symbol, number, isNarrow, at: start)
        case (.number(let number), .register(let source)):
            if let mirrored = symbol.mirrored {
                return try binary(to: destination, source, mirrored, number, isNarrow, at: start)
            }
            let syntax = try syntax(symbol, isNarrow, at: start, Syntax.immediateFirst)
            guard let opcode = Opcode(syntax, .registerRegisterImmediate) else {
                throw Problem(.noImmediateForm(symbol.rawValue), at: start)
            }
            let x = Int64(try immediate(number, isRaw: isNarrow))
            return ParsedInstruction(Instruction(opcode, destination, source, x: x))
        case (.number, .number):
            throw Problem(.noRegister(symbol.rawValue), at: start)
        }
    }

    /// An operation with an immediate on the right.
    private func binary(
        to destination: Register, _ source: Register, _ symbol: BinaryOperator, _ number: Number, _ isNarrow: Bool,
        at start: Int
    ) throws(Problem) -> ParsedInstruction {
        let isSubtraction = symbol == .subtract
        let form = try syntax(isSubtraction ? .add : symbol, isNarrow, at: start, Syntax.binary)
        guard let opcode = Opcode(form, .registerRegisterImmediate) else {
            throw Problem(.noImmediateForm(symbol.rawValue), at: start)
        }
        let x = isSubtraction ? try negated(number, isRaw: isNarrow) : try immediate(number, isRaw: isNarrow)
        return ParsedInstruction(Instruction(opcode, destination, source, x: Int64(x)))
    }

    // MARK: Opcodes

    /// The row of the table for an operation that may exist per width: the 64-bit one in 64-bit instruction sets unless the
    /// line says `i32`, and always the 32-bit one in Latest32.
    private func syntax<Operation: RawRepresentable<String>>(
        _ operation: Operation, _ isNarrow: Bool, at offset: Int, _ make: (Operation, Width) -> Syntax
    ) throws(Problem) -> Syntax {
        let width: Width = isNarrow || !set.is64Bit ? .narrow : .wide
        if Opcode.forms.contains(make(operation, width)) { return make(operation, width) }
        try reject(isNarrow, operation.rawValue, at: offset)
        return make(operation, .any)
    }

    private func opcode(_ syntax: Syntax, _ format: OperandFormat) throws(Problem) -> Opcode {
        guard let opcode = Opcode(syntax, format) else { throw unexpected("an instruction that exists") }
        return opcode
    }
}
