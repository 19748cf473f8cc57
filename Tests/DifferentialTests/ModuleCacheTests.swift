// The module cache: what is found, what is kept, and that no module is made twice.

import PolkaBlob
import PolkaISA
import PolkaJIT
import PolkaVM
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct ModuleCacheTests {
    /// A program that adds a number to a0.
    private static func program(_ number: Int64, padding: Int = 0) -> [UInt8] {
        let pad = Instruction(.addImm64, .a1, .a1, x: 1)
        return Blob([Instruction(.addImm64, .a0, .a0, x: number)] + Array(repeating: pad, count: padding) + [.ret])
            .serialized()
    }

    @Test(arguments: [Backend.interpreter, .compiler, .auto])
    func found(_ backend: Backend) throws {
        guard backend.name != "compiler" || Backend.whyNoCompiler == nil else { return }
        let cache = ModuleCache()
        let engine = Engine(backend: backend)
        let first = try cache.module(for: Self.program(1), engine: engine)
        #expect(try cache.module(for: Self.program(1), engine: engine) === first)
        #expect(cache.counts == .init(hits: 1, misses: 1))
        #expect(try cache.module(for: Self.program(2), engine: engine) !== first)
        #expect(cache.counts == .init(hits: 1, misses: 2))
        #expect(cache.usage.count == 2)
        let instance = try Instance(first)
        #expect(try instance.call("run", [41]) == .finished)
        #expect(instance[.a0] == 42)
    }

    /// Everything that a module is made with tells modules apart.
    @Test func keys() throws {
        let cache = ModuleCache()
        var configurations = [ModuleConfiguration](repeating: ModuleConfiguration(), count: 9)
        configurations[1].gasMetering = .synchronous
        configurations[2].pageSize = 8192
        configurations[3].faultRule = .pageFault
        configurations[4].jumpRule = .graypaper
        configurations[5].auxiliarySize = 1
        configurations[6].startsUnmapped = true
        configurations[7].isStrict = true
        configurations[8].isInterruptible = true
        var modules: [Module] = []
        for backend in [Backend.interpreter, .auto] {
            for configuration in configurations {
                modules.append(
                    try cache.module(
                        for: Self.program(1), configuration: configuration, engine: Engine(backend: backend)))
                #expect(modules.last?.configuration == configuration)
                #expect(modules.last?.engine.backend.name == backend.name)
            }
        }
        #expect(Set(modules.map(ObjectIdentifier.init)).count == 18)
        #expect(cache.counts == .init(hits: 0, misses: 18))
    }

    @Test func leastRecentlyUsedGoesFirst() throws {
        let cache = ModuleCache(capacity: 2)
        weak var second: Module?
        do {
            _ = try cache.module(for: Self.program(1))
            second = try cache.module(for: Self.program(2))
            _ = try cache.module(for: Self.program(1))
            #expect(second != nil)
            _ = try cache.module(for: Self.program(3))
        }
        #expect(second == nil)
        #expect(cache.usage.count == 2)
        #expect(cache.counts == .init(hits: 1, misses: 3))
        _ = try cache.module(for: Self.program(1))
        _ = try cache.module(for: Self.program(3))
        #expect(cache.counts == .init(hits: 3, misses: 3))
        _ = try cache.module(for: Self.program(2))
        #expect(cache.counts == .init(hits: 3, misses: 4))
    }

    /// Modules that somebody has are found though the cache does not keep them.
    @Test(arguments: [0, 1])
    func liveModules(_ capacity: Int) throws {
        let cache = ModuleCache(capacity: capacity)
        do {
            let held = try cache.module(for: Self.program(1))
            for number in 2..<10 as Range<Int64> { _ = try cache.module(for: Self.program(number)) }
            cache.removeAll()
            #expect(cache.usage == (0, 0))
            #expect(try cache.module(for: Self.program(1)) === held)
            // An instance has its module.
            let instance = try Instance(held)
            #expect(try cache.module(for: Self.program(1)) === instance.module)
        }
        cache.removeAll()
        let misses = cache.counts.misses
        _ = try cache.module(for: Self.program(1))
        #expect(cache.counts.misses == misses + 1)
    }

    @Test func bytesAreBounded() throws {
        let cache = ModuleCache(capacity: 1000, byteCapacity: 100_000)
        for number in 0..<50 as Range<Int64> {
            _ = try cache.module(for: Self.program(number, padding: 1000))
            #expect(cache.usage.byteCount <= 100_000)
        }
        #expect(cache.usage.count > 10 && cache.usage.count < 50)
        // One that is larger than all that may be kept is made, and not kept.
        let large = try cache.module(for: Self.program(1, padding: 100_000))
        #expect(cache.usage.byteCount <= 100_000)
        #expect(try cache.module(for: Self.program(1, padding: 100_000)) === large)
    }

    @Test func errorsAreNotRemembered() {
        let cache = ModuleCache()
        for round in 1...3 {
            #expect(throws: ModuleError.self) { try cache.module(for: [1, 2, 3]) }
            #expect(cache.counts == .init(hits: 0, misses: round))
        }
        var configuration = ModuleConfiguration()
        configuration.pageSize = 5
        #expect(throws: ModuleError.badPageSize(5)) {
            try cache.module(for: Self.program(1), configuration: configuration)
        }
        #expect(cache.usage == (0, 0))
    }

    /// Many threads that ask for few programs: each is made once.
    @Test func madeOnce() {
        let made = Atomic<Int>(0), wrong = Atomic<Int>(0), ready = Atomic<Int>(0)
        let threadCount = 32, programCount = 4
        let backend = Backend(name: "counting") { program throws(ModuleError) in
            made.add(1, ordering: .relaxed)
            // Long enough for the others to come.
            for _ in 0..<20 { usleep(100) }
            return try Backend.interpreter.prepare(program)
        }
        let cache = ModuleCache()
        let threads = (0..<threadCount).map { thread in
            Threads.start {
                ready.add(1, ordering: .relaxed)
                while ready.load(ordering: .relaxed) < threadCount { usleep(100) }
                let number = Int64(thread % programCount)
                let module = try? cache.module(for: Self.program(number), engine: Engine(backend: backend))
                let instance = module.flatMap { try? Instance($0) }
                _ = try? instance?.call("run", [100])
                if instance?[.a0] != UInt64(100 + number) { wrong.add(1, ordering: .relaxed) }
            }
        }
        for thread in threads { Threads.wait(for: thread) }
        #expect(wrong.load(ordering: .relaxed) == 0)
        #expect(made.load(ordering: .relaxed) == programCount)
        #expect(cache.counts == .init(hits: threadCount - programCount, misses: programCount))
    }

    /// Modules come, go and are asked for in all threads at once, in a cache that is too small for them.
    @Test func crowded() {
        let wrong = Atomic<Int>(0)
        let cache = ModuleCache(capacity: 3)
        let engine = Engine(backend: Backend.whyNoCompiler == nil ? .compiler : .interpreter)
        let threads = (0..<8).map { thread in
            Threads.start {
                for round in 0..<500 {
                    let number = Int64((round * (thread + 1)) % 11)
                    let module = try? cache.module(for: Self.program(number), engine: engine)
                    let instance = module.flatMap { try? Instance($0) }
                    _ = try? instance?.call("run", [100])
                    if instance?[.a0] != UInt64(100 + number) { wrong.add(1, ordering: .relaxed) }
                    if round % 100 == 99 { cache.removeAll() }
                }
            }
        }
        for thread in threads { Threads.wait(for: thread) }
        #expect(wrong.load(ordering: .relaxed) == 0)
        #expect(cache.counts.hits + cache.counts.misses == 8 * 500)
        #expect(cache.usage.count <= 3)
    }
}
