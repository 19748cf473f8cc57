// A limit on what a guest may have, and resets that must be right for every memory.

import PolkaBlob
import PolkaISA
import TestSupport
import Testing

@testable import PolkaVM

@Suite struct MemoryLimitTests {
    /// The heap grows up to the limit; then the run ends with an error, and goes on when there is room.
    @Test(arguments: Engine.all.indices, [true, false])
    func sbrkInTheGuest(_ engine: Int, _ isMetered: Bool) throws {
        let program = blob([
            Instruction(.unlikely), Instruction(.sbrk, .a1, .a0), Instruction(.addImm64, .a2, .a2, x: 1), ret,
        ])
        let module = try Module(
            program, configuration: isMetered ? metered : ModuleConfiguration(), engine: Engine.all[engine])
        let instance = try Instance(module)
        instance.gas = 100
        let memory = instance.memory
        #expect(memory.openByteCount == 4096)
        memory.byteLimit = 4096 + 0x3000
        #expect(try instance.call("run", [0x3000]) == .finished)
        #expect(instance[.a1] == 0x23000)
        let gas = instance.gas
        let error = InstanceError.memory(.limitReached(byteCount: 4096 + 0x4000, limit: 4096 + 0x3000))
        #expect(throws: error) { try instance.call("run", [1]) }
        #expect(memory.heapSize == 0x3000)
        #expect(instance.nextProgramCounter == 1)
        #expect(throws: error) { try instance.resume() }
        memory.byteLimit = 4096 + 0x4000
        #expect(try instance.resume() == .finished)
        #expect((instance[.a1], instance[.a2]) == (0x23001, 1))
        // The block was paid once.
        if isMetered { #expect(instance.gas == gas - 4) }
        // Asking where the heap ends takes nothing, nor do pages that are open.
        memory.byteLimit = 0
        #expect(try instance.call("run", [0]) == .finished)
        #expect(try instance.call("run", [0xfff]) == .finished)
    }

    @Test func pagesOfTheHost() throws {
        let memory = try Instance(try Module(rawProgram: code([Instruction(.trap)]))).memory
        memory.byteLimit = 0x4000
        try memory.mapZeroed(at: 0x20000, byteCount: 0x3000, .readWrite)
        // What is mapped in place of other pages takes only the difference.
        try memory.mapZeroed(at: 0x21000, byteCount: 0x3000, .readWrite)
        #expect(throws: MemoryError.limitReached(byteCount: 0x5000, limit: 0x4000)) {
            try memory.mapZeroed(at: 0x30000, byteCount: 1, .readWrite)
        }
        #expect(memory.openByteCount == 0x4000)
        try memory.unmap(at: 0x20000, byteCount: 1)
        try memory.mapZeroed(at: 0x30000, byteCount: 1, .readWrite)
        #expect(throws: MemoryError.limitReached(byteCount: 0x4000 + (1 << 32) - 0x10000 - 0x4000, limit: 0x4000)) {
            try memory.mapZeroed(at: 0x10000, byteCount: (1 << 32) - 0x10000, .readWrite)
        }
    }

    // MARK: Reset

    /// Zones of all kinds, on hosts whose pages are not larger than the guest's and on others.
    private static func memory(hostPage: UInt64, readOnly: [UInt8] = [1, 2, 3]) throws -> GuestMemory {
        let map = try #require(
            MemoryMap(readOnlyDataSize: 5000, readWriteDataSize: 5000, stackSize: 8192, auxiliarySize: 0x3000))
        return try GuestMemory(
            MemoryImage(
                map: map, pageSize: 4096, readOnlyData: readOnly, readWriteData: [9, 8, 7], hostPageByteCount: hostPage)
        )
    }

    private static func expectStart(_ memory: GuestMemory) throws {
        let map = try #require(memory.map)
        var runs: [UInt64: [UInt8]] = [:]
        for run in memory.nonzeroRuns() { runs[UInt64(run.address)] = run.bytes }
        #expect(runs == [map.readOnly.lowerBound: [1, 2, 3], map.readWrite.lowerBound: [9, 8, 7]])
        #expect(memory.heapSize == 0)
        #expect(memory.regions == memory.image.regions)
        #expect(try memory.state() == MemoryState(startOf: memory.image))
        #expect(memory.isRecyclable == (memory.map != nil))
    }

    /// After any changes a reset brings back the start, and memory behind the heap is zero when it is opened again.
    @Test(arguments: [4096, 65536] as [UInt64])
    func resetAfterAnyChange(_ hostPage: UInt64) throws {
        let memory = try Self.memory(hostPage: hostPage)
        let map = try #require(memory.map)
        var random = SeededGenerator(seed: hostPage)
        for _ in 0..<300 {
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let zones = [map.readOnly, map.readWrite, map.stack, map.auxiliary]
                let zone = zones.randomElement(using: &random) ?? map.stack
                let page = UInt32(zone.lowerBound) + UInt32.random(in: 0..<2, using: &random) * 4096
                switch Int.random(in: 0..<8, using: &random) {
                case 0: _ = try memory.sbrk(UInt32.random(in: 0...100_000, using: &random))
                case 1: try memory.setAccessibleAuxiliarySize(UInt32.random(in: 0...0x3000, using: &random))
                case 2: try? memory.protect(at: page, byteCount: 1, .readWrite)
                case 3: try? memory.protect(at: page, byteCount: 1, .read)
                case 4: try memory.unmap(at: page, byteCount: 4096)
                case 5: try memory.mapZeroed(at: 0x4000_0000, byteCount: 8192, .readWrite)
                default: try? memory.write([UInt8](repeating: 0xaa, count: 4096), at: page)
                }
                if memory.heapSize > 0 { try? memory.write([0xbb], at: map.heapBase + memory.heapSize - 1) }
            }
            try memory.reset()
            try Self.expectStart(memory)
            _ = try memory.sbrk(200_000)
            #expect(memory.nonzeroRuns().count == 2)
            try memory.reset()
        }
    }

    /// Memory that stands still costs nothing to look at, and stays untouched.
    @Test(.enabled(if: Self.tellsPages, "the system does not tell which pages are touched"))
    func lookingTouchesNothing() throws {
        let instance = try Instance(try Module(blob([ret])))
        _ = try instance.memory.sbrk(64 << 20)
        try instance.memory.write([1], at: 0x0200_0000)
        func touchedPages() throws -> Int {
            var count = 0
            try instance.memory.forEachTouchedPage { _, _ in count += 1 }
            return count
        }
        let before = try touchedPages()
        #expect(before <= 4)
        let snapshot = try instance.snapshot()
        #expect(snapshot.count < 8192)
        _ = try instance.stateHash
        _ = try instance.freeze()
        try instance.restore(snapshot)
        #expect(try touchedPages() <= before)
    }

    static var tellsPages: Bool {
        #if os(Linux)
        true
        #else
        false
        #endif
    }
}
