// From a list of instructions whose jumps name each other to code bytes (blob-format.md 2.7).

package import PolkaISA

/// Instructions on their way to becoming code.
package struct CodeLayout {
    /// The instructions in order.
    ///
    /// For formats with a jump target, `target` holds the *index* of the instruction that is jumped to; an index equal to
    /// the number of instructions stands for the end of the code.
    package var instructions: [Instruction]
    /// Bytes that an instruction must take at least, by index: a jump is padded by a longer offset.
    ///
    /// Dispatch tables need it, whose entries have a fixed size.
    package var minimumByteCounts: [Int: Int]

    package init(instructions: [Instruction], minimumByteCounts: [Int: Int] = [:]) {
        self.instructions = instructions
        self.minimumByteCounts = minimumByteCounts
    }

    /// Code with the place of each instruction.
    package struct Result: Sendable {
        package let bytes: [UInt8]
        package let bitmask: [UInt8]
        /// The code offset of each instruction, then the length of the code.
        package let offsets: [UInt32]
    }

    /// Lays the instructions out; every one of them must exist in `set`.
    package func encoded(for set: InstructionSet) -> Result {
        var items = instructions.map { instruction in
            let hasTarget = instruction.opcode.format.hasTarget
            return LayoutItem(
                byteCount: hasTarget ? instruction.byteCountWithoutDistance : instruction.encodedByteCount(at: 0),
                target: hasTarget ? .item(Int(instruction.target)) : .none)
        }
        for (index, minimum) in minimumByteCounts { items[index].minimumByteCount = minimum }
        let counts = Layout.byteCounts(of: items)
        let offsets = Layout.offsets(of: counts).map { UInt32($0) }

        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(offsets[instructions.count]))
        for (index, instruction) in instructions.enumerated() {
            var placed = instruction
            if instruction.opcode.format.hasTarget { placed.target = offsets[Int(instruction.target)] }
            placed.encode(into: &bytes, at: offsets[index], for: set, byteCount: counts[index])
        }
        let starts = offsets.lazy.dropLast().map(Int.init)
        return Result(
            bytes: bytes, bitmask: CodeMap.bitmask(ofStarts: starts, byteCount: bytes.count), offsets: offsets)
    }
}
