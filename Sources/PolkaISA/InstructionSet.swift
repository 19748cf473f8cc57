// The four instruction set kinds: which instructions each has, and under which byte (isa.md 2).

/// A kind of instruction set; the raw value is the version byte of a `.polkavm` blob (blob-format.md 2).
public enum InstructionSet: UInt8, CaseIterable, Sendable, Hashable {
    case reviveV1 = 0
    case latest32 = 1
    case latest64 = 2
    case jamV1 = 3

    /// The name that the command line, assembly text and messages use.
    public var name: String {
        switch self {
        case .reviveV1: "revive_v1"
        case .latest32: "latest32"
        case .latest64: "latest64"
        case .jamV1: "jam_v1"
        }
    }

    /// The kind with a given name, nil for an unknown one.
    public init?(name: String) {
        guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }

    /// Whether registers are 64 bits wide; else they are 32 bits wide.
    public var is64Bit: Bool { self != .latest32 }

    /// Whether the kind has an instruction.
    public func contains(_ opcode: Opcode) -> Bool {
        switch self {
        case .latest64: true
        case .latest32: !opcode.needs64Bits
        case .reviveV1: opcode != .memset && opcode != .unlikely && opcode != .sbrk
        case .jamV1: opcode != .memset && opcode != .sbrk
        }
    }

    /// The opcode byte of an instruction in this kind, nil if the kind lacks the instruction.
    public func byte(of opcode: Opcode) -> UInt8? {
        let byte = Self.tables[Int(rawValue)].bytes[Int(opcode.rawValue)]
        return byte == Self.absent ? nil : byte
    }

    /// The instruction that an opcode byte means in this kind, nil for an invalid one.
    public func opcode(of byte: UInt8) -> Opcode? {
        Self.tables[Int(rawValue)].opcodes[Int(byte)]
    }

    /// By opcode byte, what each byte means: `opcode(of:)` for those who ask often.
    package var opcodes: [Opcode?] { Self.tables[Int(rawValue)].opcodes }

    /// 255 is an opcode in no kind.
    private static let absent: UInt8 = 255

    private struct Table {
        /// By the raw value of the opcode.
        var bytes = [UInt8](repeating: absent, count: 256)
        /// By opcode byte.
        var opcodes = [Opcode?](repeating: nil, count: 256)

        init(_ set: InstructionSet) {
            for opcode in Opcode.allCases where set.contains(opcode) {
                let byte = set.numbering(of: opcode)
                bytes[Int(opcode.rawValue)] = byte
                opcodes[Int(byte)] = opcode
            }
        }
    }

    private static let tables = [reviveV1, latest32, latest64, jamV1].map(Table.init)

    /// JamV1 closes the gaps that `memset` and `sbrk` leave in their groups; the other kinds number alike.
    private func numbering(of opcode: Opcode) -> UInt8 {
        guard self == .jamV1 else { return opcode.rawValue }
        return switch opcode {
        case .unlikely: 2
        case .countSetBits64, .countSetBits32, .countLeadingZeroBits64, .countLeadingZeroBits32,
            .countTrailingZeroBits64, .countTrailingZeroBits32, .signExtend8, .signExtend16, .zeroExtend16,
            .reverseByte:
            opcode.rawValue - 1
        default: opcode.rawValue
        }
    }
}
