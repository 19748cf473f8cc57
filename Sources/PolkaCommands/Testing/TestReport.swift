// What came of a test, on every backend that it ran on.

/// What a run of a test on one backend left.
protocol TestedRun: Encodable {
    var export: String { get }
    var status: RunStatus { get }
    /// What executed it in the end, and what it was told to run on.
    var backend: String { get }
    var chosenBackend: String { get }
    var gasUsed: Int64? { get }
    /// What the guest printed, its last words included.
    var output: String { get }
    /// What was wrong, for people.
    var reason: String? { get }
    var runNanoseconds: Int64 { get }

    /// Whether another backend came to the same.
    func agrees(with other: any TestedRun) -> Bool
    /// The call stack of a run that failed.
    func backtraceLines(sources: SourceLines, color: Bool) -> [String]
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
    let runs: [any TestedRun]
    /// The run that shows what is wrong, else the first.
    private let shown: any TestedRun
    /// What there is to say of a property; nil for an ordinary test.
    var property: PropertyReport?
    /// Why the test failed; nil if it passed.
    private(set) var failure: String?
    /// Where it failed, if the guest said so.
    let place: Place?

    var passed: Bool { failure == nil }
    var export: String { shown.export }
    var gasUsed: Int64 { shown.gasUsed ?? 0 }
    /// What the guest printed, its last words included.
    var output: String { shown.output }

    init(runs: [any TestedRun], property: PropertyReport? = nil) {
        self.runs = runs
        self.property = property
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
        } else if let problem = property?.problem {
            failure = problem
        }
        place = failing == nil ? nil : message.flatMap { Place(startOf: $0) }
    }

    /// The call stack of a test that failed, in lines for standard output.
    func backtraceLines(sources: SourceLines) -> [String] { shown.backtraceLines(sources: sources, color: false) }

    private enum CodingKeys: String, CodingKey {
        case passed, failure, file, line, property
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
        try container.encodeIfPresent(property, forKey: .property)
        let times = runs.map { ($0.chosenBackend, $0.runNanoseconds) }
        try container.encode(Dictionary(times) { first, _ in first }, forKey: .backendTimes)
    }
}

/// What there is to say of a test that asked for random values.
struct PropertyReport: Encodable, Equatable {
    /// How often it ran before it failed, or in all; runs that rejected their values are not among them.
    var runCount: Int
    var rejectedCount: Int
    /// What the values began with.
    let seed: UInt64
    /// The simplest choices with which it fails.
    var choices: [UInt64]?
    /// Why it failed although no run did.
    var problem: String?

    private enum CodingKeys: String, CodingKey {
        case runCount = "runs"
        case rejectedCount = "rejected"
        case seed, choices
    }
}

extension RunReport: TestedRun {
    /// Whether two runs of the same call, on two backends, came to the same.
    func agrees(with other: any TestedRun) -> Bool {
        guard let other = other as? RunReport else { return false }
        return status == other.status && registers == other.registers && gasUsed == other.gasUsed && pc == other.pc
            && output == other.output
    }
}
