// Snapshots that are broken, or made up by somebody who can compute a checksum: refused with an error and nothing changed, or a
// state that an instance can be in.

import PolkaBlob
import PolkaISA
import TestSupport
import Testing

@testable import PolkaVM

@Suite struct SnapshotFuzzTests {
    private static func module(_ engine: Engine = Engine()) throws -> Module {
        try SnapshotTests.module(engine) {
            $0.auxiliarySize = 0x2000
            $0.faultRule = .pageFault
        }
    }

    private static func snapshot(_ module: Module) throws -> [UInt8] {
        let instance = try Instance(module)
        instance.gas = 100
        try instance.prepareCall("run", [5])
        _ = try instance.run()
        try instance.memory.mapZeroed(at: 0x5000_0000, byteCount: 4096, .read)
        _ = try instance.memory.sbrk(0x2000)
        try instance.memory.write([3], at: 0xfffe_0000)
        try instance.memory.setAccessibleAuxiliarySize(0)
        return try instance.snapshot()
    }

    private static func sealed(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        let bytes = Array(bytes)
        return bytes + ContentHash(of: bytes).bytes
    }

    /// Nothing happens to an instance that refuses.
    private static func expectRefusal(_ bytes: [UInt8], by instance: Instance, _ before: ContentHash) throws {
        #expect(throws: SnapshotError.self) { try instance.restore(bytes) }
        #expect(try instance.stateHash == before)
    }

    @Test func prefixes() throws {
        let module = try Self.module()
        let snapshot = try Self.snapshot(module)
        let instance = try Instance(module)
        let before = try instance.stateHash
        let body = snapshot.dropLast(ContentHash.byteCount)
        for count in 0..<snapshot.count where count < 700 || count.isMultiple(of: 37) {
            try Self.expectRefusal(Array(snapshot.prefix(count)), by: instance, before)
            // The same with a checksum that is right.
            if count < body.count { try Self.expectRefusal(Self.sealed(snapshot.prefix(count)), by: instance, before) }
        }
        try Self.expectRefusal(snapshot + [0], by: instance, before)
        try Self.expectRefusal(Self.sealed(body + [0]), by: instance, before)
    }

    @Test func flippedBits() throws {
        let module = try Self.module()
        let snapshot = try Self.snapshot(module)
        let instance = try Instance(module)
        let before = try instance.stateHash
        for bit in 0..<(snapshot.count * 8) where bit < 5000 || bit.isMultiple(of: 101) {
            var bytes = snapshot
            bytes[bit >> 3] ^= 1 << UInt8(bit & 7)
            try Self.expectRefusal(bytes, by: instance, before)
        }
    }

    /// Mutations of everything but the contents of pages, with a checksum that is right.
    @Test(arguments: Engine.all.indices)
    func mutations(_ engine: Int) throws {
        let module = try Self.module(Engine.all[engine])
        let snapshot = try Self.snapshot(module)
        let body = Array(snapshot.dropLast(ContentHash.byteCount))
        // All but the pages takes less than one.
        let structure = 44..<(body.count % 4096)
        var random = SeededGenerator(seed: 11)
        let instance = try Instance(module)
        var accepted = 0
        var refused = 0
        for number in 0..<6000 {
            var bytes = body
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let offset = Int.random(in: structure, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[offset] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: bytes[offset] = [0, 1, 2, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
                default: bytes.remove(at: offset)
                }
            }
            let before = try instance.stateHash
            do throws(SnapshotError) {
                try instance.restore(Self.sealed(bytes))
            } catch {
                refused += 1
                #expect(try instance.stateHash == before, "mutation \(number): \(error)")
                continue
            }
            accepted += 1
            // What is accepted is what is there, and runs without harm.
            #expect(try instance.snapshot() == Self.sealed(bytes), "mutation \(number)")
            _ = instance.backtrace()
            instance.gas = min(instance.gas, 1000)
            if instance.nextProgramCounter != nil { _ = try? instance.run() }
            _ = instance.trapReason
        }
        #expect(accepted > 500 && refused > 500, "\(accepted) accepted, \(refused) refused")
    }

    /// Counts and sizes that ask for much memory are refused before any is asked for.
    @Test func absurdCounts() throws {
        let module = try Self.module()
        let instance = try Instance(module)
        let snapshot = try instance.snapshot()
        let before = try instance.stateHash
        // Behind head, registers, gas, counts and places: heap size, then the number of regions.
        let heapSize = 44 + 13 * 8 + 3 * 8 + 3 * 5
        let body = Array(snapshot.dropLast(ContentHash.byteCount))
        for offset in [heapSize, heapSize + 4, body.count - 4] {
            // A heap of 2 GiB could be.
            for value in [0xffff_ffff, 0x7fff_ffff, 0x1000_0000] as [UInt32]
            where offset != heapSize || value >> 31 == 1 {
                var bytes = body
                for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(index))) }
                try Self.expectRefusal(Self.sealed(bytes), by: instance, before)
            }
        }
    }

    /// A list of regions that takes more mappings than the system gives leaves the instance as it was.
    @Test(.enabled(if: MemoryLimitTests.tellsPages, "only here the number of mappings is limited"))
    func moreMappingsThanThereAre() async {
        // In a process of its own: others want mappings, too.
        await #expect(processExitsWith: .success) {
            let module = try Module(rawProgram: code([Instruction(.trap)]))
            let instance = try Instance(module)
            try instance.memory.mapZeroed(at: 0x20000, byteCount: 0x3000, .readWrite)
            try instance.memory.write([5], at: 0x21000)
            let before = try instance.stateHash
            let regions = (0..<200_000 as Range<UInt64>).map {
                GuestMemory.Region(
                    start: 0x10000 + $0 * 8192, end: 0x11000 + $0 * 8192, rights: .read, isHostWritable: false)
            }
            let state = SavedState(
                machine: instance.machineSnapshot,
                memory: MemoryState(regions: regions, heapSize: 0, hasWrittenAuxiliary: false, pages: PageList()))
            try Self.expectRefusal(SnapshotFormat.encode(state, of: module), by: instance, before)
            #expect(try instance.memory.read(at: 0x21000, byteCount: 1) == [5])
            #expect(throws: MemoryError.self) { try instance.memory.read(at: 0x12000, byteCount: 1) }
        }
    }
}
