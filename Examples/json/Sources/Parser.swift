// From text to a value: one function for each rule of the grammar in RFC 8259.

/// Reads one document from bytes.
struct Parser {
    /// How deep arrays and objects may be in each other: each level takes some of the guest's stack.
    static let depthLimit = 512

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSON {
        var parser = Parser(bytes)
        parser.skipSpace()
        let value = try parser.value()
        parser.skipSpace()
        guard parser.next == nil else { throw parser.unexpected(expected: "the end of the document") }
        return value
    }

    // MARK: Values

    private mutating func value() throws(JSONError) -> JSON {
        switch next {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case .some(let byte) where byte == UInt8(ascii: "-") || isDigit(byte): return .number(try number())
        default: throw unexpected(expected: "a value")
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let start = position
        for index in 0..<word.utf8CodeUnitCount where !take(word.utf8Start[index]) {
            position = start
            throw unexpected(expected: "a value")
        }
        return value
    }

    private mutating func array() throws(JSONError) -> JSON {
        try enter()
        var elements: [JSON] = []
        if !take(UInt8(ascii: "]")) {
            repeat {
                skipSpace()
                elements.append(try value())
                skipSpace()
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "]")) else { throw unexpected(expected: "',' or ']'") }
        }
        depth -= 1
        return .array(elements)
    }

    private mutating func object() throws(JSONError) -> JSON {
        try enter()
        var members: [(name: [UInt8], value: JSON)] = []
        if !take(UInt8(ascii: "}")) {
            repeat {
                skipSpace()
                guard next == UInt8(ascii: "\"") else { throw unexpected(expected: "a name in quotes") }
                let name = try string()
                skipSpace()
                guard take(UInt8(ascii: ":")) else { throw unexpected(expected: "':'") }
                skipSpace()
                members.append((name, try value()))
                skipSpace()
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "}")) else { throw unexpected(expected: "',' or '}'") }
        }
        depth -= 1
        return .object(members)
    }

    /// Takes the bracket of an array or object, and the space behind it.
    private mutating func enter() throws(JSONError) {
        guard depth < Self.depthLimit else {
            throw error("more than \(Self.depthLimit) arrays and objects in each other")
        }
        depth += 1
        position += 1
        skipSpace()
    }

    // MARK: Numbers

    private mutating func number() throws(JSONError) -> [UInt8] {
        let start = position
        _ = take(UInt8(ascii: "-"))
        // No digit follows a zero in front.
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        return Array(bytes[start..<position])
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = next, isDigit(byte) { position += 1 }
        guard position > start else { throw unexpected(expected: "a digit") }
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    // MARK: Strings

    private mutating func string() throws(JSONError) -> [UInt8] {
        position += 1
        var text: [UInt8] = []
        while true {
            switch next {
            case nil: throw unexpected(expected: "'\"' at the end of the string")
            case UInt8(ascii: "\""):
                position += 1
                return text
            case UInt8(ascii: "\\"): try escape(into: &text)
            case .some(let byte) where byte < 0x20:
                throw error("a control character in a string is written as an escape")
            case .some:
                let count = scalarByteCount()
                guard count > 0 else { throw error("this is no UTF-8") }
                text += bytes[position..<position + count]
                position += count
            }
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        let start = position
        position += 1
        let letter = next
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(bytes[position - 1])
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            let unit = try hexDigits()
            guard unit & 0xf800 == 0xd800 else { return append(unit, to: &text) }
            // A character beyond 16 bits is two of these, the upper half first; neither is a character alone.
            if unit < 0xdc00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
                let low = try hexDigits()
                if low & 0xfc00 == 0xdc00 {
                    return append(0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff), to: &text)
                }
            }
            position = start
            throw error("half of a surrogate pair is no character")
        default:
            position = start
            throw error("an escape is one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX")
        }
    }

    private mutating func hexDigits() throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            switch next {
            case .some(let byte) where isDigit(byte): unit = unit << 4 | UInt32(byte - UInt8(ascii: "0"))
            case .some(let byte) where isHexLetter(byte):
                unit = unit << 4 | UInt32((byte | 0x20) - UInt8(ascii: "a") + 10)
            default: throw unexpected(expected: "a hexadecimal digit")
            }
            position += 1
        }
        return unit
    }

    private func isHexLetter(_ byte: UInt8) -> Bool {
        let small = byte | 0x20
        return small >= UInt8(ascii: "a") && small <= UInt8(ascii: "f")
    }

    private func append(_ scalar: UInt32, to text: inout [UInt8]) {
        switch scalar {
        case ..<0x80: text.append(UInt8(scalar))
        case ..<0x800: text += [UInt8(0xc0 | scalar >> 6), continuation(scalar)]
        case ..<0x10000: text += [UInt8(0xe0 | scalar >> 12), continuation(scalar >> 6), continuation(scalar)]
        default:
            text += [UInt8(0xf0 | scalar >> 18), continuation(scalar >> 12)]
            text += [continuation(scalar >> 6), continuation(scalar)]
        }
    }

    private func continuation(_ bits: UInt32) -> UInt8 { 0x80 | UInt8(bits & 0x3f) }

    /// How many bytes the scalar takes that begins here, 0 if none does: table 3-7 of the Unicode standard.
    private func scalarByteCount() -> Int {
        let first = bytes[position]
        // The second byte's range keeps out what is longer than it need be, surrogates, and what is beyond Unicode.
        let (count, second): (Int, ClosedRange<UInt8>)
        switch first {
        case ..<0x80: return 1
        case 0xc2...0xdf: (count, second) = (2, 0x80...0xbf)
        case 0xe0: (count, second) = (3, 0xa0...0xbf)
        case 0xed: (count, second) = (3, 0x80...0x9f)
        case 0xe1...0xef: (count, second) = (3, 0x80...0xbf)
        case 0xf0: (count, second) = (4, 0x90...0xbf)
        case 0xf1...0xf3: (count, second) = (4, 0x80...0xbf)
        case 0xf4: (count, second) = (4, 0x80...0x8f)
        default: return 0
        }
        guard position + count <= bytes.count, second.contains(bytes[position + 1]) else { return 0 }
        for index in position + 2..<max(position + 2, position + count) where bytes[index] & 0xc0 != 0x80 { return 0 }
        return count
    }

    // MARK: Bytes

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d { position += 1 }
    }

    // MARK: Errors

    private func unexpected(expected: String) -> JSONError {
        guard let byte = next else { return error("found the end, expected \(expected)") }
        if byte <= 0x20 || byte == 0x7f { return error("found the byte 0x\(Self.hex(byte)), expected \(expected)") }
        let count = scalarByteCount()
        guard count > 0 else { return error("this is no UTF-8") }
        // Some editors put it in front of a text, where nobody sees it.
        if bytes[position...].starts(with: [0xef, 0xbb, 0xbf]) {
            return error("found a byte order mark, expected \(expected)")
        }
        let found = String(decoding: bytes[position..<position + count], as: UTF8.self)
        return error("found '\(found)', expected \(expected)")
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return byte < 0x10 ? "0\(digits)" : digits
    }

    /// An error at the current position.
    private func error(_ message: String) -> JSONError {
        var (line, column) = (1, 1)
        for byte in bytes[..<position] {
            if byte == 0x0a {
                (line, column) = (line + 1, 1)
            } else if byte & 0xc0 != 0x80 {
                column += 1
            }
        }
        return JSONError(line: line, column: column, message: message)
    }
}
