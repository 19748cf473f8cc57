// Runs of growing length, each from the bytes of a program to its answer, the backends in turns.

import BenchmarkSupport
import CrossoverPlot
import Foundation
import PolkaBlob
import PolkaJIT
import PolkaVM

/// A guest whose `run(n)` makes n iterations.
struct Subject {
    let name: String
    /// The file, without extension.
    let file: String
    let unit: String

    static let all = [
        Subject(name: "Fibonacci", file: "fibonacci", unit: "addition"),
        Subject(name: "Token contract", file: "token", unit: "transfer"),
    ]
}

private enum Limits {
    static let iterations = 1_000_000
    /// After a run of the interpreter that takes longer there is no longer one, in nanoseconds.
    static let run = 0.2e9
    /// Short runs are repeated until they take that long together, in nanoseconds; then a time is their mean.
    static let batch = 0.25e6
    /// How long all runs of the interpreter may take for one length, in nanoseconds, if that is enough for the fewest turns.
    static let turns = 1e9
    static let turnCount = 15...101
}

/// 1, 2, 3, 5, 7, 10, 15, 22 …: six steps of about the same factor from a power of ten to the next.
private let lengths: [Int] = {
    let powers = sequence(first: 1) { $0 * 10 }.prefix { $0 <= Limits.iterations }
    let all = powers.flatMap { power in [10, 15, 22, 32, 46, 68].map { ($0 * power + 5) / 10 } }
    return all.filter { $0 <= Limits.iterations }.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
}()

extension Subject {
    /// Measures runs of all lengths, and checks that all answers are those of native code.
    ///
    /// A turn goes through all lengths: when the machine is busy for a while, each of them loses a turn or two, which the
    /// medians do not show, and none of them all turns.
    fileprivate func measure(_ folder: String) throws -> Comparison.Guest {
        let file = ProgramFile("\(folder)/\(self.file).polkavm")
        let native = NativeGuest("\(folder)/\(self.file).so")
        progress("\(name): how long runs take")
        var series: [RunSeries] = []
        for iterations in lengths {
            let expected = native.answer(UInt64(iterations))
            let next = try RunSeries(Shot(name: name, file: file, iterations: iterations, expected: expected))
            series.append(next)
            if next.isLast { break }
        }
        for turn in 0..<Limits.turnCount.upperBound {
            if turn % 10 == 0 { progress("\(name): turn \(turn) of \(Limits.turnCount.upperBound)") }
            for index in series.indices where turn < series[index].turnCount { try series[index].measure() }
        }
        return Comparison.Guest(name: name, unit: unit, blobByteCount: file.bytes.count, runs: series.map(\.run))
    }
}

/// Measures everything.
func measure(_ folder: String) throws -> Comparison {
    let guests = try Subject.all.map { try $0.measure(folder) }
    return Comparison(
        date: Machine.date, processor: Machine.processor, processorCount: Machine.processorCount, guests: guests)
}

/// A run of one length, with one backend.
private struct Lane {
    let shot: Shot
    let backend: Backend
    /// What one run takes, roughly, in nanoseconds.
    let roughTime: Double
    private(set) var times: [Double] = []

    /// Warms up and looks how long it takes.
    init(_ shot: Shot, _ backend: Backend) throws {
        self.shot = shot
        self.backend = backend
        try shot(backend)
        // The least, or a disturbed one would make all batches short.
        roughTime = try (0..<3).map { _ in try nanoseconds { try shot(backend) } }.min() ?? 0
    }

    mutating func measure() throws {
        let batch = max(1, Int(Limits.batch / roughTime))
        let time = try nanoseconds { for _ in 0..<batch { try shot(backend) } }
        // What the clock does not show need not be written down.
        times.append((time / Double(batch)).rounded())
    }
}

/// A run of one length, with all backends.
private struct RunSeries {
    private let iterations: Int
    private var interpreter: Lane
    private var compiler: Lane
    private var auto: Lane

    init(_ shot: Shot) throws {
        iterations = shot.iterations
        interpreter = try Lane(shot, .interpreter)
        compiler = try Lane(shot, .compiler)
        auto = try Lane(shot, .auto)
    }

    /// Whether a longer run takes too long.
    var isLast: Bool { interpreter.roughTime > Limits.run }

    var turnCount: Int {
        let fitting = Int(Limits.turns / max(interpreter.roughTime, Limits.batch))
        return min(Limits.turnCount.upperBound, max(Limits.turnCount.lowerBound, fitting))
    }

    /// One turn.
    mutating func measure() throws {
        try interpreter.measure()
        try compiler.measure()
        try auto.measure()
    }

    var run: Comparison.Run {
        Comparison.Run(
            iterations: iterations, interpreter: interpreter.times, compiler: compiler.times, auto: auto.times)
    }
}

/// What is measured: from bytes to the answer, and away with all of it.
private struct Shot {
    let name: String
    let file: ProgramFile
    let iterations: Int
    /// The answer of native code.
    let expected: UInt64

    func callAsFunction(_ backend: Backend) throws {
        let answer = try Instance(file.module(backend)).answer(UInt64(iterations))
        guard answer == expected else {
            fail("\(name)(\(iterations)): \(backend.name) answers \(answer), native code \(expected)")
        }
    }
}

/// Says on the error stream what is going on.
private func progress(_ text: String) {
    FileHandle.standardError.write(Data("crossover: \(text)\n".utf8))
}
