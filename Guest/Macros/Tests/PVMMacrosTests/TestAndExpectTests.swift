// @Test, an export without parameters whose name begins with "test", and #expect.

import Testing

@Suite struct TestMacroTests {
    @Test(arguments: [
        ("addsUp", "test_addsUp", "0x74, 0x65, 0x73, 0x74, 0x5f, 0x61, 0x64, 0x64, 0x73, 0x55, 0x70"),
        ("testSum", "testSum", "0x74, 0x65, 0x73, 0x74, 0x53, 0x75, 0x6d"),
    ])
    func isExported(_ function: String, _ name: String, _ bytes: String) {
        expectExpansion(
            of: """
                @Test func \(function)() { check() }
                """,
            """
            func \(function)() { check() }

            @c(__pvm_export_\(name))
            private func __pvm_export_\(function)() {
                \(function)()
            }

            private enum \(unique("\(name)")) {
                @section(".pvm.exports") @used
                static let record: (function: @convention(c) () -> Void, inputs: UInt8, outputs: UInt8, version: UInt16, length: UInt32, name: InlineArray<\(name.utf8.count), UInt8>) = (
                    function: __pvm_export_\(function), inputs: 0, outputs: 0, version: 1, length: \(name.utf8.count),
                    name: [\(bytes)]
                )
            }
            """)
    }
}

@Suite struct ExpectMacroTests {
    @Test(arguments: [
        ("ready", #"PVM.expect(ready, "ready", file: "Guest/guest.swift", line: 1)"#),
        ("a && b", #"PVM.expect(a && b, "a && b", file: "Guest/guest.swift", line: 1)"#),
        ("x == nil", #"PVM.expect(x == nil, "x == nil", file: "Guest/guest.swift", line: 1)"#),
        (
            #"name == "a\n""#,
            ##"PVM.expect(name, "a\n", #"name == "a\n""#, file: "Guest/guest.swift", line: 1) {"## + "\n    $0 == $1\n}"
        ),
        (
            "a + 1 >= b",
            #"PVM.expect(a + 1, b, "a + 1 >= b", file: "Guest/guest.swift", line: 1) {"# + "\n    $0 >= $1\n}"
        ),
        ("a == b || c", #"PVM.expect(a == b || c, "a == b || c", file: "Guest/guest.swift", line: 1)"#),
        ("a ||\n        b", "PVM.expect(a ||\n        b, \"a || b\", file: \"Guest/guest.swift\", line: 1)"),
    ])
    func passesTheSourceText(_ condition: String, _ expanded: String) {
        expectExpansion(of: "#expect(\(condition))", expanded)
    }
}
