// The shape of a program's code, worked out when somebody asks for a call stack: its blocks, how control gets from one to
// another within a function, which instructions are calls, and where they return to.
//
// A blob has no table of functions. Code of a linker is not even contiguous: blocks of one function lie anywhere, ends are
// shared, and what follows a call in memory need not be what the call returns to. So functions are found by control flow: an
// entry is what is exported or called, the block behind a call is the one whose code address the call loads into `ra`, and a
// function is all that can be reached from its entry so.

import PolkaBlob
import PolkaISA

/// Blocks, calls and entries of a program; immutable.
final class CallGraph: Sendable {
    /// An instruction that jumps and leaves in `ra` where to return to.
    struct Call: Sendable, Equatable {
        /// The code offset of the jump.
        let codeOffset: UInt32
        /// The code address that `ra` gets.
        let returnAddress: UInt32
        /// The code offset that is called, nil if a register says it.
        let target: UInt32?
    }

    /// How control leaves a block.
    enum Leave: Equatable {
        /// To the block that follows; also where a block was cut because an export starts behind it.
        case next
        case jump(UInt32)
        case branch(UInt32)
        /// To a call, and after it to the block that the link names.
        case call(link: UInt32)
        /// To where a register says, without a link: a return, a switch, or a call instead of a return.
        case indirect(Instruction)
        /// Nowhere: a trap, an invalid instruction.
        case never

        /// Whether control stays in the function all the time, so that `ra` keeps what it has.
        var isWithinFunction: Bool { if case .call = self { false } else { true } }
    }

    let code: CodeMap
    let set: InstructionSet
    /// Code offsets of the blocks, ascending.
    private let starts: [UInt32]
    /// Code offsets of the last instructions of the blocks.
    private let lasts: [UInt32]
    /// By block: that it is exported or called, so that its function begins there.
    private let entries: [Bool]
    /// By block: that its code address is stored somewhere, as a function pointer or for a switch.
    private let labels: [Bool]
    /// Blocks from which control comes: those of block `b` are `sources[firsts[b]..<firsts[b + 1]]`.
    private let firsts: [Int32]
    private let sources: [Int32]
    /// Blocks that end with an indirect jump through another register than `ra`, which may be that of a switch.
    let indirectJumps: [Int]
    /// All calls, by ascending return address.
    private let calls: [Call]
    /// By code offset that calls return to: the code offsets that these call.
    private let targetsByReturn: [UInt32: Set<UInt32>]
    /// Whether calls load the link and jump in one instruction.
    ///
    /// If any does, a constant in `ra` in front of another jump is no link: compilers use `ra` for other things, too.
    private let hasFusedCalls: Bool

    init(_ program: Program, exports: [UInt32]) {
        var scan = Scan(program, exports: exports, links: .fused)
        hasFusedCalls = !scan.calls.isEmpty
        if scan.calls.isEmpty { scan = Scan(program, exports: exports, links: .separate) }
        code = program.code
        set = program.instructionSet
        starts = scan.starts
        lasts = scan.lasts
        indirectJumps = scan.indirectJumps
        calls = scan.calls.sorted { ($0.returnAddress, $0.codeOffset) < ($1.returnAddress, $1.codeOffset) }

        var entries = [Bool](repeating: false, count: starts.count)
        for offset in exports + calls.compactMap(\.target) {
            if let block = Self.block(startingAt: offset, in: starts) { entries[block] = true }
        }
        self.entries = entries
        var isReturned = [Bool](repeating: false, count: code.jumpTable.count)
        for call in calls { isReturned[Int(call.returnAddress / 2) - 1] = true }
        var labels = [Bool](repeating: false, count: starts.count)
        for (index, offset) in code.jumpTable.enumerated() where !isReturned[index] {
            if let block = Self.block(startingAt: offset, in: starts) { labels[block] = true }
        }
        self.labels = labels
        var targetsByReturn: [UInt32: Set<UInt32>] = [:]
        for call in calls {
            guard let target = call.target, let offset = code.codeOffset(ofAddress: call.returnAddress) else {
                continue
            }
            targetsByReturn[offset, default: []].insert(target)
        }
        self.targetsByReturn = targetsByReturn
        (firsts, sources) = scan.predecessors()
    }

    var blockCount: Int { starts.count }

    func start(of block: Int) -> UInt32 { starts[block] }

    /// The code offset of the last instruction of a block.
    func last(of block: Int) -> UInt32 { lasts[block] }

    /// The instruction at a code offset, nil if there is none.
    func instruction(at offset: UInt32) -> Instruction? {
        Int(offset) < code.bytes.count ? code.instruction(at: Int(offset), in: set) : nil
    }

    func isEntry(_ block: Int) -> Bool { entries[block] }

    func isLabel(_ block: Int) -> Bool { labels[block] }

    func predecessors(of block: Int) -> ArraySlice<Int32> { sources[Int(firsts[block])..<Int(firsts[block + 1])] }

    /// The block that starts at a code offset.
    func block(startingAt offset: UInt32) -> Int? { Self.block(startingAt: offset, in: starts) }

    /// The block that an instruction belongs to, nil if the offset lies in front of all blocks or behind the last.
    func block(containing offset: UInt32) -> Int? {
        let index = Self.firstIndex(in: starts) { $0 > offset } - 1
        return index >= 0 && offset <= lasts[index] ? index : nil
    }

    private static func block(startingAt offset: UInt32, in starts: [UInt32]) -> Int? {
        let index = firstIndex(in: starts) { $0 >= offset }
        return index < starts.count && starts[index] == offset ? index : nil
    }

    /// The first element for which an ascending property holds.
    private static func firstIndex<Element>(in sorted: [Element], where holds: (Element) -> Bool) -> Int {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if holds(sorted[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The block that a code address stands for.
    func block(atAddress address: UInt32) -> Int? {
        code.codeOffset(ofAddress: address).flatMap { block(startingAt: $0) }
    }

    /// The calls that return to a code address, by ascending code offset.
    func calls(returningTo address: UInt32) -> ArraySlice<Call> {
        let first = Self.firstIndex(in: calls) { $0.returnAddress >= address }
        let end = Self.firstIndex(in: calls) { $0.returnAddress > address }
        return calls[first..<end]
    }

    /// Whether a call of the function that starts at a block returns to another block.
    func isReturn(to block: Int, from entry: Int) -> Bool {
        targetsByReturn[starts[block]]?.contains(starts[entry]) ?? false
    }

    /// Calls `body` for each instruction of a block, with its code offset, as long as it returns true.
    func forEachInstruction(of block: Int, _ body: (UInt32, Instruction?) -> Bool) {
        var offset = Int(starts[block])
        let last = Int(lasts[block])
        while offset <= last {
            let instruction = offset < code.bytes.count ? code.instruction(at: offset, in: set) : nil
            guard body(UInt32(offset), instruction), instruction != nil else { return }
            offset += 1 + code.skip(at: offset)
        }
    }

    /// How control leaves a block.
    func leave(_ block: Int) -> Leave {
        var link = Link(hasFusedCalls ? .fused : .separate)
        var leave = Leave.next
        forEachInstruction(of: block) { _, instruction in
            leave = instruction.map { code.leave($0, link: &link) } ?? .never
            return true
        }
        return leave
    }

    /// How control can get from the start of one function to that of another without a call: by jumps in place of calls at the
    /// ends of functions.
    ///
    /// - Returns: whether it can, and else whether there is a jump through a register on the way, of which nobody knows where
    ///   it goes: to something whose address is stored.
    func reaches(from start: Int, to end: Int) -> (found: Bool, usesIndirect: Bool) {
        let (blocks, usesIndirect) = search(from: [start], for: end)
        return (blocks.contains(end), usesIndirect)
    }

    /// The blocks that control can get to without a call from those whose address is stored.
    func reachedFromLabels() -> Set<Int> {
        search(from: labels.indices.filter { labels[$0] }, for: nil).blocks
    }

    private func search(from start: [Int], for end: Int?) -> (blocks: Set<Int>, usesIndirect: Bool) {
        var seen = Set(start)
        var open = start
        var usesIndirect = false
        while let block = open.popLast(), block != end, seen.count < Self.mostSearched {
            let leave = leave(block)
            if case .indirect(let jump) = leave, jump.r1 != .ra { usesIndirect = true }
            for next in successors(of: block, leave) where seen.insert(next).inserted { open.append(next) }
        }
        return (seen, usesIndirect)
    }

    private static let mostSearched = 100_000

    /// Where control goes within the function, apart from indirect jumps.
    func successors(of block: Int, _ leave: Leave) -> [Int] {
        let following = block + 1 < starts.count ? block + 1 : nil
        return switch leave {
        case .next: [following].compactMap(\.self)
        case .jump(let target): [self.block(startingAt: target)].compactMap(\.self)
        case .branch(let target): [following, self.block(startingAt: target)].compactMap(\.self)
        case .call(let link): [self.block(atAddress: link)].compactMap(\.self)
        case .indirect, .never: []
        }
    }
}

/// One look at all instructions in their order.
private struct Scan {
    private(set) var starts: [UInt32] = []
    private(set) var lasts: [UInt32] = []
    private(set) var calls: [CallGraph.Call] = []
    private(set) var indirectJumps: [Int] = []
    /// From block to code offset, nil for the block that follows.
    private var edges: [(from: Int32, to: UInt32?)] = []

    init(_ program: Program, exports: [UInt32], links: Link.Form) {
        let code = program.code
        // An export may lie where no block starts, and is entered all the same.
        var exports = Set(exports)
        exports = exports.filter { !code.isValidTarget($0, in: program.instructionSet) }
        var startsBlock = true
        var link = Link(links)
        code.forEachPosition(in: program.instructionSet) { position in
            let offset = UInt32(position.offset)
            if !startsBlock, !exports.isEmpty, exports.contains(offset) {
                edges.append((Int32(starts.count - 1), nil))
                startsBlock = true
            }
            if startsBlock {
                starts.append(offset)
                lasts.append(offset)
                link.address = nil
            }
            lasts[lasts.count - 1] = offset
            guard let instruction = position.instruction else {
                startsBlock = true
                return
            }
            startsBlock = instruction.opcode.isTerminator
            let leave = code.leave(instruction, link: &link)
            let block = Int32(starts.count - 1)
            switch leave {
            case .next:
                if startsBlock { edges.append((block, nil)) }
            case .jump(let target): edges.append((block, target))
            case .branch(let target):
                edges.append((block, target))
                edges.append((block, nil))
            case .call(let link):
                let isDirect = instruction.opcode == .jump || instruction.opcode == .loadImmAndJump
                calls.append(
                    CallGraph.Call(
                        codeOffset: offset, returnAddress: link, target: isDirect ? instruction.target : nil))
                if let next = code.codeOffset(ofAddress: link) { edges.append((block, next)) }
            case .indirect(let jump):
                if jump.r1 != .ra { indirectJumps.append(Int(block)) }
            case .never: break
            }
        }
    }

    /// Turns the edges round: by block, the blocks from which control comes.
    mutating func predecessors() -> (firsts: [Int32], sources: [Int32]) {
        var targets: [Int32] = []
        targets.reserveCapacity(edges.count)
        for edge in edges {
            guard let offset = edge.to else {
                targets.append(Int(edge.from) + 1 < starts.count ? edge.from + 1 : -1)
                continue
            }
            var low = 0
            var high = starts.count
            while low < high {
                let middle = (low + high) / 2
                if starts[middle] < offset { low = middle + 1 } else { high = middle }
            }
            targets.append(low < starts.count && starts[low] == offset ? Int32(low) : -1)
        }
        var firsts = [Int32](repeating: 0, count: starts.count + 1)
        for target in targets where target >= 0 { firsts[Int(target) + 1] += 1 }
        for index in starts.indices { firsts[index + 1] += firsts[index] }
        var places = firsts
        var sources = [Int32](repeating: 0, count: Int(firsts[starts.count]))
        for (edge, target) in zip(edges, targets) where target >= 0 {
            sources[Int(places[Int(target)])] = edge.from
            places[Int(target)] += 1
        }
        edges = []
        return (firsts, sources)
    }
}

/// What a block has loaded into `ra` to return to.
private struct Link {
    /// How calls load their link.
    enum Form { case fused, separate }

    let form: Form
    /// The code address that a load in front of the jump has loaded.
    var address: UInt32?

    init(_ form: Form) { self.form = form }
}

extension CodeMap {
    /// The code offset that a code address stands for; nil if it stands for none.
    func codeOffset(ofAddress address: UInt32) -> UInt32? {
        guard address != 0, address & 1 == 0, Int(address / 2) <= jumpTable.count else { return nil }
        return jumpTable[Int(address / 2) - 1]
    }

    /// What an instruction does to the flow of control.
    ///
    /// - Parameters:
    ///   - instruction: the instruction.
    ///   - link: what the block has loaded into `ra` so far.
    /// - Returns: where control goes then.
    fileprivate func leave(_ instruction: Instruction, link: inout Link) -> CallGraph.Leave {
        switch instruction.opcode {
        case .trap: return .never
        case .jump: return link.address.map { .call(link: $0) } ?? .jump(instruction.target)
        case .jumpIndirect:
            if let link = link.address, instruction.r1 != .ra { return .call(link: link) }
            return .indirect(instruction)
        case .loadImmAndJump:
            if instruction.r1 == .ra, let link = linkAddress(instruction.x) { return .call(link: link) }
            return .jump(instruction.target)
        case .loadImmAndJumpIndirect:
            if instruction.r1 == .ra, let link = linkAddress(instruction.x) { return .call(link: link) }
            // The register of the target is the second one here.
            return .indirect(
                Instruction(.jumpIndirect, instruction.r2, x: Int64(instruction.y)))
        case .loadImm:
            if link.form == .separate, instruction.r1 == .ra { link.address = linkAddress(instruction.x) }
            return .next
        default:
            if instruction.opcode.isBranch { return .branch(instruction.target) }
            if instruction.destination == .ra { link.address = nil }
            return .next
        }
    }

    /// A loaded value as the code address to return to.
    private func linkAddress(_ value: Int64) -> UInt32? {
        guard let address = UInt32(exactly: value), codeOffset(ofAddress: address) != nil else { return nil }
        return address
    }
}

extension Instruction {
    /// The register that the instruction writes; nil if none, and for what writes others than it names: calls of the host
    /// and `memset`.
    var destination: Register? {
        switch opcode.format {
        case .registerWideImmediate: r1
        case .registerImmediate:
            opcode == .jumpIndirect || opcode.memoryAccess?.isStore == true ? nil : r1
        case .registerRegister, .registerRegisterImmediateImmediate: r1
        case .registerRegisterImmediate: opcode.memoryAccess?.isStore == true ? nil : r1
        case .registerImmediateOffset: opcode == .loadImmAndJump ? r1 : nil
        case .registerRegisterRegister: r3
        case .none, .immediate, .immediateImmediate, .offset, .registerImmediateImmediate, .registerRegisterOffset: nil
        }
    }
}
