// A program's code as ops, decoded block by block when a block is entered first, so that loading costs nothing and what is
// never executed is never decoded.
//
// All instances of a module share the ops, whatever their threads. An op never moves once it can be reached, nothing in
// it but its slot ever changes, and it can be reached only through slots. Each code offset, each entry of the jump table and
// each jump has a slot for the head of the block there, nil at first. A lock makes one thread at a time decode; a slot is
// filled with release ordering and read with acquire ordering.
//
// The ops of a block stand one to one for its instructions behind the head, so that the bits that say where instructions start
// are all that is needed to find an op by offset and an offset by op.
//
// What a block costs stands in its head, in 32 bits, for the loop that executes ops. A cost that does not fit, or one so small
// that a run could go on for long without paying much, is noted elsewhere, and the head says that the block is dear: the loop never
// pays for such a block, whatever it is given, and who is asked instead knows the cost.
//
// Code can also be decoded instruction by instruction. Then each instruction is a block of its own, one that does not end a block
// with a `fallthrough` behind it, for runs that pay for each instruction; or that stop at each, where all heads are dear.

import CPolkaSystem
import PolkaBlob
import PolkaISA
import Synchronization

/// A place in decoded code: an op, and the head of the block it stands in.
struct CodePlace {
    var op: UnsafePointer<Op>
    var head: UnsafePointer<Op>
}

/// What a block of ops stands for.
enum Granularity {
    /// A block of the program.
    case block
    /// One instruction.
    case instruction
    /// One instruction, before which every run stops.
    case step
}

/// Decoded code that grows while it runs.
// SAFETY: what changes is behind the lock or atomic, as the head of this file says.
final class DecodedCode: @unchecked Sendable {
    /// The slot of the jump table that the host's return address would have.
    static let returnSlot = Int(MemoryMap.returnToHost / 2 - 1)

    private let scanner: CodeScanner
    private let jumpRule: JumpRule
    let granularity: Granularity
    /// Whether every run stops before the next instruction.
    var stepsOnly: Bool { granularity == .step }
    /// nil if a block costs one unit for each of its instructions, and where nothing is paid.
    private let costs: BlockCosts?
    /// By code offset up to the end of the code; then the jump table's.
    private let slots: UnsafeMutablePointer<Slot>
    private let slotByteCount: Int
    private let blocks: Mutex<Blocks>
    private let decodedOpCount = Atomic<Int>(0)

    /// Allocates the slots.
    ///
    /// - Throws: if there is no memory for them.
    init(_ program: Program, by granularity: Granularity = .block) throws(ModuleError) {
        scanner = CodeScanner(program)
        jumpRule = program.configuration.jumpRule
        self.granularity = granularity
        let configuration = program.configuration
        let isByInstruction = configuration.costModel == .naive || configuration.gasMetering == .none
        costs = isByInstruction ? nil : BlockCosts(program)
        let count = program.code.bytes.count + 1 + program.code.jumpTable.count
        slotByteCount = count * MemoryLayout<Slot>.stride
        guard let memory = pvm_allocate_zeros(UInt64(slotByteCount)) else {
            throw .backend("no memory for the \(slotByteCount) bytes that find blocks of code")
        }
        // SAFETY: a slot of zeros is an atomic nil, and nothing needs to be undone when it goes.
        slots = memory.bindMemory(to: Slot.self, capacity: count)
        blocks = Mutex(Blocks())
    }

    deinit {
        pvm_free(slots, UInt64(slotByteCount))
    }

    /// Slots of the entries of the jump table.
    var jumpSlots: UnsafePointer<Slot> { UnsafePointer(slots + scanner.byteCount + 1) }
    var jumpTableCount: Int { scanner.code.jumpTable.count }

    /// How many ops there are so far.
    var opCount: Int { decodedOpCount.load(ordering: .relaxed) }

    /// Where to begin when code is entered from outside (isa.md 7.5).
    enum Entry {
        /// Nowhere: the guest traps without paying.
        case none
        /// At or behind the end of the code: one implicit trap that must be paid.
        case endOfCode
        case place(CodePlace)
    }

    func entry(at codeOffset: UInt32) -> Entry {
        let offset = Int(codeOffset)
        guard offset < scanner.byteCount else { return .endOfCode }
        guard scanner.code.startsInstruction(at: offset) else { return .none }
        if let head = slots[offset].load(ordering: .acquiring) { return .place(CodePlace(op: head + 1, head: head)) }
        guard let start = scanner.startOfBlock(with: offset) else { return .none }
        return .place(place(of: offset, inBlockAt: start))
    }

    /// Where the block starts that an instruction which can be entered belongs to.
    func startOfBlock(with codeOffset: UInt32) -> UInt32 {
        UInt32(scanner.startOfBlock(with: Int(codeOffset)) ?? Int(codeOffset))
    }

    /// Whether the instruction at an offset inside the code ends its block, by being what it is or by being none.
    func endsBlock(at codeOffset: UInt32) -> Bool {
        scanner.withView { code in
            let traits = code.traits(at: Int(codeOffset))
            return !traits.isValid || traits.isTerminator
        }
    }

    /// The place to go on at in a block that was entered before.
    func place(insideBlockAt codeOffset: UInt32) -> CodePlace {
        let offset = Int(codeOffset)
        return place(of: offset, inBlockAt: scanner.startOfBlock(with: offset) ?? offset)
    }

    private func place(of offset: Int, inBlockAt start: Int) -> CodePlace {
        let start = granularity == .block ? start : offset
        let head = head(at: start)
        return CodePlace(op: head + 1 + scanner.instructionCount(in: start..<offset), head: head)
    }

    /// The code offset of an op.
    func offset(of op: UnsafePointer<Op>, head: UnsafePointer<Op>) -> UInt32 {
        guard granularity == .block else { return head.pointee.startOffset }
        return offset(of: op, behind: head + 1, at: head.pointee.startOffset)
    }

    /// The code offset of an op in the same block as one whose offset is known.
    func offset(of op: UnsafePointer<Op>, behind first: UnsafePointer<Op>, at codeOffset: UInt32) -> UInt32 {
        op == first ? codeOffset : UInt32(scanner.offset(ofInstruction: op - first, from: Int(codeOffset)))
    }

    /// Finds where a jump with an empty slot goes, and fills the slot.
    ///
    /// - Parameters:
    ///   - op: the jump or branch.
    ///   - head: the head of its block.
    /// - Returns: the head of the target, nil if it is a bad jump.
    func target(of op: UnsafePointer<Op>, head: UnsafePointer<Op>) -> UnsafePointer<Op>? {
        if head.pointee.y == 0 {
            // The jump at the end of a chain, which goes wherever a block starts.
            return fill(op.slot, with: Int(op.pointee.y))
        }
        let offset = Int(offset(of: op, head: head))
        let target: UInt32? = scanner.withView { code in
            var target: UInt32 = 0
            _ = Op(
                code.traits(at: offset), code.operands(at: offset), at: offset, skip: code.skip(at: offset),
                target: &target)
            return code.isTarget(target, jumpRule) ? target : nil
        }
        return target.map { fill(op.slot, with: Int($0)) }
    }

    /// The same for an indirect jump through an entry of the jump table.
    func target(ofEntry index: Int) -> UnsafePointer<Op>? {
        let target = scanner.code.jumpTable[index]
        return scanner.withView { $0.isTarget(target, jumpRule) } ? fill(jumpSlots + index, with: Int(target)) : nil
    }

    private func fill(_ slot: UnsafePointer<Slot>, with offset: Int) -> UnsafePointer<Op> {
        let head = head(at: offset)
        // Threads that fill the same slot fill it with the same.
        slot.pointee.store(head, ordering: .releasing)
        return head
    }

    /// The head of the block at an offset where one starts, decoded if it was not yet.
    private func head(at offset: Int) -> UnsafePointer<Op> {
        slots[offset].load(ordering: .acquiring)
            ?? blocks.withLock { blocks in scanner.withView { code in decode(code, from: offset, into: &blocks) } }
    }

    // MARK: Decoding

    /// Ops of a chain of blocks after which no further block is added.
    private static let chainOpCount = 24

    /// Decodes the block at an offset, and those that control falls through to, up to a limit, so that most branches that
    /// are not taken just go on.
    private func decode(_ code: CodeView, from start: Int, into blocks: inout Blocks) -> UnsafePointer<Op> {
        // Another thread may have been faster.
        if let head = slots[start].load(ordering: .acquiring) { return head }
        blocks.beginChain()
        var offset = start
        while true {
            blocks.heads.append((offset, blocks.opCount))
            guard let end = decodeBlock(code, at: offset, into: &blocks) else { break }
            offset = end.next
            if slots[offset].load(ordering: .relaxed) != nil || blocks.opCount >= Self.chainOpCount {
                // A block of no ops and a jump that costs nothing; it stands for the terminator that led here.
                blocks.append(Op(headAt: end.terminator, cost: 0, opCount: 0))
                blocks.append(Op(jumpTo: UInt32(offset)))
                break
            }
        }
        decodedOpCount.add(blocks.opCount, ordering: .relaxed)
        let ops = blocks.keepChain()
        for (offset, index) in blocks.heads { slots[offset].store(ops + index, ordering: .releasing) }
        return ops
    }

    /// Decodes one block.
    ///
    /// - Returns: the offsets of its terminator and of the block that control falls through to, nil if it can not.
    private func decodeBlock(
        _ code: CodeView, at start: Int, into blocks: inout Blocks
    ) -> (terminator: Int, next: Int)? {
        let pairs = OperationPairs.shared
        let head = blocks.opCount
        blocks.append(Op(headAt: start, cost: 0, opCount: 0))
        var offset = start
        var end: (terminator: Int, next: Int)?
        /// The last op, if it is no part of a pair, else one that no pair begins with.
        var last = Operation.trap
        while true {
            let traits = code.continues(at: offset) ? code.traits(at: offset) : OpcodeTraits(nil)
            guard traits.isValid else {
                // The end of the code, a gap that no instruction covers, or a byte that is no instruction.
                blocks.append(Op(trapAt: offset))
                break
            }
            let skip = code.skip(at: offset)
            let next = offset + 1 + skip
            var target: UInt32 = 0
            var op = Op(traits, code.operands(at: offset), at: offset, skip: skip, target: &target)
            if traits.isTerminator {
                var isUsable = true
                if op.operation == .trap { op = Op(trapAt: offset) }
                if traits.hasTarget { isUsable = code.isTarget(target, jumpRule) }
                if traits.canFallThrough {
                    // The reference's branches need both their successors, taken or not.
                    if jumpRule == .reference, !isUsable || !code.continues(at: next) {
                        op = Op(trapAt: offset)
                    } else {
                        end = (offset, next)
                    }
                }
                let pair = pairs[last, op.operation]
                if pair != .trap { blocks.makePair(pair) }
                blocks.append(op)
                break
            }
            if op.operation == .ecalli { (op.d, op.y) = (UInt8(1 + skip), UInt32(offset)) }
            guard granularity == .block else {
                blocks.append(op)
                blocks.append(Op(.fallthrough))
                end = (offset, next)
                break
            }
            let pair = pairs[last, op.operation]
            if pair != .trap {
                blocks.makePair(pair)
                last = .trap
            } else {
                last = op.operation
            }
            blocks.append(op)
            offset = next
        }
        let opCount = granularity == .block ? blocks.opCount - head - 1 : 1
        let cost = granularity == .step ? Op.dear : headCost(ofBlockAt: start, opCount, &blocks)
        blocks.setHead(head, Op(headAt: start, cost: cost, opCount: opCount))
        return end
    }

    /// How many instructions of a block that is not dear cost at least one unit.
    private static let instructionsPerUnit: Int64 = 16

    /// What stands in the head of a block.
    private func headCost(ofBlockAt start: Int, _ opCount: Int, _ blocks: inout Blocks) -> UInt32 {
        guard let costs else { return UInt32(truncatingIfNeeded: opCount) }
        let cost = costs.cost(ofBlockAt: start)
        guard cost < Int64(Op.dear), Int64(opCount) <= cost * Self.instructionsPerUnit else {
            blocks.dearCosts[UInt32(truncatingIfNeeded: start)] = cost
            return Op.dear
        }
        return UInt32(truncatingIfNeeded: cost)
    }

    /// What a block costs.
    func cost(of head: UnsafePointer<Op>) -> Int64 {
        let cost = head.pointee.cost
        guard cost == Op.dear else { return Int64(cost) }
        // Where every head is dear none is noted; what is paid there is for the caller to know.
        return blocks.withLock { $0.dearCosts[head.pointee.startOffset] } ?? 0
    }

    /// Ops that are decoded, in pieces of memory that stay where they are; the chain that is being decoded moves on if the
    /// piece at hand becomes too small for it.
    private struct Blocks: ~Copyable {
        private var pieces: [UnsafeMutablePointer<Op>] = []
        /// Where the chain starts, and the room from there on.
        private var chain: UnsafeMutablePointer<Op>?
        private var capacity = 0
        private var pieceOpCount = 128
        /// Ops of the chain so far.
        private(set) var opCount = 0
        /// By code offset, the costs of dear blocks.
        var dearCosts: [UInt32: Int64] = [:]
        /// Blocks of the chain: code offsets, and where their heads stand in it.
        var heads: [(offset: Int, index: Int)] = []

        // SAFETY: the first `opCount` ops of the chain are initialised, and there are never more than `capacity`.

        deinit {
            for piece in pieces { piece.deallocate() }
        }

        mutating func beginChain() {
            opCount = 0
            heads.removeAll(keepingCapacity: true)
        }

        @inline(__always)
        mutating func append(_ op: Op) {
            if opCount == capacity { grow() }
            (chain.unsafelyUnwrapped + opCount).initialize(to: op)
            opCount += 1
        }

        @inline(never)
        private mutating func grow() {
            let count = max(pieceOpCount, 2 * opCount)
            pieceOpCount = min(2 * pieceOpCount, 1 << 16)
            let piece = UnsafeMutablePointer<Op>.allocate(capacity: count)
            if let chain { piece.moveInitialize(from: chain, count: opCount) }
            pieces.append(piece)
            chain = piece
            capacity = count
        }

        /// Lets the last op stand for itself and for the one that comes next.
        mutating func makePair(_ operation: Operation) {
            (chain.unsafelyUnwrapped + opCount - 1).pointee.operation = operation
        }

        mutating func setHead(_ index: Int, _ op: Op) { (chain.unsafelyUnwrapped + index).pointee = op }

        /// Leaves the chain where it is for good.
        mutating func keepChain() -> UnsafePointer<Op> {
            let ops = chain.unsafelyUnwrapped
            chain = ops + opCount
            capacity -= opCount
            return UnsafePointer(ops)
        }
    }
}
