// The bytes of the two data zones, with addresses put in (linker.md 13).

import PolkaBlob
import RISCVELF

/// Stored contents of a zone; zeros at its end are not stored.
struct DataImages {
    var readOnly: [UInt8]
    var readWrite: [UInt8]
}

extension Program {
    func dataImages(_ data: DataLayout, _ jumpTable: JumpTable, _ input: LinkInput) throws(LinkFailure) -> DataImages {
        var writer = ImageWriter(program: self, data: data, jumpTable: jumpTable, input: input)
        let images = DataImages(
            readOnly: writer.image(of: data.readOnlySections, startingAt: data.readOnlyRange.lowerBound),
            readWrite: writer.image(of: data.readWriteSections, startingAt: data.readWriteRange.lowerBound))
        try writer.diagnostics.check()
        return images
    }
}

private struct ImageWriter {
    let program: Program
    let data: DataLayout
    let jumpTable: JumpTable
    let input: LinkInput
    var diagnostics = Diagnostics()

    mutating func image(of sections: [Int], startingAt start: Int64) -> [UInt8] {
        var bytes: [UInt8] = []
        for section in sections {
            let elf = input[section].elf
            guard elf.hasContents, let address = data.addresses[section] else { continue }
            // Padding between sections, and zero sections in the middle, are zeros.
            bytes += [UInt8](repeating: 0, count: Int(address - start) - bytes.count)
            var contents = elf.contents
            for relocation in program.dataRelocations[section] ?? [] { apply(relocation, to: &contents, section) }
            bytes += contents
        }
        while bytes.last == 0 { bytes.removeLast() }
        return bytes
    }

    private mutating func apply(_ relocation: DataRelocation, to contents: inout [UInt8], _ section: Int) {
        let place = Location(section: section, offset: relocation.offset)
        guard let value = value(of: relocation.value) else {
            diagnostics.report(
                input.error(
                    at: place, "points to something that is not part of the program; expected reached code or data"))
            return
        }
        let bits = 8 * relocation.byteCount
        let fits =
            if case .codeTableEntry = relocation.value {
                // Modulo 2^32: the guest adds the table's address back.
                true
            } else {
                bits == 64 || (value >= -(1 << (bits - 1)) && value < 1 << bits)
            }
        if !fits {
            diagnostics.report(
                input.error(
                    at: place,
                    "the value \(value) does not fit into \(bits) bits; addresses take 32 or 64, use a wider field"))
        }
        for index in 0..<relocation.byteCount {
            contents[relocation.offset + index] = UInt8(truncatingIfNeeded: value >> Int64(8 * index))
        }
    }

    private func value(of value: DataRelocation.Value) -> Int64? {
        switch value {
        case .address(.code(let block)): return jumpTable.address(of: block)
        case .address(.data(let location)): return data.address(of: location)
        case .taggedAddress(let location, let tag): return data.address(of: location).map { $0 &+ tag }
        case .number(let number): return number
        case .difference(let target, let origin):
            guard let target = data.address(of: target), let origin = data.address(of: origin) else { return nil }
            return target - origin
        case .codeTableEntry(let block, let base):
            guard let address = jumpTable.address(of: block), let base = data.address(of: base) else { return nil }
            return address - base
        }
    }
}
