// Files that are wrong, and what is said about them.

import PolkaInterface
import Testing

@Suite struct ReaderTests {
    /// A file in which everything is right.
    private static let good = """
        {
          "interface": "test", "target": "test", "summary": "For tests.", "prefix": "test_", "symbol_prefix": "",
          "error_codes": "code", "no_pointer": "none",
          "entries": [{"name": "run", "summary": "runs"}],
          "constants": [{"name": "code", "form": "codes", "kind": "u32", "prefix": "", "summary": "Codes.", "values": [
            {"name": "fine", "value": 0, "summary": "all went well"},
            {"name": "none", "value": "0xffffffff", "summary": "nothing"}]}],
          "records": [{"name": "pair", "bytes": 12, "summary": "Two.", "fields": [
            {"name": "a", "to": "u32"}, {"name": "b", "to": "u64"}]}],
          "functions": [
            {"number": 1, "name": "f", "summary": "Does \\u0066.", "entries": ["run"],
             "parameters": [{"name": "data", "kind": "pointer", "direction": "in", "to": "bytes", "length": "count"},
                            {"name": "count", "kind": "u32", "maximum": 8}],
             "results": [{"name": "code", "kind": "u32", "values": "code", "summary": "how it went"}],
             "errors": [{"name": "none", "when": "there is nothing"}]}
          ]
        }
        """

    private func read(_ text: String) throws(InterfaceError) -> HostInterface {
        try HostInterface(parsing: Array(text.utf8), file: "test.json")
    }

    @Test func readsWhatIsThere() throws {
        let interface = try read(Self.good)
        #expect(interface.fullName == "test" && interface.constant("none")?.constant.value == 0xffff_ffff)
        let function = try #require(interface.function("f"))
        #expect(function.summary == "Does f." && function.number == 1 && function.entries == ["run"])
        #expect(function.errors.map(\.name) == ["none"] && function.errors[0].when == "there is nothing")
        #expect(interface.record("pair")?.fields.map(\.content) == [.value(.u32), .value(.u64)])
    }

    /// A part of the good file, what stands there instead, and the error with its line.
    @Test(
        arguments: [
            (
                "\"maximum\": 8}]", "\"maximum\": 8}", .syntax, 14,
                "expected ',' or ']', found ':'"
            ),
            (
                "\"target\": \"test\"", "\"target\": 7", .type, 2,
                "target: expected a text, found the number 7"
            ),
            (
                "\"target\": \"test\", ", "", .missing, 1,
                "expected the key 'target', found an object without it"
            ),
            (
                "\"direction\"", "\"directoin\"", .unknown, 12,
                "functions[0].parameters[0]: expected one of the keys name, kind, summary, values, minimum, maximum, "
                    + "direction, to, bytes, each, length, count, capacity, optional, high, low, found 'directoin'"
            ),
            (
                "\"maximum\": 8", "\"count\": 8", .unknown, 13,
                "functions[0].parameters[1]: expected one of the keys name, kind, summary, values, minimum, maximum, "
                    + "found 'count'"
            ),
            (
                "\"u32\", \"maximum\"", "\"u31\", \"maximum\"", .unknown, 13,
                "functions[0].parameters[1].kind: expected one of u8, u16, u32, u64, size, pointer, packed, "
                    + "found the text \"u31\""
            ),
            (
                "\"number\": 1", "\"number\": 4294967295", .range, 11,
                "functions[0].number: expected a whole number from 0 to 4294967294, "
                    + "found the number 4294967295"
            ),
            (
                "\"value\": \"0xffffffff\"", "\"value\": \"0x1ffffffff\"", .range, 7,
                "constants[0].values[1].value: expected a whole number from 0 to 4294967295, "
                    + "found the text \"0x1ffffffff\""
            ),
            (
                "\"name\": \"f\"", "\"name\": \"F\"", .range, 11,
                "functions[0].name: expected a name: small letters, digits and _, a letter first, "
                    + "found the text \"F\"; generators make other spellings of it"
            ),
            (
                "\"fine\"", "\"none\"", .duplicate, 5,
                "constants[0]: expected constants of different names, found 'none' again; "
                    + "give the group another prefix"
            ),
            (
                "\"length\": \"count\"", "\"length\": \"cuont\"", .reference, 12,
                "functions[0].parameters: expected a number among the parameters that counts what 'data' points to, "
                    + "found 'cuont'"
            ),
            (
                "[\"run\"]", "[\"walk\"]", .reference, 11,
                "functions[0].entries[0]: expected one of the entries: run, found the text \"walk\""
            ),
            (
                "{\"name\": \"none\", \"when\"", "{\"name\": \"huh\", \"when\"", .reference, 15,
                "functions[0].errors[0].name: expected one of the error codes: fine, none, "
                    + "found the text \"huh\""
            ),
            (
                "\"bytes\": 12", "\"bytes\": 16", .combination, 8,
                "records[0]: expected fields of 16 bytes, as 'bytes' says, found fields of 12 bytes"
            ),
            (
                "\"length\": \"count\"", "\"bytes\": 4, \"length\": \"count\"", .combination, 12,
                "functions[0].parameters[0]: expected one of bytes, length, count and capacity, "
                    + "found bytes and length"
            ),
            (
                "\"to\": \"bytes\"", "\"to\": \"hash\"", .combination, 12,
                "functions[0].parameters[0]: expected count, or nothing, for what has a size of its own, "
                    + "found 'length'"
            ),
        ] as [(String, String, InterfaceError.Kind, Int, String)])
    func refuses(_ part: String, _ other: String, _ kind: InterfaceError.Kind, _ line: Int, _ message: String) throws {
        try #require(Self.good.contains(part))
        let error = try #require(throws: InterfaceError.self) { _ = try read(Self.good.replacing(part, with: other)) }
        #expect(error.kind == kind)
        #expect(error.description == "test.json:\(line):\(error.column): \(message)")
    }

    /// The column is that of the value, behind 33 others.
    @Test func columnsCountFromOne() throws {
        let error = try #require(throws: InterfaceError.self) {
            _ = try read(Self.good.replacing("\"target\": \"test\"", with: "\"target\": 7"))
        }
        #expect(error.description.hasPrefix("test.json:2:34: "))
    }

    @Test func refusesMoreArgumentsThanAreInRegisters() throws {
        let more = (1...6).map { "{\"name\": \"p\($0)\", \"kind\": \"u64\"}" }.joined(separator: ", ")
        let error = try #require(throws: InterfaceError.self) {
            _ = try read(Self.good.replacing("\"maximum\": 8}", with: "\"maximum\": 8}, \(more)"))
        }
        #expect(error.kind == .combination)
        #expect(
            error.description.hasSuffix(
                "functions[0].parameters: expected at most 6 parameters, found 8; pack two of 32 bits into one"))
    }

    @Test func refusesNumbersForSomeOnly() throws {
        let second = "{\"name\": \"g\", \"summary\": \"G.\"}"
        let error = try #require(throws: InterfaceError.self) {
            _ = try read(Self.good.replacing("\"there is nothing\"}]}", with: "\"there is nothing\"}]}, \(second)"))
        }
        #expect(error.kind == .combination && error.path == "functions[1]")
        let twice = second.replacing("{", with: "{\"number\": 1, ")
        let duplicate = try #require(throws: InterfaceError.self) {
            _ = try read(Self.good.replacing("\"there is nothing\"}]}", with: "\"there is nothing\"}]}, \(twice)"))
        }
        #expect(duplicate.kind == .duplicate && duplicate.found == "1, which 'f' has")
    }

    /// Every beginning of the file, and every file with a byte changed, is read or refused.
    @Test func survivesAnything() {
        let bytes = Array(Self.good.utf8)
        for length in 0..<bytes.count {
            #expect(throws: InterfaceError.self) {
                _ = try HostInterface(parsing: Array(bytes[..<length]), file: "test.json")
            }
        }
        for index in bytes.indices {
            for byte: UInt8 in [0, 0x22, 0x2d, 0x39, 0x5b, 0x5c, 0x7b, 0xff] {
                var changed = bytes
                changed[index] = byte
                _ = try? HostInterface(parsing: changed, file: "test.json")
            }
        }
        let deep = Array(repeating: UInt8(ascii: "["), count: 100_000)
        #expect(throws: InterfaceError.self) { _ = try HostInterface(parsing: deep, file: "test.json") }
    }
}
