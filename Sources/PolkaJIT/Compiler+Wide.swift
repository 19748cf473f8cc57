// Products and quotients, which the processor computes in rdx and rax, and what old processors lack: rare and long, so that
// nothing here is inlined into the pass.

import CPolkaSystem
import PolkaISA
import X86Assembler

private let scratch = RegisterMap.scratch

/// How an operand is extended to the width of a product.
enum Signedness { case signed, unsigned }

extension Compiler {
    // MARK: Products

    @inline(never)
    mutating func multiplyUpper(_ a: Signedness, _ b: Signedness, _ operands: Operands) {
        use(mark(operands.first) | mark(operands.second))
        defer { facts.setWide(mark(operands.third)) }
        guard is64Bit else {
            multiplyUpper32(a, b, operands)
            return
        }
        let d = host(operands.third)
        let corrects = a != b
        if corrects {
            // A negative A taken for unsigned adds B to the upper half.
            assembler.mov(.bits64, scratch, host(operands.first))
            assembler.shift(.sar, .bits64, scratch, by: 63)
            assembler.arithmetic(.and, .bits64, scratch, host(operands.second))
            assembler.store(.bits64, RegisterMap.slot(PVM_SLOT_SCRATCH2), scratch)
        }
        beginWide(host(operands.first), host(operands.second))
        assembler.unary(a == .signed && b == .signed ? .imul : .mul, .bits64, scratch)
        assembler.mov(.bits64, scratch, .rdx)
        endWide()
        if corrects { assembler.arithmetic(.sub, .bits64, scratch, RegisterMap.slot(PVM_SLOT_SCRATCH2)) }
        assembler.mov(.bits64, d, scratch)
    }

    /// The product of two 32-bit values fits 64 bits.
    private mutating func multiplyUpper32(_ a: Signedness, _ b: Signedness, _ operands: Operands) {
        let kind = { (sign: Signedness) in sign == .signed ? X86Extension.signed32 : .unsigned32 }
        let d = host(operands.third)
        // Into the stack first: the destination may be either operand.
        assembler.extend(kind(b), scratch, host(operands.second))
        assembler.store(.bits64, RegisterMap.slot(PVM_SLOT_SCRATCH0), scratch)
        assembler.extend(kind(a), scratch, host(operands.first))
        assembler.mov(.bits64, d, scratch)
        assembler.load(.bits64, scratch, RegisterMap.slot(PVM_SLOT_SCRATCH0))
        assembler.imul(.bits64, d, scratch)
        assembler.shift(.sar, .bits64, d, by: 32)
    }

    /// Puts rax and rdx aside, B into the scratch register and A into rax.
    private mutating func beginWide(_ a: X86Register, _ b: X86Register) {
        assembler.store(.bits64, RegisterMap.slot(PVM_SLOT_SCRATCH0), .rax)
        assembler.store(.bits64, RegisterMap.slot(PVM_SLOT_SCRATCH1), .rdx)
        assembler.mov(.bits64, scratch, b)
        assembler.copy(.rax, a)
    }

    private mutating func endWide() {
        assembler.load(.bits64, .rax, RegisterMap.slot(PVM_SLOT_SCRATCH0))
        assembler.load(.bits64, .rdx, RegisterMap.slot(PVM_SLOT_SCRATCH1))
    }

    // MARK: Quotients

    /// Division that never faults: by 0 and of the most negative number by -1 are defined (isa.md 6.3).
    @inline(never)
    mutating func divide(_ width: X86Width, isSigned: Bool, wantsRemainder: Bool, _ operands: Operands) {
        if width == .bits64 { use(mark(operands.first) | mark(operands.second)) }
        let (a, b, d) = (host(operands.first), host(operands.second), host(operands.third))
        assembler.test(width, b, b)
        let byZero = assembler.jumpShort(.equal)
        var byMinusOne: X86ShortJump?
        if isSigned {
            assembler.arithmetic(.cmp, width, b, -1)
            byMinusOne = assembler.jumpShort(.equal)
        }
        beginWide(a, b)
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
                assembler.copy(d, a)
                assembler.unary(.neg, width, d)
            }
            afterMinusOne = assembler.jumpShort()
        }
        assembler.bind(byZero)
        if wantsRemainder {
            assembler.copy(d, a)
        } else {
            assembler.mov(d, signExtended: -1)
        }
        assembler.bind(afterDivision)
        if let afterMinusOne { assembler.bind(afterMinusOne) }
        if width == .bits64 { facts.setWide(mark(operands.third)) } else { facts.setPending(mark(operands.third)) }
    }

    // MARK: Processors without POPCNT, LZCNT or TZCNT

    /// The index of the lowest set bit, or how many bits stand above the highest; of 0, the width.
    @inline(never)
    mutating func findBit(isLeading: Bool, _ width: X86Width, _ destination: X86Register, _ source: X86Register) {
        let bitCount: Int32 = width == .bits64 ? 64 : 32
        // What leads to the width after the exclusive or below.
        assembler.count(isLeading ? .bsr : .bsf, width, scratch, source)
        let found = assembler.jumpShort(.notEqual)
        assembler.mov(scratch, signExtended: isLeading ? 2 * bitCount - 1 : bitCount)
        assembler.bind(found)
        if isLeading { assembler.arithmetic(.xor, .bits32, scratch, bitCount - 1) }
        assembler.mov(.bits64, destination, scratch)
    }

    /// Adds up neighbours: bits, pairs, nibbles, and all bytes by one multiplication.
    @inline(never)
    mutating func countSetBits(_ width: X86Width, _ destination: X86Register, _ source: X86Register) {
        // Two registers to work in besides the scratch register; the destination gets its value when they are back.
        beginWide(source, source)
        if width == .bits32 { assembler.mov(.bits32, .rax, .rax) }
        let half: UInt64 = 0x5555_5555_5555_5555, quarter: UInt64 = 0x3333_3333_3333_3333
        let nibbles: UInt64 = 0x0f0f_0f0f_0f0f_0f0f, bytes: UInt64 = 0x0101_0101_0101_0101
        assembler.mov(.bits64, .rdx, .rax)
        assembler.shift(.shr, .bits64, .rdx, by: 1)
        assembler.movWide(scratch, half)
        assembler.arithmetic(.and, .bits64, .rdx, scratch)
        assembler.arithmetic(.sub, .bits64, .rax, .rdx)
        assembler.movWide(scratch, quarter)
        assembler.mov(.bits64, .rdx, .rax)
        assembler.shift(.shr, .bits64, .rdx, by: 2)
        assembler.arithmetic(.and, .bits64, .rax, scratch)
        assembler.arithmetic(.and, .bits64, .rdx, scratch)
        assembler.arithmetic(.add, .bits64, .rax, .rdx)
        assembler.mov(.bits64, .rdx, .rax)
        assembler.shift(.shr, .bits64, .rdx, by: 4)
        assembler.arithmetic(.add, .bits64, .rax, .rdx)
        assembler.movWide(scratch, nibbles)
        assembler.arithmetic(.and, .bits64, .rax, scratch)
        assembler.movWide(scratch, bytes)
        assembler.imul(.bits64, scratch, .rax)
        assembler.shift(.shr, .bits64, scratch, by: 56)
        endWide()
        assembler.mov(.bits64, destination, scratch)
    }
}
