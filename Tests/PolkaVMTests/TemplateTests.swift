// Instances made from a template: they begin where it was frozen, keep their changes to themselves, and leave nothing behind.

import PolkaBlob
import PolkaISA
import TestSupport
import Testing

@testable import PolkaVM

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite struct TemplateTests {
    /// Enough to be shown from a file, and little enough to be copied.
    static let sizes = [300 << 10, 4 << 10]

    /// An instance in the middle of a host call, with so many bytes on its heap.
    private static func warm(_ byteCount: Int, _ engine: Engine) throws -> Instance {
        let module = try SnapshotTests.module(engine) { $0.auxiliarySize = 0x4000 }
        let instance = try Instance(module)
        instance.gas = 100
        try instance.prepareCall("run", [5])
        #expect(try instance.run() == .hostCall(0))
        let memory = instance.memory
        let start = try #require(memory.map).heapBase
        _ = try memory.sbrk(UInt32(byteCount))
        try memory.write([UInt8](repeating: 7, count: byteCount), at: start)
        try memory.write([3, 4], at: 0xfffe_0000)
        try memory.setAccessibleAuxiliarySize(0x1000)
        return instance
    }

    private static func finish(_ instance: Instance, _ answer: UInt64) throws {
        instance[.a0] = answer
        #expect(try instance.run() == .finished)
        #expect(instance[.a0] == answer + 15)
        #expect((instance.gas, instance.instructionCount) == (91, 9))
    }

    @Test(arguments: Engine.all.indices, sizes)
    func manyForks(_ engine: Int, _ byteCount: Int) throws {
        var instance: Instance? = try Self.warm(byteCount, Engine.all[engine])
        let template = try #require(try instance?.freeze())
        #if os(Linux)
        #expect((template.memory.file != nil) == (byteCount > 64 << 10))
        #endif
        let hash = try #require(try instance?.stateHash)
        let forks = try (0..<50).map { _ in try Instance(template) }
        // The first one and its template may go.
        instance = nil
        for (number, fork) in forks.enumerated() {
            #expect(try fork.stateHash == hash)
            try Self.finish(fork, UInt64(number))
            try fork.memory.write([UInt8(number)], at: 0x32000)
        }
        for (number, fork) in forks.enumerated() {
            #expect(try fork.memory.read(at: 0x31ffe, byteCount: 3) == [7, 7, UInt8(number)])
            #expect(try fork.memory.read(at: 0xfffe_0000, byteCount: 2) == [3, 4])
        }
        // What was recycled, or made anew, is like the first.
        let snapshot = try Instance(template).snapshot()
        for _ in 0..<40 {
            let fork = try Instance(template)
            #expect(try fork.snapshot() == snapshot)
            try fork.memory.write([1], at: 0xfffe_0fff)
            try fork.memory.setAccessibleAuxiliarySize(0x4000)
            try fork.memory.write([1], at: 0xfffe_3000)
            _ = try fork.memory.sbrk(0x5000)
            try fork.memory.write([9], at: (try #require(fork.memory.map)).heapBase + fork.memory.heapSize - 1)
            try Self.finish(fork, 1)
        }
        #expect(try Instance(template).snapshot() == snapshot)
    }

    /// Forks of forks, snapshots of forks, and forks that become something else.
    @Test(arguments: Engine.all.indices, sizes)
    func forksAreInstances(_ engine: Int, _ byteCount: Int) throws {
        let instance = try Self.warm(byteCount, Engine.all[engine])
        let before = try instance.snapshot()
        let template = try instance.freeze()
        let fork = try Instance(template)
        try fork.memory.write([1, 2, 3], at: 0x31000)
        let second = try fork.freeze()
        try fork.memory.write([4], at: 0x31001)
        let child = try Instance(second)
        #expect(try child.memory.read(at: 0x31000, byteCount: 3) == [1, 2, 3])
        #expect(try fork.memory.read(at: 0x31000, byteCount: 3) == [1, 4, 3])
        #expect(try Instance(template).snapshot() == before)
        // A snapshot restored into a fork, and a fork that is reset to the start of its module.
        try child.restore(before)
        #expect(try child.snapshot() == before)
        #expect(try child.stateHash == instance.stateHash)
        let fresh = try Instance(template.module)
        try fork.reset()
        #expect(try fork.stateHash == fresh.stateHash)
        #expect(try fork.snapshot() == fresh.snapshot())
        _ = try fork.memory.sbrk(UInt32(byteCount))
        #expect(try fork.memory.read(at: 0x32000, byteCount: 1) == [0])
        // A part of a page file that is unmapped is gone, and comes back as zeros.
        let holed = try Instance(template)
        try holed.memory.unmap(at: 0x32000, byteCount: 1)
        try holed.memory.mapZeroed(at: 0x32000, byteCount: 1, .readWrite)
        #expect(try holed.memory.read(at: 0x31fff, byteCount: 2) == [7, 0])
        let again = try Instance(try holed.freeze())
        #expect(try again.stateHash == holed.stateHash)
        #expect(try Instance(template).snapshot() == before)
    }

    /// Memory that the host maps, forked.
    @Test(arguments: Engine.all.indices, sizes)
    func pagesOfTheHost(_ engine: Int, _ byteCount: Int) throws {
        let module = try Module(
            rawProgram: code([Instruction(.storeImmU8, x: 0x20000, y: 6), Instruction(.trap)]),
            engine: Engine.all[engine])
        let instance = try Instance(module)
        instance.gas = 10
        instance.nextProgramCounter = 0
        try instance.memory.mapZeroed(at: 0x20000, byteCount: UInt64(byteCount), .readWrite)
        try instance.memory.write([UInt8](repeating: 8, count: byteCount), at: 0x20000)
        try instance.memory.protect(at: 0x20000, byteCount: 1, .read)
        let template = try instance.freeze()
        for _ in 0..<20 {
            let fork = try Instance(template)
            #expect(try fork.stateHash == instance.stateHash)
            #expect(try fork.run() == .trap)
            try fork.memory.protect(at: 0x20000, byteCount: 1, .readWrite)
            fork.nextProgramCounter = 0
            #expect(try fork.run() == .trap)
            #expect(try fork.memory.read(at: 0x20000, byteCount: 2) == [6, 8])
        }
    }

    /// Threads that make and drop forks of one template at once.
    @Test(arguments: sizes)
    func threads(_ byteCount: Int) throws {
        let template = try Self.warm(byteCount, Engine()).freeze()
        let threads = (0..<8).map { _ in
            Threads.start {
                for number in 0..<200 {
                    guard let fork = try? Instance(template) else { continue }
                    fork[.a0] = UInt64(number)
                    let isRight = (try? fork.run()) == .finished && fork[.a0] == UInt64(number) + 15
                    precondition(isRight)
                }
            }
        }
        for thread in threads { Threads.wait(for: thread) }
    }

    /// A heap that fits into the page where the data ends is part of a template though nothing was written.
    @Test(arguments: Engine.all.indices)
    func smallHeap(_ engine: Int) throws {
        var program = blob([Instruction(.sbrk, .a0, .a0), ret])
        program.readWriteDataSize = 100
        let instance = try Instance(try Module(program, engine: Engine.all[engine]))
        #expect(try instance.invoke("run", UInt64(16), returning: UInt64.self) == 0x20000 + 116)
        let fork = try Instance(try instance.freeze())
        #expect(fork.memory.heapSize == 16)
        #expect(try fork.stateHash == instance.stateHash)
        #expect(try fork.invoke("run", UInt64(1), returning: UInt64.self) == 0x20000 + 117)
    }

    /// Auxiliary data that was mapped anew for the guest to write is gone after a reset, also where it was hidden.
    @Test func auxiliaryPagesOfTheHost() throws {
        var configuration = ModuleConfiguration()
        configuration.auxiliarySize = 8192
        let module = try Module(blob([ret]), configuration: configuration)
        let address = UInt32(truncatingIfNeeded: try #require(module.memoryMap).auxiliary.lowerBound)
        let instance = try Instance(module)
        let clean = try instance.stateHash
        try instance.memory.mapZeroed(at: address, byteCount: 4096, .readWrite)
        try instance.memory.write([1, 2, 3], at: address)
        try instance.memory.setAccessibleAuxiliarySize(0)
        try instance.reset()
        #expect(try instance.memory.read(at: address, byteCount: 8192).allSatisfy { $0 == 0 })
        #expect(try instance.stateHash == clean)
    }

    @Test func otherModules() throws {
        let template = try Self.warm(4096, Engine()).freeze()
        let linked = try Linker().link(try SnapshotTests.module(Engine()))
        #expect(throws: InstanceError.otherModule) { try Instance(template, linked: linked) }
        let mine = try Linker().link(template.module)
        #expect(try Instance(template, linked: mine)[.a1] == 15)
    }

    #if os(Linux)
    private static func count(_ path: String) -> Int {
        if path.hasSuffix("maps") {
            return ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n").count
        }
        return (try? FileManager.default.contentsOfDirectory(atPath: path))?.count ?? 0
    }

    /// A hundred templates with forks, made, used and dropped: no descriptor and no mapping is left of them.
    ///
    /// Other tests open files at the same time, so that it is the growth that counts.
    @Test func nothingLeaks() throws {
        func round() throws {
            for byteCount in Self.sizes {
                let template = try Self.warm(byteCount, Engine()).freeze()
                let forks = try (0..<20).map { _ in try Instance(template) }
                for fork in forks { try Self.finish(fork, 1) }
                _ = try forks[0].freeze()
                let snapshot = try forks[1].snapshot()
                try forks[2].restore(snapshot)
                try forks[3].reset()
            }
        }
        try round()
        let descriptors = Self.count("/proc/self/fd")
        let mappings = Self.count("/proc/self/maps")
        for _ in 0..<100 { try round() }
        #expect(Self.count("/proc/self/fd") < descriptors + 80)
        #expect(Self.count("/proc/self/maps") < mappings + 1500)
    }
    #endif
}
