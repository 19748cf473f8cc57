// Finding instructions and blocks in code without decoding operands: the rules of isa.md 7 on raw bytes and bits.

import PolkaBlob
import PolkaISA

/// What decoding wants to know of an opcode byte, in one place of memory.
struct OpcodeTraits {
    let operation: Operation
    let roles: OperandRoles
    /// Whether the byte is an instruction; if not, the rest means nothing.
    let isValid: Bool
    let isTerminator: Bool
    let canFallThrough: Bool
    /// Whether the last operand is a jump target.
    let hasTarget: Bool

    init(_ opcode: Opcode?) {
        isValid = opcode != nil
        let opcode = opcode ?? .trap
        operation = Operation(opcode)
        roles = OperandRoles(opcode)
        isTerminator = opcode.isTerminator
        canFallThrough = opcode.canFallThrough
        hasTarget = opcode.format.hasTarget
    }

    // SAFETY: written once, before anybody else has it, and never again.
    /// By opcode byte, for each instruction set.
    nonisolated(unsafe) static let tables = InstructionSet.allCases.map { set in
        let table = UnsafeMutablePointer<OpcodeTraits>.allocate(capacity: 256)
        for (byte, opcode) in set.opcodes.enumerated() { (table + byte).initialize(to: OpcodeTraits(opcode)) }
        return UnsafePointer(table)
    }
}

/// The code of a program with what is needed to walk over it.
struct CodeScanner: Sendable {
    let code: CodeMap
    private let instructionSet: InstructionSet

    init(_ program: Program) {
        code = program.code
        instructionSet = program.instructionSet
    }

    var byteCount: Int { code.bytes.count }

    /// Calls a function with the code as it lies in memory.
    @inline(__always)
    func withView<Result>(_ body: (CodeView) -> Result) -> Result {
        code.bytes.withUnsafeBytes { bytes in
            code.bitmask.withUnsafeBytes { mask in
                body(
                    CodeView(bytes: bytes, mask: mask, traits: OpcodeTraits.tables[Int(instructionSet.rawValue)]))
            }
        }
    }

    /// The start of the block that the instruction at an offset belongs to: nil behind a gap, where walking back from
    /// instruction to instruction finds none.
    ///
    /// Takes time linear in the length of the block.
    func startOfBlock(with offset: Int) -> Int? {
        withView { code in
            var start = offset
            while start > 0 {
                guard let previous = code.instruction(before: start) else { return nil }
                let traits = code.traits(at: previous)
                guard traits.isValid, !traits.isTerminator else { return start }
                start = previous
            }
            return start
        }
    }

    /// How many instructions start in a range.
    func instructionCount(in range: Range<Int>) -> Int {
        withView { code in
            var count = 0
            var offset = range.lowerBound
            while offset < range.upperBound {
                let bits = code.bits(from: offset)
                let length = min(CodeView.window, range.upperBound - offset)
                count += (bits & (1 << UInt64(length) - 1)).nonzeroBitCount
                offset += length
            }
            return count
        }
    }

    /// The offset of the instruction that follows another one after a number of instructions, all in one block.
    func offset(ofInstruction number: Int, from start: Int) -> Int {
        withView { code in
            var left = number
            var offset = start
            while true {
                var bits = code.bits(from: offset) & (1 << UInt64(CodeView.window) - 1)
                let count = bits.nonzeroBitCount
                if count > left {
                    for _ in 0..<left { bits &= bits - 1 }
                    return offset + bits.trailingZeroBitCount
                }
                left -= count
                offset += CodeView.window
            }
        }
    }
}

/// The bytes and bits of a program's code.
struct CodeView {
    // SAFETY: it does not leave the closure of `withView`. Offsets are inside the code, and `bits` checks.
    private let bytes: UnsafeRawPointer?
    let byteCount: Int
    private let mask: UnsafeRawBufferPointer
    private let traits: UnsafePointer<OpcodeTraits>

    init(bytes: UnsafeRawBufferPointer, mask: UnsafeRawBufferPointer, traits: UnsafePointer<OpcodeTraits>) {
        self.bytes = bytes.baseAddress
        byteCount = bytes.count
        self.mask = mask
        self.traits = traits
    }

    /// The byte at an offset inside the code.
    @inline(__always)
    func byte(at offset: Int) -> UInt8 { bytes.unsafelyUnwrapped.load(fromByteOffset: offset, as: UInt8.self) }

    /// The traits of the byte at an offset inside the code.
    @inline(__always)
    func traits(at offset: Int) -> OpcodeTraits {
        traits[Int(byte(at: offset))]
    }

    /// The bytes behind an opcode byte, zeros where the code has ended.
    @inline(__always)
    func operands(at offset: Int) -> OperandWords {
        let first = offset + 1
        guard first + 16 <= byteCount else { return lastOperands(from: first) }
        let start = bytes.unsafelyUnwrapped + first
        return OperandWords(
            low: UInt64(littleEndian: start.loadUnaligned(as: UInt64.self)),
            high: UInt64(littleEndian: start.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }

    @inline(never)
    private func lastOperands(from first: Int) -> OperandWords {
        func word(_ range: Range<Int>) -> UInt64 {
            var value: UInt64 = 0
            for offset in range.reversed() where offset < byteCount {
                value = value << 8 | UInt64(bytes.unsafelyUnwrapped.load(fromByteOffset: offset, as: UInt8.self))
            }
            return value
        }
        return OperandWords(low: word(first..<(first + 8)), high: word((first + 8)..<(first + 16)))
    }

    /// How many bytes lie between the opcode byte at an offset inside the code and the next, at most 24.
    @inline(__always)
    func skip(at offset: Int) -> Int {
        min(Instruction.maximumSkip, bits(from: offset + 1).trailingZeroBitCount, byteCount - 1 - offset)
    }

    /// Whether an instruction starts at an offset inside the code.
    @inline(__always)
    func continues(at offset: Int) -> Bool {
        offset < byteCount && mask[offset >> 3] >> UInt8(offset & 7) & 1 != 0
    }

    /// The start of the instruction before an offset of at most the code's end, nil if there is none within reach of a skip.
    func instruction(before offset: Int) -> Int? {
        let reach = Instruction.maximumSkip + 1
        let lowest = max(0, offset - reach)
        let bits = bits(from: lowest) & (1 << UInt64(offset - lowest) - 1)
        return bits == 0 ? nil : lowest + 63 - bits.leadingZeroBitCount
    }

    /// Whether jumps may go to an offset (isa.md 7.2).
    func isTarget(_ offset: UInt32, _ rule: JumpRule) -> Bool {
        let offset = Int(offset)
        guard continues(at: offset) else { return false }
        if rule == .graypaper, !traits(at: offset).isValid { return false }
        guard offset > 0 else { return true }
        guard let previous = instruction(before: offset) else { return false }
        let traits = traits(at: previous)
        return traits.isValid && traits.isTerminator
    }

    /// Bits of the mask that are read at once, whatever the offset.
    static let window = 56

    /// At least the `window` bits of the mask from an offset on, lowest first, zeros behind the end.
    @inline(__always)
    func bits(from offset: Int) -> UInt64 {
        let first = offset >> 3
        let word =
            first + 8 <= mask.count
            ? UInt64(littleEndian: mask.loadUnaligned(fromByteOffset: first, as: UInt64.self)) : lastBits(from: first)
        return word >> UInt64(offset & 7)
    }

    @inline(never)
    private func lastBits(from first: Int) -> UInt64 {
        var word: UInt64 = 0
        var index = mask.count - 1
        while index >= first {
            word = word << 8 | UInt64(mask[index])
            index -= 1
        }
        return word
    }
}
