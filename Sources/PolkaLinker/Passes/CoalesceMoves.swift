// Computes a value where it is wanted instead of moving it there.
//
// Within a block, for a move `d = s` after which nobody reads s: if the operation that computed s is in the block, and nobody
// reads or writes d between the two, that operation can write d itself, whoever reads s in between reads d, and the move goes.
// Compilers leave few of these; what other passes make of loads and copies are most.

import PolkaISA

extension Program {
    /// Removes moves.
    ///
    /// - Parameters:
    ///   - live: the registers that are read behind the start of each block, by block number.
    ///   - returns: where indirect jumps return to.
    /// - Returns: whether there was one.
    mutating func coalesceMoves(_ live: [RegisterSet], _ returns: ReturnMap) -> Bool {
        var changed = false
        for id in order where self[id].operations.contains(where: \.operation.isMove) {
            let exit = liveAtExit(of: self[id].control, live, returns[id])
            changed = coalesceMoves(in: id, exit) || changed
        }
        return changed
    }

    private mutating func coalesceMoves(in id: BlockID, _ liveAtExit: RegisterSet) -> Bool {
        var changed = false
        // Read behind the operation under consideration.
        var live = liveAtExit
        var index = self[id].operations.count - 1
        while index >= 0 {
            let operation = self[id].operations[index].operation
            if case .move(let destination, let source) = operation, !live.contains(source),
                source != .sp, destination != .sp,
                let definition = definition(of: source, destination, id, before: index)
            {
                func renamed(_ register: LinkRegister) -> LinkRegister { register == source ? destination : register }
                let defining = self[id].operations[definition].operation
                blocks[id.rawValue].operations[definition].operation = defining.writing(renamed)
                for between in definition + 1..<index {
                    let operation = self[id].operations[between].operation
                    blocks[id.rawValue].operations[between].operation = operation.reading(renamed)
                }
                blocks[id.rawValue].operations.remove(at: index)
                changed = true
            } else {
                live.subtract(operation.writes)
                live.formUnion(operation.reads(imports))
            }
            index -= 1
        }
        return changed
    }

    /// Farther back nobody looks, so that long blocks take linear time.
    private static let farthest = 32

    /// The operation that can compute `source` into `destination` instead, nil if there is none.
    private func definition(
        of source: LinkRegister, _ destination: LinkRegister, _ id: BlockID, before index: Int
    ) -> Int? {
        var candidate = index - 1
        let last = max(0, index - Self.farthest)
        while candidate >= last {
            let operation = self[id].operations[candidate].operation
            if operation.writes.contains(source) {
                return operation.canWriteElsewhere ? candidate : nil
            }
            // Both of a host call's and of `memset`'s registers are fixed.
            if operation.writes.contains(destination) || operation.reads(imports).contains(destination)
                || operation.hasFixedRegisters
            {
                return nil
            }
            candidate -= 1
        }
        return nil
    }
}

extension Operation {
    var isMove: Bool { if case .move = self { true } else { false } }

    fileprivate var hasFixedRegisters: Bool {
        switch self {
        case .hostCall, .memset: true
        default: false
        }
    }

    /// Whether the register that it writes can be any, and does not matter to what is written.
    fileprivate var canWriteElsewhere: Bool {
        switch self {
        case .loadImmediate, .loadAddress, .loadHeapBase, .load, .move, .unary, .binary, .sbrk: true
        // A conditional move keeps the destination's value; what computed that is not known to be here.
        case .conditionalMove, .nop, .store, .hostCall, .memset: false
        }
    }
}
