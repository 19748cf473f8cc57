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

    /// Decodes operands; the slots of jumps are empty.
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
        let (r1, r2) = (words.register(at: 0), words.register(at: 4))
        func jump(_ distance: UInt64) -> UInt32 {
            UInt32(truncatingIfNeeded: offset &+ Int(Int64(bitPattern: distance)))
        }
        switch traits.shape {
        case .none:
            break
        case .immediate:
            x = words.immediate(at: 0, skip)
        case .wideImmediate:
            d = r1
            x = words.from(1)
        case .immediateImmediate:
            let count = words.length(at: 0)
            a = Self.zeroRegister
            x = words.immediate(at: 1, count)
            y = UInt32(truncatingIfNeeded: words.immediate(at: 1 + count, skip - count - 1))
        case .offset:
            target = jump(words.immediate(at: 0, skip))
            y = target
        case .resultImmediate:
            d = r1
            x = words.immediate(at: 1, skip - 1)
        case .resultAddress:
            (d, a) = (r1, Self.zeroRegister)
            x = words.immediate(at: 1, skip - 1)
        case .valueAddress:
            (a, b) = (Self.zeroRegister, r1)
            x = words.immediate(at: 1, skip - 1)
        case .indirectJump:
            a = r1
            x = words.immediate(at: 1, skip - 1)
            y = UInt32(truncatingIfNeeded: x)
        case .registerImmediateImmediate:
            let count = words.length(at: 4)
            a = r1
            x = words.immediate(at: 1, count)
            y = UInt32(truncatingIfNeeded: words.immediate(at: 1 + count, skip - count - 1))
        case .registerImmediateOffset:
            let count = words.length(at: 4)
            (d, a) = (r1, r1)
            y = UInt32(truncatingIfNeeded: words.immediate(at: 1, count))
            target = jump(words.immediate(at: 1 + count, skip - count - 1))
        case .registerRegister:
            (d, a) = (r1, r2)
        case .registerRegisterImmediate:
            (d, a, b) = (r1, r2, r1)
            x = words.immediate(at: 1, skip - 1)
        case .registerRegisterOffset:
            (a, b) = (r1, r2)
            target = jump(words.immediate(at: 1, skip - 1))
        case .registerRegisterImmediateImmediate:
            let count = words.length(at: 8)
            (d, a) = (r1, r2)
            x = words.immediate(at: 2, count)
            y = UInt32(truncatingIfNeeded: words.immediate(at: 2 + count, skip - count - 2))
        case .registerRegisterRegister:
            (a, b, d) = (r1, r2, words.register(at: 8))
        }
    }
}

/// How operands become the fields of an op: the formats of isa.md 4, that of a register and an immediate split by what the
/// two mean.
enum OperandShape: UInt8 {
    case none, immediate, wideImmediate, immediateImmediate, offset
    case resultImmediate, resultAddress, valueAddress, indirectJump
    case registerImmediateImmediate, registerImmediateOffset, registerRegister, registerRegisterImmediate
    case registerRegisterOffset, registerRegisterImmediateImmediate, registerRegisterRegister

    init(_ opcode: Opcode) {
        switch opcode.format {
        case .none: self = .none
        case .immediate: self = .immediate
        case .registerWideImmediate: self = .wideImmediate
        case .immediateImmediate: self = .immediateImmediate
        case .offset: self = .offset
        case .registerImmediate:
            switch Operation(opcode) {
            case .loadImm: self = .resultImmediate
            case .jumpIndirect: self = .indirectJump
            case .storeU8, .storeU16, .storeU32, .storeU64: self = .valueAddress
            default: self = .resultAddress
            }
        case .registerImmediateImmediate: self = .registerImmediateImmediate
        case .registerImmediateOffset: self = .registerImmediateOffset
        case .registerRegister: self = .registerRegister
        case .registerRegisterImmediate: self = .registerRegisterImmediate
        case .registerRegisterOffset: self = .registerRegisterOffset
        case .registerRegisterImmediateImmediate: self = .registerRegisterImmediateImmediate
        case .registerRegisterRegister: self = .registerRegisterRegister
        }
    }
}

/// The sixteen bytes behind an opcode byte, the first lowest.
struct OperandWords {
    let low: UInt64
    let high: UInt64

    /// The register whose number begins at a bit; numbers that no register has mean the last.
    @inline(__always)
    func register(at bit: UInt64) -> UInt8 { min(UInt8(truncatingIfNeeded: low &>> bit & 15), Self.lastRegister) }

    private static let lastRegister = UInt8(Register.count - 1)

    /// The length of an immediate that begins at a bit: three bits, of which values above 4 mean 4.
    @inline(__always)
    func length(at bit: UInt64) -> Int { min(4, Int(truncatingIfNeeded: low &>> bit & 7)) }

    /// Eight bytes from a place on, 0 to 7.
    @inline(__always)
    func from(_ index: Int) -> UInt64 {
        let shift = UInt64(truncatingIfNeeded: 8 &* index)
        // The upper part is moved in two steps, because from byte 0 on it moves by the full width.
        return low &>> shift | (high &<< 1) &<< (63 &- shift)
    }

    /// A number of little-endian bytes, sign extended; below 0 it means 0, above 4 it means 4.
    @inline(__always)
    func immediate(at index: Int, _ count: Int) -> UInt64 {
        let unused = UInt64(truncatingIfNeeded: 32 &- 8 &* max(0, min(4, count)))
        // In two steps, because no bytes at all move by the full width.
        let value = (from(index) &<< 32) &<< unused
        return UInt64(bitPattern: (Int64(bitPattern: value) &>> 32) &>> Int64(bitPattern: unused))
    }
}
