// `pvm test`: runs every export of a project whose name begins with "test", each in an instance of its own.

import ArgumentParser
import PolkaBuild
import SystemPackage

struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Build a project and run its tests.",
        discussion:
            "A test is an export whose name begins with 'test'; a trap fails it. Each runs in an instance of its own, on every backend; tests of a contract each on a chain of their own. A test that asks for random values runs many times, and what fails is made as simple as it can be. Ends with exit code 6 if any failed."
    )

    @Argument(help: ArgumentHelp("A project folder, or a .polkavm file.", valueName: "path"))
    var path: String = "."

    @Option(help: ArgumentHelp("Run only tests whose name contains this.", valueName: "text"))
    var filter: String?

    @Option(help: "What executes the tests; by default all that there is, and all must agree.")
    var backend: BackendChoice?

    @Flag(help: "Say what gas all tests used together, and what each function of a contract used.")
    var gasReport = false

    @Option(help: ArgumentHelp("How often a test runs that asks for random values.", valueName: "runs"))
    var fuzz = 100

    @Option(
        help: ArgumentHelp(
            "What random values begin with; by default a number that each test has of its own.", valueName: "number"))
    var seed: IntegerArgument?

    @Flag(help: "Print one JSON object at the end.")
    var json = false

    @Flag(help: "Build and test again whenever a source changes, until interrupted.")
    var watch = false

    @OptionGroup var diagnostics: DiagnosticsOptions

    private struct Summary: Encodable {
        let passed: Int
        let failed: Int
        let tests: [TestReport]
        let gasReport: [FunctionGas]?

        private enum CodingKeys: String, CodingKey {
            case passed, failed, tests
            case gasReport = "gas_report"
        }
    }

    func validate() throws {
        guard (1...PropertyOptions.mostRuns).contains(fuzz) else {
            throw ValidationError("--fuzz \(fuzz): expected 1 to \(PropertyOptions.mostRuns) runs")
        }
    }

    func run() async throws {
        guard watch else {
            if try await test() > 0 { throw ExitStatus.violation.code }
            return
        }
        guard FileKind.of(FilePath(path)) == .directory else {
            throw ValidationError("--watch needs a project folder, found '\(path)'")
        }
        try await SourceWatch(folder: FilePath(path), files: []).run {
            do {
                _ = try await test()
            } catch {
                // The next change may mend it.
                Terminal.error("\(error)", color: diagnostics.usesColor)
            }
        }
    }

    /// Builds and runs the tests.
    ///
    /// - Returns: how many failed.
    private func test() async throws -> Int {
        let session = try await TestSession(
            path, backend: backend, properties: PropertyOptions(runCount: fuzz, seed: seed?.value),
            color: diagnostics.usesColor)
        let names = try session.names(containing: filter, path)
        let width = names.map(\.count).max() ?? 0
        var reports: [TestReport] = []
        for name in names {
            let report = try session.runner.run(name)
            reports.append(report)
            if !json { show(report, width: width) }
        }
        let failed = reports.count { !$0.passed }
        let functions = gasReport ? session.runner.functionGas : nil
        if json {
            try JSONOutput.print(
                Summary(passed: reports.count - failed, failed: failed, tests: reports, gasReport: functions))
        } else {
            if let functions {
                for line in FunctionGas.table(functions) where !functions.isEmpty { Terminal.print(line) }
                Terminal.print("\(reports.reduce(0) { $0 + $1.gasUsed }) gas in all")
            }
            Terminal.print("\(reports.count - failed) passed, \(failed) failed")
        }
        return failed
    }

    /// The first of many values.
    private static func shown(_ choices: [UInt64]) -> String {
        let most = 20
        let text = choices.prefix(most).map(String.init).joined(separator: ", ")
        return choices.count <= most ? text : text + " and \(choices.count - most) more"
    }

    /// A line for a test, and the guest's last words if it failed.
    private func show(_ report: TestReport, width: Int) {
        let times = report.runs.map { TimeText.shown($0.runNanoseconds) }.joined(separator: " / ")
        let name = report.export + String(repeating: " ", count: width - report.export.count)
        let runs = report.property.map { "  \($0.runCount) run\($0.runCount == 1 ? "" : "s")" } ?? ""
        Terminal.print("\(report.passed ? "ok    " : "FAILED")  \(name)  \(report.gasUsed) gas  \(times)\(runs)")
        guard let failure = report.failure else { return }
        Terminal.print("        \(failure)")
        if let property = report.property, let choices = property.choices {
            Terminal.print(
                "        the simplest values that it fails with: \(Self.shown(choices));"
                    + " '--seed \(property.seed) --filter \(report.export)' finds them again")
        }
        for line in report.output.split(separator: "\n") where !failure.hasSuffix(line) {
            Terminal.print("        | \(line)")
        }
        for line in report.backtraceLines(sources: SourceLines(program: path)) { Terminal.print("      \(line)") }
    }
}
