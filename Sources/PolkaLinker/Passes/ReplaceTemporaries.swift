// Gives the temporaries E0 to E3 real registers (linker.md 9).
//
// A temporary lives only inside the sequence that one RISC-V instruction became. For each such sequence choose registers that
// it does not use: first those whose value nobody needs afterwards, then any, whose value is saved before and restored behind
// in memory of the linker's own, an area at the start of the read-write data. Sequences never nest and never contain a host
// call, so all share one area. A sequence of loads and stores that faults half way leaves a saved register changed; a fault
// ends the guest, as it can not handle faults.

import PolkaISA

extension Program {
    /// Replaces the temporaries in every block.
    mutating func replaceTemporaries() {
        let users = order.filter { id in
            self[id].operations.contains { !$0.operation.usesNoTemporary }
        }
        guard !users.isEmpty else { return }
        let live = liveAtEntry()
        for id in users { replaceTemporaries(in: id, liveAtExit(of: self[id].control, live)) }
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
            append(Array(operations[index...last]), liveAfter[last], to: &result)
            index = last + 1
        }
        blocks[id.rawValue].operations = result
    }

    private mutating func append(
        _ sequence: [PlacedOperation], _ liveAfter: RegisterSet, to result: inout [PlacedOperation]
    ) {
        var used = RegisterSet()
        for placed in sequence {
            used.formUnion(placed.operation.reads(imports))
            used.formUnion(placed.operation.writes)
        }
        let temporaries = LinkRegister.temporaries.filter(used.contains)
        let free = Register.allCases.map(LinkRegister.init).filter { !used.contains($0) && $0 != .sp }
        // Caller-saved registers first: they are the likeliest to be dead, and the order is part of the output.
        let dead = free.filter { !liveAfter.contains($0) }
        let chosen = Array((dead + free.filter(liveAfter.contains)).prefix(temporaries.count))
        precondition(chosen.count == temporaries.count, "a sequence leaves too few registers for its temporaries")

        let saved = chosen.filter(liveAfter.contains)
        spillByteCount = max(spillByteCount, 8 * saved.count)
        let origin = sequence[0].origin
        for (slot, register) in saved.enumerated() {
            let save = Operation.store(.storeIndirectU64, .register(register), .absolute(.spillSlot(slot)))
            result.append(PlacedOperation(operation: save, origin: origin))
        }
        let name = Dictionary(uniqueKeysWithValues: zip(temporaries, chosen))
        for placed in sequence {
            let renamed = placed.operation.renamed { name[$0] ?? $0 }.simplified()
            if renamed != .nop { result.append(PlacedOperation(operation: renamed, origin: placed.origin)) }
        }
        for (slot, register) in saved.enumerated() {
            let restore = Operation.load(.loadIndirectU64, register, .absolute(.spillSlot(slot)))
            result.append(PlacedOperation(operation: restore, origin: origin))
        }
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
