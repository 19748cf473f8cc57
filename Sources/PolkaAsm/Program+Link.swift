// A program whose lines are all right to a blob: layout, encoding, tables, and the demands on exact bytes.

import PolkaBlob
import PolkaISA

extension Program {
    /// Lays the program out; nil if that brought up errors.
    func link(_ log: inout ErrorLog) -> Blob? {
        let instructions = items.map(finalInstruction)
        let counts = Layout.byteCounts(of: zip(items, instructions).map(layoutItem))
        let offsets = Layout.offsets(of: counts)
        let codeCount = offsets[items.count]
        guard codeCount <= BlobLimits.codeBytes else {
            let kind = AsmError.Kind.overLimit(what: "the code size", found: codeCount, limit: BlobLimits.codeBytes)
            log.add(Problem(kind, at: items.last?.start ?? 0), inLine: items.last?.line ?? 1)
            return nil
        }
        var encoder = Encoder(set: set, codeCount: codeCount)
        for (index, item) in items.enumerated() {
            let offset = UInt32(offsets[index])
            var instruction = instructions[index]
            if case .jump(_, let label) = item.contents { instruction?.target = UInt32(offsets[position(of: label)]) }
            if item.exact >= 0 {
                let startsHere = if case .invalid(let startsHere) = item.contents { startsHere } else { true }
                encoder.append(exactBytes[item.exact], startsInstruction: startsHere)
                encoder.checks.append(Encoder.Check(offset: offset, expected: instruction, item: index))
            } else if let instruction {
                let needed = instruction.encodedByteCount(at: offset)
                if needed > counts[index] {
                    let kind = AsmError.Kind.wrongLength(given: counts[index], needed: needed)
                    log.add(Problem(kind, at: item.start), inLine: item.line)
                }
                encoder.append(instruction, at: offset, byteCount: counts[index])
            }
        }
        guard log.isEmpty else { return nil }
        let table = jumpTable(offsets)
        guard table.count <= BlobLimits.jumpTableEntries else {
            let kind = AsmError.Kind.overLimit(
                what: "the number of jump table entries", found: table.count, limit: BlobLimits.jumpTableEntries)
            log.add(Problem(kind, at: items.last?.start ?? 0), inLine: items.last?.line ?? 1)
            return nil
        }
        let code = CodeMap(bytes: encoder.bytes, bitmask: encoder.bitmask, jumpTable: table)
        check(encoder.checks, in: code, &log)
        return log.isEmpty ? blob(code, offsets) : nil
    }

    /// The instruction with everything but the target of a jump to a label.
    private func finalInstruction(_ item: Item) -> Instruction? {
        switch item.contents {
        case .instruction(let instruction), .jump(let instruction, _): return instruction
        case .address(var instruction, let number):
            // Loads of code addresses take the entries behind those that the text numbers itself.
            instruction.x = 2 * Int64(tableEntries.count + number + 1)
            return instruction
        case .invalid: return nil
        }
    }

    private func layoutItem(_ item: Item, _ instruction: Instruction?) -> LayoutItem {
        guard item.byteCount == 0, let instruction else { return LayoutItem(byteCount: item.byteCount) }
        switch item.contents {
        case .jump(_, let label):
            return LayoutItem(byteCount: instruction.byteCountWithoutDistance, target: .item(position(of: label)))
        case .instruction where instruction.opcode.format.hasTarget:
            return LayoutItem(byteCount: instruction.byteCountWithoutDistance, target: .offset(instruction.target))
        case .instruction, .address, .invalid:
            return LayoutItem(byteCount: instruction.encodedByteCount(at: 0))
        }
    }

    /// The item at a label; undefined labels were reported before.
    private func position(of label: Int) -> Int { labels[label].item ?? items.count }

    private func offset(of place: Place, _ offsets: [Int]) -> UInt32 {
        switch place {
        case .item(let position): UInt32(offsets[position])
        case .label(let label): UInt32(offsets[position(of: label)])
        case .offset(let offset): offset
        }
    }

    private func jumpTable(_ offsets: [Int]) -> [UInt32] {
        tableEntries.sorted { $0.index < $1.index }.map { offset(of: $0.place, offsets) }
            + addressedLabels.map { UInt32(offsets[position(of: $0)]) }
    }

    /// Checks that bytes given by `%bytes` mean what the line behind them says, now that everything around them is known.
    private func check(_ checks: [Encoder.Check], in code: CodeMap, _ log: inout ErrorLog) {
        let formatter = InstructionFormatter(set)
        for check in checks {
            let found = code.instruction(at: Int(check.offset), in: set)
            if found.map(written) == check.expected.map(written) { continue }
            let item = items[check.item]
            let kind = AsmError.Kind.otherBytes(
                meaning: formatter.text(of: found), written: formatter.text(of: check.expected))
            log.add(Problem(kind, at: item.start), inLine: item.line)
        }
    }

    /// The one instruction that a text means if no length is given: a small number is loaded by `load_imm`.
    private func written(_ instruction: Instruction) -> Instruction {
        guard instruction.opcode == .loadImm64, Int32(exactly: instruction.x) != nil else { return instruction }
        return Instruction(.loadImm, instruction.r1, x: instruction.x)
    }

    /// The exports by their numbers; those without one take the numbers that are free, in the order of the text.
    private func orderedExports() -> [Export] {
        var free = exports.filter { $0.index == nil }[...]
        var ordered: [Export] = []
        for export in exports.filter({ $0.index != nil }).sorted(by: { ($0.index ?? 0) < ($1.index ?? 0) }) {
            while ordered.count < export.index ?? 0, let next = free.popFirst() { ordered.append(next) }
            ordered.append(export)
        }
        return ordered + free
    }

    private func blob(_ code: CodeMap, _ offsets: [Int]) -> Blob {
        var blob = Blob(instructionSet: set, code: code)
        blob.readOnlyData = readOnly.bytes
        blob.readOnlyDataSize = readOnly.size ?? UInt32(readOnly.bytes.count)
        blob.readWriteData = readWrite.bytes
        blob.readWriteDataSize = readWrite.size ?? UInt32(readWrite.bytes.count)
        blob.stackSize = stackSize
        if let last = imports.map(\.index).max() {
            blob.imports = [[UInt8]?](repeating: [], count: last + 1)
            for entry in imports { blob.imports[entry.index] = entry.symbol }
        }
        blob.exports = orderedExports().map {
            Blob.Export(codeOffset: offset(of: $0.place, offsets), symbol: $0.symbol)
        }
        return blob
    }
}

/// Code and bitmask under construction.
private struct Encoder {
    /// What the bytes at an offset must mean.
    struct Check {
        let offset: UInt32
        let expected: Instruction?
        let item: Int
    }

    let set: InstructionSet
    var bytes: [UInt8] = []
    var bitmask: [UInt8]
    var checks: [Check] = []

    init(set: InstructionSet, codeCount: Int) {
        self.set = set
        bytes.reserveCapacity(codeCount)
        bitmask = [UInt8](repeating: 0, count: (codeCount + 7) / 8)
    }

    mutating func append(_ exact: [UInt8], startsInstruction: Bool) {
        if startsInstruction { mark() }
        bytes += exact
    }

    mutating func append(_ instruction: Instruction, at offset: UInt32, byteCount: Int) {
        mark()
        instruction.encode(into: &bytes, at: offset, for: set, byteCount: byteCount)
    }

    /// Behind an instruction that is longer than its layout says, which is an error, the code outgrows its bitmask.
    private mutating func mark() {
        guard bytes.count >> 3 < bitmask.count else { return }
        bitmask[bytes.count >> 3] |= 1 << UInt8(bytes.count & 7)
    }
}
