// Which registers may still be read when a block begins.
//
// Backward over the whole program until nothing changes. Where control leaves for an unknown place (an indirect jump or call)
// every register counts as read, so no knowledge of calling conventions is used and hand-written assembly is safe. Where it is
// known to return to a few calls (`returnTargets`), these say what is read; and the host reads a0 and a1.

import PolkaISA

/// Where an indirect jump goes, if it returns from a function all of whose callers are known.
struct ReturnTargets: Hashable {
    /// Ascending.
    private(set) var blocks: [BlockID]
    private(set) var includesHost: Bool

    /// More are too many to be worth looking at.
    private static let most = 64

    init(blocks: [BlockID], includesHost: Bool) {
        self.blocks = blocks
        self.includesHost = includesHost
    }

    func contains(_ block: BlockID) -> Bool {
        var (low, high) = (0, blocks.count)
        while low < high {
            let middle = (low + high) / 2
            if blocks[middle].rawValue < block.rawValue { low = middle + 1 } else { high = middle }
        }
        return low < blocks.count && blocks[low] == block
    }

    /// All targets of both; nil if the other's are not known, or there are too many.
    func union(_ other: ReturnTargets?) -> ReturnTargets? {
        guard let other else { return nil }
        let all = Set(blocks).union(other.blocks).sorted { $0.rawValue < $1.rawValue }
        guard all.count <= Self.most else { return nil }
        return ReturnTargets(blocks: all, includesHost: includesHost || other.includesHost)
    }
}

/// Where blocks that end in an indirect jump return to, as far as that is known.
struct ReturnMap {
    /// By block number; empty if nothing is known of any.
    private var targets: [ReturnTargets?] = []

    init() {}
    init(blockCount: Int) { targets = Array(repeating: nil, count: blockCount) }

    subscript(_ id: BlockID) -> ReturnTargets? {
        get { id.rawValue < targets.count ? targets[id.rawValue] : nil }
        set { targets[id.rawValue] = newValue }
    }
}

extension Program {
    /// The registers that may be read before they are written, at the start of each block of `order`, by block number.
    ///
    /// - Parameters:
    ///   - ignoringDeadOperations: whether what only operations read whose own results are not needed counts as not read,
    ///     in loops as well: for the pass that removes these operations.
    ///   - returns: where indirect jumps return to.
    /// - Returns: the registers, by block number.
    func liveAtEntry(ignoringDeadOperations: Bool = false, returns: ReturnMap = ReturnMap()) -> [RegisterSet] {
        let predecessors = Predecessors(self, returns)
        var live = [RegisterSet](repeating: [], count: blocks.count)
        var isQueued = [Bool](repeating: false, count: blocks.count)
        // Blocks late in the order first: most control flows down.
        var queue = order
        for id in order { isQueued[id.rawValue] = true }
        while let id = queue.popLast() {
            isQueued[id.rawValue] = false
            var registers = liveAtExit(of: self[id].control, live, returns[id])
            for placed in self[id].operations.reversed() {
                if ignoringDeadOperations, placed.operation.isDead(unlessNeeded: registers) { continue }
                registers.subtract(placed.operation.writes)
                registers.formUnion(placed.operation.reads(imports))
            }
            guard registers != live[id.rawValue] else { continue }
            live[id.rawValue] = registers
            for predecessor in predecessors[id] where !isQueued[predecessor.rawValue] {
                isQueued[predecessor.rawValue] = true
                queue.append(predecessor)
            }
        }
        return live
    }

    /// The registers that may be read after the last operation of a block, given those at the entry of all blocks.
    func liveAtExit(
        of control: Control, _ liveAtEntry: [RegisterSet], _ returns: ReturnTargets? = nil
    ) -> RegisterSet {
        switch control {
        case .trap: []
        case .jump(let target): liveAtEntry[target.rawValue]
        case .branch(_, let a, let b, let taken, let notTaken):
            liveAtEntry[taken.rawValue].union(liveAtEntry[notTaken.rawValue]).union(a.registers).union(b.registers)
        case .call(let link, let target, _): liveAtEntry[target.rawValue].subtracting(RegisterSet(link))
        case .jumpIndirect(let base):
            returns.map { live(behind: $0, liveAtEntry).union(RegisterSet(base)) } ?? .machine
        case .callIndirect(let link, let base, _):
            RegisterSet.machine.subtracting(RegisterSet(link)).union(RegisterSet(base))
        }
    }

    private func live(behind returns: ReturnTargets, _ liveAtEntry: [RegisterSet]) -> RegisterSet {
        returns.blocks.reduce(returns.includesHost ? RegisterSet.results : []) { live, block in
            live.union(liveAtEntry[block.rawValue])
        }
    }
}
