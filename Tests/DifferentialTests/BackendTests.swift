// The backends against each other: the same random programs, stop by stop, with the whole state compared.

import PolkaBlob
import PolkaISA
import PolkaVM
import Testing
import X86Assembler

@testable import PolkaJIT

@Suite(.enabled(if: Backend.whyNoCompiler == nil, "the compiler backend does not run here"))
struct BackendTests {
    @Test(arguments: InstructionSet.allCases)
    func randomPrograms(_ set: InstructionSet) async throws {
        let seeds = DifferentialRun.firstSeed..<(DifferentialRun.firstSeed + UInt64(DifferentialRun.programCount))
        let result = try await DifferentialRun.run(set, seeds, against: .compiler)
        if let difference = result.difference { Issue.record("\(difference)") }
        guard result.difference == nil, seeds.count >= 1000 else { return }
        // Most programs load and stop more than once, and nearly all runs are machine code and nothing else.
        #expect(result.programCount == seeds.count)
        #expect(result.refusedCount < seeds.count / 8 && (set == .jamV1 || result.refusedCount == 0))
        #expect(result.stopCount > 2 * (result.programCount - result.refusedCount))
        #expect(result.nativeRunCount > result.stopCount / 2)
    }

    /// Each backend goes on from snapshots of the other.
    @Test(arguments: InstructionSet.allCases)
    func snapshotsBetweenBackends(_ set: InstructionSet) throws {
        var stopCount = 0
        let first = DifferentialRun.firstSeed + 1 << 50
        for seed in first..<(first + UInt64(DifferentialRun.programCount / 20)) {
            let program = ProgramGenerator.program(set, seed: seed)
            guard var contest = try Contest(program, .interpreter, against: .compiler) else { continue }
            contest.exchangesSnapshots = true
            let difference = try contest.firstDifference()
            #expect(difference == nil, "\(set.name), seed \(seed): \(difference.map { "\($0)" } ?? "")")
            stopCount += contest.stopCount
        }
        #expect(stopCount > DifferentialRun.programCount / 20)
    }

    /// On processors without some of the optional instructions the same comes out.
    @Test(arguments: InstructionSet.allCases, [0, ProcessorFeatures.bmi1.rawValue, ~ProcessorFeatures.bmi2.rawValue])
    func oldProcessor(_ set: InstructionSet, _ features: UInt32) async throws {
        var options = CompilerOptions()
        options.features = ProcessorFeatures.current.intersection(.init(rawValue: features))
        // As on systems without memory where an instruction can hold its address.
        options.usesLowMemory = false
        let compiler = Backend.compiler(options)
        let first = DifferentialRun.firstSeed + UInt64(features & 0xff) << 40 + 1 << 48
        let seeds = first..<(first + UInt64(DifferentialRun.programCount / 20))
        let result = try await DifferentialRun.run(set, seeds, against: compiler)
        if let difference = result.difference { Issue.record("\(difference)") }
    }

    /// Compiled by two threads, a half each.
    @Test(arguments: InstructionSet.allCases)
    func inTwoParts(_ set: InstructionSet) async throws {
        var options = CompilerOptions()
        options.dividedFrom = 0
        let compiler = Backend.compiler(options)
        let first = DifferentialRun.firstSeed + 1 << 49
        let seeds = first..<(first + UInt64(DifferentialRun.programCount / 10))
        let result = try await DifferentialRun.run(set, seeds, against: compiler)
        if let difference = result.difference { Issue.record("\(difference)") }
    }

    /// Two threads make what one makes.
    @Test func partsAreTheWhole() throws {
        var options = CompilerOptions()
        options.dividedFrom = 0
        let divided = Backend.compiler(options)
        var dividedCount = 0
        for seed in 0..<400 as Range<UInt64> {
            let program = ProgramGenerator.program(.latest64, seed: seed)
            let blob = program.blob(program.placedCode().map)
            for gasMetering in [GasMetering.none, .synchronous] {
                var configuration = ModuleConfiguration()
                configuration.gasMetering = gasMetering
                let module = try Module(blob, configuration: configuration, engine: Engine(backend: divided))
                let compiled = try #require(module.executable as? CompiledProgram).code
                if compiled.boundary < blob.code.bytes.count { dividedCount += 1 }
                // It compiles once more, in one thread, and insists on the same bytes.
                #expect(try NativeListing(of: module) != nil)
            }
        }
        #expect(dividedCount > 100)
    }

    /// Tables that other programs have used before make no difference.
    @Test func usedTables() throws {
        let set = InstructionSet.latest64
        func program(_ opcodes: [Opcode], count: Int) -> Blob {
            let bytes = (0..<count).map { set.byte(of: opcodes[$0 % opcodes.count]) ?? 0 }
            return Blob(
                instructionSet: set,
                code: CodeMap(bytes: bytes, bitmask: [UInt8](repeating: 0xff, count: count / 8)))
        }
        // A jump without distance leads to itself, which is a label of its own.
        let programs = [
            program([.jump], count: 100_000), program([.add64, .fallthrough], count: 200_000),
            program([.fallthrough], count: 80_000), program([.xor, .jump, .trap], count: 160_000),
        ]
        for blob in programs + programs.reversed() {
            let module = try Module(blob, engine: Engine(backend: .compiler))
            // It compiles once more, and insists on the same bytes.
            #expect(try NativeListing(of: module) != nil)
        }
    }

    /// More machine code than there may be is an error, not a crash; the interpreter takes it.
    @Test func tooMuchCode() throws {
        let byteCount = 1 << 20
        let code = CodeMap(
            bytes: [UInt8](repeating: InstructionSet.latest64.byte(of: .divSigned64) ?? 0, count: byteCount),
            bitmask: [UInt8](repeating: 0xff, count: byteCount / 8))
        let blob = Blob(instructionSet: .latest64, code: code)
        var options = CompilerOptions()
        options.byteLimit = 16 << 20
        let limited = Backend.compiler(options)
        #expect(throws: ModuleError.self) { try Module(blob, engine: Engine(backend: limited)) }
        #expect(throws: Never.self) { try Module(blob, engine: Engine(backend: .compiler)) }
        #expect(throws: Never.self) { try Module(blob) }
    }

    /// Proof that the compiler ran, not something that stands in for it.
    @Test func runsWhereItSays() throws {
        let code = CodeMap(bytes: [0], bitmask: [1])
        let module = try Module(
            Blob(instructionSet: .latest64, code: code), engine: Engine(backend: .compiler))
        #expect(module.engine.backend.name == "compiler")
    }
}
