// Guest memory as the host sees it: zones, pages, heap, auxiliary data, reset.

import PolkaBlob
import PolkaISA
import PolkaVM
import TestSupport
import Testing

@Suite struct GuestMemoryTests {
    private func instance(
        readOnly: [UInt8] = [], readWrite: [UInt8] = [], readWriteSize: UInt32? = nil, stack: UInt32 = 4096,
        _ configuration: ModuleConfiguration = ModuleConfiguration()
    ) throws -> Instance {
        var program = blob([ret])
        program.readOnlyData = readOnly
        program.readOnlyDataSize = UInt32(readOnly.count)
        program.readWriteData = readWrite
        program.readWriteDataSize = readWriteSize ?? UInt32(readWrite.count)
        program.stackSize = stack
        return try Instance(try Module(program, configuration: configuration))
    }

    @Test func zonesAndData() throws {
        let instance = try instance(readOnly: [1, 2, 3], readWrite: [4, 5], readWriteSize: 0x2000)
        let memory = instance.memory
        #expect(try memory.read(at: 0x10000, byteCount: 4) == [1, 2, 3, 0])
        #expect(try memory.read(at: 0x30000, byteCount: 3) == [4, 5, 0])
        #expect(memory.isAccessible(at: 0x10000, byteCount: 4096))
        #expect(!memory.isAccessible(at: 0x10000, byteCount: 4097))
        #expect(!memory.isAccessible(at: 0xffff, byteCount: 1))
        #expect(!memory.isAccessible(at: 0x10000, byteCount: 1, writing: true))
        #expect(memory.isAccessible(at: 0x30000, byteCount: 0x2000, writing: true))
        #expect(memory.isAccessible(at: 0xfffd_f000, byteCount: 0x1000, writing: true))
        #expect(!memory.isAccessible(at: 0xfffd_ffff, byteCount: 2))
        // No bytes are accessible everywhere; a negative number of them nowhere.
        #expect(memory.isAccessible(at: 0, byteCount: 0, writing: true))
        #expect(!memory.isAccessible(at: 0x10000, byteCount: -1))
        #expect(!memory.isAccessible(at: 0x10000, byteCount: .max))
    }

    @Test func accessErrors() throws {
        let memory = try instance(readOnly: [1], readWrite: [2]).memory
        #expect(throws: MemoryError.outOfRange(.write, address: 0x10000, byteCount: 1)) {
            try memory.write([9], at: 0x10000)
        }
        #expect(throws: MemoryError.outOfRange(.read, address: 0x30fff, byteCount: 2)) {
            try memory.readInteger(at: 0x30fff, as: UInt16.self)
        }
        #expect(throws: MemoryError.outOfRange(.write, address: 0xffff_fffe, byteCount: 8)) {
            try memory.writeInteger(1 as UInt64, at: 0xffff_fffe)
        }
        // An access that fails changes nothing.
        #expect(throws: MemoryError.self) { try memory.zero(at: 0x30000, byteCount: 4097) }
        #expect(try memory.read(at: 0x30000, byteCount: 1) == [2])
        try memory.writeInteger(0x0102_0304 as UInt32, at: 0x30010)
        #expect(try memory.read(at: 0x30010, byteCount: 4) == [4, 3, 2, 1])
        #expect(try memory.readInteger(at: 0x30011, as: UInt16.self) == 0x0203)
    }

    @Test func heap() throws {
        let instance = try instance(readWrite: [1], readWriteSize: 0x20)
        let memory = instance.memory
        let map = try #require(memory.map)
        #expect(try memory.sbrk(0) == 0x20020)
        #expect(try memory.sbrk(0xfe0) == 0x21000)
        #expect(!memory.isAccessible(at: 0x21000, byteCount: 1))
        #expect(try memory.sbrk(1) == 0x21001)
        #expect(memory.isAccessible(at: 0x20000, byteCount: 0x2000, writing: true))
        #expect(!memory.isAccessible(at: 0x22000, byteCount: 1))
        #expect(try memory.sbrk(map.maximumHeapSize) == nil)
        #expect(memory.heapSize == 0xfe1)
        // All of it: the heap ends a guard below the stack.
        #expect(try memory.sbrk(map.maximumHeapSize - memory.heapSize) == 0xfffc_0000)
        #expect(memory.isAccessible(at: 0xfffb_ffff, byteCount: 1, writing: true))
        #expect(!memory.isAccessible(at: 0xfffc_0000, byteCount: 1))
        #expect(try memory.sbrk(1) == nil)
        #expect(try memory.sbrk(.max) == nil)
    }

    @Test func resetRestoresEverything() throws {
        var configuration = ModuleConfiguration()
        configuration.auxiliarySize = 4096
        let instance = try instance(readOnly: [7], readWrite: [1, 2], configuration)
        let memory = instance.memory
        let map = try #require(memory.map)
        _ = try memory.sbrk(0x5000)
        try memory.write([9, 9], at: 0x30000)
        try memory.write([9], at: 0x33000)
        try memory.write([9], at: UInt32(map.stack.lowerBound))
        try memory.write([9], at: UInt32(map.auxiliary.lowerBound))
        try memory.setAccessibleAuxiliarySize(0)
        try memory.reset()
        #expect(memory.heapSize == 0)
        #expect(memory.nonzeroRuns().map(\.address) == [0x10000, 0x30000])
        #expect(try memory.read(at: 0x30000, byteCount: 2) == [1, 2])
        #expect(!memory.isAccessible(at: 0x31000, byteCount: 1))
        #expect(memory.isAccessible(at: UInt32(map.auxiliary.lowerBound), byteCount: 4096, writing: true))
        _ = try memory.sbrk(0x5000)
        #expect(try memory.read(at: 0x33000, byteCount: 1) == [0])
    }

    @Test func auxiliaryData() throws {
        var configuration = ModuleConfiguration()
        configuration.auxiliarySize = 0x1800
        let instance = try instance(configuration)
        let memory = instance.memory
        let start = UInt32(try #require(memory.map).auxiliary.lowerBound)
        #expect(start == 0xfffe_0000)
        // The host writes over both pages; the guest may only read, which `store` in another test shows.
        try memory.write([UInt8](repeating: 5, count: 0x2000), at: start)
        try memory.setAccessibleAuxiliarySize(1)
        #expect(memory.isAccessible(at: start, byteCount: 0x1000, writing: true))
        #expect(!memory.isAccessible(at: start + 0x1000, byteCount: 1))
        try memory.setAccessibleAuxiliarySize(0x1800)
        #expect(try memory.read(at: start + 0x1fff, byteCount: 1) == [5])
        #expect(throws: MemoryError.auxiliaryTooLarge(byteCount: 0x2001, limit: 0x2000)) {
            try memory.setAccessibleAuxiliarySize(0x2001)
        }
    }

    @Test func guestReadsAuxiliaryDataButCannotWriteIt() throws {
        var configuration = ModuleConfiguration()
        configuration.auxiliarySize = 4096
        let address: Int64 = 0xfffe_0000 - (1 << 32)
        let program = blob([Instruction(.loadU8, .a0, x: address), Instruction(.storeU8, .a1, x: address), ret])
        let instance = try Instance(try Module(program, configuration: configuration))
        try instance.memory.write([77], at: 0xfffe_0000)
        #expect(try instance.call("run") == .trap)
        #expect(instance[.a0] == 77)
        #expect(instance.trapReason == .memoryAccess(address: 0xfffe_0000, byteCount: 1, isStore: true))
        #expect(try instance.memory.read(at: 0xfffe_0000, byteCount: 1) == [77])
    }

    @Test func pages() throws {
        let module = try Module(rawProgram: code([Instruction(.trap)]))
        let memory = try Instance(module).memory
        #expect(!memory.isAccessible(at: 0x10000, byteCount: 1))
        try memory.mapZeroed(at: 0x20000, byteCount: 0x2800, .readWrite)
        #expect(memory.isAccessible(at: 0x20000, byteCount: 0x3000, writing: true))
        try memory.write([1, 2], at: 0x20fff)
        try memory.protect(at: 0x21000, byteCount: 1, .read)
        #expect(!memory.isAccessible(at: 0x20fff, byteCount: 2, writing: true))
        #expect(try memory.read(at: 0x20fff, byteCount: 2) == [1, 2])
        try memory.unmap(at: 0x21000, byteCount: 1)
        #expect(!memory.isAccessible(at: 0x20fff, byteCount: 2))
        try memory.mapZeroed(at: 0x21000, byteCount: 1, .readWrite)
        #expect(try memory.read(at: 0x20fff, byteCount: 2) == [1, 0])
        // The last page, and what lies outside.
        try memory.mapZeroed(at: 0xffff_f000, byteCount: 0x1000, .readWrite)
        try memory.write([3], at: 0xffff_ffff)
        #expect(throws: MemoryError.outOfRange(.map, address: 0xffff_f000, byteCount: 0x1001)) {
            try memory.mapZeroed(at: 0xffff_f000, byteCount: 0x1001, .read)
        }
        #expect(throws: MemoryError.outOfRange(.map, address: 0xf000, byteCount: 0x2000)) {
            try memory.mapZeroed(at: 0xf000, byteCount: 0x2000, .read)
        }
        #expect(throws: MemoryError.unaligned(.unmap, address: 0x20800, pageSize: 4096)) {
            try memory.unmap(at: 0x20800, byteCount: 1)
        }
        #expect(throws: MemoryError.outOfRange(.protect, address: 0x22fff, byteCount: 2)) {
            try memory.protect(at: 0x22fff, byteCount: 2, .read)
        }
        #expect(throws: MemoryError.outOfRange(.protect, address: 0xffff_ffff, byteCount: .max)) {
            try memory.protect(at: 0xffff_ffff, byteCount: .max, .read)
        }
        #expect(memory.isAccessible(at: 0x22fff, byteCount: 1, writing: true))
    }

    /// The list of regions against a plain array of pages.
    @Test func randomPageMaps() throws {
        let memory = try Instance(try Module(rawProgram: code([Instruction(.trap)]))).memory
        var random = SeededGenerator(seed: 7)
        var model = [GuestMemory.Rights?](repeating: nil, count: 32)
        let origin: UInt32 = 0x20000
        for _ in 0..<2000 {
            let first = Int.random(in: 0..<32, using: &random)
            let count = Int.random(in: 1...(32 - first), using: &random)
            let address = origin + UInt32(first) * 4096
            let rights: GuestMemory.Rights = Bool.random(using: &random) ? .read : .readWrite
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                try memory.mapZeroed(at: address, byteCount: UInt64(count) * 4096, rights)
                for page in first..<(first + count) { model[page] = rights }
            case 1:
                try memory.unmap(at: address, byteCount: UInt64(count) * 4096)
                for page in first..<(first + count) { model[page] = nil }
            default:
                let isMapped = model[first..<(first + count)].allSatisfy { $0 != nil }
                let succeeded = (try? memory.protect(at: address, byteCount: UInt64(count) * 4096, rights)) != nil
                #expect(succeeded == isMapped)
                if isMapped { for page in first..<(first + count) { model[page] = rights } }
            }
            for page in 0..<32 {
                let address = origin + UInt32(page) * 4096
                #expect(memory.isAccessible(at: address, byteCount: 4096) == (model[page] != nil))
                #expect(memory.isAccessible(at: address, byteCount: 1, writing: true) == (model[page] == .readWrite))
            }
        }
    }

    @Test func otherPageSizes() throws {
        var configuration = ModuleConfiguration()
        configuration.pageSize = 65536
        let instance = try instance(readOnly: [1], readWrite: [2], configuration)
        #expect(instance.memory.isAccessible(at: 0x10000, byteCount: 65536))
        #expect(instance.memory.isAccessible(at: 0x30000, byteCount: 65536, writing: true))
        configuration.pageSize = 2048
        #expect(throws: ModuleError.badPageSize(2048)) { try Module(blob([ret]), configuration: configuration) }
    }
}
