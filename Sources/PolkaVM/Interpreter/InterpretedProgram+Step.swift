// Single steps, for every backend: the program is decoded once more, instruction by instruction, and run until the first of
// them has led to another one.
//
// A block is paid when it is entered, as in a run: by the step to its first instruction, or before the first step of all. So the
// machine is, between two steps, as a run would have it at that place, and a run goes on from there as if it had come so far
// itself.

import Synchronization

extension InterpretedProgram {
    /// Executes one instruction.
    ///
    /// - Returns: why the guest stopped; nil if it can go on.
    /// - Throws: `InstanceError` as `run` of an instance does.
    package func step(_ machine: Machine) throws(InstanceError) -> Exit? {
        guard let next = machine.next else { throw .noProgramCounter }
        machine.note(.interpreter)
        if isMetered, machine.gas < 0 { return .outOfGas }
        let code: DecodedCode
        do throws(ModuleError) { code = try stepCode() } catch { throw .module(error) }
        // Machine code that knows the rest of this block could not tell how much of it is left when it comes back.
        machine.nativeResumption = NativeResumption(codeOffset: 0, address: nil)
        var budget: Int64 = 0
        switch begin(machine, at: next, in: code, &budget) {
        case .exit(let exit): return exit
        case .place(let place):
            budget = 0
            return try run(machine, in: code, from: place, &budget)
        }
    }

    private func stepCode() throws(ModuleError) -> DecodedCode {
        if let code = lazyStepCode.load() { return code }
        return lazyStepCode.storeIfNil(try DecodedCode(program, by: .step))
    }

    /// Ends a step before an instruction.
    ///
    /// - Parameters:
    ///   - machine: what was run.
    ///   - code: in which it was.
    ///   - offset: of the instruction.
    ///   - last: that of the instruction that was executed.
    /// - Returns: how the run ended.
    func endStep(_ machine: Machine, in code: DecodedCode, at offset: UInt32, behind last: UInt32) -> Refusal {
        if metering == .perInstruction {
            machine.next = continuation(at: offset, behind: last)
        } else {
            if code.endsBlock(at: last) {
                let cost = cost(ofBlockAt: offset)
                var budget: Int64 = 0
                guard pay(machine, cost, opCount: 1, &budget) else {
                    return Refusal(exit: unpaid(machine, at: offset, behind: last))
                }
            }
            machine.next = .resume(offset)
        }
        machine.programCounter = offset
        machine.lastProgramCounter = last
        return Refusal(exit: nil)
    }
}
