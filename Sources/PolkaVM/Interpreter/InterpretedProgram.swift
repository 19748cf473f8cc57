// Runs of the interpreter: how one begins, what its loop stopped for, and how much was executed.

import PolkaBlob
import PolkaISA

/// A program for the interpreter.
final class InterpretedProgram: Executable {
    private let program: Program
    private let code: DecodedCode
    private let isMetered: Bool

    init(_ program: Program) throws(ModuleError) {
        self.program = program
        code = try DecodedCode(program)
        isMetered = program.configuration.gasMetering != .none
    }

    func gasCost(ofBlockAt codeOffset: UInt32) -> Int64? {
        switch code.entry(at: codeOffset) {
        case .none: nil
        case .endOfCode: 1
        case .place(let place): place.op == place.head + 1 ? Int64(place.head.pointee.cost) : nil
        }
    }

    func run(_ machine: Machine) throws(InstanceError) -> Exit {
        guard let next = machine.next else { throw .noProgramCounter }
        if isMetered, machine.gas < 0 { return .outOfGas }
        let place: CodePlace
        switch next {
        case .resume(let offset):
            place =
                machine.resumption.flatMap { $0.codeOffset == offset ? $0.place : nil }
                ?? code.place(insideBlockAt: offset)
        case .entry(let offset):
            switch code.entry(at: offset) {
            case .none:
                return machine.end(.trap, at: offset)
            case .endOfCode:
                guard pay(machine, 1) else {
                    machine.programCounter = offset
                    return .outOfGas
                }
                machine.instructionCount += 1
                return machine.end(.trap, at: offset)
            case .place(let entered):
                guard pay(machine, entered.head.pointee.cost) else {
                    // The program counter is that of a block's start, or none for an entry in its middle.
                    machine.programCounter = entered.op == entered.head + 1 ? offset : nil
                    return .outOfGas
                }
                place = entered
            }
        }
        return try run(machine, from: place)
    }

    /// Pays for a block that is entered from outside, or through a slot that was empty.
    private func pay(_ machine: Machine, _ cost: UInt32) -> Bool {
        guard isMetered else { return true }
        guard machine.gas >= Int64(cost) else { return false }
        machine.gas -= Int64(cost)
        return true
    }

    /// Runs in a block that is paid.
    private func run(_ machine: Machine, from start: CodePlace) throws(InstanceError) -> Exit {
        var place = start
        let is64Bit = program.instructionSet.is64Bit
        while true {
            // Without metering more gas than anyone can use up spares the loop the question.
            var gas = isMetered ? machine.gas : Int64.max
            let outcome = interpret(
                place, code.jumpSlots, code.jumpTableCount, machine.registers, machine.memory, &gas,
                is64Bit: is64Bit)
            if isMetered { machine.gas = gas }
            let op = outcome.op
            // What is left of a block, when it is left and when it is reached.
            let before = UInt64(place.head.pointee.y) &- UInt64(place.op - place.head - 1)
            let after = outcome.stop.isBetweenBlocks ? 0 : UInt64(outcome.head.pointee.y) &- UInt64(op - outcome.head)
            machine.instructionCount &+= before &+ outcome.entered &- after
            machine.remainingInBlock = after
            switch outcome.stop {
            case .trap:
                return machine.end(.trap, at: op.pointee.y)
            case .finished:
                return machine.end(.finished, at: code.offset(of: op, head: outcome.head))
            case .badJump:
                return machine.end(.trap, at: code.offset(of: op, head: outcome.head))
            case .hostCall:
                let offset = op.pointee.y
                let next = offset + UInt32(op.pointee.d)
                machine.resumption = Resumption(codeOffset: next, op: op + 1, head: outcome.head)
                return machine.pause(.hostCall(UInt32(truncatingIfNeeded: op.pointee.x)), at: offset, next: next)
            case .badAccess:
                let offset = offset(of: op, head: outcome.head, machine)
                return program.refusedAccess(machine, at: offset, isCounted: true)
            case .undecoded:
                let isIndirect =
                    op.pointee.operation == .jumpIndirect || op.pointee.operation == .loadImmAndJumpIndirect
                let target =
                    isIndirect ? code.target(ofEntry: outcome.tableIndex) : code.target(of: op, head: outcome.head)
                guard let head = target else {
                    return machine.end(.trap, at: code.offset(of: op, head: outcome.head))
                }
                guard pay(machine, head.pointee.cost) else { return unpaid(machine, head, behind: op, outcome.head) }
                place = CodePlace(op: head + 1, head: head)
            case .unpaid:
                return unpaid(machine, outcome.target, behind: op, outcome.head)
            case .memset:
                switch PolkaVM.memset(
                    machine.registers, machine.memory, &machine.gas, is64Bit: is64Bit, isMetered: isMetered)
                {
                case .done:
                    place = CodePlace(op: op + 1, head: outcome.head)
                case .outOfGas:
                    let offset = offset(of: op, head: outcome.head, machine)
                    machine.uncount()
                    return machine.pause(.outOfGas, at: offset, next: offset)
                case .badAccess:
                    let offset = offset(of: op, head: outcome.head, machine)
                    return program.refusedAccess(machine, at: offset, isCounted: true)
                }
            case .sbrk:
                do throws(MemoryError) {
                    let size = UInt32(truncatingIfNeeded: machine.registers[Int(op.pointee.a)])
                    let end = try machine.memory.sbrk(size) ?? 0
                    machine.registers[Int(op.pointee.d)] = is64Bit ? UInt64(end) : Arithmetic.extend32(end)
                    place = CodePlace(op: op + 1, head: outcome.head)
                } catch {
                    let offset = offset(of: op, head: outcome.head, machine)
                    machine.uncount()
                    _ = machine.pause(.trap, at: offset, next: offset)
                    throw .memory(error)
                }
            }
        }
    }

    /// The code offset of an op at which the machine can go on, noted for that.
    ///
    /// The search starts where the last one in the same block ended: many stops in one long block are searched for in one
    /// pass over it.
    private func offset(of op: UnsafePointer<Op>, head: UnsafePointer<Op>, _ machine: Machine) -> UInt32 {
        let last = machine.resumption.flatMap { $0.place.head == head && $0.place.op <= op ? $0 : nil }
        let offset =
            last.map { code.offset(of: op, behind: $0.place.op, at: $0.codeOffset) } ?? code.offset(of: op, head: head)
        machine.resumption = Resumption(codeOffset: offset, op: op, head: head)
        return offset
    }

    /// Notes that a block cannot be paid, reached by the op that ends another.
    private func unpaid(
        _ machine: Machine, _ target: UnsafePointer<Op>, behind op: UnsafePointer<Op>, _ head: UnsafePointer<Op>
    ) -> Exit {
        let offset = target.pointee.startOffset
        machine.programCounter = offset
        machine.lastProgramCounter = code.offset(of: op, head: head)
        machine.next = .entry(offset)
        return .outOfGas
    }
}

/// Where the interpreter goes on when a machine resumes at a code offset.
struct Resumption {
    var codeOffset: UInt32
    var place: CodePlace

    init(codeOffset: UInt32, op: UnsafePointer<Op>, head: UnsafePointer<Op>) {
        self.codeOffset = codeOffset
        place = CodePlace(op: op, head: head)
    }
}
