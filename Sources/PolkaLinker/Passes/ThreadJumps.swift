// Goes past branches whose outcome is known on the way to them.
//
// A block with one operation at most that ends in a branch may be reached on several ways, and on some of them it is known
// where the branch goes: a block before has set the register that it tests, or has tested the same. Who comes on such a way goes
// to that side directly, and does the operation itself. The code grows by a jump at most, and a branch less is executed.
//
// What is known on the way out of a block is read backwards from its end: constants that it loads and what its own branch has
// found, then the same in the block before as long as that is the only way in.

import PolkaISA

extension Program {
    /// Sends control past branches; `reached` is at least what is reached now.
    ///
    /// - Returns: whether anything changed.
    mutating func threadJumps(_ reached: Reachability) -> Bool {
        var threading = JumpThreading(references: countReferences(reached), predecessors: Predecessors(self))
        var changed = false
        for (index, id) in order.enumerated() {
            let next = index + 1 < order.count ? order[index + 1] : nil
            if threading.thread(id, next, &self) { changed = true }
        }
        return changed
    }
}

/// A comparison that is known to hold, or not to.
private struct Condition {
    let opcode: Opcode
    let a: Operand
    let b: Operand
    let holds: Bool
}

private struct JumpThreading {
    /// At least as many as there are: those that go are not taken off.
    var references: [Int]
    let predecessors: Predecessors

    /// How many branches one way leads past at most; circles of them are possible.
    private static let mostHops = 4
    /// How far up to look for what is known.
    private static let mostBlocks = 4

    mutating func thread(_ id: BlockID, _ next: BlockID?, _ program: inout Program) -> Bool {
        var changed = false
        for _ in 0..<Self.mostHops {
            switch program[id].control {
            case .jump(let target):
                guard target != id, let side = side(of: target, from: id, [], program) else { return changed }
                program.blocks[id.rawValue].operations += program[target].operations
                program.blocks[id.rawValue].control = .jump(side)
                references[side.rawValue] += 1
            case .branch(let opcode, let a, let b, let taken, let notTaken):
                func side(of target: BlockID, ifHolds: Bool) -> BlockID? {
                    guard target != id, program[target].operations.isEmpty else { return nil }
                    let found = Condition(opcode: opcode, a: a, b: b, holds: ifHolds)
                    return self.side(of: target, from: id, [found], program)
                }
                let betterTaken = side(of: taken, ifHolds: true)
                // Running into the next block costs nothing; going elsewhere would take a jump.
                let betterNotTaken = notTaken == next ? nil : side(of: notTaken, ifHolds: false)
                if betterTaken == nil && betterNotTaken == nil { return changed }
                program.blocks[id.rawValue].control =
                    Control.branch(
                        opcode, a, b, taken: betterTaken ?? taken, notTaken: betterNotTaken ?? notTaken
                    ).simplified()
                for side in [betterTaken, betterNotTaken] { if let side { references[side.rawValue] += 1 } }
            case .call, .callIndirect, .jumpIndirect, .trap:
                return changed
            }
            changed = true
        }
        return changed
    }

    /// The side to which the branch of `target` goes for those who come from `id`, nil if that is not known.
    private func side(of target: BlockID, from id: BlockID, _ found: [Condition], _ program: Program) -> BlockID? {
        guard program[target].operations.count <= 1,
            case .branch(let opcode, let a, let b, let taken, let notTaken) = program[target].control
        else { return nil }
        let operation = program[target].operations.first?.operation
        guard let a = self.operand(a, behind: operation, id, program),
            let b = self.operand(b, behind: operation, id, program)
        else { return nil }
        if case .value(let a) = a, case .value(let b) = b {
            return Control.holds(opcode, UInt64(bitPattern: a), UInt64(bitPattern: b)) ? taken : notTaken
        }
        for condition in found + conditions(at: id, program) {
            if let holds = condition.implies(opcode, a, b) { return holds ? taken : notTaken }
        }
        return nil
    }

    /// What an operand of a branch is behind the operation before it, in terms of the registers at the end of block `id`.
    private func operand(
        _ operand: Operand, behind operation: Operation?, _ id: BlockID, _ program: Program
    ) -> KnownOperand? {
        switch operand {
        case .constant(let constant):
            return .value(Int64(constant))
        case .register(let register):
            func known(_ register: LinkRegister) -> KnownOperand {
                constant(register, atEndOf: id, program).map { .value($0) } ?? .register(register)
            }
            guard let operation, operation.writes.contains(register) else { return known(register) }
            func value(_ operand: Operand) -> UInt64? {
                switch operand {
                case .constant(let constant): return UInt64(bitPattern: Int64(constant))
                case .register(let register):
                    guard case .value(let value) = known(register) else { return nil }
                    return UInt64(bitPattern: value)
                }
            }
            switch operation {
            case .loadImmediate(_, let value): return .value(value)
            case .move(_, let source): return known(source)
            case .unary(let opcode, _, let source):
                return value(.register(source)).map { .value(Int64(bitPattern: Operation.fold(opcode, $0))) }
            case .binary(let opcode, _, let a, let b):
                guard let a = value(a), let b = value(b) else { return nil }
                return .value(Int64(bitPattern: Operation.fold(opcode, a, b)))
            default: return nil
            }
        }
    }

    /// The only block from which control gets to a block.
    private func onlyPredecessor(_ id: BlockID) -> BlockID? {
        guard references[id.rawValue] == 1, let only = predecessors[id.rawValue].first, only != id.rawValue else {
            return nil
        }
        return BlockID(only)
    }

    /// The constant that a register holds at the end of a block, if one is loaded there or not far above.
    private func constant(_ register: LinkRegister, atEndOf id: BlockID, _ program: Program) -> Int64? {
        var (register, current) = (register, id)
        for _ in 0..<Self.mostBlocks {
            for placed in program[current].operations.reversed() where placed.operation.writes.contains(register) {
                switch placed.operation {
                case .loadImmediate(_, let value): return value
                case .move(_, let source): register = source
                default: return nil
                }
            }
            guard let above = onlyPredecessor(current), !program[above].control.writes.contains(register) else {
                return nil
            }
            current = above
        }
        return nil
    }

    /// What branches above have found out about registers that still hold the same at the end of a block.
    private func conditions(at id: BlockID, _ program: Program) -> [Condition] {
        var result: [Condition] = []
        var written = RegisterSet()
        var current = id
        for _ in 0..<Self.mostBlocks {
            for placed in program[current].operations { written.formUnion(placed.operation.writes) }
            guard let above = onlyPredecessor(current) else { break }
            written.formUnion(program[above].control.writes)
            if case .branch(let opcode, let a, let b, let taken, let notTaken) = program[above].control,
                taken != notTaken,
                taken == current || notTaken == current, a.registers.union(b.registers).isDisjoint(with: written)
            {
                result.append(Condition(opcode: opcode, a: a, b: b, holds: taken == current))
            }
            current = above
        }
        return result
    }
}

/// A register, or what it is known to hold.
private enum KnownOperand: Equatable {
    case register(LinkRegister)
    case value(Int64)

    init(_ operand: Operand) {
        switch operand {
        case .register(let register): self = .register(register)
        case .constant(let constant): self = .value(Int64(constant))
        }
    }
}

extension Condition {
    /// Whether a comparison holds wherever this is known, nil if it depends.
    func implies(_ other: Opcode, _ otherA: KnownOperand, _ otherB: KnownOperand) -> Bool? {
        let (a, b) = (KnownOperand(self.a), KnownOperand(self.b))
        if (a, b) == (otherA, otherB) { return implies(other, Self.samples, isMirrored: false) }
        if (a, b) == (otherB, otherA) { return implies(other, Self.samples, isMirrored: true) }
        // One register against two constants.
        guard let (register, constant, isFirst) = Self.split(a, b),
            let (otherRegister, otherConstant, isOtherFirst) = Self.split(otherA, otherB), register == otherRegister
        else { return nil }
        // The comparisons change only where the register passes one of the constants, or the end of a range.
        let borders = [0, 1 << 63, constant, constant &+ 1, otherConstant, otherConstant &+ 1]
        var answer: Bool?
        for value in borders {
            let isKnown = isFirst ? Control.holds(opcode, value, constant) : Control.holds(opcode, constant, value)
            guard isKnown == holds else { continue }
            let isOther =
                isOtherFirst ? Control.holds(other, value, otherConstant) : Control.holds(other, otherConstant, value)
            if let answer, answer != isOther { return nil }
            answer = isOther
        }
        return answer
    }

    private static func split(_ a: KnownOperand, _ b: KnownOperand) -> (LinkRegister, UInt64, isFirst: Bool)? {
        switch (a, b) {
        case (.register(let register), .value(let value)): (register, UInt64(bitPattern: value), true)
        case (.value(let value), .register(let register)): (register, UInt64(bitPattern: value), false)
        case (.register, .register), (.value, .value): nil
        }
    }

    /// All ways in which two values can compare, with a sign and without.
    private static let samples: [(UInt64, UInt64)] = [(1, 1), (1, 2), (2, 1), (.max, 1), (1, .max)]

    private func implies(_ other: Opcode, _ samples: [(UInt64, UInt64)], isMirrored: Bool) -> Bool? {
        var answer: Bool?
        for (a, b) in samples where Control.holds(opcode, a, b) == holds {
            let isOther = isMirrored ? Control.holds(other, b, a) : Control.holds(other, a, b)
            if let answer, answer != isOther { return nil }
            answer = isOther
        }
        return answer
    }
}
