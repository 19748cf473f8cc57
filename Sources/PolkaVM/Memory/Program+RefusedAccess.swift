// What both backends do with a load or store that memory refused.

import PolkaBlob
import PolkaISA

extension Program {
    /// Ends or pauses a run at a load or store that memory refused (vm.md 2).
    ///
    /// - Parameters:
    ///   - machine: its registers are those before the instruction.
    ///   - offset: where the instruction stands.
    ///   - isCounted: whether the machine's count includes the instruction, which a page fault takes back.
    /// - Returns: what the run ended with.
    package func refusedAccess(_ machine: Machine, at offset: UInt32, isCounted: Bool) -> Exit {
        guard let instruction = code.instruction(at: Int(offset), in: instructionSet),
            let access = MemoryAccess(of: instruction, register: { machine.registers[$0.index] })
        else { preconditionFailure("the instruction at \(offset) touches no memory") }
        let exit = machine.memory.exit(for: access, configuration.faultRule)
        guard case .pageFault = exit else { return machine.end(exit, at: offset) }
        if isCounted { machine.uncount() }
        return machine.pause(exit, at: offset, next: offset)
    }
}
