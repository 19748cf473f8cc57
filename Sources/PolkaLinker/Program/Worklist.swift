// The blocks that an analysis still has to look at, in the order of the program: most control flows down, so that most blocks are
// looked at after all that come before them.

/// A set of blocks from which the next in order is taken, again from the start when the end is reached.
struct Worklist {
    private let order: [BlockID]
    /// By block number: its place in the order.
    private var places: [Int]
    /// By place.
    private var isWaiting: [Bool]
    private var count = 0
    private var place = 0

    /// - Parameter program: blocks that are not in its order are never taken.
    init(_ program: Program) {
        order = program.order
        places = Array(repeating: -1, count: program.blocks.count)
        for (place, id) in order.enumerated() { places[id.rawValue] = place }
        isWaiting = Array(repeating: false, count: order.count)
    }

    mutating func insert(_ id: BlockID) {
        let place = places[id.rawValue]
        guard place >= 0, !isWaiting[place] else { return }
        isWaiting[place] = true
        count += 1
    }

    /// Takes the next one out; nil if none is left.
    mutating func next() -> BlockID? {
        guard count > 0 else { return nil }
        while !isWaiting[place] { place = place + 1 == order.count ? 0 : place + 1 }
        isWaiting[place] = false
        count -= 1
        return order[place]
    }
}
