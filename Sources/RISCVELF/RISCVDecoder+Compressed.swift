// Decodes the 16-bit encodings: the C extension of RV64 without its floating-point loads and stores.
//
// Each parcel becomes the 32-bit operation that it abbreviates. Of the encodings that the architecture sets aside as
// hints only those that write x0 through c.addi (c.nop with a number) or c.slli are taken; the remaining hints, which
// no compiler emits, are refused together with the reserved encodings.

extension RISCVInstruction {
    /// Decodes a parcel whose low two bits are not 11; the upper 16 bits of `parcel` are zero.
    static func decodeCompressed(_ parcel: UInt32) -> RISCVOperation? {
        let c = CompressedFields(parcel: parcel)
        return switch parcel & 3 {
        case 0: quadrant0(c)
        case 1: quadrant1(c)
        default: quadrant2(c)
        }
    }

    private static func quadrant0(_ c: CompressedFields) -> RISCVOperation? {
        switch c.funct3 {
        case 0:
            if c.parcel == 0 { return .unimplemented }
            let amount = c.bits(11, 2) << 4 | c.bits(7, 4) << 6 | c.bits(6, 1) << 2 | c.bits(5, 1) << 3
            return amount == 0 ? nil : .immediate(.addi, rd: c.lowRs2, rs1: .x2, Int32(amount))
        case 2: return .load(.i32, rd: c.lowRs2, base: c.lowRs1, offset: c.wordOffset)
        case 3: return .load(.u64, rd: c.lowRs2, base: c.lowRs1, offset: c.doubleOffset)
        case 6: return .store(.u32, source: c.lowRs2, base: c.lowRs1, offset: c.wordOffset)
        case 7: return .store(.u64, source: c.lowRs2, base: c.lowRs1, offset: c.doubleOffset)
        default: return nil
        }
    }

    private static func quadrant1(_ c: CompressedFields) -> RISCVOperation? {
        switch c.funct3 {
        case 0:
            // With rd = x0 this is c.nop, with or without a hint in the immediate.
            guard c.rd == .x0 || c.immediate != 0 else { return nil }
            return .immediate(.addi, rd: c.rd, rs1: c.rd, c.immediate)
        case 1: return c.rd == .x0 ? nil : .immediate(.addiw, rd: c.rd, rs1: c.rd, c.immediate)
        case 2: return c.rd == .x0 ? nil : .immediate(.addi, rd: c.rd, rs1: .x0, c.immediate)
        case 3:
            if c.rd == .x2 {
                let amount = c.stackAdjustment
                return amount == 0 ? nil : .immediate(.addi, rd: .x2, rs1: .x2, amount)
            }
            return c.rd == .x0 || c.immediate == 0 ? nil : .lui(rd: c.rd, immediate: c.immediate << 12)
        case 4: return arithmetic(c)
        case 5: return .jal(rd: .x0, offset: c.jumpOffset)
        case 6: return .branch(.eq, c.lowRs1, .x0, offset: c.branchOffset)
        default: return .branch(.ne, c.lowRs1, .x0, offset: c.branchOffset)
        }
    }

    /// c.srli, c.srai, c.andi and the operations of two of the eight low registers.
    private static func arithmetic(_ c: CompressedFields) -> RISCVOperation? {
        let rd = c.lowRs1
        switch c.bits(10, 2) {
        case 0: return c.shiftAmount == 0 ? nil : .immediate(.srli, rd: rd, rs1: rd, c.shiftAmount)
        case 1: return c.shiftAmount == 0 ? nil : .immediate(.srai, rd: rd, rs1: rd, c.shiftAmount)
        case 2: return .immediate(.andi, rd: rd, rs1: rd, c.immediate)
        default: break
        }
        let operation: RISCVRegisterOperation
        switch (c.bits(12, 1), c.bits(5, 2)) {
        case (0, 0): operation = .sub
        case (0, 1): operation = .xor
        case (0, 2): operation = .or
        case (0, 3): operation = .and
        case (1, 0): operation = .subw
        case (1, 1): operation = .addw
        default: return nil
        }
        return .register(operation, rd: rd, rs1: rd, rs2: c.lowRs2)
    }

    private static func quadrant2(_ c: CompressedFields) -> RISCVOperation? {
        switch c.funct3 {
        case 0: return c.shiftAmount == 0 ? nil : .immediate(.slli, rd: c.rd, rs1: c.rd, c.shiftAmount)
        case 2:
            let offset = Int32(c.bits(12, 1) << 5 | c.bits(4, 3) << 2 | c.bits(2, 2) << 6)
            return c.rd == .x0 ? nil : .load(.i32, rd: c.rd, base: .x2, offset: offset)
        case 3:
            let offset = Int32(c.bits(12, 1) << 5 | c.bits(5, 2) << 3 | c.bits(2, 3) << 6)
            return c.rd == .x0 ? nil : .load(.u64, rd: c.rd, base: .x2, offset: offset)
        case 4: return jumpOrMove(c)
        case 6:
            let offset = Int32(c.bits(9, 4) << 2 | c.bits(7, 2) << 6)
            return .store(.u32, source: c.rs2, base: .x2, offset: offset)
        case 7:
            let offset = Int32(c.bits(10, 3) << 3 | c.bits(7, 3) << 6)
            return .store(.u64, source: c.rs2, base: .x2, offset: offset)
        default: return nil
        }
    }

    /// c.jr, c.jalr, c.mv and c.add; c.ebreak lies between them.
    private static func jumpOrMove(_ c: CompressedFields) -> RISCVOperation? {
        guard c.rd != .x0 else { return nil }
        let links = c.bits(12, 1) == 1
        if c.rs2 == .x0 { return .jalr(rd: links ? .x1 : .x0, base: c.rd, offset: 0) }
        return .register(.add, rd: c.rd, rs1: links ? c.rd : .x0, rs2: c.rs2)
    }
}

/// Cuts bit fields out of a 16-bit parcel.
private struct CompressedFields {
    let parcel: UInt32

    var funct3: UInt32 { parcel >> 13 & 7 }
    /// The full-width destination, which is also the first source.
    var rd: RISCVRegister { RISCVRegister(field: parcel >> 7) }
    var rs2: RISCVRegister { RISCVRegister(field: parcel >> 2) }
    /// The three-bit fields name x8 to x15.
    var lowRs1: RISCVRegister { RISCVRegister(field: 8 + bits(7, 3)) }
    var lowRs2: RISCVRegister { RISCVRegister(field: 8 + bits(2, 3)) }

    var shiftAmount: Int32 { Int32(bits(12, 1) << 5 | bits(2, 5)) }
    var immediate: Int32 { sign(at: 5) | Int32(bits(2, 5)) }
    var stackAdjustment: Int32 {
        sign(at: 9) | Int32(bits(3, 2) << 7 | bits(5, 1) << 6 | bits(2, 1) << 5 | bits(6, 1) << 4)
    }
    var jumpOffset: Int32 {
        let high = bits(8, 1) << 10 | bits(9, 2) << 8 | bits(6, 1) << 7 | bits(7, 1) << 6
        return sign(at: 11) | Int32(high | bits(2, 1) << 5 | bits(11, 1) << 4 | bits(3, 3) << 1)
    }
    var branchOffset: Int32 {
        sign(at: 8) | Int32(bits(5, 2) << 6 | bits(2, 1) << 5 | bits(10, 2) << 3 | bits(3, 2) << 1)
    }
    var wordOffset: Int32 { Int32(bits(10, 3) << 3 | bits(6, 1) << 2 | bits(5, 1) << 6) }
    var doubleOffset: Int32 { Int32(bits(10, 3) << 3 | bits(5, 2) << 6) }

    func bits(_ low: UInt32, _ count: UInt32) -> UInt32 { parcel >> low & (1 << count - 1) }

    /// Bit 12 of the parcel, copied to `position` and everything above.
    private func sign(at position: Int32) -> Int32 { -Int32(bits(12, 1)) << position }
}
