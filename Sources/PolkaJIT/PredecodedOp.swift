// The pre-decoded form of an instruction, made for the interpreter's loop.

import PolkaISA
import PolkaVM

/// One pre-decoded instruction, or the head of a block.
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
/// | jumps and branches | link | operand | operand | immediate | op index of the target's head |
/// | indirect jumps | link | base | | link's value | address offset |
/// | ecalli | | | | number | |
/// | trap | | | | a `TrapKind` | |
/// | head of a block | | | | what the block costs | ops in the block |
struct Op {
    var opcode: Opcode
    var d: UInt8 = 0
    var a: UInt8 = 0
    var b: UInt8 = 0
    var y: UInt32 = 0
    var x: UInt64 = 0

    /// The register that is always zero.
    static let zeroRegister = UInt8(Register.count)

    /// A trap in place of something that cannot be executed, or the program's own.
    init(_ trap: TrapKind) {
        opcode = .trap
        x = trap.rawValue
    }

    /// The head of a block.
    init(cost: Int64, opCount: Int) {
        opcode = .fallthrough
        x = UInt64(cost)
        y = UInt32(opCount)
    }

    var cost: Int64 { Int64(bitPattern: x) }

    /// Translates an instruction; jump targets are still code offsets.
    init(_ instruction: Instruction) {
        opcode = instruction.opcode
        let r1 = instruction.r1.rawValue
        let r2 = instruction.r2.rawValue
        x = UInt64(bitPattern: instruction.x)
        y = UInt32(bitPattern: instruction.y)
        switch instruction.opcode.format {
        case .none, .immediate, .offset:
            break
        case .registerWideImmediate:
            d = r1
        case .immediateImmediate:
            a = Self.zeroRegister
        case .registerImmediate:
            switch instruction.opcode.memoryAccess?.isStore {
            case true?: (a, b) = (Self.zeroRegister, r1)
            case false?: (d, a) = (r1, Self.zeroRegister)
            case nil where instruction.opcode == .jumpIndirect:
                a = r1
                y = UInt32(truncatingIfNeeded: instruction.x)
            case nil: d = r1
            }
        case .registerImmediateImmediate:
            a = r1
        case .registerImmediateOffset:
            (d, a) = (r1, r1)
        case .registerRegister:
            (d, a) = (r1, r2)
        case .registerRegisterImmediate:
            (d, a) = (r1, r2)
            b = r1
        case .registerRegisterOffset:
            (a, b) = (r1, r2)
        case .registerRegisterImmediateImmediate:
            (d, a) = (r1, r2)
        case .registerRegisterRegister:
            (a, b, d) = (r1, r2, instruction.r3.rawValue)
        }
    }
}

/// Why there is a trap in the pre-decoded program.
enum TrapKind: UInt64 {
    /// The program's own.
    case instruction
    case invalidOpcode
    /// No instruction starts at the offset.
    case gap
    case endOfCode
    /// A branch or `fallthrough` that could not go on.
    case unusable

    /// Whether it stands for an instruction that does not exist, which ends a block, but lets no block start behind it that
    /// could be jumped to.
    var isInvalid: Bool {
        switch self {
        case .instruction, .unusable: false
        case .invalidOpcode, .gap, .endOfCode: true
        }
    }
}
