// What a listing must know about code as a whole before its first line: where blocks start, and where the text alone would
// not lead back to the same bytes.
//
// The assembler encodes everything as short as it can. Code that was not written so, by a dispatch table with jumps of a
// fixed length for example, or by hand, needs a `%length` or `%bytes` in front of the instruction. To find these, the code
// is laid out here as the assembler would: a length that comes out different has to be told. Telling all of them leads to
// the original layout again, because lengths only grow and the untold ones are reached without growing past the original.

import PolkaBlob
import PolkaISA

/// Blocks and encodings of a program's code.
struct CodeAnalysis {
    /// What the assembler has to be told about an entry.
    enum Demand: UInt8 {
        case nothing
        /// The number of bytes.
        case length
        /// The bytes.
        case bytes
        /// The bytes, and that no instruction is marked to start there.
        case gap
    }

    /// The number of entries of the linear decode.
    private(set) var entryCount = 0
    /// Code offsets at which listings have labels, ascending: the first entry and each behind a terminator.
    private(set) var blockStarts: [UInt32] = []
    /// By entry.
    private(set) var demands: [Demand] = []

    init(_ code: CodeMap, _ set: InstructionSet) {
        // The entry at each block start.
        var blockEntries: [Int] = []
        var items: [LayoutItem] = []
        var lengths: [UInt8] = []
        var scratch: [UInt8] = []
        var startsBlock = true
        code.forEachPosition(in: set) { position in
            if startsBlock {
                blockStarts.append(UInt32(position.offset))
                blockEntries.append(entryCount)
            }
            startsBlock = position.instruction?.opcode.isTerminator ?? false
            let demand = Self.demand(position, code, set, &scratch)
            demands.append(demand)
            let byteCount = position.next - position.offset
            var item = LayoutItem(byteCount: byteCount)
            if demand == .nothing, let instruction = position.instruction, instruction.opcode.format.hasTarget {
                item = LayoutItem(byteCount: instruction.byteCountWithoutDistance, target: .offset(instruction.target))
            }
            items.append(item)
            // Only instructions are compared, which are no longer than 25 bytes.
            lengths.append(UInt8(truncatingIfNeeded: byteCount))
            entryCount += 1
        }
        resolveTargets(&items, blockEntries, lengths)
        for (index, byteCount) in Layout.byteCounts(of: items).enumerated() where demands[index] == .nothing {
            if byteCount != Int(lengths[index]) { demands[index] = .length }
        }
    }

    /// The number of the block that starts at a code offset, nil if none does.
    func block(at offset: UInt32) -> Int? {
        var low = 0
        var high = blockStarts.count
        while low < high {
            let middle = (low + high) / 2
            if blockStarts[middle] < offset { low = middle + 1 } else { high = middle }
        }
        return low < blockStarts.count && blockStarts[low] == offset ? low : nil
    }

    /// Jumps to blocks are written as jumps to labels, and so follow their target; the others have a fixed one, whose
    /// distance may shrink when things grow, so that their length must be told.
    private mutating func resolveTargets(_ items: inout [LayoutItem], _ blockEntries: [Int], _ lengths: [UInt8]) {
        for index in items.indices {
            guard case .offset(let target) = items[index].target else { continue }
            if let block = block(at: target) {
                items[index].target = .item(blockEntries[block])
            } else {
                items[index] = LayoutItem(byteCount: Int(lengths[index]))
                demands[index] = .length
            }
        }
    }

    /// What must be told because encoding the instruction at its place does not give its bytes.
    private static func demand(
        _ position: CodeMap.Position, _ code: CodeMap, _ set: InstructionSet, _ scratch: inout [UInt8]
    ) -> Demand {
        let byteCount = position.next - position.offset
        if byteCount == 0 { return .nothing }
        guard let instruction = position.instruction else {
            return code.startsInstruction(at: position.offset) ? .bytes : .gap
        }
        scratch.removeAll(keepingCapacity: true)
        instruction.encode(into: &scratch, at: UInt32(position.offset), for: set, byteCount: byteCount)
        guard code.bytes[position.offset..<position.next].elementsEqual(scratch) else { return .bytes }
        if instruction.encodedByteCount(at: UInt32(position.offset)) != byteCount { return .length }
        // The text of a small number is that of the shorter instruction.
        return instruction.opcode == .loadImm64 && Int32(exactly: instruction.x) != nil ? .length : .nothing
    }
}
