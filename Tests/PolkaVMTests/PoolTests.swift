// Instances that are used again by many threads.

import PolkaBlob
import PolkaISA
import PolkaVM
import Synchronization
import TestSupport
import Testing

@Suite struct PoolTests {
    /// Reads what stands in memory, writes there, and tells what it read.
    private static func module(_ engine: Engine) throws -> Module {
        var program = blob([
            Instruction(.loadU64, .a0, x: 0x20000), Instruction(.storeImmU64, x: 0x20000, y: 7), ret,
        ])
        program.readWriteDataSize = 8
        program.readWriteData = [3]
        return try Module(program, engine: engine)
    }

    @Test(arguments: Engine.all.indices)
    func alwaysLikeNew(_ engine: Int) throws {
        let module = try Self.module(Engine.all[engine])
        let made = Mutex(0)
        let pool = InstancePool(capacity: 4) {
            made.withLock { $0 += 1 }
            return try Instance(module)
        }
        let wrong = Atomic<Int>(0)
        let threads = (0..<8).map { _ in
            Threads.start {
                for _ in 0..<500 {
                    let value = try? pool.withInstance { try $0.invoke("run", returning: UInt64.self) }
                    if value != 3 { wrong.add(1, ordering: .relaxed) }
                }
            }
        }
        for thread in threads { Threads.wait(for: thread) }
        #expect(wrong.load(ordering: .relaxed) == 0)
        #expect((1...4).contains(pool.idleCount))
        // Some are made while more than four threads want one at a time, but by far not one for each use.
        #expect(made.withLock { $0 } < 4000)
    }

    @Test func errorsOfTheBody() throws {
        struct Failure: Error {}
        let module = try Self.module(Engine())
        let pool = InstancePool(capacity: 1) { try Instance(module) }
        #expect(throws: Failure.self) {
            try pool.withInstance { instance in
                instance.hostData = "mine"
                throw Failure()
            }
        }
        #expect(pool.idleCount == 1)
        try pool.withInstance { #expect($0.hostData == nil) }
    }

    /// What one user sets does not reach the next; what the maker set stays.
    @Test func settings() throws {
        let program = blob([ret])
        let module = try Module(program, configuration: metered)
        let mine = Cancellation()
        let pool = InstancePool(capacity: 1) {
            let instance = try Instance(module)
            try instance.setCancellation(mine)
            instance.memory.byteLimit = 1 << 20
            return instance
        }
        try pool.withInstance { instance in
            let other = Cancellation()
            other.cancel()
            try instance.setCancellation(other)
            instance.memory.byteLimit = nil
        }
        #expect(pool.idleCount == 1)
        try pool.withInstance { (instance: Instance) throws -> Void in
            #expect(instance.memory.byteLimit == 1 << 20)
            instance.gas = 5
            #expect(try instance.call("run") == .finished)
            mine.cancel()
            #expect(try instance.call("run") == .cancelled)
        }
    }

    /// Forks begin as their template each time.
    @Test(arguments: Engine.all.indices)
    func forks(_ engine: Int) throws {
        let module = try Self.module(Engine.all[engine])
        let warm = try Instance(module)
        try warm.invoke("run")
        let template = try warm.freeze()
        let pool = InstancePool(capacity: 2) { try Instance(template) }
        for _ in 0..<3 { #expect(try pool.withInstance { try $0.invoke("run", returning: UInt64.self) } == 7) }
    }

    /// A pool without room makes instances all the same.
    @Test func nothingIsKept() throws {
        let module = try Self.module(Engine())
        let pool = InstancePool(capacity: 0) { try Instance(module) }
        #expect(try pool.withInstance { try $0.invoke("run", returning: UInt64.self) } == 3)
        #expect(pool.idleCount == 0)
    }
}
