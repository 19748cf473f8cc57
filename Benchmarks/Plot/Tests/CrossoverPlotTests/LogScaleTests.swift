// Logarithmic axes: equal factors, ends at round numbers, grid lines and which of them have numbers.

import Testing

@testable import CrossoverPlot

@Suite struct LogScaleTests {
    @Test func equalFactorsHaveEqualDistances() {
        let scale = LogScale(1...1_000_000, from: 50, to: 650)
        for (value, place) in [(1.0, 50.0), (10, 150), (1000, 350), (1_000_000, 650)] {
            #expect(abs(scale(value) - place) < 1e-9, "\(value)")
        }
        // Upwards, as pictures count.
        let upright = LogScale(1...100, from: 200, to: 0)
        #expect(abs(upright(10) - 100) < 1e-9)
    }

    @Test(arguments: [
        (1635.0, 262_699_293.0, 1000.0, 300_000_000.0), (1, 1_000_000, 1, 1_000_000), (999, 1001, 900, 2000),
        (0.13, 0.7, 0.1, 0.7), (0.001, 0.002, 0.001, 0.002), (1000, 10_000, 1000, 10_000), (95, 99, 90, 100),
        // One value is not a range.
        (5, 5, 5, 50),
    ])
    func endsAreRound(low: Double, high: Double, start: Double, end: Double) {
        #expect(LogScale(low...high, from: 0, to: 1).bounds == start...end)
    }

    @Test func linesAtAllMultiplesAndNumbersAtPowers() {
        let ticks = LogScale(1...100, from: 0, to: 1).ticks
        #expect(
            ticks.map(\.value) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100])
        #expect(ticks.filter(\.isLabelled).map(\.value) == [1, 10, 100])
    }

    @Test(arguments: [
        (12.0...45.0, [10.0, 20, 50]), (2...80, [2, 5, 10, 20, 50]), (23...38, [20, 30, 40]),
        (0.02...0.2, [0.02, 0.05, 0.1, 0.2]),
    ])
    func shortAxesHaveMoreNumbers(range: ClosedRange<Double>, numbers: [Double]) {
        #expect(LogScale(range, from: 0, to: 1).ticks.filter(\.isLabelled).map(\.value) == numbers)
    }
}
