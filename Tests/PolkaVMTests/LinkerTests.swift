// Host functions by name, number and type, and what linking refuses.

import PolkaBlob
import PolkaISA
import PolkaVM
import Testing

@Suite struct LinkerTests {
    @Test func namesOnce() throws {
        var linker = Linker()
        try linker.define("f") { _ in }
        #expect(throws: LinkerError.alreadyDefined(name: "f")) { try linker.define("f") { (a: UInt32) in a } }
        try linker.define(number: 7) { _ in }
        #expect(throws: LinkerError.alreadyDefined(name: "#7")) { try linker.define(number: 7) { _ in } }
    }

    /// A name goes before a number, and anything before the fallback.
    @Test func numbers() throws {
        let program = importing(
            ["named"],
            [
                Instruction(.ecalli, x: 0), Instruction(.ecalli, x: 5), Instruction(.ecalli, x: 9), ret,
            ])
        var calls: [String] = []
        var linker = Linker()
        try linker.define(number: 0) { _ in calls.append("#0") }
        try linker.define("named") { _ in calls.append("named") }
        try linker.define(number: 5) { _ in calls.append("#5") }
        linker.fallback = { calls.append("fallback \($0.number)") }
        let instance = try Instance(try Module(program), linker: linker)
        #expect(try instance.call("run") == .finished)
        #expect(calls == ["named", "#5", "fallback 9"])
    }

    @Test func strictModulesWantEverything() throws {
        var configuration = ModuleConfiguration()
        configuration.isStrict = true
        let module = try Module(importing(["f", "g", "h"], [ret]), configuration: configuration)
        var linker = Linker()
        try linker.define("g") { _ in }
        #expect(throws: LinkerError.missing(names: ["f", "h"])) { _ = try linker.link(module) }
        #expect(throws: InstanceError.link(.missing(names: ["f", "h"]))) { _ = try Instance(module, linker: linker) }
        linker.fallback = { _ in }
        #expect(try linker.link(module).instantiate().call("run") == .finished)
    }

    /// Arguments of all widths arrive as vm.md 3.1 says, and results go back so.
    @Test(arguments: [InstructionSet.latest64, .latest32])
    func types(_ set: InstructionSet) throws {
        let is64Bit = set.is64Bit
        var seen: [String] = []
        var linker = Linker()
        try linker.define("f") { (a: UInt8, b: Int8, c: UInt32, d: Int32, e: UInt64, f: Bool) -> Int32 in
            seen.append("\(a) \(b) \(c) \(d) \(e) \(f)")
            return -2
        }
        let module = try Module(importing(["f"], [Instruction(.ecalli, x: 0), ret], set))
        let instance = try linker.link(module).instantiate()
        let high: UInt64 = is64Bit ? 0xffff_ff00_0000_0000 : 0
        var arguments = [high | 0x1fe, high | 0x180, high | 0xffff_fffe, high | 0x8000_0000]
        arguments += is64Bit ? [0x1_0000_0002, 1] : [2, 1, 1]
        #expect(try instance.call("run", arguments) == .finished)
        #expect(seen == ["254 -128 4294967294 -2147483648 4294967298 true"])
        #expect(instance[.a0] == (is64Bit ? 0xffff_ffff_ffff_fffe : 0xffff_fffe))
    }

    @Test(arguments: [InstructionSet.latest64, .latest32])
    func wideResults(_ set: InstructionSet) throws {
        var linker = Linker()
        try linker.define("f") { (context: HostContext, a: UInt64) -> UInt64 in a &+ UInt64(context.number) }
        let module = try Module(importing(["g", "f"], [Instruction(.ecalli, x: 1), ret], set))
        let instance = try linker.link(module).instantiate()
        #expect(try instance.invoke("run", UInt64(0xffff_ffff)) == UInt64(0x1_0000_0000))
        #expect(try instance.invoke("run", Int64(-5), returning: Int64.self) == -4)
    }

    @Test func bytesAndText() throws {
        var program = importing(["f"], [Instruction(.ecalli, x: 0), ret])
        program.readWriteDataSize = 16
        program.readWriteData = Array("grüße".utf8)
        var texts: [String] = []
        var linker = Linker()
        try linker.define("f") { (text: String, bytes: [UInt8]) in texts.append("\(text) \(bytes)") }
        let instance = try Instance(try Module(program), linker: linker)
        try instance.invoke("run", UInt32(0x20000), UInt32(7), UInt32(0x20000), UInt32(2))
        #expect(texts == ["grüße [103, 114]"])
        func trap(_ arguments: UInt64...) throws -> TrapReason? {
            #expect(try instance.call("run", arguments) == .trap)
            return instance.trapReason
        }
        #expect(try trap(0x20000, 3, 0, 0) == .host("f: 3 bytes of text are not UTF-8"))
        #expect(try trap(0x20000, 0x10000, 0, 0) == .host("f: 65536 bytes at 0x20000 are not all readable"))
        #expect(try trap(0x1_0002_0000, 1, 0, 0) == .host("f: 1 bytes at 0x100020000 are not all readable"))
        #expect(
            try trap(0xffff_ffff, 0xffff_ffff, 0, 0) == .host("f: 4294967295 bytes at 0xffffffff are not all readable"))
        #expect(texts.count == 1)
    }

    /// Nine registers pass arguments; on 32-bit kinds a wide one takes two.
    @Test func tooManyArguments() throws {
        var linker = Linker()
        try linker.define("f") { (_: UInt64, _: UInt64, _: UInt64, _: UInt64, _: UInt64) in }
        _ = try linker.link(try Module(importing(["f"], [ret])))
        #expect(throws: LinkerError.tooManyArguments(name: "f", registerCount: 10, limit: 9)) {
            _ = try linker.link(try Module(importing(["f"], [ret], .latest32)))
        }
        let instance = try Instance(try Module(blob([ret], .latest32)))
        #expect(throws: InstanceError.tooManyArguments(count: 10, limit: 9)) {
            try instance.invoke("run", UInt64(1), UInt64(2), UInt64(3), UInt64(4), UInt64(5))
        }
    }

    @Test func callsThatDoNotReturn() throws {
        let instance = try Instance(try Module(blob([Instruction(.trap)])))
        let error = #expect(throws: CallError.self) { try instance.invoke("run", returning: UInt64.self) }
        #expect(error?.exit == .trap)
        #expect(
            error?.description == "call of 'run' trapped: the program executed a trap instruction (code offset 0)")
        #expect(throws: InstanceError.unknownExport(name: "walk", known: ["run"])) { try instance.invoke("walk") }
    }

    /// Registers and the place in a block that is paid are there again after calls within a host call.
    @Test func callingBack() throws {
        let start = [Instruction(.ecalli, x: 0), Instruction(.addImm64, .a0, .a0, x: 1), ret]
        var program = importing(["again"], start)
        program.exports.append(Blob.Export(codeOffset: 1, symbol: Array("inner".utf8)))
        var linker = Linker()
        try linker.define("again") { (context: HostContext, a: UInt64) in
            try context.callingBack { try $0.invoke("inner", a + 1, returning: UInt64.self) }
        }
        let instance = try Instance(try Module(program, configuration: metered), linker: linker)
        instance.gas = 100
        #expect(try instance.invoke("run", UInt64(40), returning: UInt64.self) == 43)
        // The block once, and once more in full for the entry in its middle.
        #expect(instance.gas == 100 - 3 - 3)
    }

    @Test func bytesThatAreNoProgram() {
        let error = #expect(throws: ModuleError.self) { _ = try Module(bytes: [1, 2, 3]) }
        #expect(error?.description.contains("offset 0x") == true)
    }
}
