// Making a failing example small: choices are left out, in pieces that become shorter, and the rest are lowered, as long as the run
// still fails. A shorter sequence is simpler, and of two equally long ones the one whose first difference is lower.

/// Looks for the simplest choices with which a run still fails.
package struct Shrinker {
    /// What is simplest so far.
    package private(set) var best: [UInt64]
    /// Runs that it took.
    package private(set) var runCount = 0
    private let limit: Int
    private let run: ([UInt64]) throws -> [UInt64]?

    /// - Parameters:
    ///   - choices: with which a run failed.
    ///   - limit: of runs.
    ///   - run: the choices that a run made that was given these, nil if it did not fail.
    package init(_ choices: [UInt64], limit: Int = 2000, run: @escaping ([UInt64]) throws -> [UInt64]?) {
        best = choices
        self.limit = limit
        self.run = run
    }

    /// Makes the choices as simple as the limit of runs allows.
    package mutating func shrink() throws {
        var before: [UInt64]
        repeat {
            before = best
            try leaveOut()
            try clear()
            try lower()
        } while best != before && runCount < limit
    }

    /// Whether a run with these choices fails; then they are the best if they are simpler.
    private mutating func attempt(_ choices: [UInt64]) throws -> Bool {
        guard runCount < limit, Self.isSimpler(choices, best) else { return false }
        runCount += 1
        guard let made = try run(choices), Self.isSimpler(made, best) else { return false }
        best = made
        return true
    }

    private static func isSimpler(_ left: [UInt64], _ right: [UInt64]) -> Bool {
        left.count != right.count ? left.count < right.count : left.lexicographicallyPrecedes(right)
    }

    /// Pieces of decreasing length, from the end: what comes last depends on most.
    private mutating func leaveOut() throws {
        var length = max(best.count / 2, 1)
        while length >= 1 {
            var end = best.count
            while end >= length {
                var shorter = best
                shorter.removeSubrange(end - length..<end)
                end = try attempt(shorter) ? min(end - length, best.count) : end - 1
            }
            length /= 2
        }
    }

    /// Pieces set to zero.
    private mutating func clear() throws {
        var length = best.count
        while length >= 1 {
            var start = 0
            while start + length <= best.count {
                var cleared = best
                for index in start..<start + length { cleared[index] = 0 }
                _ = try attempt(cleared)
                start += length
            }
            length /= 2
        }
    }

    /// Each choice as low as it can be, by halving the distance.
    private mutating func lower() throws {
        var index = 0
        while index < best.count {
            var low: UInt64 = 0
            while index < best.count, low < best[index] {
                let middle = low + (best[index] - low) / 2
                var lowered = best
                lowered[index] = middle
                if try !attempt(lowered) { low = middle + 1 }
                if runCount >= limit { return }
            }
            index += 1
        }
    }
}
