// The backend auto beside the better of the other two, for runs of all lengths, from the bytes of a program to its answer.

import BenchmarkSupport
import PolkaBlob
import PolkaJIT
import PolkaVM

/// Runs of one length.
private struct AutoResult {
    let name: String
    let argument: UInt64
    /// Microseconds.
    var interpreter = Sample()
    var compiler = Sample()
    var auto = Sample()
    /// auto over the better of the others in the same turn.
    var ratio = Sample()
    /// How many of the runs with auto ended in machine code.
    var compiledEnds = 0

    mutating func measure(_ file: ProgramFile, _ repetitions: Int) throws {
        func shot(_ backend: Backend) throws -> (time: Double, answer: UInt64, tier: Backend.Tier?) {
            var answer: UInt64 = 0
            var tier: Backend.Tier?
            let time = try nanoseconds {
                let instance = try Instance(file.module(backend))
                answer = try instance.answer(argument)
                tier = instance.lastTier
            }
            return (time / 1e3, answer, tier)
        }
        // The first turn warms up.
        for turn in 0...repetitions {
            let interpreted = try shot(.interpreter)
            let compiled = try shot(.compiler)
            let mixed = try shot(.auto)
            guard interpreted.answer == compiled.answer, mixed.answer == compiled.answer else {
                fail("\(name)(\(argument)): the backends answer differently")
            }
            guard turn > 0 else { continue }
            interpreter.add(interpreted.time)
            compiler.add(compiled.time)
            auto.add(mixed.time)
            ratio.add(mixed.time / min(interpreted.time, compiled.time))
            if mixed.tier == .compiler { compiledEnds += 1 }
        }
    }
}

/// Runs that the interpreter would need longer for are not measured: what they would show is the speed of machine code.
private let longestMicroseconds = 40_000.0

/// Prints how long runs of growing length take with each backend.
func printAuto(_ options: Options) throws {
    print("From bytes to answer, microseconds by wall clock, in turns: median; auto over the better of the others in")
    print("the same turn: median (least–greatest); how many runs with auto ended in machine code")
    var table = Table("run", "interpreter", "compiler", "auto", "auto / better", "compiled")
    var ratios: [Double] = []
    for name in ["token", "fib", "sha256", "bytecode", "strings", "generated-small"] {
        let file = ProgramFile("\(options.folder)/\(name).polkavm")
        var argument: UInt64 = 1
        while true {
            var result = AutoResult(name: name, argument: argument)
            try result.measure(file, options.isQuick ? 5 : 15)
            ratios.append(result.ratio.median)
            table.add(
                "\(name)(\(argument))", result.interpreter.median.text, result.compiler.median.text,
                result.auto.median.text, result.ratio.text(2), "\(result.compiledEnds)/\(result.ratio.values.count)")
            if result.interpreter.median > longestMicroseconds { break }
            argument *= 4
        }
    }
    table.print()
    print(
        "Geometric mean \(fixed(geometricMean(ratios), 3)), greatest median \(fixed(ratios.max() ?? 0, 2)),",
        "\(ratios.count { $0 <= 1.05 }) of \(ratios.count) at most 1.05")
}

extension Double {
    fileprivate var text: String { fixed(self, self < 1000 ? 1 : 0) }
}
