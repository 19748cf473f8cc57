// Makes every fall-through edge real (linker.md 10).
//
// The order stays that of the input. A branch whose other side does not come next gets a block behind it that jumps there.

extension Program {
    mutating func orderBlocks() {
        var result: [BlockID] = []
        result.reserveCapacity(order.count)
        for (index, id) in order.enumerated() {
            result.append(id)
            let next = index + 1 < order.count ? order[index + 1] : nil
            guard case .branch(let opcode, let a, let b, let taken, let notTaken) = self[id].control, notTaken != next
            else { continue }
            let origin = self[id].controlOrigin
            let bridge = makeBlock(
                Block(location: nil, operations: [], control: .jump(notTaken), controlOrigin: origin))
            blocks[id.rawValue].control = .branch(opcode, a, b, taken: taken, notTaken: bridge)
            result.append(bridge)
        }
        order = result
    }
}
