// JSON as clients send it and get it: a tree that keeps the order of members, and numbers as they were written.

import PolkaJSON

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
        do throws(JSONSyntaxError) { self.init(try JSONParser.parse(bytes)) } catch {
            throw JSONError(offset: error.offset, expected: error.expected)
        }
    }

    /// Without the places.
    private init(_ value: JSONValue) {
        switch value.content {
        case .object(let members): self = .object(members.map { Member($0.key, JSON($0.value)) })
        case .array(let values): self = .array(values.map(JSON.init))
        case .string(let text): self = .string(text)
        case .number(let text): self = .number(text)
        case .boolean(let value): self = .bool(value)
        case .null: self = .null
        }
    }
}
