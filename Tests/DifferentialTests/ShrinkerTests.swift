// The search for differences, tried on backends that are wrong on purpose: it finds them, makes them small, and writes them
// down so that they can be run again.

import PolkaBlob
import PolkaCommands
import PolkaISA
import PolkaVM
import Testing

@Suite struct ShrinkerTests {
    /// A backend that takes one instruction for another.
    private static func confusing(_ wrong: Opcode, for right: Opcode) -> Backend {
        Backend(name: "confused") { program throws(ModuleError) in
            var code = program.code
            let set = program.instructionSet
            if let byte = set.byte(of: right), let other = set.byte(of: wrong) {
                for offset in code.bytes.indices where code.startsInstruction(at: offset) && code.bytes[offset] == byte
                {
                    code.bytes[offset] = other
                }
            }
            return try Self.interpreted(program, code, program.configuration)
        }
    }

    private static func interpreted(
        _ program: Program, _ code: CodeMap, _ configuration: ModuleConfiguration
    ) throws(ModuleError) -> any Executable {
        try Module(Blob(instructionSet: program.instructionSet, code: code), configuration: configuration).executable
    }

    /// The first difference that random programs show.
    private static func firstDifference(of backend: Backend, _ set: InstructionSet = .latest64) -> Difference? {
        for seed in 0..<20_000 {
            let program = ProgramGenerator.program(set, seed: UInt64(seed))
            if let difference = DifferentialRun.firstDifference(program, .interpreter, against: backend) {
                return difference
            }
        }
        return nil
    }

    private static func shrink(_ difference: Difference, _ backend: Backend) -> Difference {
        Shrinker.shrink(difference) { DifferentialRun.firstDifference($0, .interpreter, against: backend) }
    }

    /// The file passes in a right backend, and fails in the wrong one.
    private static func checkText(_ small: Difference, _ wrong: Backend) throws {
        let text = try CaseText.text(of: small.program, ["A test."])
        let vector = try TextVector(parsing: text)
        #expect(try vector.run(on: Engine(backend: .interpreter)) == .passed, "\(text)")
        #expect(try vector.run(on: Engine(backend: wrong)) != .passed, "\(text)")
    }

    @Test(arguments: [
        (Opcode.or, Opcode.xor), (.divUnsigned32, .divSigned32), (.loadIndirectU8, .loadIndirectI8),
        (.storeIndirectU16, .storeIndirectU32), (.branchEq, .branchNotEq), (.add64, .sub64),
        (.setLessThanSignedImm, .setLessThanUnsignedImm),
    ])
    func wrongInstruction(_ wrong: Opcode, _ right: Opcode) throws {
        let backend = Self.confusing(wrong, for: right)
        let start = try #require(Self.firstDifference(of: backend))
        let small = Self.shrink(start, backend)
        var opcodes: [String] = []
        small.program.placedCode().map.forEachPosition(in: small.program.set) { position in
            if let instruction = position.instruction { opcodes.append(instruction.opcode.mnemonic) }
        }
        #expect(opcodes.contains(right.mnemonic), "\(small): \(opcodes)")
        #expect(opcodes.count <= 2, "\(small): \(opcodes)")
        // Nothing is left that has no part in it.
        #expect(small.program.registers.count { $0 != 0 } <= 2, "\(small): \(small.program.registers)")
        #expect(small.program.filled.allSatisfy { $0.count <= 4 }, "\(small): \(small.program.filled)")
        #expect(small.program.answers.isEmpty)
        try Self.checkText(small, backend)
    }

    /// Other rules are other results, and nothing in the program is to blame but its jumps.
    @Test func wrongJumps() throws {
        let backend = Backend(name: "other rules") { program throws(ModuleError) in
            var configuration = program.configuration
            configuration.jumpRule = configuration.jumpRule == .reference ? .graypaper : .reference
            return try Self.interpreted(program, program.code, configuration)
        }
        let small = Self.shrink(try #require(Self.firstDifference(of: backend)), backend)
        #expect(small.program.pieces.count <= 3, "\(small)")
        #expect(small.program.registers.allSatisfy { $0 == 0 }, "\(small)")
        try Self.checkText(small, backend)
    }

    /// A byte of memory, anywhere, is enough.
    @Test func wrongMemory() throws {
        let backend = Backend(name: "forgetful") { program throws(ModuleError) in
            Forgetful(try Backend.interpreter.prepare(program))
        }
        let small = Self.shrink(try #require(Self.firstDifference(of: backend)), backend)
        #expect(small.program.pieces.count <= 2, "\(small)")
        try Self.checkText(small, backend)
    }

    /// Every random program can be written down and read again, with the same outcome.
    @Test(arguments: InstructionSet.allCases)
    func textOfAnyProgram(_ set: InstructionSet) throws {
        for seed in 0..<60 {
            var program = ProgramGenerator.program(set, seed: UInt64(seed))
            program.noiseShift = 0
            program.filled = program.filled.map { $0.lowerBound..<min($0.upperBound, $0.lowerBound + 300) }
            if program.gasMode == .everyAmount { program.gasMode = .given }
            guard try Contest(program, .interpreter, against: .interpreter) != nil else { continue }
            if !program.isMetered { (program.isMetered, program.gas) = (true, 500) }
            let text = try CaseText.text(of: program, [], stopCount: 6)
            for backend in Backend.all {
                let outcome = try TextVector(parsing: text).run(on: Engine(backend: backend))
                #expect(outcome == .passed, "seed \(seed), \(backend.name)\n\(text)")
            }
        }
    }
}

/// The interpreter, except that the highest byte of the stack is always zero after a run.
private final class Forgetful: Executable {
    private let inner: any Executable

    init(_ inner: any Executable) { self.inner = inner }

    func run(_ machine: Machine) throws(InstanceError) -> Exit {
        let exit = try inner.run(machine)
        if let stack = machine.memory.map?.stack, !stack.isEmpty {
            try? machine.memory.zero(at: UInt32(truncatingIfNeeded: stack.upperBound - 1), byteCount: 1)
        }
        return exit
    }

    func step(_ machine: Machine) throws(InstanceError) -> Exit? { try inner.step(machine) }

    func gasCost(ofBlockAt codeOffset: UInt32) -> Int64? { inner.gasCost(ofBlockAt: codeOffset) }
}
