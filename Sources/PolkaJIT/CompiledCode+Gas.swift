// What blocks of compiled code cost, as it stands in their checks of gas.

import PolkaBlob
import PolkaISA
import PolkaVM

extension CompiledCode {
    /// What the block costs that can be entered at an offset, nil if none starts there.
    func gasCost(ofBlockAt codeOffset: UInt32) -> Int64? {
        let offset = Int(codeOffset)
        guard isMetered, offset < starts.codeByteCount else { return costs.cost(ofEnterableBlockAt: codeOffset) }
        guard entry(at: offset) != nil else { return nil }
        return cost(of: blocks[firstBlock { $0.codeOffset >= offset }])
    }

    /// What a block of metered code costs.
    private func cost(of block: CompiledBlock) -> Int64 {
        let check = UnsafeRawPointer(memory.start) + Int(block.nativeOffset)
        if Compiler.isDear(checkAt: check) { return costs.cost(ofBlockAt: Int(block.codeOffset)) }
        return Int64(check.loadUnaligned(fromByteOffset: Compiler.costPosition, as: UInt32.self))
    }

    /// A block whose check of gas has left the code.
    struct UnpaidBlock {
        let codeOffset: UInt32
        let cost: Int64
        /// Whether the check takes nothing, and leaves the code to have the block paid.
        let isDear: Bool
        /// Where the block is entered when it is paid.
        let behindCheck: UnsafeRawPointer
    }

    /// The block whose check of gas left the code.
    func block(ofGasCheckReturningTo address: UnsafeRawPointer) -> UnpaidBlock {
        let index = (address - UnsafeRawPointer(memory.start) - gasStubs) / Compiler.stubByteCount - 1
        let block = blocks[index]
        let check = UnsafeRawPointer(memory.start) + Int(block.nativeOffset)
        return UnpaidBlock(
            codeOffset: block.codeOffset, cost: cost(of: block), isDear: Compiler.isDear(checkAt: check),
            behindCheck: check + Compiler.checkByteCount)
    }

    /// How many instructions of a block come behind one of its instructions, if it costs one unit for each.
    func remaining(
        in block: CompiledBlock, behind codeOffset: Int, _ starts: InstructionStarts.View
    ) -> UInt64 {
        let before = starts.number(at: codeOffset) - starts.number(at: Int(block.codeOffset))
        return UInt64(cost(of: block) - Int64(before) - 1)
    }
}
