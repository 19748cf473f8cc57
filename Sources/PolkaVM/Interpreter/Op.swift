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
/// | jump | | | | a `Slot`: the target's head | code offset of the target |
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

    /// What the block of a head costs.
    var cost: UInt32 { UInt32(truncatingIfNeeded: x) }
    /// Where the block of a head starts.
    var startOffset: UInt32 { UInt32(truncatingIfNeeded: x >> 32) }

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

    /// Translates an instruction of an opcode with some traits; the slots of jumps are empty.
    init(_ instruction: Instruction, _ traits: OpcodeTraits) {
        operation = traits.operation
        let r1 = instruction.r1.rawValue
        let r2 = instruction.r2.rawValue
        x = UInt64(bitPattern: instruction.x)
        y = UInt32(bitPattern: instruction.y)
        switch traits.format {
        case .none, .immediate:
            break
        case .offset:
            x = 0
        case .registerWideImmediate:
            d = r1
        case .immediateImmediate:
            a = Self.zeroRegister
        case .registerImmediate:
            switch traits.operation {
            case .loadImm: d = r1
            case .jumpIndirect:
                a = r1
                y = UInt32(truncatingIfNeeded: instruction.x)
            case .storeU8, .storeU16, .storeU32, .storeU64: (a, b) = (Self.zeroRegister, r1)
            default: (d, a) = (r1, Self.zeroRegister)
            }
        case .registerImmediateImmediate:
            a = r1
        case .registerImmediateOffset:
            (d, a) = (r1, r1)
            y = UInt32(truncatingIfNeeded: instruction.x)
            x = 0
        case .registerRegister:
            (d, a) = (r1, r2)
        case .registerRegisterImmediate:
            (d, a) = (r1, r2)
            b = r1
        case .registerRegisterOffset:
            (a, b) = (r1, r2)
            x = 0
        case .registerRegisterImmediateImmediate:
            (d, a) = (r1, r2)
        case .registerRegisterRegister:
            (a, b, d) = (r1, r2, instruction.r3.rawValue)
        }
    }
}
