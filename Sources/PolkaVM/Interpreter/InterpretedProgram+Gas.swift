// Beginning a run and paying for it, by the rules of vm.md 5.1: what is entered is paid in full, and what was paid is not paid
// again. Order counts: where to go is checked before what it costs. What cannot be paid is left as it is, under every metering;
// Instance+Overspending.swift does the rest.

/// Where a run begins, or why it does not.
enum Beginning {
    case place(CodePlace)
    case exit(Exit)
}

extension InterpretedProgram {
    /// Finds where a machine goes on, and pays for it if that is due.
    func begin(
        _ machine: Machine, at next: Machine.Continuation, in code: DecodedCode, _ budget: inout Int64
    ) -> Beginning {
        switch next {
        case .resume(let offset):
            if metering == .perInstruction, machine.lastProgramCounter != offset, !pay(machine, 1, opCount: 1, &budget)
            {
                machine.programCounter = offset
                return .exit(.outOfGas)
            }
            let last = code.granularity == .block ? machine.resumption : nil
            return .place(
                last.flatMap { $0.codeOffset == offset ? $0.place : nil } ?? code.place(insideBlockAt: offset))
        case .entry(let offset):
            switch code.entry(at: offset) {
            case .none:
                return .exit(machine.end(.trap, at: offset))
            case .endOfCode:
                let cost = costs.cost(ofBlockAt: Int(offset))
                guard pay(machine, cost, opCount: 1, &budget) else {
                    return .exit(unentered(machine, offset, offset))
                }
                machine.instructionCount &+= 1
                return .exit(machine.end(.trap, at: offset))
            case .place(let entered):
                let start = metering == .perInstruction ? offset : blockStart(of: entered, at: offset, in: code)
                let cost = code.stepsOnly ? cost(ofBlockAt: start) : code.cost(of: entered.head)
                guard pay(machine, cost, opCount: entered.head.pointee.y, &budget) else {
                    return .exit(unentered(machine, offset, start))
                }
                return .place(entered)
            }
        }
    }

    private func blockStart(of place: CodePlace, at offset: UInt32, in code: DecodedCode) -> UInt32 {
        code.granularity == .block ? place.head.pointee.startOffset : code.startOfBlock(with: offset)
    }

    /// What the block that starts at an offset costs; of a run that pays for each instruction, what one costs.
    func cost(ofBlockAt offset: UInt32) -> Int64 {
        metering == .perInstruction ? 1 : costs.cost(ofBlockAt: Int(offset))
    }

    /// Pays for a block.
    ///
    /// - Returns: false if there is too little gas; then nothing was taken.
    func pay(_ machine: Machine, _ cost: Int64, opCount: UInt32, _ budget: inout Int64) -> Bool {
        if isMetered {
            guard machine.gas >= cost else { return false }
            machine.gas -= cost
        }
        budget -= Int64(opCount)
        return true
    }

    // MARK: Too little gas

    /// Notes that a block that is entered from outside cannot be paid.
    private func unentered(_ machine: Machine, _ offset: UInt32, _ blockStart: UInt32) -> Exit {
        // The program counter is that of a block's start, or none for an entry in its middle.
        machine.programCounter = offset == blockStart ? offset : nil
        return .outOfGas
    }

    /// Notes that a block cannot be paid that an instruction in another one led to.
    func unpaid(_ machine: Machine, at offset: UInt32, behind last: UInt32) -> Exit {
        machine.programCounter = offset
        machine.lastProgramCounter = last
        machine.next = metering == .perInstruction ? continuation(at: offset, behind: last) : .entry(offset)
        return .outOfGas
    }

    /// Where to go on if each instruction is paid for and the one at an offset is not yet: `resume` there means that it is, if
    /// it was executed last, and will be again.
    func continuation(at offset: UInt32, behind last: UInt32) -> Machine.Continuation {
        offset == last ? .entry(offset) : .resume(offset)
    }
}
