// Makes every fall-through edge real (linker.md 10).
//
// The order stays that of the input. A branch whose other side does not come next gets a block behind it that jumps there, or
// does itself what is to be done there, if that is as short as the jump.

extension Program {
    /// - Parameter copiesTails: whether a short end may stand where a jump to it would.
    mutating func orderBlocks(copiesTails: Bool = false) {
        var result: [BlockID] = []
        result.reserveCapacity(order.count)
        for (index, id) in order.enumerated() {
            result.append(id)
            let next = index + 1 < order.count ? order[index + 1] : nil
            guard case .branch(let opcode, let a, let b, let taken, let notTaken) = self[id].control, notTaken != next
            else { continue }
            let origin = self[id].controlOrigin
            let jump = Block(
                location: nil, function: self[id].function, operations: [], control: .jump(notTaken),
                controlOrigin: origin)
            let bridge = makeBlock(copiesTails && isShortTail(notTaken) ? self[notTaken] : jump)
            blocks[bridge.rawValue].location = nil
            blocks[id.rawValue].control = .branch(opcode, a, b, taken: taken, notTaken: bridge)
            result.append(bridge)
        }
        order = result
    }
}
