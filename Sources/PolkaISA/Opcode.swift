// Every instruction of the virtual machine, one row each (isa.md 5).
//
// The raw value is the opcode byte of the kind Latest64, which has every instruction; `InstructionSet` derives the bytes of
// the other kinds from it, and no opcode byte is written anywhere else. Names are the specification's mnemonics in Swift
// case: a width suffix (`32`, `64`) is the width of the operation, `u8`...`i32` that of the memory access, `Imm` says that
// the last operand is an immediate, `Alt` that the immediate is the *first* operand, `signed`/`unsigned` that the operation
// differs in it. What depends only on the shape of an instruction switches over `OperandFormat`; what depends on its meaning
// switches exhaustively over `Opcode`, without `default`, so that a new row does not compile until every consumer has it.

// swift-format-ignore
/// An instruction of the virtual machine, without its operands.
public enum Opcode: UInt8, CaseIterable, Sendable, Hashable {
    // MARK: no operand
    case trap = 0
    case `fallthrough` = 1
    case memset = 2
    case unlikely = 3

    // MARK: immediate
    case ecalli = 10

    // MARK: register, 64-bit immediate
    case loadImm64 = 20

    // MARK: immediate, immediate
    case storeImmU8 = 30
    case storeImmU16 = 31
    case storeImmU32 = 32
    case storeImmU64 = 33

    // MARK: offset
    case jump = 40

    // MARK: register, immediate
    case jumpIndirect = 50
    case loadImm = 51
    case loadU8 = 52
    case loadI8 = 53
    case loadU16 = 54
    case loadI16 = 55
    case loadU32 = 56
    case loadI32 = 57
    case loadU64 = 58
    case storeU8 = 59
    case storeU16 = 60
    case storeU32 = 61
    case storeU64 = 62

    // MARK: register, immediate, immediate
    case storeImmIndirectU8 = 70
    case storeImmIndirectU16 = 71
    case storeImmIndirectU32 = 72
    case storeImmIndirectU64 = 73

    // MARK: register, immediate, offset
    case loadImmAndJump = 80
    case branchEqImm = 81
    case branchNotEqImm = 82
    case branchLessUnsignedImm = 83
    case branchLessOrEqualUnsignedImm = 84
    case branchGreaterOrEqualUnsignedImm = 85
    case branchGreaterUnsignedImm = 86
    case branchLessSignedImm = 87
    case branchLessOrEqualSignedImm = 88
    case branchGreaterOrEqualSignedImm = 89
    case branchGreaterSignedImm = 90

    // MARK: register, register
    case moveReg = 100
    case sbrk = 101
    case countSetBits64 = 102
    case countSetBits32 = 103
    case countLeadingZeroBits64 = 104
    case countLeadingZeroBits32 = 105
    case countTrailingZeroBits64 = 106
    case countTrailingZeroBits32 = 107
    case signExtend8 = 108
    case signExtend16 = 109
    case zeroExtend16 = 110
    case reverseByte = 111

    // MARK: register, register, immediate
    case storeIndirectU8 = 120
    case storeIndirectU16 = 121
    case storeIndirectU32 = 122
    case storeIndirectU64 = 123
    case loadIndirectU8 = 124
    case loadIndirectI8 = 125
    case loadIndirectU16 = 126
    case loadIndirectI16 = 127
    case loadIndirectU32 = 128
    case loadIndirectI32 = 129
    case loadIndirectU64 = 130
    case addImm32 = 131
    case andImm = 132
    case xorImm = 133
    case orImm = 134
    case mulImm32 = 135
    case setLessThanUnsignedImm = 136
    case setLessThanSignedImm = 137
    case shiftLogicalLeftImm32 = 138
    case shiftLogicalRightImm32 = 139
    case shiftArithmeticRightImm32 = 140
    case negateAndAddImm32 = 141
    case setGreaterThanUnsignedImm = 142
    case setGreaterThanSignedImm = 143
    case shiftLogicalLeftImmAlt32 = 144
    case shiftLogicalRightImmAlt32 = 145
    case shiftArithmeticRightImmAlt32 = 146
    case cmovIfZeroImm = 147
    case cmovIfNotZeroImm = 148
    case addImm64 = 149
    case mulImm64 = 150
    case shiftLogicalLeftImm64 = 151
    case shiftLogicalRightImm64 = 152
    case shiftArithmeticRightImm64 = 153
    case negateAndAddImm64 = 154
    case shiftLogicalLeftImmAlt64 = 155
    case shiftLogicalRightImmAlt64 = 156
    case shiftArithmeticRightImmAlt64 = 157
    case rotateRightImm64 = 158
    case rotateRightImmAlt64 = 159
    case rotateRightImm32 = 160
    case rotateRightImmAlt32 = 161

    // MARK: register, register, offset
    case branchEq = 170
    case branchNotEq = 171
    case branchLessUnsigned = 172
    case branchLessSigned = 173
    case branchGreaterOrEqualUnsigned = 174
    case branchGreaterOrEqualSigned = 175

    // MARK: register, register, immediate, immediate
    case loadImmAndJumpIndirect = 180

    // MARK: register, register, register
    case add32 = 190
    case sub32 = 191
    case mul32 = 192
    case divUnsigned32 = 193
    case divSigned32 = 194
    case remUnsigned32 = 195
    case remSigned32 = 196
    case shiftLogicalLeft32 = 197
    case shiftLogicalRight32 = 198
    case shiftArithmeticRight32 = 199
    case add64 = 200
    case sub64 = 201
    case mul64 = 202
    case divUnsigned64 = 203
    case divSigned64 = 204
    case remUnsigned64 = 205
    case remSigned64 = 206
    case shiftLogicalLeft64 = 207
    case shiftLogicalRight64 = 208
    case shiftArithmeticRight64 = 209
    case and = 210
    case xor = 211
    case or = 212
    case mulUpperSignedSigned = 213
    case mulUpperUnsignedUnsigned = 214
    case mulUpperSignedUnsigned = 215
    case setLessThanUnsigned = 216
    case setLessThanSigned = 217
    case cmovIfZero = 218
    case cmovIfNotZero = 219
    case rotateLeft64 = 220
    case rotateLeft32 = 221
    case rotateRight64 = 222
    case rotateRight32 = 223
    case andInverted = 224
    case orInverted = 225
    case xnor = 226
    case maximum = 227
    case maximumUnsigned = 228
    case minimum = 229
    case minimumUnsigned = 230
}

extension Opcode {
    /// Whether the instruction ends a basic block (isa.md 7.1).
    public var isTerminator: Bool {
        switch self {
        case .trap, .fallthrough, .jump, .jumpIndirect, .loadImmAndJump, .loadImmAndJumpIndirect: true
        default: isBranch
        }
    }

    /// Whether the instruction is one of the sixteen conditional branches.
    public var isBranch: Bool {
        switch format {
        case .registerRegisterOffset: true
        case .registerImmediateOffset: self != .loadImmAndJump
        default: false
        }
    }

    /// Whether control can reach the instruction that follows.
    public var canFallThrough: Bool {
        switch self {
        case .trap, .jump, .jumpIndirect, .loadImmAndJump, .loadImmAndJumpIndirect: false
        default: true
        }
    }

    /// Whether only the 64-bit kinds have the instruction (isa.md 2).
    public var needs64Bits: Bool {
        switch self {
        case .loadImm64, .loadU32, .loadU64, .storeU64, .storeImmU64, .storeImmIndirectU64, .storeIndirectU64,
            .loadIndirectU32, .loadIndirectU64:
            true
        default: mnemonic.hasSuffix("_64")
        }
    }

    /// The name of the instruction in the specification, such as `branch_less_unsigned_imm`.
    public var mnemonic: String { Self.mnemonics[Int(rawValue)] }

    private static let mnemonics: [String] = {
        var names = [String](repeating: "", count: 256)
        for opcode in allCases { names[Int(opcode.rawValue)] = snakeCase(of: "\(opcode)") }
        return names
    }()

    /// Derives a mnemonic from the Swift name, so that it stands only once: each capital and each width starts a word,
    /// except that a width stays with the `U` or `I` of a memory access, and in `load_imm64`.
    private static func snakeCase(of name: String) -> String {
        if name == "loadImm64" { return "load_imm64" }
        var result = ""
        var previous: Character = " "
        for character in name {
            let startsWord = character.isUppercase || (character.isNumber && previous.isLowercase)
            if startsWord { result += "_" }
            result += character.lowercased()
            previous = character
        }
        return result
    }
}
