// `pvm test`: runs every export of a project whose name begins with "test", each in an instance of its own.

import ArgumentParser
import PolkaBlob
import PolkaBuild
import PolkaJIT
import PolkaVM
import SystemPackage

struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Build a project and run its tests.",
        discussion:
            "A test is an export whose name begins with 'test'; a trap fails it. Each runs in an instance of its own, on every backend. Ends with exit code 6 if any failed."
    )

    @Argument(help: ArgumentHelp("A project folder, or a .polkavm file.", valueName: "path"))
    var path: String = "."

    @Option(help: ArgumentHelp("Run only tests whose name contains this.", valueName: "text"))
    var filter: String?

    @Option(help: "What executes the tests; by default all that there is, and all must agree.")
    var backend: BackendChoice?

    @Flag(help: "Say what gas all tests used together.")
    var gasReport = false

    @Flag(help: "Print one JSON object at the end.")
    var json = false

    @Flag(help: "Build and test again whenever a source changes, until interrupted.")
    var watch = false

    @OptionGroup var diagnostics: DiagnosticsOptions

    private struct Summary: Encodable {
        let passed: Int
        let failed: Int
        let tests: [TestReport]
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
        let blob = try await ProgramInput.load(path, color: diagnostics.usesColor)
        let all = blob.exports.map(\.symbol).filter(Blob.isTest).map(Blob.text)
        let names = all.filter { name in filter.map { name.contains($0) } ?? true }
        guard !names.isEmpty else {
            throw CommandError(
                all.isEmpty
                    ? "\(path): no test: a test is an export whose name begins with '\(Blob.testPrefix)'"
                    : "\(path): no test contains '\(filter ?? "")'; there are \(all.joined(separator: ", "))")
        }
        let engines = try engines()
        let width = names.map(\.count).max() ?? 0
        var reports: [TestReport] = []
        for name in names {
            let report = try TestRun(engines: engines, blob: blob, export: name).execute()
            reports.append(report)
            if !json { show(report, width: width) }
        }
        let failed = reports.count { !$0.passed }
        if json {
            try JSONOutput.print(Summary(passed: reports.count - failed, failed: failed, tests: reports))
        } else {
            if gasReport { Terminal.print("\(reports.reduce(0) { $0 + $1.gasUsed }) gas in all") }
            Terminal.print("\(reports.count - failed) passed, \(failed) failed")
        }
        return failed
    }

    private func engines() throws -> [Engine] {
        if let backend { return [try backend.engine()] }
        return try [BackendChoice.interpreter, .compiler]
            .filter { $0 != .compiler || Backend.whyNoCompiler == nil }.map { try $0.engine() }
    }

    /// A line for a test, and the guest's last words if it failed.
    private func show(_ report: TestReport, width: Int) {
        let times = report.runs.map { TimeText.shown($0.runNanoseconds) }.joined(separator: " / ")
        let name = report.export + String(repeating: " ", count: width - report.export.count)
        Terminal.print("\(report.passed ? "ok    " : "FAILED")  \(name)  \(report.gasUsed) gas  \(times)")
        guard let failure = report.failure else { return }
        Terminal.print("        \(failure)")
        for line in report.output.split(separator: "\n") where !failure.hasSuffix(line) {
            Terminal.print("        | \(line)")
        }
        for line in report.backtraceLines(sources: SourceLines(program: path)) { Terminal.print("      \(line)") }
    }
}
