// Conditional moves in place of branches around moves.
//
// Where a branch on whether a register is zero leads to blocks that do nothing but set a register and meet again, the registers
// are set by conditional moves instead. With one such block on one side (a triangle) or one on each (a diamond):
//
//     if a == 0 goto J             d = s if a != 0
//     d = s                  =>    J: ...
//     J: ...
//
// A conditional move is executed whichever way the branch would have gone. So it is done only if no way becomes longer: what
// is counted are the executed instructions, among them the jumps and fallthroughs at the ends of blocks.

import PolkaISA

extension Program {
    /// Rewrites blocks that end in such branches.
    ///
    /// - Parameters:
    ///   - reached: at least what is reached now.
    ///   - prefersSize: whether fewer bytes count for more than an executed instruction on one of the ways.
    /// - Returns: whether anything changed.
    mutating func formConditionalMoves(_ reached: Reachability, prefersSize: Bool) -> Bool {
        var references = countReferences(reached)
        var places = [Int](repeating: -1, count: blocks.count)
        for (place, id) in order.enumerated() { places[id.rawValue] = place }
        var changed = false
        // Backward, so that what follows a branch has its final form.
        for id in order.reversed() {
            guard let shape = Shape(self, id, references), let operations = shape.operations(self, id) else { continue }
            // What came between the two of them goes.
            let next = order[(places[id.rawValue] + 1)...].first {
                references[$0.rawValue] > 0 && !shape.sides.contains($0)
            }
            let merges = next == shape.meeting && references[shape.meeting.rawValue] == 2
            guard prefersSize || operations.count + (merges ? 0 : 1) <= shape.shortestWay(self, id, places, order)
            else {
                continue
            }
            blocks[id.rawValue].operations += operations
            blocks[id.rawValue].control = .jump(shape.meeting)
            for side in shape.sides {
                references[side.rawValue] = 0
                references[shape.meeting.rawValue] -= 1
            }
            if !shape.isTriangle { references[shape.meeting.rawValue] += 1 }
            changed = true
        }
        return changed
    }
}

/// A branch on a register with blocks of moves behind it.
private struct Shape {
    let condition: LinkRegister
    /// The block that runs if the condition is zero, nil if control goes straight to the meeting.
    let ifZero: BlockID?
    let ifNotZero: BlockID?
    let meeting: BlockID
    let notTaken: BlockID

    var sides: [BlockID] { [ifZero, ifNotZero].compactMap { $0 } }
    var isTriangle: Bool { sides.count == 1 }

    /// The most moves of both sides together.
    private static let mostMoves = 2

    /// The shape below a block; `references` are the number of ways into each block.
    init?(_ program: Program, _ id: BlockID, _ references: [Int]) {
        guard case .branch(let opcode, let a, let b, let taken, let notTaken) = program[id].control,
            opcode == .branchEq || opcode == .branchNotEq, case .register(let register) = a, b == .constant(0)
        else { return nil }
        condition = register
        self.notTaken = notTaken
        let (zero, notZero) = opcode == .branchEq ? (taken, notTaken) : (notTaken, taken)
        /// Where control goes behind a block that only moves.
        func end(_ side: BlockID) -> BlockID? {
            guard references[side.rawValue] == 1, program[side].operations.count <= Self.mostMoves,
                case .jump(let next) = program[side].control, next != side
            else { return nil }
            return next
        }
        if end(zero) == notZero {
            (ifZero, ifNotZero, meeting) = (zero, nil, notZero)
        } else if end(notZero) == zero {
            (ifZero, ifNotZero, meeting) = (nil, notZero, zero)
        } else if let next = end(zero), next == end(notZero), next != zero, next != notZero {
            (ifZero, ifNotZero, meeting) = (zero, notZero, next)
        } else {
            return nil
        }
    }

    /// What does the work of the sides, nil if something in them is no move.
    func operations(_ program: Program, _ id: BlockID) -> [PlacedOperation]? {
        let moves = [(ifZero, Opcode.cmovIfZero), (ifNotZero, Opcode.cmovIfNotZero)].flatMap { side, opcode in
            side.map { program[$0].operations.map { (placed: $0, opcode: opcode) } } ?? []
        }
        guard moves.count <= Self.mostMoves else { return nil }
        var result: [PlacedOperation] = []
        for (index, move) in moves.enumerated() {
            guard let (destination, value) = move.placed.operation.movedValue else { return nil }
            // Later ones still have to find the condition.
            if destination == condition, index + 1 < moves.count { return nil }
            result.append(
                PlacedOperation(
                    operation: .conditionalMove(move.opcode, destination, value, condition: condition),
                    origin: move.placed.origin))
        }
        // Both sides set the same register: the first always does, then the other corrects it.
        if !isTriangle, moves.count == 2, moves[0].opcode != moves[1].opcode {
            let (first, second) = (moves[0].placed, moves[1].placed)
            if let (destination, _) = first.operation.movedValue, let (other, value) = second.operation.movedValue,
                destination == other, destination != condition, value != .register(destination)
            {
                result[0] = first
            }
        }
        return result
    }

    /// Instructions that are executed from the branch on, until the meeting, on the shorter way.
    func shortestWay(_ program: Program, _ id: BlockID, _ places: [Int], _ order: [BlockID]) -> Int {
        // What does not come next takes a jump to go to.
        let next = places[id.rawValue] + 1
        let bridge = next < order.count && order[next] == notTaken ? 0 : 1
        func way(_ side: BlockID?) -> Int {
            let moves = side.map { program[$0].operations.count + 1 } ?? 0
            return 1 + moves + ((side ?? meeting) == notTaken ? bridge : 0)
        }
        return min(way(ifZero), way(ifNotZero))
    }
}

extension Operation {
    /// The register that the operation sets to a value that a conditional move can have, if that is all it does.
    fileprivate var movedValue: (LinkRegister, Operand)? {
        switch self {
        case .move(let destination, let source): (destination, .register(source))
        case .loadImmediate(let destination, let value): Int32(exactly: value).map { (destination, .constant($0)) }
        default: nil
        }
    }
}
