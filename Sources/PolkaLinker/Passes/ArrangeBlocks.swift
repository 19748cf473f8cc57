// Puts blocks in an order in which control runs on instead of jumping.
//
// The other side of a branch should come next: else a jump has to stand there, and is executed. Behind an unconditional jump its
// target should come next: `fallthrough` is shorter, though executed as well. So branches choose first: the side that is not
// taken, if it comes next already, then that side wherever it is, then the taken side with the branch turned round; then jumps.
// Each choice joins two chains of blocks, the end of one to the start of another (Pettis and Hansen, "Profile Guided Code
// Positioning", PLDI 1990, without the profile). Chains stay in the order of their first blocks.

import PolkaISA

extension Program {
    /// Reorders the blocks, and turns branches round.
    mutating func arrangeBlocks() {
        var chains = Chains(blockCount: blocks.count)
        for (index, id) in order.enumerated().dropLast() {
            if case .branch(_, _, _, _, order[index + 1]) = self[id].control { chains.join(id, order[index + 1]) }
        }
        for id in order where chains.isLast(id) {
            guard case .branch(let opcode, let a, let b, let taken, let notTaken) = self[id].control else { continue }
            if chains.join(id, notTaken) { continue }
            if let opposite = opcode.oppositeBranch, chains.join(id, taken) {
                blocks[id.rawValue].control = .branch(opposite, a, b, taken: notTaken, notTaken: taken)
            }
        }
        for (index, id) in order.enumerated().dropLast() where self[id].control == .jump(order[index + 1]) {
            chains.join(id, order[index + 1])
        }
        for id in order {
            if case .jump(let target) = self[id].control { chains.join(id, target) }
        }
        order = order.filter(chains.isFirst).flatMap(chains.blocks(from:))
    }
}

/// Blocks that follow one another.
private struct Chains {
    /// By block number.
    private var next: [BlockID?]
    private var isFirst: [Bool]
    /// Leads from each block to the one that stands for its chain.
    private var representative: [Int]

    init(blockCount: Int) {
        next = Array(repeating: nil, count: blockCount)
        isFirst = Array(repeating: true, count: blockCount)
        representative = Array(0..<blockCount)
    }

    func isFirst(_ id: BlockID) -> Bool { isFirst[id.rawValue] }
    func isLast(_ id: BlockID) -> Bool { next[id.rawValue] == nil }

    /// Makes one block follow another, if nothing else does or is followed, and no circle results.
    @discardableResult
    mutating func join(_ id: BlockID, _ following: BlockID) -> Bool {
        guard isLast(id), isFirst(following) else { return false }
        let (chain, other) = (find(id.rawValue), find(following.rawValue))
        guard chain != other else { return false }
        next[id.rawValue] = following
        isFirst[following.rawValue] = false
        representative[other] = chain
        return true
    }

    private mutating func find(_ number: Int) -> Int {
        var root = number
        while representative[root] != root { root = representative[root] }
        var current = number
        while representative[current] != root { (current, representative[current]) = (representative[current], root) }
        return root
    }

    func blocks(from first: BlockID) -> [BlockID] {
        var chain = [first]
        var last = first
        while let id = next[last.rawValue] {
            chain.append(id)
            last = id
        }
        return chain
    }
}

extension Opcode {
    /// The branch that is taken when this one is not; of the two-register forms.
    var oppositeBranch: Opcode? {
        switch self {
        case .branchEq: .branchNotEq
        case .branchNotEq: .branchEq
        case .branchLessUnsigned: .branchGreaterOrEqualUnsigned
        case .branchLessSigned: .branchGreaterOrEqualSigned
        case .branchGreaterOrEqualUnsigned: .branchLessUnsigned
        case .branchGreaterOrEqualSigned: .branchLessSigned
        default: nil
        }
    }
}
