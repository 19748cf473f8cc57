// What blocks of code cost: the models of vm.md 5, by the names that the command line uses.

/// What a block of code costs.
///
/// `Documentation/gas.md` describes the models. Whether anybody pays is for `GasMetering` to say.
public enum CostModel: Sendable, Hashable {
    /// One unit for each instruction (vm.md 5.2).
    case naive
    /// The cycles that the block takes on an abstract processor (vm.md 5.3), whose loads take as long as the latency says.
    case pipeline(MemoryLatency)
    /// The sum of what a table says of each instruction (vm.md 5.2).
    case table(CostTable)

    /// The models that have names, in the order of vm.md.
    public static let named: [CostModel] = [.naive] + MemoryLatency.allCases.map { .pipeline($0) }

    /// The model of a name: `naive`, `full-l1-hit`, `full-l2-hit` or `full-l3-hit`; nil for any other.
    public init?(named name: String) {
        guard let model = Self.named.first(where: { $0.name == name }) else { return nil }
        self = model
    }

    /// The name of the model; a table has none.
    public var name: String? {
        switch self {
        case .naive: "naive"
        case .pipeline(let latency): "full-\(latency.rawValue)"
        case .table: nil
        }
    }
}

/// Where the pipeline model takes data to be found (vm.md 5.3).
public enum MemoryLatency: String, Sendable, CaseIterable {
    case l1Hit = "l1-hit"
    /// What JAM's gas vectors count with.
    case l2Hit = "l2-hit"
    case l3Hit = "l3-hit"

    /// Cycles that each load takes.
    public var cycleCount: Int {
        switch self {
        case .l1Hit: 4
        case .l2Hit: 25
        case .l3Hit: 37
        }
    }
}
