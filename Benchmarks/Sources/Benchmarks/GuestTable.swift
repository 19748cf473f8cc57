// Run times of the guests beside native code, all of one guest alternately.

import BenchmarkSupport
import PolkaJIT
import PolkaVM

/// The run times of one guest.
struct GuestResult {
    let name: String
    /// Units of gas that the work costs; a block is paid in full when it is entered.
    let gas: Int64
    /// Milliseconds.
    var native = Sample()
    /// Times over the native time of the same repetition.
    var interpreter = Sample()
    var meteredInterpreter = Sample()
    var compiler = Sample()
    var meteredCompiler = Sample()
}

extension GuestResult {
    /// Native and compiled code run that many times for each run of the interpreter, which takes that much longer.
    private static let shortRuns = 3

    /// Measures a guest and checks that all answers are the same.
    init(_ guest: Guest, _ options: Options) throws {
        let path = "\(options.folder)/\(guest.name)"
        let file = ProgramFile("\(path).polkavm")
        let native = NativeGuest("\(path).so")
        let interpreter = try Instance(file.module(.interpreter))
        let meteredInterpreter = try Instance(file.module(.interpreter, isMetered: true))
        let compiler = try Instance(file.module(.compiler))
        let meteredCompiler = try Instance(file.module(.compiler, isMetered: true))

        let expected = native.answer(guest.work)
        func time(_ instance: Instance, _ what: String) throws -> Double {
            var answer: UInt64 = 0
            let time = try processorNanoseconds { answer = try instance.answer(guest.work) }
            guard answer == expected else {
                fail("\(guest.name): the \(what) answers \(answer), native code \(expected)")
            }
            return time
        }
        // The first call of an instance pays for its pages.
        for instance in [interpreter, meteredInterpreter, compiler, meteredCompiler] { _ = try instance.answer(1) }
        _ = try time(meteredCompiler, "compiler with gas")
        name = guest.name
        gas = .max - meteredCompiler.gas

        for _ in 0..<options.repetitions {
            var round = Sample()
            for _ in 0..<Self.shortRuns {
                let base = processorNanoseconds { _ = native.answer(guest.work) }
                round.add(base)
                self.compiler.add(try time(compiler, "compiler") / base)
                self.meteredCompiler.add(try time(meteredCompiler, "compiler with gas") / base)
            }
            self.native.add(round.median / 1e6)
            self.interpreter.add(try time(interpreter, "interpreter") / round.median)
            self.meteredInterpreter.add(try time(meteredInterpreter, "interpreter with gas") / round.median)
        }
        guard .max - meteredInterpreter.gas == gas else { fail("\(guest.name): the backends disagree about gas") }
    }
}

/// Measures the guests and prints the table.
func printGuests(_ guests: [Guest], _ options: Options) throws -> [GuestResult] {
    print("Processor time over native (clang -O2), the same work everywhere: median (least–greatest)")
    var table = Table("guest", "gas", "native ms", "interpreter", "with gas", "compiler", "with gas")
    var results: [GuestResult] = []
    for guest in guests {
        let result = try GuestResult(guest, options)
        results.append(result)
        table.add(
            result.name, "\(result.gas)", result.native.text(1), result.interpreter.text(1),
            result.meteredInterpreter.text(1), result.compiler.text(2), result.meteredCompiler.text(2))
    }
    func mean(_ sample: (GuestResult) -> Sample, _ digits: Int) -> String {
        fixed(geometricMean(results.map { sample($0).median }), digits)
    }
    table.add(
        "geometric mean", "", "", mean(\.interpreter, 1), mean(\.meteredInterpreter, 1), mean(\.compiler, 2),
        mean(\.meteredCompiler, 2))
    table.print()
    return results
}

/// Prints what metering costs: times with gas over times without.
func printCostOfGas(_ results: [GuestResult]) {
    func ratio(_ metered: (GuestResult) -> Sample, _ free: (GuestResult) -> Sample, _ digits: Int) -> String {
        fixed(geometricMean(results.map { metered($0).median / free($0).median }), digits)
    }
    print(
        "With gas over without, geometric mean: interpreter \(ratio(\.meteredInterpreter, \.interpreter, 3)),",
        "compiler \(ratio(\.meteredCompiler, \.compiler, 3))")
}
