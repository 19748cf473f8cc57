// Memory for machine code is never writable and executable at once, is used again, and little of it is kept.

#if canImport(Glibc)

import Glibc
import PolkaBlob
import PolkaISA
import PolkaVM
import TestSupport
import Synchronization
import Testing

@testable import PolkaJIT

@Suite(.enabled(if: Backend.whyNoCompiler == nil, "the compiler backend does not run here"), .serialized)
struct CodeMemoryTests {
    /// A program that adds a number to a0, and is as long as one wants.
    private static func adder(_ number: Int64, padding: Int = 0) -> Blob {
        let add = Instruction(.addImm64, .a0, .a0, x: number)
        let pad = Instruction(.addImm64, .a1, .a1, x: 1)
        return Blob([add] + Array(repeating: pad, count: padding) + [.ret])
    }

    private static func module(_ blob: Blob) throws -> Module { try Module(blob, engine: Engine(backend: .compiler)) }

    private static func sum(_ module: Module, _ value: UInt64) throws -> UInt64 {
        let instance = try Instance(module)
        #expect(try instance.call("run", [value]) == .finished)
        return instance[.a0]
    }

    private static func code(of module: Module) throws -> CompiledCode {
        try #require(module.executable as? CompiledProgram).code
    }

    /// The lines of the table of mappings, of which each has the rights behind the range.
    private static func mappings() throws -> [(range: Range<UInt>, rights: Substring)] {
        let file = try #require(fopen("/proc/self/maps", "r"))
        defer { fclose(file) }
        var mappings: [(Range<UInt>, Substring)] = []
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, file) > 0, let line {
            let fields = String(cString: line).split(separator: " ")
            let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            mappings.append((ends[0]..<ends[1], fields[1]))
        }
        return mappings
    }

    private static func rights(at address: UnsafeRawPointer) throws -> Substring? {
        try mappings().first { $0.range.contains(UInt(bitPattern: address)) }?.rights
    }

    @Test func neverWritableAndExecutable() throws {
        for padding in [0, 1000, 5000, 40_000, 100_000] {
            let module = try Self.module(Self.adder(1, padding: padding))
            let start = UnsafeRawPointer(try Self.code(of: module).memory.start)
            #expect(try Self.rights(at: start) == "r-xp", "padding \(padding)")
            #expect(try Self.mappings().allSatisfy { !$0.rights.contains("wx") })
            #expect(try Self.sum(module, 1) == 2)
        }
        #expect(try Self.mappings().allSatisfy { !$0.rights.contains("wx") })
    }

    /// A buffer is not executable; sealed it is not writable; free again it is as at first and its code is gone.
    @Test func rightsOfAChunk() throws {
        guard let buffer = CodeBuffer(byteCount: 1 << 16, likely: 1000), let start = buffer.bytes.baseAddress else {
            Issue.record("no memory")
            return
        }
        #expect(try Self.rights(at: start) == "rw-p")
        buffer.bytes.storeBytes(of: 0x1234_5678, as: UInt32.self)
        do {
            let memory = try buffer.seal(byteCount: 4)
            #expect(memory.start == start)
            #expect(try Self.rights(at: start) == "r-xp")
        }
        // Unless another test was faster.
        if let again = CodeBuffer(byteCount: 1 << 16, likely: 1000), again.bytes.baseAddress == start {
            #expect(try Self.rights(at: start) == "rw-p")
            #expect(start.load(as: UInt32.self) == 0xcccc_cccc)
        }
    }

    @Test func keptMemoryIsBounded() throws {
        for padding in [0, 5000, 10_000, 20_000] {
            var modules: [Module] = []
            for number in 0..<40 { modules.append(try Self.module(Self.adder(Int64(number), padding: padding))) }
            for (number, module) in modules.enumerated() {
                #expect(try Self.sum(module, 100) == UInt64(100 + number))
            }
        }
        #expect(CodeChunk.unusedByteCount > 0)
        #expect(CodeChunk.unusedByteCount <= 4 << 20)
    }

    /// Machine code that is longer than programs of its size usually become goes elsewhere.
    @Test func unusuallyLongMachineCode() throws {
        // Each takes one byte and leaves the machine code, which takes many.
        let calls = Array(repeating: Instruction(.trap), count: 30_000)
        let blob = Blob([Instruction(.addImm64, .a0, .a0, x: 3)] + [Instruction.ret] + calls)
        let module = try Self.module(blob)
        let byteCount = try #require(module.nativeByteCount)
        #expect(byteCount > 4 * blob.code.bytes.count + (1 << 16))
        #expect(try Self.sum(module, 4) == 7)
    }

    /// Modules come and go in many threads, and each runs its own code.
    @Test func manyThreads() {
        let wrong = Atomic<Int>(0)
        let threads = (0..<8).map { thread in
            Threads.start {
                for round in 0..<200 {
                    let number = Int64(thread * 1000 + round)
                    let module = try? Self.module(Self.adder(number, padding: round % 4 * 700))
                    let other = round % 3 == 0 ? try? Self.module(Self.adder(-number)) : nil
                    let sum = module.flatMap { try? Self.sum($0, 5000) }
                    if sum != UInt64(5000 + number) { wrong.add(1, ordering: .relaxed) }
                    if let other, (try? Self.sum(other, 50_000)) != UInt64(50_000 - number) {
                        wrong.add(1, ordering: .relaxed)
                    }
                }
            }
        }
        for thread in threads { Threads.wait(for: thread) }
        #expect(wrong.load(ordering: .relaxed) == 0)
    }
}

#endif
