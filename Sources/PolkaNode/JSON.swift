// JSON as clients send it and get it: a tree that keeps the order of members, and numbers as they were written.

/// A value in JSON.
public indirect enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    /// In the form that it was written in: ids must come back as they were.
    case number(String)
    case string(String)
    case array([JSON])
    case object([Member])

    /// A name and its value.
    public struct Member: Hashable, Sendable {
        public let name: String
        public let value: JSON

        public init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// What an object has under a name; of several the last one counts.
    public subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// The kind of the value and, if it is short, the value, for messages.
    var summary: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .number(let text): "the number \(text.prefix(40))"
        case .string(let text): text.utf8.count <= 70 ? "\"\(text)\"" : "a text of \(text.utf8.count) bytes"
        case .array(let items): "a list of \(items.count)"
        case .object: "an object"
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByBooleanLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements.map { Member($0.0, $0.1) }) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

// MARK: Writing

extension JSON {
    /// The value as text in UTF-8.
    public var bytes: [UInt8] {
        var output: [UInt8] = []
        write(to: &output)
        return output
    }

    /// Appends the value as text.
    func write(to output: inout [UInt8]) {
        switch self {
        case .null: output += "null".utf8
        case .bool(let value): output += (value ? "true" : "false").utf8
        case .number(let text): output += text.utf8
        case .string(let text): Self.write(text, to: &output)
        case .array(let items):
            output.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                item.write(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                Self.write(member.name, to: &output)
                output.append(UInt8(ascii: ":"))
                member.value.write(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                output.append(UInt8(ascii: "\\"))
                output.append(byte)
            case 0..<0x20:
                output += "\\u00".utf8
                output.append(digit(byte >> 4))
                output.append(digit(byte & 15))
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
}

// MARK: Reading

/// Why a text is not JSON, and where.
public struct JSONError: Error, Hashable, CustomStringConvertible {
    /// The byte at which reading stopped.
    public let offset: Int
    /// What could have stood there.
    public let expected: String

    /// The reason in words.
    public var description: String { "byte \(offset): expected \(expected)" }
}

extension JSON {
    /// The value that a text in UTF-8 is, all of it.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes: bytes)
        self = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.next == nil else { throw reader.mismatch("the end of the text") }
    }
}

/// Reads by RFC 8259, nothing more lenient.
private struct JSONReader {
    let bytes: [UInt8]
    var position = 0
    /// Nesting costs stack.
    static let maximumDepth = 64

    init(bytes: [UInt8]) { self.bytes = bytes }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    func mismatch(_ expected: String) -> JSONError { JSONError(offset: position, expected: expected) }

    mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private mutating func takeIf(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func take(_ character: Unicode.Scalar, _ expected: String) throws(JSONError) {
        guard takeIf(character) else { throw mismatch(expected) }
    }

    mutating func value(depth: Int) throws(JSONError) -> JSON {
        skipSpace()
        guard depth < Self.maximumDepth else { throw mismatch("at most \(Self.maximumDepth) values in each other") }
        switch next.map({ UnicodeScalar($0) }) {
        case "{": return .object(try members(depth: depth))
        case "[": return .array(try elements(depth: depth))
        case "\"": return .string(try string())
        case "-", ("0"..."9")?: return .number(try number())
        case "t": return try word("true", .bool(true))
        case "f": return try word("false", .bool(false))
        case "n": return try word("null", .null)
        default: throw mismatch("a value")
        }
    }

    private mutating func members(depth: Int) throws(JSONError) -> [JSON.Member] {
        var members: [JSON.Member] = []
        position += 1
        skipSpace()
        if takeIf("}") { return members }
        repeat {
            skipSpace()
            let name = try string()
            skipSpace()
            try take(":", "':'")
            members.append(JSON.Member(name, try value(depth: depth + 1)))
            skipSpace()
        } while takeIf(",")
        try take("}", "',' or '}'")
        return members
    }

    private mutating func elements(depth: Int) throws(JSONError) -> [JSON] {
        var elements: [JSON] = []
        position += 1
        skipSpace()
        if takeIf("]") { return elements }
        repeat {
            elements.append(try value(depth: depth + 1))
            skipSpace()
        } while takeIf(",")
        try take("]", "',' or ']'")
        return elements
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let text = "\(word)".utf8
        guard bytes[position...].starts(with: text) else { throw mismatch("a value") }
        position += text.count
        return value
    }

    private mutating func digits() throws(JSONError) {
        guard let first = next, 0x30...0x39 ~= first else { throw mismatch("a digit") }
        while let digit = next, 0x30...0x39 ~= digit { position += 1 }
    }

    private mutating func number() throws(JSONError) -> String {
        let start = position
        _ = takeIf("-")
        if !takeIf("0") { try digits() }
        if takeIf(".") { try digits() }
        if takeIf("e") || takeIf("E") {
            if !takeIf("+") { _ = takeIf("-") }
            try digits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func string() throws(JSONError) -> String {
        let start = position
        try take("\"", "a text in quotes")
        // Most texts have no escapes, and some are megabytes long.
        var text: [UInt8] = []
        var run = position
        while true {
            guard let byte = next, byte >= 0x20 else { throw mismatch("'\"' at the end of the text") }
            if byte == UInt8(ascii: "\"") {
                text += bytes[run..<position]
                position += 1
                guard let valid = String(validating: text, as: UTF8.self) else {
                    throw JSONError(offset: start, expected: "text in UTF-8")
                }
                return valid
            }
            if byte == UInt8(ascii: "\\") {
                text += bytes[run..<position]
                position += 1
                text += String(try escape()).utf8
                run = position
            } else {
                position += 1
            }
        }
    }

    /// The letter that stands behind a backslash.
    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        guard let byte = next else { throw mismatch("a letter behind '\\'") }
        let letter: Unicode.Scalar
        switch UnicodeScalar(byte) {
        case "\"", "\\", "/": letter = UnicodeScalar(byte)
        case "b": letter = "\u{8}"
        case "f": letter = "\u{c}"
        case "n": letter = "\n"
        case "r": letter = "\r"
        case "t": letter = "\t"
        case "u":
            position += 1
            return try unicodeEscape()
        default: throw mismatch("one of \", \\, /, b, f, n, r, t, u behind '\\'")
        }
        position += 1
        return letter
    }

    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // Letters beyond the first plane are written as two surrogates.
        guard first < 0xdc00, takeIf("\\"), takeIf("u") else { throw mismatch("the second half of a letter") }
        let second = try codeUnit()
        guard 0xdc00...0xdfff ~= second,
            let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
        else { throw mismatch("the second half of a letter") }
        return scalar
    }

    private mutating func codeUnit() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(UnicodeScalar(byte)).hexDigitValue else {
                throw mismatch("four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
