// How the frequent instructions are compiled: by rows of a table, not by code of their own.
//
// Which opcode comes next can hardly be predicted, and a branch on it that went wrong costs as much as writing an
// instruction. So what differs between instructions of one shape - bytes, places of operands, what is known of the result -
// stands here, and one piece of code serves each shape. Everything else is `.general`: Compiler+Instructions.swift.

import PolkaISA
import X86Assembler

/// What `Compiler.compile` needs to know of an opcode.
struct InstructionTemplate {
    enum Shape: UInt8 {
        /// Two registers and a displacement: loads, stores, and adding a constant.
        case memory
        /// An operation on two registers that can be exchanged.
        case registers
        /// An operation on a register and a constant, or on a register alone.
        case immediate
        /// The same bit by bit: the result of a narrow operand is narrow.
        case bitwiseImmediate
        /// The same with a mask: one that is not negative clears the upper half.
        case mask
        /// The same with a shift to the left, which loses the upper half if it is one by 32 or more.
        case leftShift64
        /// The same with a shift that clears the upper half unless it is one by 0.
        case rightShift32
        /// A sum of two registers.
        case sum
        /// A constant.
        case constant
        // The frequent ends of blocks have no template, but are told apart where the shapes are.
        case branch
        case branchImmediate
        case jump
        case call
        case fallThrough
        case general
        /// No instruction of its own: the pass has compiled it together with the one before it.
        case paired
    }

    /// What an instruction may be one half of.
    struct Pairing: OptionSet {
        let rawValue: UInt8
        /// The shift `a = b << constant`.
        static let shift = Pairing(rawValue: 1)
        /// The sum `a = b + c`.
        static let sum = Pairing(rawValue: 2)
        /// The sum `a = b + constant`.
        static let offset = Pairing(rawValue: 4)
        /// A shift, or a sum, that came out of a pair; `Peephole` has it.
        static let notedShift = Pairing(rawValue: 8)
        static let notedSum = Pairing(rawValue: 16)

        static let shifts: Pairing = [.shift, .notedShift]
        static let sums: Pairing = [.sum, .offset, .notedSum]
    }

    var shape = Shape.general
    /// As the first half, and as the second.
    var leads = Pairing()
    var follows = Pairing()
    /// Where destination and second operand stand in the machine instruction.
    var destinationPlace = X86Places.operand
    var secondPlace = X86Places.neither
    /// 3 if the operand must be copied to the destination before the operation, else 0.
    var copies: UInt8 = 0
    /// W bit of REX, for sums.
    var rexW: UInt64 = 0
    var machine = X86Template.mov

    // What becomes of `Facts`.
    /// All ones if the first, and the second, operand is looked at with all its bits.
    var usesFirst: RegisterMarks = 0
    var usesSecond: RegisterMarks = 0
    /// 1 if it is not when both are narrow.
    var exempts: RegisterMarks = 0
    /// All ones if what is true of both operands is true of the result.
    var keeps: RegisterMarks = 0
    /// What is true of the result in any case, each half all ones or 0.
    var result: RegisterMarks = 0
    /// All ones, or 0 without a result.
    var defines = RegisterMarks.max

    /// - Parameters:
    ///   - opcode: nil for a byte that means nothing.
    ///   - countsBits: whether the processor has all instructions for counting bits.
    init(_ opcode: Opcode?, countsBits: Bool) {
        guard let opcode else { return }
        let traits = OpcodeTraits(opcode)
        switch opcode {
        case .loadIndirectU8, .loadIndirectI8, .loadIndirectU16, .loadIndirectI16, .loadIndirectU32,
            .loadIndirectI32, .loadIndirectU64:
            shape = .memory
            follows = .sums
            machine = .load(traits.loaded)
            let isWide = traits.loaded == .bits64 || traits.loaded == .unsigned32
            result = isWide ? 0 : Facts.narrow
        case .storeIndirectU8, .storeIndirectU16, .storeIndirectU32, .storeIndirectU64:
            shape = .memory
            machine = .store(traits.stored)
            usesFirst = traits.stored == .bits64 ? .max : 0
            defines = 0
        case .addImm32, .addImm64:
            shape = .memory
            machine = .lea(traits.width)
            if traits.width == .bits64 {
                usesSecond = .max
                leads = .offset
            } else {
                result = .max
            }

        case .loadImm:
            shape = .constant
            result = Facts.narrow
        case .add32, .add64:
            shape = .sum
            setWidth(traits.width)
            if traits.width == .bits64 {
                rexW = 8
                leads = .sum
                follows = .shifts
            }

        case .and, .or, .xor:
            shape = .registers
            (usesFirst, exempts, keeps) = (.max, 1, .max)
            machine = .arithmetic(traits.arithmetic, .bits64)
            secondPlace = X86Places.field
        case .mul32, .mul64:
            shape = .registers
            setWidth(traits.width)
            machine = .imul(traits.width)
            (destinationPlace, secondPlace) = (X86Places.field, X86Places.operand)
        case .moveReg:
            setFieldAndOperand()
            shape = .bitwiseImmediate
            machine = .mov
        case .signExtend8, .signExtend16, .zeroExtend16:
            setFieldAndOperand()
            machine = .extend(traits.loaded)
            result = Facts.narrow
        case .countSetBits32, .countSetBits64:
            if countsBits { setCount(.popcnt, traits.width) }
        case .countLeadingZeroBits32, .countLeadingZeroBits64:
            if countsBits { setCount(.lzcnt, traits.width) }
        case .countTrailingZeroBits32, .countTrailingZeroBits64:
            if countsBits { setCount(.tzcnt, traits.width) }

        case .orImm, .xorImm:
            setImmediate()
            shape = .bitwiseImmediate
            usesFirst = .max
            machine = .arithmeticImmediate(traits.arithmetic, .bits64)
        case .andImm:
            setImmediate()
            shape = .mask
            machine = .arithmeticImmediate(.and, .bits32)
        case .mulImm32, .mulImm64:
            setFieldAndOperand()
            setWidth(traits.width)
            machine = .imulImmediate(traits.width)
        case .shiftLogicalLeftImm32, .shiftArithmeticRightImm32:
            setImmediate()
            setWidth(.bits32)
            machine = .shiftImmediate(traits.shift, .bits32)
        case .shiftLogicalLeftImm64:
            setImmediate()
            shape = .leftShift64
            machine = .shiftImmediate(.shl, .bits64)
            leads = .shift
        case .shiftLogicalRightImm64, .shiftArithmeticRightImm64:
            setImmediate()
            setWidth(.bits64)
            machine = .shiftImmediate(traits.shift, .bits64)
            follows = .shifts
        case .shiftLogicalRightImm32:
            setImmediate()
            shape = .rightShift32
            machine = .shiftImmediate(.shr, .bits32)

        case .fallthrough: shape = .fallThrough
        case .jump: shape = .jump
        case .loadImmAndJump: shape = .call
        case .trap, .memset, .unlikely, .ecalli, .sbrk, .loadImm64, .jumpIndirect, .loadImmAndJumpIndirect,
            .reverseByte:
            break
        case .loadU8, .loadI8, .loadU16, .loadI16, .loadU32, .loadI32, .loadU64, .storeU8, .storeU16, .storeU32,
            .storeU64, .storeImmU8, .storeImmU16, .storeImmU32, .storeImmU64, .storeImmIndirectU8,
            .storeImmIndirectU16, .storeImmIndirectU32, .storeImmIndirectU64:
            break
        case .branchEqImm, .branchNotEqImm, .branchLessUnsignedImm, .branchLessOrEqualUnsignedImm,
            .branchGreaterOrEqualUnsignedImm, .branchGreaterUnsignedImm, .branchLessSignedImm,
            .branchLessOrEqualSignedImm, .branchGreaterOrEqualSignedImm, .branchGreaterSignedImm:
            shape = .branchImmediate
        case .branchEq, .branchNotEq, .branchLessUnsigned, .branchLessSigned, .branchGreaterOrEqualUnsigned,
            .branchGreaterOrEqualSigned:
            shape = .branch
        case .setLessThanUnsignedImm, .setLessThanSignedImm, .setGreaterThanUnsignedImm, .setGreaterThanSignedImm,
            .setLessThanUnsigned, .setLessThanSigned, .cmovIfZeroImm, .cmovIfNotZeroImm, .cmovIfZero,
            .cmovIfNotZero, .maximum, .maximumUnsigned, .minimum, .minimumUnsigned:
            break
        case .rotateRightImm32, .rotateRightImm64, .rotateRightImmAlt32, .rotateRightImmAlt64, .rotateLeft32,
            .rotateLeft64, .rotateRight32, .rotateRight64, .shiftLogicalLeftImmAlt32, .shiftLogicalRightImmAlt32,
            .shiftArithmeticRightImmAlt32, .shiftLogicalLeftImmAlt64, .shiftLogicalRightImmAlt64,
            .shiftArithmeticRightImmAlt64, .shiftLogicalLeft32, .shiftLogicalRight32, .shiftArithmeticRight32,
            .shiftLogicalLeft64, .shiftLogicalRight64, .shiftArithmeticRight64:
            break
        case .negateAndAddImm32, .negateAndAddImm64, .sub32, .sub64, .andInverted, .orInverted, .xnor:
            break
        case .divUnsigned32, .divSigned32, .remUnsigned32, .remSigned32, .divUnsigned64, .divSigned64,
            .remUnsigned64, .remSigned64, .mulUpperSignedSigned, .mulUpperUnsignedUnsigned,
            .mulUpperSignedUnsigned:
            break
        }
    }

    // MARK: Groups of fields

    /// The destination is the field of an instruction that leaves its only operand alone.
    private mutating func setFieldAndOperand() {
        shape = .immediate
        (destinationPlace, secondPlace) = (X86Places.field, X86Places.operand)
    }

    /// The destination is first a copy of the operand.
    private mutating func setImmediate() {
        shape = .immediate
        copies = 3
    }

    private mutating func setWidth(_ width: X86Width) {
        if width == .bits64 { usesFirst = .max } else { result = .max }
    }

    private mutating func setCount(_ operation: X86BitCount, _ width: X86Width) {
        setFieldAndOperand()
        machine = .count(operation, width)
        setWidth(width)
        result = Facts.narrow
    }
}
