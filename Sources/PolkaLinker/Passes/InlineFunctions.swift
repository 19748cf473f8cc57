// Puts small functions in the place of calls to them.
//
// A function qualifies if it has few operations, calls nothing and returns by the register that the call left the address in,
// which it does not change: then a copy of its blocks, with every return a jump to where the call returns to, does the same
// without the call and the return. Copies are made call by call in the order of the program; a function that has become small
// by this is found in the next round. What nobody calls any more goes with the unreachable. The wrappers of host functions
// (`ecalli`, return) are the most frequent case: they shrink the program as well.

extension Program {
    /// The most operations of a function that is copied, its transfers of control included, not counting the return.
    private static let mostOperations = 6
    /// The same where it shall not take more bytes than the call.
    private static let mostOperationsForSize = 2

    /// Replaces calls; `live` are the registers that are read behind the start of each block.
    ///
    /// - Returns: whether there was one.
    mutating func inlineFunctions(_ live: [RegisterSet], prefersSize: Bool) -> Bool {
        let most = prefersSize ? Self.mostOperationsForSize : Self.mostOperations
        var bodies: [BlockID: [BlockID]?] = [:]
        var result: [BlockID] = []
        result.reserveCapacity(order.count)
        var changed = false
        // A function that called one may be copied itself; of blocks made on the way nobody knows what they read.
        let knownCount = blocks.count
        func isLive(_ register: LinkRegister, _ id: BlockID) -> Bool {
            id.rawValue >= knownCount || live[id.rawValue].contains(register)
        }
        for id in order {
            result.append(id)
            guard case .call(let link, let target, let returnTo) = self[id].control else { continue }
            let body: [BlockID]?
            if let known = bodies[target] {
                body = known
            } else {
                body = smallBody(from: target, link, most)
                bodies[target] = body
            }
            guard let body, !body.contains(id), returns(body, by: link) else { continue }
            // Whoever reads the address reads it in the future, too.
            if body.contains(where: { isLive(link, $0) && reads(link, $0) })
                || isLive(link, returnTo)
            {
                let load = Operation.loadAddress(link, .code(returnTo))
                blocks[id.rawValue].operations.append(
                    PlacedOperation(operation: load, origin: self[id].controlOrigin))
            }
            result += copy(body, inPlaceOfCallAtEndOf: id, returnTo)
            changed = true
        }
        order = result
        return changed
    }

    /// The blocks of a function that is small enough, its first one first; nil if there is something that can not be copied.
    private func smallBody(from entry: BlockID, _ link: LinkRegister, _ most: Int) -> [BlockID]? {
        var body = [entry]
        var count = 0
        var next = 0
        while next < body.count {
            let block = self[body[next]]
            next += 1
            count += block.operations.count
            guard count <= most,
                !block.operations.contains(where: { $0.operation.writes.contains(link) })
            else { return nil }
            switch block.control {
            case .trap, .jumpIndirect(link): break
            case .call, .callIndirect, .jumpIndirect: return nil
            case .jump, .branch:
                count += 1
                block.control.forEachSuccessor { if !body.contains($0) { body.append($0) } }
            }
        }
        return count <= most ? body : nil
    }

    /// Whether some way through a function comes to its end, and by this register: a call of another form may use another.
    ///
    /// All ways end by the same one, or `smallBody` would not have given the body.
    private func returns(_ body: [BlockID], by link: LinkRegister) -> Bool {
        body.contains { self[$0].control == .jumpIndirect(link) }
    }

    /// Whether a block uses a register for anything but returning by it.
    private func reads(_ register: LinkRegister, _ id: BlockID) -> Bool {
        self[id].operations.contains { $0.operation.reads(imports).contains(register) }
            || (self[id].control != .jumpIndirect(register) && self[id].control.reads.contains(register))
    }

    /// Appends a copy of the function to the block that calls it.
    ///
    /// - Returns: the blocks that have to follow it.
    private mutating func copy(_ body: [BlockID], inPlaceOfCallAtEndOf id: BlockID, _ returnTo: BlockID) -> [BlockID] {
        let site = callSites.site(at: self[id].controlOrigin)
        let function = self[id].function
        let copies = body.map { original in
            var block = self[original]
            block.location = nil
            if case .jumpIndirect = block.control { block.control = .jump(returnTo) }
            let copy = makeBlock(block)
            put(copy, inPlaceOf: site, function)
            return copy
        }
        for copy in copies {
            blocks[copy.rawValue].control = self[copy].control.retargeted { target in
                body.firstIndex(of: target).map { copies[$0] } ?? target
            }
        }
        let control = self[copies[0]].control
        blocks[id.rawValue].control = .jump(copies[0])
        guard copies.count == 1, control == .jump(returnTo) else { return copies }
        append(copies[0], to: id)
        return []
    }
}
