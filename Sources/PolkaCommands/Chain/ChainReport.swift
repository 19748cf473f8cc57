// What came of a line to a chain at home, for people and for programs.

import PolkaABI
import PolkaRevive
import PolkaVM

/// How a line ended.
enum ChainStatus: String, Encodable {
    case finished, reverted, trap, failed
    case outOfGas = "out-of-gas"

    var exitStatus: ExitStatus {
        switch self {
        case .finished: .success
        case .reverted, .trap, .failed: .trap
        case .outOfGas: .outOfGas
        }
    }
}

/// What came of a line.
struct ChainReport: Encodable {
    var status: ChainStatus
    /// For people, on standard output.
    var lines: [String] = []
    /// What a function returned, a text for each value.
    var results: [String] = []
    /// The bytes of that.
    var output: [UInt8] = []
    var events: [EventReport] = []
    /// nil for what is no transaction.
    var gasUsed: UInt64?
    var created: Address?
    /// Why it failed.
    var reason: String?
    /// What else there is to say.
    var warning: String?
    var backtrace: Backtrace?
    /// The transaction's hash and block, nil for what changes nothing.
    var transaction: String?
    var block: UInt64?
    /// Answers of other lines.
    private var values: [String: String]?

    init(status: ChainStatus) { self.status = status }

    /// What is no transaction: lines for people, values for programs.
    static func lines(_ lines: [String], _ values: [String: String]) -> ChainReport {
        var report = ChainReport(status: .finished)
        report.lines = lines
        report.values = values
        return report
    }

    private enum CodingKeys: String, CodingKey {
        case status, results, output, events, address, reason, warning, transaction, block, values
        case gasUsed = "gas_used"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(status, forKey: .status)
        if let values { return try container.encode(values, forKey: .values) }
        try container.encode(results, forKey: .results)
        try container.encode(Hex.text(output), forKey: .output)
        try container.encode(events, forKey: .events)
        try container.encodeIfPresent(gasUsed, forKey: .gasUsed)
        try container.encodeIfPresent(created?.description, forKey: .address)
        try container.encodeIfPresent(reason, forKey: .reason)
        try container.encodeIfPresent(warning, forKey: .warning)
        try container.encodeIfPresent(transaction, forKey: .transaction)
        try container.encodeIfPresent(block, forKey: .block)
    }

    /// Results on standard output; what went wrong on standard error.
    func printForPeople(color: Bool) {
        // Names and texts may be somebody else's.
        for line in lines { Terminal.print(Terminal.printable(line)) }
        if let warning { Terminal.note("warning: \(Terminal.printable(warning))") }
        if let reason { Terminal.error("\(status.rawValue): \(Terminal.printable(reason))", color: color) }
        if status != .reverted, let backtrace {
            for line in BacktraceText(backtrace: backtrace, sources: SourceLines(program: "."), color: color).lines {
                Terminal.note(line)
            }
        }
        if let gasUsed { Terminal.note("\(gasUsed) gas\(block.map { ", block \($0)" } ?? "")") }
    }
}

/// An event that a contract left, read by its interface if there is one.
struct EventReport: Encodable, CustomStringConvertible {
    let address: String
    /// What people call the contract.
    let contract: String
    /// nil if the interface does not know it.
    let name: String?
    /// By the names of the parameters, or their places where they have none.
    let arguments: [String: String]
    let topics: [String]
    let data: String
    /// The event in one line.
    let description: String

    init(_ event: ChainEvent, _ session: ChainSession) throws {
        address = event.address.description
        contract = session.name(of: event.address)
        topics = event.topics.map(\.description)
        data = Hex.text(event.data)
        guard let decoded = try session.abi(of: event.address)?.event(topics: event.topics, data: event.data) else {
            name = nil
            arguments = [:]
            description = "\(contract): event [\(topics.joined(separator: ", "))] \(data)"
            return
        }
        name = decoded.event.name
        var arguments: [String: String] = [:]
        for (index, (input, value)) in zip(decoded.event.inputs, decoded.values).enumerated() {
            arguments[input.name.isEmpty ? "\(index)" : input.name] =
                switch value {
                case .value(let value): value.description
                case .hash(let hash): hash.description
                }
        }
        self.arguments = arguments
        description = "\(contract): \(decoded.text(address: session.name))"
    }

    private enum CodingKeys: String, CodingKey {
        case address, contract, name, arguments, topics, data
    }
}
