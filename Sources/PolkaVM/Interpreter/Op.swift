// The decoded form of an instruction, made for the interpreter's loop.

import PolkaISA
import Synchronization

/// A place that holds the head of a block once the block is decoded, nil until then; all threads that run a module share it.
typealias Slot = Atomic<UnsafePointer<Op>?>

/// One decoded instruction, or the head of a block.
///
/// Operands are named by role, so that instructions of different shapes share code: absolute addresses are relative to a
/// register that is always zero, and a value that is loaded as 32 or 64 bits is the same.
///
/// | instructions | `d` | `a` | `b` | `x` | `y` |
/// | --- | --- | --- | --- | --- | --- |
/// | arithmetic | result | operand | operand | immediate | |
/// | loads | result | base | | address offset | |
/// | stores of a register | | base | value | address offset | |
/// | stores of an immediate | | base | | address offset | value |
/// | jumps and branches | link | operand | operand | a `Slot`: the target's head | immediate |
/// | jump at the end of a chain | | | | a `Slot`: the target's head | code offset of the target |
/// | indirect jumps | link | base | | link's value | address offset |
/// | ecalli | bytes to the next instruction | | | number | code offset |
/// | trap | | | | | code offset |
/// | head of a block | | | | cost, and from bit 32 on code offset | ops in the block |
struct Op {
    var operation: Operation
    var d: UInt8 = 0
    var a: UInt8 = 0
    var b: UInt8 = 0
    var y: UInt32 = 0
    var x: UInt64 = 0

    /// The register that is always zero.
    static let zeroRegister = UInt8(Register.count)

    /// The head of a block that starts at a code offset.
    init(headAt codeOffset: Int, cost: UInt32, opCount: Int) {
        operation = .fallthrough
        x = UInt64(cost) | UInt64(codeOffset) << 32
        y = UInt32(truncatingIfNeeded: opCount)
    }

    /// A block of which the head does not say what it costs.
    static let dear = UInt32.max

    /// What the block of a head costs, if it is not dear.
    var cost: UInt32 { UInt32(truncatingIfNeeded: x) }
    /// Where the block of a head starts.
    var startOffset: UInt32 { UInt32(truncatingIfNeeded: x >> 32) }

    /// An operation without operands.
    init(_ operation: Operation) { self.operation = operation }

    /// A trap in place of what cannot be executed, or the program's own.
    init(trapAt codeOffset: Int) {
        operation = .trap
        y = UInt32(truncatingIfNeeded: codeOffset)
    }

    /// A jump to the block at a code offset.
    init(jumpTo codeOffset: UInt32) {
        operation = .jump
        y = codeOffset
    }

    /// Decodes operands; the slots of jumps are empty.
    ///
    /// There is no branch in it that depends on the instruction, except for one that is rare: a processor that has never seen
    /// the program mispredicts nearly every one, and takes longer for that than for all there is to compute.
    ///
    /// - Parameters:
    ///   - traits: those of the opcode byte.
    ///   - words: the bytes behind it.
    ///   - offset: where it stands.
    ///   - skip: how many bytes lie between it and the next.
    ///   - target: receives where a jump or branch goes.
    @inline(__always)
    init(_ traits: OpcodeTraits, _ words: OperandWords, at offset: Int, skip: Int, target: inout UInt32) {
        operation = traits.operation
        let roles = traits.roles
        let registers = words.registers
        d = roles.d.pick(registers)
        a = roles.a.pick(registers)
        b = roles.b.pick(registers)
        // The first immediate has its length in the operands if a second one follows.
        let start = Int(roles.start)
        let count = roles.hasTwo ? words.length(at: UInt64(roles.lengthBit)) : OperandWords.clamp(skip &- start)
        let first = words.immediate(at: start, count)
        let second = words.immediate(at: start &+ count, OperandWords.clamp(skip &- count &- start))
        let distance = roles.hasTwo ? second : first
        target = UInt32(truncatingIfNeeded: UInt64(truncatingIfNeeded: offset) &+ distance)
        x = first & roles.x.mask
        y = UInt32(truncatingIfNeeded: first & roles.yFirst.mask | second & roles.ySecond.mask)
        if roles.isWide { x = words.from(1) }
    }
}

/// What the operands of an opcode become in an op: the formats of isa.md 4, in which that of a register and an immediate means
/// different things.
struct OperandRoles {
    /// The source of a register field: its place in `OperandWords.registers`, in bits.
    struct Field {
        private let bit: UInt8

        static let none = Field(bit: 0)
        static let r1 = Field(bit: 8)
        static let r2 = Field(bit: 16)
        static let r3 = Field(bit: 24)
        /// The register that is always zero.
        static let zero = Field(bit: 32)

        @inline(__always)
        func pick(_ registers: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: registers &>> UInt64(bit)) }
    }

    /// Whether an immediate becomes a field.
    struct Choice: ExpressibleByBooleanLiteral {
        private let bits: Int8

        init(booleanLiteral value: Bool) { bits = value ? -1 : 0 }

        /// All ones or none.
        var mask: UInt64 { @inline(__always) get { UInt64(bitPattern: Int64(bits)) } }
    }

    var d = Field.none
    var a = Field.none
    var b = Field.none
    /// Bytes before the first immediate.
    var start: UInt8 = 1
    /// Whether there are two immediates, of which the second may be the distance of a jump.
    var hasTwo = false
    /// Where the length of the first of two stands, in bits.
    var lengthBit: UInt8 = 0
    /// The first immediate becomes `x`.
    var x: Choice = false
    var yFirst: Choice = false
    var ySecond: Choice = false
    /// `x` is an immediate of 64 bits.
    var isWide = false

    init(_ opcode: Opcode) {
        switch opcode.format {
        case .none:
            break
        case .immediate:
            start = 0
            x = true
        case .registerWideImmediate:
            d = .r1
            isWide = true
        case .immediateImmediate:
            a = .zero
            (hasTwo, x, ySecond) = (true, true, true)
        case .offset:
            start = 0
        case .registerImmediate:
            x = true
            switch Operation(opcode) {
            case .loadImm: d = .r1
            case .jumpIndirect: (a, yFirst) = (.r1, true)
            case .storeU8, .storeU16, .storeU32, .storeU64: (a, b) = (.zero, .r1)
            default: (d, a) = (.r1, .zero)
            }
        case .registerImmediateImmediate:
            a = .r1
            (hasTwo, lengthBit, x, ySecond) = (true, 4, true, true)
        case .registerImmediateOffset:
            (d, a) = (.r1, .r1)
            (hasTwo, lengthBit, yFirst) = (true, 4, true)
        case .registerRegister:
            (d, a) = (.r1, .r2)
        case .registerRegisterImmediate:
            (d, a, b) = (.r1, .r2, .r1)
            x = true
        case .registerRegisterOffset:
            (a, b) = (.r1, .r2)
        case .registerRegisterImmediateImmediate:
            (d, a) = (.r1, .r2)
            start = 2
            (hasTwo, lengthBit, x, ySecond) = (true, 8, true, true)
        case .registerRegisterRegister:
            (a, b, d) = (.r1, .r2, .r3)
        }
    }
}

/// The sixteen bytes behind an opcode byte, the first lowest.
struct OperandWords {
    let low: UInt64
    let high: UInt64

    /// All that a field can be, a byte each: 0, the three registers by their nibbles, of which numbers that no register has
    /// mean the last, and the register that is always zero.
    var registers: UInt64 {
        @inline(__always)
        get {
            func register(_ bit: UInt64) -> UInt64 { min(low &>> bit & 15, UInt64(Register.count - 1)) }
            return register(0) &<< 8 | register(4) &<< 16 | register(8) &<< 24 | UInt64(Op.zeroRegister) &<< 32
        }
    }

    /// The length of an immediate that begins at a bit: three bits, of which values above 4 mean 4.
    @inline(__always)
    func length(at bit: UInt64) -> Int { min(4, Int(truncatingIfNeeded: low &>> bit & 7)) }

    /// The length of a last immediate.
    @inline(__always)
    static func clamp(_ count: Int) -> Int { max(0, min(4, count)) }

    /// Eight bytes from a place on, 0 to 7.
    @inline(__always)
    func from(_ index: Int) -> UInt64 {
        let shift = UInt64(truncatingIfNeeded: 8 &* index)
        // The upper part is moved in two steps, because from byte 0 on it moves by the full width.
        return low &>> shift | (high &<< 1) &<< (63 &- shift)
    }

    /// A number of little-endian bytes, 0 to 4, sign extended.
    @inline(__always)
    func immediate(at index: Int, _ count: Int) -> UInt64 {
        let unused = UInt64(truncatingIfNeeded: 32 &- 8 &* count)
        // In two steps, because no bytes at all move by the full width.
        let value = (from(index) &<< 32) &<< unused
        return UInt64(bitPattern: (Int64(bitPattern: value) &>> 32) &>> Int64(bitPattern: unused))
    }
}
