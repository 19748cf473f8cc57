// @Import: the declaration, the record and the body.

import Testing

@Suite struct ImportTests {
    @Test(arguments: [
        ("@Import", "hostAdd", "0x68, 0x6f, 0x73, 0x74, 0x41, 0x64, 0x64", "0xffff_ffff"),
        ("@Import(\"host_add\")", "host_add", "0x68, 0x6f, 0x73, 0x74, 0x5f, 0x61, 0x64, 0x64", "0xffff_ffff"),
        ("@Import(index: 16)", "hostAdd", "0x68, 0x6f, 0x73, 0x74, 0x41, 0x64, 0x64", "16"),
        ("@Import(\"ho.st\", index: 0x10)", "ho.st", "0x68, 0x6f, 0x2e, 0x73, 0x74", "16"),
        ("@Import(index: 4_294_967_294)", "hostAdd", "0x68, 0x6f, 0x73, 0x74, 0x41, 0x64, 0x64", "4294967294"),
    ])
    func nameAndIndex(_ attribute: String, _ name: String, _ bytes: String, _ number: String) {
        let id = name == "ho.st" ? "ho_2est" : name
        expectExpansion(
            of: """
                \(attribute) func hostAdd(_ a: UInt64, _ b: UInt64) -> UInt64
                """,
            """
            func hostAdd(_ a: UInt64, _ b: UInt64) -> UInt64 {
                __pvm_import_hostAdd(a, b)
            }

            @_extern(c, "\(name)")
            private func __pvm_import_hostAdd(_ register0: UInt64, _ register1: UInt64) -> UInt64

            private enum \(unique(id)) {
                @section(".pvm.imports") @used
                static let record: (version: UInt16, inputs: UInt8, outputs: UInt8, number: UInt32, length: UInt32, name: InlineArray<\(name.utf8.count), UInt8>) = (
                    version: 1, inputs: 2, outputs: 1, number: \(number), length: \(name.utf8.count),
                    name: [\(bytes)]
                )
            }
            """)
    }

    @Test func buffersAreSplit() {
        expectExpansion(
            of: """
                @Import public func hash(of bytes: UnsafeRawBufferPointer, into out: UnsafeMutableBufferPointer<UInt8>, seed: Int32)
                """,
            """
            public func hash(of bytes: UnsafeRawBufferPointer, into out: UnsafeMutableBufferPointer<UInt8>, seed: Int32) {
                __pvm_import_hash(bytes.baseAddress, bytes.count, out.baseAddress, out.count, UInt64(truncatingIfNeeded: seed))
            }

            @_extern(c, "hash")
            private func __pvm_import_hash(_ register0: UnsafeRawPointer?, _ register1: Int, _ register2: UnsafeMutableRawPointer?, _ register3: Int, _ register4: UInt64)

            private enum \(unique("hash")) {
                @section(".pvm.imports") @used
                static let record: (version: UInt16, inputs: UInt8, outputs: UInt8, number: UInt32, length: UInt32, name: InlineArray<4, UInt8>) = (
                    version: 1, inputs: 5, outputs: 0, number: 0xffff_ffff, length: 4,
                    name: [0x68, 0x61, 0x73, 0x68]
                )
            }
            """)
    }

    @Test(arguments: [
        ("Int8", "UInt64(truncatingIfNeeded: x)", "Int8(truncatingIfNeeded: ", ")"),
        ("Swift.UInt32", "UInt64(truncatingIfNeeded: x)", "Swift.UInt32(truncatingIfNeeded: ", ")"),
        ("Bool", "x ? 1 : 0", "", " & 0xff != 0"),
    ])
    func narrowTypes(_ type: String, _ argument: String, _ before: String, _ after: String) {
        expectExpansion(
            of: """
                @Import func f(x: \(type)) -> \(type)
                """,
            """
            func f(x: \(type)) -> \(type) {
                \(before)__pvm_import_f(\(argument))\(after)
            }

            @_extern(c, "f")
            private func __pvm_import_f(_ register0: UInt64) -> UInt64

            private enum \(unique("f")) {
                @section(".pvm.imports") @used
                static let record: (version: UInt16, inputs: UInt8, outputs: UInt8, number: UInt32, length: UInt32, name: InlineArray<1, UInt8>) = (
                    version: 1, inputs: 1, outputs: 1, number: 0xffff_ffff, length: 1,
                    name: [0x66]
                )
            }
            """)
    }

    @Test(arguments: [("UnsafeRawBufferPointer", "bytes"), ("UnsafeMutableRawBufferPointer", "mutableBytes")])
    func buffersAsResults(_ type: String, _ property: String) {
        expectExpansion(
            of: """
                @Import func f() -> \(type)
                """,
            """
            func f() -> \(type) {
                __pvm_import_f().\(property)
            }

            @_extern(c, "f")
            private func __pvm_import_f() -> pvm_bytes

            private enum \(unique("f")) {
                @section(".pvm.imports") @used
                static let record: (version: UInt16, inputs: UInt8, outputs: UInt8, number: UInt32, length: UInt32, name: InlineArray<1, UInt8>) = (
                    version: 1, inputs: 0, outputs: 2, number: 0xffff_ffff, length: 1,
                    name: [0x66]
                )
            }
            """)
    }
}
