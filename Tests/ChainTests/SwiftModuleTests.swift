// The module PVM and its macros as guests have them from the SDK: a guest at each level, its blob, a run.

import PolkaBlob
import PolkaBuild
import PolkaHost
import PolkaISA
import PolkaLinker
import PolkaVM
import SystemPackage
import Testing

/// A guest of one Swift file, `Sources/guest.swift` of the module `Program`, and perhaps one of C.
private struct SwiftGuest {
    let swift: String
    var c: String?

    /// The guest as built at each level, in a project called Program.
    func blobs(for target: BuildOptions.Target = .polkavm) async throws -> [(Blob, BuildOptions.Optimization)] {
        var blobs: [(Blob, BuildOptions.Optimization)] = []
        let folder = try TemporaryFolder("swift-module")
        let root = folder.path.appending("Program")
        try write(to: root)
        let project = try Project(folder: root)
        for optimization in BuildOptions.Optimization.allCases {
            let options = BuildOptions(target: target, optimization: optimization, colorDiagnostics: false)
            let products = try await Builder.forTests(options).build(project)
            #expect(products.warnings == [], "the compilers warn")
            // What is run has been through the bytes.
            try blobs.append((Blob(parsing: products.result.blob.serialized()), optimization))
        }
        return blobs
    }

    private func write(to folder: FilePath) throws {
        let sources = folder.appending(Project.sourceFolder)
        try Files.makeFolder(sources)
        try Files.write(Array(swift.utf8), to: sources.appending("guest.swift"))
        if let c { try Files.write(Array(c.utf8), to: sources.appending("caller.c")) }
    }
}

/// What a guest and its host did to each other.
private final class Conversation {
    /// What is left to read.
    var input = Array("first\n\nlast".utf8)
    /// What was written, each call of the host by itself, with its stream before it.
    var texts: [String] = []
    /// What host functions whose names begin with "echo" got in the first register, and give back in it; in the second one
    /// they give one more than they got.
    var echoed: UInt64 = 0
    var echo: UInt64 = 0
}

/// How a call ended.
private struct Outcome {
    let exit: Exit
    let instance: Instance
    let written: [String]
    let echoed: UInt64

    var result: UInt64 { instance[.a0] }
}

extension Blob {
    /// Calls an export of a new instance.
    fileprivate func run(_ export: String, _ arguments: UInt64..., echo: UInt64 = 0) throws -> Outcome {
        let conversation = Conversation()
        conversation.echo = echo
        // A few bytes at a time, as from a terminal.
        let console = ConsoleHost { count in
            defer { conversation.input.removeFirst(min(count, 4, conversation.input.count)) }
            return Array(conversation.input.prefix(min(count, 4)))
        } write: { stream, bytes in
            conversation.texts.append("\(stream.rawValue) \(String(decoding: bytes, as: UTF8.self))")
        }
        var linker = try Guest.linker(console)
        for symbol in imports.compactMap({ $0.map { String(decoding: $0, as: UTF8.self) } })
        where symbol.hasPrefix("echo") {
            try linker.define(symbol) { context in
                conversation.echoed = context.argument(0)
                context.setResult(conversation.echo)
                context.instance[.a1] = conversation.echoed &+ 1
            }
        }
        let module = try Module(self, configuration: ModuleConfiguration(), engine: Engine(backend: .interpreter))
        let instance = try Instance(module, linker: linker)
        let exit = try instance.call(export, arguments)
        return Outcome(exit: exit, instance: instance, written: conversation.texts, echoed: conversation.echoed)
    }
}

@Suite struct SwiftModuleTests {
    @Test func exportsAndImports() async throws {
        let guest = """
            import PVM
            @Import("host_add") func hostAdd(_ a: UInt64, _ b: UInt64) -> UInt64
            @Export func fibonacci(_ n: UInt64) -> UInt64 {
                n < 2 ? n : hostAdd(fibonacci(n - 1), fibonacci(n - 2))
            }
            @Export("a.dotted-name") private func main(_ x: Int8, _ flag: Bool) -> Bool { flag && x == -1 }
            enum Token {
                @Export static func balance(of account: UInt32) -> UInt64 { hostAdd(UInt64(account), 1) }
            }
            @Export("absolute") func abs(_ x: Int64) -> Int64 { x < 0 ? -x : x }
            @Export("absolute32") func abs(_ x: Int32) -> Int32 { x < 0 ? -x : x }
            """
        for (blob, _) in try await SwiftGuest(swift: guest).blobs() {
            let names = ["fibonacci", "a.dotted-name", "balance", "absolute", "absolute32"]
            #expect(blob.exports.map { String(decoding: $0.symbol, as: UTF8.self) } == names)
            #expect(blob.imports == [Array("host_add".utf8)])
            #expect(try blob.run("fibonacci", 20).result == 6765)
            #expect(try blob.run("a.dotted-name", .max, 1).result == 1)
            #expect(try blob.run("balance", 41).result == 42)
            #expect(try blob.run("absolute", UInt64(bitPattern: -5)).result == 5)
            #expect(try blob.run("absolute32", UInt64(bitPattern: -7)).result == 7)
        }
    }

    /// C stands for the host: it calls what is exported and defines what is imported, with addresses and counts.
    @Test func buffersAreAddressAndCount() async throws {
        let guest = """
            import PVM
            struct Pair { var left, right: UInt8 }
            @Export func sum(_ values: UnsafeBufferPointer<UInt32>) -> UInt64 { values.reduce(0) { $0 + UInt64($1) } }
            @Export func fill(_ pairs: UnsafeMutableBufferPointer<Pair>, with value: UInt8) {
                for index in pairs.indices { pairs[index] = Pair(left: value, right: value) }
            }
            @Import func checksum(of bytes: UnsafeRawBufferPointer, into out: UnsafeMutableBufferPointer<UInt64>) -> Bool
            @Export func check(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
                withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2) { out in
                    checksum(of: bytes, into: out) ? out[1] : 0
                }
            }
            """
        let caller = """
            #include <pvm.h>
            uint64_t __pvm_export_sum(const uint32_t *, size_t);
            void __pvm_export_fill(void *, size_t, uint8_t);
            uint64_t __pvm_export_check(const void *, size_t);
            _Bool checksum(const uint8_t *bytes, size_t count, uint64_t *out, size_t out_count) {
                out[1] = bytes[count - 1];
                return count == 5 && out_count == 2;
            }
            PVM_EXPORT(uint64_t, call_sum) { uint32_t values[] = {1, 2, 0xffffffff}; return __pvm_export_sum(values, 3); }
            PVM_EXPORT(uint64_t, call_sum_of_nothing) { return __pvm_export_sum(0, 0); }
            PVM_EXPORT(uint64_t, call_fill) {
                union { uint8_t bytes[8]; uint64_t word; } pairs = {.word = 0};
                __pvm_export_fill(pairs.bytes, 3, 0x11);
                return pairs.word;
            }
            PVM_EXPORT(uint64_t, call_check) { return __pvm_export_check("hello", 5); }
            """
        for (blob, _) in try await SwiftGuest(swift: guest, c: caller).blobs() {
            #expect(try blob.run("call_sum").result == 0x1_0000_0002)
            #expect(try blob.run("call_sum_of_nothing").result == 0)
            #expect(try blob.run("call_fill").result == 0x1111_1111_1111)
            #expect(try blob.run("call_check").result == 0x6f)
        }
    }

    /// What lies above the bits of a type counts for nothing, whoever put it there; guests extend registers as the type is.
    @Test func narrowTypesTakeWholeRegisters() async throws {
        func functions(_ type: String, _ wide: String) -> String {
            """
            @Export func take\(type)(_ x: \(type)) -> \(wide) { \(wide)(x >> 2) }
            @Export func compare\(type)(_ x: \(type), _ y: Swift.\(type)) -> UInt64 { x < y ? 1 : 0 }
            enum In\(type) { @Export static func static\(type)(_ x: \(type)) -> \(type) { x >> 2 } }
            @Export func give\(type)(_ x: UInt64) -> \(type) { \(type)(truncatingIfNeeded: x) }
            @Import func echo\(type)(_ x: \(type)) -> \(type)
            @Export func echoOf\(type)(_ x: UInt64) -> \(wide) { \(wide)(echo\(type)(\(type)(truncatingIfNeeded: x)) >> 2) }

            """
        }
        let guest =
            """
            import PVM
            @Export func takeBool(_ x: Bool) -> UInt64 { x ? 3 : 5 }
            enum InBool { @Export static func staticBool(_ x: Bool) -> Bool { !x } }
            @Export func giveBool(_ x: UInt64) -> Bool { x == 7 }
            @Import func echoBool(_ x: Bool) -> Bool
            @Export func echoOfBool(_ x: UInt64) -> UInt64 { echoBool(x == 7) ? 3 : 5 }

            """ + ["Int8", "Int16", "Int32"].map { functions($0, "Int64") }.joined()
            + ["UInt8", "UInt16", "UInt32"].map { functions($0, "UInt64") }.joined()
        let dirty: [UInt64] = [
            0, 1, .max, 0xffff_ffff_0000_0000, 0x1_0000_0000, 0xdead_beef_cafe_f00d, 0x1234_5678_7fff_7f7f,
            0xff80_8080_8080_8080, 0xffff_ffff_7fff_ffff, 0x0000_0000_ffff_ffff, 0x100, 0xff00_0000_0000_0001,
        ]
        for (blob, optimization) in try await SwiftGuest(swift: guest).blobs() {
            func check<Value: FixedWidthInteger>(_: Value.Type) throws {
                for bits in dirty {
                    let value = Value(truncatingIfNeeded: bits)
                    let what: Comment = "\(Value.self) \(bits) \(optimization)"
                    let extended = UInt64(truncatingIfNeeded: value)
                    let shifted = UInt64(truncatingIfNeeded: value >> 2)
                    #expect(try blob.run("take\(Value.self)", bits).result == shifted, what)
                    #expect(try blob.run("static\(Value.self)", bits).result == shifted, what)
                    #expect(try blob.run("give\(Value.self)", bits).result == extended, what)
                    let other = Value(truncatingIfNeeded: ~bits)
                    #expect(try blob.run("compare\(Value.self)", bits, ~bits).result == (value < other ? 1 : 0), what)
                    let echo = try blob.run("echoOf\(Value.self)", bits, echo: ~bits)
                    #expect(echo.echoed == extended, what)
                    #expect(echo.result == UInt64(truncatingIfNeeded: other >> 2), what)
                }
            }
            try check(Int8.self)
            try check(Int16.self)
            try check(Int32.self)
            try check(UInt8.self)
            try check(UInt16.self)
            try check(UInt32.self)
            for bits in dirty {
                let isTrue = bits & 0xff != 0
                let what: Comment = "\(bits) \(optimization)"
                #expect(try blob.run("takeBool", bits).result == (isTrue ? 3 : 5), what)
                #expect(try blob.run("staticBool", bits).result == (isTrue ? 0 : 1), what)
                #expect(try blob.run("giveBool", bits).result == 0, what)
                #expect(try blob.run("echoOfBool", 7, echo: bits).result == (isTrue ? 3 : 5), what)
            }
            #expect(try blob.run("giveBool", 7).result == 1)
            #expect(try blob.run("echoOfBool", 7).echoed == 1)
            #expect(try blob.run("echoOfBool", 8).echoed == 0)
        }
    }

    /// Address and count come back in two registers, from guest and host and in C.
    @Test func rawBuffersAreResults() async throws {
        let guest = """
            import PVM
            @Export func rest(_ bytes: UnsafeRawBufferPointer, of flag: Bool) -> UnsafeRawBufferPointer {
                flag ? UnsafeRawBufferPointer(rebasing: bytes.dropFirst(1)) : UnsafeRawBufferPointer(start: nil, count: 0)
            }
            enum Store {
                nonisolated(unsafe) static var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 3, alignment: 1)
                @Export static func filled(with x: UInt8) -> UnsafeMutableRawBufferPointer {
                    for index in bytes.indices { bytes[index] = x }
                    return bytes
                }
            }
            @Import func echo(_ n: UInt64) -> UnsafeRawBufferPointer
            @Import("echo_mutable") func mutableEcho(_ n: UInt64) -> UnsafeMutableRawBufferPointer
            @Export func passed(_ n: UInt64) -> UnsafeRawBufferPointer { echo(n) }
            @Export func sizes(_ n: UInt64) -> UInt64 { UInt64(echo(n).count * 100 + mutableEcho(n).count) }
            @Import func made_by_c(_ n: UInt8) -> UnsafeMutableRawBufferPointer
            @Export func written(_ n: UInt8) -> UInt64 {
                let bytes = made_by_c(n)
                bytes[0] = 9
                return UInt64(bytes[0]) * 100 + UInt64(bytes[1]) * 10 + UInt64(bytes.count)
            }
            """
        let caller = """
            #include <pvm.h>
            #include <pvm_bytes.h>
            pvm_bytes __pvm_export_rest(const void *, size_t, uint64_t);
            PVM_EXPORT(uint64_t, call_rest) {
                const pvm_bytes rest = __pvm_export_rest("hello", 5, 1), none = __pvm_export_rest("hello", 5, 0);
                return rest.count * 1000 + *(const char *)rest.address + none.count + (uint64_t)none.address;
            }
            pvm_bytes made_by_c(uint64_t n) {
                static uint8_t bytes[2];
                bytes[0] = bytes[1] = n;
                return (pvm_bytes){bytes, sizeof bytes};
            }
            PVM_EXPORT(pvm_bytes, of_c, uint64_t n) { return made_by_c(n); }
            """
        for (blob, _) in try await SwiftGuest(swift: guest, c: caller).blobs() {
            #expect(try blob.run("call_rest").result == 4101)
            #expect(try blob.run("written", 5).result == 952)
            let rest = try blob.run("rest", 0x1000, 7, 1)
            #expect(rest.result == 0x1001 && rest.instance[.a1] == 6)
            let none = try blob.run("rest", 0x1000, 7, 0)
            #expect(none.result == 0 && none.instance[.a1] == 0)
            for (export, bytes) in [("filled", [4, 4, 4] as [UInt8]), ("of_c", [4, 4])] {
                let filled = try blob.run(export, 4)
                let address = try #require(UInt32(exactly: filled.result))
                #expect(filled.instance[.a1] == UInt64(bytes.count))
                #expect(try filled.instance.memory.read(at: address, byteCount: bytes.count) == bytes)
            }
            let passed = try blob.run("passed", 5, echo: 0x1_2345)
            #expect(passed.echoed == 5 && passed.result == 0x1_2345 && passed.instance[.a1] == 6)
            #expect(try blob.run("sizes", 5, echo: 1).result == 606)
        }
    }

    private static let talkative = """
        import PVM
        struct Point: CustomStringConvertible {
            var x: Int
            var description: String { "(\\(x))" }
        }
        @Export func literal() { print("hello") }
        @Export func interpolated(_ n: UInt64) {
            print("n = \\(n), 0x\\(n, radix: 16), \\(n == 255), \\(Int8(-128)), \\(Point(x: 3))", terminator: ".")
        }
        @Export func numbers() { print(UInt64.max); print(Int64.min); print(true); print() }
        @Export func several() { print("a", 1, true, Point(x: 2), 3, "z"); print(1, 2, separator: ", ", terminator: "!") }
        @Export func nested() { print("outer \\(inner()) end") }
        func inner() -> Int { print("inner"); return 1 }
        @Export func long() {
            let text = String(repeating: "x", count: 200)
            print("[\\(text)\\(text)]")
            Console.error("\\(text)\\(text)\\(text)")
        }
        @Export func streams() {
            Console.error("wrong \\(1)")
            withUnsafeBytes(of: UInt32(0x6463_6261)) { Console.write(bytes: $0); print("\\(hex: $0)") }
        }
        @Export func lines() { while let line = Console.readLine() { print("<\\(line)>") } }
        """

    @Test func printIsOneHostCall() async throws {
        let text = String(repeating: "x", count: 200)
        let expected: [(String, [String])] = [
            ("literal", ["1 hello\n"]),
            ("interpolated", ["1 n = 255, 0xff, true, -128, (3)."]),
            ("numbers", ["1 18446744073709551615\n", "1 -9223372036854775808\n", "1 true\n", "1 \n"]),
            ("several", ["1 a 1 true (2) 3 z\n", "1 1, 2!"]),
            ("nested", ["1 inner\n", "1 outer 1 end\n"]),
            // What does not fit pushes out what came before.
            ("long", ["1 [\(text)", "1 \(text)]\n", "2 \(text)", "2 \(text)", "2 \(text)\n"]),
            ("streams", ["2 wrong 1\n", "1 abcd", "1 61626364\n"]),
            ("lines", ["1 <first>\n", "1 <>\n", "1 <last>\n"]),
        ]
        for (blob, optimization) in try await SwiftGuest(swift: Self.talkative).blobs() {
            for (export, texts) in expected {
                let outcome = try blob.run(export, 255)
                #expect(outcome.exit == .finished, "\(export) \(optimization)")
                #expect(outcome.written == texts, "\(export) \(optimization)")
            }
        }
    }

    @Test func failuresSayWhere() async throws {
        let guest = """
            import PVM
            enum Kind { case a, b }
            @Export func run(_ n: UInt64) {
                switch n {
                case 0: fatalError("plain")
                case 1: fatalError("value \\(n) of \\(n &* 3)")
                case 2: precondition(n > 2, "too small")
                case 3: precondition(n > 3)
                case 4: preconditionFailure()
                case 5: let text = "string"; fatalError(text)
                case 6: expect(n > 6)
                case 7: expect(n > 7, "why \\(n)")
                case 8: #expect(n + 1 == 10)
                case 9: #expect(Kind.a == Kind.b)
                case 10: let some: Int? = 1; #expect(some == nil)
                case 11: trap()
                case 12: assert(n > 12, "unoptimised")
                default: break
                }
            }
            @Test func passes() { #expect(1 < 2); precondition(true, "\\(1)") }
            """
        let at = "2 Program/guest.swift:"
        let expected = [
            "\(at)5: Fatal error: plain\n", "\(at)6: Fatal error: value 1 of 3\n",
            "\(at)7: Precondition failed: too small\n", "\(at)8: Precondition failed\n", "\(at)9: Fatal error\n",
            "\(at)10: Fatal error: string\n", "\(at)11: expectation failed\n", "\(at)12: expectation failed: why 7\n",
            "\(at)13: expectation failed: n + 1 == 10 (left: 9, right: 10)\n",
            "\(at)14: expectation failed: Kind.a == Kind.b\n", "\(at)15: expectation failed: some == nil\n", nil,
        ]
        for (blob, optimization) in try await SwiftGuest(swift: guest).blobs() {
            for (number, text) in expected.enumerated() {
                let outcome = try blob.run("run", UInt64(number))
                #expect(outcome.exit == .trap, "\(number) \(optimization)")
                #expect(outcome.written == (text.map { [$0] } ?? []), "\(number) \(optimization)")
            }
            let outcome = try blob.run("run", 12)
            #expect(outcome.exit == (optimization == .none ? .trap : .finished))
            #expect(outcome.written == (optimization == .none ? ["\(at)17: Assertion failed: unoptimised\n"] : []))
            #expect(try blob.run("test_passes").exit == .finished)
        }
    }

    /// Without a console nothing is described, and no code is left that would.
    @Test func withoutConsole() async throws {
        let guest = """
            import PVM
            struct Loud: CustomStringConvertible { var description: String { trap() } }
            @Export func run(_ n: UInt64) -> UInt64 {
                print("n = \\(n) \\(Loud())")
                print(Loud(), n, Loud())
                Console.error("\\(Loud())")
                precondition(n > 3, "\\(Loud())")
                return n
            }
            """
        for (blob, optimization) in try await SwiftGuest(swift: guest).blobs(for: .revive) {
            #expect(blob.imports.isEmpty)
            let outcome = try blob.run("run", 4)
            #expect(outcome.exit == .finished && outcome.result == 4)
            #expect(try blob.run("run", 3).exit == .trap)
            var bare = blob
            bare.debug = DebugSections()
            if optimization != .none { #expect(bare.serialized().count < 100) }
        }
    }

    @Test func bytesAndHex() async throws {
        let guest = """
            import PVM
            @Export func swapped(_ n: UInt64) -> UInt64 {
                withUnsafeTemporaryAllocation(byteCount: 12, alignment: 1) { memory in
                    do throws(OutOfBytes) {
                        var writer = ByteWriter(memory)
                        try writer.write(n, .big)
                        try writer.write(UInt32(7))
                        var reader = ByteReader(writer.written)
                        let result = try reader.read(UInt64.self)
                        let first = try reader.read(count: 2)[0]
                        #expect(first == 7)
                        expect(reader.remaining == 2)
                        return result
                    } catch { return 0 }
                }
            }
            @Test func ends() {
                withUnsafeTemporaryAllocation(byteCount: 12, alignment: 1) { memory in
                    var writer = ByteWriter(memory)
                    do throws(OutOfBytes) {
                        try writer.write(UInt64(0))
                        try writer.write(UInt64(0))
                        fatalError()
                    } catch { expect(error == OutOfBytes(offset: 8, needed: 8, available: 4)) }
                    var reader = ByteReader(UnsafeRawBufferPointer(memory))
                    do throws(OutOfBytes) { _ = try reader.read(count: -1); fatalError() } catch {
                        expect(error == OutOfBytes(offset: 0, needed: -1, available: 12))
                    }
                }
            }
            @Test func hex() {
                do throws(Hex.DecodingError) { let bytes = try Hex.decode("0x00fFA9"); #expect(bytes == [0, 0xff, 0xa9]) } catch { fatalError() }
                do throws(Hex.DecodingError) { _ = try Hex.decode("12g4"); fatalError() } catch {
                    expect(error == .notADigit(offset: 2))
                }
                do throws(Hex.DecodingError) { _ = try Hex.decode("0x1"); fatalError() } catch {
                    expect(error == .oddCount)
                }
                withUnsafeBytes(of: UInt16(0xfe01)) { print(Hex.encode($0)) }
            }
            """
        for (blob, _) in try await SwiftGuest(swift: guest).blobs() {
            #expect(try blob.run("swapped", 0x0102_0304_0506_0708).result == 0x0807_0605_0403_0201)
            #expect(try blob.run("test_ends").exit == .finished)
            let hex = try blob.run("test_hex")
            #expect(hex.exit == .finished)
            #expect(hex.written == ["1 01fe\n"])
        }
    }
}
