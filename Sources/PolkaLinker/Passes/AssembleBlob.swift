// Puts code, data and tables together, and checks the limits of the container before anything is written.

import PolkaBlob
import PolkaISA

extension PostLinker {
    /// The blob from all parts of the link.
    static func assemble(
        _ program: Program, _ input: LinkInput, _ options: LinkOptions, _ data: DataLayout, _ jumpTable: JumpTable,
        _ imports: ImportNumbers, _ selected: SelectedCode, _ code: CodeLayout.Result, _ images: DataImages
    ) throws(LinkFailure) -> Blob {
        func offset(of block: BlockID) -> UInt32 { code.offsets[selected.firstInstruction[block.rawValue]] }
        let stackSize = max(UInt64(options.minimumStackSize), program.minimumStackSize)
        let alignment = LinkOptions.stackAlignment
        let alignedStackSize = (stackSize + alignment - 1) / alignment * alignment

        var blob = Blob(
            instructionSet: options.instructionSet,
            code: CodeMap(
                bytes: code.bytes, bitmask: code.bitmask, jumpTable: jumpTable.blocks.map(offset(of:))))
        blob.readOnlyData = images.readOnly
        blob.readOnlyDataSize = data.readOnlySize
        blob.readWriteData = images.readWrite
        blob.readWriteDataSize = data.readWriteSize
        blob.stackSize = UInt32(clamping: alignedStackSize)
        blob.imports = imports.symbols
        // In code order; functions at one place in the order of their records.
        blob.exports = program.exports.enumerated()
            .map { (order: $0.offset, offset: offset(of: $0.element.block), symbol: $0.element.symbol) }
            .sorted { ($0.offset, $0.order) < ($1.offset, $1.order) }
            .map { Blob.Export(codeOffset: $0.offset, symbol: $0.symbol) }

        let place = input.fileNames
        var diagnostics = Diagnostics()
        for (count, limit, what) in [
            (code.bytes.count, BlobLimits.codeBytes, "the number of code bytes"),
            (jumpTable.blocks.count, BlobLimits.jumpTableEntries, "the number of jump table entries"),
        ] where count > limit {
            let message = "\(what) is \(count), the limit is \(limit); leave something out"
            diagnostics.report(LinkError(place: place, message: message))
        }
        if blob.memoryMap() == nil {
            let message =
                "data and stack do not fit into the guest's 32-bit address space: \(blob.readOnlyDataSize) bytes read-only,"
                + " \(blob.readWriteDataSize) bytes read-write, \(alignedStackSize) bytes of stack; make them smaller"
            diagnostics.report(LinkError(place: place, message: message))
        }
        try diagnostics.check()
        return blob
    }
}

extension Program {
    /// The exports that get fixed entries at the start of the code, in order.
    func dispatchNames(_ options: LinkOptions, _ input: LinkInput) throws(LinkFailure) -> [String] {
        guard !options.entrySlots.isEmpty else { return options.dispatch }
        let known = Set(exports.map { String(decoding: $0.symbol, as: UTF8.self) })
        let found = options.entrySlots.map { $0.filter(known.contains) }
        var diagnostics = Diagnostics()
        func report(_ message: String) { diagnostics.report(LinkError(place: input.fileNames, message: message)) }
        for names in found where names.count > 1 {
            report(
                "\(names.joined(separator: " and ")) are both exported, but the host enters them at the same place; a program"
                    + " can have one of them")
        }
        guard let last = found.lastIndex(where: { !$0.isEmpty }) else {
            let names = options.entrySlots.map { $0.joined(separator: " or ") }.joined(separator: ", ")
            report("no entry point is exported; the host calls \(names): export one")
            try diagnostics.check()
            return []
        }
        for (slot, names) in found[..<last].enumerated() where names.isEmpty {
            let missing = options.entrySlots[slot].joined(separator: " or ")
            report(
                "'\(found[last][0])' is exported, but not \(missing), which the host enters before it; export that as well"
            )
        }
        try diagnostics.check()
        return found[...last].map { $0[0] }
    }

    /// The blocks of the exports that a dispatch table names.
    func dispatchBlocks(_ names: [String], _ input: LinkInput) throws(LinkFailure) -> [BlockID] {
        var diagnostics = Diagnostics()
        var result: [BlockID] = []
        for name in names {
            if let export = exports.first(where: { $0.symbol == Array(name.utf8) }) {
                result.append(export.block)
            } else {
                let known = exports.map { String(decoding: $0.symbol, as: UTF8.self) }.joined(separator: ", ")
                diagnostics.report(
                    LinkError(
                        place: input.fileNames,
                        message:
                            "the dispatch table names '\(name)', which is not exported; export it, or name one of: \(known)"
                    ))
            }
        }
        try diagnostics.check()
        return result
    }
}
