// @Export: the C function and the record, byte for byte as Guest/README.md has them.

import Testing

@Suite struct ExportTests {
    @Test func ownName() {
        expectExpansion(
            of: """
                @Export func fibonacci(_ n: UInt64) -> UInt64 { n }
                """,
            """
            func fibonacci(_ n: UInt64) -> UInt64 { n }

            @c(__pvm_export_fibonacci)
            private func __pvm_export_fibonacci(_ register0: UInt64) -> UInt64 {
                fibonacci(register0)
            }

            private enum \(unique("fibonacci")) {
                @section(".pvm.exports") @used
                static let record: (function: @convention(c) (UInt64) -> UInt64, inputs: UInt8, outputs: UInt8, version: UInt16, length: UInt32, name: InlineArray<9, UInt8>) = (
                    function: __pvm_export_fibonacci, inputs: 1, outputs: 1, version: 1, length: 9,
                    name: [0x66, 0x69, 0x62, 0x6f, 0x6e, 0x61, 0x63, 0x63, 0x69]
                )
            }
            """)
    }

    @Test func otherNameAndBuffer() {
        expectExpansion(
            of: """
                @Export("sum") func total(_ bytes: UnsafeRawBufferPointer) -> UInt64 { 0 }
                """,
            """
            func total(_ bytes: UnsafeRawBufferPointer) -> UInt64 { 0 }

            @c(__pvm_export_sum)
            private func __pvm_export_total(_ register0: UnsafeRawPointer?, _ register1: Int) -> UInt64 {
                total(UnsafeRawBufferPointer(start: register0, count: register1))
            }

            private enum \(unique("sum")) {
                @section(".pvm.exports") @used
                static let record: (function: @convention(c) (UnsafeRawPointer?, Int) -> UInt64, inputs: UInt8, outputs: UInt8, version: UInt16, length: UInt32, name: InlineArray<3, UInt8>) = (
                    function: __pvm_export_total, inputs: 2, outputs: 1, version: 1, length: 3,
                    name: [0x73, 0x75, 0x6d]
                )
            }
            """)
    }

    /// Labels are those of the function; mutable and typed buffers, pointers, Bool and a name with a dot.
    @Test func labelsAndKindsOfParameters() {
        expectExpansion(
            of: """
                @Export("a.b")
                func `default`(
                    to out: UnsafeMutableBufferPointer<UInt32>, from in: UnsafeRawPointer?,
                    flag: Bool, _ raw: Swift.UnsafeMutableRawBufferPointer
                ) {}
                """,
            """
            func `default`(
                to out: UnsafeMutableBufferPointer<UInt32>, from in: UnsafeRawPointer?,
                flag: Bool, _ raw: Swift.UnsafeMutableRawBufferPointer
            ) {}

            @c(__pvm_export_a_2eb)
            private func __pvm_export_default(_ register0: UnsafeMutableRawPointer?, _ register1: Int, _ register2: UnsafeRawPointer?, _ register3: UInt64, _ register4: UnsafeMutableRawPointer?, _ register5: Int) {
                `default`(to: UnsafeMutableBufferPointer<UInt32>(start: register0?.assumingMemoryBound(to: UInt32.self), count: register1), from: register2, flag: register3 & 0xff != 0, UnsafeMutableRawBufferPointer(start: register4, count: register5))
            }

            private enum \(unique("a_2eb")) {
                @section(".pvm.exports") @used
                static let record: (function: @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeRawPointer?, UInt64, UnsafeMutableRawPointer?, Int) -> Void, inputs: UInt8, outputs: UInt8, version: UInt16, length: UInt32, name: InlineArray<3, UInt8>) = (
                    function: __pvm_export_default, inputs: 6, outputs: 0, version: 1, length: 3,
                    name: [0x61, 0x2e, 0x62]
                )
            }
            """)
    }

    /// A static function has a closure in the record, since C functions are global.
    @Test func staticFunction() {
        expectExpansion(
            of: """
                enum Token {
                    @Export static func balance(of account: UInt32) -> UInt64 { 0 }
                }
                """,
            """
            enum Token {
                static func balance(of account: UInt32) -> UInt64 { 0 }

                private enum \(unique("balance")) {
                    @section(".pvm.exports") @used
                    static let record: (function: @convention(c) (UInt64) -> UInt64, inputs: UInt8, outputs: UInt8, version: UInt16, length: UInt32, name: InlineArray<7, UInt8>) = (
                        function: { (register0: UInt64) -> UInt64 in
                            balance(of: UInt32(truncatingIfNeeded: register0))
                        }, inputs: 1, outputs: 1, version: 1, length: 7,
                        name: [0x62, 0x61, 0x6c, 0x61, 0x6e, 0x63, 0x65]
                    )
                }
            }
            """)
    }

    /// Every spelling that fits in one register goes through as it is.
    @Test(arguments: [
        "Int", "UInt", "Int64", "Swift.UInt64", "OpaquePointer", "OpaquePointer?",
        "UnsafePointer<CChar>", "UnsafePointer<UInt8>?", "UnsafeMutablePointer<Int>", "UnsafeMutableRawPointer?",
        "UnsafeRawPointer!", "Optional<UnsafeRawPointer>", "@convention(c) (Int) -> Int", "Account", "Token.Kind",
    ])
    func oneRegister(_ type: String) {
        expectExpansion(
            of: """
                @Export func f(_ x: \(type)) -> \(type) { x }
                """,
            """
            func f(_ x: \(type)) -> \(type) { x }

            @c(__pvm_export_f)
            private func __pvm_export_f(_ register0: \(type)) -> \(type) {
                f(register0)
            }

            private enum \(unique("f")) {
                @section(".pvm.exports") @used
                static let record: (function: @convention(c) (\(type)) -> \(type), inputs: UInt8, outputs: UInt8, version: UInt16, length: UInt32, name: InlineArray<1, UInt8>) = (
                    function: __pvm_export_f, inputs: 1, outputs: 1, version: 1, length: 1,
                    name: [0x66]
                )
            }
            """)
    }

    /// What is narrower than a register has its bits taken out of the whole.
    @Test(arguments: [
        "Int8", "Int16", "Int32", "UInt8", "UInt16", "UInt32", "Swift.Int8", "Swift.UInt32", "CInt", "CUnsignedChar",
    ])
    func narrowInteger(_ type: String) {
        expectExpansion(
            of: """
                @Export func f(_ x: \(type)) -> \(type) { x }
                """,
            """
            func f(_ x: \(type)) -> \(type) { x }

            @c(__pvm_export_f)
            private func __pvm_export_f(_ register0: UInt64) -> UInt64 {
                UInt64(truncatingIfNeeded: f(\(type)(truncatingIfNeeded: register0)) as \(type))
            }

            private enum \(unique("f")) {
                @section(".pvm.exports") @used
                static let record: (function: @convention(c) (UInt64) -> UInt64, inputs: UInt8, outputs: UInt8, version: UInt16, length: UInt32, name: InlineArray<1, UInt8>) = (
                    function: __pvm_export_f, inputs: 1, outputs: 1, version: 1, length: 1,
                    name: [0x66]
                )
            }
            """)
    }

    @Test(arguments: ["Bool", "Swift.Bool", "CBool"])
    func bool(_ type: String) {
        expectExpansion(
            of: """
                @Export func f(_ x: \(type)) -> \(type) { x }
                """,
            """
            func f(_ x: \(type)) -> \(type) { x }

            @c(__pvm_export_f)
            private func __pvm_export_f(_ register0: UInt64) -> UInt64 {
                f(register0 & 0xff != 0) ? 1 : 0
            }

            private enum \(unique("f")) {
                @section(".pvm.exports") @used
                static let record: (function: @convention(c) (UInt64) -> UInt64, inputs: UInt8, outputs: UInt8, version: UInt16, length: UInt32, name: InlineArray<1, UInt8>) = (
                    function: __pvm_export_f, inputs: 1, outputs: 1, version: 1, length: 1,
                    name: [0x66]
                )
            }
            """)
    }

    /// Types inside of others only look like those that are known.
    @Test func typeOfTheSameName() {
        expectExpansion(
            of: """
                @Export func f(_ x: Token.Int8) {}
                """,
            """
            func f(_ x: Token.Int8) {}

            @c(__pvm_export_f)
            private func __pvm_export_f(_ register0: Token.Int8) {
                f(register0)
            }

            private enum \(unique("f")) {
                @section(".pvm.exports") @used
                static let record: (function: @convention(c) (Token.Int8) -> Void, inputs: UInt8, outputs: UInt8, version: UInt16, length: UInt32, name: InlineArray<1, UInt8>) = (
                    function: __pvm_export_f, inputs: 1, outputs: 0, version: 1, length: 1,
                    name: [0x66]
                )
            }
            """)
    }

    /// Two registers.
    @Test(arguments: [
        ("UnsafeRawBufferPointer", "UnsafeRawBufferPointer"),
        ("Swift.UnsafeMutableRawBufferPointer", "UnsafeMutableRawBufferPointer"),
    ])
    func bufferAsResult(_ type: String, _ name: String) {
        expectExpansion(
            of: """
                @Export func f() -> \(type) { x }
                """,
            """
            func f() -> \(type) { x }

            @c(__pvm_export_f)
            private func __pvm_export_f() -> pvm_bytes {
                pvm_bytes(f() as \(name))
            }

            private enum \(unique("f")) {
                @section(".pvm.exports") @used
                static let record: (function: @convention(c) () -> pvm_bytes, inputs: UInt8, outputs: UInt8, version: UInt16, length: UInt32, name: InlineArray<1, UInt8>) = (
                    function: __pvm_export_f, inputs: 0, outputs: 2, version: 1, length: 1,
                    name: [0x66]
                )
            }
            """)
    }

    @Test func bufferAsResultOfStaticFunction() {
        expectExpansion(
            of: """
                enum Token {
                    @Export static func f() -> UnsafeRawBufferPointer { x }
                }
                """,
            """
            enum Token {
                static func f() -> UnsafeRawBufferPointer { x }

                private enum \(unique("f")) {
                    @section(".pvm.exports") @used
                    static let record: (function: @convention(c) () -> pvm_bytes, inputs: UInt8, outputs: UInt8, version: UInt16, length: UInt32, name: InlineArray<1, UInt8>) = (
                        function: { () -> pvm_bytes in
                            pvm_bytes(f() as UnsafeRawBufferPointer)
                        }, inputs: 0, outputs: 2, version: 1, length: 1,
                        name: [0x66]
                    )
                }
            }
            """)
    }

    @Test(arguments: ["", " -> Void", " -> ()", " -> Swift.Void"])
    func noResult(_ arrow: String) {
        expectExpansion(
            of: """
                @Export func f()\(arrow) {}
                """,
            """
            func f()\(arrow) {}

            @c(__pvm_export_f)
            private func __pvm_export_f() {
                f()
            }

            private enum \(unique("f")) {
                @section(".pvm.exports") @used
                static let record: (function: @convention(c) () -> Void, inputs: UInt8, outputs: UInt8, version: UInt16, length: UInt32, name: InlineArray<1, UInt8>) = (
                    function: __pvm_export_f, inputs: 0, outputs: 0, version: 1, length: 1,
                    name: [0x66]
                )
            }
            """)
    }
}
