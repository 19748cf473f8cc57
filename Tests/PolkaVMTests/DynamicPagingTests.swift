// Pages that come into being when they are touched, by hand and by themselves.

import PolkaBlob
import PolkaISA
import PolkaVM
import TestSupport
import Testing

@Suite struct DynamicPagingTests {
    /// Loads from the second page of the read-only data and from the read-write data, stores there and on the stack.
    private static let program: Blob = {
        var program = blob([
            Instruction(.loadU64, .a1, x: 0x11008), Instruction(.loadU64, .a2, x: 0x40000),
            Instruction(.storeU64, .a1, x: 0x40008), Instruction(.storeIndirectU64, .a2, .sp, x: -16),
            Instruction(.loadIndirectU64, .a0, .sp, x: -16), Instruction(.add64, .a0, .a1, .a0), ret,
        ])
        program.readOnlyDataSize = 0x10010
        program.readOnlyData = (0..<0x1010).map { UInt8(truncatingIfNeeded: $0 >> 8 &+ $0) }
        program.readWriteDataSize = 0x1000
        program.readWriteData = [9]
        return program
    }()

    /// All that the zones hold is there at the end, as without paging; what was not touched is not mapped.
    @Test(arguments: Engine.all.indices)
    func byThemselves(_ engine: Int) throws {
        let paged = try Instance(
            try Module(Self.program, configuration: .dynamicPaging, engine: Engine.all[engine]))
        let other = try Instance(try Module(Self.program, engine: Engine.all[engine]))
        for _ in 0..<2 {
            #expect(try paged.call("run") == .finished)
            #expect(try other.call("run") == .finished)
            #expect(paged.registers == other.registers)
        }
        #expect(
            try paged.memory.read(at: 0x40000, byteCount: 0x1000) == other.memory.read(at: 0x40000, byteCount: 0x1000))
        #expect(
            try paged.memory.read(at: 0x11000, byteCount: 0x1000) == other.memory.read(at: 0x11000, byteCount: 0x1000))
        #expect(!paged.memory.isAccessible(at: 0x10000, byteCount: 1))
        #expect(!paged.memory.isAccessible(at: 0x11000, byteCount: 1, writing: true))
        // sbrk has no effect.
        #expect(try paged.memory.sbrk(1) == nil)
        try paged.reset()
        #expect(!paged.memory.isAccessible(at: 0x11000, byteCount: 1))
        #expect(try paged.call("run") == .finished)
    }

    /// `run` leaves them to the host.
    @Test(arguments: Engine.all.indices)
    func byHand(_ engine: Int) throws {
        let instance = try Instance(
            try Module(Self.program, configuration: .dynamicPaging, engine: Engine.all[engine]))
        try instance.prepareCall("run")
        var faults: [UInt32] = []
        while case .pageFault(let fault) = try instance.run() {
            #expect(!fault.isWriteProtected && fault.pageSize == 4096)
            faults.append(fault.address)
            try instance.memory.mapZeroed(at: fault.address, byteCount: 4096, .readWrite)
        }
        #expect(faults == [0x11000, 0x40000, UInt32(instance[.sp]) - 0x1000])
        #expect(instance[.a0] == 0)
    }

    /// Anything else is the guest's fault.
    @Test(arguments: Engine.all.indices, [0x30000, 0x11000, 0x8000] as [Int32])
    func elsewhere(_ engine: Int, _ address: Int32) throws {
        var program = blob([Instruction(.storeImmU8, x: Int64(address), y: 1), ret])
        program.readOnlyDataSize = 0x1010
        let instance = try Instance(try Module(program, configuration: .dynamicPaging, engine: Engine.all[engine]))
        #expect(try instance.call("run") == .trap)
        #expect(
            instance.trapReason == .memoryAccess(address: UInt32(address), byteCount: 1, isStore: true))
        #expect(instance.programCounter == 0)
    }
}
