// What the interpreter's loop does in one turn: an instruction, or two that often follow each other.
//
// Executing a pair in one turn saves finding out what comes next, which takes longer than most instructions. The op of the
// second instruction stands behind that of the first as if there were no pair, with all its operands: code can be entered
// there, and the pair stops there if its second half does. The pairs are those that programs execute most: counted
// by running C programs (hashes, sorting, strings, lists, indirect calls, fixed-point arithmetic), not guessed.

import PolkaISA

/// An arm of the interpreter's switch.
enum Operation: UInt8 {
    case trap, `fallthrough`, memset, unlikely, ecalli, loadImm, storeImmU8, storeImmU16, storeImmU32, storeImmU64
    case jump, jumpIndirect, loadU8, loadI8, loadU16, loadI16, loadU32, loadI32, loadU64, storeU8, storeU16
    case storeU32, storeU64, loadImmAndJump, branchEqImm, branchNotEqImm, branchLessUnsignedImm
    case branchLessOrEqualUnsignedImm, branchGreaterOrEqualUnsignedImm, branchGreaterUnsignedImm
    case branchLessSignedImm, branchLessOrEqualSignedImm, branchGreaterOrEqualSignedImm, branchGreaterSignedImm
    case moveReg, sbrk, countSetBits64, countSetBits32, countLeadingZeroBits64, countLeadingZeroBits32
    case countTrailingZeroBits64, countTrailingZeroBits32, signExtend8, signExtend16, zeroExtend16, reverseByte
    case addImm32, andImm, xorImm, orImm, mulImm32, setLessThanUnsignedImm, setLessThanSignedImm
    case shiftLogicalLeftImm32, shiftLogicalRightImm32, shiftArithmeticRightImm32, negateAndAddImm32
    case setGreaterThanUnsignedImm, setGreaterThanSignedImm, shiftLogicalLeftImmAlt32, shiftLogicalRightImmAlt32
    case shiftArithmeticRightImmAlt32, cmovIfZeroImm, cmovIfNotZeroImm, addImm64, mulImm64, shiftLogicalLeftImm64
    case shiftLogicalRightImm64, shiftArithmeticRightImm64, negateAndAddImm64, shiftLogicalLeftImmAlt64
    case shiftLogicalRightImmAlt64, shiftArithmeticRightImmAlt64, rotateRightImm64, rotateRightImmAlt64
    case rotateRightImm32, rotateRightImmAlt32, branchEq, branchNotEq, branchLessUnsigned, branchLessSigned
    case branchGreaterOrEqualUnsigned, branchGreaterOrEqualSigned, loadImmAndJumpIndirect, add32, sub32, mul32
    case divUnsigned32, divSigned32, remUnsigned32, remSigned32, shiftLogicalLeft32, shiftLogicalRight32
    case shiftArithmeticRight32, add64, sub64, mul64, divUnsigned64, divSigned64, remUnsigned64, remSigned64
    case shiftLogicalLeft64, shiftLogicalRight64, shiftArithmeticRight64, and, xor, or, mulUpperSignedSigned
    case mulUpperUnsignedUnsigned, mulUpperSignedUnsigned, setLessThanUnsigned, setLessThanSigned, cmovIfZero
    case cmovIfNotZero, rotateLeft64, rotateLeft32, rotateRight64, rotateRight32, andInverted, orInverted, xnor
    case maximum, maximumUnsigned, minimum, minimumUnsigned

    // MARK: pairs
    case addImm64ThenAddImm64, addImm64ThenAddImm32, addImm64ThenShiftLogicalLeftImm64, addImm64ThenStoreU64
    case addImm64ThenBranchEq, addImm64ThenBranchNotEq, addImm64ThenBranchLessUnsigned
    case addImm32ThenAddImm64, addImm32ThenXor, addImm32ThenBranchNotEqImm, addImm32ThenBranchLessUnsigned
    case add64ThenAddImm64, add64ThenAndImm, add64ThenAdd64, add64ThenLoadU64, add64ThenBranchLessUnsigned
    case sub64ThenBranchNotEq
    case andImmThenAdd64
    case xorThenXor, xorThenShiftLogicalLeftImm64, xorThenShiftLogicalRightImm64, xorThenRotateRightImm32
    case xorThenBranchNotEq
    case shiftLogicalLeftImm64ThenAdd64, shiftLogicalLeftImm64ThenXor
    case shiftLogicalRightImm64ThenShiftLogicalRightImm64, shiftLogicalRightImm64ThenAndImm
    case shiftLogicalRightImm64ThenAdd64, shiftLogicalRightImm64ThenXor
    case shiftArithmeticRightImm64ThenAdd64
    case rotateRightImm32ThenRotateRightImm32, rotateRightImm32ThenXor
    case mul64ThenMul64, mul64ThenShiftLogicalRightImm64
    case moveRegThenMoveReg, moveRegThenAdd64
    case loadU8ThenAddImm64, loadU8ThenBranchNotEqImm, loadU8ThenBranchNotEq
    case loadI32ThenAddImm64, loadI32ThenAdd64
    case loadU64ThenAddImm64, loadU64ThenAdd64, loadU64ThenLoadU64
    case storeU8ThenAdd64
    case storeU32ThenAddImm64
    case storeU64ThenAddImm64, storeU64ThenStoreU64, storeU64ThenLoadU64
    case storeImmU8ThenAddImm64
}

extension Operation {
    /// What executes an instruction alone.
    init(_ opcode: Opcode) {
        switch opcode {
        case .trap: self = .trap
        case .fallthrough: self = .fallthrough
        case .memset: self = .memset
        case .unlikely: self = .unlikely
        case .ecalli: self = .ecalli
        case .loadImm64, .loadImm: self = .loadImm
        case .storeImmU8, .storeImmIndirectU8: self = .storeImmU8
        case .storeImmU16, .storeImmIndirectU16: self = .storeImmU16
        case .storeImmU32, .storeImmIndirectU32: self = .storeImmU32
        case .storeImmU64, .storeImmIndirectU64: self = .storeImmU64
        case .jump: self = .jump
        case .jumpIndirect: self = .jumpIndirect
        case .loadU8, .loadIndirectU8: self = .loadU8
        case .loadI8, .loadIndirectI8: self = .loadI8
        case .loadU16, .loadIndirectU16: self = .loadU16
        case .loadI16, .loadIndirectI16: self = .loadI16
        case .loadU32, .loadIndirectU32: self = .loadU32
        case .loadI32, .loadIndirectI32: self = .loadI32
        case .loadU64, .loadIndirectU64: self = .loadU64
        case .storeU8, .storeIndirectU8: self = .storeU8
        case .storeU16, .storeIndirectU16: self = .storeU16
        case .storeU32, .storeIndirectU32: self = .storeU32
        case .storeU64, .storeIndirectU64: self = .storeU64
        case .loadImmAndJump: self = .loadImmAndJump
        case .branchEqImm: self = .branchEqImm
        case .branchNotEqImm: self = .branchNotEqImm
        case .branchLessUnsignedImm: self = .branchLessUnsignedImm
        case .branchLessOrEqualUnsignedImm: self = .branchLessOrEqualUnsignedImm
        case .branchGreaterOrEqualUnsignedImm: self = .branchGreaterOrEqualUnsignedImm
        case .branchGreaterUnsignedImm: self = .branchGreaterUnsignedImm
        case .branchLessSignedImm: self = .branchLessSignedImm
        case .branchLessOrEqualSignedImm: self = .branchLessOrEqualSignedImm
        case .branchGreaterOrEqualSignedImm: self = .branchGreaterOrEqualSignedImm
        case .branchGreaterSignedImm: self = .branchGreaterSignedImm
        case .moveReg: self = .moveReg
        case .sbrk: self = .sbrk
        case .countSetBits64: self = .countSetBits64
        case .countSetBits32: self = .countSetBits32
        case .countLeadingZeroBits64: self = .countLeadingZeroBits64
        case .countLeadingZeroBits32: self = .countLeadingZeroBits32
        case .countTrailingZeroBits64: self = .countTrailingZeroBits64
        case .countTrailingZeroBits32: self = .countTrailingZeroBits32
        case .signExtend8: self = .signExtend8
        case .signExtend16: self = .signExtend16
        case .zeroExtend16: self = .zeroExtend16
        case .reverseByte: self = .reverseByte
        case .addImm32: self = .addImm32
        case .andImm: self = .andImm
        case .xorImm: self = .xorImm
        case .orImm: self = .orImm
        case .mulImm32: self = .mulImm32
        case .setLessThanUnsignedImm: self = .setLessThanUnsignedImm
        case .setLessThanSignedImm: self = .setLessThanSignedImm
        case .shiftLogicalLeftImm32: self = .shiftLogicalLeftImm32
        case .shiftLogicalRightImm32: self = .shiftLogicalRightImm32
        case .shiftArithmeticRightImm32: self = .shiftArithmeticRightImm32
        case .negateAndAddImm32: self = .negateAndAddImm32
        case .setGreaterThanUnsignedImm: self = .setGreaterThanUnsignedImm
        case .setGreaterThanSignedImm: self = .setGreaterThanSignedImm
        case .shiftLogicalLeftImmAlt32: self = .shiftLogicalLeftImmAlt32
        case .shiftLogicalRightImmAlt32: self = .shiftLogicalRightImmAlt32
        case .shiftArithmeticRightImmAlt32: self = .shiftArithmeticRightImmAlt32
        case .cmovIfZeroImm: self = .cmovIfZeroImm
        case .cmovIfNotZeroImm: self = .cmovIfNotZeroImm
        case .addImm64: self = .addImm64
        case .mulImm64: self = .mulImm64
        case .shiftLogicalLeftImm64: self = .shiftLogicalLeftImm64
        case .shiftLogicalRightImm64: self = .shiftLogicalRightImm64
        case .shiftArithmeticRightImm64: self = .shiftArithmeticRightImm64
        case .negateAndAddImm64: self = .negateAndAddImm64
        case .shiftLogicalLeftImmAlt64: self = .shiftLogicalLeftImmAlt64
        case .shiftLogicalRightImmAlt64: self = .shiftLogicalRightImmAlt64
        case .shiftArithmeticRightImmAlt64: self = .shiftArithmeticRightImmAlt64
        case .rotateRightImm64: self = .rotateRightImm64
        case .rotateRightImmAlt64: self = .rotateRightImmAlt64
        case .rotateRightImm32: self = .rotateRightImm32
        case .rotateRightImmAlt32: self = .rotateRightImmAlt32
        case .branchEq: self = .branchEq
        case .branchNotEq: self = .branchNotEq
        case .branchLessUnsigned: self = .branchLessUnsigned
        case .branchLessSigned: self = .branchLessSigned
        case .branchGreaterOrEqualUnsigned: self = .branchGreaterOrEqualUnsigned
        case .branchGreaterOrEqualSigned: self = .branchGreaterOrEqualSigned
        case .loadImmAndJumpIndirect: self = .loadImmAndJumpIndirect
        case .add32: self = .add32
        case .sub32: self = .sub32
        case .mul32: self = .mul32
        case .divUnsigned32: self = .divUnsigned32
        case .divSigned32: self = .divSigned32
        case .remUnsigned32: self = .remUnsigned32
        case .remSigned32: self = .remSigned32
        case .shiftLogicalLeft32: self = .shiftLogicalLeft32
        case .shiftLogicalRight32: self = .shiftLogicalRight32
        case .shiftArithmeticRight32: self = .shiftArithmeticRight32
        case .add64: self = .add64
        case .sub64: self = .sub64
        case .mul64: self = .mul64
        case .divUnsigned64: self = .divUnsigned64
        case .divSigned64: self = .divSigned64
        case .remUnsigned64: self = .remUnsigned64
        case .remSigned64: self = .remSigned64
        case .shiftLogicalLeft64: self = .shiftLogicalLeft64
        case .shiftLogicalRight64: self = .shiftLogicalRight64
        case .shiftArithmeticRight64: self = .shiftArithmeticRight64
        case .and: self = .and
        case .xor: self = .xor
        case .or: self = .or
        case .mulUpperSignedSigned: self = .mulUpperSignedSigned
        case .mulUpperUnsignedUnsigned: self = .mulUpperUnsignedUnsigned
        case .mulUpperSignedUnsigned: self = .mulUpperSignedUnsigned
        case .setLessThanUnsigned: self = .setLessThanUnsigned
        case .setLessThanSigned: self = .setLessThanSigned
        case .cmovIfZero: self = .cmovIfZero
        case .cmovIfNotZero: self = .cmovIfNotZero
        case .rotateLeft64: self = .rotateLeft64
        case .rotateLeft32: self = .rotateLeft32
        case .rotateRight64: self = .rotateRight64
        case .rotateRight32: self = .rotateRight32
        case .andInverted: self = .andInverted
        case .orInverted: self = .orInverted
        case .xnor: self = .xnor
        case .maximum: self = .maximum
        case .maximumUnsigned: self = .maximumUnsigned
        case .minimum: self = .minimum
        case .minimumUnsigned: self = .minimumUnsigned
        }
    }
}

/// Which instructions that follow each other are executed as a pair.
struct OperationPairs {
    /// By the first operation, the row of `pairs` that it has; 0, which stays empty, if it has none.
    private let rows: UnsafePointer<UInt8>
    /// By row and the second operation, `trap` where there is no pair.
    private let pairs: UnsafePointer<Operation>

    // SAFETY: written once, before anybody else has it, and never again.
    nonisolated(unsafe) static let shared = OperationPairs()

    /// More than there are operations.
    private static let width = 256

    private init() {
        let rows = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.width)
        rows.initialize(repeating: 0, count: Self.width)
        var count = 1
        for (first, _, _) in Self.list where rows[Int(first.rawValue)] == 0 {
            rows[Int(first.rawValue)] = UInt8(count)
            count += 1
        }
        let pairs = UnsafeMutablePointer<Operation>.allocate(capacity: count * Self.width)
        pairs.initialize(repeating: .trap, count: count * Self.width)
        for (first, second, pair) in Self.list {
            pairs[Int(rows[Int(first.rawValue)]) * Self.width + Int(second.rawValue)] = pair
        }
        self.rows = UnsafePointer(rows)
        self.pairs = UnsafePointer(pairs)
    }

    /// What executes an instruction and the one behind it, `trap` if nothing does.
    @inline(__always)
    subscript(first: Operation, second: Operation) -> Operation {
        pairs[Int(rows[Int(first.rawValue)]) * Self.width + Int(second.rawValue)]
    }

    private static let list: [(Operation, Operation, Operation)] = [
        (.addImm64, .addImm64, .addImm64ThenAddImm64),
        (.addImm64, .addImm32, .addImm64ThenAddImm32),
        (.addImm64, .shiftLogicalLeftImm64, .addImm64ThenShiftLogicalLeftImm64),
        (.addImm64, .storeU64, .addImm64ThenStoreU64),
        (.addImm64, .branchEq, .addImm64ThenBranchEq),
        (.addImm64, .branchNotEq, .addImm64ThenBranchNotEq),
        (.addImm64, .branchLessUnsigned, .addImm64ThenBranchLessUnsigned),
        (.addImm32, .addImm64, .addImm32ThenAddImm64),
        (.addImm32, .xor, .addImm32ThenXor),
        (.addImm32, .branchNotEqImm, .addImm32ThenBranchNotEqImm),
        (.addImm32, .branchLessUnsigned, .addImm32ThenBranchLessUnsigned),
        (.add64, .addImm64, .add64ThenAddImm64),
        (.add64, .andImm, .add64ThenAndImm),
        (.add64, .add64, .add64ThenAdd64),
        (.add64, .loadU64, .add64ThenLoadU64),
        (.add64, .branchLessUnsigned, .add64ThenBranchLessUnsigned),
        (.sub64, .branchNotEq, .sub64ThenBranchNotEq),
        (.andImm, .add64, .andImmThenAdd64),
        (.xor, .xor, .xorThenXor),
        (.xor, .shiftLogicalLeftImm64, .xorThenShiftLogicalLeftImm64),
        (.xor, .shiftLogicalRightImm64, .xorThenShiftLogicalRightImm64),
        (.xor, .rotateRightImm32, .xorThenRotateRightImm32),
        (.xor, .branchNotEq, .xorThenBranchNotEq),
        (.shiftLogicalLeftImm64, .add64, .shiftLogicalLeftImm64ThenAdd64),
        (.shiftLogicalLeftImm64, .xor, .shiftLogicalLeftImm64ThenXor),
        (.shiftLogicalRightImm64, .shiftLogicalRightImm64, .shiftLogicalRightImm64ThenShiftLogicalRightImm64),
        (.shiftLogicalRightImm64, .andImm, .shiftLogicalRightImm64ThenAndImm),
        (.shiftLogicalRightImm64, .add64, .shiftLogicalRightImm64ThenAdd64),
        (.shiftLogicalRightImm64, .xor, .shiftLogicalRightImm64ThenXor),
        (.shiftArithmeticRightImm64, .add64, .shiftArithmeticRightImm64ThenAdd64),
        (.rotateRightImm32, .rotateRightImm32, .rotateRightImm32ThenRotateRightImm32),
        (.rotateRightImm32, .xor, .rotateRightImm32ThenXor),
        (.mul64, .mul64, .mul64ThenMul64),
        (.mul64, .shiftLogicalRightImm64, .mul64ThenShiftLogicalRightImm64),
        (.moveReg, .moveReg, .moveRegThenMoveReg),
        (.moveReg, .add64, .moveRegThenAdd64),
        (.loadU8, .addImm64, .loadU8ThenAddImm64),
        (.loadU8, .branchNotEqImm, .loadU8ThenBranchNotEqImm),
        (.loadU8, .branchNotEq, .loadU8ThenBranchNotEq),
        (.loadI32, .addImm64, .loadI32ThenAddImm64),
        (.loadI32, .add64, .loadI32ThenAdd64),
        (.loadU64, .addImm64, .loadU64ThenAddImm64),
        (.loadU64, .add64, .loadU64ThenAdd64),
        (.loadU64, .loadU64, .loadU64ThenLoadU64),
        (.storeU8, .add64, .storeU8ThenAdd64),
        (.storeU32, .addImm64, .storeU32ThenAddImm64),
        (.storeU64, .addImm64, .storeU64ThenAddImm64),
        (.storeU64, .storeU64, .storeU64ThenStoreU64),
        (.storeU64, .loadU64, .storeU64ThenLoadU64),
        (.storeImmU8, .addImm64, .storeImmU8ThenAddImm64),
    ]
}
