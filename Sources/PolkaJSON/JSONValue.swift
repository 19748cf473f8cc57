// JSON as a tree that knows where in the text each value stands, so that a mistake in a file can be shown at its line.

/// A value in a JSON text.
package struct JSONValue {
    package indirect enum Content {
        case object([Member])
        case array([JSONValue])
        case string(String)
        /// As it is written: numbers of 64 bits must not pass through floating point.
        case number(String)
        case boolean(Bool)
        case null
    }

    package struct Member {
        package let key: String
        package let offset: Int
        package let value: JSONValue
    }

    package let content: Content
    /// Where it begins, in bytes.
    package let offset: Int

    /// What kind of value it is, in words.
    package var typeName: String {
        switch content {
        case .object: "an object"
        case .array: "an array"
        case .string(let text): "the text \"\(text)\""
        case .number(let text): "the number \(text)"
        case .boolean(let value): "\(value)"
        case .null: "null"
        }
    }
}

/// A text that is not JSON.
package struct JSONSyntaxError: Error {
    package let offset: Int
    package let expected: String
    package let found: String
}

/// Reads one JSON value that fills the text.
package struct JSONParser {
    private let bytes: [UInt8]
    private var position = 0
    /// Nesting costs stack.
    private static let maximumDepth = 64

    package static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.next == nil else { throw parser.mismatch("the end of the text") }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func mismatch(_ expected: String) -> JSONSyntaxError {
        let found =
            switch next {
            case nil: "the end of the text"
            case (0x21...0x7e)?: "'\(Character(UnicodeScalar(bytes[position])))'"
            case let byte?: "the byte 0x\(String(byte, radix: 16))"
            }
        return JSONSyntaxError(offset: position, expected: expected, found: found)
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar, _ expected: String) throws(JSONSyntaxError) {
        guard next == UInt8(ascii: character) else { throw mismatch(expected) }
        position += 1
    }

    private mutating func takeIf(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        skipSpace()
        let start = position
        guard depth < Self.maximumDepth else { throw mismatch("at most \(Self.maximumDepth) values in each other") }
        let content: JSONValue.Content =
            switch next.map({ UnicodeScalar($0) }) {
            case "{": .object(try members(depth: depth))
            case "[": .array(try elements(depth: depth))
            case "\"": .string(try string())
            case "-", ("0"..."9")?: .number(try number())
            case "t": try word("true", .boolean(true))
            case "f": try word("false", .boolean(false))
            case "n": try word("null", .null)
            default: throw mismatch("a value")
            }
        return JSONValue(content: content, offset: start)
    }

    private mutating func members(depth: Int) throws(JSONSyntaxError) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        position += 1
        skipSpace()
        if takeIf("}") { return members }
        repeat {
            skipSpace()
            let offset = position
            let key = try string()
            skipSpace()
            try take(":", "':'")
            members.append(JSONValue.Member(key: key, offset: offset, value: try value(depth: depth + 1)))
            skipSpace()
        } while takeIf(",")
        try take("}", "',' or '}'")
        return members
    }

    private mutating func elements(depth: Int) throws(JSONSyntaxError) -> [JSONValue] {
        var elements: [JSONValue] = []
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

    private mutating func word(
        _ word: String, _ content: JSONValue.Content
    ) throws(JSONSyntaxError) -> JSONValue.Content {
        guard bytes[position...].starts(with: word.utf8) else { throw mismatch("a value") }
        position += word.utf8.count
        return content
    }

    private mutating func digits() throws(JSONSyntaxError) {
        guard let first = next, (0x30...0x39).contains(first) else { throw mismatch("a digit") }
        while let digit = next, (0x30...0x39).contains(digit) { position += 1 }
    }

    private mutating func number() throws(JSONSyntaxError) -> String {
        let start = position
        if takeIf("-") {}
        if !takeIf("0") { try digits() }
        if takeIf(".") { try digits() }
        if takeIf("e") || takeIf("E") {
            if takeIf("+") || takeIf("-") {}
            try digits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        let start = position
        try take("\"", "a text in quotes")
        // Most texts have no escapes, and some are megabytes long.
        var text: [UInt8] = []
        var run = position
        while true {
            guard let byte = next, byte >= 0x20 else { throw mismatch("'\"' at the end of the text's line") }
            switch UnicodeScalar(byte) {
            case "\"":
                text += bytes[run..<position]
                position += 1
                guard let valid = String(validating: text, as: UTF8.self) else {
                    throw JSONSyntaxError(offset: start, expected: "text in UTF-8", found: "other bytes")
                }
                return valid
            case "\\":
                text += bytes[run..<position]
                position += 1
                text += try escape()
                run = position
            default: position += 1
            }
        }
    }

    /// The bytes that an escape stands for.
    private mutating func escape() throws(JSONSyntaxError) -> [UInt8] {
        guard let byte = next else { throw mismatch("a letter behind '\\'") }
        switch UnicodeScalar(byte) {
        case "\"", "\\", "/":
            position += 1
            return [byte]
        case "b", "f", "n", "r", "t":
            position += 1
            return [Self.controls[byte] ?? byte]
        case "u":
            position += 1
            let unit = try codeUnit()
            var scalar = Unicode.Scalar(unit)
            // Letters outside of the first plane are two units.
            if (0xd800..<0xdc00).contains(unit), takeIf("\\"), takeIf("u") {
                let low = try codeUnit()
                if (0xdc00..<0xe000).contains(low) {
                    scalar = Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
                }
            }
            guard let scalar else { throw mismatch("a pair of surrogates") }
            return Array(String(scalar).utf8)
        default: throw mismatch("one of \", \\, /, b, f, n, r, t, u behind '\\'")
        }
    }

    private static let controls: [UInt8: UInt8] = [0x62: 0x08, 0x66: 0x0c, 0x6e: 0x0a, 0x72: 0x0d, 0x74: 0x09]

    private mutating func codeUnit() throws(JSONSyntaxError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(UnicodeScalar(byte)).hexDigitValue else {
                throw mismatch("four hexadecimal digits of a letter")
            }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }
}
