// Calls that nobody returns from by their link register become jumps.
//
// Where a function has one caller, its return has become a jump already (`PropagateConstants`), and the address that the call
// loads is dead: the load goes, the slot in the jump table with it, and the function can become part of its caller.

extension Program {
    /// Changes calls to jumps; `returns` says where indirect jumps return to, by block number.
    mutating func dropLinks(_ returns: [Int: ReturnTargets]) {
        let live = liveAtEntry(ignoringDeadOperations: true, returns: returns)
        for id in order {
            if case .call(let link, let target, _) = self[id].control, !live[target.rawValue].contains(link) {
                blocks[id.rawValue].control = .jump(target)
            }
        }
    }
}
