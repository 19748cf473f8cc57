// Adds constants to addresses in the instructions that use them.
//
// Within a block, for `d = b + k`: if nobody needs d but loads and stores that use it as their base, and additions of further
// constants, and b is still the same there, these use b with k added to their offsets, and the addition goes. Offsets take bytes
// where they are used, so the program may grow by a few for an executed instruction less, and no more.

import PolkaISA

extension Program {
    /// Removes additions.
    ///
    /// - Parameters:
    ///   - live: the registers that are read behind the start of each block, by block number.
    ///   - returns: where indirect jumps return to.
    /// - Returns: whether there was one.
    mutating func foldAddresses(_ live: [RegisterSet], _ returns: ReturnMap) -> Bool {
        var changed = false
        for id in order where self[id].operations.contains(where: { $0.operation.addedConstant != nil }) {
            let exit = liveAtExit(of: self[id].control, live, returns[id])
            changed = foldAddresses(in: id, exit) || changed
        }
        return changed
    }

    private mutating func foldAddresses(in id: BlockID, _ liveAtExit: RegisterSet) -> Bool {
        var changed = false
        // From the end, so that sums of sums come together in one go.
        var index = self[id].operations.count - 1
        while index >= 0 {
            if let sum = self[id].operations[index].operation.addedConstant,
                let users = users(of: sum, id, behind: index, liveAtExit)
            {
                for user in users {
                    let operation = self[id].operations[user].operation
                    if let folded = operation.adding(sum) { blocks[id.rawValue].operations[user].operation = folded }
                }
                blocks[id.rawValue].operations.remove(at: index)
                changed = true
            }
            index -= 1
        }
        return changed
    }

    /// Farther than this nobody looks, so that long blocks take linear time.
    private static let farthest = 32
    /// What an executed instruction less may cost: the bytes of the addition itself, and a few more.
    private static let mostGrowth = 5

    /// The operations that use a sum, if all of them can do the addition themselves and that pays.
    private func users(of sum: AddedConstant, _ id: BlockID, behind index: Int, _ liveAtExit: RegisterSet) -> [Int]? {
        let operations = self[id].operations
        var users: [Int] = []
        var growth = 0
        // Whether the base still has its value; in place of it there may be the sum.
        var baseIsValid = true
        for next in operations.index(after: index)..<operations.endIndex {
            guard next - index <= Self.farthest else { return nil }
            let operation = operations[next].operation
            if operation.reads(imports).contains(sum.destination) {
                guard baseIsValid, let folded = operation.adding(sum) else { return nil }
                growth += folded.offsetByteCount - operation.offsetByteCount
                users.append(next)
            }
            let writes = operation.writes
            if writes.contains(sum.destination) { return users.isEmpty || growth > Self.mostGrowth ? nil : users }
            if writes.contains(sum.base) { baseIsValid = false }
        }
        guard !self[id].control.reads.contains(sum.destination), !liveAtExit.contains(sum.destination) else {
            return nil
        }
        return users.isEmpty || growth > Self.mostGrowth ? nil : users
    }
}

/// `destination = base + constant`.
private struct AddedConstant {
    let destination: LinkRegister
    let base: LinkRegister
    let constant: Int32
}

extension Operation {
    /// The sum that the operation computes, if it is one of a register and a constant.
    fileprivate var addedConstant: AddedConstant? {
        guard case .binary(.add64, let destination, .register(let base), .constant(let constant)) = self,
            destination != .sp
        else { return nil }
        return AddedConstant(destination: destination, base: base, constant: constant)
    }

    /// The operation with the base of the sum in place of the sum; nil if it uses that in another way, or the offset is too large.
    fileprivate func adding(_ sum: AddedConstant) -> Operation? {
        func offset(_ offset: Int32) -> Int32? {
            let (total, overflow) = offset.addingReportingOverflow(sum.constant)
            return overflow ? nil : total
        }
        switch self {
        case .load(let opcode, let destination, .indirect(sum.destination, let old)):
            return offset(old).map { .load(opcode, destination, .indirect(sum.base, $0)) }
        case .store(let opcode, let value, .indirect(sum.destination, let old))
        where !value.registers.contains(sum.destination):
            return offset(old).map { .store(opcode, value, .indirect(sum.base, $0)) }
        case .binary(.add64, let destination, .register(sum.destination), .constant(let old)):
            return offset(old).map {
                Operation.binary(.add64, destination, .register(sum.base), .constant($0)).simplified()
            }
        default:
            return nil
        }
    }

    /// Bytes that the constant takes which `adding` changes.
    fileprivate var offsetByteCount: Int {
        switch self {
        case .load(_, _, .indirect(_, let offset)), .store(_, _, .indirect(_, let offset)),
            .binary(_, _, _, .constant(let offset)):
            Instruction.byteCount(of: offset)
        default: 0
        }
    }
}
