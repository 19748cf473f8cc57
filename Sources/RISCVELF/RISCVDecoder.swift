// Decodes the 32-bit encodings: RV64I, M, A, Zifencei, Zbb, XTheadCondMov and the custom instructions of PVM guests.
//
// Nothing else is accepted, because the decoder answers the question "may a guest contain this?". An encoding that the
// architecture reserves is refused even where hardware would ignore the bits, so that a later extension that gives it
// a meaning can never be mistranslated. aq and rl of atomics are ignored: the machine has one thread.

/// Cuts bit fields out of an instruction word.
struct InstructionFields {
    let word: UInt32

    var opcode: UInt32 { word & 0x7f }
    var rd: RISCVRegister { RISCVRegister(field: word >> 7) }
    var rs1: RISCVRegister { RISCVRegister(field: word >> 15) }
    var rs2: RISCVRegister { RISCVRegister(field: word >> 20) }
    var rs3: RISCVRegister { RISCVRegister(field: word >> 27) }
    var funct3: UInt32 { word >> 12 & 7 }
    var funct6: UInt32 { word >> 26 }
    var funct7: UInt32 { word >> 25 }
    /// The upper 12 bits as they stand, where they select an operation.
    var funct12: UInt32 { word >> 20 }

    var immediateI: Int32 { Int32(bitPattern: word) >> 20 }
    var immediateS: Int32 { Int32(bitPattern: word & 0xfe00_0000) >> 20 | Int32(bits(7, 5)) }
    var immediateU: Int32 { Int32(bitPattern: word & 0xffff_f000) }
    var immediateB: Int32 {
        signBit(at: 12) | Int32(bits(7, 1) << 11 | bits(25, 6) << 5 | bits(8, 4) << 1)
    }
    var immediateJ: Int32 {
        signBit(at: 20) | Int32(bits(12, 8) << 12 | bits(20, 1) << 11 | bits(21, 10) << 1)
    }

    func bits(_ low: UInt32, _ count: UInt32) -> UInt32 { word >> low & (1 << count - 1) }

    /// Bit 31 of the word, copied to `position` and everything above.
    private func signBit(at position: Int32) -> Int32 { (Int32(bitPattern: word) >> 31) << position }
}

extension RISCVInstruction {
    /// The word of `unimp`: a write to a read-only control register, which always traps.
    static let unimplementedWord: UInt32 = 0xc000_1073

    /// Decodes one instruction.
    ///
    /// - Parameter word: The four bytes at the instruction's address as a little-endian number. If the low two bits
    ///   are not 11 the instruction is compressed and the upper half of the word is not looked at.
    /// - Returns: nil if it is not an instruction that a PVM guest may contain; `whyUnsupported(_:)` says why.
    package static func decode(_ word: UInt32) -> RISCVInstruction? {
        guard word & 3 == 3 else {
            guard let operation = decodeCompressed(word & 0xffff) else { return nil }
            return RISCVInstruction(byteCount: 2, operation: operation)
        }
        guard let operation = decodeStandard(InstructionFields(word: word)) else { return nil }
        return RISCVInstruction(byteCount: 4, operation: operation)
    }

    private static func decodeStandard(_ f: InstructionFields) -> RISCVOperation? {
        switch f.opcode {
        case 0x03: load(f)
        case 0x0b: custom(f)
        case 0x0f: fence(f)
        case 0x13: immediate(f)
        case 0x17: .auipc(rd: f.rd, immediate: f.immediateU)
        case 0x1b: immediate32(f)
        case 0x23: store(f)
        case 0x2f: atomic(f)
        case 0x33: register(f)
        case 0x37: .lui(rd: f.rd, immediate: f.immediateU)
        case 0x3b: register32(f)
        case 0x63: branch(f)
        case 0x67: f.funct3 == 0 ? .jalr(rd: f.rd, base: f.rs1, offset: f.immediateI) : nil
        case 0x6f: .jal(rd: f.rd, offset: f.immediateJ)
        case 0x73: system(f)
        default: nil
        }
    }

    private static func load(_ f: InstructionFields) -> RISCVOperation? {
        let width: RISCVLoadWidth
        switch f.funct3 {
        case 0: width = .i8
        case 1: width = .i16
        case 2: width = .i32
        case 3: width = .u64
        case 4: width = .u8
        case 5: width = .u16
        case 6: width = .u32
        default: return nil
        }
        return .load(width, rd: f.rd, base: f.rs1, offset: f.immediateI)
    }

    private static func store(_ f: InstructionFields) -> RISCVOperation? {
        let width: RISCVStoreWidth
        switch f.funct3 {
        case 0: width = .u8
        case 1: width = .u16
        case 2: width = .u32
        case 3: width = .u64
        default: return nil
        }
        return .store(width, source: f.rs2, base: f.rs1, offset: f.immediateS)
    }

    private static func branch(_ f: InstructionFields) -> RISCVOperation? {
        let condition: RISCVCondition
        switch f.funct3 {
        case 0: condition = .eq
        case 1: condition = .ne
        case 4: condition = .lt
        case 5: condition = .ge
        case 6: condition = .ltu
        case 7: condition = .geu
        default: return nil
        }
        return .branch(condition, f.rs1, f.rs2, offset: f.immediateB)
    }

    private static func immediate(_ f: InstructionFields) -> RISCVOperation? {
        func constant(_ operation: RISCVImmediateOperation) -> RISCVOperation {
            .immediate(operation, rd: f.rd, rs1: f.rs1, f.immediateI)
        }
        func shift(_ operation: RISCVImmediateOperation) -> RISCVOperation {
            .immediate(operation, rd: f.rd, rs1: f.rs1, Int32(f.bits(20, 6)))
        }
        func unary(_ operation: RISCVUnaryOperation) -> RISCVOperation { .unary(operation, rd: f.rd, rs1: f.rs1) }

        switch (f.funct3, f.funct6) {
        case (0, _): return constant(.addi)
        case (2, _): return constant(.slti)
        case (3, _): return constant(.sltiu)
        case (4, _): return constant(.xori)
        case (6, _): return constant(.ori)
        case (7, _): return constant(.andi)
        case (1, 0x00): return shift(.slli)
        case (5, 0x00): return shift(.srli)
        case (5, 0x10): return shift(.srai)
        case (5, 0x18): return shift(.rori)
        default: break
        }
        switch (f.funct3, f.funct12) {
        case (1, 0x600): return unary(.clz)
        case (1, 0x601): return unary(.ctz)
        case (1, 0x602): return unary(.cpop)
        case (1, 0x604): return unary(.sextB)
        case (1, 0x605): return unary(.sextH)
        case (5, 0x287): return unary(.orcB)
        case (5, 0x6b8): return unary(.rev8)
        default: return nil
        }
    }

    private static func immediate32(_ f: InstructionFields) -> RISCVOperation? {
        func shift(_ operation: RISCVImmediateOperation) -> RISCVOperation {
            .immediate(operation, rd: f.rd, rs1: f.rs1, Int32(f.bits(20, 5)))
        }
        if f.funct3 == 0 { return .immediate(.addiw, rd: f.rd, rs1: f.rs1, f.immediateI) }
        switch (f.funct3, f.funct7) {
        case (1, 0x00): return shift(.slliw)
        case (5, 0x00): return shift(.srliw)
        case (5, 0x20): return shift(.sraiw)
        case (5, 0x30): return shift(.roriw)
        default: break
        }
        switch (f.funct3, f.funct12) {
        case (1, 0x600): return .unary(.clzw, rd: f.rd, rs1: f.rs1)
        case (1, 0x601): return .unary(.ctzw, rd: f.rd, rs1: f.rs1)
        case (1, 0x602): return .unary(.cpopw, rd: f.rd, rs1: f.rs1)
        default: return nil
        }
    }

    private static func register(_ f: InstructionFields) -> RISCVOperation? {
        let operation: RISCVRegisterOperation
        switch (f.funct7, f.funct3) {
        case (0x00, 0): operation = .add
        case (0x00, 1): operation = .sll
        case (0x00, 2): operation = .slt
        case (0x00, 3): operation = .sltu
        case (0x00, 4): operation = .xor
        case (0x00, 5): operation = .srl
        case (0x00, 6): operation = .or
        case (0x00, 7): operation = .and
        case (0x01, 0): operation = .mul
        case (0x01, 1): operation = .mulh
        case (0x01, 2): operation = .mulhsu
        case (0x01, 3): operation = .mulhu
        case (0x01, 4): operation = .div
        case (0x01, 5): operation = .divu
        case (0x01, 6): operation = .rem
        case (0x01, 7): operation = .remu
        case (0x05, 4): operation = .min
        case (0x05, 5): operation = .minu
        case (0x05, 6): operation = .max
        case (0x05, 7): operation = .maxu
        case (0x20, 0): operation = .sub
        case (0x20, 4): operation = .xnor
        case (0x20, 5): operation = .sra
        case (0x20, 6): operation = .orn
        case (0x20, 7): operation = .andn
        case (0x30, 1): operation = .rol
        case (0x30, 5): operation = .ror
        default: return nil
        }
        return .register(operation, rd: f.rd, rs1: f.rs1, rs2: f.rs2)
    }

    private static func register32(_ f: InstructionFields) -> RISCVOperation? {
        let operation: RISCVRegisterOperation
        switch (f.funct7, f.funct3) {
        case (0x00, 0): operation = .addw
        case (0x00, 1): operation = .sllw
        case (0x00, 5): operation = .srlw
        case (0x01, 0): operation = .mulw
        case (0x01, 4): operation = .divw
        case (0x01, 5): operation = .divuw
        case (0x01, 6): operation = .remw
        case (0x01, 7): operation = .remuw
        // With another rs2 this is packw of Zbkb, which a guest may not use.
        case (0x04, 4) where f.rs2 == .x0: return .unary(.zextH, rd: f.rd, rs1: f.rs1)
        case (0x20, 0): operation = .subw
        case (0x20, 5): operation = .sraw
        case (0x30, 1): operation = .rolw
        case (0x30, 5): operation = .rorw
        default: return nil
        }
        return .register(operation, rd: f.rd, rs1: f.rs1, rs2: f.rs2)
    }

    private static func atomic(_ f: InstructionFields) -> RISCVOperation? {
        let width: RISCVAtomicWidth
        switch f.funct3 {
        case 2: width = .w
        case 3: width = .d
        default: return nil
        }
        let operation: RISCVAtomicOperation
        switch f.bits(27, 5) {
        case 0x00: operation = .add
        case 0x01: operation = .swap
        case 0x02: return f.rs2 == .x0 ? .loadReserved(width, rd: f.rd, address: f.rs1) : nil
        case 0x03: return .storeConditional(width, rd: f.rd, source: f.rs2, address: f.rs1)
        case 0x04: operation = .xor
        case 0x08: operation = .or
        case 0x0c: operation = .and
        case 0x10: operation = .min
        case 0x14: operation = .max
        case 0x18: operation = .minu
        case 0x1c: operation = .maxu
        default: return nil
        }
        return .atomic(operation, width, rd: f.rd, source: f.rs2, address: f.rs1)
    }

    private static func fence(_ f: InstructionFields) -> RISCVOperation? {
        switch f.funct3 {
        // The sets of predecessors and successors and the mode do not matter to a machine with one thread.
        case 0: f.rd == .x0 && f.rs1 == .x0 ? .fence : nil
        case 1: f.word == 0x0000_100f ? .fence : nil
        default: nil
        }
    }

    private static func system(_ f: InstructionFields) -> RISCVOperation? {
        switch f.word {
        case unimplementedWord: .unimplemented
        case 0x0000_0073: .environmentCall
        default: nil
        }
    }

    /// The custom-0 opcode: two vendor extensions share it with the instructions that only PVM guests have.
    private static func custom(_ f: InstructionFields) -> RISCVOperation? {
        switch (f.funct3, f.funct7) {
        case (0, 0): f.word == 0x0000_000b ? .hostCallMarker : nil
        case (1, 0x00): f.rs2 == .x0 && f.rd != .x0 && f.rs1 != .x0 ? .sbrk(rd: f.rd, rs1: f.rs1) : nil
        case (1, 0x20): .moveIfZero(rd: f.rd, rs1: f.rs1, rs2: f.rs2)
        case (1, 0x21): .moveIfNotZero(rd: f.rd, rs1: f.rs1, rs2: f.rs2)
        case (2, 0): f.word == 0x0000_200b ? .memset : nil
        case (3, 0): f.rs1 == .x0 && f.rs2 == .x0 ? .heapBase(rd: f.rd) : nil
        case (3, _) where f.bits(25, 2) == 3:
            .select(rd: f.rd, condition: f.rs2, ifTrue: f.rs1, ifFalse: f.rs3)
        default: nil
        }
    }
}
