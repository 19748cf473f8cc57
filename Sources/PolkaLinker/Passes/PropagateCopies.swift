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
            let operation = self[id].operations[index].operation.reading { originals[$0] ?? $0 }
            blocks[id.rawValue].operations[index].operation = operation.simplified()
            let writes = operation.writes
            originals = originals.filter { !writes.contains($0.key) && !writes.contains($0.value) }
            if case .move(let destination, let source) = operation, destination != source {
                originals[destination] = source
            }
        }
        blocks[id.rawValue].control = self[id].control.reading { originals[$0] ?? $0 }
    }
}

extension Control {
    fileprivate func reading(_ name: (LinkRegister) -> LinkRegister) -> Control {
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
