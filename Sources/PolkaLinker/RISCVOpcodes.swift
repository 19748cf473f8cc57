// The machine's opcode for each RISC-V operation that has one (linker.md 4.2).

import PolkaISA
import RISCVELF

extension RISCVCondition {
    var opcode: Opcode {
        switch self {
        case .eq: .branchEq
        case .ne: .branchNotEq
        case .lt: .branchLessSigned
        case .ge: .branchGreaterOrEqualSigned
        case .ltu: .branchLessUnsigned
        case .geu: .branchGreaterOrEqualUnsigned
        }
    }
}

extension RISCVLoadWidth {
    var opcode: Opcode {
        switch self {
        case .i8: .loadIndirectI8
        case .i16: .loadIndirectI16
        case .i32: .loadIndirectI32
        case .u64: .loadIndirectU64
        case .u8: .loadIndirectU8
        case .u16: .loadIndirectU16
        case .u32: .loadIndirectU32
        }
    }
}

extension RISCVStoreWidth {
    var opcode: Opcode {
        switch self {
        case .u8: .storeIndirectU8
        case .u16: .storeIndirectU16
        case .u32: .storeIndirectU32
        case .u64: .storeIndirectU64
        }
    }
}

extension RISCVImmediateOperation {
    /// The three-register opcode; the immediate becomes a constant operand.
    var opcode: Opcode {
        switch self {
        case .addi: .add64
        case .addiw: .add32
        case .andi: .and
        case .ori: .or
        case .xori: .xor
        case .slti: .setLessThanSigned
        case .sltiu: .setLessThanUnsigned
        case .slli: .shiftLogicalLeft64
        case .srli: .shiftLogicalRight64
        case .srai: .shiftArithmeticRight64
        case .slliw: .shiftLogicalLeft32
        case .srliw: .shiftLogicalRight32
        case .sraiw: .shiftArithmeticRight32
        case .rori: .rotateRight64
        case .roriw: .rotateRight32
        }
    }
}

extension RISCVRegisterOperation {
    var opcode: Opcode {
        switch self {
        case .add: .add64
        case .sub: .sub64
        case .addw: .add32
        case .subw: .sub32
        case .and: .and
        case .or: .or
        case .xor: .xor
        case .sll: .shiftLogicalLeft64
        case .srl: .shiftLogicalRight64
        case .sra: .shiftArithmeticRight64
        case .sllw: .shiftLogicalLeft32
        case .srlw: .shiftLogicalRight32
        case .sraw: .shiftArithmeticRight32
        case .slt: .setLessThanSigned
        case .sltu: .setLessThanUnsigned
        case .mul: .mul64
        case .mulw: .mul32
        case .mulh: .mulUpperSignedSigned
        case .mulhu: .mulUpperUnsignedUnsigned
        case .mulhsu: .mulUpperSignedUnsigned
        case .div: .divSigned64
        case .divu: .divUnsigned64
        case .divw: .divSigned32
        case .divuw: .divUnsigned32
        case .rem: .remSigned64
        case .remu: .remUnsigned64
        case .remw: .remSigned32
        case .remuw: .remUnsigned32
        case .andn: .andInverted
        case .orn: .orInverted
        case .xnor: .xnor
        case .max: .maximum
        case .maxu: .maximumUnsigned
        case .min: .minimum
        case .minu: .minimumUnsigned
        case .rol: .rotateLeft64
        case .rolw: .rotateLeft32
        case .ror: .rotateRight64
        case .rorw: .rotateRight32
        }
    }
}

extension RISCVUnaryOperation {
    /// nil for orc.b, which the machine does not have.
    var opcode: Opcode? {
        switch self {
        case .clz: .countLeadingZeroBits64
        case .ctz: .countTrailingZeroBits64
        case .cpop: .countSetBits64
        case .clzw: .countLeadingZeroBits32
        case .ctzw: .countTrailingZeroBits32
        case .cpopw: .countSetBits32
        case .sextB: .signExtend8
        case .sextH: .signExtend16
        case .zextH: .zeroExtend16
        case .rev8: .reverseByte
        case .orcB: nil
        }
    }
}
