// Memory that one instance leaves and another one takes over: nothing goes with it.

import PolkaBlob
import PolkaISA
import PolkaVM
import Testing

@Suite struct MemoryPoolTests {
    /// Read-only data, read-write data, a stack and auxiliary data, of a size that no other test uses.
    private static func module(_ stackSize: UInt32, readOnly: [UInt8] = [1, 2, 3]) throws -> Module {
        var program = blob([ret])
        program.readOnlyData = readOnly
        program.readOnlyDataSize = 4096
        program.readWriteData = [9, 8, 7]
        program.readWriteDataSize = 5000
        program.stackSize = stackSize
        var configuration = ModuleConfiguration()
        configuration.auxiliarySize = 8192
        return try Module(program, configuration: configuration)
    }

    private static func expectFresh(_ instance: Instance, readOnly: [UInt8] = [1, 2, 3]) throws {
        let memory = instance.memory
        let map = try #require(memory.map)
        var runs: [UInt64: [UInt8]] = [:]
        for run in memory.nonzeroRuns() { runs[UInt64(run.address)] = run.bytes }
        #expect(runs == [map.readOnly.lowerBound: readOnly, map.readWrite.lowerBound: [9, 8, 7]])
        #expect(memory.heapSize == 0)
        let heapEnd = UInt32(map.readWrite.upperBound)
        #expect(!memory.isAccessible(at: heapEnd, byteCount: 1))
        #expect(memory.isAccessible(at: UInt32(map.auxiliary.lowerBound), byteCount: 8192, writing: true))
        #expect(!memory.isAccessible(at: UInt32(map.readOnly.lowerBound), byteCount: 1, writing: true))
        #expect(!memory.isAccessible(at: 0x4000_0000, byteCount: 1))
    }

    /// Stacks of 20 KiB are set to zeros, those of 200 KiB given back to the system.
    @Test(arguments: [20480, 204_800] as [UInt32])
    func nothingIsLeft(_ stackSize: UInt32) throws {
        let module = try Self.module(stackSize)
        for _ in 0..<4 {
            let instance = try Instance(module)
            try Self.expectFresh(instance)
            let memory = instance.memory
            let map = try #require(memory.map)
            for zone in [map.readWrite, map.stack, map.auxiliary] {
                let bytes = [UInt8](repeating: 0xaa, count: Int(zone.upperBound - zone.lowerBound))
                try memory.write(bytes, at: UInt32(zone.lowerBound))
            }
            _ = try memory.sbrk(100_000)
            try memory.write([UInt8](repeating: 0xbb, count: 100_000), at: map.heapBase)
            try memory.setAccessibleAuxiliarySize(0)
        }
        try Self.expectFresh(Instance(module))
    }

    /// What the host changed by pages is not handed on.
    @Test func changedPagesAreNotHandedOn() throws {
        let module = try Self.module(28672)
        for change in 0..<3 {
            let instance = try Instance(module)
            try Self.expectFresh(instance)
            let memory = instance.memory
            let start = UInt32(try #require(memory.map).readOnly.lowerBound)
            switch change {
            case 0:
                try memory.protect(at: start, byteCount: 1, .readWrite)
                try memory.write([5], at: start)
                try memory.protect(at: start, byteCount: 1, .read)
            case 1: try memory.mapZeroed(at: 0x4000_0000, byteCount: 4096, .readWrite)
            default: try memory.unmap(at: start, byteCount: 4096)
            }
        }
        try Self.expectFresh(Instance(module))
    }

    /// Programs with zones alike and other read-only data do not get each other's.
    @Test func otherData() throws {
        for number in 0..<6 {
            let data: [UInt8] = number.isMultiple(of: 2) ? [1, 2, 3] : [1, 2, 4, 4]
            try Self.expectFresh(Instance(Self.module(36864, readOnly: data)), readOnly: data)
        }
    }
}
