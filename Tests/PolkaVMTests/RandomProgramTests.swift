// Hostile programs: random bytes, random starts, random jump tables. They must end, whatever they are, and leave the machine
// in a state that makes sense.

import PolkaBlob
import PolkaISA
import PolkaVM
import TestSupport
import Testing

@Suite struct RandomProgramTests {
    private static let programsPerKind = 25_000

    /// JamV1 programs are rarely valid; what is rejected is rejected with an offset.
    @Test(arguments: InstructionSet.allCases)
    func randomBytes(_ set: InstructionSet) throws {
        var random = SeededGenerator(seed: UInt64(set.rawValue) + 1)
        var exits: [String: Int] = [:]
        for number in 0..<Self.programsPerKind {
            let program = Self.program(set, &random)
            var configuration = metered
            configuration.jumpRule = Bool.random(using: &random) ? .reference : .graypaper
            configuration.faultRule =
                [.trap, .pageFault, .pageFaultUnlessReadOnly].randomElement(using: &random) ?? .trap
            guard let module = Self.load(program, configuration) else {
                #expect(set == .jamV1)
                exits["rejected", default: 0] += 1
                continue
            }
            let instance = try Instance(module)
            for register in Register.allCases { instance[register] = Self.value(&random) }
            instance.gas = 1000
            instance.nextProgramCounter = UInt32.random(in: 0...UInt32(program.code.bytes.count + 1), using: &random)
            let exit = try Self.run(instance)
            exits["\(exit)".prefix { $0 != "(" }.description, default: 0] += 1
            let isConsistent =
                instance.gas >= 0 && instance.gas <= 1000 && instance.instructionCount <= 1000
                && (instance.nextProgramCounter == nil) == (exit == .trap || exit == .finished)
                && (set.is64Bit || instance.registers.allSatisfy { $0 <= UInt64(UInt32.max) })
            #expect(isConsistent, "seed \(set.rawValue + 1), program \(number), \(exit)")
        }
        // The programs are not all refused at their first instruction.
        if set != .jamV1 { #expect(exits["hostCall", default: 0] + exits["outOfGas", default: 0] > 100, "\(exits)") }
    }

    /// nil for a program that is rejected; the only reason may be an instruction inside it.
    private static func load(_ program: Blob, _ configuration: ModuleConfiguration) -> Module? {
        do throws(ModuleError) {
            return try Module(program, configuration: configuration)
        } catch {
            guard case .invalidInstruction(let offset, _) = error else {
                Issue.record(error)
                return nil
            }
            #expect(offset <= program.code.bytes.count)
            return nil
        }
    }

    /// Answers host calls and gives up at the third page fault.
    private static func run(_ instance: Instance) throws -> Exit {
        for _ in 0..<3 {
            let exit = try instance.run()
            switch exit {
            case .hostCall, .pageFault: continue
            case .finished, .trap, .outOfGas, .cancelled: return exit
            }
        }
        return try instance.run()
    }

    private static func program(_ set: InstructionSet, _ random: inout SeededGenerator) -> Blob {
        let byteCount = Int.random(in: 0..<64, using: &random)
        var bytes = (0..<byteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
        var starts: [Int] = []
        var offset = Int.random(in: 0..<8, using: &random) == 0 ? 1 : 0
        let longest = [2, 5, 9, 30].randomElement(using: &random) ?? 5
        while offset < byteCount {
            starts.append(offset)
            // Mostly real instructions, else hardly anything runs for long.
            if Int.random(in: 0..<10, using: &random) != 0 {
                bytes[offset] = Opcode.allCases.randomElement(using: &random).flatMap { set.byte(of: $0) } ?? 0
            }
            offset += Int.random(in: 1...longest, using: &random)
        }
        let jumpTable = (0..<Int.random(in: 0..<6, using: &random)).map { _ in
            UInt32.random(in: 0...UInt32(byteCount + 1), using: &random)
        }
        let mask = CodeMap.bitmask(ofStarts: starts, byteCount: byteCount)
        var blob = Blob(instructionSet: set, code: CodeMap(bytes: bytes, bitmask: mask, jumpTable: jumpTable))
        blob.readOnlyDataSize = 64
        blob.readWriteDataSize = 64
        blob.stackSize = 64
        return blob
    }

    /// Numbers, addresses near the zones of the program above, and code addresses.
    private static func value(_ random: inout SeededGenerator) -> UInt64 {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: random.next()
        case 1: UInt64.random(in: 0..<16, using: &random)
        case 2: 0xffff_0000
        case 3: 0x30000 + UInt64.random(in: 0..<0x1000, using: &random)
        case 4: 0x10000 + UInt64.random(in: 0..<0x1000, using: &random)
        default: 0xfffd_f000 + UInt64.random(in: 0..<0x1010, using: &random)
        }
    }

    /// A jump table is data from outside like any other.
    @Test func jumpTableLies() throws {
        for target: UInt32 in [1, 3, 4, 1 << 20, .max] {
            var program = blob([Instruction(.loadImm, .a1, x: 1), Instruction(.jumpIndirect, .a0)])
            program.code.jumpTable = [target]
            let instance = try Instance(try Module(program))
            #expect(try instance.call("run", [2]) == .trap)
            #expect(instance.programCounter == 3)
        }
    }

    /// Gas is paid block by block; a long block of host calls must not make each of them slow.
    @Test func manyHostCallsInOneBlock() throws {
        let count = 200_000
        let calls = [Instruction](repeating: Instruction(.ecalli, x: 0), count: count)
        let instance = try Instance(try Module(blob(calls + [ret]), configuration: metered))
        instance.gas = Int64(count) + 1
        try instance.prepareCall("run")
        for _ in 0..<count { guard case .hostCall(0) = try instance.run() else { break } }
        #expect(try instance.run() == .finished)
        #expect(instance.gas == 0)
        #expect(instance.instructionCount == UInt64(count) + 1)
    }
}
