// Numbers in units that fit.

import Testing

@testable import CrossoverPlot

@Suite struct FiguresTests {
    @Test(arguments: [
        (1.0, "1 ns"), (310.4, "310 ns"), (999.4, "999 ns"), (999.6, "1 µs"), (1000, "1 µs"), (4926, "4.93 µs"),
        (9168, "9.17 µs"), (99_960, "100 µs"), (1e5, "100 µs"), (262_699_293, "263 ms"), (1e9, "1 s"),
        (2.5e12, "2500 s"),
        (0.5, "0.5 ns"),
    ])
    func times(nanoseconds: Double, text: String) { #expect(Figures.time(nanoseconds) == text) }

    @Test(arguments: [
        (1.0, "1"), (1.27, "1.3"), (13.4, "13"), (857.3, "860"), (1949, "1900"), (12_345, "12\u{202f}000"),
        (9_960_000, "10\u{202f}000\u{202f}000"),
    ])
    func estimates(value: Double, text: String) { #expect(Figures.count(value) == text) }

    @Test(arguments: [(1, "1"), (2255, "2255"), (10_000, "10\u{202f}000"), (320_000, "320\u{202f}000")])
    func counts(value: Int, text: String) { #expect(Figures.count(value) == text) }

    @Test(arguments: [
        (1.0, "1"), (1000, "1000"), (10_000, "10k"), (100_000, "100k"), (1e6, "1M"), (1e7, "10M"), (1e9, "1G"),
        (0.1, "0.1"), (20_000, "20k"), (2_000_000, "2M"),
    ])
    func ticks(value: Double, text: String) { #expect(Figures.tick(value) == text) }
}
