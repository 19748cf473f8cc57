// From where control gets to each block, in one array for all.

/// The blocks before each block.
struct Predecessors {
    private var blocks: [BlockID]
    /// By block number: where its predecessors start in `blocks`; one more entry for the end.
    private var starts: [Int]

    /// - Parameters:
    ///   - program: only blocks of its order count.
    ///   - returns: where indirect jumps return to; others are not counted.
    init(_ program: Program, _ returns: ReturnMap = ReturnMap()) {
        func forEachEdge(_ body: (BlockID, BlockID) -> Void) {
            for id in program.order {
                program[id].control.forEachSuccessor { body(id, $0) }
                if let returns = returns[id] { for target in returns.blocks { body(id, target) } }
            }
        }
        var starts = [Int](repeating: 0, count: program.blocks.count + 1)
        forEachEdge { starts[$1.rawValue + 1] += 1 }
        for index in starts.indices.dropFirst() { starts[index] += starts[index - 1] }
        var next = starts
        var blocks = [BlockID](repeating: BlockID(0), count: starts[starts.count - 1])
        forEachEdge { from, to in
            blocks[next[to.rawValue]] = from
            next[to.rawValue] += 1
        }
        self.blocks = blocks
        self.starts = starts
    }

    subscript(_ id: BlockID) -> ArraySlice<BlockID> { blocks[starts[id.rawValue]..<starts[id.rawValue + 1]] }
}
