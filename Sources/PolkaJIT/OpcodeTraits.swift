// What distinguishes instructions of one shape from each other, in a table by opcode byte.
//
// Which opcode comes next can hardly be predicted, which shape somewhat better. So instructions that become the same
// sequence but for a number in it share their code, and the number comes out of this table.

import PolkaISA
import X86Assembler

/// One entry; fields that mean nothing for an opcode hold anything.
struct OpcodeTraits {
    /// nil for a byte that means nothing.
    var opcode: Opcode?
    /// The width of the operation.
    var width = X86Width.bits64
    /// How a loaded value fills its register.
    var loaded = X86Extension.bits64
    var stored = X86StoreWidth.bits64
    /// When a branch is taken, a result is 1, or a move happens.
    var condition = X86Condition.equal
    var arithmetic = X86Arithmetic.add
    var shift = X86Shift.shl
    /// The same without flags.
    var freeShift = X86FreeShift.shlx

    init(_ opcode: Opcode?) {
        self.opcode = opcode
        guard let opcode else { return }
        switch opcode {
        case .trap, .fallthrough, .memset, .unlikely, .ecalli, .sbrk: break
        case .loadImm, .loadImm64, .moveReg: break
        case .jump, .jumpIndirect, .loadImmAndJump, .loadImmAndJumpIndirect: break

        case .loadU8, .loadIndirectU8: loaded = .unsigned8
        case .loadI8, .loadIndirectI8: loaded = .signed8
        case .loadU16, .loadIndirectU16: loaded = .unsigned16
        case .loadI16, .loadIndirectI16: loaded = .signed16
        case .loadU32, .loadIndirectU32: loaded = .unsigned32
        case .loadI32, .loadIndirectI32: loaded = .signed32
        case .loadU64, .loadIndirectU64: loaded = .bits64

        case .storeU8, .storeIndirectU8, .storeImmU8, .storeImmIndirectU8: stored = .bits8
        case .storeU16, .storeIndirectU16, .storeImmU16, .storeImmIndirectU16: stored = .bits16
        case .storeU32, .storeIndirectU32, .storeImmU32, .storeImmIndirectU32: stored = .bits32
        case .storeU64, .storeIndirectU64, .storeImmU64, .storeImmIndirectU64: stored = .bits64

        case .branchEqImm, .branchEq, .cmovIfZero, .cmovIfZeroImm: condition = .equal
        case .branchNotEqImm, .branchNotEq, .cmovIfNotZero, .cmovIfNotZeroImm: condition = .notEqual
        case .branchLessUnsignedImm, .branchLessUnsigned, .setLessThanUnsignedImm, .setLessThanUnsigned:
            condition = .below
        case .branchLessOrEqualUnsignedImm: condition = .belowOrEqual
        case .branchGreaterOrEqualUnsignedImm, .branchGreaterOrEqualUnsigned: condition = .aboveOrEqual
        case .branchGreaterUnsignedImm, .setGreaterThanUnsignedImm: condition = .above
        case .branchLessSignedImm, .branchLessSigned, .setLessThanSignedImm, .setLessThanSigned: condition = .less
        case .branchLessOrEqualSignedImm: condition = .lessOrEqual
        case .branchGreaterOrEqualSignedImm, .branchGreaterOrEqualSigned: condition = .greaterOrEqual
        case .branchGreaterSignedImm, .setGreaterThanSignedImm: condition = .greater
        // The operand that makes way for the other.
        case .maximum: condition = .less
        case .maximumUnsigned: condition = .below
        case .minimum: condition = .greater
        case .minimumUnsigned: condition = .above

        case .countSetBits64, .countLeadingZeroBits64, .countTrailingZeroBits64: break
        case .countSetBits32, .countLeadingZeroBits32, .countTrailingZeroBits32: width = .bits32
        case .signExtend8: loaded = .signed8
        case .signExtend16: loaded = .signed16
        case .zeroExtend16: loaded = .unsigned16
        case .reverseByte: break

        case .addImm64, .mulImm64, .negateAndAddImm64, .add64, .sub64, .mul64: break
        case .addImm32, .mulImm32, .negateAndAddImm32, .add32, .sub32, .mul32: width = .bits32
        case .andImm, .and, .andInverted: arithmetic = .and
        case .xorImm, .xor, .xnor: arithmetic = .xor
        case .orImm, .or, .orInverted: arithmetic = .or

        case .shiftLogicalLeft64, .shiftLogicalLeftImm64, .shiftLogicalLeftImmAlt64: set(.shl, .shlx, .bits64)
        case .shiftLogicalLeft32, .shiftLogicalLeftImm32, .shiftLogicalLeftImmAlt32: set(.shl, .shlx, .bits32)
        case .shiftLogicalRight64, .shiftLogicalRightImm64, .shiftLogicalRightImmAlt64: set(.shr, .shrx, .bits64)
        case .shiftLogicalRight32, .shiftLogicalRightImm32, .shiftLogicalRightImmAlt32: set(.shr, .shrx, .bits32)
        case .shiftArithmeticRight64, .shiftArithmeticRightImm64, .shiftArithmeticRightImmAlt64:
            set(.sar, .sarx, .bits64)
        case .shiftArithmeticRight32, .shiftArithmeticRightImm32, .shiftArithmeticRightImmAlt32:
            set(.sar, .sarx, .bits32)
        case .rotateRight64, .rotateRightImm64, .rotateRightImmAlt64: set(.ror, .shrx, .bits64)
        case .rotateRight32, .rotateRightImm32, .rotateRightImmAlt32: set(.ror, .shrx, .bits32)
        case .rotateLeft64: set(.rol, .shlx, .bits64)
        case .rotateLeft32: set(.rol, .shlx, .bits32)

        case .divUnsigned32, .divSigned32, .remUnsigned32, .remSigned32: width = .bits32
        case .divUnsigned64, .divSigned64, .remUnsigned64, .remSigned64: break
        case .mulUpperSignedSigned, .mulUpperUnsignedUnsigned, .mulUpperSignedUnsigned: break
        }
    }

    private mutating func set(_ shift: X86Shift, _ free: X86FreeShift, _ width: X86Width) {
        self.shift = shift
        freeShift = free
        self.width = width
    }
}
