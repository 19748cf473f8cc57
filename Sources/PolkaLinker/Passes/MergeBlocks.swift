// Joins what the splitting cut apart without need: a block that only its predecessor reaches becomes part of it, and a block
// that does nothing but jump is skipped by those who jump to it.
//
// Each joint saves a `fallthrough` or a `jump` where the block runs, and a block start for gas. Only the order of blocks as
// it stands is used, unless blocks may be moved: then one that is elsewhere, and after which nothing has to follow, goes to the
// one that jumps to it. Nothing is copied.

import PolkaISA

extension Program {
    /// Skips empty blocks, then appends blocks to their only predecessor.
    ///
    /// - Parameter movingBlocks: whether a block may leave its place for that.
    mutating func mergeBlocks(movingBlocks: Bool = false) {
        skipEmptyBlocks()
        let reached = dropUnreachable()
        let incoming = countReferences(reached)
        if movingBlocks { moveBlocks(incoming) }
        var kept: [BlockID] = []
        kept.reserveCapacity(order.count)
        for id in order {
            guard let last = kept.last, case .jump(id) = self[last].control, incoming[id.rawValue] == 1 else {
                kept.append(id)
                continue
            }
            append(id, to: last)
        }
        order = kept
    }

    /// Appends blocks that lie elsewhere to their only predecessor.
    private mutating func moveBlocks(_ incoming: [Int]) {
        var isMoved = [Bool](repeating: false, count: blocks.count)
        var next = [BlockID?](repeating: nil, count: blocks.count)
        for (index, id) in order.enumerated().dropLast() { next[id.rawValue] = order[index + 1] }
        for id in order where !isMoved[id.rawValue] {
            // A chain of them in one go; each moves once.
            while case .jump(let target) = self[id].control, target != id, target != next[id.rawValue],
                incoming[target.rawValue] == 1, !isMoved[target.rawValue],
                self[target].control.fallThrough == nil || self[target].control.fallThrough != next[target.rawValue]
            {
                append(target, to: id)
                isMoved[target.rawValue] = true
            }
        }
        order.removeAll { isMoved[$0.rawValue] }
    }

    private mutating func skipEmptyBlocks() {
        var target: [BlockID] = (0..<blocks.count).map { BlockID($0) }
        for id in order { target[id.rawValue] = destination(of: id) }
        for id in order {
            blocks[id.rawValue].control = self[id].control.retargeted { target[$0.rawValue] }.simplified()
        }
    }

    /// Where a jump to a block ends up; the block itself if it does something or jumps in a circle.
    private func destination(of start: BlockID) -> BlockID {
        var current = start
        // Chains are short; the bound only keeps circles of empty blocks from being followed for ever.
        for _ in 0..<16 {
            guard self[current].operations.isEmpty, case .jump(let next) = self[current].control else { return current }
            if next == start || next == current { return start }
            current = next
        }
        return current
    }
}
