// Where a property's run gets its random values: numbers below bounds, one after the other. The sequence of them is all that a run
// depends on, so whoever keeps it can do the run again, and whoever makes it shorter or smaller makes the example simpler.

/// The choices of one run.
package final class ChoiceSource {
    /// What was chosen so far.
    package private(set) var choices: [UInt64] = []
    /// Whether the run asked for more choices than anybody wants to look at.
    package private(set) var isExhausted = false
    /// What to choose first.
    private let prefix: [UInt64]
    /// What comes after that; nil: zeros.
    private var random: RandomNumbers?

    /// Choices that a run may ask for.
    package static let limit = 1 << 16

    /// Choices at random, the same for the same seed.
    package init(seed: UInt64) {
        prefix = []
        random = RandomNumbers(seed: seed)
    }

    /// The choices of another run, and zeros where this one asks for more.
    package init(repeating choices: [UInt64]) { prefix = choices }

    /// A number from 0 to a bound.
    package func next(upTo bound: UInt64) -> UInt64 {
        let value: UInt64
        if choices.count < prefix.count {
            value = min(prefix[choices.count], bound)
        } else {
            value = random?.next(upTo: bound) ?? 0
        }
        choices.append(value)
        isExhausted = choices.count > Self.limit
        return value
    }
}

/// Random numbers of which those that break programs are more likely.
struct RandomNumbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    private mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
        return bits ^ bits >> 31
    }

    /// Ends of the range one time in four, numbers of any length alike one time in four, all numbers alike otherwise.
    mutating func next(upTo bound: UInt64) -> UInt64 {
        guard bound > 0 else { return 0 }
        let way = next() >> 61
        switch way {
        case 0: return next() & 1 == 0 ? 0 : 1
        case 1: return next() & 1 == 0 ? bound : bound - 1
        case 2, 3:
            let length = next() % UInt64(64 - bound.leadingZeroBitCount) + 1
            return min(next() >> (64 - length), bound)
        default: return bound == .max ? next() : next() % (bound + 1)
        }
    }
}
