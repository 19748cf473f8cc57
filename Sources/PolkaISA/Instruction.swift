// One instruction as a value: what decoding yields and encoding takes.

/// An instruction with its operands.
///
/// Which fields mean something follows from `opcode.format`; the others are zero. Registers are named by their place in the
/// encoding, not by their role: `r1` is the low and `r2` the high nibble of the first register byte, `r3` the destination of
/// the three-register shape. Section 4.1 of isa.md gives the roles.
public struct Instruction: Sendable, Hashable {
    /// What it does.
    public var opcode: Opcode
    /// The first register of its format, which is mostly the destination.
    public var r1: Register
    /// The second register of its format.
    public var r2: Register
    /// The third register of its format.
    public var r3: Register
    /// The second immediate Y, or the bits of the absolute jump target.
    public var y: Int32
    /// The first immediate: X sign extended from 32 bits, or W of `load_imm64`.
    public var x: Int64

    /// Makes an instruction from its operands; all shapes but `registerWideImmediate` take an `x` of 32 bits signed.
    @inlinable
    public init(
        _ opcode: Opcode, _ r1: Register = .ra, _ r2: Register = .ra, _ r3: Register = .ra, x: Int64 = 0, y: Int32 = 0
    ) {
        self.opcode = opcode
        self.r1 = r1
        self.r2 = r2
        self.r3 = r3
        self.y = y
        self.x = x
    }

    /// Makes a jump or a branch that goes to a code offset.
    public init(_ opcode: Opcode, _ r1: Register = .ra, _ r2: Register = .ra, x: Int64 = 0, target: UInt32) {
        self.init(opcode, r1, r2, x: x, y: Int32(bitPattern: target))
    }

    /// The code offset where a jump or branch goes, for the formats that have one.
    @inlinable
    public var target: UInt32 {
        get { UInt32(bitPattern: y) }
        set { y = Int32(bitPattern: newValue) }
    }
}
