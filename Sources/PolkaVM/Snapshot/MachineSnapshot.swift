// Where an instance is and what it has in its registers, as a value.

import PolkaBlob
import PolkaISA

extension CodeMap {
    /// Whether a run can have stopped before an offset in the middle of a block: an instruction starts there, or the one before
    /// is so long that no skip reaches the next.
    func canGoOn(at codeOffset: UInt32) -> Bool {
        let offset = Int(codeOffset)
        guard offset <= bytes.count else { return false }
        if startsInstruction(at: offset) { return true }
        let previous = offset - 1 - Instruction.maximumSkip
        return previous >= 0 && startsInstruction(at: previous) && skip(at: previous) == Instruction.maximumSkip
    }
}

/// Everything of an instance but its memory.
struct MachineSnapshot: Sendable, Equatable {
    /// As the machine holds them: sign extended on 32-bit kinds.
    var registers: [UInt64]
    /// As the host sees it.
    var gas: Int64
    var programCounter: UInt32?
    var lastProgramCounter: UInt32?
    var next: Machine.Continuation?
    var instructionCount: UInt64
    var remainingInBlock: UInt64
}

extension Instance {
    var machineSnapshot: MachineSnapshot {
        MachineSnapshot(
            registers: (0..<Register.count).map { machine.registers[$0] }, gas: gas,
            programCounter: machine.programCounter, lastProgramCounter: machine.lastProgramCounter, next: machine.next,
            instructionCount: machine.instructionCount, remainingInBlock: machine.remainingInBlock)
    }

    /// Becomes what a snapshot says, apart from memory; nothing is left of calls before, and places in the code of a backend
    /// are looked for anew.
    func start(at snapshot: MachineSnapshot) {
        machine.reset()
        for (index, value) in snapshot.registers.enumerated() { machine.registers[index] = value }
        gas = snapshot.gas
        machine.programCounter = snapshot.programCounter
        machine.lastProgramCounter = snapshot.lastProgramCounter
        machine.next = snapshot.next
        machine.instructionCount = snapshot.instructionCount
        machine.remainingInBlock = snapshot.remainingInBlock
        waitingCalls = []
        abandonedDepth = 0
        hostTrap = nil
    }
}
