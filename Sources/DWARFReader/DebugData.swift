// The debug sections of an ELF file with their relocations applied, and addresses for its code.
//
// In a file that ld has linked, addresses are given and relocations applied. In a relocatable file every section lies at 0,
// and numbers in the debug sections are what relocations say. Each code section gets an address of its own there, and the
// relocations are applied to copies of the debug sections: from then on both kinds are the same. Where an assembler does not
// know a distance in code yet, RISC-V stores it as a pair of relocations that add and subtract.
//
// With `--unique`, ld keeps the debug sections of its input apart, and offsets in them count within those of one input file.
// Sections of one name are put together here, and each unit knows where the parts begin that belong to it.

import RISCVELF

struct DebugData {
    private(set) var info: [UInt8] = []
    private(set) var abbreviations: [UInt8] = []
    private(set) var lines: [UInt8] = []
    private(set) var strings: [UInt8] = []
    private(set) var lineStrings: [UInt8] = []
    private(set) var stringOffsets: [UInt8] = []
    private(set) var addresses: [UInt8] = []
    private(set) var ranges: [UInt8] = []
    private(set) var rangeLists: [UInt8] = []
    /// What belongs together; usually there is one group.
    private(set) var groups: [SectionGroup] = []
    /// What could not be used, in words.
    private(set) var notes: [String] = []
    let code: CodeAddresses

    init(_ object: ELFObject) {
        code = CodeAddresses(object)
        let fields: [String: WritableKeyPath<DebugData, [UInt8]>] = [
            ".debug_info": \.info, ".debug_abbrev": \.abbreviations, ".debug_line": \.lines, ".debug_str": \.strings,
            ".debug_line_str": \.lineStrings, ".debug_str_offsets": \.stringOffsets, ".debug_addr": \.addresses,
            ".debug_ranges": \.ranges, ".debug_rnglists": \.rangeLists,
        ]
        var group = SectionGroup()
        var names: Set<String> = []
        for section in object.sections where section.hasContents && !section.isAllocated {
            guard let field = fields[section.name] else { continue }
            if section.isCompressed {
                notes.append("\(section.name) is compressed; link without --compress-debug-sections to keep its lines")
                continue
            }
            // The sections of one file follow each other, so the next file starts with a name that was there already.
            if !names.insert(section.name).inserted {
                groups.append(group)
                names = [section.name]
                group = SectionGroup(startingAt: self)
            }
            self[keyPath: field] += relocated(section, object)
        }
        groups.append(group)
    }

    private func relocated(_ section: ELFSection, _ object: ELFObject) -> [UInt8] {
        guard object.kind == .relocatable, !section.relocations.isEmpty else { return section.contents }
        var patcher = Patcher(bytes: section.contents)
        for relocation in section.relocations {
            let symbol = object.symbols[relocation.symbol]
            var value = UInt64(bitPattern: symbol.offset) &+ UInt64(bitPattern: relocation.addend)
            switch symbol.place {
            case .section(let index): value &+= code.base(ofSection: index) ?? 0
            case .absolute: break
            // Nobody knows yet where it will be.
            case .undefined, .common: value = 0
            }
            patcher.apply(relocation.type, at: relocation.offset, value)
        }
        return patcher.bytes
    }
}

/// Where in the bytes of `DebugData` the sections of one input file begin.
struct SectionGroup {
    var info: UInt64 = 0
    var abbreviations: UInt64 = 0
    var lines: UInt64 = 0
    var strings: UInt64 = 0
    var lineStrings: UInt64 = 0
    var stringOffsets: UInt64 = 0
    var addresses: UInt64 = 0
    var ranges: UInt64 = 0
    var rangeLists: UInt64 = 0

    init() {}

    /// The group behind all that is there.
    fileprivate init(startingAt data: DebugData) {
        info = UInt64(data.info.count)
        abbreviations = UInt64(data.abbreviations.count)
        lines = UInt64(data.lines.count)
        strings = UInt64(data.strings.count)
        lineStrings = UInt64(data.lineStrings.count)
        stringOffsets = UInt64(data.stringOffsets.count)
        addresses = UInt64(data.addresses.count)
        ranges = UInt64(data.ranges.count)
        rangeLists = UInt64(data.rangeLists.count)
    }
}

/// Applies relocations to the bytes of a section.
private struct Patcher {
    var bytes: [UInt8]

    mutating func apply(_ type: RelocationType, at offset: Int, _ value: UInt64) {
        switch type {
        case .R_RISCV_32, .R_RISCV_SET32: store(value, 4, at: offset)
        case .R_RISCV_64: store(value, 8, at: offset)
        case .R_RISCV_SET16: store(value, 2, at: offset)
        case .R_RISCV_SET8: store(value, 1, at: offset)
        case .R_RISCV_SET6: bytes[offset] = bytes[offset] & 0xc0 | UInt8(truncatingIfNeeded: value) & 0x3f
        case .R_RISCV_SUB6:
            bytes[offset] = bytes[offset] & 0xc0 | (bytes[offset] &- UInt8(truncatingIfNeeded: value)) & 0x3f
        case .R_RISCV_ADD8: add(value, 1, at: offset)
        case .R_RISCV_ADD16: add(value, 2, at: offset)
        case .R_RISCV_ADD32: add(value, 4, at: offset)
        case .R_RISCV_ADD64: add(value, 8, at: offset)
        case .R_RISCV_SUB8: add(0 &- value, 1, at: offset)
        case .R_RISCV_SUB16: add(0 &- value, 2, at: offset)
        case .R_RISCV_SUB32: add(0 &- value, 4, at: offset)
        case .R_RISCV_SUB64: add(0 &- value, 8, at: offset)
        case .R_RISCV_SET_ULEB128: storeVariable(value, at: offset)
        case .R_RISCV_SUB_ULEB128: storeVariable(variable(at: offset) &- value, at: offset)
        // Others patch instructions, or nothing.
        default: break
        }
    }

    // The ELF reader has checked that the field of each type lies inside the section.

    private func load(_ byteCount: Int, at offset: Int) -> UInt64 {
        (0..<byteCount).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
    }

    private mutating func store(_ value: UInt64, _ byteCount: Int, at offset: Int) {
        for index in 0..<byteCount { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index)) }
    }

    private mutating func add(_ value: UInt64, _ byteCount: Int, at offset: Int) {
        store(load(byteCount, at: offset) &+ value, byteCount, at: offset)
    }

    private func variable(at offset: Int) -> UInt64 {
        var cursor = ByteCursor(bytes, offset..<bytes.count)
        return cursor.unsigned()
    }

    /// Writes a number in as many bytes as are there: the assembler has left room.
    private mutating func storeVariable(_ value: UInt64, at offset: Int) {
        var rest = value
        var position = offset
        while position < bytes.count {
            let continues = bytes[position] & 0x80
            bytes[position] = UInt8(rest & 0x7f) | continues
            rest >>= 7
            position += 1
            if continues == 0 { return }
        }
    }
}

/// Addresses of the code sections of a file.
struct CodeAddresses: Sendable {
    private struct Section: Sendable {
        let addresses: Range<UInt64>
    }

    /// By section number; nil for what is not code.
    private let bases: [UInt64?]
    /// By address.
    private let sections: [Section]

    /// Where the first code section of a relocatable file is put: 0 stays free, which linkers give to what they drop.
    private static let first: UInt64 = 0x1_0000

    init(_ object: ELFObject) {
        var bases = [UInt64?](repeating: nil, count: object.sections.count)
        var sections: [Section] = []
        var next = Self.first
        for section in object.sections
        where section.isAllocated && section.isExecutable && section.hasContents && section.byteCount > 0 {
            let base = object.kind == .relocatable ? next : section.address
            // A gap, so that the end of a section is not the start of the next. All contents lie in a file of at most
            // 1 GiB, and the ELF reader has checked that address and size do not overflow.
            next += UInt64(section.byteCount) + 16
            bases[section.index] = base
            sections.append(Section(addresses: base..<base + UInt64(section.byteCount)))
        }
        self.bases = bases
        self.sections = sections.sorted {
            ($0.addresses.lowerBound, $0.addresses.upperBound) < ($1.addresses.lowerBound, $1.addresses.upperBound)
        }
    }

    func base(ofSection index: Int) -> UInt64? { bases[index] }

    /// The addresses of the section in which an address lies, nil if that is no code.
    ///
    /// Linkers leave the descriptions of what they have dropped, with addresses at which no code is.
    func section(at address: UInt64) -> Range<UInt64>? {
        var (low, high) = (0, sections.count)
        while low < high {
            let middle = (low + high) / 2
            if sections[middle].addresses.lowerBound <= address { low = middle + 1 } else { high = middle }
        }
        guard low > 0, sections[low - 1].addresses.contains(address) else { return nil }
        return sections[low - 1].addresses
    }
}
