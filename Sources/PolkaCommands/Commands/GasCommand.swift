// `pvm gas`: what each test of a project uses, in a file that lies beside the sources and shows what a change costs.

import ArgumentParser
import PolkaBuild
import SystemPackage

struct GasCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gas",
        abstract: "Say what gas each test uses; write it down, or compare it with what was written down.",
        discussion: """
            The file has a line for each test, its name and its gas, so that changes show when two of them are compared. \
            Properties are left out: what they use depends on their values. \
            Ends with exit code 6 if a test needs more gas than the file says, and with 1 if one fails.
            """)

    @Argument(help: ArgumentHelp("A project folder, or a .polkavm file.", valueName: "path"))
    var path: String = "."

    @Option(help: ArgumentHelp("Write the gas to a file.", valueName: "file"))
    var snapshot: String?

    @Option(help: ArgumentHelp("Compare the gas with a file.", valueName: "file"))
    var check: String?

    @Option(help: ArgumentHelp("More gas than the file says that --check still allows.", valueName: "percent"))
    var tolerance: Double = 0

    @Option(help: ArgumentHelp("Only tests whose name contains this.", valueName: "text"))
    var filter: String?

    @Flag(help: "Print one JSON object at the end.")
    var json = false

    @OptionGroup var diagnostics: DiagnosticsOptions

    func validate() throws {
        if snapshot != nil && check != nil { throw ValidationError("--snapshot and --check exclude each other") }
        if !(tolerance >= 0) { throw ValidationError("--tolerance \(tolerance): expected 0 or more percent") }
    }

    private struct Summary: Encodable {
        let gas: [String: Int64]
        let changes: [GasChange]
        let regressions: Int
    }

    func run() async throws {
        let known = try check.map { try GasSnapshot(reading: FilePath($0)) }
        // Both backends count alike, and the tests of `pvm test` see to that.
        let session = try await TestSession(path, backend: .interpreter, color: diagnostics.usesColor)
        var found = GasSnapshot()
        var failureCount = 0
        for name in try session.names(containing: filter, path) {
            let report = try session.runner.run(name)
            if let failure = report.failure {
                Terminal.error("\(name): \(failure)", color: diagnostics.usesColor)
                failureCount += 1
            }
            if report.property == nil { found.gas[name] = report.gasUsed }
        }
        if failureCount > 0 {
            throw CommandError("tests failed, so that their gas says nothing; 'pvm test' shows more of them")
        }
        if let snapshot { try Files.write(Array(found.text.utf8), to: FilePath(snapshot)) }
        let changes = known.map { found.changes(since: $0, onlyKnown: filter != nil) } ?? []
        let regressions = changes.filter { $0.isRegression(tolerance: tolerance) }
        if json {
            try JSONOutput.print(Summary(gas: found.gas, changes: changes, regressions: regressions.count))
        } else if known == nil {
            for line in found.lines(aligned: true) { Terminal.print(line) }
        } else {
            for change in changes { Terminal.print(change.description) }
            let more = regressions.count == 1 ? "1 test needs" : "\(regressions.count) tests need"
            Terminal.print(
                regressions.isEmpty
                    ? changes.isEmpty ? "\(found.gas.count) tests use what they used" : "no test needs more gas"
                    : "\(more) more gas than \(check ?? "") says; 'pvm gas --snapshot \(check ?? "")' accepts that")
        }
        if !regressions.isEmpty { throw ExitStatus.violation.code }
    }
}

/// What tests use.
struct GasSnapshot {
    /// By the names of the tests.
    var gas: [String: Int64] = [:]

    init() {}

    /// Reads a file with a name and a number in each line.
    init(reading path: FilePath) throws {
        for (index, line) in try Files.readText(path).split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        where !line.isEmpty && !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            guard words.count == 2, let units = Int64(words[1]), units >= 0 else {
                throw CommandError(
                    "\(path):\(index + 1): expected the name of a test and its gas, found '\(line)';"
                        + " 'pvm gas --snapshot \(path)' writes the file anew")
            }
            gas[String(words[0])] = units
        }
    }

    /// A line for each test, in the order of their names.
    func lines(aligned: Bool) -> [String] {
        let width = aligned ? gas.keys.map(\.count).max() ?? 0 : 0
        return gas.sorted { $0.key < $1.key }.map { name, units in
            name + String(repeating: " ", count: max(0, width - name.count)) + " \(units)"
        }
    }

    var text: String { lines(aligned: false).map { $0 + "\n" }.joined() }

    /// What is different from an older one; with `onlyKnown`, tests that were not looked for are not missed.
    func changes(since old: GasSnapshot, onlyKnown: Bool) -> [GasChange] {
        Set(gas.keys).union(old.gas.keys).sorted().compactMap { name in
            let (before, after) = (old.gas[name], gas[name])
            if before == after || (after == nil && onlyKnown) { return nil }
            return GasChange(test: name, before: before, after: after)
        }
    }
}

/// A test that uses other gas than before.
struct GasChange: Encodable, CustomStringConvertible {
    let test: String
    /// nil: the test is new.
    let before: Int64?
    /// nil: there is no such test any more.
    let after: Int64?

    /// Whether it needs more than is allowed.
    func isRegression(tolerance percent: Double) -> Bool {
        guard let before, let after else { return false }
        return Double(after) > Double(before) * (1 + percent / 100)
    }

    var description: String {
        guard let before else { return "\(test) \(after ?? 0), which is new" }
        guard let after else { return "\(test) is gone; it used \(before)" }
        let percent = before == 0 ? 0 : Double(after - before) / Double(before) * 100
        let rounded = (percent * 10).rounded() / 10
        return "\(test) \(before) -> \(after) (\(rounded >= 0 ? "+" : "")\(rounded) %)"
    }
}
