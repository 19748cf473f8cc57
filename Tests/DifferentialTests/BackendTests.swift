// The backends against each other: the same random programs, stop by stop, with the whole state compared.

import PolkaBlob
import PolkaISA
import PolkaJIT
import PolkaVM
import Testing
import X86Assembler

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite(.enabled(if: Backend.whyNoCompiler == nil, "the compiler backend does not run here"))
struct BackendTests {
    /// Programs of each kind; `PVM_DIFFERENTIAL` asks for more.
    private static let programCount =
        getenv("PVM_DIFFERENTIAL").flatMap { Int(String(cString: $0)) } ?? 25_000

    @Test(arguments: InstructionSet.allCases)
    func randomPrograms(_ set: InstructionSet) throws {
        var stops = 0
        for number in 0..<Self.programCount {
            let seed = UInt64(set.rawValue) << 40 | UInt64(number)
            var generator = ProgramGenerator(set, seed: seed)
            guard let pair = try Pair(&generator) else { continue }
            let difference = try pair.firstDifference(&generator)
            #expect(difference == nil, "\(set.name), seed \(seed): \(difference ?? "")")
            if difference != nil { return }
            stops += pair.stopCount
        }
        #expect(set == .jamV1 || stops > Self.programCount / 2)
    }

    /// On a processor without any of the optional instructions the same comes out.
    @Test(arguments: InstructionSet.allCases)
    func oldProcessor(_ set: InstructionSet) throws {
        for number in 0..<Self.programCount / 10 {
            let seed = UInt64(set.rawValue) << 40 | 1 << 39 | UInt64(number)
            var generator = ProgramGenerator(set, seed: seed)
            guard let pair = try Pair(&generator, compiler: .compiler(features: [])) else { continue }
            let difference = try pair.firstDifference(&generator)
            #expect(difference == nil, "\(set.name), seed \(seed): \(difference ?? "")")
            if difference != nil { return }
        }
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

/// One program in both backends.
private final class Pair {
    let interpreted: Instance
    let compiled: Instance
    let isMetered: Bool
    var stopCount = 0

    /// nil for a program that does not load.
    init?(_ generator: inout ProgramGenerator, compiler: Backend = .compiler) throws {
        let program = generator.program()
        let choice = generator.configuration()
        isMetered = choice.isMetered
        var configuration = ModuleConfiguration()
        configuration.gasMetering = choice.isMetered ? .synchronous : .none
        configuration.jumpRule = choice.isReferenceJumps ? .reference : .graypaper
        configuration.faultRule = [.trap, .pageFault, .pageFaultUnlessReadOnly][choice.faultRule]
        guard let oracle = try? Module(program, configuration: configuration, engine: Engine(backend: .interpreter))
        else { return nil }
        let module = try Module(program, configuration: configuration, engine: Engine(backend: compiler))
        interpreted = try Instance(oracle)
        compiled = try Instance(module)
        let entry = generator.entry(of: program.code)
        for register in Register.allCases {
            let value = generator.value()
            interpreted[register] = value
            compiled[register] = value
        }
        for instance in [interpreted, compiled] {
            instance.gas = choice.gas
            instance.nextProgramCounter = entry
        }
    }

    /// Runs both from stop to stop and says where they differ first.
    func firstDifference(_ generator: inout ProgramGenerator) throws -> String? {
        // Without gas a program may run for ever, so an unmetered one is run only as far as its twin with gas came.
        if !isMetered {
            guard try endsWithoutMetering(generator) else { return nil }
        }
        for _ in 0..<6 {
            let expected = try interpreted.run()
            let found = try compiled.run()
            stopCount += 1
            if let difference = difference(expected, found) { return "stop \(stopCount): \(difference)" }
            switch expected {
            case .finished, .trap:
                return nil
            case .hostCall:
                let result = generator.value()
                interpreted[.a0] = result
                compiled[.a0] = result
            case .outOfGas:
                interpreted.gas += 50
                compiled.gas += 50
            case .pageFault:
                break
            }
        }
        return nil
    }

    private func endsWithoutMetering(_ generator: ProgramGenerator) throws -> Bool {
        var configuration = interpreted.module.configuration
        configuration.gasMetering = .synchronous
        let twin = try Instance(try Module(interpreted.module.blob, configuration: configuration))
        for register in Register.allCases { twin[register] = interpreted[register] }
        twin.gas = 10_000
        twin.nextProgramCounter = interpreted.nextProgramCounter
        var generator = generator
        for _ in 0..<6 {
            switch try twin.run() {
            case .finished, .trap: return true
            case .outOfGas: return false
            case .hostCall: twin[.a0] = generator.value()
            case .pageFault: break
            }
        }
        return true
    }

    private func difference(_ expected: Exit, _ found: Exit) -> String? {
        if expected != found { return "expected \(expected), found \(found)" }
        for register in Register.allCases where interpreted[register] != compiled[register] {
            return "\(expected): \(register) expected \(interpreted[register]), found \(compiled[register])"
        }
        if isMetered, interpreted.gas != compiled.gas {
            return "\(expected): gas expected \(interpreted.gas), found \(compiled.gas)"
        }
        if isMetered, interpreted.instructionCount != compiled.instructionCount {
            return "\(expected): count expected \(interpreted.instructionCount), found \(compiled.instructionCount)"
        }
        if interpreted.programCounter != compiled.programCounter {
            return "\(expected): pc expected \(interpreted.programCounter ?? 0), found \(compiled.programCounter ?? 0)"
        }
        if interpreted.nextProgramCounter != compiled.nextProgramCounter { return "\(expected): next pc differs" }
        if expected != .outOfGas, interpreted.lastProgramCounter != compiled.lastProgramCounter {
            return "\(expected): last pc differs"
        }
        if interpreted.memory.heapSize != compiled.memory.heapSize { return "\(expected): heap size differs" }
        guard let map = interpreted.module.memoryMap else { return nil }
        for zone in [map.readWrite, map.stack] {
            let (start, count) = (UInt32(zone.lowerBound), Int(zone.upperBound - zone.lowerBound))
            let ours = try? interpreted.memory.read(at: start, byteCount: count)
            if ours == nil || ours != (try? compiled.memory.read(at: start, byteCount: count)) {
                return "\(expected): memory at \(zone.lowerBound) differs"
            }
        }
        return nil
    }
}
