// Export and import records to names and functions, in the packed form of guest-abi.md 3 and in the aligned form that
// Swift attributes can write (Guest/README.md).
//
// Packed records hold pointers at odd offsets, so only their relocations say what they point to; the stored bytes are ignored.
// Aligned records carry the name in line.

import RISCVELF

/// A function that a record exports.
struct ExportRecord: Sendable {
    let function: Location
    let symbol: [UInt8]
    /// The record, for messages.
    let place: Location
    /// Whether it gives way to another record of the same name.
    let isDefault: Bool
    /// The stack that the function asks for, in bytes.
    let stackSize: UInt64
}

/// Reads little-endian fields of a section's contents.
private struct Fields {
    let bytes: [UInt8]
    let base: Int

    func byte(_ offset: Int) -> Int { Int(bytes[base + offset]) }

    func integer(_ offset: Int, _ count: Int) -> UInt32 {
        var value: UInt32 = 0
        for index in (0..<count).reversed() { value = value << 8 | UInt32(bytes[base + offset + index]) }
        return value
    }
}

/// Sizes of the records in bytes.
private enum RecordSize {
    static let packedExport = 17
    static let packedMetadata1 = 19
    static let packedMetadata2 = 24
    static let alignedExport = 16
    /// Before the name of version 2: the address of its condition, the stack that it asks for, zero.
    static let exportCondition = 16
    static let alignedImport = 12
    static let minimumStack = 4
}

/// Where export and import records come from, and what refers to what.
struct MetadataReader {
    let input: LinkInput
    private(set) var diagnostics = Diagnostics()
    /// Packed metadata that has been read; many calls name the same record.
    private var known: [Location: HostImport?] = [:]

    init(_ input: LinkInput) { self.input = input }

    private static let packedRemedy = "; write records with the macros of pvm.h"
    private static let alignedRemedy = "; Guest/README.md describes the record"

    // MARK: Exports

    /// The records of every export section, in the order of the sections.
    mutating func exports() -> [ExportRecord] {
        var records: [ExportRecord] = []
        for (index, section) in input.sections.enumerated() {
            switch section.role {
            case .exports: records += packedExports(in: index)
            case .alignedExports: records += alignedExports(in: index)
            default: break
            }
        }
        let named = Set(records.filter { !$0.isDefault }.map(\.symbol))
        return records.filter { !$0.isDefault || !named.contains($0.symbol) }
    }

    private mutating func packedExports(in section: Int) -> [ExportRecord] {
        let bytes = input[section].elf.contents
        var records: [ExportRecord] = []
        for start in stride(from: 0, to: bytes.count, by: RecordSize.packedExport) {
            let place = Location(section: section, offset: start)
            guard start + RecordSize.packedExport <= bytes.count else {
                report(
                    place,
                    "export record cut off: expected \(RecordSize.packedExport) bytes, found \(bytes.count - start)"
                        + Self.packedRemedy)
                break
            }
            guard bytes[start] == 1 else {
                report(
                    place,
                    "export record of version \(bytes[start]), expected version 1\(Self.packedRemedy)")
                continue
            }
            guard
                let metadata = pointer(at: Location(section: section, offset: start + 1), "the metadata of an export"),
                let function = pointer(at: Location(section: section, offset: start + 9), "an exported function"),
                let described = self.metadata(at: metadata)
            else { continue }
            records.append(
                ExportRecord(
                    function: function, symbol: described.symbol, place: place, isDefault: false,
                    stackSize: 0))
        }
        return records
    }

    private mutating func alignedExports(in section: Int) -> [ExportRecord] {
        var records: [ExportRecord] = []
        forEachAlignedRecord(in: section, alignment: 8, fixedByteCount: RecordSize.alignedExport) {
            reader, fields, place in
            let version = fields.integer(10, 2)
            let isDefault = version == 2
            let nameOffset = RecordSize.alignedExport + (isDefault ? RecordSize.exportCondition : 0)
            guard reader.check(version: version, upTo: 2, place),
                let symbol = reader.name(at: place, fields, countOffset: 12, nameOffset: nameOffset)
            else { return nil }
            _ = reader.check(registers: fields.byte(8), fields.byte(9), place)
            let condition = Location(section: section, offset: place.offset + RecordSize.alignedExport)
            if !isDefault || reader.isDefined(at: condition),
                let function = reader.pointer(at: place, "an exported function")
            {
                records.append(
                    ExportRecord(
                        function: function, symbol: symbol, place: place, isDefault: isDefault,
                        stackSize: isDefault ? UInt64(fields.integer(RecordSize.alignedExport + 8, 4)) : 0))
            }
            return nameOffset + symbol.count
        }
        return records
    }

    /// Whether the symbol whose address is at a place is defined.
    private func isDefined(at place: Location) -> Bool {
        let section = input[place.section]
        guard let relocation = section.elf.relocation(at: place.offset, where: \.isPointer) else { return false }
        switch input.definition(ofSymbol: relocation.symbol, in: section.object) {
        case .location, .common: return true
        // 0 is what ld makes of a symbol that is defined as another if that exists.
        case .undefined, .absolute: return false
        }
    }

    // MARK: Imports

    /// The host functions that aligned records declare, by the name of the undefined symbol that stands for each.
    mutating func alignedImports() -> [String: HostImport] {
        var imports: [String: HostImport] = [:]
        for (index, section) in input.sections.enumerated() where section.role == .alignedImports {
            forEachAlignedRecord(in: index, alignment: 4, fixedByteCount: RecordSize.alignedImport) {
                reader, fields, place in
                guard reader.check(version: fields.integer(0, 2), upTo: 1, place),
                    let symbol = reader.name(
                        at: place, fields, countOffset: 8, nameOffset: RecordSize.alignedImport)
                else { return nil }
                _ = reader.check(registers: fields.byte(2), fields.byte(3), place)
                let number = fields.integer(4, 4)
                let declared = HostImport(
                    symbol: symbol, inputRegisterCount: fields.byte(2), outputRegisterCount: fields.byte(3),
                    index: number == UInt32.max ? nil : number)
                guard let name = String(validating: symbol, as: UTF8.self) else {
                    reader.report(place, "the name of an import record is not UTF-8")
                    return RecordSize.alignedImport + symbol.count
                }
                if let other = imports[name], other != declared {
                    reader.report(
                        place,
                        "import '\(name)' is declared twice with different arguments, results or numbers; make the"
                            + " declarations equal")
                }
                imports[name] = declared
                return RecordSize.alignedImport + symbol.count
            }
        }
        return imports
    }

    /// Calls `body` for each record; it gives the record's size, or nil to stop.
    ///
    /// Zero bytes pad records to their alignment.
    private mutating func forEachAlignedRecord(
        in section: Int, alignment: Int, fixedByteCount: Int,
        _ body: (inout MetadataReader, Fields, Location) -> Int?
    ) {
        let bytes = input[section].elf.contents
        var offset = 0
        while offset < bytes.count {
            let place = Location(section: section, offset: offset)
            guard offset + fixedByteCount <= bytes.count else {
                if bytes[offset...].contains(where: { $0 != 0 }) {
                    report(
                        place,
                        "record cut off: expected at least \(fixedByteCount) bytes, found \(bytes.count - offset)"
                            + Self.alignedRemedy)
                }
                return
            }
            guard let byteCount = body(&self, Fields(bytes: bytes, base: offset), place) else { return }
            offset = (offset + byteCount + alignment - 1) & ~(alignment - 1)
        }
    }

    private mutating func name(
        at place: Location, _ fields: Fields, countOffset: Int, nameOffset: Int
    ) -> [UInt8]? {
        let count = Int(fields.integer(countOffset, 4))
        let start = place.offset + nameOffset
        guard count > 0 else {
            report(place, "record declares a name of 0 bytes, expected at least 1\(Self.alignedRemedy)")
            return nil
        }
        guard count <= fields.bytes.count - start else {
            report(
                place,
                "record declares a name of \(count) bytes, but only \(max(0, fields.bytes.count - start)) follow"
                    + Self.alignedRemedy)
            return nil
        }
        guard check(nameByteCount: count, place) else { return nil }
        return Array(fields.bytes[start..<(start + count)])
    }

    private mutating func check(nameByteCount count: Int, _ place: Location) -> Bool {
        if count <= HostImport.longestName { return true }
        report(
            place,
            "record declares a name of \(count) bytes, at most \(HostImport.longestName) are allowed; choose a shorter"
                + " name")
        return false
    }

    private mutating func check(version: UInt32, upTo last: UInt32, _ place: Location) -> Bool {
        if 1...last ~= version { return true }
        let expected = last == 1 ? "version 1" : "a version from 1 to \(last)"
        report(place, "record of version \(version), expected \(expected)\(Self.alignedRemedy)")
        return false
    }

    private mutating func check(registers inputs: Int, _ outputs: Int, _ place: Location) -> Bool {
        if inputs <= 9 && outputs <= 2 { return true }
        report(
            place,
            "record declares \(inputs) argument and \(outputs) result registers; at most 9 and 2 exist, pass more in memory"
        )
        return false
    }

    // MARK: Packed metadata

    /// The packed metadata record at a place (guest-abi.md 3).
    mutating func metadata(at place: Location) -> HostImport? {
        if let known = known[place] { return known }
        let metadata = readMetadata(at: place)
        known[place] = .some(metadata)
        return metadata
    }

    private mutating func readMetadata(at place: Location) -> HostImport? {
        let section = input[place.section]
        let available = section.elf.contents.count - place.offset
        guard place.offset >= 0, available >= RecordSize.packedMetadata1 else {
            report(
                place,
                "metadata record cut off: expected \(RecordSize.packedMetadata1) bytes, found"
                    + " \(place.offset < 0 ? 0 : max(0, available))\(Self.packedRemedy)")
            return nil
        }
        let fields = Fields(bytes: section.elf.contents, base: place.offset)
        let version = fields.byte(0)
        guard version == 1 || version == 2 else {
            report(place, "metadata record of version \(version), expected version 1 or 2\(Self.packedRemedy)")
            return nil
        }
        let flags = fields.integer(1, 4)
        guard flags == 0 else {
            report(
                place,
                "metadata record with unknown flags 0x\(String(flags, radix: 16)), expected 0\(Self.packedRemedy)")
            return nil
        }
        guard version == 1 || available >= RecordSize.packedMetadata2 else {
            report(
                place,
                "metadata record cut off: version 2 takes \(RecordSize.packedMetadata2) bytes, found \(available)"
                    + Self.packedRemedy)
            return nil
        }
        guard check(registers: fields.byte(17), fields.byte(18), place),
            let text = pointer(at: Location(section: place.section, offset: place.offset + 9), "the name in metadata"),
            check(nameByteCount: Int(fields.integer(5, 4)), place),
            let symbol = bytes(at: text, count: Int(fields.integer(5, 4)))
        else { return nil }
        return HostImport(
            symbol: symbol, inputRegisterCount: fields.byte(17), outputRegisterCount: fields.byte(18),
            index: version == 2 && fields.byte(19) != 0 ? fields.integer(20, 4) : nil)
    }

    private mutating func bytes(at place: Location, count: Int) -> [UInt8]? {
        let contents = input[place.section].elf.contents
        guard place.offset >= 0, place.offset <= contents.count, count <= contents.count - place.offset else {
            report(
                place,
                "metadata gives a name of \(count) bytes here, which does not fit into the section's \(contents.count)"
                    + " bytes; expected the name's own length")
            return nil
        }
        return Array(contents[place.offset..<(place.offset + count)])
    }

    /// What the pointer at a place points to, according to its relocation.
    mutating func pointer(at place: Location, _ what: String) -> Location? {
        let section = input[place.section]
        guard let relocation = section.elf.relocation(at: place.offset, where: \.isPointer) else {
            report(
                place,
                "expected a relocation for the pointer to \(what); link with ld.lld --emit-relocs so that relocations survive"
            )
            return nil
        }
        switch input.definition(ofSymbol: relocation.symbol, in: section.object) {
        case .location(let location):
            if let target = LinkInput.place(location, movedBy: relocation.addend) { return target }
            report(place, "the pointer to \(what) \(LinkInput.tooFar(location, relocation.addend, input))")
        case .undefined(let name, _), .common(let name):
            report(
                place, "the pointer to \(what) is the undefined symbol '\(name)'; define it, or add the file that does")
        case .absolute(let value):
            report(place, "the pointer to \(what) is the number \(value), expected a symbol of a section")
        }
        return nil
    }

    // MARK: Stack

    /// The largest stack that an object asks for, in bytes.
    mutating func minimumStackSize() -> UInt64 {
        var largest: UInt64 = 0
        for (index, section) in input.sections.enumerated() where section.role == .minimumStackSize {
            let bytes = section.elf.contents
            guard bytes.count % RecordSize.minimumStack == 0 else {
                report(
                    Location(section: index, offset: 0),
                    "\(bytes.count) bytes of stack sizes, expected a multiple of \(RecordSize.minimumStack); state stack"
                        + " sizes with PVM_MIN_STACK")
                continue
            }
            for start in stride(from: 0, to: bytes.count, by: RecordSize.minimumStack) {
                let size = Fields(bytes: bytes, base: start).integer(0, RecordSize.minimumStack)
                largest = max(largest, UInt64(size))
            }
        }
        return largest
    }

    fileprivate mutating func report(_ place: Location, _ message: String) {
        diagnostics.report(input.error(at: place, message))
    }
}

extension ELFSection {
    /// The first relocation at an offset that satisfies a condition.
    func relocation(at offset: Int, where condition: (RelocationType) -> Bool) -> ELFRelocation? {
        var (low, high) = (0, relocations.count)
        while low < high {
            let middle = (low + high) / 2
            if relocations[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        while low < relocations.count, relocations[low].offset == offset {
            if condition(relocations[low].type) { return relocations[low] }
            low += 1
        }
        return nil
    }
}

extension RelocationType {
    /// Whether the relocation stands for a whole address.
    ///
    /// Position-independent code forbids absolute ones, so its records hold `auipc zero` instead, whose relocation then means
    /// the same (guest-abi.md 3.1).
    var isPointer: Bool { self == .R_RISCV_64 || self == .R_RISCV_PCREL_HI20 }
}
