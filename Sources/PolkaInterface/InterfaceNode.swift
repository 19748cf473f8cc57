// A value of a file with its place: what the reader asks for types, names and numbers, and what words its complaints.

import PolkaJSON

/// The text that errors are located in.
struct SourceText {
    let file: String
    let bytes: [UInt8]

    /// Line and column of an offset, from 1.
    func position(of offset: Int) -> (line: Int, column: Int) {
        let before = bytes.prefix(offset)
        let lineStart = before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
        return (before.count { $0 == 0x0a } + 1, offset - lineStart + 1)
    }

    func error(
        _ kind: InterfaceError.Kind, at offset: Int, _ path: String, expected: String, found: String,
        remedy: String? = nil
    ) -> InterfaceError {
        let (line, column) = position(of: offset)
        return InterfaceError(
            kind: kind, file: file, line: line, column: column, path: path, expected: expected, found: found,
            remedy: remedy)
    }
}

/// A value and the way to it.
struct InterfaceNode {
    let value: JSONValue
    let path: String
    let source: SourceText

    func error(
        _ kind: InterfaceError.Kind, expected: String, found: String? = nil, remedy: String? = nil
    ) -> InterfaceError {
        source.error(
            kind, at: value.offset, path, expected: expected, found: found ?? value.typeName, remedy: remedy)
    }

    // MARK: Types

    /// The members of an object, of which there must be no other than these.
    func fields(_ known: [String]) throws(InterfaceError) -> Fields {
        guard case .object(let members) = value.content else { throw error(.type, expected: "an object") }
        var fields: [String: InterfaceNode] = [:]
        for member in members {
            guard known.contains(member.key) else {
                throw source.error(
                    .unknown, at: member.offset, path, expected: "one of the keys \(known.joined(separator: ", "))",
                    found: "'\(member.key)'")
            }
            guard fields[member.key] == nil else {
                throw source.error(
                    .duplicate, at: member.offset, path, expected: "each key once", found: "'\(member.key)' again")
            }
            fields[member.key] = InterfaceNode(
                value: member.value, path: path.isEmpty ? member.key : "\(path).\(member.key)", source: source)
        }
        return Fields(node: self, fields: fields)
    }

    func elements() throws(InterfaceError) -> [InterfaceNode] {
        guard case .array(let values) = value.content else { throw error(.type, expected: "an array") }
        return values.enumerated().map { InterfaceNode(value: $1, path: "\(path)[\($0)]", source: source) }
    }

    func map<Value>(
        _ read: (InterfaceNode) throws(InterfaceError) -> Value
    ) throws(InterfaceError) -> [Value] {
        var values: [Value] = []
        for element in try elements() { values.append(try read(element)) }
        return values
    }

    func boolean() throws(InterfaceError) -> Bool {
        guard case .boolean(let value) = value.content else { throw error(.type, expected: "true or false") }
        return value
    }

    /// A text that is a line.
    func text() throws(InterfaceError) -> String {
        guard case .string(let text) = value.content else { throw error(.type, expected: "a text") }
        // What is made of it are comments, which a line break or */ would end.
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 }), !text.contains("*/"), !text.hasSuffix("\\")
        else {
            throw error(
                .range, expected: "a text of one line without '*/'", remedy: "it becomes a comment in generated code")
        }
        return text
    }

    /// A name that languages make identifiers of, or empty if that is allowed.
    func name(orEmpty: Bool = false) throws(InterfaceError) -> String {
        let name = try text()
        func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) }
        func isInside(_ byte: UInt8) -> Bool { isLetter(byte) || (0x30...0x39).contains(byte) || byte == 0x5f }
        guard name.utf8.first.map(isLetter) ?? orEmpty, name.utf8.allSatisfy(isInside) else {
            throw error(
                .range, expected: "a name: small letters, digits and _, a letter first",
                remedy: "generators make other spellings of it")
        }
        return name
    }

    /// One of the cases.
    func word<Word: RawRepresentable & CaseIterable>(
        _: Word.Type = Word.self
    ) throws(InterfaceError) -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: try text()) else {
            throw error(.unknown, expected: "one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }

    /// A number, or one in hexadecimal as a text.
    func integer(_ range: ClosedRange<UInt64> = 0 ... .max) throws(InterfaceError) -> UInt64 {
        let number: UInt64?
        switch value.content {
        case .number(let text): number = UInt64(text)
        case .string(let text) where text.hasPrefix("0x"): number = UInt64(text.dropFirst(2), radix: 16)
        default: throw error(.type, expected: "a number, or \"0x…\"")
        }
        guard let number, range.contains(number) else {
            throw error(.range, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A number of elements or bytes, at least one.
    func count() throws(InterfaceError) -> Int { Int(try integer(1...UInt64(UInt32.max))) }
}

/// The members of an object.
struct Fields {
    let node: InterfaceNode
    let fields: [String: InterfaceNode]

    subscript(_ key: String) -> InterfaceNode? { fields[key] }

    func required(_ key: String) throws(InterfaceError) -> InterfaceNode {
        guard let field = fields[key] else {
            throw node.error(.missing, expected: "the key '\(key)'", found: "an object without it")
        }
        return field
    }

    /// What is read of a member; empty if it is not there.
    func list<Value>(
        _ key: String, _ read: (InterfaceNode) throws(InterfaceError) -> Value
    ) throws(InterfaceError) -> [Value] {
        try fields[key]?.map(read) ?? []
    }

    func name(_ key: String = "name") throws(InterfaceError) -> String { try required(key).name() }
    func summary() throws(InterfaceError) -> String { try required("summary").text() }
}
