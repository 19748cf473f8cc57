// Gas that goes negative (vm.md 4 and 7). Backends know nothing of it: they leave what cannot be paid unpaid, and the machine before
// it; what is missing is taken here, once it is certain that nobody gives more.

import PolkaBlob

extension GasMetering {
    /// Whether gas goes negative for what it does not suffice for.
    var goesNegative: Bool { self == .asynchronous || self == .perInstruction }
}

extension Instance {
    /// Takes the gas for what could not be paid, if that is how a run ended.
    ///
    /// - Parameter exit: how it ended.
    /// - Returns: the same.
    func overspend(_ exit: Exit) -> Exit {
        // A run that began with less than nothing has not met anything that costs.
        guard exit == .outOfGas, machine.gas >= 0, let next = machine.next else { return exit }
        let offset = next.codeOffset
        // In the middle of `memset`, which is paid, and lacks a unit for the byte that comes next.
        let isInside = next == .resume(offset) && machine.lastProgramCounter == offset
        guard module.configuration.gasMetering == .asynchronous else {
            if !isInside { machine.gas -= 1 }
            return exit
        }
        let block = blockStart(of: offset)
        machine.gas -= isInside ? 1 : BlockCosts(module.program).cost(ofBlockAt: Int(block))
        machine.programCounter = nil
        machine.lastProgramCounter = isInside ? offset : block
        machine.next = nil
        return exit
    }

    /// The start of the block that an offset belongs to; its own where no instruction starts, because there a block begins
    /// if anybody gets there at all.
    private func blockStart(of offset: UInt32) -> UInt32 {
        let scanner = CodeScanner(module.program)
        guard offset < scanner.byteCount, scanner.code.startsInstruction(at: Int(offset)) else { return offset }
        return UInt32(scanner.startOfBlock(with: Int(offset)) ?? Int(offset))
    }
}
