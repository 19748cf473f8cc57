// Which encodings an operation has when one of its operands is a constant (linker.md 11).

import PolkaISA

extension Opcode {
    /// The form of a three-register opcode whose *second* operand is an immediate, nil if there is none.
    ///
    /// `sub` has none of its own: subtracting is adding the negated constant, which `SelectInstructions` does.
    var immediateForm: Opcode? {
        switch self {
        case .add32: .addImm32
        case .add64: .addImm64
        case .and: .andImm
        case .or: .orImm
        case .xor: .xorImm
        case .mul32: .mulImm32
        case .mul64: .mulImm64
        case .setLessThanUnsigned: .setLessThanUnsignedImm
        case .setLessThanSigned: .setLessThanSignedImm
        case .shiftLogicalLeft32: .shiftLogicalLeftImm32
        case .shiftLogicalRight32: .shiftLogicalRightImm32
        case .shiftArithmeticRight32: .shiftArithmeticRightImm32
        case .shiftLogicalLeft64: .shiftLogicalLeftImm64
        case .shiftLogicalRight64: .shiftLogicalRightImm64
        case .shiftArithmeticRight64: .shiftArithmeticRightImm64
        case .rotateRight32: .rotateRightImm32
        case .rotateRight64: .rotateRightImm64
        case .cmovIfZero: .cmovIfZeroImm
        case .cmovIfNotZero: .cmovIfNotZeroImm
        default: nil
        }
    }

    /// The form of a three-register opcode whose *first* operand is an immediate, nil if there is none.
    var immediateFirstForm: Opcode? {
        switch self {
        case .add32, .add64, .and, .or, .xor, .mul32, .mul64: immediateForm
        case .sub32: .negateAndAddImm32
        case .sub64: .negateAndAddImm64
        case .setLessThanUnsigned: .setGreaterThanUnsignedImm
        case .setLessThanSigned: .setGreaterThanSignedImm
        case .shiftLogicalLeft32: .shiftLogicalLeftImmAlt32
        case .shiftLogicalRight32: .shiftLogicalRightImmAlt32
        case .shiftArithmeticRight32: .shiftArithmeticRightImmAlt32
        case .shiftLogicalLeft64: .shiftLogicalLeftImmAlt64
        case .shiftLogicalRight64: .shiftLogicalRightImmAlt64
        case .shiftArithmeticRight64: .shiftArithmeticRightImmAlt64
        case .rotateRight32: .rotateRightImmAlt32
        case .rotateRight64: .rotateRightImmAlt64
        default: nil
        }
    }

    /// The form of a branch whose second operand is an immediate.
    var branchImmediateForm: Opcode? {
        switch self {
        case .branchEq: .branchEqImm
        case .branchNotEq: .branchNotEqImm
        case .branchLessUnsigned: .branchLessUnsignedImm
        case .branchLessSigned: .branchLessSignedImm
        case .branchGreaterOrEqualUnsigned: .branchGreaterOrEqualUnsignedImm
        case .branchGreaterOrEqualSigned: .branchGreaterOrEqualSignedImm
        default: nil
        }
    }

    /// The form of a branch whose first operand is an immediate: the comparison mirrored.
    var branchImmediateFirstForm: Opcode? {
        switch self {
        case .branchEq: .branchEqImm
        case .branchNotEq: .branchNotEqImm
        case .branchLessUnsigned: .branchGreaterUnsignedImm
        case .branchLessSigned: .branchGreaterSignedImm
        case .branchGreaterOrEqualUnsigned: .branchLessOrEqualUnsignedImm
        case .branchGreaterOrEqualSigned: .branchLessOrEqualSignedImm
        default: nil
        }
    }

    /// The form of an indirect load or store with an absolute address.
    var absoluteForm: Opcode? {
        switch self {
        case .loadIndirectU8: .loadU8
        case .loadIndirectI8: .loadI8
        case .loadIndirectU16: .loadU16
        case .loadIndirectI16: .loadI16
        case .loadIndirectU32: .loadU32
        case .loadIndirectI32: .loadI32
        case .loadIndirectU64: .loadU64
        case .storeIndirectU8: .storeU8
        case .storeIndirectU16: .storeU16
        case .storeIndirectU32: .storeU32
        case .storeIndirectU64: .storeU64
        default: nil
        }
    }

    /// The form of an indirect store with an absolute address and an immediate value.
    var absoluteImmediateForm: Opcode? {
        switch self {
        case .storeIndirectU8: .storeImmU8
        case .storeIndirectU16: .storeImmU16
        case .storeIndirectU32: .storeImmU32
        case .storeIndirectU64: .storeImmU64
        default: nil
        }
    }

    /// The form of an indirect store with an immediate value.
    var indirectImmediateForm: Opcode? {
        switch self {
        case .storeIndirectU8: .storeImmIndirectU8
        case .storeIndirectU16: .storeImmIndirectU16
        case .storeIndirectU32: .storeImmIndirectU32
        case .storeIndirectU64: .storeImmIndirectU64
        default: nil
        }
    }
}
