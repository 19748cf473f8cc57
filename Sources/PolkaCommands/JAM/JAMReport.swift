// What came of a run of a service, for people and as JSON.

import PolkaABI
import PolkaJAM

/// A run and all that it left.
struct JAMReport: Encodable {
    /// How a run ended.
    enum Status: String, Encodable {
        case halted
        case panicked
        case outOfGas = "out-of-gas"
        case badCode = "bad-code"
        case bigCode = "big-code"
        case badExports = "bad-exports"
        case oversize

        init(_ result: WorkResult) {
            switch result {
            case .output: self = .halted
            case .panic: self = .panicked
            case .outOfGas: self = .outOfGas
            case .badCode: self = .badCode
            case .bigCode: self = .bigCode
            case .badExports: self = .badExports
            case .oversize: self = .oversize
            }
        }

        var exitStatus: ExitStatus {
            switch self {
            case .halted: .success
            case .panicked: .trap
            case .outOfGas: .outOfGas
            case .badCode, .bigCode, .badExports, .oversize: .failure
            }
        }
    }

    /// A part of a run: the authorizer, an item.
    struct Part: Encodable {
        var item: Int?
        var service: UInt32?
        let status: Status
        let output: String?
        let gasUsed: UInt64
        var exports: [String] = []
        let reason: String?

        init(_ exit: JAMExit, gasUsed: UInt64, result: WorkResult? = nil) {
            status = Status(result ?? exit.workResult)
            output = exit.output.map { Hex.text($0) }
            self.gasUsed = gasUsed
            reason = exit.reason
        }

        private enum CodingKeys: String, CodingKey {
            case item, service, status, output, exports, reason
            case gasUsed = "gas_used"
        }
    }

    private struct LogLine: Encodable {
        let level: UInt64
        let target: String
        let message: String
    }

    private struct Transfer: Encodable {
        let to: UInt32
        let amount: UInt64
        let gas: UInt64
        let memo: String
    }

    private struct Provision: Encodable {
        let service: UInt32
        let data: String
    }

    let version: JAMVersion
    let entry: JAMEntry
    let service: UInt32
    private(set) var status = Status.halted
    private(set) var gasUsed: UInt64 = 0
    private(set) var output: [UInt8]?
    private(set) var reason: String?
    /// What went wrong ahead of the run.
    var problem: String?
    var authorization: Part?
    private(set) var items: [Part] = []
    private var log: [LogLine] = []
    private var yielded: Hash256?
    private var transfers: [Transfer] = []
    private var provisions: [Provision] = []
    private var changes: [StateChange] = []

    init(_ version: JAMVersion, _ entry: JAMEntry, service: UInt32) {
        self.version = version
        self.entry = entry
        self.service = service
    }

    // MARK: Filling in

    mutating func set(_ exit: JAMExit, gasUsed: UInt64, log: [JAMLogLine]) {
        status = Status(exit.workResult)
        self.gasUsed = gasUsed
        output = exit.output
        reason = exit.reason
        add(log)
    }

    private mutating func add(_ lines: [JAMLogLine]) {
        log += lines.map { LogLine(level: $0.level, target: $0.target, message: $0.message) }
    }

    mutating func add(_ refined: RefinedItem, _ index: Int, of item: WorkItem) {
        var part = Part(refined.outcome.exit, gasUsed: refined.outcome.gasUsed, result: refined.result)
        part.item = index
        part.service = item.service
        part.exports = refined.outcome.exports.map { Hex.text($0.trimmed) }
        items.append(part)
        add(refined.outcome.log)
    }

    /// Makes of items what the run as a whole came to: the first that failed, else all of them.
    mutating func summarize(_ refined: [RefinedItem]) {
        gasUsed = refined.reduce(0) { $0 + $1.outcome.gasUsed }
        let shown = refined.first { $0.result.errorName != nil } ?? (refined.count == 1 ? refined.first : nil)
        guard let shown else { return }
        status = Status(shown.result)
        output = shown.outcome.exit.output
        reason = shown.outcome.exit.reason
    }

    mutating func set(_ outcome: AccumulateOutcome, before: JAMState) {
        set(outcome.exit, gasUsed: outcome.gasUsed, log: outcome.log)
        yielded = outcome.yielded
        transfers = outcome.transfers.map {
            Transfer(to: $0.destination, amount: $0.amount, gas: $0.gas, memo: Hex.text($0.memo.trimmed))
        }
        provisions = outcome.provisions.map { Provision(service: $0.service, data: Hex.text($0.data)) }
        changes = StateChange.all(from: before, to: outcome.state)
    }

    // MARK: For people

    func printForPeople() {
        if let problem { Terminal.print(problem) }
        if items.count > 1 || entry == .accumulate {
            for item in items { Terminal.print("item \(item.item ?? 0): \(item.text)") }
        }
        let result = output.map { "\(entry.rawValue): \($0.isEmpty ? "nothing" : Hex.text($0))" }
        let end = reason.map { ": \($0)" } ?? ""
        if problem == nil, items.count < 2 || entry == .accumulate {
            Terminal.print(result ?? "\(entry.rawValue): \(status.rawValue)\(end)")
        }
        if items.count == 1, entry == .refine { Self.printExports(items[0].exports) }
        if let yielded { Terminal.print("yields \(yielded)") }
        for transfer in transfers {
            let memo = transfer.memo == "0x" ? "" : ", memo \(transfer.memo)"
            Terminal.print("sends \(transfer.amount) to service \(transfer.to) with \(transfer.gas) gas\(memo)")
        }
        for provision in provisions { Terminal.print("provides \(provision.data) for service \(provision.service)") }
        for change in changes { Terminal.print(change.text) }
        Terminal.print("\(gasUsed) gas")
    }

    fileprivate static func printExports(_ exports: [String]) {
        for (index, segment) in exports.enumerated() { Terminal.print("segment \(index): \(segment)") }
    }

    // MARK: JSON

    private enum CodingKeys: String, CodingKey {
        case version, entry, service, status, output, reason, problem, authorization, items, log, transfers
        case provisions, changes
        case gasUsed = "gas_used"
        case yielded = "yield"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(version.rawValue, forKey: .version)
        try container.encode(entry.rawValue, forKey: .entry)
        try container.encode(service, forKey: .service)
        try container.encode(status, forKey: .status)
        try container.encode(gasUsed, forKey: .gasUsed)
        try container.encodeIfPresent(output.map { Hex.text($0) }, forKey: .output)
        try container.encodeIfPresent(reason, forKey: .reason)
        try container.encodeIfPresent(problem, forKey: .problem)
        try container.encodeIfPresent(authorization, forKey: .authorization)
        try container.encode(items, forKey: .items)
        try container.encode(log, forKey: .log)
        try container.encodeIfPresent(yielded?.description, forKey: .yielded)
        try container.encode(transfers, forKey: .transfers)
        try container.encode(provisions, forKey: .provisions)
        try container.encode(changes, forKey: .changes)
    }
}

extension JAMReport.Part {
    /// The part in a line.
    var text: String {
        let end = reason.map { ": \($0)" } ?? ""
        let result = status == .halted ? (output == "0x" ? "nothing" : output ?? "") : status.rawValue + end
        let segments = exports.isEmpty ? "" : ", \(exports.count) segment\(exports.count == 1 ? "" : "s")"
        return "\(result), \(gasUsed) gas\(segments)"
    }
}

extension JAMExit {
    /// What it returned.
    fileprivate var output: [UInt8]? {
        if case .halted(let output) = self { output } else { nil }
    }

    /// Why it did not return, if there is more to say than the status.
    fileprivate var reason: String? {
        if case .panicked(let text) = self { text } else { nil }
    }

    /// The same in a few words.
    var text: String { reason ?? JAMReport.Status(workResult).rawValue }
}

extension [UInt8] {
    /// Without the zeros at the end, which segments and memos are filled up with.
    fileprivate var trimmed: ArraySlice<UInt8> { prefix((lastIndex { $0 != 0 } ?? -1) + 1) }
}
