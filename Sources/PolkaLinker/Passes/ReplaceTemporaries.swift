// Gives the temporaries E0 to E3 real registers (linker.md 9).
//
// A temporary lives only inside the sequence that one RISC-V instruction became. Each gets a register that nothing in its range
// uses: one whose value nobody needs afterwards, if there is one; an operand that is read for the last time where the range starts
// may be that. Else it gets any, whose value is saved before the sequence and restored behind in memory of the linker's own, an
// area at the start of the read-write data. Sequences never nest and never contain a host call, so all share one area. A sequence
// of loads and stores that faults half way leaves a saved register changed; a fault ends the guest, as it can not handle faults.

import PolkaISA

extension Program {
    /// Replaces the temporaries in every block.
    ///
    /// - Parameter findsReturns: whether to find out where functions return to, for which more registers are known to be free.
    mutating func replaceTemporaries(findsReturns: Bool = false) {
        let users = order.filter { id in
            self[id].operations.contains { !$0.operation.usesNoTemporary }
        }
        guard !users.isEmpty else { return }
        let returns = findsReturns ? returnTargets() : ReturnMap()
        let live = liveAtEntry(returns: returns)
        for id in users { replaceTemporaries(in: id, liveAtExit(of: self[id].control, live, returns[id])) }
    }

    private mutating func replaceTemporaries(in id: BlockID, _ liveAtExit: RegisterSet) {
        let operations = self[id].operations
        // Registers read behind each operation, from the end.
        var liveAfter = [RegisterSet](repeating: liveAtExit, count: operations.count)
        for index in operations.indices.dropLast().reversed() {
            let next = operations[index + 1].operation
            liveAfter[index] = liveAfter[index + 1].subtracting(next.writes).union(next.reads(imports))
        }
        var result: [PlacedOperation] = []
        var index = 0
        while index < operations.count {
            guard !operations[index].operation.usesNoTemporary else {
                result.append(operations[index])
                index += 1
                continue
            }
            var end = index
            var last = index
            // The sequence is what came from the same instruction, up to the last use of a temporary.
            while end < operations.count, operations[end].origin == operations[index].origin {
                if !operations[end].operation.usesNoTemporary { last = end }
                end += 1
            }
            append(Array(operations[index...last]), Array(liveAfter[index...last]), to: &result)
            index = last + 1
        }
        blocks[id.rawValue].operations = result
    }

    private mutating func append(
        _ sequence: [PlacedOperation], _ liveAfter: [RegisterSet], to result: inout [PlacedOperation]
    ) {
        var assigned = AssignedRegisters(sequence: sequence.map(\.operation), liveAfter: liveAfter, imports: imports)
        for temporary in LinkRegister.temporaries { assigned.assign(temporary) }
        spillByteCount = max(spillByteCount, 8 * assigned.saved.count)
        let origin = sequence[0].origin
        for (slot, register) in assigned.saved.enumerated() {
            let save = Operation.store(.storeIndirectU64, .register(register), .absolute(.spillSlot(slot)))
            result.append(PlacedOperation(operation: save, origin: origin))
        }
        for placed in sequence {
            let renamed = placed.operation.renamed { assigned.names[$0] ?? $0 }.simplified()
            if renamed != .nop { result.append(PlacedOperation(operation: renamed, origin: placed.origin)) }
        }
        for (slot, register) in assigned.saved.enumerated() {
            let restore = Operation.load(.loadIndirectU64, register, .absolute(.spillSlot(slot)))
            result.append(PlacedOperation(operation: restore, origin: origin))
        }
    }
}

/// The registers for the temporaries of a sequence.
private struct AssignedRegisters {
    let sequence: [Operation]
    /// By operation: what is read behind it.
    let liveAfter: [RegisterSet]
    let imports: [HostImport]
    private(set) var names: [LinkRegister: LinkRegister] = [:]
    /// Registers whose values somebody needs afterwards.
    private(set) var saved: [LinkRegister] = []
    /// By operation: registers that temporaries have in ranges which cover it.
    private var taken: [RegisterSet]

    init(sequence: [Operation], liveAfter: [RegisterSet], imports: [HostImport]) {
        self.sequence = sequence
        self.liveAfter = liveAfter
        self.imports = imports
        taken = Array(repeating: [], count: sequence.count)
    }

    mutating func assign(_ temporary: LinkRegister) {
        guard let first = sequence.firstIndex(where: { $0.writes.contains(temporary) }),
            let last = sequence.lastIndex(where: { $0.reads(imports).union($0.writes).contains(temporary) })
        else { return }
        // Caller-saved registers first: they are the likeliest to be dead, and the order is part of the output.
        let registers = Register.allCases.map(LinkRegister.init).filter { $0 != .sp }
        let free = registers.filter { isFree($0, first, last) && !liveAfter[last].contains($0) }
        let unused = registers.filter { register in
            sequence.allSatisfy { !$0.reads(imports).union($0.writes).contains(register) }
                && taken.allSatisfy { !$0.contains(register) }
        }
        guard let register = free.first ?? unused.first else {
            preconditionFailure("a sequence leaves too few registers for its temporaries")
        }
        names[temporary] = register
        for index in first...last { taken[index].insert(RegisterSet(register)) }
        if free.isEmpty {
            saved.append(register)
            // It is saved and restored around the whole sequence.
            for index in sequence.indices { taken[index].insert(RegisterSet(register)) }
        }
    }

    /// Whether a range can have a register: where the range starts its old value may still be read, and where it ends, and not
    /// before, it may be written.
    private func isFree(_ register: LinkRegister, _ first: Int, _ last: Int) -> Bool {
        for index in first...last {
            if taken[index].contains(register) { return false }
            if index > first, sequence[index].reads(imports).contains(register) { return false }
            if index < last, sequence[index].writes.contains(register) { return false }
        }
        // A range that is no longer than one operation writes its register there.
        return first < last || !sequence[first].writes.contains(register)
    }
}

extension Operation {
    fileprivate var usesNoTemporary: Bool {
        // A host call's arguments are in registers of the machine.
        if case .hostCall = self { true } else { reads([]).union(writes).isDisjoint(with: .temporaries) }
    }
}

extension Location {
    /// A place in the linker's own memory, which lies in no input section.
    static func spillSlot(_ index: Int) -> Location { Location(section: spillSection, offset: 8 * index) }

    /// The section number of the linker's own memory.
    static let spillSection = -1
}
