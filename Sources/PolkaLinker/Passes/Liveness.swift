// Which registers may still be read when a block begins.
//
// Backward over the whole program until nothing changes. Where control leaves for an unknown place (an indirect jump or call)
// every register counts as read, so no knowledge of calling conventions is used and hand-written assembly is safe.

import PolkaISA

extension Program {
    /// The registers that may be read before they are written, at the start of each block of `order`, by block number.
    func liveAtEntry() -> [RegisterSet] {
        var predecessors = [[BlockID]](repeating: [], count: blocks.count)
        for id in order {
            for successor in self[id].control.successors { predecessors[successor.rawValue].append(id) }
        }
        var live = [RegisterSet](repeating: [], count: blocks.count)
        var isQueued = [Bool](repeating: false, count: blocks.count)
        // Blocks late in the order first: most control flows down.
        var queue = order
        for id in order { isQueued[id.rawValue] = true }
        while let id = queue.popLast() {
            isQueued[id.rawValue] = false
            var registers = liveAtExit(of: self[id].control, live)
            for placed in self[id].operations.reversed() {
                registers.subtract(placed.operation.writes)
                registers.formUnion(placed.operation.reads(inputs: inputs(of:)))
            }
            guard registers != live[id.rawValue] else { continue }
            live[id.rawValue] = registers
            for predecessor in predecessors[id.rawValue] where !isQueued[predecessor.rawValue] {
                isQueued[predecessor.rawValue] = true
                queue.append(predecessor)
            }
        }
        return live
    }

    /// The registers that may be read after the last operation of a block, given those at the entry of all blocks.
    func liveAtExit(of control: Control, _ liveAtEntry: [RegisterSet]) -> RegisterSet {
        switch control {
        case .trap: []
        case .jump(let target): liveAtEntry[target.rawValue]
        case .branch(_, let a, let b, let taken, let notTaken):
            liveAtEntry[taken.rawValue].union(liveAtEntry[notTaken.rawValue]).union(a.registers).union(b.registers)
        case .call(let link, let target, _): liveAtEntry[target.rawValue].subtracting(RegisterSet(link))
        case .jumpIndirect: .machine
        case .callIndirect(let link, let base, _):
            RegisterSet.machine.subtracting(RegisterSet(link)).union(RegisterSet(base))
        }
    }
}
