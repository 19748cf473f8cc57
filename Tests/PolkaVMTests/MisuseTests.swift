// What a host must not do is an error, and the instance is as good as before.

import PolkaBlob
import PolkaISA
import PolkaVM
import Synchronization
import TestSupport
import Testing

@Suite struct MisuseTests {
    /// While one thread runs an instance another is told so.
    @Test func twoThreads() throws {
        struct Shared: @unchecked Sendable { let instance: Instance }
        let isInside = Atomic<Bool>(false), mayLeave = Atomic<Bool>(false)
        var linker = Linker()
        try linker.define("wait") { _ in
            isInside.store(true, ordering: .releasing)
            Threads.wait { mayLeave.load(ordering: .acquiring) }
        }
        let instance = try Instance(
            try Module(importing(["wait"], [Instruction(.ecalli, x: 0), ret]), configuration: metered), linker: linker)
        instance.gas = 10
        let shared = Shared(instance: instance)
        let thread = Threads.start { _ = try? shared.instance.call("run") }
        Threads.wait { isInside.load(ordering: .acquiring) }
        #expect(throws: InstanceError.inUse) { try instance.prepareCall("run") }
        #expect(throws: InstanceError.inUse) { try instance.run() }
        #expect(throws: InstanceError.inUse) { try instance.resume() }
        #expect(throws: InstanceError.inUse) { try instance.reset() }
        #expect(throws: InstanceError.inUse) { try instance.setCancellation(Cancellation()) }
        mayLeave.store(true, ordering: .releasing)
        Threads.wait(for: thread)
        #expect(instance.programCounter == nil)
        #expect(instance.gas == 8)
        #expect(try instance.call("run") == .finished)
    }

    /// What a host function must not do to the instance that called it.
    @Test func withinARun() throws {
        var errors: [InstanceError?] = []
        var linker = Linker()
        try linker.define("f") { context in
            errors.append(#expect(throws: InstanceError.self) { try context.instance.reset() })
            errors.append(#expect(throws: InstanceError.self) { try context.instance.setCancellation(nil) })
        }
        let instance = try Instance(
            try Module(importing(["f"], [Instruction(.ecalli, x: 0), ret])), linker: linker)
        #expect(try instance.call("run") == .finished)
        #expect(errors == [.running, .running])
        try instance.reset()
    }

    /// A guest and a host that call each other for ever come to the end of the stack, and get an error.
    @Test(arguments: [false, true])
    func endlessRecursion(_ withNewInstances: Bool) throws {
        let module = try Module(importing(["again"], [Instruction(.ecalli, x: 0), ret]))
        final class Depth { var deepest = 0, now = 0 }
        let depth = Depth()
        func linker() throws -> Linker {
            var linker = Linker()
            try linker.define("again") { context in
                depth.now += 1
                depth.deepest = max(depth.deepest, depth.now)
                defer { depth.now -= 1 }
                if withNewInstances {
                    _ = try Instance(module, linker: try linker_()).call("run")
                } else {
                    _ = try context.callingBack { try $0.call("run") }
                }
            }
            return linker
        }
        func linker_() throws -> Linker { try linker() }
        let instance = try Instance(module, linker: try linker())
        #expect(throws: InstanceError.hostStackExhausted) { try instance.call("run") }
        #expect(depth.deepest > 100)
        #expect(depth.now == 0)
        // And is as good as before.
        try instance.prepareCall("run")
        #expect(try instance.run() == .hostCall(0))
        #expect(try instance.run() == .finished)
    }

    /// After a host function has thrown the run can go on, or another begin.
    @Test func throwingHostFunction() throws {
        struct Refusal: Error {}
        var throwing = true
        var linker = Linker()
        try linker.define("f") { context in
            if throwing { throw Refusal() }
            context.setResult(5)
        }
        let instance = try Instance(
            try Module(importing(["f"], [Instruction(.ecalli, x: 0), Instruction(.addImm64, .a0, .a0, x: 1), ret])),
            linker: linker)
        #expect(throws: Refusal.self) { try instance.call("run", [1]) }
        #expect(try instance.resume() == .finished)
        #expect(instance[.a0] == 2)
        throwing = false
        #expect(try instance.invoke("run", returning: UInt64.self) == 6)
    }

    @Test func resetIsLikeNew() throws {
        var program = blob([
            Instruction(.loadU64, .a0, x: 0x20000), Instruction(.storeImmU64, x: 0x20000, y: 7),
            Instruction(.sbrk, .a1, .a1), Instruction(.storeIndirectU64, .a1, .sp, x: -8), ret,
        ])
        program.readWriteDataSize = 8
        program.readWriteData = [3]
        program.stackSize = 4096
        let module = try Module(program, configuration: metered)
        let instance = try Instance(module)
        for _ in 0..<3 {
            instance.gas = 9
            #expect(try instance.call("run", [0, 0x5000]) == .finished)
            #expect(instance[.a0] == 3)
            #expect(instance.memory.heapSize == 0x5000)
            try instance.reset()
            #expect(InstanceState(instance, after: .finished) == InstanceState(try Instance(module), after: .finished))
            #expect(instance.nextProgramCounter == nil)
        }
    }

    @Test func gasOverflows() throws {
        let instance = try Instance(try Module(blob([ret]), configuration: metered))
        instance.gas = .max - 1
        instance.addGas(5)
        #expect(instance.gas == .max)
        instance.addGas(-5)
        #expect(instance.gas == .max - 5)
        instance.gas = .min
        instance.addGas(-1)
        #expect(instance.gas == .min)
    }
}
