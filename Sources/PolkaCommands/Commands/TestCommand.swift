// `pvm test`: runs every export of a project whose name begins with "test", each in an instance of its own.

import ArgumentParser
import PolkaBlob
import PolkaBuild
import PolkaVM
import SystemPackage

struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Build a project and run its tests.",
        discussion:
            "A test is an export whose name begins with 'test'; a trap fails it. Ends with exit code 6 if any failed.")

    @Argument(help: ArgumentHelp("A project folder, or a .polkavm file.", valueName: "path"))
    var path: String = "."

    @Option(help: ArgumentHelp("Run only tests whose name contains this.", valueName: "text"))
    var filter: String?

    @Option(help: "What executes the tests.")
    var backend: BackendChoice = .auto

    @Flag(help: "Say what gas each test used.")
    var gasReport = false

    @Flag(help: "Print one JSON object at the end.")
    var json = false

    @OptionGroup var diagnostics: DiagnosticsOptions

    private struct Summary: Encodable {
        let passed: Int
        let failed: Int
        let tests: [RunReport]
    }

    func run() async throws {
        let blob = try await ProgramInput.load(path, color: diagnostics.usesColor)
        let all = blob.exports.map { Blob.text(of: $0.symbol) }.filter { $0.hasPrefix(Self.prefix) }
        let names = all.filter { name in filter.map { name.contains($0) } ?? true }
        guard !names.isEmpty else {
            throw CommandError(
                all.isEmpty
                    ? "\(path): no test: a test is an export whose name begins with '\(Self.prefix)'"
                    : "\(path): no test contains '\(filter ?? "")'; there are \(all.joined(separator: ", "))")
        }
        let engine = try backend.engine()
        var reports: [RunReport] = []
        for name in names {
            let run = ProgramRun(
                engine: engine, blob: blob, export: name, arguments: [], gas: Self.gas, offersConsole: true,
                collectsOutput: true)
            let report = try run.execute()
            reports.append(report)
            if !json { show(report) }
        }
        let failed = reports.count { $0.status != .finished }
        if json {
            try JSONOutput.print(Summary(passed: reports.count - failed, failed: failed, tests: reports))
        } else {
            Terminal.print("\(reports.count - failed) passed, \(failed) failed")
        }
        if failed > 0 { throw ExitStatus.violation.code }
    }

    private static let prefix = "test"
    /// Enough for any test that ends; one that does not end fails instead of hanging.
    private static let gas: Int64 = 100_000_000_000

    private func show(_ report: RunReport) {
        let gas = gasReport ? "  \(report.gasUsed ?? 0) gas" : ""
        Terminal.print("\(report.status == .finished ? "ok    " : "FAILED")  \(report.export)\(gas)")
        guard let reason = report.reason else { return }
        Terminal.print("        \(report.status.rawValue): \(reason), at code offset \(report.pc)")
        for line in report.output.split(separator: "\n") { Terminal.print("        \(line)") }
    }
}
