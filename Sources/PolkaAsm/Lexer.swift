// One line of assembly text to tokens, on demand and without allocation.

/// A piece of a line.
struct Token: Equatable {
    enum Kind: Equatable {
        /// Letters, digits and underscores, starting with a letter or underscore.
        case word
        /// Anything that starts with a digit.
        case number
        /// `@` and a name.
        case label
        /// A name in single quotes, or an unterminated one.
        case quoted
        case symbol(Symbol)
        /// A byte that starts no token.
        case unknown
        /// The end of the line, or of what precedes `//`.
        case end
    }

    let kind: Kind
    /// Where the token stands in the whole text; for a label without the `@`, for a quoted name without the quotes.
    let range: Range<Int>
    /// Where it starts, including `@` or quote.
    let start: Int
}

/// Operators and punctuation; a symbol that ends with a letter ends there only if no further letter or digit follows.
enum Symbol: String, CaseIterable {
    case rotateLeft = "<<r"
    case rotateRight = ">>r"
    case shiftRightArithmetic = ">>a"
    case lessOrEqualUnsigned = "<=u"
    case lessOrEqualSigned = "<=s"
    case greaterOrEqualUnsigned = ">=u"
    case greaterOrEqualSigned = ">=s"
    case shiftLeft = "<<"
    case shiftRight = ">>"
    case lessUnsigned = "<u"
    case lessSigned = "<s"
    case greaterUnsigned = ">u"
    case greaterSigned = ">s"
    case equal = "=="
    case notEqual = "!="
    case divideUnsigned = "/u"
    case divideSigned = "/s"
    case remainderUnsigned = "%u"
    case remainderSigned = "%s"
    case dots = ".."
    case plus = "+"
    case minus = "-"
    case star = "*"
    case and = "&"
    case or = "|"
    case xor = "^"
    case tilde = "~"
    case assign = "="
    case comma = ","
    case colon = ":"
    case hash = "#"
    case percent = "%"
    case openBracket = "["
    case closeBracket = "]"
    case openParenthesis = "("
    case closeParenthesis = ")"

    /// The operator between two operands that the symbol is alone, without a `~` behind it.
    var binaryOperator: BinaryOperator? { BinaryOperator(rawValue: rawValue) }

    var comparison: Comparison? { Comparison(rawValue: rawValue) }

    /// The symbols that start with a byte, longest first.
    fileprivate static let byFirst: [[(text: [UInt8], symbol: Symbol)]] = {
        var table = [[(text: [UInt8], symbol: Symbol)]](repeating: [], count: 128)
        for symbol in allCases {
            let text = Array(symbol.rawValue.utf8)
            table[Int(text[0])].append((text, symbol))
        }
        return table.map { $0.sorted { $0.text.count > $1.text.count } }
    }()
}

/// A position in a line that only moves forward.
struct Lexer {
    let bytes: [UInt8]
    private(set) var offset: Int
    let end: Int

    init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    /// The byte that comes next, 0 at the end of the line.
    var next: UInt8 { offset < end ? bytes[offset] : 0 }

    mutating func move(to offset: Int) { self.offset = min(offset, end) }

    mutating func skipBlanks() {
        while offset < end, Self.isBlank(bytes[offset]) { offset += 1 }
    }

    func text(_ token: Token) -> String { String(decoding: bytes[token.range], as: UTF8.self) }

    mutating func token() -> Token {
        skipBlanks()
        let start = offset
        guard start < end else { return Token(kind: .end, range: start..<start, start: start) }
        let byte = bytes[start]
        if Self.isWordByte(byte) {
            skip(while: Self.isWordByte)
            return Token(kind: Self.isDigit(byte) ? .number : .word, range: start..<offset, start: start)
        }
        switch byte {
        case UInt8(ascii: "@"):
            offset += 1
            skip(while: Self.isNameByte)
            return Token(kind: .label, range: (start + 1)..<offset, start: start)
        case UInt8(ascii: "'"):
            offset += 1
            skip { $0 != UInt8(ascii: "'") }
            let name = (start + 1)..<offset
            if offset < end { offset += 1 }
            return Token(kind: .quoted, range: name, start: start)
        case UInt8(ascii: "/") where start + 1 < end && bytes[start + 1] == UInt8(ascii: "/"):
            offset = end
            return Token(kind: .end, range: start..<start, start: start)
        default:
            return symbol(byte)
        }
    }

    private mutating func symbol(_ byte: UInt8) -> Token {
        let start = offset
        if byte < 128 {
            for (text, symbol) in Symbol.byFirst[Int(byte)] where matches(text) {
                offset += text.count
                return Token(kind: .symbol(symbol), range: start..<offset, start: start)
            }
        }
        // A character of several bytes is one wrong character, not several.
        offset += 1
        skip { $0 & 0xc0 == 0x80 }
        return Token(kind: .unknown, range: start..<offset, start: start)
    }

    private func matches(_ text: [UInt8]) -> Bool {
        guard offset + text.count <= end else { return false }
        for index in 1..<max(1, text.count) where bytes[offset + index] != text[index] { return false }
        let after = offset + text.count
        return !Self.isWordByte(text[text.count - 1]) || after >= end || !Self.isWordByte(bytes[after])
    }

    private mutating func skip(while accepts: (UInt8) -> Bool) {
        while offset < end, accepts(bytes[offset]) { offset += 1 }
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    static func isWordByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a || byte == UInt8(ascii: "_")
    }

    /// What a label may consist of: word characters, `.`, `$` and everything beyond ASCII.
    static func isNameByte(_ byte: UInt8) -> Bool {
        isWordByte(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "$") || byte >= 0x80
    }

    /// The value of a hex digit.
    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
