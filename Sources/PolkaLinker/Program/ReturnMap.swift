// Where indirect jumps and calls go, as far as `PropagateConstants` knows it: mostly returns from functions whose callers are all
// known.
//
// Where the address is not known, it still is one that somebody has taken: the machine jumps to nothing else. And a jump through
// ra is a return, as it is for every processor of the architecture (The RISC-V Instruction Set Manual, volume I, 2.5.1): it goes
// behind some call, or to the host. Only a function that takes the address, or its stack pointer, from elsewhere than its frame may
// go to any place: the first switch to a new stack is such a jump to the start of a function. No calling convention is assumed
// beyond that; what the places read is looked up there.
//
// A function with many callers returns to as many blocks, and one that jumps to another at its end returns to where that one
// returns. So the places are sets that may contain other sets; nobody writes one out.

/// Some of the places to which an indirect jump may go.
struct ReturnSet {
    var blocks: [BlockID] = []
    /// Numbers of other sets, all of whose places are in this one.
    var sets: [Int] = []
    /// Whether the host is one of the places.
    var includesHost = false

    /// What the host reads, if it is one of the places.
    var liveInHost: RegisterSet { includesHost ? .results : [] }
}

/// Where blocks that end in an indirect jump or call go.
struct ReturnMap {
    private(set) var sets: [ReturnSet] = []
    /// By block number: the number of the set, -1 if nothing is known; empty if nothing is known of any.
    private var numbers: [Int] = []
    private let blockCount: Int

    init() { blockCount = 0 }

    /// - Parameters:
    ///   - blockCount: how many blocks there are; sets are numbered behind them.
    ///   - sets: the sets, by their numbers.
    init(blockCount: Int, sets: [ReturnSet]) {
        self.blockCount = blockCount
        self.sets = sets
        numbers = Array(repeating: -1, count: blockCount)
    }

    /// The number of a block's set, counted from the number of blocks; nil if it is not known where it goes.
    subscript(_ id: BlockID) -> Int? {
        id.rawValue < numbers.count && numbers[id.rawValue] >= 0 ? blockCount + numbers[id.rawValue] : nil
    }

    mutating func set(_ id: BlockID, _ number: Int) { numbers[id.rawValue] = number }

    /// The numbers of what is in a set: blocks, and sets counted from the number of blocks.
    func forEachMember(ofSet number: Int, _ body: (Int) -> Void) {
        for block in sets[number].blocks { body(block.rawValue) }
        for set in sets[number].sets { body(blockCount + set) }
    }
}
