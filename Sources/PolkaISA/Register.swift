// The thirteen general registers, numbered as instruction bytes number them (isa.md 1).

/// A general register of the virtual machine.
public enum Register: UInt8, CaseIterable, Sendable, Hashable {
    case ra, sp, t0, t1, t2, s0, s1, a0, a1, a2, a3, a4, a5

    /// The number of general registers.
    public static let count = 13

    /// The register that a nibble of an instruction names; 13, 14 and 15 mean register 12.
    ///
    /// - Parameter nibble: any value; only the low four bits count.
    @inlinable
    public init(nibble: UInt8) {
        self = Register(rawValue: nibble & 15) ?? .a5
    }

    /// The register's position in register files, 0 to 12.
    public var index: Int { Int(rawValue) }

    /// The ABI name: `ra`, `sp`, `t0`...
    public var name: String {
        switch self {
        case .ra: "ra"
        case .sp: "sp"
        case .t0: "t0"
        case .t1: "t1"
        case .t2: "t2"
        case .s0: "s0"
        case .s1: "s1"
        case .a0: "a0"
        case .a1: "a1"
        case .a2: "a2"
        case .a3: "a3"
        case .a4: "a4"
        case .a5: "a5"
        }
    }

    /// The registers that carry the arguments of a call between host and guest, in order (guest-abi.md 2).
    public static let arguments: [Register] = [.a0, .a1, .a2, .a3, .a4, .a5, .t0, .t1, .t2]
}

extension Register: CustomStringConvertible {
    /// The name, as assembly has it.
    public var description: String { name }
}
