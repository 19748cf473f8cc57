// What the figures say: where the compiler becomes faster than the interpreter, and how far auto is from the better of them.

import Foundation

/// Where the compiler becomes faster than the interpreter.
public enum Crossing: Equatable, Sendable {
    /// With how many iterations, and how many nanoseconds both take there.
    case at(iterations: Double, nanoseconds: Double)
    /// The compiler is faster in all runs that were measured.
    case before
    /// The interpreter is at least as fast in the longest run that was measured.
    case beyond
}

/// A run, and how many times as long as the better of the other two auto took in it.
public struct Loss: Equatable, Sendable {
    public var iterations: Int
    public var ratio: Double
}

extension Comparison.Guest {
    /// Where the compiler gets ahead of the interpreter and stays there.
    ///
    /// Between two runs the lines are straight on logarithmic axes, as they are drawn.
    public var crossing: Crossing {
        guard let behind = runs.lastIndex(where: { $0.advantage <= 0 }) else { return .before }
        guard behind + 1 < runs.count else { return .beyond }
        let (left, right) = (runs[behind], runs[behind + 1])
        let part = left.advantage / (left.advantage - right.advantage)
        func between(_ a: Double, _ b: Double) -> Double { a * pow(b / a, part) }
        return .at(
            iterations: between(Double(left.iterations), Double(right.iterations)),
            nanoseconds: between(left.interpreter.median, right.interpreter.median))
    }

    /// How far auto is from the better backend, for each run.
    public var losses: [Loss] { runs.map { Loss(iterations: $0.iterations, ratio: $0.loss) } }

    /// The run in which auto loses most.
    public var worst: Loss { losses.max { $0.ratio < $1.ratio } ?? Loss(iterations: 0, ratio: 1) }

    /// The number of iterations from which on auto takes at most some times as long as the better backend.
    public func iterations(within limit: Double) -> Int? {
        let losses = losses
        guard let last = losses.lastIndex(where: { $0.ratio > limit }) else { return losses.first?.iterations }
        return last + 1 < losses.count ? losses[last + 1].iterations : nil
    }
}

extension Comparison {
    /// Of how many runs, each with one backend, a tenth took more than a quarter longer than the median; and of how many in all.
    ///
    /// On a machine that does nothing else these are few.
    public var unsteady: (count: Int, total: Int) {
        let all = guests.flatMap(\.runs).flatMap { [$0.interpreter, $0.compiler, $0.auto] }
        return (all.count { $0.quantile(0.9) > 1.25 * $0.median }, all.count)
    }
}

extension Comparison.Run {
    /// The logarithm of how many times as fast the compiler is.
    fileprivate var advantage: Double { log(interpreter.median / compiler.median) }

    /// The median of the ratios within the turns, so that it matters less when the whole machine is slower for a while.
    fileprivate var loss: Double {
        let better = advantage > 0 ? compiler : interpreter
        return zip(auto, better).map { $0 / $1 }.median
    }
}

extension [Double] {
    /// 0 of no values.
    var median: Double { quantile(0.5) }

    /// The value that a part of all values is below, interpolated between neighbours.
    func quantile(_ part: Double) -> Double {
        let sorted = sorted()
        guard let last = sorted.indices.last else { return 0 }
        let position = part * Double(last)
        let index = Int(position)
        guard index < last else { return sorted[last] }
        return sorted[index] + (position - Double(index)) * (sorted[index + 1] - sorted[index])
    }
}
