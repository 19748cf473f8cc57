// Makes one of the same operations at the ends of several blocks.
//
// Where all blocks that go to a place end in the same operations, these move to its beginning: nothing more is executed. For
// fewer bytes, some of them can share an end as well: blocks that leave the same way are sorted by their operations from the last
// one on, into a tree; from the leaves on, those that have so much in common that a jump to one copy is shorter get that copy. The
// copy is the block that is nothing else, if there is one, or the end of the first, cut off.
//
// An operation that can stop the program names a line of the source when it does. Unless bytes are all that counts, it moves
// only if it comes from the same place in all blocks.

extension Program {
    /// Moves the operations in which all predecessors of a block end to its beginning.
    ///
    /// - Parameter keepsLines: whether operations that can stop the program stay apart if they come from different places.
    mutating func sinkCommonTails(keepsLines: Bool) {
        let references = countReferences(reachability())
        let predecessors = Predecessors(self)
        for id in order {
            let before = predecessors[id.rawValue].map { BlockID($0) }
            guard before.count > 1, before.count == references[id.rawValue],
                before.allSatisfy({ self[$0].control == .jump(id) })
            else { continue }
            let count = commonTail(of: before, keepsLines)
            guard count > 0 else { continue }
            let tail = Array(self[before[0]].operations.suffix(count))
            for block in before { blocks[block.rawValue].operations.removeLast(count) }
            blocks[id.rawValue].operations.insert(contentsOf: tail, at: 0)
        }
    }

    /// How many operations at their ends blocks have in common.
    private func commonTail(of ids: [BlockID], _ keepsLines: Bool) -> Int {
        let most = ids.reduce(Int.max) { min($0, self[$1].operations.count) }
        var count = 0
        while count < most {
            func last(_ id: BlockID) -> PlacedOperation {
                self[id].operations[self[id].operations.count - 1 - count]
            }
            let first = last(ids[0])
            let areSame = ids.dropFirst().allSatisfy { id in
                last(id).operation == first.operation
                    && (!keepsLines || !first.operation.canStop || last(id).origin == first.origin)
            }
            if !areSame { break }
            count += 1
        }
        return count
    }

    /// Lets blocks that leave the same way share their last operations, where that takes fewer bytes.
    mutating func shareTails() {
        var merger = TailMerger(self)
        merger.run(&self)
    }
}

extension Operation {
    /// Whether the operation can end the program, or let the host do it, so that it matters which of equal ones did.
    ///
    /// Not counted are accesses to the stack and to variables: they can not fail unless the program is beyond help.
    var canStop: Bool {
        switch self {
        case .load(_, _, .indirect(let base, _)), .store(_, _, .indirect(let base, _)): base != .sp
        case .hostCall, .memset, .sbrk: true
        case .nop, .loadImmediate, .loadAddress, .loadHeapBase, .load(_, _, .absolute), .store(_, _, .absolute), .move,
            .unary, .binary, .conditionalMove:
            false
        }
    }
}

private struct TailMerger {
    /// By block number: the block that comes next.
    private var next: [BlockID?]
    /// Blocks that leave the same way, in the order of the program.
    private var groups: [[BlockID]] = []
    private var numbers: [Operation: Int] = [:]
    /// The blocks that were cut off, by the one that they follow.
    private var cutOff: [BlockID: BlockID] = [:]

    /// Longer ends are compared no further; this is also how deep the tree is.
    private static let longestTail = 100

    init(_ program: Program) {
        next = Array(repeating: nil, count: program.blocks.count)
        for (index, id) in program.order.enumerated().dropLast() { next[id.rawValue] = program.order[index + 1] }
        var group: [Control: Int] = [:]
        for id in program.order {
            let control = program[id].control
            switch control {
            case .jump, .jumpIndirect, .trap: break
            case .branch, .call, .callIndirect: continue
            }
            if let known = group[control] {
                groups[known].append(id)
            } else {
                group[control] = groups.count
                groups.append([id])
            }
        }
    }

    mutating func run(_ program: inout Program) {
        for group in groups where group.count > 1 { _ = merge(group, commonCount: 0, &program) }
        guard !cutOff.isEmpty else { return }
        var order: [BlockID] = []
        order.reserveCapacity(program.order.count + cutOff.count)
        for id in program.order {
            var current: BlockID? = id
            while let block = current {
                order.append(block)
                current = cutOff[block]
            }
        }
        program.order = order
    }

    private mutating func number(of operation: Operation) -> Int {
        if let known = numbers[operation] { return known }
        let number = numbers.count
        numbers[operation] = number
        return number
    }

    /// Merges blocks that have `commonCount` operations at their ends in common, those with more first.
    ///
    /// - Returns: the blocks that still have an end of their own.
    private mutating func merge(_ blocks: [BlockID], commonCount: Int, _ program: inout Program) -> [BlockID] {
        var rest: [BlockID] = []
        if commonCount < Self.longestTail {
            var classes: [[BlockID]] = []
            var classOf: [Int: Int] = [:]
            for id in blocks {
                let operations = program[id].operations
                guard operations.count > commonCount else {
                    rest.append(id)
                    continue
                }
                let number = number(of: operations[operations.count - 1 - commonCount].operation)
                if let known = classOf[number] {
                    classes[known].append(id)
                } else {
                    classOf[number] = classes.count
                    classes.append([id])
                }
            }
            for members in classes {
                rest += members.count == 1 ? members : merge(members, commonCount: commonCount + 1, &program)
            }
        } else {
            rest = blocks
        }
        guard commonCount > 0, rest.count > 1 else { return rest }
        let whole = rest.first { program[$0].operations.count == commonCount }
        guard savedByteCount(rest, commonCount, whole, program) > 0 else { return rest }
        let host = whole ?? rest[0]
        let shared = whole ?? cutOffTail(of: host, commonCount, &program)
        for id in rest where id != host {
            program.blocks[id.rawValue].operations.removeLast(commonCount)
            program.blocks[id.rawValue].control = .jump(shared)
        }
        return [shared]
    }

    private func savedByteCount(_ ids: [BlockID], _ count: Int, _ whole: BlockID?, _ program: Program) -> Int {
        let tail = program[ids[0]].operations.suffix(count)
        let tailByteCount = tail.reduce(0) { $0 + $1.operation.estimatedByteCount }
        // The block whose end is cut off runs into it.
        var saved = whole == nil ? -1 : 0
        for id in ids where id != (whole ?? ids[0]) {
            let control = program[id].control.estimatedByteCount(next: next[id.rawValue])
            saved += tailByteCount + control - Control.jumpByteCount
        }
        return saved
    }

    private mutating func cutOffTail(of id: BlockID, _ count: Int, _ program: inout Program) -> BlockID {
        let block = program[id]
        let tail = program.makeBlock(
            Block(
                location: nil, function: block.function, operations: block.operations.suffix(count),
                control: block.control, controlOrigin: block.controlOrigin))
        next.append(next[id.rawValue])
        next[id.rawValue] = tail
        program.blocks[id.rawValue].operations.removeLast(count)
        program.blocks[id.rawValue].control = .jump(tail)
        cutOff[tail] = cutOff[id]
        cutOff[id] = tail
        return tail
    }
}
