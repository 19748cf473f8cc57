// Drops operations whose results nobody reads.
//
// A register is needed where an operation that stays reads it before it is written (`liveAtEntry`); an operation stays if
// it does something besides computing, or if something needs what it computes. Loads compute: one whose result is not needed goes,
// and with it the fault that it might have been (linker.md 1).

extension Program {
    /// Removes them from every block.
    ///
    /// - Parameters:
    ///   - live: the registers that are read behind the start of each block by what is not dead, by block number.
    ///   - returns: where indirect jumps return to.
    mutating func removeDeadOperations(_ live: [RegisterSet], _ returns: ReturnMap) {
        for id in order {
            let operations = self[id].operations
            var needed = liveAtExit(of: self[id].control, live, returns[id])
            var kept: [PlacedOperation] = []
            kept.reserveCapacity(operations.count)
            for placed in operations.reversed() where !placed.operation.isDead(unlessNeeded: needed) {
                needed.subtract(placed.operation.writes)
                needed.formUnion(placed.operation.reads(imports))
                kept.append(placed)
            }
            if kept.count != operations.count { blocks[id.rawValue].operations = kept.reversed() }
        }
    }
}

extension Operation {
    /// Whether the operation does nothing but compute what is not needed.
    func isDead(unlessNeeded needed: RegisterSet) -> Bool {
        switch self {
        case .store, .hostCall, .sbrk, .memset: false
        case .nop, .loadImmediate, .loadAddress, .loadHeapBase, .load, .move, .unary, .binary, .conditionalMove:
            writes.isDisjoint(with: needed)
        }
    }
}
