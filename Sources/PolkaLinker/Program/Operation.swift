// The linker's view of an instruction: PVM operations before operands are fitted into encodings.
//
// An operation names the PVM instruction by its most general form (three registers, or a memory access through a register);
// whether an operand is a register or a constant is a property of the operand. `SelectInstructions` picks the encoding.
// Addresses stay symbolic until the layout is known.

import PolkaISA

/// A register of the linker: the thirteen of the machine, and four temporaries that `ReplaceTemporaries` removes.
struct LinkRegister: Hashable, Sendable {
    let rawValue: UInt8

    init(_ register: Register) { rawValue = register.rawValue }
    private init(rawValue: UInt8) { self.rawValue = rawValue }

    static let temporaries = (0..<4).map { LinkRegister(rawValue: UInt8(Register.count + $0)) }
    static let e0 = temporaries[0]
    static let e1 = temporaries[1]
    static let e2 = temporaries[2]
    static let e3 = temporaries[3]

    /// The machine register, nil for a temporary.
    var machine: Register? { Register(rawValue: rawValue) }
    var isTemporary: Bool { Int(rawValue) >= Register.count }

    static let ra = LinkRegister(.ra)
    static let sp = LinkRegister(.sp)
}

/// A byte of an input section.
///
/// Sections are numbered through all input files.
struct Location: Hashable, Sendable, Comparable {
    var section: Int
    /// Bytes from the start of the section; a pointer may lie outside it.
    var offset: Int

    /// Farther than this nothing is from the place that the program named; the section may be shorter.
    static let farthestOffset: UInt = 1 << 20

    /// Whether an address worked out by a pass may name the place.
    var isNear: Bool { offset.magnitude <= Self.farthestOffset }

    static func < (a: Location, b: Location) -> Bool { (a.section, a.offset) < (b.section, b.offset) }
}

/// A basic block, by its number in order of discovery.
struct BlockID: Hashable, Sendable {
    let rawValue: Int
    init(_ rawValue: Int) { self.rawValue = rawValue }
}

/// A host function, by its number in order of discovery.
struct ImportID: Hashable, Sendable {
    let rawValue: Int
}

/// What the program can take the address of.
enum Address: Hashable, Sendable {
    /// A basic block: its code address is that of its slot in the jump table.
    case code(BlockID)
    /// A place in data.
    case data(Location)
}

enum Operand: Hashable, Sendable {
    case register(LinkRegister)
    case constant(Int32)
}

enum MemoryOperand: Hashable, Sendable {
    case absolute(Location)
    case indirect(LinkRegister, Int32)
}

/// An operation that does not move control.
enum Operation: Hashable, Sendable {
    case nop
    case loadImmediate(LinkRegister, Int64)
    case loadAddress(LinkRegister, Address)
    case loadHeapBase(LinkRegister)
    /// The opcode is the indirect form: `loadIndirectU8`...
    case load(Opcode, LinkRegister, MemoryOperand)
    /// The opcode is the indirect form: `storeIndirectU8`...
    case store(Opcode, Operand, MemoryOperand)
    case move(LinkRegister, LinkRegister)
    /// Destination, source; the opcode is one of the two-register form.
    case unary(Opcode, LinkRegister, LinkRegister)
    /// Destination, operands; the opcode is one of the three-register form, no conditional move.
    case binary(Opcode, LinkRegister, Operand, Operand)
    /// `cmovIfZero` or `cmovIfNotZero`: destination, value, condition.
    case conditionalMove(Opcode, LinkRegister, Operand, condition: LinkRegister)
    case hostCall(ImportID)
    case sbrk(LinkRegister, LinkRegister)
    case memset
}

/// An operation with the instruction that it came from.
struct PlacedOperation: Sendable {
    var operation: Operation
    var origin: Origin
}

/// How a basic block ends.
enum Control: Hashable, Sendable {
    case jump(BlockID)
    case call(link: LinkRegister, BlockID, returnTo: BlockID)
    case jumpIndirect(LinkRegister)
    case callIndirect(link: LinkRegister, LinkRegister, returnTo: BlockID)
    /// The opcode is one of the two-register branches.
    case branch(Opcode, Operand, Operand, taken: BlockID, notTaken: BlockID)
    case trap
}
