// The backends against each other: the same random programs, stop by stop, with the whole state compared.

import PolkaBlob
import PolkaISA
import PolkaJIT
import PolkaVM
import Testing
import X86Assembler

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

    /// On processors without some of the optional instructions the same comes out.
    @Test(arguments: InstructionSet.allCases, [0, ProcessorFeatures.bmi1.rawValue, ~ProcessorFeatures.bmi2.rawValue])
    func oldProcessor(_ set: InstructionSet, _ features: UInt32) async throws {
        let compiler = Backend.compiler(features: ProcessorFeatures.current.intersection(.init(rawValue: features)))
        let first = DifferentialRun.firstSeed + UInt64(features & 0xff) << 40 + 1 << 48
        let seeds = first..<(first + UInt64(DifferentialRun.programCount / 20))
        let result = try await DifferentialRun.run(set, seeds, against: compiler)
        if let difference = result.difference { Issue.record("\(difference)") }
    }

    /// More machine code than there may be is an error, not a crash; the interpreter takes it.
    @Test func tooMuchCode() throws {
        let byteCount = 1 << 20
        let code = CodeMap(
            bytes: [UInt8](repeating: InstructionSet.latest64.byte(of: .divSigned64) ?? 0, count: byteCount),
            bitmask: [UInt8](repeating: 0xff, count: byteCount / 8))
        let blob = Blob(instructionSet: .latest64, code: code)
        let limited = Backend.compiler(features: .current, byteLimit: 16 << 20)
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
