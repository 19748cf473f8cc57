// Runs of the interpreter: how one begins, what its loop stopped for, and how much was executed.
//
// A run may have a budget, so that somebody can ask now and then whether to go on elsewhere. It costs the loop nothing: the
// loop gets as much gas as the budget allows, and finds the budget used up where it would find the gas used up, before a
// block. Gas stands for work here, whether or not it is metered.

import PolkaBlob
import PolkaISA

/// A program for the interpreter.
package final class InterpretedProgram: Executable {
    private let program: Program
    private let code: DecodedCode
    private let isMetered: Bool

    package init(_ program: Program) throws(ModuleError) {
        self.program = program
        code = try DecodedCode(program)
        isMetered = program.configuration.gasMetering != .none
    }

    package func gasCost(ofBlockAt codeOffset: UInt32) -> Int64? {
        switch code.entry(at: codeOffset) {
        case .none: nil
        case .endOfCode: 1
        case .place(let place): place.op == place.head + 1 ? Int64(place.head.pointee.cost) : nil
        }
    }

    package func run(_ machine: Machine) throws(InstanceError) -> Exit {
        while true {
            var budget = Int64.max
            if let exit = try run(machine, budget: &budget) { return exit }
        }
    }

    /// Runs until something stops the guest, or a budget does not suffice for the next block.
    ///
    /// The block that is entered first runs whatever the budget.
    ///
    /// - Parameters:
    ///   - machine: what to run.
    ///   - budget: how much to execute, in gas of the naive model, whether or not gas is metered; what was executed is taken
    ///     from it.
    /// - Returns: nil if the budget ended the run, before a block that can be paid and entered from outside; the machine is as if
    ///   that block were about to be entered and tells nothing of the stop.
    /// - Throws: `InstanceError` as `run` of an instance does.
    package func run(_ machine: Machine, budget: inout Int64) throws(InstanceError) -> Exit? {
        guard let next = machine.next else { throw .noProgramCounter }
        machine.note(.interpreter)
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
                guard pay(machine, 1, &budget) else {
                    machine.programCounter = offset
                    return .outOfGas
                }
                machine.instructionCount += 1
                return machine.end(.trap, at: offset)
            case .place(let entered):
                guard pay(machine, entered.head.pointee.cost, &budget) else {
                    // The program counter is that of a block's start, or none for an entry in its middle.
                    machine.programCounter = entered.op == entered.head + 1 ? offset : nil
                    return .outOfGas
                }
                place = entered
            }
        }
        return try run(machine, from: place, &budget)
    }

    /// Pays for a block that is entered from outside, or through a slot that was empty.
    private func pay(_ machine: Machine, _ cost: UInt32, _ budget: inout Int64) -> Bool {
        if isMetered {
            guard machine.gas >= Int64(cost) else { return false }
            machine.gas -= Int64(cost)
        }
        budget -= Int64(cost)
        return true
    }

    /// Why a block is not entered.
    private struct Refusal {
        /// nil: the budget does not suffice.
        let exit: Exit?
    }

    /// Pays for a block that the op at the end of another one leads to.
    ///
    /// - Returns: why the run ends instead; nil if it goes on.
    private func enter(
        _ head: UnsafePointer<Op>, _ machine: Machine, _ budget: inout Int64, behind op: UnsafePointer<Op>,
        _ last: UnsafePointer<Op>
    ) -> Refusal? {
        let cost = Int64(head.pointee.cost)
        if isMetered, machine.gas < cost { return Refusal(exit: unpaid(machine, head, behind: op, last)) }
        if budget < cost {
            // What cannot be entered from outside, like the trap in place of a gap, is run first.
            let offset = head.pointee.startOffset
            if case .place(let entry) = code.entry(at: offset), entry.op == head + 1 {
                machine.next = .entry(offset)
                return Refusal(exit: nil)
            }
        }
        _ = pay(machine, head.pointee.cost, &budget)
        return nil
    }

    /// What it takes to find a block that was not entered from here before, in instructions.
    private static let findingCost: Int64 = 60
    /// What it takes to decode an instruction, in instructions.
    private static let decodingCost: Int64 = 10

    /// Runs in a block that is paid.
    private func run(
        _ machine: Machine, from start: CodePlace, _ budget: inout Int64
    ) throws(InstanceError) -> Exit? {
        var place = start
        let is64Bit = program.instructionSet.is64Bit
        while true {
            let given = max(0, isMetered ? min(machine.gas, budget) : budget)
            var left = given
            let outcome = interpret(
                place, code.jumpSlots, code.jumpTableCount, machine.registers, machine.memory, &left,
                is64Bit: is64Bit)
            budget -= given - left
            if isMetered { machine.gas -= given - left }
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
                let decoded = code.opCount
                let isIndirect =
                    op.pointee.operation == .jumpIndirect || op.pointee.operation == .loadImmAndJumpIndirect
                let target =
                    isIndirect ? code.target(ofEntry: outcome.tableIndex) : code.target(of: op, head: outcome.head)
                guard let head = target else {
                    return machine.end(.trap, at: code.offset(of: op, head: outcome.head))
                }
                // Of several threads that decode each may be charged for all: nothing but time depends on it.
                budget -= Self.findingCost + Int64(code.opCount - decoded) * Self.decodingCost
                if let exit = enter(head, machine, &budget, behind: op, outcome.head) { return exit.exit }
                place = CodePlace(op: head + 1, head: head)
            case .unpaid:
                let head = outcome.target
                if let exit = enter(head, machine, &budget, behind: op, outcome.head) { return exit.exit }
                place = CodePlace(op: head + 1, head: head)
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
