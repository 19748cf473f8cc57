// Which registers may still be read when a block begins.
//
// Backward over the whole program until nothing changes. Where control leaves for an unknown place (an indirect jump or call)
// every register counts as read, so no knowledge of calling conventions is used and hand-written assembly is safe. Where it is
// known to return to a few calls (`returnTargets`), these say what is read; and the host reads a0 and a1.

import PolkaISA

extension Program {
    /// The registers that may be read before they are written, at the start of each block of `order`.
    ///
    /// - Parameters:
    ///   - ignoringDeadOperations: whether what only operations read whose own results are not needed counts as not read,
    ///     in loops as well: for the pass that removes these operations.
    ///   - returns: where indirect jumps return to.
    /// - Returns: the registers, by block number, then by number of a set of places to return to.
    func liveAtEntry(ignoringDeadOperations: Bool = false, returns: ReturnMap = ReturnMap()) -> [RegisterSet] {
        let predecessors = Predecessors(self, returns)
        let blockCount = blocks.count
        var live = [RegisterSet](repeating: [], count: blockCount) + returns.sets.map(\.liveInHost)
        var isQueued = [Bool](repeating: false, count: live.count)
        // Blocks late in the order first: most control flows down.
        var queue = Array(blockCount..<live.count) + order.map(\.rawValue)
        for number in queue { isQueued[number] = true }
        while let number = queue.popLast() {
            isQueued[number] = false
            if number < blockCount {
                let registers = liveAtEntry(
                    of: BlockID(number), live, returns[BlockID(number)], ignoringDeadOperations)
                guard registers != live[number] else { continue }
                live[number] = registers
            }
            for predecessor in predecessors[number] {
                if predecessor >= blockCount {
                    // What is read only grows, so a set, which may be large, need not be looked at as a whole.
                    let all = live[predecessor].union(live[number])
                    guard all != live[predecessor] else { continue }
                    live[predecessor] = all
                }
                guard !isQueued[predecessor] else { continue }
                isQueued[predecessor] = true
                queue.append(predecessor)
            }
        }
        return live
    }

    private func liveAtEntry(
        of id: BlockID, _ live: [RegisterSet], _ returns: Int?, _ ignoringDeadOperations: Bool
    ) -> RegisterSet {
        var registers = liveAtExit(of: self[id].control, live, returns)
        for placed in self[id].operations.reversed() {
            if ignoringDeadOperations, placed.operation.isDead(unlessNeeded: registers) { continue }
            registers.subtract(placed.operation.writes)
            registers.formUnion(placed.operation.reads(imports))
        }
        return registers
    }

    /// The registers that may be read after the last operation of a block.
    ///
    /// - Parameters:
    ///   - control: how the block ends.
    ///   - liveAtEntry: what the function of this name has found.
    ///   - returns: what the map knows of the block.
    /// - Returns: the registers, those that the transfer itself reads included.
    func liveAtExit(of control: Control, _ liveAtEntry: [RegisterSet], _ returns: Int? = nil) -> RegisterSet {
        switch control {
        case .trap: []
        case .jump(let target): liveAtEntry[target.rawValue]
        case .branch(_, let a, let b, let taken, let notTaken):
            liveAtEntry[taken.rawValue].union(liveAtEntry[notTaken.rawValue]).union(a.registers).union(b.registers)
        case .call(let link, let target, _): liveAtEntry[target.rawValue].subtracting(RegisterSet(link))
        case .jumpIndirect(let base):
            returns.map { liveAtEntry[$0].union(RegisterSet(base)) } ?? .machine
        case .callIndirect(let link, let base, _):
            (returns.map { liveAtEntry[$0] } ?? .machine).subtracting(RegisterSet(link)).union(RegisterSet(base))
        }
    }
}
