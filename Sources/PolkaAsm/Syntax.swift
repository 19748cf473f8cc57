// How each instruction is written, one row per opcode (isa.md 8.2).
//
// The formatter reads the table by opcode, the assembler by what it has parsed; no operator or keyword is spelled anywhere
// else, so what one prints the other understands. Which operands are registers and which immediates is not said here: that
// is the instruction's `OperandFormat`.

import PolkaISA

/// The written form of an instruction, apart from its operands.
enum Syntax: Hashable {
    /// Nothing but the mnemonic.
    case mnemonic
    /// `D = word S`.
    case unary(Unary, Width)
    /// `D = A op B`, the second operand a register or an immediate.
    case binary(BinaryOperator, Width)
    /// `D = X op A`, the first operand an immediate.
    case immediateFirst(BinaryOperator, Width)
    /// `D = ~(A ^ B)`.
    case negatedXor
    /// `D = word(A, B)`.
    case call(Call)
    /// `D = type [address]`.
    case load(Access)
    /// `type [address] = value`.
    case store(Access)
    /// `jump T if A op B`.
    case branch(Comparison)
    /// `D = value if A op 0`.
    case select(Comparison)
    /// One of the few whose form no other instruction shares.
    case special
}

/// Whether an operation exists once, or once per register width.
enum Width: Hashable {
    case any, narrow, wide
}

enum Unary: String, CaseIterable {
    case countSetBits = "cpop"
    case countLeadingZeros = "clz"
    case countTrailingZeros = "ctz"
    case signExtend8 = "sext8"
    case signExtend16 = "sext16"
    case zeroExtend16 = "zext16"
    case reverseBytes = "reverse"
    case sbrk = "sbrk"
}

enum Call: String, CaseIterable {
    case maximum = "maxs"
    case maximumUnsigned = "maxu"
    case minimum = "mins"
    case minimumUnsigned = "minu"
}

/// The type in front of a memory operand.
enum Access: String, CaseIterable {
    case u8, u16, u32, u64, i8, i16, i32
}

/// Operators between two operands; a blank stands on either side, but none behind a `~`.
enum BinaryOperator: String, CaseIterable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case multiplyUpperSigned = "mulh"
    case multiplyUpperUnsigned = "mulhu"
    case multiplyUpperSignedUnsigned = "mulhsu"
    case divideUnsigned = "/u"
    case divideSigned = "/s"
    case remainderUnsigned = "%u"
    case remainderSigned = "%s"
    case and = "&"
    case or = "|"
    case xor = "^"
    case andInverted = "& ~"
    case orInverted = "| ~"
    case shiftLeft = "<<"
    case shiftRight = ">>"
    case shiftRightArithmetic = ">>a"
    case rotateLeft = "<<r"
    case rotateRight = ">>r"
    case lessUnsigned = "<u"
    case lessSigned = "<s"
    case greaterUnsigned = ">u"
    case greaterSigned = ">s"

    /// Whether the operands may change places, with which operator then.
    var mirrored: BinaryOperator? {
        switch self {
        case .add, .multiply, .and, .or, .xor: self
        case .lessUnsigned: .greaterUnsigned
        case .lessSigned: .greaterSigned
        case .greaterUnsigned: .lessUnsigned
        case .greaterSigned: .lessSigned
        default: nil
        }
    }
}

enum Comparison: String, CaseIterable {
    case equal = "=="
    case notEqual = "!="
    case lessUnsigned = "<u"
    case lessSigned = "<s"
    case lessOrEqualUnsigned = "<=u"
    case lessOrEqualSigned = "<=s"
    case greaterUnsigned = ">u"
    case greaterSigned = ">s"
    case greaterOrEqualUnsigned = ">=u"
    case greaterOrEqualSigned = ">=s"

    /// The comparison that holds when this one does with its operands exchanged.
    var mirrored: Comparison {
        switch self {
        case .equal, .notEqual: self
        case .lessUnsigned: .greaterUnsigned
        case .lessSigned: .greaterSigned
        case .lessOrEqualUnsigned: .greaterOrEqualUnsigned
        case .lessOrEqualSigned: .greaterOrEqualSigned
        case .greaterUnsigned: .lessUnsigned
        case .greaterSigned: .lessSigned
        case .greaterOrEqualUnsigned: .lessOrEqualUnsigned
        case .greaterOrEqualSigned: .lessOrEqualSigned
        }
    }
}

extension Opcode {
    // swift-format-ignore
    /// The row of this instruction.
    var syntax: Syntax {
        switch self {
        case .trap, .fallthrough, .unlikely: .mnemonic
        case .memset, .ecalli, .loadImm64, .jump, .jumpIndirect, .loadImm, .loadImmAndJump, .moveReg,
            .loadImmAndJumpIndirect: .special

        case .storeImmU8, .storeU8, .storeImmIndirectU8, .storeIndirectU8: .store(.u8)
        case .storeImmU16, .storeU16, .storeImmIndirectU16, .storeIndirectU16: .store(.u16)
        case .storeImmU32, .storeU32, .storeImmIndirectU32, .storeIndirectU32: .store(.u32)
        case .storeImmU64, .storeU64, .storeImmIndirectU64, .storeIndirectU64: .store(.u64)
        case .loadU8, .loadIndirectU8: .load(.u8)
        case .loadI8, .loadIndirectI8: .load(.i8)
        case .loadU16, .loadIndirectU16: .load(.u16)
        case .loadI16, .loadIndirectI16: .load(.i16)
        case .loadU32, .loadIndirectU32: .load(.u32)
        case .loadI32, .loadIndirectI32: .load(.i32)
        case .loadU64, .loadIndirectU64: .load(.u64)

        case .branchEq, .branchEqImm: .branch(.equal)
        case .branchNotEq, .branchNotEqImm: .branch(.notEqual)
        case .branchLessUnsigned, .branchLessUnsignedImm: .branch(.lessUnsigned)
        case .branchLessSigned, .branchLessSignedImm: .branch(.lessSigned)
        case .branchGreaterOrEqualUnsigned, .branchGreaterOrEqualUnsignedImm: .branch(.greaterOrEqualUnsigned)
        case .branchGreaterOrEqualSigned, .branchGreaterOrEqualSignedImm: .branch(.greaterOrEqualSigned)
        case .branchLessOrEqualUnsignedImm: .branch(.lessOrEqualUnsigned)
        case .branchLessOrEqualSignedImm: .branch(.lessOrEqualSigned)
        case .branchGreaterUnsignedImm: .branch(.greaterUnsigned)
        case .branchGreaterSignedImm: .branch(.greaterSigned)

        case .cmovIfZero, .cmovIfZeroImm: .select(.equal)
        case .cmovIfNotZero, .cmovIfNotZeroImm: .select(.notEqual)

        case .sbrk: .unary(.sbrk, .any)
        case .countSetBits64: .unary(.countSetBits, .wide)
        case .countSetBits32: .unary(.countSetBits, .narrow)
        case .countLeadingZeroBits64: .unary(.countLeadingZeros, .wide)
        case .countLeadingZeroBits32: .unary(.countLeadingZeros, .narrow)
        case .countTrailingZeroBits64: .unary(.countTrailingZeros, .wide)
        case .countTrailingZeroBits32: .unary(.countTrailingZeros, .narrow)
        case .signExtend8: .unary(.signExtend8, .any)
        case .signExtend16: .unary(.signExtend16, .any)
        case .zeroExtend16: .unary(.zeroExtend16, .any)
        case .reverseByte: .unary(.reverseBytes, .any)

        case .add64, .addImm64: .binary(.add, .wide)
        case .add32, .addImm32: .binary(.add, .narrow)
        case .sub64: .binary(.subtract, .wide)
        case .sub32: .binary(.subtract, .narrow)
        case .negateAndAddImm64: .immediateFirst(.subtract, .wide)
        case .negateAndAddImm32: .immediateFirst(.subtract, .narrow)
        case .mul64, .mulImm64: .binary(.multiply, .wide)
        case .mul32, .mulImm32: .binary(.multiply, .narrow)
        case .mulUpperSignedSigned: .binary(.multiplyUpperSigned, .any)
        case .mulUpperUnsignedUnsigned: .binary(.multiplyUpperUnsigned, .any)
        case .mulUpperSignedUnsigned: .binary(.multiplyUpperSignedUnsigned, .any)
        case .divUnsigned64: .binary(.divideUnsigned, .wide)
        case .divUnsigned32: .binary(.divideUnsigned, .narrow)
        case .divSigned64: .binary(.divideSigned, .wide)
        case .divSigned32: .binary(.divideSigned, .narrow)
        case .remUnsigned64: .binary(.remainderUnsigned, .wide)
        case .remUnsigned32: .binary(.remainderUnsigned, .narrow)
        case .remSigned64: .binary(.remainderSigned, .wide)
        case .remSigned32: .binary(.remainderSigned, .narrow)
        case .and, .andImm: .binary(.and, .any)
        case .or, .orImm: .binary(.or, .any)
        case .xor, .xorImm: .binary(.xor, .any)
        case .andInverted: .binary(.andInverted, .any)
        case .orInverted: .binary(.orInverted, .any)
        case .xnor: .negatedXor
        case .shiftLogicalLeft64, .shiftLogicalLeftImm64: .binary(.shiftLeft, .wide)
        case .shiftLogicalLeft32, .shiftLogicalLeftImm32: .binary(.shiftLeft, .narrow)
        case .shiftLogicalLeftImmAlt64: .immediateFirst(.shiftLeft, .wide)
        case .shiftLogicalLeftImmAlt32: .immediateFirst(.shiftLeft, .narrow)
        case .shiftLogicalRight64, .shiftLogicalRightImm64: .binary(.shiftRight, .wide)
        case .shiftLogicalRight32, .shiftLogicalRightImm32: .binary(.shiftRight, .narrow)
        case .shiftLogicalRightImmAlt64: .immediateFirst(.shiftRight, .wide)
        case .shiftLogicalRightImmAlt32: .immediateFirst(.shiftRight, .narrow)
        case .shiftArithmeticRight64, .shiftArithmeticRightImm64: .binary(.shiftRightArithmetic, .wide)
        case .shiftArithmeticRight32, .shiftArithmeticRightImm32: .binary(.shiftRightArithmetic, .narrow)
        case .shiftArithmeticRightImmAlt64: .immediateFirst(.shiftRightArithmetic, .wide)
        case .shiftArithmeticRightImmAlt32: .immediateFirst(.shiftRightArithmetic, .narrow)
        case .rotateLeft64: .binary(.rotateLeft, .wide)
        case .rotateLeft32: .binary(.rotateLeft, .narrow)
        case .rotateRight64, .rotateRightImm64: .binary(.rotateRight, .wide)
        case .rotateRight32, .rotateRightImm32: .binary(.rotateRight, .narrow)
        case .rotateRightImmAlt64: .immediateFirst(.rotateRight, .wide)
        case .rotateRightImmAlt32: .immediateFirst(.rotateRight, .narrow)
        case .setLessThanUnsigned, .setLessThanUnsignedImm: .binary(.lessUnsigned, .any)
        case .setLessThanSigned, .setLessThanSignedImm: .binary(.lessSigned, .any)
        case .setGreaterThanUnsignedImm: .binary(.greaterUnsigned, .any)
        case .setGreaterThanSignedImm: .binary(.greaterSigned, .any)

        case .maximum: .call(.maximum)
        case .maximumUnsigned: .call(.maximumUnsigned)
        case .minimum: .call(.minimum)
        case .minimumUnsigned: .call(.minimumUnsigned)
        }
    }

    /// The instruction of a written form and a shape of operands, nil if there is none.
    init?(_ syntax: Syntax, _ format: OperandFormat) {
        guard let opcode = Self.byForm[Form(syntax: syntax, format: format)] else { return nil }
        self = opcode
    }

    /// Every written form that some instruction has.
    static let forms = Set(allCases.map(\.syntax))

    private struct Form: Hashable {
        let syntax: Syntax
        let format: OperandFormat
    }

    private static let byForm: [Form: Opcode] = {
        var opcodes: [Form: Opcode] = [:]
        for opcode in allCases {
            switch opcode.syntax {
            case .mnemonic, .special: break
            default: opcodes[Form(syntax: opcode.syntax, format: opcode.format)] = opcode
            }
        }
        return opcodes
    }()
}
