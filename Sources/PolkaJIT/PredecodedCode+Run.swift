// Where compiled code begins, as the machine says.

import PolkaBlob
import PolkaISA
import PolkaVM

extension PredecodedCode {
    /// How a run begins.
    enum Beginning {
        /// Not at all.
        case stop(Exit)
        /// With the op of an index, in a block that is paid.
        case op(Int)
    }

    /// Finds the op to begin with, and pays for the block if it is entered from outside (isa.md 7.5, vm.md 5.1).
    func begin(_ machine: Machine, isMetered: Bool) throws(InstanceError) -> Beginning {
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
