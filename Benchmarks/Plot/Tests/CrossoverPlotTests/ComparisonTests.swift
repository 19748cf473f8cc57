// Data as JSON: back and forth, and what is said of data that cannot be drawn.

import Foundation
import Testing

@testable import CrossoverPlot

@Suite struct ComparisonTests {
    static let example = Comparison(
        date: "2026-01-02", processor: "a processor", processorCount: 2,
        guests: [guest([1, 10, 100], interpreter: { 5 * $0 }, compiler: { _ in 50 })])

    @Test func backAndForth() throws {
        #expect(try Comparison(json: Self.example.json) == Self.example)
    }

    /// A file that can be compared line by line.
    @Test func oneLineForEachRun() throws {
        let lines = String(decoding: try Self.example.json, as: UTF8.self).split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("{\"auto\"") } == 3)
    }

    private func error(_ text: String) -> String {
        do {
            _ = try Comparison(json: Data(text.utf8))
            return "none"
        } catch {
            return error.description
        }
    }

    @Test func notJSON() {
        #expect(error("") == "this is not JSON, or not whole")
        #expect(error("{\"date\": ") == "this is not JSON, or not whole")
        #expect(error("{}") == "'date' is missing")
    }

    @Test(arguments: [
        ("\"guests\": []", "no guest was found; there must be at least one"),
        ("\"guests\": 3", "guests: a value is not a Array<Any>"),
        (guests([run(1)]), "fib: a line needs two runs or more, not 1"),
        (guests([run(0), run(1)]), "fib(0): iterations must be positive and grow from run to run; 0 came before"),
        (guests([run(2), run(2)]), "fib(2): iterations must be positive and grow from run to run; 2 came before"),
        (guests([run(2), run(Int.max)]), "fib(9223372036854775807): there may be up to 1e15 iterations"),
        (
            guests([run(1), run(2, auto: "[]")]),
            "fib(2): found 1, 1 and 0 times; there must be equally many of each backend"
        ),
        (
            guests([run(1), run(2, auto: "[0]")]), "fib(2): 0.0 was found; times are nanoseconds between 0.1 and 1e15"
        ),
        (
            guests([run(1), run(2, auto: "[1e-300]")]),
            "fib(2): 1e-300 was found; times are nanoseconds between 0.1 and 1e15"
        ),
        (guests([run(1), run(2, auto: "[\"x\"]")]), "guests.0.runs.1.auto.0: a value is not a Double"),
    ])
    func whatCannotBeDrawn(guests: String, message: String) {
        #expect(error("{\"date\": \"\", \"processor\": \"\", \"processorCount\": 1, \(guests)}") == message)
    }
}

private func guests(_ runs: [String]) -> String {
    "\"guests\": [{\"name\": \"fib\", \"unit\": \"\", \"blobByteCount\": 1, \"runs\": [\(runs.joined(separator: ","))]}]"
}

private func run(_ iterations: Int, auto: String = "[7]") -> String {
    "{\"iterations\": \(iterations), \"interpreter\": [5], \"compiler\": [6], \"auto\": \(auto)}"
}
