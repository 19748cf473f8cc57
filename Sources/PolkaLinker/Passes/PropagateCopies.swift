// Reads the original instead of the copy, so that the copy may become dead.
//
// Within a block, forward: behind `d = s`, until either is written, whoever reads d can read s. What is left of such moves
// `RemoveDeadOperations` drops. Nothing becomes longer or slower by it, whether or not the move goes.

extension Program {
    /// Renames what is read in every block.
    mutating func propagateCopies() {
        for id in order where self[id].operations.contains(where: \.operation.isMove) { propagateCopies(in: id) }
    }

    private mutating func propagateCopies(in id: BlockID) {
        var originals: [LinkRegister: LinkRegister] = [:]
        for index in self[id].operations.indices {
            let operation = self[id].operations[index].operation.readingInstead { originals[$0] ?? $0 }
            blocks[id.rawValue].operations[index].operation = operation.simplified()
            let writes = operation.writes
            originals = originals.filter { !writes.contains($0.key) && !writes.contains($0.value) }
            if case .move(let destination, let source) = operation, destination != source {
                originals[destination] = source
            }
        }
        blocks[id.rawValue].control = self[id].control.readingInstead { originals[$0] ?? $0 }
    }
}

extension Operation {
    fileprivate var isMove: Bool { if case .move = self { true } else { false } }

    /// The operation with other registers read; those it writes, or reads and writes at once, stay.
    fileprivate func readingInstead(_ name: (LinkRegister) -> LinkRegister) -> Operation {
        func operand(_ operand: Operand) -> Operand {
            if case .register(let register) = operand { .register(name(register)) } else { operand }
        }
        func memory(_ address: MemoryOperand) -> MemoryOperand {
            if case .indirect(let base, let offset) = address { .indirect(name(base), offset) } else { address }
        }
        return switch self {
        case .nop, .loadImmediate, .loadAddress, .loadHeapBase, .hostCall, .memset: self
        case .load(let opcode, let d, let address): .load(opcode, d, memory(address))
        case .store(let opcode, let value, let address): .store(opcode, operand(value), memory(address))
        case .move(let d, let s): .move(d, name(s))
        case .unary(let opcode, let d, let s): .unary(opcode, d, name(s))
        case .binary(let opcode, let d, let a, let b): .binary(opcode, d, operand(a), operand(b))
        case .conditionalMove(let opcode, let d, let value, let condition):
            .conditionalMove(opcode, d, operand(value), condition: name(condition))
        case .sbrk(let d, let s): .sbrk(d, name(s))
        }
    }
}

extension Control {
    fileprivate func readingInstead(_ name: (LinkRegister) -> LinkRegister) -> Control {
        func operand(_ operand: Operand) -> Operand {
            if case .register(let register) = operand { .register(name(register)) } else { operand }
        }
        return switch self {
        case .jump, .call, .trap: self
        case .jumpIndirect(let base): .jumpIndirect(name(base))
        case .callIndirect(let link, let base, let returnTo): .callIndirect(link: link, name(base), returnTo: returnTo)
        case .branch(let opcode, let a, let b, let taken, let notTaken):
            .branch(opcode, operand(a), operand(b), taken: taken, notTaken: notTaken)
        }
    }
}
