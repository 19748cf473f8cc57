// Memory lent without copying, and all that must not happen meanwhile.

import PolkaBlob
import PolkaISA
import PolkaVM
import TestSupport
import Testing

@Suite struct MemorySpanTests {
    private func instance(_ configuration: ModuleConfiguration = ModuleConfiguration()) throws -> Instance {
        var program = blob([ret])
        program.readOnlyData = [1, 2, 3]
        program.readOnlyDataSize = 3
        program.readWriteData = [4, 5, 6]
        program.readWriteDataSize = 0x2000
        return try Instance(try Module(program, configuration: configuration))
    }

    @Test func readsAndWrites() throws {
        let memory = try instance().memory
        let sum = try memory.withSpan(at: 0x10000, byteCount: 4) { span in
            (0..<span.byteCount).reduce(0) { $0 + Int(span.unsafeLoad(fromByteOffset: $1, as: UInt8.self)) }
        }
        #expect(sum == 6)
        try memory.withMutableSpan(at: 0x30001, byteCount: 4096) { span in
            span.storeBytes(of: 0x0807, toByteOffset: 0, as: UInt16.self)
            span.storeBytes(of: 9, toByteOffset: 4095, as: UInt8.self)
        }
        #expect(try memory.read(at: 0x30000, byteCount: 4) == [4, 7, 8, 0])
        #expect(try memory.read(at: 0x31000, byteCount: 1) == [9])
    }

    @Test func badRanges() throws {
        let memory = try instance().memory
        for (address, byteCount) in [
            (0x10000, 4097), (0xffff, 1), (0x32000, 1), (0xffff_ffff, 2), (0x10000, -1), (0x10000, .max), (0, .min),
        ] as [(UInt32, Int)] {
            #expect(throws: MemoryError.outOfRange(.read, address: address, byteCount: byteCount)) {
                try memory.withSpan(at: address, byteCount: byteCount) { _ in }
            }
            #expect(throws: MemoryError.outOfRange(.write, address: address, byteCount: byteCount)) {
                try memory.withMutableSpan(at: address, byteCount: byteCount) { _ in }
            }
        }
        // Read-only data is not to be written; no bytes are everywhere.
        #expect(throws: MemoryError.outOfRange(.write, address: 0x10000, byteCount: 1)) {
            try memory.withMutableSpan(at: 0x10000, byteCount: 1) { _ in }
        }
        #expect(try memory.withSpan(at: 0, byteCount: 0) { $0.byteCount } == 0)
        #expect(try memory.withMutableSpan(at: 0xffff_ffff, byteCount: 0) { $0.byteCount } == 0)
    }

    private struct Refusal: Error {}

    /// Whatever would pull memory from under a span, or change it, is an error; afterwards it works.
    @Test(arguments: [false, true])
    func nothingChangesWhileLent(_ isMutable: Bool) throws {
        let instance = try instance()
        let memory = instance.memory
        let snapshot = try instance.snapshot()
        try instance.prepareCall("run")
        func lend(_ body: () throws -> Void) throws {
            if isMutable {
                try memory.withMutableSpan(at: 0x30000, byteCount: 16) { _ in try body() }
            } else {
                try memory.withSpan(at: 0x30000, byteCount: 16) { _ in try body() }
            }
        }
        let changes: [(MemoryError.Operation, () throws -> Void)] = [
            (.write, { try memory.write([1], at: 0x31000) }),
            (.write, { try memory.zero(at: 0x31000, byteCount: 1) }),
            (.write, { try memory.writeInteger(1 as UInt32, at: 0x31000) }),
            (.write, { try memory.withMutableSpan(at: 0x31000, byteCount: 1) { _ in } }),
            (.map, { _ = try memory.sbrk(0x10000) }),
            (.map, { try memory.mapZeroed(at: 0x4000_0000, byteCount: 1, .read) }),
            (.protect, { try memory.protect(at: 0x30000, byteCount: 1, .read) }),
            (.protect, { try memory.setAccessibleAuxiliarySize(0) }),
            (.unmap, { try memory.unmap(at: 0x30000, byteCount: 1) }),
            (.write, { try memory.reset() }),
        ]
        for (operation, change) in changes {
            #expect(throws: MemoryError.lent(operation)) { try lend(change) }
        }
        let lent = InstanceError.memory(.lent(.write))
        #expect(throws: lent) { try lend { _ = try instance.run() } }
        #expect(throws: lent) { try lend { _ = try instance.call("run") } }
        #expect(throws: lent) { try lend { try instance.reset() } }
        #expect(throws: SnapshotError.instance(lent)) { try lend { try instance.restore(snapshot) } }
        // Reading is allowed, but not what somebody may be writing.
        try lend {
            let bytes = try memory.read(at: 0x31000, byteCount: 1)
            #expect(bytes == [0])
        }
        try lend { try memory.withSpan(at: 0x31000, byteCount: 1) { _ in } }
        if isMutable {
            #expect(throws: MemoryError.lent(.read)) { try lend { _ = try memory.read(at: 0x3000f, byteCount: 2) } }
            #expect(throws: MemoryError.lent(.read)) {
                try lend { try memory.withSpan(at: 0x30000, byteCount: 1) { _ in } }
            }
            #expect(throws: MemoryError.lent(.read)) { try lend { _ = try instance.stateHash } }
            #expect(throws: MemoryError.lent(.read)) { try lend { _ = try instance.freeze() } }
            #expect(throws: SnapshotError.instance(.memory(.lent(.read)))) { try lend { _ = try instance.snapshot() } }
        } else {
            try lend {
                let bytes = try memory.read(at: 0x30000, byteCount: 1)
                #expect(bytes == [4])
            }
            try lend { _ = try instance.snapshot() }
        }
        // A closure that throws gives the memory back as well.
        #expect(throws: Refusal.self) { try lend { throw Refusal() } }
        for (_, change) in changes { try change() }
        #expect(try instance.call("run") == .finished)
    }

    /// The host writes auxiliary data through a span; the guest still can not.
    @Test(arguments: Engine.all.indices)
    func auxiliaryData(_ engine: Int) throws {
        var configuration = ModuleConfiguration()
        configuration.auxiliarySize = 4096
        let address: Int64 = 0xfffe_0000 - (1 << 32)
        let program = blob([Instruction(.loadU8, .a0, x: address), Instruction(.storeU8, .a1, x: address), ret])
        let instance = try Instance(
            try Module(program, configuration: configuration, engine: Engine.all[engine]))
        try instance.memory.withMutableSpan(at: 0xfffe_0000, byteCount: 4096) { span in
            span.storeBytes(of: 77, toByteOffset: 0, as: UInt8.self)
        }
        #expect(try instance.call("run") == .trap)
        #expect(instance[.a0] == 77)
        #expect(instance.trapReason == .memoryAccess(address: 0xfffe_0000, byteCount: 1, isStore: true))
        try instance.reset()
        #expect(try instance.memory.read(at: 0xfffe_0000, byteCount: 1) == [0])
    }
}
