// Values in files of states and work: what was expected at which key, and what is there.

import PolkaABI
import PolkaJSON

/// A file that does not say what it should.
package struct JAMFileError: Error, Equatable, CustomStringConvertible {
    package let file: String
    /// Line and column, from 1.
    package let line: Int
    package let column: Int
    /// The way to the value, such as `services.70000.balance`; empty for the file as a whole.
    package let key: String
    package let expected: String
    package let found: String

    package var description: String {
        "\(file):\(line):\(column): \(key.isEmpty ? "" : key + ": ")expected \(expected), found \(found)"
    }
}

/// A text of a file, and how files that it names are read.
struct FileSource {
    let name: String
    let bytes: [UInt8]
    let load: (String) throws -> [UInt8]

    func error(at offset: Int, key: String, expected: String, found: String) -> JAMFileError {
        let before = bytes.prefix(offset)
        let lineStart = before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
        return JAMFileError(
            file: name, line: before.count { $0 == 0x0a } + 1, column: offset - lineStart + 1, key: key,
            expected: expected, found: found)
    }

    /// The value that the file is.
    func root() throws -> FileNode {
        do throws(JSONSyntaxError) {
            return FileNode(value: try JSONParser.parse(bytes), key: "", source: self)
        } catch {
            throw self.error(at: error.offset, key: "", expected: error.expected, found: error.found)
        }
    }
}

/// A value and the way to it.
struct FileNode {
    let value: JSONValue
    let key: String
    let source: FileSource

    func error(_ expected: String, found: String? = nil) -> JAMFileError {
        source.error(at: value.offset, key: key, expected: expected, found: found ?? Self.shortened(value.typeName))
    }

    /// Values may be megabytes of hexadecimal digits.
    private static func shortened(_ text: String) -> String {
        text.utf8.count <= 60 ? text : text.prefix(50) + "…"
    }

    private func child(_ name: String, _ value: JSONValue) -> FileNode {
        FileNode(value: value, key: key.isEmpty ? name : "\(key).\(name)", source: source)
    }

    // MARK: Objects and arrays

    /// The members of an object, each once.
    func members() throws(JAMFileError) -> [(name: String, node: FileNode)] {
        guard case .object(let members) = value.content else { throw error("an object") }
        var names: Set<String> = []
        var nodes: [(name: String, node: FileNode)] = []
        for member in members {
            guard names.insert(member.key).inserted else {
                throw source.error(
                    at: member.offset, key: key, expected: "each key once", found: "'\(member.key)' again")
            }
            nodes.append((member.key, child(member.key, member.value)))
        }
        return nodes
    }

    /// The members of an object that has no others than these.
    func fields(_ known: [String]) throws(JAMFileError) -> [String: FileNode] {
        var fields: [String: FileNode] = [:]
        for (name, node) in try members() {
            guard known.contains(name) else {
                throw node.source.error(
                    at: node.value.offset, key: key, expected: "one of the keys \(known.joined(separator: ", "))",
                    found: "'\(name)'")
            }
            fields[name] = node
        }
        return fields
    }

    func elements() throws(JAMFileError) -> [FileNode] {
        guard case .array(let values) = value.content else { throw error("an array") }
        return values.enumerated().map { FileNode(value: $1, key: "\(key)[\($0)]", source: source) }
    }

    // MARK: Values

    func text() throws(JAMFileError) -> String {
        guard case .string(let text) = value.content else { throw error("a text") }
        return text
    }

    func boolean() throws(JAMFileError) -> Bool {
        guard case .boolean(let value) = value.content else { throw error("true or false") }
        return value
    }

    /// A natural number of a type, also as a text of digits, since some tools lose the last of them.
    func number<T: FixedWidthInteger & UnsignedInteger>(_ type: T.Type = T.self) throws(JAMFileError) -> T {
        let digits: String
        switch value.content {
        case .number(let text), .string(let text): digits = text
        default: throw error("a number")
        }
        let number = digits.hasPrefix("0x") ? T(digits.dropFirst(2), radix: 16) : T(digits)
        guard let number else { throw error("a whole number from 0 to \(T.max)") }
        return number
    }

    /// Bytes: hexadecimal behind `0x`, or any other text as UTF-8, or a file.
    func bytes() throws -> [UInt8] {
        if case .object = value.content {
            guard let file = try fields(["file"])["file"] else { throw error("the key 'file'") }
            return try source.load(try file.text())
        }
        guard case .string(let text) = value.content else {
            throw error("\"0x…\", another text, or {\"file\": \"…\"}")
        }
        guard text.hasPrefix("0x") else { return Array(text.utf8) }
        guard let bytes = Hex.bytes(text) else { throw error("an even number of hexadecimal digits behind 0x") }
        return bytes
    }

    func hash() throws(JAMFileError) -> Hash256 {
        guard case .string(let text) = value.content, text.hasPrefix("0x"), let hash = Hash256(text) else {
            throw error("0x and 64 hexadecimal digits")
        }
        return hash
    }

    /// The number that the name of a member is.
    func id<T: FixedWidthInteger & UnsignedInteger>(_ name: String, _ type: T.Type) throws(JAMFileError) -> T {
        guard let id = T(name) else { throw error("a whole number from 0 to \(T.max) as the key", found: "'\(name)'") }
        return id
    }
}

extension [String: FileNode] {
    /// Sets a number if its key is there.
    func set<T: FixedWidthInteger & UnsignedInteger>(_ target: inout T, _ key: String) throws(JAMFileError) {
        if let node = self[key] { target = try node.number() }
    }

    /// Sets a hash if its key is there.
    func set(_ target: inout Hash256, _ key: String) throws(JAMFileError) {
        if let node = self[key] { target = try node.hash() }
    }

    /// Sets bytes if their key is there.
    func set(_ target: inout [UInt8], _ key: String) throws {
        if let node = self[key] { target = try node.bytes() }
    }
}
