// What is known of the registers' values at a point of a block, so that 32-bit operations need not extend their results.
//
// A 32-bit operation of the guest sign extends its result; the processor's does not. The extension is put off until somebody
// looks at the upper half, which is never if the next instructions are 32-bit operations too. Whoever leaves the code in
// between - a fault is the only way - extends on the way out.

import PolkaISA

/// A set of registers in both halves of a word: bits 0 to 12, and the same again from bit 16 on.
typealias RegisterMarks = UInt32

/// The state of knowledge; empty at the start of each block.
struct Facts: Equatable {
    /// What is known, a register a bit in each half.
    ///
    /// Low half: the upper half of the register is not what it should be, the sign of the lower.
    /// High half: the value is a 32-bit one, sign extended, or will be once it is extended.
    private(set) var bits: RegisterMarks = 0

    init(bits: RegisterMarks = 0) { self.bits = bits }

    static let pending: RegisterMarks = 0xffff
    static let narrow: RegisterMarks = 0xffff_0000

    /// By the guest register's number, of which 13 to 15 mean 12.
    static let marks: [RegisterMarks] = (0..<16).map { 0x1_0001 << UInt32(min($0, Register.count - 1)) }

    /// Which of some registers have yet to be extended, in the low half.
    @inline(__always)
    func pending(of marks: RegisterMarks) -> RegisterMarks { bits & marks & Self.pending }

    @inline(__always)
    func isNarrow(_ marks: RegisterMarks) -> Bool { bits & marks & Self.narrow != 0 }

    /// The registers in a low half have been extended.
    @inline(__always)
    mutating func extended(_ pending: RegisterMarks) { bits &= ~pending }

    /// A register has got a value of 64 bits.
    @inline(__always)
    mutating func setWide(_ marks: RegisterMarks) { bits &= ~marks }

    /// A register has got a value of 32 bits that is sign extended.
    @inline(__always)
    mutating func setNarrow(_ marks: RegisterMarks) { bits = bits & ~marks | marks & Self.narrow }

    /// A register has got a value of 32 bits that is yet to be sign extended.
    @inline(__always)
    mutating func setPending(_ marks: RegisterMarks) { bits |= marks }

    /// A register has got a value of 64 bits, or, where `pending` is all ones instead of 0, one of 32 bits that is yet to be
    /// sign extended.
    @inline(__always)
    mutating func set(_ marks: RegisterMarks, pending: RegisterMarks) { bits = bits & ~marks | marks & pending }

    mutating func forget() { bits = 0 }
}
