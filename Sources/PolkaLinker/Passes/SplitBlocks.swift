// Decoded sections to basic blocks (linker.md 5).
//
// A block starts where something refers to and ends with the first instruction that moves control, or before the next block.
// Instructions behind a transfer that nothing refers to belong to no block: they can not be executed.

import PolkaISA

/// Cuts the decoded sections into blocks; sections in input order, blocks in the order of their code.
func splitBlocks(_ discovery: Discovery) throws(LinkFailure) -> Program {
    var builder = BlockBuilder(discovery: discovery)
    for section in discovery.code.keys.sorted() {
        if let decoded = discovery.code[section] { builder.add(decoded, section) }
    }
    for stub in discovery.stubs { builder.add(stub: stub.block, stub.hostCall, Origin(stub.origin)) }
    return try builder.finish()
}

private struct BlockBuilder {
    private let discovery: Discovery
    /// By block number; nil until the block's code has been found.
    private var blocks: [Block?]
    private var order: [BlockID] = []
    /// The block under construction.
    private var open: BlockID?
    private var operations: [PlacedOperation] = []

    init(discovery: Discovery) {
        self.discovery = discovery
        blocks = [Block?](repeating: nil, count: discovery.blockStarts.count)
    }

    mutating func add(_ decoded: DecodedSection, _ section: Int) {
        for (index, instruction) in decoded.instructions.enumerated() {
            let origin = Origin(Location(section: section, offset: instruction.offset))
            if let next = discovery.existingBlock(section: section, offset: instruction.offset) {
                // Running into a block from above is a jump to it.
                if open != nil { close(.jump(next), origin) }
                open = next
            }
            guard open != nil else { continue }
            let following = index + 1
            let end =
                following < decoded.instructions.count
                ? decoded.instructions[following].firstOperation : decoded.operations.count
            for operation in decoded.operations[instruction.firstOperation..<end] {
                operations.append(PlacedOperation(operation: operation, origin: origin))
            }
            if let control = instruction.control { close(control, origin) }
        }
    }

    mutating func add(stub: BlockID, _ hostCall: ImportID, _ origin: Origin) {
        open = stub
        operations = [PlacedOperation(operation: .hostCall(hostCall), origin: origin)]
        close(.jumpIndirect(.ra), origin)
    }

    private mutating func close(_ control: Control, _ origin: Origin) {
        guard let id = open else { return }
        blocks[id.rawValue] = Block(
            location: discovery.blockStarts[id.rawValue],
            function: discovery.input.functionStart(at: origin.location), operations: operations, control: control,
            controlOrigin: origin)
        order.append(id)
        operations = []
        open = nil
    }

    func finish() throws(LinkFailure) -> Program {
        var diagnostics = Diagnostics()
        var complete: [Block] = []
        complete.reserveCapacity(blocks.count)
        for (number, block) in blocks.enumerated() {
            if let block {
                complete.append(block)
            } else if let start = discovery.blockStarts[number] {
                diagnostics.report(
                    discovery.input.error(
                        at: discovery.blockReferrers[number],
                        "jumps or points to \(discovery.input.describe(start)), which is in the middle of an instruction, or"
                            + " of two that belong together; expected the start of an instruction"))
            }
        }
        try diagnostics.check()
        return Program(
            blocks: complete, order: order, exports: discovery.exports, imports: discovery.imports,
            importReferrers: discovery.importReferrers,
            dataRelocations: discovery.dataRelocations, minimumStackSize: discovery.minimumStackSize)
    }
}
