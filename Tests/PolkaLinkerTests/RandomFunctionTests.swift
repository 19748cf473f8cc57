// Random programs, linked in every way, on both backends, against the same ELF file on the evaluator of RISC-V.
//
// `PVM_RANDOM_FUNCTIONS=N` says how many programs run, `PVM_RANDOM_FUNCTIONS_SEED=S` from where. A program that fails is made
// smaller and printed with its seed.

import Foundation
import PolkaBlob
import PolkaISA
import PolkaJIT
import PolkaLinker
import PolkaVM
import RISCVELF
import TestSupport
import Testing

/// A way to link.
struct LinkVariant: Sendable, CustomStringConvertible {
    let description: String
    let options: LinkOptions

    /// Every level, and the highest ones without each pass that can be left out.
    static let all: [LinkVariant] =
        LinkOptions.Optimization.allCases.map {
            LinkVariant(description: "\($0)", options: LinkOptions(optimization: $0))
        }
        + LinkOptions.OptionalPass.allCases.map { pass in
            // Some do their work for size only.
            let isForSize = [.foldEqualCode, .mergeTails, .shortenConstants].contains(pass)
            var options = LinkOptions(optimization: isForSize ? .size : .full)
            options.disabledPasses = [pass]
            return LinkVariant(description: "\(options.optimization) without \(pass.rawValue)", options: options)
        }
}

/// Programs in one file, and what they do on RISC-V.
private struct RandomRun {
    let programs: [RandomFunctions]
    let elf: ELFObject
    private let calls: [Call]

    /// A call of an export, and what must come of it.
    struct Call {
        let program: Int
        let export: String
        let arguments: [UInt64]
        let expected: Outcome
    }

    struct Outcome {
        var isTrap: Bool
        /// By the number of the machine's register.
        var registers: [UInt64]
        var buffers: [[UInt8]]
    }

    static let mostInstructions: UInt64 = 50_000

    init(_ programs: [RandomFunctions]) throws {
        self.programs = programs
        let workshop = try Workshop()
        _ = try workshop.compile(Guest.prelude + programs.map(\.text).joined(), name: "guest.s")
        let toolchain = Workshop.package.appendingPathComponent("toolchain/lld.rsp").path
        let script = Workshop.package.appendingPathComponent("Guest/guest.ld").path
        try workshop.run("ld.lld", ["@\(toolchain)", "-T", script, "guest.s.o", "-o", "guest.elf"])
        elf = try ELFObject(parsing: try workshop.read("guest.elf"), name: "guest.elf")

        let guest = try RISCVGuest(elf, stackByteCount: 1 << 16)
        var calls: [Call] = []
        for (number, program) in programs.enumerated() {
            var generator = SeededGenerator(seed: UInt64(number))
            for export in program.exports {
                for _ in 0..<2 {
                    let arguments = (0..<2).map { _ in generator.next() >> UInt64(generator.next() & 63) }
                    // Memory as it was for each call.
                    var copy = guest
                    let outcome = try copy.call(export, arguments, limit: Self.mostInstructions) { _, arguments in
                        RandomFunctions.mix(arguments[0], arguments[1])
                    }
                    // Some take too long.
                    guard let ended = outcome else { continue }
                    switch ended.stop {
                    case nil, .trap, .fault: break
                    default:
                        throw ToolFailure(
                            description: "\(export) stopped with \(String(describing: ended.stop)):\n\(program.text)")
                    }
                    let expected = Outcome(
                        isTrap: ended.stop != nil, registers: Register.allCases.map { copy.evaluator[$0.riscv] },
                        buffers: try RandomFunctions.bufferNames.map { name in
                            let address = try #require(copy.address(ofSymbol: program.prefix + name))
                            return try copy.bytes(at: address, count: RandomFunctions.bufferByteCount)
                        })
                    calls.append(Call(program: number, export: export, arguments: arguments, expected: expected))
                }
            }
        }
        self.calls = calls
    }

    var callCount: Int { calls.count }
    var trapCount: Int { calls.count { $0.expected.isTrap } }

    /// The first difference of each program.
    func differences(_ variant: LinkVariant, _ backends: [Backend] = backends) throws -> [Int: String] {
        let linked = try PostLinker.link([elf], options: variant.options)
        var differences: [Int: String] = [:]
        var linker = Linker()
        try linker.define(RandomFunctions.host) {
            $0.setResult(RandomFunctions.mix($0.argument(0), $0.argument(1)))
        }
        for backend in backends {
            var configuration = ModuleConfiguration()
            configuration.gasMetering = .synchronous
            let module = try Module(linked.blob, configuration: configuration, engine: Engine(backend: backend))
            let instance = try Instance(module, linker: linker)
            for call in calls where differences[call.program] == nil {
                try instance.memory.reset()
                // Enough for all that RISC-V does, and an end for what has gone wrong.
                instance.gas = Int64(100 * Self.mostInstructions)
                let stackTop = (try? instance.prepareCall(call.export, call.arguments)).map { instance[.sp] }
                let exit = try instance.resume()
                let found = Outcome(
                    isTrap: exit == .trap, registers: instance.registers,
                    buffers: try buffers(of: call.program, instance, linked.map))
                var text: String?
                if exit != .finished && exit != .trap {
                    text = "ended with \(exit)"
                } else {
                    text = difference(call, found, variant, stackTop ?? 0)
                }
                if let text {
                    differences[call.program] =
                        "\(variant), \(backend.name): \(call.export)(\(call.arguments.map { "0x" + String($0, radix: 16) }.joined(separator: ", "))): \(text)"
                }
            }
        }
        return differences
    }

    static var backends: [Backend] { Backend.whyNoCompiler == nil ? [.interpreter, .compiler] : [.interpreter] }

    private func buffers(of program: Int, _ instance: Instance, _ map: LinkMap) throws -> [[UInt8]] {
        try RandomFunctions.bufferNames.map { name in
            let symbol = try #require(elf.symbols.first { $0.name == programs[program].prefix + name })
            guard case .section(let index) = symbol.place else { return [] }
            let section = elf.sections[index]
            // What is dropped, nobody writes to.
            guard let entry = map.readWriteData.first(where: { $0.name == section.name }) else {
                return section.hasContents ? section.contents : [UInt8](repeating: 0, count: section.byteCount)
            }
            return try instance.memory.read(at: UInt32(entry.address), byteCount: section.byteCount)
        }
    }

    private func difference(_ call: Call, _ found: Outcome, _ variant: LinkVariant, _ stackTop: UInt64) -> String? {
        let expected = call.expected
        func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
        if expected.isTrap != found.isTrap {
            return expected.isTrap ? "expected a trap" : "trapped"
        }
        if !expected.isTrap {
            // Of the optimiser a host can expect results only (vm.md 3.1), of the others everything.
            let isOptimized = variant.options.optimization != .none && variant.options.optimization != .basic
            let registers = isOptimized ? [Register.a0, .a1] : Register.allCases
            for register in registers where programs[call.program].numbers.contains(register.riscv) {
                let (wanted, got) = (expected.registers[register.index], found.registers[register.index])
                if wanted != got { return "\(register) is \(hex(got)), expected \(hex(wanted))" }
            }
            if !isOptimized, found.registers[Register.sp.index] != stackTop { return "sp has moved" }
        }
        for (name, (wanted, got)) in zip(RandomFunctions.bufferNames, zip(expected.buffers, found.buffers)) {
            if let index = zip(wanted, got).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset {
                return "byte \(index) of \(name) is \(got[index]), expected \(wanted[index])"
            }
        }
        return nil
    }
}

@Suite struct RandomFunctionTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let programsPerBatch = 25
    private static let firstSeed = environment["PVM_RANDOM_FUNCTIONS_SEED"].flatMap { UInt64($0) } ?? 1
    private static let batchCount =
        (environment["PVM_RANDOM_FUNCTIONS"].flatMap { Int($0) } ?? 300) / programsPerBatch
    /// Making programs smaller takes its time.
    private static let mostReports = 2

    @Test(arguments: 0..<max(1, batchCount)) func sameAsOnRISCV(_ batch: Int) throws {
        let seeds = (0..<Self.programsPerBatch).map { Self.firstSeed + UInt64(batch * Self.programsPerBatch + $0) }
        let run = try RandomRun(seeds.map { RandomFunctions(seed: $0, prefix: "p\($0)_") })
        #expect(run.callCount > Self.programsPerBatch)
        var reports = 0
        for variant in LinkVariant.all {
            for (number, text) in try run.differences(variant).sorted(by: { $0.key < $1.key }) {
                reports += 1
                guard reports <= Self.mostReports else { continue }
                let small = shrunk(run.programs[number], variant)
                Issue.record("seed \(seeds[number]): \(text)\n\(small.why)\n\(small.program.text)")
            }
        }
        #expect(reports == 0)
    }

    /// The program with as much left out as can be without the difference going away.
    private func shrunk(_ program: RandomFunctions, _ variant: LinkVariant) -> (program: RandomFunctions, why: String) {
        func failure(_ program: RandomFunctions) -> String? {
            guard let run = try? RandomRun([program]) else { return nil }
            return try? run.differences(variant)[0]
        }
        guard var why = failure(program) else { return (program, "alone it does not fail") }
        var smallest = program
        var size = max(1, smallest.removable.count / 2)
        while true {
            var changed = false
            var start = 0
            while start < smallest.removable.count {
                var candidate = smallest
                for place in smallest.removable[start..<min(start + size, smallest.removable.count)] {
                    candidate.remove(place)
                }
                if let text = failure(candidate) {
                    (smallest, why, changed) = (candidate, text, true)
                } else {
                    start += size
                }
            }
            if size > 1 { size /= 2 } else if !changed { break }
        }
        return (smallest, why)
    }
}
