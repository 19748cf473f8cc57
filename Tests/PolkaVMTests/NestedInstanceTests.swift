// Machines within machines: a host function runs another guest, as JAM's `invoke` does, on the same thread.

import PolkaBlob
import PolkaISA
import PolkaVM
import Testing

@Suite struct NestedInstanceTests {
    /// Adds what stands in memory at 0x20000 to a0, calls the host with it, adds it once more.
    private static func program(_ value: UInt8) -> Blob {
        var program = importing(
            ["inner"],
            [
                Instruction(.loadU64, .s0, x: 0x20000), Instruction(.add64, .a0, .s0, .a0), Instruction(.ecalli, x: 0),
                Instruction(.loadU64, .s1, x: 0x20000), Instruction(.add64, .a0, .s1, .a0), ret,
            ])
        program.readWriteDataSize = 8
        program.readWriteData = [value]
        return program
    }

    /// Three machines deep, on every combination of backends: each finds its own memory and registers again.
    @Test(arguments: Engine.all.indices, Engine.all.indices)
    func depth(_ outer: Int, _ inner: Int) throws {
        let outerModule = try Module(Self.program(1), engine: Engine.all[outer])
        let middleModule = try Module(Self.program(10), engine: Engine.all[inner])
        let innerModule = try Module(Self.program(100), engine: Engine.all[outer])
        var none = Linker()
        try none.define("inner") { (a: UInt64) in a }
        let third = try none.link(innerModule).instantiate()
        var middle = Linker()
        try middle.define("inner") { (a: UInt64) in try third.invoke("run", a, returning: UInt64.self) }
        let second = try middle.link(middleModule).instantiate()
        var first = Linker()
        try first.define("inner") { (a: UInt64) in try second.invoke("run", a, returning: UInt64.self) }
        let instance = try first.link(outerModule).instantiate()
        for _ in 0..<3 { #expect(try instance.invoke("run", UInt64(1000), returning: UInt64.self) == 1222) }
    }

    /// What goes wrong in the inner machine is the outer host's to judge, and does not touch the outer guest.
    @Test(arguments: Engine.all.indices)
    func faults(_ engine: Int) throws {
        var configuration = ModuleConfiguration.jam
        configuration.gasMetering = .synchronous
        let code = code([Instruction(.storeImmU8, x: 0x30000, y: 7), Instruction(.jumpIndirect, .ra)])
        let innerModule = try Module(rawProgram: code, configuration: configuration, engine: Engine.all[engine])
        var exits: [Exit] = []
        var linker = Linker()
        try linker.define("inner") { (context: HostContext) in
            let inner = try Instance(innerModule)
            inner[.ra] = 0xffff_0000
            inner.gas = 2
            inner.nextProgramCounter = 0
            exits.append(try inner.run())
            try inner.memory.mapZeroed(at: 0x30000, byteCount: 1, .readWrite)
            exits.append(try inner.run())
            context.setResult(try UInt64(inner.memory.readInteger(at: 0x30000, as: UInt8.self)) + UInt64(inner.gas))
        }
        let module = try Module(Self.program(5), engine: Engine.all[engine])
        let instance = try linker.link(module).instantiate()
        #expect(try instance.invoke("run", UInt64(0), returning: UInt64.self) == 12)
        #expect(exits == [.pageFault(PageFault(address: 0x30000, pageSize: 4096)), .finished])
    }
}
