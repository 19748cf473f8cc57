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

import CPolkaSystem
import PolkaBlob
import PolkaISA
import Synchronization

/// A place in decoded code: an op, and the head of the block it stands in.
struct CodePlace {
    var op: UnsafePointer<Op>
    var head: UnsafePointer<Op>
}

/// Decoded code that grows while it runs.
// SAFETY: what changes is behind the lock or atomic, as the head of this file says.
final class DecodedCode: @unchecked Sendable {
    /// The slot of the jump table that the host's return address would have.
    static let returnSlot = Int(MemoryMap.returnToHost / 2 - 1)

    private let scanner: CodeScanner
    private let jumpRule: JumpRule
    /// By code offset up to the end of the code; then the jump table's.
    private let slots: UnsafeMutablePointer<Slot>
    private let slotByteCount: Int
    private let blocks: Mutex<Blocks>

    /// Allocates the slots.
    ///
    /// - Throws: if there is no memory for them.
    init(_ program: Program) throws(ModuleError) {
        scanner = CodeScanner(program)
        jumpRule = program.configuration.jumpRule
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
        pvm_free_zeros(slots, UInt64(slotByteCount))
    }

    /// Slots of the entries of the jump table.
    var jumpSlots: UnsafePointer<Slot> { UnsafePointer(slots + scanner.byteCount + 1) }
    var jumpTableCount: Int { scanner.code.jumpTable.count }

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

    /// The place to go on at in a block that was entered before.
    func place(insideBlockAt codeOffset: UInt32) -> CodePlace {
        let offset = Int(codeOffset)
        return place(of: offset, inBlockAt: scanner.startOfBlock(with: offset) ?? offset)
    }

    private func place(of offset: Int, inBlockAt start: Int) -> CodePlace {
        let head = head(at: start)
        return CodePlace(op: head + 1 + scanner.instructionCount(in: start..<offset), head: head)
    }

    /// The code offset of an op.
    func offset(of op: UnsafePointer<Op>, head: UnsafePointer<Op>) -> UInt32 {
        offset(of: op, behind: head + 1, at: head.pointee.startOffset)
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
        guard let traits = scanner.traits(at: offset) else { return nil }
        let target = scanner.instruction(traits, at: offset, skip: scanner.skip(at: offset)).target
        return scanner.isTarget(target, jumpRule) ? fill(op.slot, with: Int(target)) : nil
    }

    /// The same for an indirect jump through an entry of the jump table.
    func target(ofEntry index: Int) -> UnsafePointer<Op>? {
        let target = scanner.code.jumpTable[index]
        return scanner.isTarget(target, jumpRule) ? fill(jumpSlots + index, with: Int(target)) : nil
    }

    private func fill(_ slot: UnsafePointer<Slot>, with offset: Int) -> UnsafePointer<Op> {
        let head = head(at: offset)
        // Threads that fill the same slot fill it with the same.
        slot.pointee.store(head, ordering: .releasing)
        return head
    }

    /// The head of the block at an offset where one starts, decoded if it was not yet.
    private func head(at offset: Int) -> UnsafePointer<Op> {
        slots[offset].load(ordering: .acquiring) ?? blocks.withLock { blocks in decode(from: offset, into: &blocks) }
    }

    // MARK: Decoding

    /// Ops of a chain of blocks after which no further block is added.
    private static let chainOpCount = 24

    /// Decodes the block at an offset, and those that control falls through to, up to a limit, so that most branches that
    /// are not taken just go on.
    private func decode(from start: Int, into blocks: inout Blocks) -> UnsafePointer<Op> {
        // Another thread may have been faster.
        if let head = slots[start].load(ordering: .acquiring) { return head }
        blocks.chain.removeAll(keepingCapacity: true)
        blocks.heads.removeAll(keepingCapacity: true)
        var offset = start
        while true {
            blocks.heads.append((offset, blocks.chain.count))
            guard let end = decodeBlock(at: offset, into: &blocks.chain) else { break }
            offset = end.next
            if slots[offset].load(ordering: .relaxed) != nil || blocks.chain.count >= Self.chainOpCount {
                // A block of no ops and a jump that costs nothing; it stands for the terminator that led here.
                blocks.chain.append(Op(headAt: end.terminator, cost: 0, opCount: 0))
                blocks.chain.append(Op(jumpTo: UInt32(offset)))
                break
            }
        }
        let ops = blocks.keepChain()
        for (offset, index) in blocks.heads { slots[offset].store(ops + index, ordering: .releasing) }
        return ops
    }

    /// Decodes one block.
    ///
    /// - Returns: the offsets of its terminator and of the block that control falls through to, nil if it can not.
    private func decodeBlock(at start: Int, into chain: inout [Op]) -> (terminator: Int, next: Int)? {
        let head = chain.count
        chain.append(Op(headAt: start, cost: 0, opCount: 0))
        var offset = start
        var end: (terminator: Int, next: Int)?
        /// Whether the last op is no part of a pair, and no head.
        var isAlone = false
        func pair(_ second: Operation) -> Bool {
            guard isAlone, let pair = Operation(chain[chain.count - 1].operation, second) else { return false }
            chain[chain.count - 1].operation = pair
            return true
        }
        while true {
            guard scanner.continues(at: offset), let traits = scanner.traits(at: offset) else {
                // The end of the code, a gap that no instruction covers, or a byte that is no instruction.
                chain.append(Op(trapAt: offset))
                break
            }
            let skip = scanner.skip(at: offset)
            let instruction = scanner.instruction(traits, at: offset, skip: skip)
            let next = offset + 1 + skip
            var op = Op(instruction, traits)
            if traits.isTerminator {
                var isUsable = true
                if traits.opcode == .trap { op = Op(trapAt: offset) }
                if traits.format.hasTarget {
                    isUsable = scanner.isTarget(instruction.target, jumpRule)
                }
                if traits.canFallThrough {
                    // The reference's branches need both their successors, taken or not.
                    if jumpRule == .reference, !isUsable || !scanner.continues(at: next) {
                        op = Op(trapAt: offset)
                    } else {
                        end = (offset, next)
                    }
                }
                _ = pair(op.operation)
                chain.append(op)
                break
            }
            if traits.opcode == .ecalli { (op.d, op.y) = (UInt8(1 + skip), UInt32(offset)) }
            isAlone = !pair(op.operation)
            chain.append(op)
            offset = next
        }
        let opCount = chain.count - head - 1
        chain[head] = Op(headAt: start, cost: cost(opCount: opCount), opCount: opCount)
        return end
    }

    private func cost(opCount: Int) -> UInt32 {
        // The naive model, the only one there is: one unit for each op.
        UInt32(truncatingIfNeeded: opCount)
    }

    /// Ops that are decoded, in pieces of memory that stay where they are.
    private struct Blocks: ~Copyable {
        private var pieces: [UnsafeMutablePointer<Op>] = []
        private var free: UnsafeMutableBufferPointer<Op> = .init(start: nil, count: 0)
        private var pieceOpCount = 128
        /// The chain that is being decoded.
        var chain: [Op] = []
        /// Its blocks: code offsets, and where their heads stand in the chain.
        var heads: [(offset: Int, index: Int)] = []

        deinit {
            for piece in pieces { piece.deallocate() }
        }

        /// Copies the chain to where it stays.
        mutating func keepChain() -> UnsafePointer<Op> {
            if free.count < chain.count {
                let count = max(pieceOpCount, chain.count)
                pieceOpCount = min(2 * pieceOpCount, 1 << 16)
                free = .allocate(capacity: count)
                if let start = free.baseAddress { pieces.append(start) }
            }
            let start = free.initialize(fromContentsOf: chain)
            let ops = free.baseAddress.unsafelyUnwrapped
            free = UnsafeMutableBufferPointer(rebasing: free[start...])
            return UnsafePointer(ops)
        }
    }
}
