// Snapshots: what goes on after one is what would have gone on without, on whatever backend.

import PolkaBlob
import PolkaISA
import TestSupport
import Testing

@testable import PolkaVM

@Suite struct SnapshotTests {
    /// Adds a0 to a sum in memory, asks the host in the middle of a block, keeps its answer on a heap that it makes grow.
    static func program() -> Blob {
        var program = importing(
            ["ask"],
            [
                Instruction(.loadU64, .a1, x: 0x30000), Instruction(.add64, .a1, .a0, .a1),
                Instruction(.storeU64, .a1, x: 0x30000), Instruction(.ecalli, x: 0),
                Instruction(.loadImm, .a2, x: 0x1000), Instruction(.sbrk, .a3, .a2),
                Instruction(.storeIndirectU64, .a0, .a3, x: -8), Instruction(.add64, .a0, .a1, .a0), ret,
            ])
        program.readOnlyData = [1, 2, 3]
        program.readOnlyDataSize = 4096
        program.readWriteData = [10]
        program.readWriteDataSize = 5000
        return program
    }

    static func module(_ engine: Engine, _ change: (inout ModuleConfiguration) -> Void = { _ in }) throws -> Module {
        var configuration = metered
        change(&configuration)
        return try Module(program(), configuration: configuration, engine: engine)
    }

    /// In the middle of a host call, from any backend to any backend: nothing is charged or counted twice.
    @Test(arguments: Engine.all.indices, Engine.all.indices)
    func inAHostCall(_ from: Int, _ to: Int) throws {
        let first = try Instance(Self.module(Engine.all[from]))
        let second = try Instance(Self.module(Engine.all[to]))
        first.gas = 1000
        try first.prepareCall("run", [5])
        #expect(try first.run() == .hostCall(0))
        let snapshot = try first.snapshot()
        // The other one has a past of its own, another heap and another stack.
        second.gas = 50
        try second.prepareCall("run", [77])
        #expect(try second.run() == .hostCall(0))
        #expect(try second.run() == .finished)
        try second.restore(snapshot)
        #expect(try second.snapshot() == snapshot)
        #expect(try second.stateHash == first.stateHash)
        for instance in [first, second] {
            instance[.a0] = 42
            #expect(try instance.run() == .finished)
            #expect(instance[.a0] == 57)
            #expect(instance.gas == 1000 - 9)
            #expect(instance.instructionCount == 9)
            #expect(try instance.memory.readInteger(at: 0x32380, as: UInt64.self) == 42)
        }
        #expect(try second.stateHash == first.stateHash)
        #expect(try second.snapshot() == first.snapshot())
    }

    /// Within a host function, which is where a host that answers by functions can take one.
    @Test(arguments: Engine.all.indices)
    func byAHostFunction(_ engine: Int) throws {
        var snapshots: [[UInt8]] = []
        var linker = Linker()
        try linker.define("ask") { context in
            snapshots.append(try context.instance.snapshot())
            #expect(throws: SnapshotError.instance(.running)) { try context.instance.restore(snapshots[0]) }
            context.setResult(3)
        }
        let instance = try Instance(Self.module(Engine.all[engine]), linker: linker)
        instance.gas = 100
        #expect(try instance.call("run", [5]) == .finished)
        let other = try Instance(Self.module(Engine.all[engine]))
        try other.restore(snapshots[0])
        other[.a0] = 3
        #expect(try other.run() == .finished)
        #expect(try other.stateHash == instance.stateHash)
    }

    /// At a page fault, with pages of all rights; the missing page is mapped later, elsewhere.
    @Test(arguments: Engine.all.indices, Engine.all.indices)
    func atAPageFault(_ from: Int, _ to: Int) throws {
        var configuration = ModuleConfiguration.jam
        configuration.faultRule = .pageFault
        func module(_ engine: Engine) throws -> Module {
            try Module(
                rawProgram: code([
                    Instruction(.loadU8, .a0, x: 0x20000), Instruction(.storeU8, .a0, x: 0x40000), Instruction(.trap),
                ]), configuration: configuration, engine: engine)
        }
        let first = try Instance(try module(Engine.all[from]))
        let second = try Instance(try module(Engine.all[to]))
        first.gas = 10
        first.nextProgramCounter = 0
        try first.memory.mapZeroed(at: 0x20000, byteCount: 0x2000, .readWrite)
        try first.memory.write([8], at: 0x20000)
        try first.memory.write([9], at: 0x21fff)
        try first.memory.protect(at: 0x20000, byteCount: 0x1000, .read)
        #expect(try first.run() == .pageFault(PageFault(address: 0x40000, pageSize: 4096)))
        try second.memory.mapZeroed(at: 0x40000, byteCount: 0x1000, .read)
        try second.memory.mapZeroed(at: 0x7000_0000, byteCount: 0x1000, .readWrite)
        try second.memory.write([1], at: 0x7000_0000)
        try second.restore(try first.snapshot())
        #expect(!second.memory.isAccessible(at: 0x40000, byteCount: 1))
        #expect(!second.memory.isAccessible(at: 0x20000, byteCount: 1, writing: true))
        #expect(second.memory.openByteCount == 0x2000)
        for instance in [first, second] {
            try instance.memory.mapZeroed(at: 0x40000, byteCount: 1, .readWrite)
            #expect(try instance.run() == .trap)
            #expect(try instance.memory.read(at: 0x40000, byteCount: 1) == [8])
            #expect((instance.gas, instance.instructionCount) == (7, 3))
            try instance.memory.mapZeroed(at: 0x7000_0000, byteCount: 0x1000, .read)
            #expect(try instance.memory.read(at: 0x7000_0000, byteCount: 1) == [0])
        }
        #expect(try first.stateHash == second.stateHash)
    }

    /// Auxiliary data that is not accessible at the moment, read-only pages that were changed, zones that are gone.
    @Test(arguments: [4096, 16384] as [UInt32])
    func memoryOfAllKinds(_ pageSize: UInt32) throws {
        let module = try Self.module(Engine()) {
            $0.auxiliarySize = 0x8000
            $0.pageSize = pageSize
        }
        let first = try Instance(module)
        let memory = first.memory
        let map = try #require(memory.map)
        let auxiliary = UInt32(map.auxiliary.lowerBound)
        try memory.write([UInt8](repeating: 6, count: 0x8000), at: auxiliary)
        try memory.setAccessibleAuxiliarySize(1)
        try memory.protect(at: 0x10000, byteCount: 1, .readWrite)
        try memory.write([99], at: 0x10000)
        try memory.protect(at: 0x10000, byteCount: 1, .read)
        _ = try memory.sbrk(100_000)
        try memory.write([5], at: 0x38000)
        // Initial data that has become zero.
        try memory.zero(at: 0x30000, byteCount: 1)
        let second = try Instance(module)
        try second.restore(try first.snapshot())
        #expect(try second.memory.read(at: 0x10000, byteCount: 4) == [99, 2, 3, 0])
        #expect(!second.memory.isAccessible(at: 0x10000, byteCount: 1, writing: true))
        #expect(try second.memory.read(at: 0x30000, byteCount: 1) == [0])
        #expect(second.memory.heapSize == 100_000)
        #expect(!second.memory.isAccessible(at: auxiliary + pageSize, byteCount: 1))
        #expect(try second.stateHash == first.stateHash)
        try second.memory.setAccessibleAuxiliarySize(0x8000)
        #expect(try second.memory.read(at: auxiliary + 0x7fff, byteCount: 1) == [6])
        // And back to the start, and to a zone that is gone.
        try second.reset()
        #expect(try second.stateHash == (try Instance(module)).stateHash)
        try first.memory.unmap(at: UInt32(map.stack.lowerBound), byteCount: map.stack.upperBound - map.stack.lowerBound)
        try first.memory.unmap(at: 0x10000, byteCount: 1)
        try second.restore(try first.snapshot())
        #expect(try second.stateHash == first.stateHash)
        #expect(!second.memory.isAccessible(at: 0x10000, byteCount: 1))
    }

    /// 32-bit kinds hold their registers sign extended, which a snapshot keeps.
    @Test(arguments: Engine.all.indices)
    func narrowRegisters(_ engine: Int) throws {
        let program = blob([Instruction(.addImm32, .a0, .a0, x: 1), ret], .latest32)
        let module = try Module(program, engine: Engine.all[engine])
        let first = try Instance(module)
        try first.prepareCall("run", [0x8000_0000])
        let second = try Instance(module)
        try second.restore(try first.snapshot())
        #expect(try second.run() == .finished)
        #expect(second[.a0] == 0x8000_0001)
    }

    /// Only what differs from a new instance takes room.
    @Test func size() throws {
        let instance = try Instance(Self.module(Engine()))
        let empty = try instance.snapshot().count
        #expect(empty < 400)
        try instance.memory.write([1], at: 0x30008)
        #expect(try instance.snapshot().count == empty + 4096 + 8)
        // Written, but with what was there.
        try instance.memory.write([0], at: 0x30008)
        #expect(try instance.snapshot().count == empty)
    }

    @Test func refusals() throws {
        let module = try Self.module(Engine())
        let instance = try Instance(module)
        let snapshot = try instance.snapshot()
        #expect(throws: SnapshotError.notASnapshot) { try instance.restore([1, 2, 3]) }
        #expect(throws: SnapshotError.truncated(byteCount: 5)) { try instance.restore(Array(snapshot.prefix(5))) }
        #expect(throws: SnapshotError.damaged) { try instance.restore(snapshot.dropLast()) }
        var newer = snapshot
        newer[8] = 2
        #expect(throws: SnapshotError.unknownVersion(found: 2, expected: 1)) { try instance.restore(newer) }
        for other in [
            try Module(blob([ret])), try Self.module(Engine()) { $0.gasMetering = .none },
            try Self.module(Engine()) { $0.pageSize = 8192 }, try Self.module(Engine()) { $0.auxiliarySize = 1 },
            try Self.module(Engine()) { $0.faultRule = .pageFault },
            try Self.module(Engine()) { $0.jumpRule = .graypaper },
            try Self.module(Engine()) { $0.startsUnmapped = true },
        ] {
            let error = SnapshotError.otherModule(found: module.identity, expected: other.identity)
            #expect(throws: error) { try Instance(other).restore(snapshot) }
        }
        #expect(try Self.module(Engine()) { $0.isStrict = true }.identity == module.identity)
        // More memory than the instance may have.
        _ = try instance.memory.sbrk(0x10000)
        let large = try instance.snapshot()
        let small = try Instance(module)
        small.memory.byteLimit = 0x10000
        let before = try small.stateHash
        #expect(
            throws: SnapshotError.instance(
                .memory(.limitReached(byteCount: instance.memory.openByteCount, limit: 0x10000)))
        ) { try small.restore(large) }
        #expect(try small.stateHash == before)
    }
}
