// Instructions as text, for messages and listings: the standard assembler's spelling without aliases.

extension RISCVInstruction: CustomStringConvertible {
    package var description: String { operation.description }
}

extension RISCVOperation: CustomStringConvertible {
    /// The name of the instruction in assembly; instructions that only PVM guests have get the name of their effect.
    package var mnemonic: String {
        switch self {
        case .lui: "lui"
        case .auipc: "auipc"
        case .jal: "jal"
        case .jalr: "jalr"
        case .branch(let condition, _, _, _): condition.rawValue
        case .load(let width, _, _, _): width.rawValue
        case .store(let width, _, _, _): width.rawValue
        case .immediate(let operation, _, _, _): operation.rawValue
        case .register(let operation, _, _, _): operation.rawValue
        case .unary(let operation, _, _): operation.rawValue
        case .moveIfZero: "th.mveqz"
        case .moveIfNotZero: "th.mvnez"
        case .select: "mips.ccmov"
        case .loadReserved(let width, _, _): "lr.\(width)"
        case .storeConditional(let width, _, _, _): "sc.\(width)"
        case .atomic(let operation, let width, _, _, _): "amo\(operation).\(width)"
        case .fence: "fence"
        case .unimplemented: "unimp"
        case .environmentCall: "ecall"
        case .hostCallMarker: "host call"
        case .heapBase: "heap base"
        case .sbrk: "sbrk"
        case .memset: "memset"
        }
    }

    /// Mnemonic and operands; the target of a jump is written relative to the instruction, as in `.-8`.
    package var description: String {
        operands.isEmpty ? mnemonic : "\(mnemonic) \(operands)"
    }

    private var operands: String {
        switch self {
        case .lui(let rd, let immediate), .auipc(let rd, let immediate):
            "\(rd), 0x\(String(UInt32(bitPattern: immediate) >> 12, radix: 16))"
        case .jal(let rd, let offset): "\(rd), \(Self.target(offset))"
        case .jalr(let rd, let base, let offset): "\(rd), \(offset)(\(base))"
        case .branch(_, let a, let b, let offset): "\(a), \(b), \(Self.target(offset))"
        case .load(_, let rd, let base, let offset): "\(rd), \(offset)(\(base))"
        case .store(_, let source, let base, let offset): "\(source), \(offset)(\(base))"
        case .immediate(_, let rd, let rs1, let value): "\(rd), \(rs1), \(value)"
        case .register(_, let rd, let rs1, let rs2): "\(rd), \(rs1), \(rs2)"
        case .unary(_, let rd, let rs1): "\(rd), \(rs1)"
        case .moveIfZero(let rd, let rs1, let rs2), .moveIfNotZero(let rd, let rs1, let rs2): "\(rd), \(rs1), \(rs2)"
        case .select(let rd, let condition, let ifTrue, let ifFalse): "\(rd), \(condition), \(ifTrue), \(ifFalse)"
        case .loadReserved(_, let rd, let address): "\(rd), (\(address))"
        case .storeConditional(_, let rd, let source, let address): "\(rd), \(source), (\(address))"
        case .atomic(_, _, let rd, let source, let address): "\(rd), \(source), (\(address))"
        case .heapBase(let rd): "\(rd)"
        case .sbrk(let rd, let rs1): "\(rd), \(rs1)"
        case .fence, .unimplemented, .environmentCall, .hostCallMarker, .memset: ""
        }
    }

    private static func target(_ offset: Int32) -> String { offset < 0 ? ".\(offset)" : ".+\(offset)" }
}
