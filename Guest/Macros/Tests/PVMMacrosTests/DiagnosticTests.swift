// Every mistake that a macro sees: the place, the words, and what the proposal makes of it.

import SwiftSyntaxMacrosGenericTestSupport
import Testing

@Suite struct DiagnosticTests {
    @Test(arguments: [
        Mistake(
            "@Export func f(x: String) {}",
            "a parameter must be an integer, Bool, pointer or buffer, not 'String'; take its contents as "
                + "'UnsafeRawBufferPointer'", 1, 19, "replace 'String' with 'UnsafeRawBufferPointer'",
            fixed: "@Export func f(x: UnsafeRawBufferPointer) {}"),
        Mistake(
            "@Export func f(x: [UInt8]) {}",
            "a parameter must be an integer, Bool, pointer or buffer, not '[UInt8]'; take its contents as "
                + "'UnsafeRawBufferPointer'", 1, 19, "replace '[UInt8]' with 'UnsafeRawBufferPointer'",
            fixed: "@Export func f(x: UnsafeRawBufferPointer) {}"),
        Mistake(
            "@Export func f(x: Array<Int>) {}",
            "a parameter must be an integer, Bool, pointer or buffer, not 'Array<Int>'; take its contents as "
                + "'UnsafeBufferPointer<Int>'", 1, 19, "replace 'Array<Int>' with 'UnsafeBufferPointer<Int>'",
            fixed: "@Export func f(x: UnsafeBufferPointer<Int>) {}"),
        Mistake(
            "@Export func f(x: MutableSpan<Int>) {}",
            "a parameter must be an integer, Bool, pointer or buffer, not 'MutableSpan<Int>'; take its contents as "
                + "'UnsafeMutableBufferPointer<Int>'", 1, 19,
            "replace 'MutableSpan<Int>' with 'UnsafeMutableBufferPointer<Int>'",
            fixed: "@Export func f(x: UnsafeMutableBufferPointer<Int>) {}"),
        Mistake(
            "@Export func f(x: Double) {}",
            "a parameter must be an integer, Bool, pointer or buffer, not 'Double'; pass its bitPattern as 'UInt64'", 1,
            19),
        Mistake(
            "@Export func f(x: Swift.Float) {}",
            "a parameter must be an integer, Bool, pointer or buffer, not 'Swift.Float'; pass its bitPattern as 'UInt32'",
            1, 19),
        Mistake(
            "@Export func f(x: UInt128) {}",
            "a parameter must be an integer, Bool, pointer or buffer, not 'UInt128'; pass two halves of 64 bits", 1, 19),
        Mistake(
            "@Export func f(x: (Int, Int)) {}",
            "a parameter must be an integer, Bool, pointer or buffer, not '(Int, Int)'", 1, 19),
        Mistake(
            "@Export func f(x: () -> Void) {}",
            "a parameter must be an integer, Bool, pointer or buffer, not '() -> Void'", 1, 19),
        Mistake(
            "@Export func f(x: @escaping () -> Void) {}",
            "a parameter must be an integer, Bool, pointer or buffer, not '@escaping () -> Void'", 1, 19),
        Mistake(
            "@Export func f(x: some Sequence) {}",
            "a parameter must be an integer, Bool, pointer or buffer, not 'some Sequence'", 1, 19),
        Mistake(
            "@Export func f(x: AnyObject) {}",
            "a parameter must be an integer, Bool, pointer or buffer, not 'AnyObject'", 1, 19),
        Mistake(
            "@Export func f(x: [Int: Int]) {}",
            "a parameter must be an integer, Bool, pointer or buffer, not '[Int: Int]'", 1, 19),
        Mistake(
            "@Export func f(x: Int?) {}", "only pointers can be optional: 'Int?' does not fit in a register", 1, 19),
        Mistake(
            "@Export func f(x: Optional<Bool>) {}",
            "only pointers can be optional: 'Optional<Bool>' does not fit in a register", 1, 19),
        Mistake(
            "@Export func f(x: CInt?) {}", "only pointers can be optional: 'CInt?' does not fit in a register", 1, 19),
        Mistake(
            "@Export func f(x: UnsafeRawBufferPointer?) {}",
            "'UnsafeRawBufferPointer' is never nil as a whole: an absent buffer has no base address", 1, 19,
            "replace 'UnsafeRawBufferPointer?' with 'UnsafeRawBufferPointer'",
            fixed: "@Export func f(x: UnsafeRawBufferPointer) {}"),
        Mistake(
            "@Export func f(x: inout Int) {}",
            "'inout' does not reach the other side; take an 'UnsafeMutablePointer<Int>'", 1, 19,
            "replace 'inout Int' with 'UnsafeMutablePointer<Int>'",
            fixed: "@Export func f(x: UnsafeMutablePointer<Int>) {}"),
        Mistake(
            "@Export func f(x: Int...) {}", "the number of arguments must be fixed; take a buffer", 1, 22,
            "replace 'Int...' with 'UnsafeBufferPointer<Int>'",
            fixed: "@Export func f(x: UnsafeBufferPointer<Int>) {}"),
        Mistake(
            "@Export func f(x: Int = 3) {}", "a default argument does not reach the other side", 1, 23,
            "remove '= 3'", fixed: "@Export func f(x: Int ) {}"),
        Mistake(
            "@Export func f(a: Int, b: Int, c: Int, d: Int, e: Int, f: UnsafeRawBufferPointer) {}",
            "six registers reach the other side, and this function takes 7; a buffer takes two", 1, 56),
        Mistake(
            "@Export func f(a: Int, b: Int, c: Int, d: Int, e: Int, f: Int, g: Int, h: Int) {}",
            "six registers reach the other side, and this function takes 8; a buffer takes two", 1, 64),
    ])
    func parameters(_ mistake: Mistake) {
        mistake.check(expanded: mistake.source.withoutAttribute)
    }

    @Test(arguments: [
        Mistake(
            "@Export func f() -> String { x }",
            "a result must be an integer, Bool, pointer or raw buffer, not 'String'; fill a buffer that is a parameter",
            1, 21),
        Mistake(
            "@Export func f() -> UnsafeBufferPointer<UInt32> { x }",
            "a buffer that is a result has its size in bytes, unlike 'UnsafeBufferPointer<UInt32>'", 1, 21,
            "replace 'UnsafeBufferPointer<UInt32>' with 'UnsafeRawBufferPointer'",
            fixed: "@Export func f() -> UnsafeRawBufferPointer { x }"),
        Mistake(
            "@Export func f() -> Swift.UnsafeMutableBufferPointer<Int> { x }",
            "a buffer that is a result has its size in bytes, unlike 'Swift.UnsafeMutableBufferPointer<Int>'", 1, 21,
            "replace 'Swift.UnsafeMutableBufferPointer<Int>' with 'UnsafeMutableRawBufferPointer'",
            fixed: "@Export func f() -> UnsafeMutableRawBufferPointer { x }"),
        Mistake(
            "@Export func f() -> UnsafeRawBufferPointer? { x }",
            "'UnsafeRawBufferPointer' is never nil as a whole: an absent buffer has no base address", 1, 21,
            "replace 'UnsafeRawBufferPointer?' with 'UnsafeRawBufferPointer'",
            fixed: "@Export func f() -> UnsafeRawBufferPointer { x }"),
        Mistake(
            "@Export func f() -> (Int, Int) { x }",
            "a result must be an integer, Bool, pointer or raw buffer, not '(Int, Int)'", 1, 21),
        Mistake(
            "@Export func f() -> Double { x }",
            "a result must be an integer, Bool, pointer or raw buffer, not 'Double'; pass its bitPattern as 'UInt64'",
            1, 21),
    ])
    func results(_ mistake: Mistake) {
        mistake.check(expanded: mistake.source.withoutAttribute)
    }

    @Test(arguments: [
        Mistake(
            "@Export func f<T>(x: Int) {}",
            "the host cannot choose types: a function that it shares must not be generic", 1, 15),
        Mistake(
            "@Export func f() async {}", "the host cannot wait: a function that it shares must not be 'async'", 1, 18,
            "remove 'async'", fixed: "@Export func f() {}"),
        Mistake(
            "@Export func f() throws {}", "errors do not reach the other side: return a status instead of throwing", 1,
            18, "remove 'throws'", fixed: "@Export func f() {}"),
        Mistake(
            "@Export func f() throws(E) -> Int { 0 }",
            "errors do not reach the other side: return a status instead of throwing", 1, 18, "remove 'throws(E)'",
            fixed: "@Export func f() -> Int { 0 }"),
        Mistake(
            "@Export func f()", "an exported function needs a body", 1, 14,
            "replace '@Export' with '@Import', for a function of the host", fixed: "@Import func f()"),
        Mistake("@Export func + (a: Int, b: Int) {}", "@Export does not go on an operator", 1, 14),
        Mistake("@Export var x: Int", "@Export goes on a function", 1, 1, "remove '@Export'", fixed: "var x: Int"),
        Mistake("@Test struct S {}", "@Test goes on a function", 1, 1, "remove '@Test'", fixed: "struct S {}"),
        Mistake(
            "@Test func f(x: Int, y: Int) {}", "a test has no parameters", 1, 14, "remove the parameters",
            fixed: "@Test func f() {}"),
        Mistake(
            "@Test func f() -> Int { 0 }", "a test has no result; it fails by trapping", 1, 16, "remove the result",
            fixed: "@Test func f() { 0 }"),
        Mistake(
            "@Test func f() -> String { x }", "a test has no result; it fails by trapping", 1, 16, "remove the result",
            fixed: "@Test func f() { x }"),
        Mistake("@Test func f()", "an exported function needs a body", 1, 12),
    ])
    func functions(_ mistake: Mistake) {
        mistake.check(expanded: mistake.source.withoutAttribute)
    }

    @Test(arguments: [
        Mistake("@Export(\"\") func f() {}", "the name is empty", 1, 9),
        Mistake(
            "@Export(\"\\\"f\\\"\") func f() {}", "the name must not contain quotes or backslashes", 1, 9,
            "replace \"\\\"f\\\"\" with \"f\"", fixed: "@Export(\"f\") func f() {}"),
        Mistake(
            "@Export(\"'f'\") func f() {}", "the name must not contain quotes or backslashes", 1, 9,
            "replace \"'f'\" with \"f\"", fixed: "@Export(\"f\") func f() {}"),
        Mistake(
            "@Export(\"größe\") func f() {}",
            "the name must consist of visible ASCII characters; choose another: (\"name\")", 1, 9),
        Mistake(
            "@Export(\"a b\") func f() {}",
            "the name must consist of visible ASCII characters; choose another: (\"name\")", 1, 9),
        Mistake(
            "@Export func größe() {}",
            "the name must consist of visible ASCII characters; choose another: (\"name\")", 1, 14),
        Mistake("@Export(\"a\\(b)\") func f() {}", "the name must be a plain string literal", 1, 9),
        Mistake("@Export(name) func f() {}", "the name must be a plain string literal", 1, 9),
        Mistake(
            "@Export(\"\(String(repeating: "x", count: 1025))\") func f() {}",
            "the name has 1025 bytes; the format allows 1024", 1, 9),
    ])
    func names(_ mistake: Mistake) {
        mistake.check(expanded: mistake.source.withoutAttribute)
    }

    @Test(arguments: [
        Mistake("@Import(index: -1) func f()", "the index must lie in 0...4294967294", 1, 16),
        Mistake("@Import(index: 4294967295) func f()", "the index must lie in 0...4294967294", 1, 16),
        Mistake("@Import(index: 0x1_0000_0000) func f()", "the index must lie in 0...4294967294", 1, 16),
        Mistake("@Import(index: number) func f()", "the index must be an integer literal", 1, 16),
        Mistake("@Import(\"\", index: 1) func f()", "the name is empty", 1, 9),
        Mistake(
            "@Import func f(_: Int)", "a parameter of an import needs a name, by which it is passed on", 1, 16,
            "insert the name 'argument0'", fixed: "@Import func f(_ argument0: Int)"),
        Mistake(
            "@Import func f(a: Int, b _: Int)", "a parameter of an import needs a name, by which it is passed on", 1,
            24,
            "insert the name 'argument1'", fixed: "@Import func f(a: Int, b argument1: Int)"),
        Mistake(
            "@Import func f(x: String)",
            "a parameter must be an integer, Bool, pointer or buffer, not 'String'; take its contents as "
                + "'UnsafeRawBufferPointer'", 1, 19, "replace 'String' with 'UnsafeRawBufferPointer'",
            fixed: "@Import func f(x: UnsafeRawBufferPointer)"),
    ])
    func imports(_ mistake: Mistake) {
        // Some body, so that its absence is not complained about as well.
        mistake.check(expanded: mistake.source.withoutAttribute + " {\n    Swift.fatalError()\n}")
    }

    @Test(arguments: [
        ("remove the body", "@Import func f() "),
        ("replace '@Import' with '@Export', for a function of the guest", "@Export func f() { g() }"),
    ])
    func importWithBody(_ fixIt: String, _ fixed: String) {
        expectExpansion(
            of: "@Import func f() { g() }", "func f() {\n    Swift.fatalError()\n}",
            diagnostics: [
                .init(
                    message: "an imported function has its body in the host", line: 1, column: 18,
                    fixIts: [
                        .init(message: "remove the body"),
                        .init(message: "replace '@Import' with '@Export', for a function of the guest"),
                    ])
            ], applying: [fixIt], fixed: fixed)
    }

    /// Independent mistakes are all reported.
    @Test func severalAtOnce() {
        expectExpansion(
            of: "@Export(\"\") func f(a: Double) async -> String { x }", "func f(a: Double) async -> String { x }",
            diagnostics: [
                .init(message: "the name is empty", line: 1, column: 9),
                .init(
                    message: "the host cannot wait: a function that it shares must not be 'async'", line: 1, column: 31,
                    fixIts: [.init(message: "remove 'async'")]),
                .init(
                    message: "a parameter must be an integer, Bool, pointer or buffer, not 'Double'; pass its "
                        + "bitPattern as 'UInt64'", line: 1, column: 23),
                .init(
                    message:
                        "a result must be an integer, Bool, pointer or raw buffer, not 'String'; fill a buffer that is a "
                        + "parameter", line: 1, column: 40),
            ])
    }

    // MARK: Where the function stands

    @Test func method() {
        expectExpansion(
            of: "struct S {\n    @Export func f() {}\n}", "struct S {\n    func f() {}\n}",
            diagnostics: [
                .init(
                    message: "@Export goes on a global function or a static one of a type", line: 2, column: 18,
                    fixIts: [.init(message: "insert 'static'")])
            ],
            applying: ["insert 'static'"], fixed: "struct S {\n    @Export static func f() {}\n}")
    }

    @Test func genericType() {
        expectExpansion(
            of: "struct S<T> {\n    @Test static func f() {}\n}", "struct S<T> {\n    static func f() {}\n}",
            diagnostics: [
                .init(
                    message: "@Test does not go into a generic type: the host cannot say which one it means", line: 2,
                    column: 23)
            ])
    }

    @Test func staticImport() {
        expectExpansion(
            of: "enum Host {\n    @Import static func f()\n}",
            "enum Host {\n    static func f() {\n        Swift.fatalError()\n    }\n}",
            diagnostics: [
                .init(message: "@Import goes on a global function, which others can call", line: 2, column: 25)
            ])
    }

    @Test func protocolRequirement() {
        expectExpansion(
            of: "protocol P {\n    @Test static func f() {}\n}", "protocol P {\n    static func f() {}\n}",
            diagnostics: [
                .init(message: "@Test goes on a global function or a static one of a type", line: 2, column: 23)
            ])
    }
}

extension String {
    /// What is left of a declaration when its macro has been expanded to nothing.
    fileprivate var withoutAttribute: String {
        let function = firstRange(of: "func ") ?? firstRange(of: "var ") ?? firstRange(of: "struct ")
        return function.map { String(self[$0...]) } ?? self
    }

    private func firstRange(of word: String) -> Index? {
        indices.first { self[$0...].hasPrefix(word) }
    }
}
