// Proof that the generated programs do what they are for: a fixed number of them is followed block by block, and what was
// executed is counted, not what was generated.

import PolkaBlob
import PolkaISA
import PolkaVM
import Testing

@Suite struct CoverageTests {
    @Test(arguments: InstructionSet.allCases)
    func everythingIsExecuted(_ set: InstructionSet) throws {
        let tally = Tally()
        for seed in 0..<6000 {
            var program = ProgramGenerator.program(set, seed: UInt64(seed))
            // With gas for one block at a time each stop tells which instructions have been executed since the last.
            (program.isMetered, program.gasMode) = (true, .everyBlock)
            guard var contest = try Contest(program, .interpreter, against: .interpreter) else { continue }
            let code = contest.code.map
            contest.observer = { instance, exit in tally.observe(instance, exit, code, set) }
            #expect(try contest.firstDifference() == nil)
        }
        if DifferentialRun.isVerbose { tally.print(set) }
        for opcode in Opcode.allCases where set.contains(opcode) {
            #expect(tally.opcodes[opcode, default: 0] >= 100, "\(opcode.mnemonic)")
        }
        for exit in Tally.ExitKind.allCases {
            #expect(tally.exits[exit, default: 0] >= 100, "\(exit)")
        }
        // JamV1 programs with invalid instructions do not load.
        for reason in Tally.Reason.allCases where set != .jamV1 || reason != .invalid {
            #expect(tally.reasons[reason, default: 0] >= 40, "\(reason)")
        }
        for shape in FusedShape.allCases where shape.exists(in: set) {
            #expect(tally.shapes[shape, default: 0] >= 40, "\(shape)")
        }
        for nibble in 12..<16 { #expect(tally.nibbles[nibble] >= 40, "register number \(nibble)") }
        #expect(tally.entriesInsideBlocks >= 100)
    }

    /// The same seed gives the same program, and another seed another.
    @Test func seeds() {
        let programs = [1, 1, 2].map { ProgramGenerator.program(.latest64, seed: $0).placedCode() }
        #expect(programs[0].map == programs[1].map)
        #expect(programs[0].map != programs[2].map)
    }
}

/// Counts what is executed.
private final class Tally {
    enum ExitKind: CaseIterable { case finished, trap, missingPage, readOnlyPage, outOfGas, hostCall }
    enum Reason: CaseIterable { case trap, invalid, noInstruction, end, jump, load, store }

    var opcodes: [Opcode: Int] = [:]
    var exits: [ExitKind: Int] = [:]
    var reasons: [Reason: Int] = [:]
    var shapes: [FusedShape: Int] = [:]
    var nibbles = [Int](repeating: 0, count: 16)
    var entriesInsideBlocks = 0
    private var start: UInt32?

    /// Notes where a run begins, and, when it stops, what lies between.
    func observe(_ instance: Instance, _ exit: Exit?, _ code: CodeMap, _ set: InstructionSet) {
        guard let exit else {
            start = instance.nextProgramCounter
            if let start, Int(start) < code.bytes.count, code.startsInstruction(at: Int(start)),
                instance.gas > 0, instance.module.gasCost(ofBlockAt: start) == nil
            {
                entriesInsideBlocks += 1
            }
            return
        }
        count(exit, instance)
        // Without a step nothing was executed.
        if exit == .outOfGas, instance.nextProgramCounter == start { return }
        guard let start else { return }
        let end = exit == .outOfGas ? nil : instance.lastProgramCounter.map(Int.init)
        var offset = Int(start)
        var previous: Instruction?
        while offset < code.bytes.count, let instruction = code.instruction(at: offset, in: set) {
            opcodes[instruction.opcode, default: 0] += 1
            if instruction.opcode.format == .registerRegisterRegister, offset + 2 < code.bytes.count {
                nibbles[Int(code.bytes[offset + 1] & 15)] += 1
            }
            if let previous {
                for shape in FusedShape.allCases where shape.matches(previous, instruction) {
                    shapes[shape, default: 0] += 1
                }
            }
            if offset == end || instruction.opcode.isTerminator { return }
            previous = instruction
            offset += 1 + code.skip(at: offset)
        }
    }

    func print(_ set: InstructionSet) {
        let rarest = opcodes.sorted { $0.value < $1.value }.prefix(12).map { "\($0.key.mnemonic) \($0.value)" }
        Swift.print("\(set.name): \(opcodes.values.reduce(0, +)) instructions, rarest \(rarest)")
        for exit in ExitKind.allCases { Swift.print("  \(exit) \(exits[exit, default: 0])") }
        for reason in Reason.allCases { Swift.print("  trap: \(reason) \(reasons[reason, default: 0])") }
        for shape in FusedShape.allCases { Swift.print("  \(shape) \(shapes[shape, default: 0])") }
    }

    private func count(_ exit: Exit, _ instance: Instance) {
        let kind: ExitKind =
            switch exit {
            case .finished: .finished
            case .trap: .trap
            case .outOfGas: .outOfGas
            case .hostCall: .hostCall
            case .cancelled: preconditionFailure("nobody cancels")
            case .pageFault(let fault): fault.isWriteProtected ? .readOnlyPage : .missingPage
            }
        exits[kind, default: 0] += 1
        guard exit == .trap, let trap = instance.trapReason else { return }
        let reason: Reason? =
            switch trap {
            case .trapInstruction: .trap
            case .invalidInstruction: .invalid
            case .noInstruction: .noInstruction
            case .endOfCode: .end
            case .badJump: .jump
            case .memoryAccess(_, _, let isStore): isStore ? .store : .load
            case .host: nil
            }
        if let reason { reasons[reason, default: 0] += 1 }
    }
}

/// Two instructions in a row that the compiler does in one, or between which it puts something off.
private enum FusedShape: CaseIterable {
    /// A shift to the left by at most 3 and a sum that overwrites it.
    case scaledSum
    /// A sum, and a load that overwrites its address; also from a scaled sum.
    case loadThroughSum
    case loadThroughScaledSum
    /// Two shifts that take the low half of a register.
    case extensionByShifts
    case comparisonAndBranch
    case comparisonAndMove
    /// A 32-bit result that is not extended yet, and who looks at it or leaves.
    case narrowAndWide
    case narrowAndNarrow
    case narrowAndStore
    case narrowAndAddress
    case narrowAndHostCall
    case narrowAndTerminator

    func exists(in set: InstructionSet) -> Bool {
        switch self {
        case .scaledSum, .loadThroughSum, .loadThroughScaledSum, .extensionByShifts: set.is64Bit
        default: true
        }
    }

    func matches(_ first: Instruction, _ second: Instruction) -> Bool {
        let isNarrow = first.opcode.mnemonic.hasSuffix("_32")
        let usesResult = second.sources.contains(first.destination)
        switch self {
        case .scaledSum:
            return first.opcode == .shiftLogicalLeftImm64 && first.x & 63 <= 3 && second.opcode == .add64
                && second.r3 == first.r1 && (second.r1 == first.r1) != (second.r2 == first.r1)
        case .loadThroughSum: return first.opcode == .addImm64 && Self.isFolded(first.r1, second)
        case .loadThroughScaledSum: return first.opcode == .add64 && Self.isFolded(first.r3, second)
        case .extensionByShifts:
            return first.opcode == .shiftLogicalLeftImm64 && first.x & 63 == 32
                && [.shiftLogicalRightImm64, .shiftArithmeticRightImm64].contains(second.opcode)
                && second.r1 == first.r1 && second.r2 == first.r1
        case .comparisonAndBranch:
            return first.isComparison && [.branchEqImm, .branchNotEqImm].contains(second.opcode) && second.x == 0
                && second.r1 == first.destination
        case .comparisonAndMove:
            return first.isComparison && second.opcode.mnemonic.hasPrefix("cmov_") && second.r2 == first.destination
        case .narrowAndWide:
            return isNarrow && usesResult && !second.opcode.mnemonic.hasSuffix("_32")
                && second.opcode.memoryAccess == nil && !second.opcode.isTerminator
        case .narrowAndNarrow: return isNarrow && usesResult && second.opcode.mnemonic.hasSuffix("_32")
        case .narrowAndStore:
            return isNarrow && second.opcode.memoryAccess?.isStore == true && second.r1 == first.destination
        case .narrowAndAddress: return isNarrow && usesResult && second.opcode.memoryAccess != nil
        case .narrowAndHostCall: return isNarrow && second.opcode == .ecalli
        case .narrowAndTerminator: return isNarrow && second.opcode.isTerminator
        }
    }

    private static func isFolded(_ address: Register, _ second: Instruction) -> Bool {
        second.opcode.format == .registerRegisterImmediate && second.opcode.memoryAccess?.isStore == false
            && second.r1 == address && second.r2 == address
    }
}

extension Instruction {
    fileprivate var isComparison: Bool { opcode.mnemonic.hasPrefix("set_") }

    fileprivate var destination: Register? {
        if opcode.memoryAccess?.isStore == true || opcode.isTerminator { return nil }
        return switch opcode.format {
        case .registerRegisterRegister: r3
        case .registerRegister, .registerRegisterImmediate, .registerImmediate, .registerWideImmediate: r1
        default: nil
        }
    }

    fileprivate var sources: [Register?] {
        switch opcode.format {
        case .registerRegisterRegister, .registerRegisterOffset: [r1, r2]
        case .registerRegister: [r2]
        case .registerRegisterImmediate: opcode.memoryAccess?.isStore == true ? [r1, r2] : [r2]
        case .registerImmediateImmediate, .registerImmediateOffset: [r1]
        case .registerImmediate: opcode.memoryAccess?.isStore == true || opcode.isTerminator ? [r1] : []
        case .registerRegisterImmediateImmediate: [r2]
        default: []
        }
    }
}
