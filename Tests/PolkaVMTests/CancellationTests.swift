// Stopping runs from outside, and going on.

import PolkaBlob
import PolkaISA
import PolkaVM
import TestSupport
import Testing

@Suite struct CancellationTests {
    /// Counts a0 down to 0 and adds up in a1.
    private static let loop = [
        Instruction(.loadImm, .a1, x: 0), Instruction(.fallthrough),
        Instruction(.addImm64, .a1, .a1, x: 3), Instruction(.addImm64, .a0, .a0, x: -1),
        Instruction(.branchNotEqImm, .a0, x: 0, target: 3), ret,
    ]

    private func module(_ engine: Engine, gas: GasMetering, isInterruptible: Bool = false) throws -> Module {
        var configuration = ModuleConfiguration()
        configuration.gasMetering = gas
        configuration.isInterruptible = isInterruptible
        return try Module(blob(Self.loop), configuration: configuration, engine: engine)
    }

    /// A loop that never ends stops when another thread says so, at the start of a block, and goes on from there.
    @Test(arguments: Engine.all.indices, [true, false])
    func endlessLoop(_ engine: Int, _ isMetered: Bool) throws {
        let module = try module(
            Engine.all[engine], gas: isMetered ? .synchronous : .none, isInterruptible: !isMetered)
        let instance = try Instance(module)
        let cancellation = Cancellation()
        try instance.setCancellation(cancellation)
        instance.gas = .max
        let thread = Threads.start { cancellation.cancel() }
        #expect(try instance.call("run", [.max]) == .cancelled)
        Threads.wait(for: thread)
        // A run that was cancelled before it began has not stopped anywhere.
        #expect([nil, instance.nextProgramCounter].contains(instance.programCounter))
        #expect([0, 3].contains(instance.nextProgramCounter))
        if !isMetered { #expect(instance.gas == .max) }
        // Cancelled is cancelled, until somebody says otherwise.
        #expect(try instance.resume() == .cancelled)
        cancellation.reset()
        instance[.a0] = 5
        let sum = instance[.a1]
        #expect(try instance.resume() == .finished)
        if instance.gas != .max, isMetered { #expect(instance[.a1] == sum + 15) }
    }

    /// Runs that could have been cancelled, and were not, are what they are without: at every amount of gas near the end of
    /// a slice, however gas is taken.
    @Test(arguments: Engine.all.indices, [GasMetering.synchronous, .asynchronous, .perInstruction])
    func slices(_ engine: Int, _ gas: GasMetering) throws {
        let module = try module(Engine.all[engine], gas: gas)
        let turns: UInt64 = 6_000_000
        let total: Int64 = 2 + 3 * 6_000_000 + 1
        for missing: Int64 in [0, 1, 2, 3, 4, 5, total - (1 << 23) - 1, total - (1 << 23), total - (1 << 23) + 1] {
            func run(_ cancellation: Cancellation?) throws -> InstanceState {
                let instance = try Instance(module)
                try instance.setCancellation(cancellation)
                instance.gas = total - missing
                return InstanceState(instance, after: try instance.call("run", [turns]))
            }
            #expect(try run(Cancellation()) == run(nil))
        }
    }

    /// A cancelled run does not begin.
    @Test func beforeTheRun() throws {
        let instance = try Instance(try module(Engine(), gas: .synchronous))
        let cancellation = Cancellation()
        cancellation.cancel()
        try instance.setCancellation(cancellation)
        instance.gas = 100
        #expect(try instance.call("run", [1]) == .cancelled)
        #expect(instance.gas == 100)
        #expect(instance.instructionCount == 0)
        try instance.setCancellation(nil)
        #expect(try instance.resume() == .finished)
    }

    @Test func notInterruptible() throws {
        let instance = try Instance(try module(Engine(), gas: .none))
        #expect(throws: InstanceError.notInterruptible) { try instance.setCancellation(Cancellation()) }
        try instance.setCancellation(nil)
    }

    /// A loop that costs nothing could not be stopped.
    @Test func freeInstructions() throws {
        var configuration = metered
        var table = CostTable(all: 1)
        configuration.costModel = .table(table)
        try Instance(try Module(blob([ret]), configuration: configuration)).setCancellation(Cancellation())
        table[.jump] = 0
        configuration.costModel = .table(table)
        let instance = try Instance(try Module(blob([ret]), configuration: configuration))
        #expect(throws: InstanceError.notInterruptible) { try instance.setCancellation(Cancellation()) }
    }

    /// Gas that the host gives to a module that is not metered stays what it is.
    @Test(arguments: Engine.all.indices)
    func interruptibleWithoutGas(_ engine: Int) throws {
        let instance = try Instance(try module(Engine.all[engine], gas: .none, isInterruptible: true))
        instance.gas = -7
        #expect(try instance.call("run", [1000]) == .finished)
        #expect(instance.gas == -7)
        #expect(instance[.a1] == 3000)
        #expect(instance.instructionCount == 3003)
    }
}
