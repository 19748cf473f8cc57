// What a decoded RV64 instruction is: the operations a PVM guest may contain, with their operands.
//
// Compressed encodings decode to the operation that they abbreviate; only `byteCount` tells them apart. Operations of
// one operand shape share a case, so that whoever lowers them switches over the shape first and the meaning second.

/// One decoded instruction.
package struct RISCVInstruction: Sendable, Equatable {
    /// The length of the encoding: 2 or 4 bytes.
    package let byteCount: Int
    package let operation: RISCVOperation
}

/// What an instruction does.
///
/// Offsets and immediates are in bytes or plain numbers, already sign extended.
package enum RISCVOperation: Sendable, Equatable {
    /// `immediate` is already shifted left by 12.
    case lui(rd: RISCVRegister, immediate: Int32)
    /// `immediate` is already shifted left by 12.
    case auipc(rd: RISCVRegister, immediate: Int32)
    /// `offset` is relative to this instruction.
    case jal(rd: RISCVRegister, offset: Int32)
    case jalr(rd: RISCVRegister, base: RISCVRegister, offset: Int32)
    /// `offset` is relative to this instruction.
    case branch(RISCVCondition, RISCVRegister, RISCVRegister, offset: Int32)
    case load(RISCVLoadWidth, rd: RISCVRegister, base: RISCVRegister, offset: Int32)
    case store(RISCVStoreWidth, source: RISCVRegister, base: RISCVRegister, offset: Int32)
    /// The last value is the immediate; for shifts and rotations the amount, below the width.
    case immediate(RISCVImmediateOperation, rd: RISCVRegister, rs1: RISCVRegister, Int32)
    case register(RISCVRegisterOperation, rd: RISCVRegister, rs1: RISCVRegister, rs2: RISCVRegister)
    case unary(RISCVUnaryOperation, rd: RISCVRegister, rs1: RISCVRegister)
    /// `th.mveqz`: rd = rs1 if rs2 is zero.
    case moveIfZero(rd: RISCVRegister, rs1: RISCVRegister, rs2: RISCVRegister)
    /// `th.mvnez`: rd = rs1 if rs2 is not zero.
    case moveIfNotZero(rd: RISCVRegister, rs1: RISCVRegister, rs2: RISCVRegister)
    /// `mips.ccmov`: rd = condition is not zero ? ifTrue : ifFalse.
    case select(rd: RISCVRegister, condition: RISCVRegister, ifTrue: RISCVRegister, ifFalse: RISCVRegister)
    case loadReserved(RISCVAtomicWidth, rd: RISCVRegister, address: RISCVRegister)
    case storeConditional(RISCVAtomicWidth, rd: RISCVRegister, source: RISCVRegister, address: RISCVRegister)
    case atomic(
        RISCVAtomicOperation, RISCVAtomicWidth, rd: RISCVRegister, source: RISCVRegister, address: RISCVRegister)
    /// `fence` and `fence.i`.
    case fence
    /// `unimp` in both lengths: a trap on purpose.
    case unimplemented
    /// `ecall`: no guest may use it, but it is decoded so that the linker can say what to use instead.
    case environmentCall
    /// The word in front of the pointer to an import's metadata.
    case hostCallMarker
    /// rd = the address where the heap begins.
    case heapBase(rd: RISCVRegister)
    case sbrk(rd: RISCVRegister, rs1: RISCVRegister)
    /// Fills a2 bytes at a0 with the low byte of a1.
    case memset
}

// The raw value of each enumeration below is the mnemonic, or the part of it that varies.

/// When a branch is taken; the raw value is the mnemonic.
package enum RISCVCondition: String, Sendable, CaseIterable {
    case eq = "beq"
    case ne = "bne"
    case lt = "blt"
    case ge = "bge"
    case ltu = "bltu"
    case geu = "bgeu"
}

/// What a load reads: signed ones are sign extended to 64 bits, unsigned ones zero extended.
package enum RISCVLoadWidth: String, Sendable, CaseIterable {
    case i8 = "lb"
    case i16 = "lh"
    case i32 = "lw"
    case u64 = "ld"
    case u8 = "lbu"
    case u16 = "lhu"
    case u32 = "lwu"
}

/// How much of the register a store writes.
package enum RISCVStoreWidth: String, Sendable, CaseIterable {
    case u8 = "sb"
    case u16 = "sh"
    case u32 = "sw"
    case u64 = "sd"
}

/// Operations of a register and a constant.
package enum RISCVImmediateOperation: String, Sendable, CaseIterable {
    case addi, addiw, andi, ori, xori, slti, sltiu
    case slli, srli, srai, slliw, srliw, sraiw, rori, roriw
}

/// Operations of two registers.
package enum RISCVRegisterOperation: String, Sendable, CaseIterable {
    case add, sub, addw, subw, and, or, xor
    case sll, srl, sra, sllw, srlw, sraw, slt, sltu
    case mul, mulw, mulh, mulhu, mulhsu
    case div, divu, divw, divuw, rem, remu, remw, remuw
    case andn, orn, xnor, max, maxu, min, minu
    case rol, rolw, ror, rorw
}

/// Operations of one register.
package enum RISCVUnaryOperation: String, Sendable, CaseIterable {
    case clz, ctz, cpop, clzw, ctzw, cpopw
    case sextB = "sext.b"
    case sextH = "sext.h"
    case zextH = "zext.h"
    case rev8
    case orcB = "orc.b"
}

/// What an atomic operation makes of the old value and its operand.
package enum RISCVAtomicOperation: String, Sendable, CaseIterable {
    case swap, add, and, or, xor, min, max, minu, maxu
}

/// How wide the memory operand of an atomic operation is: 32 or 64 bits.
package enum RISCVAtomicWidth: String, Sendable, CaseIterable {
    case w, d
}
