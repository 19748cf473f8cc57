// What each instruction becomes. The switch is exhaustive: a new opcode does not compile until it has machine code.
//
// Registers of 32-bit kinds hold their values sign extended, under which nearly every instruction is the same as on 64 bits
// (isa.md 1). Operands may be the same register in any combination.

import PolkaISA
import X86Assembler

extension Compiler {
    /// Compiles an instruction.
    ///
    /// - Parameters:
    ///   - traits: of its opcode byte; one that means nothing traps.
    ///   - operands: what follows it.
    ///   - offset: where it stands.
    ///   - next: where the next instruction starts.
    @inline(__always)
    mutating func compile(_ traits: OpcodeTraits, _ operands: Operands, at offset: Int, next: Int) {
        guard let opcode = traits.opcode else {
            trap(at: offset)
            endBlock()
            return
        }
        switch opcode {
        // MARK: what has a template
        case .loadImm, .moveReg, .loadIndirectU8, .loadIndirectI8, .loadIndirectU16, .loadIndirectI16,
            .loadIndirectU32, .loadIndirectI32, .loadIndirectU64, .storeIndirectU8, .storeIndirectU16,
            .storeIndirectU32, .storeIndirectU64, .signExtend8, .signExtend16, .zeroExtend16, .addImm32, .addImm64,
            .andImm, .xorImm, .orImm, .mulImm32, .mulImm64, .shiftLogicalLeftImm32, .shiftLogicalRightImm32,
            .shiftArithmeticRightImm32, .shiftLogicalLeftImm64, .shiftLogicalRightImm64,
            .shiftArithmeticRightImm64, .add32, .add64, .and, .xor, .or, .mul32, .mul64:
            preconditionFailure("\(opcode) is compiled by its template")

        // MARK: no operand, immediate
        case .trap:
            trap(at: offset)
            endBlock()
        case .fallthrough: fallThrough(operands, at: offset, next: next)
        case .unlikely: break
        case .memset: leave(thunks.memset, at: offset)
        case .ecalli:
            let number = operands.immediate(at: 0), behind = offset &+ 1 &+ operands.skip
            leave(thunks.hostCall, at: offset, number: number, next: behind)
        case .sbrk: leave(thunks.sbrk, at: offset)

        // MARK: constants and moves
        case .loadImm64:
            assembler.mov(host(operands.first), operands.wide)
            facts.setWide(mark(operands.first))

        // MARK: loads and stores
        case .loadU8, .loadI8, .loadU16, .loadI16, .loadU32, .loadI32, .loadU64:
            load(traits.loaded, operands)
        case .storeU8, .storeU16, .storeU32, .storeU64:
            store(traits.stored, operands)
        case .storeImmU8, .storeImmU16, .storeImmU32, .storeImmU64:
            storeImmediate(traits.stored, operands)
        case .storeImmIndirectU8, .storeImmIndirectU16, .storeImmIndirectU32, .storeImmIndirectU64:
            storeImmediateIndirect(traits.stored, operands)

        // MARK: jumps
        case .jump: jump(operands, at: offset)
        case .loadImmAndJump: call(operands, at: offset)
        case .jumpIndirect:
            use(Facts.pending)
            jumpIndirect(host(operands.first), operands.immediate(at: 1), link: nil, at: offset)
        case .loadImmAndJumpIndirect:
            let (value, distance) = operands.immediates(at: 2, length: operands.word &>> 8)
            use(Facts.pending)
            jumpIndirect(host(operands.second), distance, link: (host(operands.first), value), at: offset)

        // MARK: branches
        case .branchEqImm, .branchNotEqImm, .branchLessUnsignedImm, .branchLessOrEqualUnsignedImm,
            .branchGreaterOrEqualUnsignedImm, .branchGreaterUnsignedImm, .branchLessSignedImm,
            .branchLessOrEqualSignedImm, .branchGreaterOrEqualSignedImm, .branchGreaterSignedImm:
            branchImmediate(traits.condition, operands, offset, next)
        case .branchEq, .branchNotEq, .branchLessUnsigned, .branchLessSigned, .branchGreaterOrEqualUnsigned,
            .branchGreaterOrEqualSigned:
            branch(traits.condition, operands, offset, next)

        // MARK: one operand
        case .countSetBits64, .countSetBits32: count(.popcnt, traits.width, operands)
        case .countLeadingZeroBits64, .countLeadingZeroBits32: count(.lzcnt, traits.width, operands)
        case .countTrailingZeroBits64, .countTrailingZeroBits32: count(.tzcnt, traits.width, operands)
        case .reverseByte: reverseBytes(operands)

        // MARK: register and immediate
        case .setLessThanUnsignedImm, .setLessThanSignedImm, .setGreaterThanUnsignedImm, .setGreaterThanSignedImm:
            setImmediate(traits.condition, operands)
        case .rotateRightImm32, .rotateRightImm64: rotateImmediate(traits.width, operands)
        case .negateAndAddImm32, .negateAndAddImm64: negateAndAdd(traits.width, operands)
        case .shiftLogicalLeftImmAlt32, .shiftLogicalRightImmAlt32, .shiftArithmeticRightImmAlt32,
            .shiftLogicalLeftImmAlt64, .shiftLogicalRightImmAlt64, .shiftArithmeticRightImmAlt64,
            .rotateRightImmAlt32, .rotateRightImmAlt64:
            shiftConstant(traits.shift, traits.width, operands)
        case .cmovIfZeroImm, .cmovIfNotZeroImm: conditionalMoveImmediate(traits.condition, operands)

        // MARK: two registers
        case .sub32, .sub64: subtract(traits.width, operands)
        case .shiftLogicalLeft32, .shiftLogicalRight32, .shiftArithmeticRight32, .shiftLogicalLeft64,
            .shiftLogicalRight64, .shiftArithmeticRight64:
            shift(traits.shift, traits.freeShift, traits.width, operands)
        case .rotateLeft32, .rotateLeft64, .rotateRight32, .rotateRight64: rotate(traits.shift, traits.width, operands)
        case .setLessThanUnsigned, .setLessThanSigned: set(traits.condition, operands)
        case .cmovIfZero, .cmovIfNotZero: conditionalMove(traits.condition, operands)
        case .andInverted: andInverted(operands)
        case .orInverted, .xnor: inverted(traits.arithmetic, operands)
        case .maximum, .maximumUnsigned, .minimum, .minimumUnsigned: select(traits.condition, operands)
        case .divUnsigned32: divide(traits.width, isSigned: false, wantsRemainder: false, operands)
        case .divSigned32: divide(traits.width, isSigned: true, wantsRemainder: false, operands)
        case .remUnsigned32: divide(traits.width, isSigned: false, wantsRemainder: true, operands)
        case .remSigned32: divide(traits.width, isSigned: true, wantsRemainder: true, operands)
        case .divUnsigned64: divide(traits.width, isSigned: false, wantsRemainder: false, operands)
        case .divSigned64: divide(traits.width, isSigned: true, wantsRemainder: false, operands)
        case .remUnsigned64: divide(traits.width, isSigned: false, wantsRemainder: true, operands)
        case .remSigned64: divide(traits.width, isSigned: true, wantsRemainder: true, operands)
        case .mulUpperSignedSigned: multiplyUpper(.signed, .signed, operands)
        case .mulUpperUnsignedUnsigned: multiplyUpper(.unsigned, .unsigned, operands)
        case .mulUpperSignedUnsigned: multiplyUpper(.signed, .unsigned, operands)
        }
    }
}
