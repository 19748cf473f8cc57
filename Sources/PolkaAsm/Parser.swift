// Tokens of one line, one ahead, and the operands that are made of few of them: registers, numbers, memory addresses.

import PolkaISA

/// A line being parsed.
struct Parser {
    let set: InstructionSet
    private(set) var lexer: Lexer
    /// The token that comes next.
    private(set) var token: Token

    init(_ lexer: Lexer, for set: InstructionSet) {
        self.set = set
        self.lexer = lexer
        token = self.lexer.token()
    }

    mutating func advance() { token = lexer.token() }

    // MARK: What comes next

    func isAt(_ symbol: Symbol) -> Bool { token.kind == .symbol(symbol) }

    /// The word that comes next, nil if something else does.
    var word: String? { token.kind == .word ? lexer.text(token) : nil }

    /// The register that the next token names.
    var register: Register? {
        guard token.kind == .word else { return nil }
        return Self.register(lexer.bytes[token.range])
    }

    /// Whether a number comes next, with a sign or without.
    var isAtNumber: Bool {
        if token.kind == .number { return true }
        guard isAt(.minus) else { return false }
        var ahead = lexer
        return ahead.token().kind == .number
    }

    // MARK: Taking it

    /// Takes a symbol if it comes next.
    mutating func take(_ symbol: Symbol) -> Bool {
        guard isAt(symbol) else { return false }
        advance()
        return true
    }

    mutating func expect(_ symbol: Symbol) throws(Problem) {
        guard take(symbol) else { throw unexpected("`\(symbol.rawValue)`") }
    }

    mutating func expect(word expected: String) throws(Problem) {
        guard word == expected else { throw unexpected("`\(expected)`") }
        advance()
    }

    mutating func expectEnd() throws(Problem) {
        guard token.kind == .end else { throw unexpected("the end of the line") }
    }

    mutating func expectRegister() throws(Problem) -> Register {
        guard let register else { throw unexpected("a register") }
        advance()
        return register
    }

    /// The problem that the next token is not what the grammar wants.
    func unexpected(_ expected: String) -> Problem {
        Problem(.unexpected(found: found, expected: expected), at: token.start)
    }

    private var found: String {
        switch token.kind {
        case .end: return "the end of the line"
        default:
            // The quote or `@` included; a long name is cut.
            let range = token.start..<min(lexer.offset, token.start + 40)
            return "`" + SourceText.printable(lexer.bytes[range]) + "`"
        }
    }

    // MARK: Registers

    private static let names: [UInt16: Register] = {
        var names: [UInt16: Register] = [:]
        for register in Register.allCases {
            for name in [register.name, "r\(register.rawValue)"] {
                if let key = key(Array(name.utf8)[...]) { names[key] = register }
            }
        }
        return names
    }()

    /// Two bytes as one key; `r10` to `r12` are the only names of three and get the second digit above.
    private static func key(_ name: ArraySlice<UInt8>) -> UInt16? {
        let start = name.startIndex
        switch name.count {
        case 2: return UInt16(name[start]) << 8 | UInt16(name[start + 1])
        case 3 where name[start] == UInt8(ascii: "r") && name[start + 1] == UInt8(ascii: "1"):
            return 0x8000 | UInt16(name[start + 2])
        default: return nil
        }
    }

    static func register(_ name: ArraySlice<UInt8>) -> Register? {
        key(name).flatMap { names[$0] }
    }

    // MARK: Numbers

    /// A number as written.
    struct Number {
        let magnitude: UInt64
        let isNegative: Bool
        /// Whether it is written as bits, in hex or binary.
        let isPattern: Bool
        let token: Token
        let text: String

        /// As 64 bits, nil if it does not fit: signed, or unsigned if it is not negative.
        var bits: Int64? {
            if isNegative { return magnitude <= 1 << 63 ? 0 &- Int64(truncatingIfNeeded: magnitude) : nil }
            return Int64(truncatingIfNeeded: magnitude)
        }

        /// As 32 bits that sign extension to 64 gives back, nil if it does not fit.
        var signExtended: Int32? {
            guard let bits, isNegative || isPattern || bits >= 0 else { return nil }
            return Int32(exactly: bits)
        }
    }

    mutating func expectNumber(_ expected: String = "a number") throws(Problem) -> Number {
        guard isAtNumber else { throw unexpected(expected) }
        let sign = token
        let isNegative = take(.minus)
        let digits = lexer.bytes[token.range]
        let start = digits.startIndex
        var radix: UInt64 = 10
        if digits.count > 1, digits[start] == UInt8(ascii: "0") {
            if digits[start + 1] == UInt8(ascii: "x") { radix = 16 }
            if digits[start + 1] == UInt8(ascii: "b") { radix = 2 }
        }
        let text = (isNegative ? "-" : "") + SourceText.printable(digits.prefix(80))
        var magnitude: UInt64 = 0
        let body = radix == 10 ? digits : digits.dropFirst(2)
        var isWellFormed = !body.isEmpty
        for byte in body {
            guard let digit = Lexer.hexValue(byte), UInt64(digit) < radix else {
                isWellFormed = false
                break
            }
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: radix)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            if overflow || carry { isWellFormed = false }
            magnitude = sum
        }
        guard isWellFormed else { throw Problem(.malformedNumber(text), at: sign.start) }
        let number = Number(
            magnitude: magnitude, isNegative: isNegative, isPattern: radix != 10, token: sign, text: text)
        advance()
        return number
    }

    /// A number as an immediate of 32 bits.
    ///
    /// If `isRaw`, hex and binary may also give the 32 bits as they are, without sign extension; in a 32-bit instruction
    /// set they always may.
    func immediate(_ number: Number, isRaw: Bool) throws(Problem) -> Int32 {
        if let value = number.signExtended { return value }
        let takesUnsigned = !set.is64Bit || isRaw && number.isPattern
        if takesUnsigned, !number.isNegative, let value = UInt32(exactly: number.magnitude) {
            return Int32(bitPattern: value)
        }
        let allowed =
            takesUnsigned
            ? "-2147483648 to 4294967295"
            : "-2147483648 to 2147483647 (in hex up to 0x7fffffff, or sign extended to 64 bits)"
        throw Problem(.outOfRange(value: number.text, allowed: allowed), at: number.token.start)
    }

    /// A number of 32 bits without sign: a size, an index, a code offset.
    func unsigned(_ number: Number) throws(Problem) -> UInt32 {
        guard !number.isNegative, let value = UInt32(exactly: number.magnitude) else {
            throw Problem(.outOfRange(value: number.text, allowed: "0 to 4294967295"), at: number.token.start)
        }
        return value
    }

    // MARK: Addresses

    /// What stands in the brackets of a memory operand or a dynamic jump.
    struct Address {
        /// nil: an absolute address.
        var base: Register?
        /// Whether the base is written `tmp`.
        var isTemporary = false
        var offset: Int32 = 0
        /// Where the base is written.
        var start: Int
    }

    /// `[base]`, `[base + N]`, `[base - N]` or `[N]`; a base of `tmp` only where `temporary` says what it stands for.
    mutating func expectAddress(temporary: Register? = nil) throws(Problem) -> Address {
        try expect(.openBracket)
        var address = Address(start: token.start)
        if let temporary, word == "tmp" {
            address.base = temporary
            address.isTemporary = true
            advance()
        } else if let register {
            address.base = register
            advance()
        } else {
            let number = try expectNumber(temporary == nil ? "a register or an address" : "`tmp` or a register")
            address.offset = try immediate(number, isRaw: true)
        }
        if address.base != nil {
            if take(.plus) {
                address.offset = try immediate(expectNumber("an offset"), isRaw: true)
            } else if isAt(.minus) {
                // Two signs in a row are a number with its own.
                advance()
                let number = try expectNumber("an offset")
                address.offset = try negated(number, isRaw: true)
            }
        }
        try expect(.closeBracket)
        return address
    }

    /// The negative of a number as an immediate.
    func negated(_ number: Number, isRaw: Bool) throws(Problem) -> Int32 {
        let value = try immediate(number, isRaw: isRaw)
        let (result, overflow) = Int32(0).subtractingReportingOverflow(value)
        guard !overflow else {
            throw Problem(
                .outOfRange(value: number.text, allowed: "-2147483647 to 2147483647 behind a minus"),
                at: number.token.start)
        }
        return result
    }
}
