// What both backends do around the code they run: begin where the machine says, and classify a refused memory access.

import PolkaBlob
import PolkaISA

extension PredecodedCode {
    /// How a run begins.
    package enum Beginning {
        /// Not at all.
        case stop(Exit)
        /// With the op of an index, in a block that is paid.
        case op(Int)
    }

    /// Finds the op to begin with, and pays for the block if it is entered from outside (isa.md 7.5, vm.md 5.1).
    package func begin(_ machine: Machine, isMetered: Bool) throws(InstanceError) -> Beginning {
        guard let next = machine.next else { throw .noProgramCounter }
        if isMetered, machine.gas < 0 { return .stop(.outOfGas) }
        let offset: UInt32
        switch next {
        case .resume(let offset): return .op(index.op(at: Int(offset)))
        case .entry(let entered): offset = entered
        }
        let first: Int?
        let cost: Int64
        switch entry(at: offset) {
        case .none:
            return .stop(machine.end(.trap, at: offset))
        case .endOfCode:
            (first, cost) = (nil, 1)
        case .op(let op, let head):
            (first, cost) = (op, ops[head].cost)
            machine.remainingInBlock = UInt64(ops[head].y) - UInt64(op - head - 1)
        }
        if isMetered {
            guard machine.gas >= cost else {
                // The program counter is that of a block's start, or none for an entry in its middle.
                let startsBlock = first == nil || index.startsBlock(at: Int(offset))
                machine.programCounter = startsBlock ? offset : nil
                return .stop(.outOfGas)
            }
            machine.gas -= cost
        }
        guard let first else {
            machine.instructionCount += 1
            return .stop(machine.end(.trap, at: offset))
        }
        return .op(first)
    }
}

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
