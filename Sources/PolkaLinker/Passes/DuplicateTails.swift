// Copies short ends to where something jumps to them, and makes one of ends that are the same.
//
// A block that ends in a jump to two operations or less and then leaves for good (a return, a trap) does these itself: an executed
// jump less, for a few bytes at most. A block that goes on to a branch and nothing else branches itself: where the branch is taken,
// that is a jump less as well. And blocks that do the same and leave the same way are one block; whoever goes to the others goes to
// the first.

extension Program {
    /// The longest end that is copied, in operations: its bytes are about those of the jump that goes.
    private static let longestTail = 2

    mutating func duplicateTails() {
        for (index, id) in order.enumerated() {
            guard case .jump(let target) = self[id].control, target != id else { continue }
            // Running into the next block costs little already, and the block may go if this was its only way in.
            if index + 1 < order.count, order[index + 1] == target { continue }
            if isShortTail(target) { append(target, to: id) }
        }
        for id in order {
            guard case .jump(let target) = self[id].control, self[target].operations.isEmpty,
                case .branch(_, _, _, let taken, let notTaken) = self[target].control,
                // A circle of such blocks would be copied again and again.
                taken != target, notTaken != target
            else { continue }
            append(target, to: id)
        }
    }

    /// Whether a block may be copied to where something jumps to it.
    func isShortTail(_ id: BlockID) -> Bool {
        guard self[id].operations.count <= Self.longestTail else { return false }
        switch self[id].control {
        case .jumpIndirect, .trap: return true
        // A jump to itself, or back to a block as short, would be copied again and again.
        case .jump, .branch, .call, .callIndirect: return false
        }
    }

    /// Sends everyone who goes to a block to the first one that does the same.
    ///
    /// - Parameter keepsLines: whether blocks that can stop the program stay apart if they come from different places, so that
    ///   it is known which of them did.
    mutating func joinEqualBlocks(keepsLines: Bool) {
        var first: [Body: BlockID] = [:]
        var target: [BlockID] = (0..<blocks.count).map { BlockID($0) }
        for id in order {
            switch self[id].control {
            case .jumpIndirect, .trap, .jump: break
            // The other side of a branch, and what a call returns to, has to follow: as many copies as there are users.
            case .branch, .call, .callIndirect: continue
            }
            let body = Body(self[id], keepsLines: keepsLines)
            if let same = first[body] { target[id.rawValue] = same } else { first[body] = id }
        }
        for (index, id) in order.enumerated() {
            let following = index + 1 < order.count ? order[index + 1] : nil
            // Whoever runs into a block goes on doing so.
            if case .branch(let opcode, let a, let b, let taken, let notTaken) = self[id].control {
                blocks[id.rawValue].control = .branch(
                    opcode, a, b, taken: target[taken.rawValue], notTaken: notTaken)
            } else if case .jump(let next) = self[id].control, next != following {
                blocks[id.rawValue].control = .jump(target[next.rawValue])
            }
        }
    }

    private struct Body: Hashable {
        let operations: [Operation]
        let control: Control
        /// Where what can stop comes from.
        var origins: [Origin]

        init(_ block: Block, keepsLines: Bool) {
            operations = block.operations.map(\.operation)
            control = block.control
            origins = keepsLines ? block.operations.filter(\.operation.canStop).map(\.origin) : []
            if keepsLines, control == .trap { origins.append(block.controlOrigin) }
        }
    }
}
