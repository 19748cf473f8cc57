// The code of a program: its bytes, the bits that say where instructions start, and the jump table (isa.md 3 and 7).

public import PolkaISA

/// Code bytes with their instruction-start bits and jump table.
public struct CodeMap: Sendable, Equatable {
    /// The code; offsets into it are program counters.
    public var bytes: [UInt8]
    /// One bit per code byte, least significant first: whether an instruction starts there.
    ///
    /// Exactly `(bytes.count + 7) / 8` bytes, unused bits zero.
    public var bitmask: [UInt8]
    /// Code offsets that dynamic jumps can reach; entry `i` has the code address `2 * (i + 1)`.
    public var jumpTable: [UInt32]

    /// Makes code of its parts, which nobody has checked.
    public init(bytes: [UInt8], bitmask: [UInt8], jumpTable: [UInt32] = []) {
        self.bytes = bytes
        self.bitmask = bitmask
        self.jumpTable = jumpTable
    }

    /// Whether an instruction starts at an offset from 0 on; true behind the end of the code.
    public func startsInstruction(at offset: Int) -> Bool {
        offset >= bytes.count || bitmask[offset >> 3] & (1 << UInt8(offset & 7)) != 0
    }

    /// How many bytes lie between an opcode byte and the next, at most 24 (isa.md 3.1).
    public func skip(at offset: Int) -> Int {
        var count = 0
        while count < Instruction.maximumSkip, !startsInstruction(at: offset + 1 + count) { count += 1 }
        return count
    }

    /// The start of the instruction before an offset, nil if there is none within reach of a skip (isa.md 7.2).
    public func instruction(before offset: Int) -> Int? {
        let lowest = max(0, offset - Instruction.maximumSkip - 1)
        var candidate = min(offset, bytes.count) - 1
        while candidate >= lowest {
            if startsInstruction(at: candidate) { return candidate }
            candidate -= 1
        }
        return nil
    }

    /// Whether a jump may go to an offset: an instruction starts there, and it is the first of the code or follows a
    /// terminator (the reference rule of isa.md 7.2).
    public func isValidTarget(_ offset: UInt32, in set: InstructionSet) -> Bool {
        let offset = Int(offset)
        guard offset < bytes.count, startsInstruction(at: offset) else { return false }
        if offset == 0 { return true }
        guard let previous = instruction(before: offset) else { return false }
        return set.opcode(of: bytes[previous])?.isTerminator ?? false
    }

    /// The instruction at an offset inside the code: nil if the byte is no opcode of the kind or no instruction starts there.
    public func instruction(at offset: Int, in set: InstructionSet) -> Instruction? {
        guard startsInstruction(at: offset), let opcode = set.opcode(of: bytes[offset]) else { return nil }
        return Instruction(decoding: opcode, in: bytes.span, at: offset, skip: skip(at: offset))
    }

    /// What stands at a code offset.
    public struct Position: Sendable, Equatable {
        /// The code offset, equal to the length of the code for the implicit trap.
        public let offset: Int
        /// The offset behind it.
        public let next: Int
        /// nil: an invalid instruction, which traps.
        public let instruction: Instruction?
    }

    /// Calls `body` for every position of a linear decode from offset 0: each instruction, each gap that no instruction
    /// covers as one invalid instruction, and the implicit trap if the last instruction can fall through (isa.md 8.3).
    public func forEachPosition(in set: InstructionSet, _ body: (Position) -> Void) {
        var offset = 0
        var fallsThrough = true
        while offset < bytes.count {
            let next: Int
            let instruction: Instruction?
            if startsInstruction(at: offset) {
                let skip = skip(at: offset)
                next = min(bytes.count, offset + 1 + skip)
                instruction = set.opcode(of: bytes[offset]).map {
                    Instruction(decoding: $0, in: bytes.span, at: offset, skip: skip)
                }
            } else {
                var end = offset + 1
                while !startsInstruction(at: end) { end += 1 }
                next = end
                instruction = nil
            }
            fallsThrough = instruction?.opcode.canFallThrough ?? false
            body(Position(offset: offset, next: next, instruction: instruction))
            offset = next
        }
        if fallsThrough { body(Position(offset: offset, next: offset, instruction: nil)) }
    }
}

extension CodeMap {
    /// Marks instruction starts in a bitmask under construction.
    package static func bitmask(ofStarts starts: some Sequence<Int>, byteCount: Int) -> [UInt8] {
        var mask = [UInt8](repeating: 0, count: (byteCount + 7) / 8)
        for start in starts { mask[start >> 3] |= 1 << UInt8(start & 7) }
        return mask
    }
}
