// What each op becomes. The switch is exhaustive: a new opcode does not compile until it has machine code.
//
// Registers of 32-bit kinds hold their values sign extended, under which nearly every instruction is the same as on 64 bits
// (isa.md 1). Operands may be the same register in any combination; every sequence reads all it needs before it writes its
// result, or goes through the scratch register.

import CPolkaSystem
import PolkaISA
import PolkaVM
import X86Assembler

private let scratch = RegisterMap.scratch

extension CodeGenerator {
    private func register(_ number: UInt8) -> X86Register { RegisterMap.host[Int(number)] }

    mutating func lower(_ op: Op, at pc: UInt32, nextHead: UInt32) {
        let immediate = Int32(truncatingIfNeeded: Int64(bitPattern: op.x))
        switch op.opcode {
        // MARK: no operand, immediate
        case .trap: leave(pc, PVM_NATIVE_TRAP)
        case .fallthrough, .unlikely: break
        case .memset: leave(pc, PVM_NATIVE_MEMSET)
        case .ecalli: leave(pc, PVM_NATIVE_HOST_CALL)
        case .sbrk: leave(pc, PVM_NATIVE_SBRK)

        // MARK: constants and moves
        case .loadImm, .loadImm64: assembler.mov(register(op.d), op.x)
        case .moveReg: assembler.mov(.bits64, register(op.d), register(op.a))

        // MARK: loads and stores
        case .loadU8, .loadIndirectU8: assembler.load(.unsigned8, register(op.d), memory(op))
        case .loadI8, .loadIndirectI8: assembler.load(.signed8, register(op.d), memory(op))
        case .loadU16, .loadIndirectU16: assembler.load(.unsigned16, register(op.d), memory(op))
        case .loadI16, .loadIndirectI16: assembler.load(.signed16, register(op.d), memory(op))
        case .loadU32, .loadIndirectU32: assembler.load(.unsigned32, register(op.d), memory(op))
        case .loadI32, .loadIndirectI32: assembler.load(.signed32, register(op.d), memory(op))
        case .loadU64, .loadIndirectU64: assembler.load(.bits64, register(op.d), memory(op))
        case .storeU8, .storeIndirectU8: assembler.store(.bits8, memory(op), register(op.b))
        case .storeU16, .storeIndirectU16: assembler.store(.bits16, memory(op), register(op.b))
        case .storeU32, .storeIndirectU32: assembler.store(.bits32, memory(op), register(op.b))
        case .storeU64, .storeIndirectU64: assembler.store(.bits64, memory(op), register(op.b))
        case .storeImmU8, .storeImmIndirectU8: assembler.store(.bits8, memory(op), Int32(bitPattern: op.y))
        case .storeImmU16, .storeImmIndirectU16: assembler.store(.bits16, memory(op), Int32(bitPattern: op.y))
        case .storeImmU32, .storeImmIndirectU32: assembler.store(.bits32, memory(op), Int32(bitPattern: op.y))
        case .storeImmU64, .storeImmIndirectU64: assembler.store(.bits64, memory(op), Int32(bitPattern: op.y))

        // MARK: jumps
        case .jump:
            jump(op.y, nextHead, pc)
        case .loadImmAndJump:
            assembler.mov(register(op.d), op.x)
            jump(op.y, nextHead, pc)
        case .jumpIndirect:
            indirectJump(op, pc, link: nil)
        case .loadImmAndJumpIndirect:
            indirectJump(op, pc, link: register(op.d))

        // MARK: branches
        case .branchEqImm: branch(.equal, op, immediate, pc)
        case .branchNotEqImm: branch(.notEqual, op, immediate, pc)
        case .branchLessUnsignedImm: branch(.below, op, immediate, pc)
        case .branchLessOrEqualUnsignedImm: branch(.belowOrEqual, op, immediate, pc)
        case .branchGreaterOrEqualUnsignedImm: branch(.aboveOrEqual, op, immediate, pc)
        case .branchGreaterUnsignedImm: branch(.above, op, immediate, pc)
        case .branchLessSignedImm: branch(.less, op, immediate, pc)
        case .branchLessOrEqualSignedImm: branch(.lessOrEqual, op, immediate, pc)
        case .branchGreaterOrEqualSignedImm: branch(.greaterOrEqual, op, immediate, pc)
        case .branchGreaterSignedImm: branch(.greater, op, immediate, pc)
        case .branchEq: branch(.equal, op, pc)
        case .branchNotEq: branch(.notEqual, op, pc)
        case .branchLessUnsigned: branch(.below, op, pc)
        case .branchLessSigned: branch(.less, op, pc)
        case .branchGreaterOrEqualUnsigned: branch(.aboveOrEqual, op, pc)
        case .branchGreaterOrEqualSigned: branch(.greaterOrEqual, op, pc)

        // MARK: one operand
        case .countSetBits64: assembler.count(.popcnt, .bits64, register(op.d), register(op.a))
        case .countSetBits32: assembler.count(.popcnt, .bits32, register(op.d), register(op.a))
        case .countLeadingZeroBits64: assembler.count(.lzcnt, .bits64, register(op.d), register(op.a))
        case .countLeadingZeroBits32: assembler.count(.lzcnt, .bits32, register(op.d), register(op.a))
        case .countTrailingZeroBits64: assembler.count(.tzcnt, .bits64, register(op.d), register(op.a))
        case .countTrailingZeroBits32: assembler.count(.tzcnt, .bits32, register(op.d), register(op.a))
        case .signExtend8: assembler.extend(.signed8, register(op.d), register(op.a))
        case .signExtend16: assembler.extend(.signed16, register(op.d), register(op.a))
        case .zeroExtend16: assembler.extend(.unsigned16, register(op.d), register(op.a))
        case .reverseByte:
            let d = register(op.d)
            move(d, register(op.a))
            assembler.bswap(is64Bit ? .bits64 : .bits32, d)
            if !is64Bit { assembler.extend(.signed32, d, d) }

        // MARK: register and immediate
        case .addImm32: addImmediate(op, immediate, .bits32)
        case .addImm64: addImmediate(op, immediate, .bits64)
        case .andImm: arithmetic(.and, op, immediate)
        case .xorImm: arithmetic(.xor, op, immediate)
        case .orImm: arithmetic(.or, op, immediate)
        case .mulImm32:
            assembler.imul(.bits32, register(op.d), register(op.a), immediate)
            extend32(op.d)
        case .mulImm64: assembler.imul(.bits64, register(op.d), register(op.a), immediate)
        case .setLessThanUnsignedImm: set(.below, op, immediate)
        case .setLessThanSignedImm: set(.less, op, immediate)
        case .setGreaterThanUnsignedImm: set(.above, op, immediate)
        case .setGreaterThanSignedImm: set(.greater, op, immediate)
        case .shiftLogicalLeftImm32: shift(.shl, .bits32, op, by: immediate)
        case .shiftLogicalRightImm32: shift(.shr, .bits32, op, by: immediate)
        case .shiftArithmeticRightImm32: shift(.sar, .bits32, op, by: immediate)
        case .shiftLogicalLeftImm64: shift(.shl, .bits64, op, by: immediate)
        case .shiftLogicalRightImm64: shift(.shr, .bits64, op, by: immediate)
        case .shiftArithmeticRightImm64: shift(.sar, .bits64, op, by: immediate)
        case .rotateRightImm32: shift(.ror, .bits32, op, by: immediate)
        case .rotateRightImm64: shift(.ror, .bits64, op, by: immediate)
        case .negateAndAddImm32: negateAndAdd(op, .bits32, immediate)
        case .negateAndAddImm64: negateAndAdd(op, .bits64, immediate)
        case .shiftLogicalLeftImmAlt32: shift(.shl, .bits32, constant: immediate, op)
        case .shiftLogicalRightImmAlt32: shift(.shr, .bits32, constant: immediate, op)
        case .shiftArithmeticRightImmAlt32: shift(.sar, .bits32, constant: immediate, op)
        case .shiftLogicalLeftImmAlt64: shift(.shl, .bits64, constant: immediate, op)
        case .shiftLogicalRightImmAlt64: shift(.shr, .bits64, constant: immediate, op)
        case .shiftArithmeticRightImmAlt64: shift(.sar, .bits64, constant: immediate, op)
        case .rotateRightImmAlt32: shift(.ror, .bits32, constant: immediate, op)
        case .rotateRightImmAlt64: shift(.ror, .bits64, constant: immediate, op)
        case .cmovIfZeroImm: conditionalMove(.equal, op, immediate)
        case .cmovIfNotZeroImm: conditionalMove(.notEqual, op, immediate)

        // MARK: two registers
        case .add32: add(op, .bits32)
        case .add64: add(op, .bits64)
        case .sub32: subtract(op, .bits32)
        case .sub64: subtract(op, .bits64)
        case .and: commutative(.and, op)
        case .xor: commutative(.xor, op)
        case .or: commutative(.or, op)
        case .mul32: multiply(op, .bits32)
        case .mul64: multiply(op, .bits64)
        case .shiftLogicalLeft32: shift(.shl, .bits32, op)
        case .shiftLogicalRight32: shift(.shr, .bits32, op)
        case .shiftArithmeticRight32: shift(.sar, .bits32, op)
        case .shiftLogicalLeft64: shift(.shl, .bits64, op)
        case .shiftLogicalRight64: shift(.shr, .bits64, op)
        case .shiftArithmeticRight64: shift(.sar, .bits64, op)
        case .rotateLeft32: shift(.rol, .bits32, op)
        case .rotateLeft64: shift(.rol, .bits64, op)
        case .rotateRight32: shift(.ror, .bits32, op)
        case .rotateRight64: shift(.ror, .bits64, op)
        case .setLessThanUnsigned: set(.below, op)
        case .setLessThanSigned: set(.less, op)
        case .cmovIfZero: conditionalMove(.equal, op)
        case .cmovIfNotZero: conditionalMove(.notEqual, op)
        case .andInverted: inverted(.and, op)
        case .orInverted: inverted(.or, op)
        case .xnor: inverted(.xor, op)
        case .maximum: select(.less, op)
        case .maximumUnsigned: select(.below, op)
        case .minimum: select(.greater, op)
        case .minimumUnsigned: select(.above, op)
        case .divUnsigned32: divide(op, .bits32, isSigned: false, wantsRemainder: false)
        case .divSigned32: divide(op, .bits32, isSigned: true, wantsRemainder: false)
        case .remUnsigned32: divide(op, .bits32, isSigned: false, wantsRemainder: true)
        case .remSigned32: divide(op, .bits32, isSigned: true, wantsRemainder: true)
        case .divUnsigned64: divide(op, .bits64, isSigned: false, wantsRemainder: false)
        case .divSigned64: divide(op, .bits64, isSigned: true, wantsRemainder: false)
        case .remUnsigned64: divide(op, .bits64, isSigned: false, wantsRemainder: true)
        case .remSigned64: divide(op, .bits64, isSigned: true, wantsRemainder: true)
        case .mulUpperSignedSigned: multiplyUpper(op, .signed, .signed)
        case .mulUpperUnsignedUnsigned: multiplyUpper(op, .unsigned, .unsigned)
        case .mulUpperSignedUnsigned: multiplyUpper(op, .signed, .unsigned)
        }
    }

    // MARK: Help

    private mutating func move(_ destination: X86Register, _ source: X86Register) {
        if destination != source { assembler.mov(.bits64, destination, source) }
    }

    private mutating func extend32(_ number: UInt8) {
        assembler.extend(.signed32, register(number), register(number))
    }

    private mutating func extend(_ number: UInt8, after width: X86Width) {
        if width == .bits32 { extend32(number) }
    }

    /// `gs:[u32(base + offset)]`: the reservation starts at the base of GS.
    private func memory(_ op: Op) -> X86Memory {
        let offset = Int32(truncatingIfNeeded: Int64(bitPattern: op.x))
        if op.a == Op.zeroRegister { return X86Memory(absolute: offset).address32.gs }
        return X86Memory(base: register(op.a), displacement: offset).address32.gs
    }

    // MARK: Control

    private mutating func jump(_ head: UInt32, _ nextHead: UInt32, _ pc: UInt32) {
        if head == PredecodedCode.badTarget {
            leave(pc, PVM_NATIVE_TRAP)
        } else if head != nextHead {
            assembler.jump(to: label(ofHead: head))
        }
    }

    private mutating func branch(_ condition: X86Condition, _ op: Op, _ immediate: Int32, _ pc: UInt32) {
        let a = register(op.a)
        if immediate == 0, condition == .equal || condition == .notEqual {
            assembler.test(.bits64, a, a)
        } else {
            assembler.arithmetic(.cmp, .bits64, a, immediate)
        }
        branch(condition, to: op.y, pc)
    }

    private mutating func branch(_ condition: X86Condition, _ op: Op, _ pc: UInt32) {
        assembler.arithmetic(.cmp, .bits64, register(op.a), register(op.b))
        branch(condition, to: op.y, pc)
    }

    private mutating func branch(_ condition: X86Condition, to head: UInt32, _ pc: UInt32) {
        let isBad = head == PredecodedCode.badTarget
        assembler.jump(condition, to: isBad ? exit(pc, PVM_NATIVE_TRAP) : label(ofHead: head))
    }

    /// Halves the address and counts from 0; what is odd or 0 becomes larger than any table is long.
    private mutating func indirectJump(_ op: Op, _ pc: UInt32, link: X86Register?) {
        let end = freshLabel()
        jumpEnds.append((end, pc))
        assembler.lea(
            .bits32, scratch, X86Memory(base: register(op.a), displacement: Int32(bitPattern: op.y)))
        if let link { assembler.mov(link, op.x) }
        assembler.shift(.ror, .bits32, scratch, by: 1)
        assembler.arithmetic(.sub, .bits32, scratch, 1)
        assembler.arithmetic(.cmp, .bits32, scratch, Int32(code.jumpTargets.count))
        assembler.jump(.aboveOrEqual, to: end)
        assembler.shift(.shl, .bits64, scratch, by: 3)
        assembler.arithmetic(.add, .bits64, scratch, RegisterMap.slot(PVM_SLOT_JUMP_TABLE))
        assembler.load(.bits64, scratch, X86Memory(base: scratch))
        // 0 stands for an entry that is not a valid target; it is not the host's address either.
        assembler.test(.bits64, scratch, scratch)
        assembler.jump(.equal, to: end)
        assembler.jump(through: scratch)
    }

    // MARK: Arithmetic

    private mutating func addImmediate(_ op: Op, _ immediate: Int32, _ width: X86Width) {
        let (d, a) = (register(op.d), register(op.a))
        if immediate == 0 {
            if width == .bits32 { assembler.extend(.signed32, d, a) } else { move(d, a) }
            return
        }
        if d == a {
            assembler.arithmetic(.add, width, d, immediate)
        } else {
            assembler.lea(width, d, X86Memory(base: a, displacement: immediate))
        }
        extend(op.d, after: width)
    }

    private mutating func arithmetic(_ operation: X86Arithmetic, _ op: Op, _ immediate: Int32) {
        move(register(op.d), register(op.a))
        assembler.arithmetic(operation, .bits64, register(op.d), immediate)
    }

    private mutating func negateAndAdd(_ op: Op, _ width: X86Width, _ immediate: Int32) {
        let d = register(op.d)
        move(d, register(op.a))
        assembler.unary(.neg, width, d)
        if immediate != 0 { assembler.arithmetic(.add, width, d, immediate) }
        extend(op.d, after: width)
    }

    private mutating func add(_ op: Op, _ width: X86Width) {
        let (d, a, b) = (register(op.d), register(op.a), register(op.b))
        if d == a {
            assembler.arithmetic(.add, width, d, b)
        } else if d == b {
            assembler.arithmetic(.add, width, d, a)
        } else {
            assembler.lea(width, d, X86Memory(base: a, index: b))
        }
        extend(op.d, after: width)
    }

    private mutating func subtract(_ op: Op, _ width: X86Width) {
        let (d, a, b) = (register(op.d), register(op.a), register(op.b))
        if d == b, d != a {
            assembler.unary(.neg, width, d)
            assembler.arithmetic(.add, width, d, a)
        } else {
            move(d, a)
            assembler.arithmetic(.sub, width, d, b)
        }
        extend(op.d, after: width)
    }

    private mutating func commutative(_ operation: X86Arithmetic, _ op: Op) {
        let (d, a, b) = (register(op.d), register(op.a), register(op.b))
        if d == b {
            assembler.arithmetic(operation, .bits64, d, a)
        } else {
            move(d, a)
            assembler.arithmetic(operation, .bits64, d, b)
        }
    }

    private mutating func multiply(_ op: Op, _ width: X86Width) {
        let (d, a, b) = (register(op.d), register(op.a), register(op.b))
        if d == b {
            assembler.imul(width, d, a)
        } else {
            move(d, a)
            assembler.imul(width, d, b)
        }
        extend(op.d, after: width)
    }

    /// `a & ~b`, `a | ~b`, `~(a ^ b)`, which is `a ^ ~b`.
    private mutating func inverted(_ operation: X86Arithmetic, _ op: Op) {
        assembler.mov(.bits64, scratch, register(op.b))
        assembler.unary(.not, .bits64, scratch)
        assembler.arithmetic(operation, .bits64, scratch, register(op.a))
        assembler.mov(.bits64, register(op.d), scratch)
    }

    // MARK: Comparison

    private mutating func set(_ condition: X86Condition, _ op: Op, _ immediate: Int32) {
        assembler.arithmetic(.cmp, .bits64, register(op.a), immediate)
        assembler.set(condition, scratch)
        assembler.extend(.unsigned8, register(op.d), scratch)
    }

    private mutating func set(_ condition: X86Condition, _ op: Op) {
        assembler.arithmetic(.cmp, .bits64, register(op.a), register(op.b))
        assembler.set(condition, scratch)
        assembler.extend(.unsigned8, register(op.d), scratch)
    }

    /// `a`, unless it compares so with `b`: then `b`.
    private mutating func select(_ condition: X86Condition, _ op: Op) {
        assembler.mov(.bits64, scratch, register(op.a))
        assembler.arithmetic(.cmp, .bits64, scratch, register(op.b))
        assembler.cmov(condition, .bits64, scratch, register(op.b))
        assembler.mov(.bits64, register(op.d), scratch)
    }

    private mutating func conditionalMove(_ condition: X86Condition, _ op: Op, _ immediate: Int32) {
        assembler.mov(scratch, signExtended: immediate)
        assembler.test(.bits64, register(op.a), register(op.a))
        assembler.cmov(condition, .bits64, register(op.d), scratch)
    }

    private mutating func conditionalMove(_ condition: X86Condition, _ op: Op) {
        assembler.test(.bits64, register(op.b), register(op.b))
        assembler.cmov(condition, .bits64, register(op.d), register(op.a))
    }

    // MARK: Shifts and rotations; the processor takes amounts modulo the width, as the guest does

    private mutating func shift(_ operation: X86Shift, _ width: X86Width, _ op: Op, by amount: Int32) {
        let mask: Int32 = width == .bits64 ? 63 : 31
        move(register(op.d), register(op.a))
        assembler.shift(operation, width, register(op.d), by: UInt8(amount & mask))
        extend(op.d, after: width)
    }

    private mutating func shift(_ operation: X86Shift, _ width: X86Width, _ op: Op) {
        assembler.mov(.bits32, scratch, register(op.b))
        move(register(op.d), register(op.a))
        assembler.shiftByCL(operation, width, register(op.d))
        extend(op.d, after: width)
    }

    /// The constant is what is shifted.
    private mutating func shift(_ operation: X86Shift, _ width: X86Width, constant: Int32, _ op: Op) {
        assembler.mov(.bits32, scratch, register(op.a))
        assembler.mov(register(op.d), signExtended: constant)
        assembler.shiftByCL(operation, width, register(op.d))
        extend(op.d, after: width)
    }

    // MARK: Products and quotients, which the processor computes in rdx and rax

    private enum Signedness { case signed, unsigned }

    private mutating func multiplyUpper(_ op: Op, _ a: Signedness, _ b: Signedness) {
        guard is64Bit else {
            multiplyUpper32(op, a, b)
            return
        }
        let corrects = a != b
        if corrects {
            // A negative A taken for unsigned adds B to the upper half.
            assembler.mov(.bits64, scratch, register(op.a))
            assembler.shift(.sar, .bits64, scratch, by: 63)
            assembler.arithmetic(.and, .bits64, scratch, register(op.b))
            assembler.store(.bits64, RegisterMap.slot(PVM_SLOT_SCRATCH2), scratch)
        }
        beginWide(op)
        assembler.unary(a == .signed && b == .signed ? .imul : .mul, .bits64, scratch)
        assembler.mov(.bits64, scratch, .rdx)
        endWide()
        if corrects { assembler.arithmetic(.sub, .bits64, scratch, RegisterMap.slot(PVM_SLOT_SCRATCH2)) }
        assembler.mov(.bits64, register(op.d), scratch)
    }

    /// The product of two 32-bit values fits 64 bits.
    private mutating func multiplyUpper32(_ op: Op, _ a: Signedness, _ b: Signedness) {
        let kind = { (sign: Signedness) in sign == .signed ? X86Extension.signed32 : .unsigned32 }
        // Into the stack first: the destination may be either operand.
        assembler.extend(kind(b), scratch, register(op.b))
        assembler.store(.bits64, RegisterMap.slot(PVM_SLOT_SCRATCH0), scratch)
        assembler.extend(kind(a), scratch, register(op.a))
        assembler.mov(.bits64, register(op.d), scratch)
        assembler.load(.bits64, scratch, RegisterMap.slot(PVM_SLOT_SCRATCH0))
        assembler.imul(.bits64, register(op.d), scratch)
        assembler.shift(.sar, .bits64, register(op.d), by: 32)
    }

    /// Puts rax and rdx aside, B into the scratch register and A into rax.
    private mutating func beginWide(_ op: Op) {
        assembler.store(.bits64, RegisterMap.slot(PVM_SLOT_SCRATCH0), .rax)
        assembler.store(.bits64, RegisterMap.slot(PVM_SLOT_SCRATCH1), .rdx)
        assembler.mov(.bits64, scratch, register(op.b))
        move(.rax, register(op.a))
    }

    private mutating func endWide() {
        assembler.load(.bits64, .rax, RegisterMap.slot(PVM_SLOT_SCRATCH0))
        assembler.load(.bits64, .rdx, RegisterMap.slot(PVM_SLOT_SCRATCH1))
    }

    /// Division that never faults: by 0 and of the most negative number by -1 are defined (isa.md 6.3).
    private mutating func divide(_ op: Op, _ width: X86Width, isSigned: Bool, wantsRemainder: Bool) {
        let (d, a, b) = (register(op.d), register(op.a), register(op.b))
        assembler.test(width, b, b)
        let byZero = assembler.jumpShort(.equal)
        var byMinusOne: X86ShortJump?
        if isSigned {
            assembler.arithmetic(.cmp, width, b, -1)
            byMinusOne = assembler.jumpShort(.equal)
        }
        beginWide(op)
        if isSigned {
            assembler.signIntoRDX(width)
            assembler.unary(.idiv, width, scratch)
        } else {
            assembler.arithmetic(.xor, .bits32, .rdx, .rdx)
            assembler.unary(.div, width, scratch)
        }
        assembler.mov(.bits64, scratch, wantsRemainder ? .rdx : .rax)
        endWide()
        assembler.mov(.bits64, d, scratch)
        let afterDivision = assembler.jumpShort()
        var afterMinusOne: X86ShortJump?
        if let byMinusOne {
            assembler.bind(byMinusOne)
            if wantsRemainder {
                assembler.mov(d, zeroExtended: 0)
            } else {
                move(d, a)
                assembler.unary(.neg, width, d)
            }
            afterMinusOne = assembler.jumpShort()
        }
        assembler.bind(byZero)
        if wantsRemainder {
            move(d, a)
        } else {
            assembler.mov(d, signExtended: -1)
        }
        assembler.bind(afterDivision)
        if let afterMinusOne { assembler.bind(afterMinusOne) }
        extend(op.d, after: width)
    }
}
