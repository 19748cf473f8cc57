// A logarithmic axis: where values lie, and where its grid lines are.

import Foundation

/// Values of a range on a stretch of the picture, equal factors at equal distances.
struct LogScale {
    private let low: Double
    private let high: Double
    private let start: Double
    private let end: Double

    /// - Parameters:
    ///   - range: positive values; the axis begins and ends at whole multiples of powers of ten around them.
    ///   - start: the coordinate of the low end.
    ///   - end: that of the high end, which may be less.
    init(_ range: ClosedRange<Double>, from start: Double, to end: Double) {
        let low = Self.steps(around: range.lowerBound).last { $0 <= range.lowerBound } ?? range.lowerBound
        let high = Self.steps(around: range.upperBound).first { $0 >= range.upperBound } ?? range.upperBound
        self.low = low
        self.high = high > low ? high : low * 10
        self.start = start
        self.end = end
    }

    /// The multiples 1 to 9 of the powers of ten near a value.
    private static func steps(around value: Double) -> [Double] {
        let exponent = Int(floor(log10(value)))
        // One more on both sides, because logarithms are rounded.
        return (exponent - 1...exponent + 1).flatMap { power in (1...9).map { step($0, power) } }
    }

    private static func step(_ multiple: Int, _ power: Int) -> Double {
        // Dividing by a whole number gives the value closest to the decimal one; multiplying with a fraction does not.
        power < 0 ? Double(multiple) / pow(10, Double(-power)) : Double(multiple) * pow(10, Double(power))
    }

    var bounds: ClosedRange<Double> { low...high }

    func callAsFunction(_ value: Double) -> Double { start + (end - start) * log(value / low) / log(high / low) }

    /// A grid line.
    struct Tick: Equatable {
        let value: Double
        /// Whether the line is a strong one with a number.
        let isLabelled: Bool
    }

    /// All multiples of powers of ten from end to end; numbers at the powers, or more of them if the axis has only one.
    var ticks: [Tick] {
        let powers = Int(floor(log10(low))) - 1...Int(floor(log10(high))) + 1
        func values(_ multiples: [Int]) -> [Double] {
            powers.flatMap { power in multiples.map { Self.step($0, power) } }.filter { bounds.contains($0) }
        }
        let labelled = [[1], [1, 2, 5]].map(values).first { $0.count > 1 } ?? values(Array(1...9))
        return values(Array(1...9)).map { Tick(value: $0, isLabelled: labelled.contains($0)) }
    }
}
