// From where control gets to each block, in one array for all.

/// The blocks before each block, and before each set of places to return to.
struct Predecessors {
    private var numbers: [Int]
    /// By number: where its predecessors start in `numbers`; one more entry for the end.
    private var starts: [Int]

    /// - Parameters:
    ///   - program: only blocks of its order count.
    ///   - returns: where indirect jumps return to; others are not counted.
    init(_ program: Program, _ returns: ReturnMap = ReturnMap()) {
        let blockCount = program.blocks.count
        func forEachEdge(_ body: (Int, Int) -> Void) {
            for id in program.order {
                program[id].control.forEachSuccessor { body(id.rawValue, $0.rawValue) }
                if let set = returns[id] { body(id.rawValue, set) }
            }
            for set in returns.sets.indices { returns.forEachMember(ofSet: set) { body(blockCount + set, $0) } }
        }
        var starts = [Int](repeating: 0, count: blockCount + returns.sets.count + 1)
        forEachEdge { starts[$1 + 1] += 1 }
        for index in starts.indices.dropFirst() { starts[index] += starts[index - 1] }
        var next = starts
        var numbers = [Int](repeating: 0, count: starts[starts.count - 1])
        forEachEdge { from, to in
            numbers[next[to]] = from
            next[to] += 1
        }
        self.numbers = numbers
        self.starts = starts
    }

    /// The numbers of the predecessors of a block, or of a set, whose numbers follow those of blocks.
    subscript(_ number: Int) -> ArraySlice<Int> { numbers[starts[number]..<starts[number + 1]] }
}
