// Makes one of code that is the same: of functions, of loops, of what calls return to.
//
// Two blocks are equal if they do the same and go to equal blocks. To begin with, all blocks that look the same but for where
// they go are taken for equal; then those that go to blocks of different kinds are told apart, until nothing changes (Moore's
// minimization of automata). So functions that call themselves, or each other, are equal as well. Whoever goes to a block then
// goes to the first one that is equal, and what nobody goes to any more is dropped. Two calls that return to equal code share a
// slot of the jump table.
//
// A block whose address the program takes, or which is exported, keeps its address: it becomes a jump to the first one, as
// programs may compare addresses. This is for programs that shall be small only: afterwards a backtrace can name another
// function that does the same.

extension Program {
    /// Folds what is equal; what is superfluous then is for `mergeBlocks` to drop.
    mutating func foldEqualCode() {
        guard let first = firstEqualBlocks() else { return }
        for (index, id) in order.enumerated() {
            let next = index + 1 < order.count ? order[index + 1] : nil
            let representative = first[id.rawValue]
            let size = self[id].operations.reduce(self[id].control.estimatedByteCount(next: next)) {
                $0 + $1.operation.estimatedByteCount
            }
            if representative != id, size > Control.jumpByteCount {
                blocks[id.rawValue].operations = []
                blocks[id.rawValue].control = .jump(representative)
            }
        }
        for (index, id) in order.enumerated() {
            let next = index + 1 < order.count ? order[index + 1] : nil
            // Going elsewhere than to the next block takes a jump; one that was longer than that jumps itself by now.
            let runsOn = self[id].control.fallThrough
            blocks[id.rawValue].control = self[id].control.retargeted {
                $0 == next && $0 == runsOn ? $0 : first[$0.rawValue]
            }
        }
    }

    /// By block number: the first block that is equal; nil if telling them apart would take too long.
    private func firstEqualBlocks() -> [BlockID]? {
        var classes = [Int](repeating: -1, count: blocks.count)
        var classCount = 0
        do {
            var known: [Shape: Int] = [:]
            for id in order {
                let shape = Shape(self[id])
                let number = known[shape] ?? classCount
                if number == classCount {
                    known[shape] = number
                    classCount += 1
                }
                classes[id.rawValue] = number
            }
        }
        var visits = 0
        var candidates = order
        while true {
            candidates = Self.withoutSingles(candidates, classes, classCount)
            visits += candidates.count
            guard visits <= Self.mostVisits + 32 * order.count else { return nil }
            var known: [Behavior: Int] = [:]
            // The first behavior of each class keeps its number.
            var isNumberTaken = [Bool](repeating: false, count: classCount)
            var refined = classes
            let before = classCount
            for id in candidates {
                let behavior = Behavior(self[id].control, classes, own: classes[id.rawValue])
                if let number = known[behavior] {
                    refined[id.rawValue] = number
                } else if !isNumberTaken[behavior.own] {
                    isNumberTaken[behavior.own] = true
                    known[behavior] = behavior.own
                } else {
                    known[behavior] = classCount
                    refined[id.rawValue] = classCount
                    classCount += 1
                }
            }
            classes = refined
            if classCount == before { break }
        }
        var firstOfClass = [BlockID?](repeating: nil, count: classCount)
        var first = blocks.indices.map { BlockID($0) }
        for id in order {
            let number = classes[id.rawValue]
            if let other = firstOfClass[number] { first[id.rawValue] = other } else { firstOfClass[number] = id }
        }
        return first
    }

    /// Looks at blocks that are spent on telling blocks apart, besides a few for each block.
    private static let mostVisits = 1_000_000

    /// The blocks that have company in their class.
    private static func withoutSingles(_ ids: [BlockID], _ classes: [Int], _ classCount: Int) -> [BlockID] {
        var counts = [Int](repeating: 0, count: classCount)
        for id in ids { counts[classes[id.rawValue]] += 1 }
        return ids.filter { counts[classes[$0.rawValue]] > 1 }
    }

    /// What a block does, wherever it goes.
    private struct Shape: Hashable {
        let operations: [Operation]
        let control: Control

        init(_ block: Block) {
            operations = block.operations.map(\.operation)
            control = block.control.retargeted { _ in BlockID(0) }
        }
    }

    /// What is known of a block in one step: its class and those of the blocks to which it goes.
    private struct Behavior: Hashable {
        let own: Int
        var first = -1
        var second = -1

        init(_ control: Control, _ classes: [Int], own: Int) {
            self.own = own
            switch control {
            case .jump(let target): first = classes[target.rawValue]
            case .branch(_, _, _, let taken, let notTaken):
                first = classes[taken.rawValue]
                second = classes[notTaken.rawValue]
            case .call(_, let target, let returnTo):
                first = classes[target.rawValue]
                second = classes[returnTo.rawValue]
            case .callIndirect(_, _, let returnTo): first = classes[returnTo.rawValue]
            case .jumpIndirect, .trap: break
            }
        }
    }
}
