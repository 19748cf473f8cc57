// What each RISC-V instruction does, in operations of the machine (linker.md 4.2 to 4.5). Transfers of control and
// relocated instructions are in `DecodeCode`, atomics in `AtomicLowering`.
//
// x0 reads as the constant 0 and is dropped as a destination; `Operation.simplified` then picks what the constant makes of
// the operation. The sequences that need a temporary use E0 to E3.

import PolkaISA
import RISCVELF

/// Why an instruction has no meaning in a guest.
struct LoweringError: Error {
    let message: String
}

/// The operations of one instruction.
struct Lowering {
    enum Outcome {
        case next
        /// The instruction always traps.
        case trap
    }

    private(set) var operations: [Operation] = []

    mutating func lower(_ operation: RISCVOperation) throws(LoweringError) -> Outcome {
        switch operation {
        case .lui(let rd, let immediate):
            try emit(rd) { .loadImmediate($0, Int64(immediate)) }
        case .load(let width, let rd, let base, let offset):
            return try load(width, rd, base, offset)
        case .store(let width, let source, let base, let offset):
            return try store(width, source, base, offset)
        case .immediate(let operation, let rd, let rs1, let immediate):
            try binary(operation.opcode, rd, Self.operand(rs1), .constant(immediate))
        case .register(let operation, let rd, let rs1, let rs2):
            try binary(operation.opcode, rd, Self.operand(rs1), Self.operand(rs2))
        case .unary(let operation, let rd, let rs1):
            try unary(operation, rd, rs1)
        case .moveIfZero(let rd, let rs1, let rs2):
            try conditionalMove(.cmovIfZero, rd, rs1, condition: rs2)
        case .moveIfNotZero(let rd, let rs1, let rs2):
            try conditionalMove(.cmovIfNotZero, rd, rs1, condition: rs2)
        case .select(let rd, let condition, let ifTrue, let ifFalse):
            try select(rd, condition, ifTrue, ifFalse)
        case .loadReserved(let width, let rd, let address):
            try loadReserved(width, rd, address)
        case .storeConditional(let width, let rd, let source, let address):
            try storeConditional(width, rd, source, address)
        case .atomic(let operation, let width, let rd, let source, let address):
            try atomic(operation, width, rd, source, address)
        case .fence:
            break
        case .heapBase(let rd):
            try emit(rd) { .loadHeapBase($0) }
        case .sbrk(let rd, let rs1):
            guard let rd = try Self.destination(rd), let size = try Self.destination(rs1) else {
                throw LoweringError(message: "sbrk needs two registers other than zero")
            }
            append(.sbrk(rd, size))
        case .memset:
            append(.memset)
        case .unimplemented:
            return .trap
        case .environmentCall:
            throw LoweringError(
                message: "a system call, which no host of a PVM guest answers; declare a host function with PVM_IMPORT")
        case .jal, .jalr, .branch, .auipc, .hostCallMarker:
            preconditionFailure("\(operation) moves control or needs its surroundings: DecodeCode handles it")
        }
        return .next
    }

    // MARK: Registers

    /// The machine's register, nil for x0.
    static func destination(_ register: RISCVRegister) throws(LoweringError) -> LinkRegister? {
        let number = register.rawValue
        switch number {
        case 0: return nil
        case 1, 2: return Register(rawValue: number - 1).map(LinkRegister.init)
        case 5...15: return Register(rawValue: number - 3).map(LinkRegister.init)
        default:
            throw LoweringError(
                message: "register \(register) (x\(number)), which a PVM guest does not have; compile everything with"
                    + " \(guestCompilerOptions)")
        }
    }

    /// The value of a register, the constant 0 for x0.
    static func operand(_ register: RISCVRegister) throws(LoweringError) -> Operand {
        try destination(register).map(Operand.register) ?? .constant(0)
    }

    // MARK: Emission

    mutating func append(_ operation: Operation) {
        let simplified = operation.simplified()
        if simplified != .nop { operations.append(simplified) }
    }

    private mutating func emit(
        _ rd: RISCVRegister, _ operation: (LinkRegister) -> Operation
    ) throws(LoweringError) {
        if let rd = try Self.destination(rd) { append(operation(rd)) }
    }

    private mutating func binary(
        _ opcode: Opcode, _ rd: RISCVRegister, _ a: Operand, _ b: Operand
    ) throws(LoweringError) {
        if let rd = try Self.destination(rd) { binary(opcode, rd, a, b) }
    }

    /// Appends an operation on two operands; a constant that the opcode has no form for goes through a temporary.
    mutating func binary(_ opcode: Opcode, _ destination: LinkRegister, _ a: Operand, _ b: Operand) {
        let simplified = Operation.binary(opcode, destination, a, b).simplified()
        switch simplified {
        case .binary(let opcode, _, .constant(let a), let b) where opcode.immediateFirstForm == nil:
            append(.loadImmediate(.e0, Int64(a)))
            operations.append(.binary(opcode, destination, .register(.e0), b))
        case .binary(let opcode, _, let a, .constant(let b)) where !opcode.takesImmediate:
            append(.loadImmediate(.e0, Int64(b)))
            operations.append(.binary(opcode, destination, a, .register(.e0)))
        default:
            append(simplified)
        }
    }

    // MARK: Memory

    /// A register with the address 0, for an access whose base is x0.
    ///
    /// That is a null pointer which the compiler has seen through. At run time it faults like any other, and can be found.
    mutating func nullPointer(_ register: LinkRegister = .e0) -> LinkRegister {
        append(.loadImmediate(register, 0))
        return register
    }

    private mutating func load(
        _ width: RISCVLoadWidth, _ rd: RISCVRegister, _ base: RISCVRegister, _ offset: Int32
    ) throws(LoweringError) -> Outcome {
        let destination = try Self.destination(rd)
        guard let base = try Self.destination(base) else {
            // Loading nothing from nowhere is an idiom for a trap.
            if destination == nil && offset == 0 { return .trap }
            append(.load(width.opcode, destination ?? .e1, .indirect(nullPointer(), offset)))
            return .next
        }
        if let destination { append(.load(width.opcode, destination, .indirect(base, offset))) }
        return .next
    }

    private mutating func store(
        _ width: RISCVStoreWidth, _ source: RISCVRegister, _ base: RISCVRegister, _ offset: Int32
    ) throws(LoweringError) -> Outcome {
        let value = try Self.operand(source)
        guard let base = try Self.destination(base) else {
            if value == .constant(0) && offset == 0 { return .trap }
            append(.store(width.opcode, value, .indirect(nullPointer(), offset)))
            return .next
        }
        append(.store(width.opcode, value, .indirect(base, offset)))
        return .next
    }

    // MARK: One operand

    private mutating func unary(
        _ operation: RISCVUnaryOperation, _ rd: RISCVRegister, _ rs1: RISCVRegister
    ) throws(LoweringError) {
        let source = try Self.destination(rs1)
        guard let rd = try Self.destination(rd) else { return }
        guard let opcode = operation.opcode else {
            if let source { combineBytes(rd, source) } else { append(.loadImmediate(rd, 0)) }
            return
        }
        if let source {
            append(.unary(opcode, rd, source))
        } else {
            append(.loadImmediate(rd, Int64(bitPattern: Operation.fold(opcode, 0))))
        }
    }

    /// orc.b: every byte that is not zero becomes 0xff.
    ///
    /// All bytes at once: adding 0x7f to the low seven bits of a byte carries into its top bit unless they are zero, and never
    /// into the next byte. The byte's own top bit joins in; what is left of each byte is 0 or 1, times 0xff.
    private mutating func combineBytes(_ rd: LinkRegister, _ source: LinkRegister) {
        append(.loadImmediate(.e1, 0x7f7f_7f7f_7f7f_7f7f))
        append(.binary(.and, .e0, .register(source), .register(.e1)))
        append(.binary(.add64, .e0, .register(.e0), .register(.e1)))
        append(.binary(.or, .e0, .register(.e0), .register(source)))
        append(.binary(.andInverted, .e0, .register(.e0), .register(.e1)))
        append(.binary(.shiftLogicalRight64, .e0, .register(.e0), .constant(7)))
        append(.binary(.mul64, rd, .register(.e0), .constant(0xff)))
    }

    // MARK: Conditional moves

    private mutating func conditionalMove(
        _ opcode: Opcode, _ rd: RISCVRegister, _ value: RISCVRegister, condition: RISCVRegister
    ) throws(LoweringError) {
        let (value, condition) = (try Self.operand(value), try Self.destination(condition))
        guard let rd = try Self.destination(rd) else { return }
        if let condition {
            append(.conditionalMove(opcode, rd, value, condition: condition))
        } else if opcode == .cmovIfZero {
            assign(rd, value)
        }
    }

    private mutating func assign(_ rd: LinkRegister, _ value: Operand) {
        switch value {
        case .register(let source): append(.move(rd, source))
        case .constant(let constant): append(.loadImmediate(rd, Int64(constant)))
        }
    }

    /// mips.ccmov (linker.md 4.5).
    private mutating func select(
        _ rd: RISCVRegister, _ condition: RISCVRegister, _ ifTrue: RISCVRegister, _ ifFalse: RISCVRegister
    ) throws(LoweringError) {
        let (ifTrue, ifFalse) = (try Self.operand(ifTrue), try Self.operand(ifFalse))
        let condition = try Self.destination(condition)
        guard let rd = try Self.destination(rd) else { return }
        guard let condition else {
            assign(rd, ifFalse)
            return
        }
        if ifTrue == .register(rd) {
            append(.conditionalMove(.cmovIfZero, rd, ifFalse, condition: condition))
        } else if ifFalse == .register(rd) {
            append(.conditionalMove(.cmovIfNotZero, rd, ifTrue, condition: condition))
        } else if rd != condition {
            assign(rd, ifFalse)
            append(.conditionalMove(.cmovIfNotZero, rd, ifTrue, condition: condition))
        } else {
            // The destination is the condition: keep it while both moves need it.
            append(.move(.e0, condition))
            assign(rd, ifFalse)
            append(.conditionalMove(.cmovIfNotZero, rd, ifTrue, condition: .e0))
        }
    }
}

extension Opcode {
    /// Whether the second operand can be a constant.
    var takesImmediate: Bool {
        // Subtracting a constant is adding its negative.
        immediateForm != nil || self == .sub32 || self == .sub64
    }
}
