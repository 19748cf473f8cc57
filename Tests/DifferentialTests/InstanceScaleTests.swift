// Many instances, many threads, many rounds: what a process takes for them is counted, in processes of their own where other
// tests would count, too.

#if canImport(Glibc)

import Glibc
import PolkaBlob
import PolkaISA
import PolkaJIT
import PolkaVM
import Synchronization
import TestSupport
import Testing

@Suite(.enabled(if: Backend.whyNoCompiler == nil, "the compiler backend does not run here"), .serialized)
struct InstanceScaleTests {
    static let backends = ["interpreter", "compiler", "auto", "eager"]

    static func engine(_ name: String) -> Engine {
        switch name {
        case "interpreter": Engine(backend: .interpreter)
        case "compiler": Engine(backend: .compiler)
        case "auto": Engine(backend: .auto)
        default:
            Engine(
                backend: .auto { _ in
                    CompilePolicy(dueAfter: 1, usesBackground: false, aloneAfter: 0, lookEvery: 1, callCost: 0)
                })
        }
    }

    /// Adds a0 to a counter in read-write data, by way of the stack, and returns the sum and a byte of read-only data.
    static let counter: Blob = {
        let readOnly: Int64 = 0x10000, readWrite: Int64 = 0x30000
        var blob = Blob(
            [
                Instruction(.loadU64, .a1, x: readWrite), Instruction(.add64, .a0, .a1, .a1),
                Instruction(.storeU64, .a1, x: readWrite), Instruction(.storeIndirectU64, .a1, .sp, x: -8),
                Instruction(.loadIndirectU64, .a0, .sp, x: -8), Instruction(.loadU8, .a2, x: readOnly),
                Instruction(.add64, .a0, .a2, .a0), .ret,
            ], stackSize: 16384)
        blob.readOnlyData = [7]
        blob.readOnlyDataSize = 4096
        blob.readWriteData = [5]
        blob.readWriteDataSize = 4096
        return blob
    }()

    /// Adds to the counter of an instance; nil if that failed.
    static func add(_ value: Int, _ instance: Instance) -> UInt64? {
        (try? instance.call("run", [UInt64(value)])) == .finished ? instance[.a0] : nil
    }

    /// Appends a line to the file that `PVM_SCALE_FIGURES` names, if it names one: where Documentation/scale.md has its figures
    /// from.
    static func note(_ line: String) {
        guard let path = getenv("PVM_SCALE_FIGURES"), let file = fopen(path, "a") else { return }
        fputs(line + "\n", file)
        fclose(file)
    }

    // MARK: Instances

    /// Ten thousand live instances, called in turn.
    @Test(arguments: backends)
    func tenThousandInstances(_ backend: String) async {
        await #expect(processExitsWith: .success) { [backend] in
            let count = 10_000
            let module = try Module(Self.counter, engine: Self.engine(backend))
            let before = (mappings: ProcessFacts.mappingCount, bytes: ProcessFacts.residentByteCount)
            var instances: [Instance] = []
            var wrongCount = 0
            instances.reserveCapacity(count)
            for number in 0..<count {
                let instance = try Instance(module)
                if Self.add(number, instance) != UInt64(number + 5 + 7) { wrongCount += 1 }
                instances.append(instance)
            }
            for (number, instance) in instances.enumerated()
            where Self.add(1, instance) != UInt64(number + 1 + 5 + 7) {
                wrongCount += 1
            }
            #expect(wrongCount == 0)
            let mappings = ProcessFacts.mappingCount - before.mappings
            let bytes = (ProcessFacts.residentByteCount - before.bytes) / count
            Self.note("\(backend): \(mappings) mappings for \(count) instances, \(bytes) bytes each")
            #expect(mappings <= 6 * count + 200)
            // One page of each zone was touched.
            #expect(bytes <= 3 * 4096 + 65_536)
            instances = []
            // Some memory is kept for instances to come.
            #expect(ProcessFacts.mappingCount - before.mappings < 400)
        }
    }

    /// An instance is the pages that were touched, and little more.
    @Test(arguments: ["interpreter", "compiler"], [0, 1, 16, 64])
    func idleInstances(_ backend: String, _ pages: Int) async {
        await #expect(processExitsWith: .success) { [backend, pages] in
            let count = 500
            var blob = Self.counter
            blob.readWriteDataSize = 1 << 20
            let module = try Module(blob, engine: Self.engine(backend))
            func instance() throws -> Instance {
                let instance = try Instance(module)
                for page in 0..<pages {
                    try instance.memory.writeInteger(UInt64(page), at: 0x30000 + UInt32(page) * 4096)
                }
                _ = Self.add(1, instance)
                return instance
            }
            // What is made once.
            var instances = try (0..<50).map { _ in try instance() }
            let before = ProcessFacts.residentByteCount
            for _ in 0..<count { instances.append(try instance()) }
            let bytes = (ProcessFacts.residentByteCount - before) / count
            let touched = max(1, pages) + 2
            Self.note(
                "\(backend): \(bytes) bytes for an instance with \(touched) pages touched: \(bytes - 4096 * touched) more"
            )
            #expect(bytes < 4096 * touched + 65_536)
            #expect(instances.count == count + 50)
        }
    }

    // MARK: Limits

    /// When the system gives no more it is said so, and all that was made before goes on.
    @Test(arguments: backends, ["mappings", "address space"])
    func limits(_ backend: String, _ what: String) async {
        await #expect(processExitsWith: .success) { [backend, what] in
            let module = try Module(Self.counter, engine: Self.engine(backend))
            if what == "address space" {
                var limit = rlimit(rlim_cur: 200 << 30, rlim_max: rlim_t.max)
                setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
            }
            var instances: [Instance] = []
            var failure: (any Error)?
            while failure == nil {
                do { instances.append(try Instance(module)) } catch { failure = error }
            }
            Self.note("\(backend), \(what): \(instances.count) instances")
            #expect(instances.count > (what == "address space" ? 20 : 10_000))
            let text = "\(failure.map { "\($0)" } ?? "")"
            #expect(text.contains("ulimit -v") && text.contains("vm.max_map_count"), "\(text)")
            #expect((try? Instance(module)) == nil)
            // Room for machine code, and for those who count.
            instances.removeLast(20)
            let wrong = instances.enumerated().first { Self.add($0.offset, $0.element) != UInt64($0.offset + 5 + 7) }
            #expect(wrong == nil)
            instances.append(try Instance(module))
            #expect(Self.add(1, instances[instances.count - 1]) == 13)
        }
    }

    // MARK: Threads

    /// A hundred threads call one module, each in instances of its own, with a host function.
    @Test(arguments: backends)
    func hundredThreads(_ backend: String) throws {
        let hosted = Blob(
            [
                Instruction(.addImm64, .a0, .a0, x: 1), Instruction(.ecalli, x: 0),
                // A loop, so that it becomes worth compiling.
                Instruction(.loadImm, .a1, x: 200), Instruction(.jump, target: 4),
                Instruction(.addImm64, .a1, .a1, x: -1),
                Instruction(.addImm64, .a0, .a0, x: 3), Instruction(.branchNotEqImm, .a1, x: 0, target: 4), .ret,
            ], imports: ["times"])
        // More than one module, so that compiling goes on while others run.
        let modules = try (0..<20).map { _ in try Module(hosted, engine: Self.engine(backend)) }
        let calls = 50, threadCount = 100
        let right = Atomic<Int>(0)
        let threads = (0..<threadCount).map { thread in
            Threads.start {
                var linker = Linker()
                try? linker.define("times") { context in context.setResult(context.argument(0) * UInt64(thread + 1)) }
                for call in 0..<calls {
                    guard let instance = try? Instance(modules[(thread + call) % modules.count], linker: linker) else {
                        continue
                    }
                    for value in 0..<4 {
                        let expected = UInt64(value + 1) * UInt64(thread + 1) + 600
                        if Self.add(value, instance) == expected { right.add(1, ordering: .relaxed) }
                    }
                }
            }
        }
        for thread in threads { Threads.wait(for: thread) }
        #expect(right.load(ordering: .relaxed) == threadCount * calls * 4)
    }

    // MARK: Leaks

    /// What a process has: mappings, open files, allocated bytes.
    struct Usage {
        let mappings = ProcessFacts.mappingCount
        let files = ProcessFacts.fileCount
        let bytes = ProcessFacts.allocatedByteCount

        /// Whether so many rounds left nothing, apart from what is kept for rounds to come.
        func expectNothingLeft(since old: Usage, rounds: Int) {
            #expect(mappings <= old.mappings + 32)
            #expect(files < old.files + 8)
            guard let bytes, let oldBytes = old.bytes else { return }
            // A leak of one byte a round would show.
            #expect(bytes < oldBytes + rounds, "\(bytes - oldBytes) bytes")
        }
    }

    @Test(arguments: backends)
    func millionInstances(_ backend: String) async {
        await #expect(processExitsWith: .success) { [backend] in
            let rounds = 1_000_000
            let module = try Module(Self.counter, engine: Self.engine(backend))
            var wrongCount = 0
            func round(_ number: Int) throws {
                let instance = try Instance(module)
                if Self.add(number, instance) != UInt64(number + 5 + 7) { wrongCount += 1 }
            }
            for number in 0..<1000 { try round(number) }
            let before = Usage()
            for number in 0..<rounds { try round(number) }
            Usage().expectNothingLeft(since: before, rounds: rounds)
            #expect(wrongCount == 0)
        }
    }

    /// Modules that come and go, with an instance each that dies in the middle of a host call.
    @Test(arguments: backends)
    func modules(_ backend: String) async {
        await #expect(processExitsWith: .success) { [backend] in
            let rounds = 20_000
            let blob = Blob([Instruction(.ecalli, x: 0), .ret], imports: ["nobody"])
            let engine = Self.engine(backend)
            func round() throws {
                let module = try Module(blob, engine: engine)
                #expect(try Instance(module).call("run") == .hostCall(0))
            }
            for _ in 0..<200 { try round() }
            let before = Usage()
            for _ in 0..<rounds { try round() }
            Usage().expectNothingLeft(since: before, rounds: rounds)
        }
    }

    @Test func compiledModules() async {
        await #expect(processExitsWith: .success) {
            let rounds = 10_000
            let engine = Self.engine("compiler")
            func round() throws {
                let bytes = try CompiledModule(Module(Self.counter, engine: engine)).bytes
                let instance = try Instance(CompiledModule(parsing: bytes).module())
                #expect(Self.add(1, instance) == 13)
                #expect(throws: CompiledModuleError.self) { try CompiledModule(parsing: Array(bytes.dropLast())) }
            }
            for _ in 0..<200 { try round() }
            let before = Usage()
            for _ in 0..<rounds { try round() }
            Usage().expectNothingLeft(since: before, rounds: rounds)
        }
    }

    @Test func cachedModules() async {
        await #expect(processExitsWith: .success) {
            let rounds = 10_000
            let cache = ModuleCache(capacity: 8)
            func round(_ number: Int) throws {
                // Most are new to the cache, and failures are among them.
                var bytes = Self.counter.serialized()
                if number % 10 == 0 { bytes.removeLast() }
                var configuration = ModuleConfiguration()
                configuration.auxiliarySize = UInt32(number % 1000)
                _ = try? cache.module(for: bytes, configuration: configuration, engine: Self.engine("compiler"))
            }
            for number in 0..<2000 { try round(number) }
            let before = Usage()
            for number in 0..<rounds { try round(number) }
            Usage().expectNothingLeft(since: before, rounds: rounds)
            #expect(cache.counts.misses > rounds / 2)
        }
    }
}

#endif
