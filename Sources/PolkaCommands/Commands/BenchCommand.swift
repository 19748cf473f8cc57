// `pvm bench`: how long each step from bytes to answer takes.

import ArgumentParser
import PolkaBlob
import PolkaBuild
import PolkaVM
import SystemPackage

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure loading, calling and running a program.",
        discussion: """
            Calls the export E with one integer: E(0) for the cost of a warm call, E(1) for one shot from bytes to answer, E(N) \
            for run time, --repeats times or until --seconds are over, at least twice. The answers of all E(N) must be equal. \
            With --json, times are arrays of nanoseconds; an element of call_ns is the mean over call_batch calls in a row, any \
            other the time of one step. Exit codes of failing programs as for 'pvm run'.
            """)

    @Argument(help: ArgumentHelp("A .polkavm file.", valueName: "blob"))
    var path: String

    @Option(help: ArgumentHelp("The export to call.", valueName: "export"))
    var entry: String?

    @Option(
        name: .customLong("arg"), parsing: .unconditional, help: ArgumentHelp("What it is called with.", valueName: "n")
    )
    var argument: String = "1"

    @Option(help: ArgumentHelp("Begin no further E(N) after so long.", valueName: "s"))
    var seconds: Double = 5

    @Option(help: ArgumentHelp("How often to measure E(N).", valueName: "r"))
    var repeats: Int = 10

    @Option(help: "What executes the program.")
    var backend: BackendChoice = .auto

    @Option(help: ArgumentHelp("The gas to give each call; without it, gas is not metered.", valueName: "units"))
    var gas: UInt64?

    @Option(help: GasModelChoice.help)
    var gasModel: GasModelChoice = .naive

    @Flag(help: "Print one JSON object instead.")
    var json = false

    @OptionGroup var diagnostics: DiagnosticsOptions

    /// About 30 years: what a duration holds with room to spare.
    private static let mostSeconds = 1e9

    func validate() throws {
        if let gas, gas > UInt64(Int64.max) {
            throw ValidationError("--gas \(gas): at most \(Int64.max) units can be given")
        }
        if IntegerArgument(argument: argument) == nil {
            throw ValidationError(
                "--arg '\(argument)' is no integer of 64 bits; expected decimal, 0x hex, or a negative number")
        }
        if !(0...Self.mostSeconds).contains(seconds) {
            throw ValidationError("--seconds \(seconds): expected 0 to \(Int(Self.mostSeconds))")
        }
        if repeats < 1 { throw ValidationError("--repeats \(repeats): expected 1 or more") }
    }

    func run() async throws {
        let blob = try ProgramInput.read(path)
        let run = BenchmarkRun(
            engine: try backend.engine(), bytes: try Files.read(FilePath(path)),
            entry: try ExportChoice.choose(entry, in: blob, path),
            argument: IntegerArgument(argument: argument)?.value ?? 0,
            gas: gasModel == .none ? nil : gas.map { Int64($0) }, gasSettings: try gasModel.settings(),
            repetitions: repeats, limit: .seconds(seconds))
        do {
            let report = try run.execute()
            if json {
                try JSONOutput.print(report)
            } else {
                report.printForPeople()
            }
        } catch let failure as BenchmarkFailure {
            failure.report.printForPeople(sources: SourceLines(program: path), color: diagnostics.usesColor)
            throw failure.report.status.exitStatus.code
        }
    }
}
