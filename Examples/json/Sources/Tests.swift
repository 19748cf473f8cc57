// What `pvm test` runs: documents that are JSON and what is printed of them, and such that are none.

import PVM

/// What is printed of a document, or where and why it is none.
private func result(_ document: String) -> String { result(Array(document.utf8)) }

private func result(_ document: [UInt8]) -> String {
    do throws(JSONError) {
        return String(decoding: Printer.print(try Parser.parse(document)), as: UTF8.self)
    } catch {
        return "\(error.line):\(error.column): \(error.message)"
    }
}

@Test func scalars() {
    #expect(result("null") == "null\n")
    #expect(result(" true\r\n") == "true\n")
    #expect(result("\tfalse ") == "false\n")
    #expect(result("\"\"") == "\"\"\n")
}

@Test func numbersStayAsTheyAre() {
    for number in [
        "0", "-0", "7", "120", "1.50", "-0.0", "1e5", "1E+05", "2.5e-3", "123456789012345678901234567890", "1e999",
    ] {
        #expect(result(number) == number + "\n")
    }
    #expect(result("01") == "1:2: found '1', expected the end of the document")
    #expect(result("-") == "1:2: found the end, expected a digit")
    #expect(result("1.") == "1:3: found the end, expected a digit")
    #expect(result("1.e5") == "1:3: found 'e', expected a digit")
    #expect(result("1e+") == "1:4: found the end, expected a digit")
    #expect(result("+1") == "1:1: found '+', expected a value")
    #expect(result(".5") == "1:1: found '.', expected a value")
    #expect(result("0x10") == "1:2: found 'x', expected the end of the document")
    #expect(result("NaN") == "1:1: found 'N', expected a value")
}

@Test func indentation() {
    #expect(result("[]") == "[]\n")
    #expect(result("{ }") == "{}\n")
    #expect(result("[[1,2],{}]") == "[\n    [\n        1,\n        2\n    ],\n    {}\n]\n")
    #expect(result("{\"a\":1,\"b\":[null]}") == "{\n    \"a\": 1,\n    \"b\": [\n        null\n    ]\n}\n")
    #expect(result("{\"a\":1,\"a\":2}") == "{\n    \"a\": 1,\n    \"a\": 2\n}\n")
}

@Test func escapes() {
    #expect(result(#""\"\\\/\b\f\n\r\t""#) == #""\"\\/\b\f\n\r\t""# + "\n")
    #expect(result(#""\u0041\u00e9\u20AC""#) == "\"Aé€\"\n")
    #expect(result(#""\u0000\u001f\u007f""#) == "\"\\u0000\\u001f\u{7f}\"\n")
    // RFC 8259, section 7: the G clef, U+1D11E.
    #expect(result(#""\uD834\uDD1E""#) == "\"\u{1d11e}\"\n")
    #expect(result(#""\ud800\udc00\udbff\udfff""#) == "\"\u{10000}\u{10ffff}\"\n")
    let half = "half of a surrogate pair is no character"
    for document in [#""\ud834""#, #""\ud834x""#, #""\ud834\n""#, #""\ud834\u0041""#, #""\udd1e\ud834""#] {
        #expect(result(document) == "1:2: " + half)
    }
    let escapes = "1:2: an escape is one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX"
    #expect(result(#""\x41""#) == escapes)
    #expect(result("\"\\") == escapes)
    #expect(result(#""\u12g4""#) == "1:6: found 'g', expected a hexadecimal digit")
}

@Test func strings() {
    #expect(result("\"Grüße, 世界 👋\"") == "\"Grüße, 世界 👋\"\n")
    #expect(result("\"a") == "1:3: found the end, expected '\"' at the end of the string")
    #expect(result("\"a\nb\"") == "1:3: a control character in a string is written as an escape")
    #expect(result("'a'") == "1:1: found ''', expected a value")
}

@Test func bytesThatAreNoUTF8() {
    // A lone continuation; a slash in two bytes; a surrogate; beyond U+10FFFF; an end in the middle.
    let wrong: [[UInt8]] = [
        [0x80], [0xc0, 0xaf], [0xe0, 0x80, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff], [0xe2, 0x82],
        [0xf0, 0x9f, 0x91],
    ]
    for bytes in wrong {
        #expect(result([0x22] + bytes + [0x22]) == "1:2: this is no UTF-8")
        #expect(result(bytes) == "1:1: this is no UTF-8")
    }
}

@Test func structure() {
    #expect(result("") == "1:1: found the end, expected a value")
    #expect(result("[1,]") == "1:4: found ']', expected a value")
    #expect(result("[1 2]") == "1:4: found '2', expected ',' or ']'")
    #expect(result("[1") == "1:3: found the end, expected ',' or ']'")
    #expect(result("{\"a\" 1}") == "1:6: found '1', expected ':'")
    #expect(result("{a: 1}") == "1:2: found 'a', expected a name in quotes")
    #expect(result("{\"a\": 1,}") == "1:9: found '}', expected a name in quotes")
    #expect(result("{\"a\": 1]") == "1:8: found ']', expected ',' or '}'")
    #expect(result("null null") == "1:6: found 'n', expected the end of the document")
    #expect(result("nul") == "1:1: found 'n', expected a value")
    #expect(result("[\u{0}]") == "1:2: found the byte 0x00, expected a value")
    #expect(result("\u{feff}{}") == "1:1: found a byte order mark, expected a value")
}

@Test func placesCountLinesAndCharacters() {
    #expect(result("{\n  \"größe\": 1,\n  \"é\": ?\n}") == "3:8: found '?', expected a value")
    #expect(result("[\r\n1\r\n2]") == "3:1: found '2', expected ',' or ']'")
}

@Test func depth() {
    func nested(_ depth: Int) -> [UInt8] {
        [UInt8](repeating: UInt8(ascii: "["), count: depth) + [UInt8](repeating: UInt8(ascii: "]"), count: depth)
    }
    let deep = result(nested(512))
    #expect(deep.utf8.first == UInt8(ascii: "[") && deep.utf8.last == UInt8(ascii: "\n"))
    #expect(result(nested(513)) == "1:513: more than 512 arrays and objects in each other")
}
