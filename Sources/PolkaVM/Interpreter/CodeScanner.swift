// Finding instructions and blocks in code without decoding operands: the rules of isa.md 7 on raw bytes and bits.

import PolkaBlob
import PolkaISA

/// What decoding wants to know of an opcode, in one place of memory.
struct OpcodeTraits: Sendable {
    let opcode: Opcode
    let operation: Operation
    let format: OperandFormat
    let isTerminator: Bool
    let canFallThrough: Bool

    init(_ opcode: Opcode) {
        self.opcode = opcode
        operation = Operation(opcode)
        format = opcode.format
        isTerminator = opcode.isTerminator
        canFallThrough = opcode.canFallThrough
    }

    /// By opcode byte, for each instruction set, nil for bytes that are no instruction there.
    static let tables = InstructionSet.allCases.map { set in set.opcodes.map { $0.map(OpcodeTraits.init) } }
}

/// The code of a program with what is needed to walk over it.
struct CodeScanner: Sendable {
    let code: CodeMap
    private let traits: [OpcodeTraits?]

    init(_ program: Program) {
        code = program.code
        traits = OpcodeTraits.tables[Int(program.instructionSet.rawValue)]
    }

    /// The instruction at an offset where a valid one starts.
    func instruction(_ traits: OpcodeTraits, at offset: Int, skip: Int) -> Instruction {
        let first = offset + 1
        return code.bytes.withUnsafeBytes { bytes in
            guard first + 16 <= bytes.count else {
                return Instruction(decoding: traits.opcode, in: code.bytes.span, at: offset, skip: skip)
            }
            let operands = OperandBytes(
                low: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: first, as: UInt64.self)),
                high: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: first + 8, as: UInt64.self)))
            return Instruction(decoding: traits.opcode, traits.format, operands, at: offset, skip: skip)
        }
    }

    var byteCount: Int { code.bytes.count }

    /// The traits of the instruction whose opcode byte stands at an offset inside the code, nil for an invalid byte.
    func traits(at offset: Int) -> OpcodeTraits? { traits[Int(code.bytes[offset])] }

    /// How many bytes lie between the opcode byte at an offset inside the code and the next, at most 24.
    func skip(at offset: Int) -> Int {
        let next = bits(from: offset + 1)
        return min(Instruction.maximumSkip, next.trailingZeroBitCount, byteCount - 1 - offset)
    }

    /// Whether an instruction starts at an offset inside the code.
    func continues(at offset: Int) -> Bool { offset < byteCount && bits(from: offset) & 1 != 0 }

    /// The traits of the instruction that ends where an offset lies: nil if there is none, `.some(nil)` if it is invalid.
    private func traits(endingAt offset: Int) -> OpcodeTraits?? {
        code.instruction(before: offset).map { traits(at: $0) }
    }

    /// Whether jumps may go to an offset (isa.md 7.2).
    func isTarget(_ offset: UInt32, _ rule: JumpRule) -> Bool {
        let offset = Int(offset)
        guard continues(at: offset) else { return false }
        if rule == .graypaper, traits(at: offset) == nil { return false }
        return offset == 0 || traits(endingAt: offset)??.isTerminator == true
    }

    /// The start of the block that the instruction at an offset belongs to: nil behind a gap, where walking back from
    /// instruction to instruction finds none.
    ///
    /// Takes time linear in the length of the block.
    func startOfBlock(with offset: Int) -> Int? {
        var start = offset
        while start > 0 {
            guard let previous = code.instruction(before: start) else { return nil }
            guard let traits = traits(at: previous), !traits.isTerminator else { return start }
            start = previous
        }
        return start
    }

    /// How many instructions start in a range.
    func instructionCount(in range: Range<Int>) -> Int {
        var count = 0
        var offset = range.lowerBound
        while offset < range.upperBound {
            let bits = bits(from: offset)
            let length = min(Self.window, range.upperBound - offset)
            count += (bits & (1 << UInt64(length) - 1)).nonzeroBitCount
            offset += length
        }
        return count
    }

    /// The offset of the instruction that follows another one after a number of instructions, all in one block.
    func offset(ofInstruction number: Int, from start: Int) -> Int {
        var left = number
        var offset = start
        while true {
            var bits = bits(from: offset) & (1 << UInt64(Self.window) - 1)
            let count = bits.nonzeroBitCount
            if count > left {
                for _ in 0..<left { bits &= bits - 1 }
                return offset + bits.trailingZeroBitCount
            }
            left -= count
            offset += Self.window
        }
    }

    /// Bits of the mask that are read at once, whatever the offset.
    private static let window = 56

    /// At least the `window` bits of the mask from an offset on, lowest first, zeros behind the end.
    private func bits(from offset: Int) -> UInt64 {
        let first = offset >> 3
        return code.bitmask.withUnsafeBytes { mask in
            var word: UInt64 = 0
            if first + 8 <= mask.count {
                word = UInt64(littleEndian: mask.loadUnaligned(fromByteOffset: first, as: UInt64.self))
            } else {
                var index = mask.count - 1
                while index >= first {
                    word = word << 8 | UInt64(mask[index])
                    index -= 1
                }
            }
            return word >> UInt64(offset & 7)
        }
    }
}
