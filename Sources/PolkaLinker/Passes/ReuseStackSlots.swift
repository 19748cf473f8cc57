// Reads the register that still holds what a stack slot holds, instead of the slot: thirteen registers are few, so compilers
// save and load a lot, and after inlining and merging some of the loads have the value at hand.
//
// Forward over the whole program until nothing changes. For each register the slot is known whose eight bytes it equals, as a
// distance from the stack pointer, which moves with `sp = sp + n`. Where ways meet, only what both agree on stays; where control
// may come from an unknown place nothing is known. A store to a slot ends what is known of the bytes it covers. A store through
// another pointer ends everything, unless the function never lets the address of its frame out of the stack pointer (then no
// pointer leads there, as in C; `FrameSharing` says whose frame it is). The load becomes a move, which later passes often can drop; stores that become dead stay.

import PolkaISA

extension Program {
    /// Replaces loads.
    ///
    /// - Parameter reached: at least what is reached now.
    /// - Returns: whether there was one.
    mutating func reuseStackSlots(_ reached: Reachability) -> Bool {
        guard order.contains(where: { self[$0].operations.contains(where: \.operation.loadsStackSlot) }) else {
            return false
        }
        var analysis = SlotAnalysis(self)
        analysis.run(reached)
        return analysis.rewrite(&self)
    }
}

/// Which slot each register equals.
private struct SlotState: Equatable {
    /// By register: the distance of the slot from the stack pointer; `none` if it equals no slot.
    private var slots = InlineArray<13, Int32>(repeating: none)

    private static let none = Int32.min
    static let unknown = SlotState()

    static func == (a: SlotState, b: SlotState) -> Bool { a.slots.indices.allSatisfy { a.slots[$0] == b.slots[$0] } }

    /// The first register that equals a slot.
    func register(at slot: Int32) -> LinkRegister? {
        for register in Register.allCases where slots[register.index] == slot { return LinkRegister(register) }
        return nil
    }

    mutating func set(_ register: LinkRegister, _ slot: Int32?) {
        slots[Int(register.rawValue)] = slot ?? Self.none
    }

    func slot(of register: LinkRegister) -> Int32? {
        let slot = slots[Int(register.rawValue)]
        return slot == Self.none ? nil : slot
    }

    mutating func forget(_ registers: RegisterSet) {
        registers.forEach { slots[Int($0.rawValue)] = Self.none }
    }

    /// Forgets slots of which a store changes some of the bytes.
    mutating func store(at offset: Int32, byteCount: Int32) {
        for index in slots.indices where slots[index] != Self.none {
            let distance = Int64(offset) - Int64(slots[index])
            if distance > -Int64(byteCount), distance < 8 { slots[index] = Self.none }
        }
    }

    /// The stack pointer has grown.
    mutating func moveStackPointer(by count: Int32) {
        for index in slots.indices where slots[index] != Self.none {
            let (slot, overflow) = slots[index].subtractingReportingOverflow(count)
            slots[index] = overflow ? Self.none : slot
        }
    }

    mutating func meet(_ other: SlotState) -> Bool {
        var changed = false
        for index in slots.indices where slots[index] != other.slots[index] && slots[index] != Self.none {
            slots[index] = Self.none
            changed = true
        }
        return changed
    }
}

private struct SlotAnalysis {
    private let program: Program
    /// By block number; nil if nothing gets there.
    private var entry: [SlotState?]
    /// Functions whose frames are reached by nothing but the stack pointer.
    private let privateFrames: PrivateFrames

    init(_ program: Program) {
        self.program = program
        entry = Array(repeating: nil, count: program.blocks.count)
        privateFrames = PrivateFrames(program)
    }

    mutating func run(_ reached: Reachability) {
        var work = Worklist(program)
        for id in program.order where reached.addressTaken[id.rawValue] { enter(id, .unknown, &work) }
        for export in program.exports { enter(export.block, .unknown, &work) }
        while let id = work.next() {
            guard var state = entry[id.rawValue] else { continue }
            let isPrivate = privateFrames.contain(program[id])
            for placed in program[id].operations { _ = Self.apply(placed.operation, &state, isPrivate) }
            // What is called, or jumped to in place of a call, has a frame of its own.
            let isCall = program[id].control.returnBlock != nil
            program[id].control.forEachSuccessor { successor in
                let isSameFrame = !isCall && program[successor].function == program[id].function
                enter(successor, isSameFrame ? state : .unknown, &work)
            }
        }
    }

    private mutating func enter(_ block: BlockID, _ state: SlotState, _ work: inout Worklist) {
        if entry[block.rawValue] == nil {
            entry[block.rawValue] = state
            work.insert(block)
        } else if entry[block.rawValue]?.meet(state) == true {
            work.insert(block)
        }
    }

    func rewrite(_ program: inout Program) -> Bool {
        var changed = false
        for id in program.order {
            guard var state = entry[id.rawValue],
                program[id].operations.contains(where: \.operation.loadsStackSlot)
            else { continue }
            let isPrivate = privateFrames.contain(program[id])
            for index in program[id].operations.indices {
                guard let better = Self.apply(program[id].operations[index].operation, &state, isPrivate) else {
                    continue
                }
                program.blocks[id.rawValue].operations[index].operation = better
                changed = true
            }
        }
        return changed
    }

    /// What an operation leaves.
    ///
    /// - Returns: a better operation, if there is one.
    private static func apply(_ operation: Operation, _ state: inout SlotState, _ isPrivate: Bool) -> Operation? {
        switch operation {
        case .store(let opcode, let value, .indirect(.sp, let offset)):
            state.store(at: offset, byteCount: opcode.accessedByteCount)
            if opcode == .storeIndirectU64, case .register(let register) = value, register != .sp {
                state.set(register, offset)
            }
        case .store(_, _, .indirect), .memset, .hostCall:
            if !isPrivate { state = .unknown }
            state.forget(operation.writes)
        case .store(_, _, .absolute), .nop:
            break
        case .load(.loadIndirectU64, let destination, .indirect(.sp, let offset)) where destination != .sp:
            let holder = state.slot(of: destination) == offset ? destination : state.register(at: offset)
            state.set(destination, offset)
            if let holder { return Operation.move(destination, holder).simplified() }
        case .move(let destination, let source) where destination != .sp && source != .sp:
            state.set(destination, state.slot(of: source))
        case .binary(.add64, .sp, .register(.sp), .constant(let count)):
            state.moveStackPointer(by: count)
        default:
            if operation.writes.contains(.sp) { state = .unknown }
            state.forget(operation.writes)
        }
        return nil
    }
}

/// Functions whose frames nothing but the stack pointer leads to.
struct PrivateFrames {
    private let exposed: Set<Location?>

    init(_ program: Program) {
        exposed = FrameSharing(program).functions(of: program, whereSomeBlock: Self.exposes)
    }

    /// Whether a block belongs to such a function.
    func contain(_ block: Block) -> Bool { block.function != nil && !exposed.contains(block.function) }

    /// Whether a block uses the stack pointer as a value.
    private static func exposes(_ block: Block) -> Bool {
        block.operations.contains { $0.operation.exposesStackPointer }
            || block.control.reads.contains(.sp)
    }
}

extension Operation {
    fileprivate var loadsStackSlot: Bool {
        if case .load(.loadIndirectU64, _, .indirect(.sp, _)) = self { true } else { false }
    }

    /// Whether the stack pointer, or something computed from it, gets into another register or into memory.
    fileprivate var exposesStackPointer: Bool {
        switch self {
        case .load(_, let destination, .indirect): destination == .sp
        case .store(_, let value, .indirect): value.registers.contains(.sp)
        case .binary(.add64, .sp, .register(.sp), .constant): false
        // The host gets the stack pointer, but no address of a variable by it.
        case .hostCall: false
        default: reads([]).contains(.sp) || writes.contains(.sp)
        }
    }
}

extension Opcode {
    /// Bytes that a store changes.
    var accessedByteCount: Int32 {
        switch self {
        case .storeIndirectU8: 1
        case .storeIndirectU16: 2
        case .storeIndirectU32: 4
        default: 8
        }
    }
}
