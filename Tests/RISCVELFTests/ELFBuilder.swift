// Writes ELF files by hand, right ones and, with a few bytes patched, wrong ones.

import RISCVELF

/// One section to be written.
///
/// The contents of the file follow in the order of the sections.
struct SectionSketch {
    var name: String
    var type: UInt32 = 1
    var flags: UInt64 = 0
    var address: UInt64 = 0
    var contents: [UInt8] = []
    var link: UInt32 = 0
    var info: UInt32 = 0
    var alignment: UInt64 = 1
    var entryByteCount: UInt64 = 0
}

/// A file of sections: the null section, those given, and the table of names.
struct ELFBuilder {
    /// Type of file: 1 relocatable, 2 executable, 3 shared object.
    var type: UInt16 = 1
    var sections: [SectionSketch] = []

    /// Where the header of a section lies in the file.
    private(set) var headersOffset = 0
    private(set) var bytes: [UInt8] = []

    init(type: UInt16 = 1, _ sections: [SectionSketch]) {
        self.type = type
        self.sections = sections
        build()
    }

    /// Field offsets inside a section header.
    enum Field: Int {
        case name = 0, type = 4, flags = 8, address = 16, offset = 24, byteCount = 32, link = 40, info = 44
        case alignment = 48, entryByteCount = 56
    }

    /// The file with one field of a section header replaced.
    func patching(_ section: Int, _ field: Field, _ value: UInt64) -> [UInt8] {
        let isWide = ![.name, .type, .link, .info].contains(field)
        return patching(at: headersOffset + 64 * section + field.rawValue, value, byteCount: isWide ? 8 : 4)
    }

    func patching(at offset: Int, _ value: UInt64, byteCount: Int) -> [UInt8] {
        var result = bytes
        for index in 0..<byteCount { result[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))) }
        return result
    }

    static func little(_ value: some FixedWidthInteger) -> [UInt8] {
        var bytes: [UInt8] = []
        for shift in stride(from: 0, to: value.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
        return bytes
    }

    /// An entry of a symbol table.
    static func symbol(
        name: UInt32 = 0, info: UInt8 = 0x10, section: UInt16 = 0, value: UInt64 = 0, byteCount: UInt64 = 0
    ) -> [UInt8] {
        little(name) + [info, 0] + little(section) + little(value) + little(byteCount)
    }

    /// An entry of a relocation section.
    static func relocation(offset: UInt64, type: RelocationType, symbol: UInt64, addend: Int64 = 0) -> [UInt8] {
        little(offset) + little(symbol << 32 | UInt64(type.rawValue)) + little(addend)
    }

    private mutating func build() {
        var names: [UInt8] = [0]
        var body: [UInt8] = []
        var headers = [UInt8](repeating: 0, count: 64)
        var all = sections
        all.append(SectionSketch(name: ".shstrtab", type: 3))
        for (index, section) in all.enumerated() {
            let name = UInt32(names.count)
            names += Array(section.name.utf8) + [0]
            let contents = index == all.count - 1 ? names : section.contents
            while (64 + body.count) % 8 != 0 { body.append(0) }
            headers += Self.little(name) + Self.little(section.type) + Self.little(section.flags)
            headers += Self.little(section.address) + Self.little(UInt64(64 + body.count))
            headers += Self.little(UInt64(contents.count)) + Self.little(section.link) + Self.little(section.info)
            headers += Self.little(section.alignment) + Self.little(section.entryByteCount)
            if section.type != 8 { body += contents }
        }
        while body.count % 8 != 0 { body.append(0) }
        headersOffset = 64 + body.count
        var header: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9)
        header += Self.little(type) + Self.little(UInt16(243)) + Self.little(UInt32(1))
        header += Self.little(UInt64(0)) + Self.little(UInt64(0)) + Self.little(UInt64(headersOffset))
        header += Self.little(UInt32(8)) + Self.little(UInt16(64)) + Self.little(UInt16(0)) + Self.little(UInt16(0))
        header += Self.little(UInt16(64)) + Self.little(UInt16(all.count + 1)) + Self.little(UInt16(all.count))
        bytes = header + body + headers
    }
}
