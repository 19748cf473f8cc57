// Reads an ELF file: header, section headers, then names, symbols and relocations (the other two files of the reader).
//
// The input is hostile until checked. The order is always the same: where a table lies is checked against the size of
// the file, only then libelf is asked to convert it, and every number in it is checked before it is used. The contents
// of sections may not overlap: real files never need it, and it is what keeps the memory and the time that a file can
// make us spend proportional to its size.

import CElf

extension ELFObject {
    /// Parses a file.
    ///
    /// - Parameters:
    ///   - bytes: The whole file, at most `maximumByteCount` bytes.
    ///   - name: The name of the file, for messages.
    /// - Throws: The first thing found wrong: not an ELF file, not for the right machine, or tables that contradict
    ///   the file. What a guest may contain beyond that is not checked.
    package init(parsing bytes: [UInt8], name: String) throws(ELFError) {
        self = try ELFReader(bytes: bytes, file: name).read()
    }
}

/// The state of reading one file.
struct ELFReader {
    let bytes: [UInt8]
    let file: String

    func read() throws(ELFError) -> ELFObject {
        try checkIdentification()
        guard let library = LibELF(copying: bytes), let header = library.header() else {
            throw failure(.file, .library(LibELF.lastMessage))
        }
        let kind = try checkHeader(header)
        let headers = try sectionHeaders(library, at: header.e_shoff)
        try checkOverlap(headers)
        let sectionNames = try names(ofSections: headers, table: library.sectionNameTable())
        let tables = SectionTables(headers: headers, names: sectionNames)
        let symbols = try symbols(library, tables, kind)
        var relocations = try relocations(library, tables, kind, symbolCount: symbols.count)

        var sections: [ELFSection] = []
        sections.reserveCapacity(headers.count)
        for (index, header) in headers.enumerated() {
            sections.append(
                ELFSection(
                    index: index, name: sectionNames[index], type: header.sh_type, flags: header.sh_flags,
                    address: header.sh_addr, byteCount: Int(header.sh_size),
                    alignment: max(1, Int(header.sh_addralign)),
                    contents: header.occupiesFile ? Array(bytes[header.fileRange]) : [],
                    relocations: relocations.removeValue(forKey: index) ?? []))
        }
        return ELFObject(name: file, kind: kind, sections: sections, symbols: symbols)
    }

    func failure(_ place: ELFError.Place, _ kind: ELFError.Kind) -> ELFError {
        ELFError(file: file, place: place, kind: kind)
    }
}

// MARK: - Header

extension ELFReader {
    /// Checks the first bytes, which decide whether the rest can be understood at all.
    ///
    /// The machine comes before class and byte order, so that an object of the host is called by its name.
    private func checkIdentification() throws(ELFError) {
        guard bytes.count <= ELFObject.maximumByteCount else {
            throw failure(.file, .tooLarge(byteCount: bytes.count, limit: ELFObject.maximumByteCount))
        }
        guard bytes.starts(with: FileHeader.magic) else { throw failure(.file, .notELF(found: describeStart())) }
        // 20 bytes reach to the end of the machine, which has the same place in both classes.
        guard bytes.count >= 20 else { throw failure(.header, .truncatedHeader(byteCount: bytes.count)) }
        let isBigEndian: Bool
        switch bytes[5] {
        case 1: isBigEndian = false
        case 2: isBigEndian = true
        default: throw failure(.header, .unknownByteOrder(bytes[5]))
        }
        let machine = UInt16(bytes[isBigEndian ? 19 : 18]) | UInt16(bytes[isBigEndian ? 18 : 19]) << 8
        guard machine == FileHeader.machineRISCV else {
            throw failure(.header, .wrongMachine(found: FileHeader.machineName(machine)))
        }
        if isBigEndian { throw failure(.header, .bigEndian) }
        switch bytes[4] {
        case 2: break
        case 1: throw failure(.header, .not64Bit)
        default: throw failure(.header, .unknownClass(bytes[4]))
        }
        guard bytes[6] == 1 else { throw failure(.header, .unknownVersion(UInt32(bytes[6]))) }
        guard bytes[7] == 0 || bytes[7] == 3 else { throw failure(.header, .unsupportedOSABI(bytes[7])) }
        guard bytes.count >= FileHeader.byteCount else {
            throw failure(.header, .truncatedHeader(byteCount: bytes.count))
        }
        // libelf reads the first section header while it opens the file, so its place is checked before that.
        try checkSectionTable(at: littleEndian64(at: 40), count: 1)
    }

    private func checkHeader(_ header: GElf_Ehdr) throws(ELFError) -> ELFObject.Kind {
        guard header.e_version == 1 else { throw failure(.header, .unknownVersion(header.e_version)) }
        try checkEntry("a file header", Int(header.e_ehsize), FileHeader.byteCount)
        try checkEntry("section headers", Int(header.e_shentsize), FileHeader.sectionHeaderByteCount)
        switch header.e_type {
        case 1: return .relocatable
        case 2: return .executable
        case 3: return .sharedObject
        default: throw failure(.header, .unsupportedType(found: FileHeader.typeName(header.e_type)))
        }
    }

    private func checkEntry(_ entry: String, _ found: Int, _ expected: Int) throws(ELFError) {
        guard found == expected else {
            throw failure(.header, .wrongEntryByteCount(entry: entry, found: found, expected: expected))
        }
    }

    private func checkSectionTable(at offset: UInt64, count: Int) throws(ELFError) {
        guard offset != 0 else { throw failure(.header, .noSectionHeaders) }
        // A count that would overflow is larger than any file: the division avoids the product.
        let available = offset <= UInt64(bytes.count) ? (bytes.count - Int(offset)) : 0
        guard count <= available / FileHeader.sectionHeaderByteCount else {
            let needed = UInt64(count).multipliedReportingOverflow(by: UInt64(FileHeader.sectionHeaderByteCount))
            throw failure(
                .header,
                .outsideFile(
                    what: "section header table", offset: offset,
                    byteCount: needed.overflow ? .max : needed.partialValue, fileByteCount: bytes.count))
        }
    }

    private func littleEndian64(at offset: Int) -> UInt64 {
        bytes[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Names the kinds of file that are easily mistaken for an object.
    private func describeStart() -> String {
        func starts(_ text: String) -> Bool { bytes.starts(with: text.utf8) }
        if bytes.isEmpty { return "an empty file" }
        if starts("!<arch>\n") || starts("!<thin>\n") { return "an archive; link it with ld.lld first" }
        if bytes.starts(with: [0x42, 0x43, 0xc0, 0xde]) { return "LLVM bitcode; compile without -flto" }
        if starts("PVM\0") { return "a PolkaVM blob, which is already linked" }
        if bytes.starts(with: [0xcf, 0xfa, 0xed, 0xfe]) { return "a Mach-O file" }
        let start = bytes.prefix(4).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }
        return "a file that starts with bytes \(start.joined(separator: " "))"
    }
}

// MARK: - Section headers

extension GElf_Shdr {
    /// Whether the section has bytes in the file.
    ///
    /// The size of the null section counts something else.
    var occupiesFile: Bool { sh_type != ELFSection.typeNull && sh_type != ELFSection.typeNoBits && sh_size != 0 }

    /// The bytes in the file; only after they have been checked to be there.
    var fileRange: Range<Int> { Int(sh_offset)..<Int(sh_offset) + Int(sh_size) }
}

extension ELFReader {
    private func sectionHeaders(_ library: borrowing LibELF, at offset: UInt64) throws(ELFError) -> [GElf_Shdr] {
        guard let count = library.sectionCount() else { throw failure(.header, .library(LibELF.lastMessage)) }
        guard count > 0 else { throw failure(.header, .noSectionHeaders) }
        try checkSectionTable(at: offset, count: count)
        var headers: [GElf_Shdr] = []
        headers.reserveCapacity(count)
        for index in 0..<count {
            guard var header = library.sectionHeader(index) else {
                throw failure(.section(index: index, name: ""), .library(LibELF.lastMessage))
            }
            // In the null section the fields hold numbers that did not fit into the file header.
            if header.sh_type == ELFSection.typeNull { header = GElf_Shdr() }
            try check(header, index)
            headers.append(header)
        }
        return headers
    }

    private func check(_ header: GElf_Shdr, _ index: Int) throws(ELFError) {
        let place = ELFError.Place.section(index: index, name: "")
        if header.occupiesFile {
            guard
                header.sh_offset <= UInt64(bytes.count),
                header.sh_size <= UInt64(bytes.count) - header.sh_offset
            else {
                throw failure(
                    place,
                    .outsideFile(
                        what: "contents", offset: header.sh_offset, byteCount: header.sh_size,
                        fileByteCount: bytes.count))
            }
        } else if header.sh_size > UInt64(ELFSection.maximumByteCount) {
            throw failure(place, .sectionTooLarge(byteCount: header.sh_size, limit: ELFSection.maximumByteCount))
        }
        guard header.sh_addr.addingReportingOverflow(header.sh_size).overflow == false else {
            throw failure(place, .addressOverflow(address: header.sh_addr, byteCount: header.sh_size))
        }
        let alignment = header.sh_addralign
        guard alignment & (alignment &- 1) == 0, alignment <= UInt64(ELFSection.maximumByteCount) else {
            throw failure(place, .badAlignment(alignment))
        }
        if header.sh_flags & ELFSection.flagCompressed != 0, header.sh_flags & ELFSection.flagAllocated != 0 {
            throw failure(place, .compressedAllocated)
        }
    }

    private func checkOverlap(_ headers: [GElf_Shdr]) throws(ELFError) {
        let inFileOrder = headers.indices.filter { headers[$0].occupiesFile }
            .sorted { (headers[$0].sh_offset, $0) < (headers[$1].sh_offset, $1) }
        for (lower, upper) in zip(inFileOrder, inFileOrder.dropFirst())
        where headers[upper].fileRange.lowerBound < headers[lower].fileRange.upperBound {
            throw failure(.section(index: upper, name: ""), .overlappingContents(with: "section \(lower)"))
        }
    }
}
