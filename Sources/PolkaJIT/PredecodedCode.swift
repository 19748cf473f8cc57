// A program's code as an array of ops, made in one pass over the code, and a second over the jumps in it.
//
// The ops of a block follow its head, which carries the cost. Every offset has its op: instructions, gaps that no instruction
// covers, and the implicit trap behind the last one. A static jump holds the index of the head of its target; where the target
// is not valid that is index 0, a head that nobody can pay, so that the check for gas finds bad jumps as well.

import PolkaBlob
import PolkaISA
import PolkaVM

/// Pre-decoded code with the tables to find ops by code offset.
final class PredecodedCode: Sendable {
    /// The head that bad jumps lead to.
    static let badTarget: UInt32 = 0
    static let unpayable = Int64.max
    /// The slot of the jump table that the host's return address would have.
    static let returnSlot = Int(MemoryMap.returnToHost / 2 - 1)

    let ops: [Op]
    /// The code offset of each op; for heads that of the first op behind it.
    let offsets: [UInt32]
    /// By entry of the program's jump table, the op index of the target's head.
    let jumpTargets: [UInt32]
    let index: OpIndex
    let code: CodeMap

    init(_ program: Program) {
        var decoder = Predecoder(program)
        decoder.decode()
        decoder.resolveJumps()
        let resolver = decoder
        jumpTargets = program.code.jumpTable.map { resolver.head(ofTarget: $0) }
        ops = resolver.ops
        offsets = resolver.offsets
        index = resolver.index
        code = program.code
    }

    /// Where to begin when code is entered from outside (isa.md 7.5).
    enum Entry {
        /// Nowhere: the guest traps without paying.
        case none
        /// At or behind the end of the code: one implicit trap that must be paid.
        case endOfCode
        case op(Int, head: Int)
    }

    func entry(at offset: UInt32) -> Entry {
        guard Int(offset) < code.bytes.count else { return .endOfCode }
        guard code.startsInstruction(at: Int(offset)) else { return .none }
        let op = index.op(at: Int(offset))
        let head = index.head(ofBlockWith: Int(offset))
        // A block behind a gap has no start that walking back from instruction to instruction could find.
        if head > 1, ops[head - 1].opcode == .trap, ops[head - 1].x == TrapKind.gap.rawValue { return .none }
        return .op(op, head: head)
    }

    func gasCost(ofBlockAt offset: UInt32) -> Int64? {
        guard case .op(let op, let head) = entry(at: offset) else {
            return Int(offset) >= code.bytes.count ? 1 : nil
        }
        return op == head + 1 ? ops[head].cost : nil
    }
}

/// From code offset to op: bits for ops and for heads, with running counts for every 64 code offsets.
struct OpIndex: Sendable {
    private var ops: [UInt64]
    private var heads: [UInt64]
    /// Ops and heads before each word.
    private var before: [UInt32] = []

    init(codeByteCount: Int) {
        // One place more, for the implicit trap.
        ops = [UInt64](repeating: 0, count: codeByteCount / 64 + 1)
        heads = ops
    }

    mutating func mark(op offset: Int, startsBlock: Bool) {
        let bit: UInt64 = 1 << UInt64(offset & 63)
        ops[offset >> 6] |= bit
        if startsBlock { heads[offset >> 6] |= bit }
    }

    /// Counts; nothing may be marked afterwards.
    mutating func finish() {
        // The head for bad jumps comes first.
        var count: UInt32 = 1
        before.reserveCapacity(ops.count)
        for word in ops.indices {
            before.append(count)
            count += UInt32(ops[word].nonzeroBitCount + heads[word].nonzeroBitCount)
        }
    }

    func startsBlock(at offset: Int) -> Bool { heads[offset >> 6] & (1 << UInt64(offset & 63)) != 0 }

    /// The op at an offset that was marked.
    func op(at offset: Int) -> Int {
        let word = offset >> 6
        let bit: UInt64 = 1 << UInt64(offset & 63)
        let below = bit &- 1
        let inWord = (ops[word] & below).nonzeroBitCount + (heads[word] & (below | bit)).nonzeroBitCount
        return Int(before[word]) + inWord
    }

    /// The head of the block that an op at an offset belongs to; the search is linear in the length of the block.
    func head(ofBlockWith offset: Int) -> Int {
        var word = offset >> 6
        var bits = heads[word] & (UInt64.max >> UInt64(63 - offset & 63))
        while bits == 0, word > 0 {
            word -= 1
            bits = heads[word]
        }
        return op(at: word * 64 + 63 - bits.leadingZeroBitCount) - 1
    }
}

/// The pass itself.
private struct Predecoder {
    private let program: Program
    private let code: CodeMap
    private(set) var ops: [Op] = []
    private(set) var offsets: [UInt32] = []
    private(set) var index: OpIndex
    /// Ops whose successors are still to be checked.
    private var unresolved: [UInt32] = []
    /// The head of the block that is being read; 0 between blocks.
    private var head = 0

    init(_ program: Program) {
        self.program = program
        code = program.code
        index = OpIndex(codeByteCount: code.bytes.count)
        var instructionCount = 0
        for byte in code.bitmask { instructionCount += byte.nonzeroBitCount }
        ops.reserveCapacity(instructionCount + instructionCount / 4 + 8)
        offsets.reserveCapacity(instructionCount + instructionCount / 4 + 8)
        ops.append(Op(cost: PredecodedCode.unpayable, opCount: 0))
        offsets.append(0)
    }

    mutating func decode() {
        let code = code
        let bytes = code.bytes.span
        let opcodes = program.instructionSet.opcodes
        var starts = StartScanner(code)
        // What lies before the first instruction is a gap like those behind the reach of a skip.
        var next = starts.next()
        if next > 0 { append(Op(.gap), at: 0, endsBlock: true) }
        while next < bytes.count {
            let offset = next
            next = starts.next()
            let skip = min(Instruction.maximumSkip, next - offset - 1)
            if let opcode = opcodes[Int(bytes[offset])] {
                let instruction = Instruction(decoding: opcode, in: bytes, at: offset, skip: skip)
                if opcode == .fallthrough || opcode.format.hasTarget { unresolved.append(UInt32(ops.count)) }
                // A trap's x is its kind, and the program's own is the kind 0.
                append(Op(instruction), at: offset, endsBlock: opcode.isTerminator)
            } else {
                append(Op(.invalidOpcode), at: offset, endsBlock: true)
            }
            let end = offset + 1 + skip
            if end < next { append(Op(.gap), at: end, endsBlock: true) }
        }
        append(Op(.endOfCode), at: bytes.count, endsBlock: true)
        index.finish()
    }

    private mutating func append(_ op: Op, at offset: Int, endsBlock: Bool) {
        index.mark(op: offset, startsBlock: head == 0)
        if head == 0 {
            head = ops.count
            ops.append(Op(cost: 0, opCount: 0))
            offsets.append(UInt32(offset))
            // The op moves up by one.
            if let last = unresolved.last, Int(last) == head { unresolved[unresolved.count - 1] += 1 }
        }
        ops.append(op)
        offsets.append(UInt32(offset))
        guard endsBlock else { return }
        let opCount = ops.count - head - 1
        switch program.configuration.costModel {
        case .naive: ops[head] = Op(cost: Int64(opCount), opCount: opCount)
        }
        head = 0
    }

    /// Replaces code offsets in jumps by op indices, and what can go nowhere by traps (isa.md 7.3).
    mutating func resolveJumps() {
        for position in unresolved.map(Int.init) {
            let op = ops[position]
            switch program.configuration.jumpRule {
            case .reference where op.opcode.isBranch:
                let target = head(ofTarget: op.y)
                let usable = target != PredecodedCode.badTarget && continues(behind: position)
                if usable { ops[position].y = target } else { ops[position] = Op(.unusable) }
            case .reference where op.opcode == .fallthrough:
                if !continues(behind: position) { ops[position] = Op(.unusable) }
            case .reference, .graypaper:
                if op.opcode != .fallthrough { ops[position].y = head(ofTarget: op.y) }
            }
        }
    }

    /// Whether an instruction, valid or not, starts where a terminator ends: not in a gap nor at the end of the code.
    private func continues(behind position: Int) -> Bool {
        // Behind a terminator stand the head of the next block and its first op.
        let next = ops[position + 2]
        guard next.opcode == .trap, let kind = TrapKind(rawValue: next.x) else { return true }
        return kind != .gap && kind != .endOfCode
    }

    /// The head of the block that starts at a valid target (isa.md 7.2), else `badTarget`.
    func head(ofTarget target: UInt32) -> UInt32 {
        let offset = Int(target)
        guard offset < code.bytes.count, code.startsInstruction(at: offset), index.startsBlock(at: offset) else {
            return PredecodedCode.badTarget
        }
        let first = index.op(at: offset)
        let head = first - 1
        if head > 1, isInvalid(ops[head - 1]) { return PredecodedCode.badTarget }
        if program.configuration.jumpRule == .graypaper, isInvalid(ops[first]) { return PredecodedCode.badTarget }
        return UInt32(head)
    }

    private func isInvalid(_ op: Op) -> Bool {
        op.opcode == .trap && TrapKind(rawValue: op.x)?.isInvalid == true
    }
}

/// Goes through the offsets at which instructions start, 64 bits at a time.
private struct StartScanner {
    private let bitmask: [UInt8]
    private let codeByteCount: Int
    private var word: UInt64 = 0
    /// The offset of the lowest bit of the word.
    private var base = -64

    init(_ code: CodeMap) {
        bitmask = code.bitmask
        codeByteCount = code.bytes.count
    }

    /// The next offset, the length of the code if there is none.
    mutating func next() -> Int {
        while word == 0 {
            base += 64
            let first = base / 8
            guard first < bitmask.count else { return codeByteCount }
            for index in first..<min(first + 8, bitmask.count) {
                word |= UInt64(bitmask[index]) << UInt64(8 * (index - first))
            }
        }
        let offset = base + word.trailingZeroBitCount
        word &= word &- 1
        return min(offset, codeByteCount)
    }
}
