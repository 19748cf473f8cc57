// Where a function's frame is, at any of its instructions, without a table that says so: the states of `FrameState` are
// followed along all ways from the entries of functions to the place in question, and to no other.
//
// Several functions may share a block, with frames that differ; and one function may get there in several ways. So a place
// has a set of states, each with the entry that it comes from; which of them is true is for the unwinder to find out, by the
// caller that each of them leads to. All limits here only cost knowledge.

import PolkaBlob
import PolkaISA

/// Finds the states that a program can be in at a place.
struct FrameAnalysis {
    let graph: CallGraph
    /// What tables are read from, and where it lies.
    private let readOnlyData: [UInt8]
    private let readOnlyStart: UInt32
    private let is64Bit: Bool
    /// States at the starts of blocks that have been asked for, or lie on the way.
    private var known: [Int: [FrameState]] = [:]

    /// States of one function at one place; more are made one by forgetting.
    private static let mostPerFunction = 8
    /// The same in code that comes back to where a register says, and must not come back to somewhere else.
    private static let mostLinksPerFunction = 256
    /// States at one place.
    private static let mostPerBlock = 1024
    /// Blocks executed for one question.
    private static let mostSteps = 1_000_000
    private static let longestTable = 1 << 16

    init(_ graph: CallGraph, _ blob: Blob, readOnlyStart: UInt32) {
        self.graph = graph
        readOnlyData = blob.readOnlyData
        self.readOnlyStart = readOnlyStart
        is64Bit = blob.instructionSet.is64Bit
    }

    /// The states in front of an instruction; none if nothing is known to get there.
    mutating func states(at codeOffset: UInt32) -> [FrameState] {
        guard let block = graph.block(containing: codeOffset) else { return [] }
        if known[block] == nil { analyze(block) }
        var isThere = false
        var states = known[block] ?? []
        graph.forEachInstruction(of: block) { offset, instruction in
            if offset == codeOffset { isThere = true }
            if offset >= codeOffset { return false }
            if let instruction {
                for index in states.indices { states[index].apply(instruction, is64Bit: is64Bit) }
            }
            return true
        }
        return isThere ? states : []
    }

    /// Works out the states at the start of a block, and of all blocks on the ways to it.
    private mutating func analyze(_ goal: Int) {
        let (slice, usesIndirect) = slice(to: goal)
        let labels = usesIndirect ? slice.order.filter { graph.isLabel($0) && !graph.isEntry($0) } : []
        var states: [Int: [FrameState]] = [:]
        var open: [(block: Int, state: FrameState)] = []
        var steps = 0
        func add(_ state: FrameState, to block: Int) {
            if let new = Self.add(state, to: &states[block, default: []]) { open.append((block, new)) }
        }
        func run() {
            while let (block, state) = open.popLast(), steps < Self.mostSteps {
                steps += 1
                let isWithinFunction = graph.leave(block).isWithinFunction
                let (end, nexts, isGuess) = follow(state, through: block, labels: labels)
                for next in nexts where slice.members.contains(next) && !graph.isEntry(next) {
                    if isWithinFunction, isReturn(end, to: next) { continue }
                    var state = end
                    state.isGuess = state.isGuess || isGuess
                    add(state, to: next)
                }
            }
        }
        // What is known for sure comes first, for there may be more labels than states.
        for block in slice.order where graph.isEntry(block) { add(FrameState(entry: block), to: block) }
        run()
        for block in slice.order where !graph.isEntry(block) {
            // A label may be a function that is called by its address, or belong to a switch.
            guard graph.isLabel(block) || graph.predecessors(of: block).isEmpty else { continue }
            add(FrameState(entry: block, isGuess: true), to: block)
        }
        run()
        for block in slice.order { known[block] = states[block] ?? [] }
    }

    /// Whether a jump is a return: linkers jump to the only place that a function returns to.
    ///
    /// It has nothing of the function any more, and goes to where a call of it returns. If a trap is all there is, it may be
    /// one that the function shares with its callers.
    private func isReturn(_ state: FrameState, to next: Int) -> Bool {
        state.isWithoutFrame && graph.isReturn(to: next, from: state.entry) && graph.leave(next) != .never
    }

    private struct Slice {
        var order: [Int]
        var members: Set<Int>
    }

    /// All blocks from which control gets to a block within the function, back to entries.
    private func slice(to goal: Int) -> (Slice, usesIndirect: Bool) {
        var slice = Slice(order: [goal], members: [goal])
        var usesIndirect = false
        var index = 0
        while index < slice.order.count {
            let block = slice.order[index]
            index += 1
            if graph.isEntry(block) { continue }
            for source in graph.predecessors(of: block) where slice.members.insert(Int(source)).inserted {
                slice.order.append(Int(source))
            }
            guard graph.isLabel(block), !usesIndirect else { continue }
            usesIndirect = true
            for source in graph.indirectJumps where slice.members.insert(source).inserted {
                slice.order.append(source)
            }
        }
        return (slice, usesIndirect)
    }

    /// Executes a block, or what of it lies behind a code offset.
    ///
    /// - Returns: the state at its end, where control goes from there within the function, and whether that is a guess.
    private func follow(
        _ start: FrameState, through block: Int, from codeOffset: UInt32 = 0, labels: [Int]
    ) -> (FrameState, nexts: [Int], isGuess: Bool) {
        var state = start
        graph.forEachInstruction(of: block) { offset, instruction in
            if offset >= codeOffset, let instruction { state.apply(instruction, is64Bit: is64Bit) }
            return true
        }
        let leave = graph.leave(block)
        switch leave {
        case .call:
            state.forgetCallerSaved()
            state[.ra] = .unknown
        case .indirect(let jump) where jump.x == 0:
            switch state[jump.r1] {
            case .entry(.ra): return (state, [], false)
            case .constant(let address):
                return (state, [graph.block(atAddress: UInt32(bitPattern: address))].compactMap(\.self), false)
            case .link(let address):
                state[jump.r1] = .unknown
                return (state, [graph.block(atAddress: address)].compactMap(\.self), false)
            case .target(let table): return (state, targets(of: table), false)
            case .distance(let table) where !is64Bit:
                return (state, targets(of: SwitchTable(address: table, isRelative: false)), false)
            case .unknown, .stack, .entry, .indexed, .distance:
                // A function that has no frame any more goes to another one, which is known by its label.
                return jump.r1 == .ra || state.isWithoutFrame ? (state, [], false) : (state, labels, true)
            }
        case .next, .jump, .branch, .indirect, .never: break
        }
        return (state, graph.successors(of: block, leave), false)
    }

    /// Adds a state to those of a place.
    ///
    /// - Returns: the state to go on with, nil if it tells nothing new.
    private static func add(_ state: FrameState, to states: inout [FrameState]) -> FrameState? {
        var ofFunction = 0
        var last: Int?
        for index in states.indices where states[index].entry == state.entry {
            if states[index].isSameFrame(as: state) { return states[index].meet(state) ? states[index] : nil }
            ofFunction += 1
            last = index
        }
        if ofFunction >= (state.hasLink ? mostLinksPerFunction : mostPerFunction), let last {
            return states[last].meet(state) ? states[last] : nil
        }
        guard states.count < mostPerBlock else { return nil }
        states.append(state)
        return state
    }

    // MARK: Returning

    /// What a function would do if it went on.
    enum Ending: Int {
        /// It would return to somewhere else than its return address, or with more taken off the stack than it has put there.
        case wrong
        case unknown
        /// It would return to its caller.
        case right
    }

    /// Whether a function that is in a state in front of an instruction can return from there.
    ///
    /// Code that functions share is right for those that get there with the frame that it takes off the stack.
    func ending(of state: FrameState, at codeOffset: UInt32) -> Ending {
        guard let first = graph.block(containing: codeOffset) else { return .unknown }
        var ending = Ending.unknown
        var open = [(block: first, state: state)]
        // Shared code is looked at once for each place that it comes back to.
        struct Visit: Hashable {
            let block: Int
            let registers: [FrameValue]
        }
        func visit(_ block: Int, _ state: FrameState) -> Visit {
            Visit(block: block, registers: state.hasLink ? state.registers : [])
        }
        var seen: Set<Visit> = []
        while let (block, start) = open.popLast(), seen.count < Self.mostSearched {
            // The first block may be begun in its middle, and come again.
            let isFirst = seen.isEmpty
            let (end, nexts, _) = follow(start, through: block, from: isFirst ? codeOffset : 0, labels: [])
            let leave = graph.leave(block)
            if case .indirect(let jump) = leave, jump.x == 0 {
                if end[jump.r1] == .entry(.ra) {
                    guard case .stack(let top) = end[.sp], top > 0 else { return .right }
                    ending = .wrong
                } else if jump.r1 == .ra {
                    ending = .wrong
                }
            }
            seen.insert(visit(block, start))
            for next in nexts where !seen.contains(visit(next, end)) {
                if leave.isWithinFunction, isReturn(end, to: next) { return .right }
                open.append((next, end))
            }
        }
        return ending
    }

    private static let mostSearched = 1000

    // MARK: Tables

    /// The blocks that a table of a switch names.
    ///
    /// Nothing says how long the table is: it ends where an entry can be none.
    private func targets(of table: SwitchTable) -> [Int] {
        let width = table.isRelative || !is64Bit ? 4 : 8
        var blocks: [Int] = []
        var seen: Set<Int> = []
        var address = table.address
        while blocks.count < Self.longestTable, let word = word(at: address, byteCount: width) {
            let value = table.isRelative ? word &+ UInt64(table.address) : word
            guard let block = graph.block(atAddress: UInt32(truncatingIfNeeded: value)) else { break }
            if seen.insert(block).inserted { blocks.append(block) }
            address &+= UInt32(width)
        }
        return blocks
    }

    private func word(at address: UInt32, byteCount: Int) -> UInt64? {
        guard address >= readOnlyStart, Int(address - readOnlyStart) + byteCount <= readOnlyData.count else {
            return nil
        }
        let start = Int(address - readOnlyStart)
        var word: UInt64 = 0
        for index in (start..<start + byteCount).reversed() { word = word << 8 | UInt64(readOnlyData[index]) }
        return word
    }
}
