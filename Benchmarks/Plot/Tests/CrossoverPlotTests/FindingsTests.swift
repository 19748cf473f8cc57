// Where lines cross and how far auto is off, on lines whose crossings are known by calculation.

import Testing

@testable import CrossoverPlot

/// A guest on which the backends take what functions of the number of iterations say.
func guest(
    _ iterations: [Int], interpreter: (Double) -> Double, compiler: (Double) -> Double,
    auto: ((Double) -> Double)? = nil
) -> Comparison.Guest {
    let runs = iterations.map { count in
        let n = Double(count)
        return Comparison.Run(
            iterations: count, interpreter: [interpreter(n)], compiler: [compiler(n)],
            auto: [auto.map { $0(n) } ?? compiler(n)])
    }
    return Comparison.Guest(name: "a guest", unit: "step", blobByteCount: 100, runs: runs)
}

@Suite struct FindingsTests {
    /// Powers of n are straight lines on logarithmic axes, so that interpolation must find their crossing exactly.
    @Test(
        arguments: [
            // n = 100; 3 n = 100 √n, that is √n = 100 / 3; n² / 10 = 1000.
            (1, 1, 100, 0, 100), (3, 1, 100, 0.5, 10_000.0 / 9), (0.1, 2, 1000, 0, 100),
        ] as [(Double, Double, Double, Double, Double)])
    func powersCross(a: Double, p: Double, b: Double, q: Double, expected: Double) throws {
        func power(_ factor: Double, _ exponent: Double) -> (Double) -> Double {
            { n in
                // n^0, n^½, n, n²
                switch exponent {
                case 0: factor
                case 0.5: factor * n.squareRoot()
                case 1: factor * n
                default: factor * n * n
                }
            }
        }
        let guest = guest([1, 7, 4000, 100_000], interpreter: power(a, p), compiler: power(b, q))
        guard case .at(let iterations, let nanoseconds) = guest.crossing else {
            Issue.record("\(guest.crossing)")
            return
        }
        #expect(abs(iterations / expected - 1) < 1e-9)
        #expect(abs(nanoseconds / power(a, p)(expected) - 1) < 1e-9)
    }

    @Test func crossingAtARun() {
        let guest = guest([1, 10, 100], interpreter: { 5 * $0 }, compiler: { _ in 50 })
        #expect(guest.crossing == .at(iterations: 10, nanoseconds: 50))
    }

    /// A run that the compiler wins by accident is not the crossing.
    @Test func theLastCrossingCounts() {
        let guest = guest([1, 2, 4, 1000, 4000], interpreter: { $0 == 2 ? 500 : $0 }, compiler: { _ in 100 })
        guard case .at(let iterations, _) = guest.crossing else {
            Issue.record("\(guest.crossing)")
            return
        }
        #expect(abs(iterations - 100) < 1e-9)
    }

    @Test func noCrossing() {
        #expect(guest([1, 10], interpreter: { 2 * $0 }, compiler: { $0 }).crossing == .before)
        #expect(guest([1, 10], interpreter: { $0 }, compiler: { 2 * $0 }).crossing == .beyond)
        #expect(guest([1, 10], interpreter: { $0 }, compiler: { $0 }).crossing == .beyond)
    }

    @Test func lossIsOverTheBetterBackend() {
        let guest = guest(
            [1, 10, 100, 1000], interpreter: { $0 }, compiler: { _ in 50 }, auto: { n in n < 20 ? 4 * n : 52 })
        #expect(guest.losses.map(\.ratio) == [4, 4, 1.04, 1.04])
        #expect(guest.worst == Loss(iterations: 1, ratio: 4))
        #expect(guest.iterations(within: 1.1) == 100)
        #expect(guest.iterations(within: 4) == 1)
        #expect(guest.iterations(within: 1.01) == nil)
    }

    /// While the machine was busy everything took ten times as long; that is no loss.
    @Test func lossComparesWithinTurns() {
        let run = Comparison.Run(
            iterations: 1, interpreter: [10, 100, 10], compiler: [20, 200, 20], auto: [11, 110, 100])
        let guest = Comparison.Guest(name: "", unit: "", blobByteCount: 1, runs: [run])
        #expect(guest.losses == [Loss(iterations: 1, ratio: 1.1)])
    }

    @Test func unsteadyTimesAreCounted() {
        let calm = [Double](repeating: 100, count: 19) + [900]
        let disturbed = [Double](repeating: 100, count: 17) + [126, 126, 126]
        let run = Comparison.Run(iterations: 1, interpreter: calm, compiler: disturbed, auto: calm)
        let guest = Comparison.Guest(name: "", unit: "", blobByteCount: 1, runs: [run, run])
        let comparison = Comparison(date: "", processor: "", processorCount: 1, guests: [guest])
        #expect(comparison.unsteady == (2, 6))
    }

    @Test func quantiles() {
        #expect([3.0, 1, 2].median == 2)
        #expect([4.0, 1, 2, 3].median == 2.5)
        #expect([0.0, 10, 20, 30, 40].quantile(0.1) == 4)
        #expect([0.0, 10, 20, 30, 40].quantile(1) == 40)
        #expect([7.0].quantile(0.9) == 7)
    }
}
