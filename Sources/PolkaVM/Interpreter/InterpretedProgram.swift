// Runs of the interpreter: how one begins, what its loop stopped for, and how much was executed.
//
// A run may have a budget, so that somebody can ask now and then whether to go on elsewhere. It costs the loop nothing: the
// loop gets as much gas as the budget allows, and finds the budget used up where it would find the gas used up, before a
// block. If gas is not metered, it stands for work; if blocks cost something else than their work, the loop gets gas for about as
// much, and what it has executed tells how much it was.
//
// What a run does when it cannot pay depends on how gas is metered, and is in InterpretedProgram+Gas.swift; single steps are in
// InterpretedProgram+Step.swift.

import PolkaBlob
import PolkaISA
import Synchronization

/// A program for the interpreter.
package final class InterpretedProgram: Executable {
    let program: Program
    private let code: DecodedCode
    let metering: GasMetering
    let costs: BlockCosts
    /// Whether a unit of gas is an instruction.
    private let isPaidByInstruction: Bool
    /// The code for single steps, made when the first is asked for.
    let lazyStepCode = AtomicLazyReference<DecodedCode>()

    var isMetered: Bool { metering != .none }

    package init(_ program: Program) throws(ModuleError) {
        self.program = program
        metering = program.configuration.gasMetering
        isPaidByInstruction = metering == .none || program.configuration.costModel == .naive
        if metering == .perInstruction, !isPaidByInstruction {
            throw .backend("gas metered for each instruction takes the cost model 'naive' and no other")
        }
        costs = BlockCosts(program)
        code = try DecodedCode(program, by: metering == .perInstruction ? .instruction : .block)
    }

    package func gasCost(ofBlockAt codeOffset: UInt32) -> Int64? { costs.cost(ofEnterableBlockAt: codeOffset) }

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
    ///   - budget: how many instructions to execute, roughly; what was executed is taken from it.
    /// - Returns: nil if the budget ended the run, before a block that can be paid and entered from outside; the machine is as if
    ///   that block were about to be entered and tells nothing of the stop.
    /// - Throws: `InstanceError` as `run` of an instance does.
    package func run(_ machine: Machine, budget: inout Int64) throws(InstanceError) -> Exit? {
        guard let next = machine.next else { throw .noProgramCounter }
        machine.note(.interpreter)
        if isMetered, machine.gas < 0 { return .outOfGas }
        switch begin(machine, at: next, in: code, &budget) {
        case .exit(let exit): return exit
        case .place(let place): return try run(machine, in: code, from: place, &budget)
        }
    }

    /// Why a block is not entered.
    struct Refusal {
        /// nil: the run was not to go on.
        let exit: Exit?
    }

    /// Pays for a block that the op at the end of another one leads to.
    ///
    /// - Returns: why the run ends instead; nil if it goes on.
    private func enter(
        _ head: UnsafePointer<Op>, _ machine: Machine, in code: DecodedCode, _ budget: inout Int64,
        behind op: UnsafePointer<Op>, _ last: UnsafePointer<Op>
    ) -> Refusal? {
        if code.stepsOnly {
            return endStep(machine, in: code, at: head.pointee.startOffset, behind: last.pointee.startOffset)
        }
        let cost = code.cost(of: head)
        if isMetered, machine.gas < cost {
            let offset = head.pointee.startOffset
            return Refusal(exit: unpaid(machine, at: offset, behind: code.offset(of: op, head: last)))
        }
        if budget < Int64(head.pointee.y) {
            // What cannot be entered from outside, like the trap in place of a gap, is run first.
            let offset = head.pointee.startOffset
            if case .place(let entry) = code.entry(at: offset), entry.op == head + 1 {
                machine.next = .entry(offset)
                return Refusal(exit: nil)
            }
        }
        _ = pay(machine, cost, opCount: head.pointee.y, &budget)
        return nil
    }

    /// What it takes to find a block that was not entered from here before, in instructions.
    private static let findingCost: Int64 = 60
    /// What it takes to decode an instruction, in instructions.
    private static let decodingCost: Int64 = 10

    /// How much the loop may spend before it asks again.
    private func allowance(_ machine: Machine, _ budget: Int64) -> Int64 {
        if isPaidByInstruction { return max(0, isMetered ? min(machine.gas, budget) : budget) }
        // Less than a dear block says it costs; and a block costs about so many times its instructions.
        return max(0, min(machine.gas, min(budget, Int64(Op.dear) / 4) * 4 - 1))
    }

    /// Runs in a block that is paid.
    ///
    /// - Parameters:
    ///   - machine: what to run.
    ///   - code: the program's code, decoded for runs or for steps.
    ///   - start: where to begin.
    ///   - budget: as for the run; for steps, at most 0.
    /// - Returns: as the run.
    /// - Throws: `InstanceError` if the system has no memory for `sbrk`.
    func run(
        _ machine: Machine, in code: DecodedCode, from start: CodePlace, _ budget: inout Int64
    ) throws(InstanceError) -> Exit? {
        var place = start
        let is64Bit = program.instructionSet.is64Bit
        while true {
            let given = code.stepsOnly ? 0 : allowance(machine, budget)
            var left = given
            let outcome = interpret(
                place, code.jumpSlots, code.jumpTableCount, machine.registers, machine.memory, &left,
                is64Bit: is64Bit)
            budget -= Int64(outcome.entered)
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
                if code.granularity == .block {
                    machine.resumption = Resumption(codeOffset: next, op: op + 1, head: outcome.head)
                }
                return machine.pause(.hostCall(UInt32(truncatingIfNeeded: op.pointee.x)), at: offset, next: next)
            case .badAccess:
                let offset = offset(of: op, head: outcome.head, in: code, machine)
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
                if let refusal = enter(head, machine, in: code, &budget, behind: op, outcome.head) {
                    return refusal.exit
                }
                place = CodePlace(op: head + 1, head: head)
            case .unpaid:
                let head = outcome.target
                if let refusal = enter(head, machine, in: code, &budget, behind: op, outcome.head) {
                    return refusal.exit
                }
                place = CodePlace(op: head + 1, head: head)
            case .memset:
                switch PolkaVM.memset(
                    machine.registers, machine.memory, &machine.gas, is64Bit: is64Bit, isMetered: isMetered)
                {
                case .done:
                    place = CodePlace(op: op + 1, head: outcome.head)
                case .outOfGas:
                    let offset = offset(of: op, head: outcome.head, in: code, machine)
                    machine.uncount()
                    return machine.pause(.outOfGas, at: offset, next: offset)
                case .badAccess:
                    let offset = offset(of: op, head: outcome.head, in: code, machine)
                    return program.refusedAccess(machine, at: offset, isCounted: true)
                }
            case .sbrk:
                do throws(MemoryError) {
                    let size = UInt32(truncatingIfNeeded: machine.registers[Int(op.pointee.a)])
                    let end = try machine.memory.sbrk(size) ?? 0
                    machine.registers[Int(op.pointee.d)] = is64Bit ? UInt64(end) : Arithmetic.extend32(end)
                    place = CodePlace(op: op + 1, head: outcome.head)
                } catch {
                    let offset = offset(of: op, head: outcome.head, in: code, machine)
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
    private func offset(
        of op: UnsafePointer<Op>, head: UnsafePointer<Op>, in code: DecodedCode, _ machine: Machine
    ) -> UInt32 {
        guard code.granularity == .block else { return code.offset(of: op, head: head) }
        let last = machine.resumption.flatMap { $0.place.head == head && $0.place.op <= op ? $0 : nil }
        let offset =
            last.map { code.offset(of: op, behind: $0.place.op, at: $0.codeOffset) } ?? code.offset(of: op, head: head)
        machine.resumption = Resumption(codeOffset: offset, op: op, head: head)
        return offset
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
