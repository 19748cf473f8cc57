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
    ///   - opcode: nil for a byte that means nothing, which traps.
    ///   - operands: what follows it.
    ///   - offset: where it stands.
    ///   - next: where the next instruction starts.
    @inline(__always)
    mutating func compile(_ opcode: Opcode?, _ operands: Operands, at offset: Int, next: Int) {
        guard let opcode else {
            trap(at: offset)
            endBlock()
            return
        }
        switch opcode {
        // MARK: no operand, immediate
        case .trap:
            trap(at: offset)
            endBlock()
        case .fallthrough:
            use(Facts.pending)
            if isReferenceRule, !continues(operands, at: offset, next: next) { trap(at: offset) }
            endBlock()
        case .unlikely: break
        case .memset: leave(thunks.memset, at: offset)
        case .ecalli:
            let number = operands.immediate(at: 0), behind = offset &+ 1 &+ operands.skip
            leave(thunks.hostCall, at: offset, number: number, next: behind)
        case .sbrk: leave(thunks.sbrk, at: offset)

        // MARK: constants and moves
        case .loadImm:
            assembler.mov(host(operands.first), signExtended: operands.immediate(at: 1))
            facts.setNarrow(mark(operands.first))
        case .loadImm64:
            assembler.mov(host(operands.first), operands.wide)
            facts.setWide(mark(operands.first))
        case .moveReg:
            assembler.mov(.bits64, host(operands.first), host(operands.second))
            facts.set(mark(operands.first), from: mark(operands.second))

        // MARK: loads and stores
        case .loadU8: load(.unsigned8, operands)
        case .loadI8: load(.signed8, operands)
        case .loadU16: load(.unsigned16, operands)
        case .loadI16: load(.signed16, operands)
        case .loadU32: load(.unsigned32, operands)
        case .loadI32: load(.signed32, operands)
        case .loadU64: load(.bits64, operands)
        case .loadIndirectU8: loadIndirect(.unsigned8, operands)
        case .loadIndirectI8: loadIndirect(.signed8, operands)
        case .loadIndirectU16: loadIndirect(.unsigned16, operands)
        case .loadIndirectI16: loadIndirect(.signed16, operands)
        case .loadIndirectU32: loadIndirect(.unsigned32, operands)
        case .loadIndirectI32: loadIndirect(.signed32, operands)
        case .loadIndirectU64: loadIndirect(.bits64, operands)
        case .storeU8: store(.bits8, operands)
        case .storeU16: store(.bits16, operands)
        case .storeU32: store(.bits32, operands)
        case .storeU64: store(.bits64, operands)
        case .storeIndirectU8: storeIndirect(.bits8, operands)
        case .storeIndirectU16: storeIndirect(.bits16, operands)
        case .storeIndirectU32: storeIndirect(.bits32, operands)
        case .storeIndirectU64: storeIndirect(.bits64, operands)
        case .storeImmU8: storeImmediate(.bits8, operands)
        case .storeImmU16: storeImmediate(.bits16, operands)
        case .storeImmU32: storeImmediate(.bits32, operands)
        case .storeImmU64: storeImmediate(.bits64, operands)
        case .storeImmIndirectU8: storeImmediateIndirect(.bits8, operands)
        case .storeImmIndirectU16: storeImmediateIndirect(.bits16, operands)
        case .storeImmIndirectU32: storeImmediateIndirect(.bits32, operands)
        case .storeImmIndirectU64: storeImmediateIndirect(.bits64, operands)

        // MARK: jumps
        case .jump:
            use(Facts.pending)
            jump(target(offset, operands.immediate(at: 0)), at: offset)
        case .loadImmAndJump:
            let (value, distance) = operands.immediates(at: 1, length: operands.word &>> 4)
            use(Facts.pending)
            assembler.mov(host(operands.first), signExtended: value)
            jump(target(offset, distance), at: offset)
        case .jumpIndirect:
            use(Facts.pending)
            jumpIndirect(host(operands.first), operands.immediate(at: 1), link: nil, at: offset)
        case .loadImmAndJumpIndirect:
            let (value, distance) = operands.immediates(at: 2, length: operands.word &>> 8)
            use(Facts.pending)
            jumpIndirect(host(operands.second), distance, link: (host(operands.first), value), at: offset)

        // MARK: branches
        case .branchEqImm: branchImmediate(.equal, operands, offset, next)
        case .branchNotEqImm: branchImmediate(.notEqual, operands, offset, next)
        case .branchLessUnsignedImm: branchImmediate(.below, operands, offset, next)
        case .branchLessOrEqualUnsignedImm: branchImmediate(.belowOrEqual, operands, offset, next)
        case .branchGreaterOrEqualUnsignedImm: branchImmediate(.aboveOrEqual, operands, offset, next)
        case .branchGreaterUnsignedImm: branchImmediate(.above, operands, offset, next)
        case .branchLessSignedImm: branchImmediate(.less, operands, offset, next)
        case .branchLessOrEqualSignedImm: branchImmediate(.lessOrEqual, operands, offset, next)
        case .branchGreaterOrEqualSignedImm: branchImmediate(.greaterOrEqual, operands, offset, next)
        case .branchGreaterSignedImm: branchImmediate(.greater, operands, offset, next)
        case .branchEq: branch(.equal, operands, offset, next)
        case .branchNotEq: branch(.notEqual, operands, offset, next)
        case .branchLessUnsigned: branch(.below, operands, offset, next)
        case .branchLessSigned: branch(.less, operands, offset, next)
        case .branchGreaterOrEqualUnsigned: branch(.aboveOrEqual, operands, offset, next)
        case .branchGreaterOrEqualSigned: branch(.greaterOrEqual, operands, offset, next)

        // MARK: one operand
        case .countSetBits64: count(.popcnt, .bits64, operands)
        case .countSetBits32: count(.popcnt, .bits32, operands)
        case .countLeadingZeroBits64: count(.lzcnt, .bits64, operands)
        case .countLeadingZeroBits32: count(.lzcnt, .bits32, operands)
        case .countTrailingZeroBits64: count(.tzcnt, .bits64, operands)
        case .countTrailingZeroBits32: count(.tzcnt, .bits32, operands)
        case .signExtend8: extend(.signed8, operands)
        case .signExtend16: extend(.signed16, operands)
        case .zeroExtend16: extend(.unsigned16, operands)
        case .reverseByte: reverseBytes(operands)

        // MARK: register and immediate
        case .addImm32: addImmediate(.bits32, operands)
        case .addImm64: addImmediate(.bits64, operands)
        case .andImm: bitwiseImmediate(.and, operands)
        case .xorImm: bitwiseImmediate(.xor, operands)
        case .orImm: bitwiseImmediate(.or, operands)
        case .mulImm32: multiplyImmediate(.bits32, operands)
        case .mulImm64: multiplyImmediate(.bits64, operands)
        case .setLessThanUnsignedImm: setImmediate(.below, operands)
        case .setLessThanSignedImm: setImmediate(.less, operands)
        case .setGreaterThanUnsignedImm: setImmediate(.above, operands)
        case .setGreaterThanSignedImm: setImmediate(.greater, operands)
        case .shiftLogicalLeftImm32: shiftImmediate(.shl, .bits32, operands)
        case .shiftLogicalRightImm32: shiftImmediate(.shr, .bits32, operands)
        case .shiftArithmeticRightImm32: shiftImmediate(.sar, .bits32, operands)
        case .shiftLogicalLeftImm64: shiftImmediate(.shl, .bits64, operands)
        case .shiftLogicalRightImm64: shiftImmediate(.shr, .bits64, operands)
        case .shiftArithmeticRightImm64: shiftImmediate(.sar, .bits64, operands)
        case .rotateRightImm32: rotateImmediate(.bits32, operands)
        case .rotateRightImm64: rotateImmediate(.bits64, operands)
        case .negateAndAddImm32: negateAndAdd(.bits32, operands)
        case .negateAndAddImm64: negateAndAdd(.bits64, operands)
        case .shiftLogicalLeftImmAlt32: shiftConstant(.shl, .bits32, operands)
        case .shiftLogicalRightImmAlt32: shiftConstant(.shr, .bits32, operands)
        case .shiftArithmeticRightImmAlt32: shiftConstant(.sar, .bits32, operands)
        case .shiftLogicalLeftImmAlt64: shiftConstant(.shl, .bits64, operands)
        case .shiftLogicalRightImmAlt64: shiftConstant(.shr, .bits64, operands)
        case .shiftArithmeticRightImmAlt64: shiftConstant(.sar, .bits64, operands)
        case .rotateRightImmAlt32: shiftConstant(.ror, .bits32, operands)
        case .rotateRightImmAlt64: shiftConstant(.ror, .bits64, operands)
        case .cmovIfZeroImm: conditionalMoveImmediate(.equal, operands)
        case .cmovIfNotZeroImm: conditionalMoveImmediate(.notEqual, operands)

        // MARK: two registers
        case .add32: add(.bits32, operands)
        case .add64: add(.bits64, operands)
        case .sub32: subtract(.bits32, operands)
        case .sub64: subtract(.bits64, operands)
        case .and: bitwise(.and, operands)
        case .xor: bitwise(.xor, operands)
        case .or: bitwise(.or, operands)
        case .mul32: multiply(.bits32, operands)
        case .mul64: multiply(.bits64, operands)
        case .shiftLogicalLeft32: shift(.shl, .shlx, .bits32, operands)
        case .shiftLogicalRight32: shift(.shr, .shrx, .bits32, operands)
        case .shiftArithmeticRight32: shift(.sar, .sarx, .bits32, operands)
        case .shiftLogicalLeft64: shift(.shl, .shlx, .bits64, operands)
        case .shiftLogicalRight64: shift(.shr, .shrx, .bits64, operands)
        case .shiftArithmeticRight64: shift(.sar, .sarx, .bits64, operands)
        case .rotateLeft32: rotate(.rol, .bits32, operands)
        case .rotateLeft64: rotate(.rol, .bits64, operands)
        case .rotateRight32: rotate(.ror, .bits32, operands)
        case .rotateRight64: rotate(.ror, .bits64, operands)
        case .setLessThanUnsigned: set(.below, operands)
        case .setLessThanSigned: set(.less, operands)
        case .cmovIfZero: conditionalMove(.equal, operands)
        case .cmovIfNotZero: conditionalMove(.notEqual, operands)
        case .andInverted: andInverted(operands)
        case .orInverted: inverted(.or, operands)
        case .xnor: inverted(.xor, operands)
        case .maximum: select(.less, operands)
        case .maximumUnsigned: select(.below, operands)
        case .minimum: select(.greater, operands)
        case .minimumUnsigned: select(.above, operands)
        case .divUnsigned32: divide(.bits32, isSigned: false, wantsRemainder: false, operands)
        case .divSigned32: divide(.bits32, isSigned: true, wantsRemainder: false, operands)
        case .remUnsigned32: divide(.bits32, isSigned: false, wantsRemainder: true, operands)
        case .remSigned32: divide(.bits32, isSigned: true, wantsRemainder: true, operands)
        case .divUnsigned64: divide(.bits64, isSigned: false, wantsRemainder: false, operands)
        case .divSigned64: divide(.bits64, isSigned: true, wantsRemainder: false, operands)
        case .remUnsigned64: divide(.bits64, isSigned: false, wantsRemainder: true, operands)
        case .remSigned64: divide(.bits64, isSigned: true, wantsRemainder: true, operands)
        case .mulUpperSignedSigned: multiplyUpper(.signed, .signed, operands)
        case .mulUpperUnsignedUnsigned: multiplyUpper(.unsigned, .unsigned, operands)
        case .mulUpperSignedUnsigned: multiplyUpper(.signed, .unsigned, operands)
        }
    }

    @inline(__always)
    private func target(_ offset: Int, _ distance: Int32) -> UInt32 {
        UInt32(truncatingIfNeeded: offset &+ Int(distance))
    }
}
