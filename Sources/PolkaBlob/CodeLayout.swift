// From a list of instructions to code bytes: gives each instruction its offset, and relative jump targets the fewest bytes
// (blob-format.md 2.7).
//
// The length of a jump depends on the distance to its target, and the distance on the lengths of the jumps between. Start with
// every target encoded in no bytes and let instructions grow until all distances fit. Growing never has to be taken back, so
// the loop ends; in practice after a handful of rounds, each linear. Code can be made up in which each jump pushes the one
// before it over a limit, one round after the other; a round that gives all jumps ample room puts an end to that.

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

    /// Lays the instructions out.
    ///
    /// Every instruction must exist in `set`.
    package func encoded(for set: InstructionSet) -> Result {
        var targetByteCounts = [UInt8](repeating: 0, count: instructions.count)
        var jumps: [Int] = []
        for (index, instruction) in instructions.enumerated() where instruction.opcode.format.hasTarget {
            jumps.append(index)
            if let minimum = minimumByteCounts[index] {
                let fixed = instruction.encodedByteCount(targetByteCount: 0)
                targetByteCounts[index] = UInt8(max(0, min(4, minimum - fixed)))
            }
        }
        var offsets: [UInt32] = []
        var round = 0
        repeat {
            round += 1
            offsets = self.offsets(with: targetByteCounts)
        } while grow(&targetByteCounts, jumps, offsets, room: round == Self.tightRounds ? Self.ampleRoom : 1)

        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(offsets[instructions.count]))
        for (index, instruction) in instructions.enumerated() {
            guard instruction.opcode.format.hasTarget else {
                instruction.encode(into: &bytes, at: offsets[index], for: set)
                continue
            }
            var placed = instruction
            placed.target = offsets[Int(instruction.target)]
            placed.encode(
                into: &bytes, at: offsets[index], for: set, minimumTargetByteCount: Int(targetByteCounts[index]))
        }
        let starts = offsets.lazy.dropLast().map(Int.init)
        return Result(
            bytes: bytes, bitmask: CodeMap.bitmask(ofStarts: starts, byteCount: bytes.count), offsets: offsets)
    }

    private func offsets(with targetByteCounts: [UInt8]) -> [UInt32] {
        var offsets: [UInt32] = []
        offsets.reserveCapacity(instructions.count + 1)
        var offset: UInt32 = 0
        for (instruction, count) in zip(instructions, targetByteCounts) {
            offsets.append(offset)
            offset += UInt32(instruction.encodedByteCount(targetByteCount: Int(count)))
        }
        offsets.append(offset)
        return offsets
    }

    /// Rounds in which jumps get no more bytes than they need; real code takes less than half of them.
    private static let tightRounds = 32
    /// No instruction becomes more than five times as long, by four bytes for a target; so no distance does.
    private static let ampleRoom: Int64 = 5

    /// Gives each jump the bytes that `room` times its distance needs now; false if none needed more than it has.
    private func grow(
        _ targetByteCounts: inout [UInt8], _ jumps: [Int], _ offsets: [UInt32], room: Int64
    ) -> Bool {
        var grew = false
        for index in jumps {
            let distance = Int64(offsets[Int(instructions[index].target)]) - Int64(offsets[index])
            let needed = UInt8(Instruction.byteCount(of: Int32(clamping: distance * room)))
            if needed > targetByteCounts[index] {
                targetByteCounts[index] = needed
                grew = true
            }
        }
        return grew
    }
}
