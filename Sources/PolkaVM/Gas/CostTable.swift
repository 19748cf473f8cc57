// A user's own costs of instructions, and their serialised form (vm.md 5.2).

public import PolkaISA

/// What each instruction costs.
///
/// The serialised form is 143 little-endian words of 32 bits: the version 2, a cost for each mnemonic in ascending ASCII order,
/// and the cost of an invalid instruction.
public struct CostTable: Sendable, Hashable {
    /// Costs by the raw value of the opcode, and that of an invalid instruction behind them.
    private var costs: [UInt32]

    private static let invalidIndex = 256
    /// The version that the serialised form begins with.
    private static let version: UInt32 = 2
    /// Instructions in the order of their mnemonics.
    private static let order = Opcode.allCases.sorted { $0.mnemonic < $1.mnemonic }

    /// How long the serialised form is, in bytes.
    public static let byteCount = 4 * (Opcode.allCases.count + 2)

    /// A table in which everything costs the same.
    public init(all cost: UInt32) {
        costs = [UInt32](repeating: 0, count: Self.invalidIndex + 1)
        for opcode in Opcode.allCases { self[opcode] = cost }
        invalid = cost
    }

    /// What an instruction costs, in units of gas; that of `trap` is also that of running past the end of the code.
    public subscript(opcode: Opcode) -> UInt32 {
        get { costs[Int(opcode.rawValue)] }
        set { costs[Int(opcode.rawValue)] = newValue }
    }

    /// What an invalid instruction costs, in units of gas.
    public var invalid: UInt32 {
        get { costs[Self.invalidIndex] }
        set { costs[Self.invalidIndex] = newValue }
    }

    /// Whether there is anything that costs nothing.
    var hasZero: Bool { invalid == 0 || Opcode.allCases.contains { self[$0] == 0 } }

    /// Reads the serialised form.
    ///
    /// - Throws: `CostTableError` for another length or another version.
    public init(parsing bytes: [UInt8]) throws(CostTableError) {
        func word(_ index: Int) -> UInt32 {
            bytes[(4 * index)..<(4 * index + 4)].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
        guard bytes.count >= 4 else { throw .badLength(byteCount: bytes.count) }
        guard word(0) == Self.version else { throw .badVersion(word(0)) }
        guard bytes.count == Self.byteCount else { throw .badLength(byteCount: bytes.count) }
        self.init(all: 0)
        for (index, opcode) in Self.order.enumerated() { self[opcode] = word(index + 1) }
        invalid = word(Self.order.count + 1)
    }

    /// The serialised form.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        func append(_ word: UInt32) {
            for shift in 0..<4 as Range<UInt32> { bytes.append(UInt8(word >> (8 * shift) & 0xff)) }
        }
        append(Self.version)
        for opcode in Self.order { append(self[opcode]) }
        append(invalid)
        return bytes
    }
}

/// Bytes that are no cost table.
public enum CostTableError: Error, Equatable, CustomStringConvertible {
    case badVersion(UInt32)
    case badLength(byteCount: Int)

    /// What was found and expected, for people.
    public var description: String {
        switch self {
        case .badVersion(let version):
            "cost table offset 0: expected version 2, found \(version)"
        case .badLength(let count):
            """
            cost table of \(count) bytes: expected \(CostTable.byteCount), which are a version, the costs of \
            \(Opcode.allCases.count) instructions and of an invalid one, 4 bytes each
            """
        }
    }
}
