// One test of a guest, on every backend asked for.

import PolkaBlob
import PolkaVM

/// Runs a test, an export without parameters, in a fresh instance of each backend.
struct TestRun {
    let engines: [Engine]
    let blob: Blob
    let export: String

    /// Enough for any test that ends; one that does not end fails instead of hanging.
    private static let gas: Int64 = 100_000_000_000

    func execute() throws -> TestReport {
        let runs = try engines.map { engine in
            try ProgramRun(
                engine: engine, blob: blob, export: export, arguments: [], gas: Self.gas, offersConsole: true,
                collectsOutput: true
            ).execute()
        }
        return TestReport(runs: runs)
    }
}

/// What came of a test.
struct TestReport: Encodable {
    /// A place in the guest's sources.
    struct Place: Encodable, CustomStringConvertible {
        let file: String
        let line: Int

        var description: String { "\(file):\(line)" }

        /// The place at the start of a message: `file:line: text`.
        init?(startOf message: some StringProtocol) {
            let parts = message.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, let line = Int(parts[1]), line > 0, !parts[0].isEmpty, parts[2].hasPrefix(" ")
            else { return nil }
            file = String(parts[0])
            self.line = line
        }
    }

    /// One for each backend.
    let runs: [RunReport]
    /// The run that shows what is wrong, else the first.
    private let shown: RunReport
    /// Why the test failed; nil if it passed.
    let failure: String?
    /// Where it failed, if the guest said so.
    let place: Place?

    var passed: Bool { failure == nil }
    var export: String { shown.export }
    var gasUsed: Int64 { shown.gasUsed ?? 0 }
    /// What the guest printed, its last words included.
    var output: String { shown.output }

    init(runs: [RunReport]) {
        self.runs = runs
        let failing = runs.first { $0.status != .finished }
        shown = failing ?? runs[0]
        let lines = shown.output.split(separator: "\n")
        let message = lines.last { Place(startOf: $0) != nil }
        if let failing {
            let text = message.map(String.init) ?? failing.reason ?? failing.status.rawValue
            failure = "\(failing.status.rawValue): \(text)"
        } else if let other = runs.first(where: { !$0.agrees(with: runs[0]) }) {
            failure =
                "the backends disagree: \(runs[0].backend) used \(runs[0].gasUsed ?? 0) gas, \(other.backend)"
                + " \(other.gasUsed ?? 0); this is a defect of pvm"
        } else {
            failure = nil
        }
        place = failing == nil ? nil : message.flatMap { Place(startOf: $0) }
    }

    /// The call stack of a test that failed, in lines for standard output.
    func backtraceLines(sources: SourceLines) -> [String] { shown.backtraceLines(sources: sources, color: false) }

    private enum CodingKeys: String, CodingKey {
        case passed, failure, file, line
        case backendTimes = "backend_ns"
    }

    /// The keys of the run that shows most, and what there is to say of the test.
    func encode(to encoder: any Encoder) throws {
        try shown.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(passed, forKey: .passed)
        try container.encodeIfPresent(failure, forKey: .failure)
        try container.encodeIfPresent(place?.file, forKey: .file)
        try container.encodeIfPresent(place?.line, forKey: .line)
        let times = runs.map { ($0.chosenBackend, $0.runNanoseconds) }
        try container.encode(Dictionary(times) { first, _ in first }, forKey: .backendTimes)
    }
}

extension RunReport {
    /// Whether two runs of the same call, on two backends, came to the same.
    fileprivate func agrees(with other: RunReport) -> Bool {
        status == other.status && registers == other.registers && gasUsed == other.gasUsed && pc == other.pc
            && output == other.output
    }
}
