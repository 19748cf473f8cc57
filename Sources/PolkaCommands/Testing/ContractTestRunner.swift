// Tests of contracts: each on a chain of its own, properties many times with other values, until one fails, which then is made as
// simple as it can be.

import PolkaABI
import PolkaAccounts
import PolkaBlob
import PolkaHost
import PolkaRevive
import PolkaVM

/// Runs the tests of a contract.
final class ContractTestRunner: TestRunner {
    private let subject: ContractSubject
    private let benches: [(engine: Engine, bench: ContractTestBench)]
    private let properties: PropertyOptions
    private var uses: [ContractUse] = []

    init(_ subject: ContractSubject, engines: [Engine], _ properties: PropertyOptions) throws {
        self.subject = subject
        self.properties = properties
        let accounts = DevelopmentAccount.first(Int(ReviveTestLimits.accounts)).map(\.address)
        benches = try engines.map { engine in
            let module = try Module(subject.tests, configuration: Chain.testConfiguration, engine: engine)
            let bench = try ContractTestBench(
                module: module, codes: subject.contracts.mapValues(\.bytes), accounts: accounts, engine: engine)
            for contract in subject.contracts.values {
                if let bytes = contract.debugBytes { bench.addDebugInformation(from: bytes) }
            }
            return (engine, bench)
        }
    }

    func run(_ name: String) throws -> TestReport {
        guard let export = subject.tests.exports.first(where: { Blob.text(of: $0.symbol) == name }) else {
            preconditionFailure("tests are found by their exports")
        }
        let seed = properties.seed ?? Self.seed(of: name)
        let (first, isRejected) = try execute(export, name, countsGas: true) { ChoiceSource(seed: seed) }
        guard first.contains(where: \.isProperty) else { return TestReport(runs: first) }
        return try runProperty(export, name, seed, first, isRejected)
    }

    /// Hundreds of times what a test of a contract uses; one that does not end is over in some seconds.
    private static let gas: UInt64 = 2_000_000_000

    // MARK: Properties

    /// Values that differ from test to test and are the same every time.
    private static func seed(of name: String) -> UInt64 {
        Keccak256.hash(name.utf8).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Goes on after the first run.
    private func runProperty(
        _ export: Blob.Export, _ name: String, _ seed: UInt64, _ first: [ContractRun], _ isRejected: Bool
    ) throws -> TestReport {
        var report = PropertyReport(runCount: 0, rejectedCount: 0, seed: seed)
        var (runs, isRejected) = (first, isRejected)
        var last = first
        while true {
            if isRejected {
                report.rejectedCount += 1
            } else {
                report.runCount += 1
                last = runs
                if let failing = runs.first(where: { $0.status != .finished }) {
                    return try simplest(export, name, failing, report)
                }
                let result = TestReport(runs: runs, property: report)
                if !result.passed || report.runCount >= properties.runCount { return result }
            }
            if report.rejectedCount > 10 * (properties.runCount + report.runCount) {
                report.problem =
                    "gave up: \(report.rejectedCount) of"
                    + " \(report.rejectedCount + report.runCount) runs rejected their values; draw values that fit"
                return TestReport(runs: last.map { $0.pardoned() }, property: report)
            }
            let next = seed &+ UInt64(report.runCount + report.rejectedCount)
            (runs, isRejected) = try execute(export, name, countsGas: true) { ChoiceSource(seed: next) }
        }
    }

    /// Makes the choices of a run that failed as simple as they can be, and reports the run with these.
    private func simplest(
        _ export: Blob.Export, _ name: String, _ failing: ContractRun, _ report: PropertyReport
    ) throws -> TestReport {
        var shrinker = Shrinker(failing.choices) { choices in
            let (runs, isRejected) = try self.execute(export, name, countsGas: false) {
                ChoiceSource(repeating: choices)
            }
            guard !isRejected, let failing = runs.first(where: { $0.status != .finished }) else { return nil }
            return failing.choices
        }
        // What does not end takes too long to be tried again and again, and what asks for values without end has no short form.
        if failing.status != .outOfGas, failing.choices.count < ChoiceSource.limit { try shrinker.shrink() }
        let best = shrinker.best
        let (runs, _) = try execute(export, name, countsGas: false) { ChoiceSource(repeating: best) }
        var report = report
        report.choices = best
        return TestReport(runs: runs, property: report)
    }

    /// One run on each backend.
    private func execute(
        _ export: Blob.Export, _ name: String, countsGas: Bool, choices: () -> ChoiceSource
    ) throws -> (runs: [ContractRun], isRejected: Bool) {
        var runs: [ContractRun] = []
        var isRejected = false
        for (index, (engine, bench)) in benches.enumerated() {
            let source = choices()
            let clock = ContinuousClock()
            let start = clock.now
            let output = TestOutput()
            let result = try bench.run(export, choices: source, gas: Self.gas) { output.add($0) }
            isRejected = isRejected || result.isRejected
            if index == 0, countsGas, !result.isRejected { uses += result.uses }
            runs.append(
                ContractRun(
                    result, export: name, backend: engine.backend.name, choices: source.choices, output: output.text,
                    time: clock.now - start, abi: subject.contracts[""]?.abi))
        }
        return (runs, isRejected)
    }

    // MARK: Gas

    var functionGas: [FunctionGas] { FunctionGas.all(of: uses, subject.contracts) }
}

/// What a test prints.
private final class TestOutput {
    private var bytes: [UInt8] = []
    func add(_ more: [UInt8]) { bytes += more }
    var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// A run of a test of a contract.
struct ContractRun: TestedRun {
    let export: String
    private(set) var status: RunStatus
    let backend: String
    let gasUsed: Int64?
    let output: String
    private(set) var reason: String?
    let runNanoseconds: Int64
    let choices: [UInt64]
    let isProperty: Bool
    private let outcome: Outcome

    var chosenBackend: String { backend }

    init(
        _ result: ContractTestResult, export: String, backend: String, choices: [UInt64], output: String,
        time: Duration, abi: ContractABI?
    ) {
        self.export = export
        self.backend = backend
        self.choices = choices
        self.output = output
        outcome = result.outcome
        isProperty = result.isProperty
        gasUsed = Int64(clamping: result.outcome.gasUsed)
        runNanoseconds = time.nanoseconds
        switch result.outcome.status {
        case .success: (status, reason) = (.finished, nil)
        case .reverted: (status, reason) = (.trap, "the test reverted: \(RevertReason(result.outcome.output, abi))")
        case .trapped(let text): (status, reason) = (.trap, result.problem ?? text)
        case .outOfGas: (status, reason) = (.outOfGas, "the test ran out of gas")
        case .failed(let error): (status, reason) = (.trap, result.problem ?? "\(error)")
        }
    }

    /// The same run, forgiven what it did wrong: values that did not fit.
    func pardoned() -> ContractRun {
        var copy = self
        (copy.status, copy.reason) = (.finished, nil)
        return copy
    }

    func agrees(with other: any TestedRun) -> Bool {
        guard let other = other as? ContractRun else { return false }
        return outcome.status == other.outcome.status && outcome.output == other.outcome.output
            && gasUsed == other.gasUsed && output == other.output && choices == other.choices
    }

    func backtraceLines(sources: SourceLines, color: Bool) -> [String] {
        outcome.failure.map { BacktraceText(backtrace: $0.backtrace, sources: sources, color: color).lines } ?? []
    }

    private enum CodingKeys: String, CodingKey {
        case status, export, backend
        case gasUsed = "gas_used"
        case runNanoseconds = "run_ns"
        case output, reason
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(status, forKey: .status)
        try container.encode(export, forKey: .export)
        try container.encode(backend, forKey: .backend)
        try container.encode(gasUsed, forKey: .gasUsed)
        try container.encode(runNanoseconds, forKey: .runNanoseconds)
        try container.encode(output, forKey: .output)
        try container.encodeIfPresent(reason, forKey: .reason)
    }
}
