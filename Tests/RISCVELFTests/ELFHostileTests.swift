// Files that lie. Each must end in a typed error that names the lie, or in a success; none may crash or hang.

import RISCVELF
import TestSupport
import Testing

@Suite struct ELFHostileTests {
    /// Parses and returns the error, or nil.
    private func failure(_ bytes: [UInt8]) -> ELFError? {
        do throws(ELFError) {
            _ = try ELFObject(parsing: bytes, name: "bad.o")
            return nil
        } catch {
            return error
        }
    }

    // MARK: - Damaged files

    private static func victims() throws -> [[UInt8]] {
        let workshop = try Workshop()
        let object = try workshop.compile(Guest.main, name: "main.c", flags: ["-O1", "-g"])
        _ = try workshop.compile(Guest.other, name: "other.c", flags: ["-O1"])
        let flags = ["-static", "--no-relax", "--emit-relocs", "-z", "notext"]
        return [object, try workshop.link(["main.c", "other.c"], flags: flags)]
    }

    @Test func truncation() throws {
        for bytes in try Self.victims() {
            #expect(failure(bytes) == nil)
            for count in stride(from: 0, to: bytes.count, by: 64) {
                // The table of section headers is the last thing in these files, so every cut hurts it.
                #expect(failure(Array(bytes.prefix(count))) != nil, "cut after \(count) bytes")
            }
            for count in 0..<64 { #expect(failure(Array(bytes.prefix(count))) != nil) }
        }
    }

    @Test func flippedBits() throws {
        var generator = SeededGenerator(seed: 5)
        var failures = 0
        for bytes in try Self.victims() {
            let tables = bytes.count - 64 * 20
            for round in 0..<4000 {
                var damaged = bytes
                for _ in 0...round % 4 {
                    // Every other round in the headers, where a bit matters most.
                    let position =
                        switch round % 4 {
                        case 0: Int.random(in: 0..<64, using: &generator)
                        case 1: Int.random(in: tables..<bytes.count, using: &generator)
                        default: Int.random(in: 0..<bytes.count, using: &generator)
                        }
                    damaged[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                }
                if let error = failure(damaged) {
                    failures += 1
                    #expect(error.description.hasPrefix("bad.o: "))
                }
            }
        }
        #expect(failures > 1000)
    }

    /// Extreme values in every field of every section header, symbol and relocation of a small file.
    @Test func extremeFields() {
        let file = Self.small
        let extremes: [UInt64] = [
            0, 1, 2, 7, 0x7f, 0xff, 0x100, 0x7fff, 0xff00, 0xfff1, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
            1 << 32, 1 << 60, 1 << 63, .max, .max - 7, UInt64(file.bytes.count), UInt64(file.bytes.count) - 1,
        ]
        for offset in stride(from: 0, to: file.bytes.count, by: 4) {
            for value in extremes {
                for byteCount in [2, 4, 8] where offset + byteCount <= file.bytes.count {
                    _ = failure(file.patching(at: offset, value, byteCount: byteCount))
                }
            }
        }
    }

    // MARK: - Lies, one by one

    /// Sections: 1 .text, 2 .strtab, 3 .symtab, 4 .rela.text, 5 .bss, 6 .shstrtab.
    private static let small = ELFBuilder([
        SectionSketch(name: ".text", flags: 6, contents: [UInt8](repeating: 0, count: 16), alignment: 4),
        SectionSketch(name: ".strtab", type: 3, contents: [0, 0x66, 0x6e, 0]),
        SectionSketch(
            name: ".symtab", type: 2,
            contents: ELFBuilder.symbol(info: 0) + ELFBuilder.symbol(name: 1, section: 1, value: 8), link: 2, info: 1,
            alignment: 8, entryByteCount: 24),
        SectionSketch(
            name: ".rela.text", type: 4,
            contents: ELFBuilder.relocation(offset: 8, type: .R_RISCV_CALL_PLT, symbol: 1)
                + ELFBuilder.relocation(offset: 0, type: .R_RISCV_PCREL_HI20, symbol: 1, addend: -3)
                + ELFBuilder.relocation(offset: 0, type: .R_RISCV_RELAX, symbol: 0),
            link: 3, info: 1, alignment: 8, entryByteCount: 24),
        SectionSketch(name: ".bss", type: 8, flags: 3, contents: [1, 2, 3, 4]),
    ])

    @Test func smallFileIsRight() throws {
        let object = try ELFObject(parsing: Self.small.bytes, name: "small.o")
        #expect(object.sections.map(\.name) == ["", ".text", ".strtab", ".symtab", ".rela.text", ".bss", ".shstrtab"])
        let relocations = object.sections[1].relocations
        // Sorted by offset; at one offset the file's order stays.
        #expect(relocations.map(\.offset) == [0, 0, 8])
        #expect(relocations.map(\.type) == [.R_RISCV_PCREL_HI20, .R_RISCV_RELAX, .R_RISCV_CALL_PLT])
        #expect(relocations.map(\.addend) == [-3, 0, 0])
        #expect(object.symbols.map(\.name) == ["", "fn"])
        #expect(object.symbols[1].place == .section(1) && object.symbols[1].offset == 8)
        #expect(object.sections[5].byteCount == 4 && object.sections[5].contents.isEmpty)
    }

    /// Patches of single bytes of the file header, and the whole text of the error.
    @Test(
        arguments: [
            (0, 0x7e, "bad.o: expected an ELF file, found a file that starts with bytes 7e 45 4c 46"),
            (
                4, 1,
                "bad.o: ELF header: expected a 64-bit file (rv64emac), found a 32-bit one; compile with "
                    + "--target=riscv64-unknown-none-elf -march=rv64emac_zbb_xtheadcondmov -mabi=lp64e"
            ),
            (4, 3, "bad.o: ELF header: expected class 2 (64-bit), found 3"),
            (5, 0, "bad.o: ELF header: expected byte order 1 (little-endian), found 0"),
            (6, 2, "bad.o: ELF header: expected ELF version 1, found 2"),
            (7, 9, "bad.o: ELF header: expected OS ABI 0 (System V) or 3 (GNU), found 9"),
            (
                18, 62,
                "bad.o: ELF header: expected RISC-V, found x86-64; compile with "
                    + "--target=riscv64-unknown-none-elf -march=rv64emac_zbb_xtheadcondmov -mabi=lp64e"
            ),
            (16, 4, "bad.o: ELF header: expected an object, an executable or a shared object, found a core dump"),
            (20, 0, "bad.o: ELF header: expected ELF version 1, found 0"),
            (52, 52, "bad.o: ELF header: expected a file header of 64 bytes, found 52"),
            (58, 40, "bad.o: ELF header: expected section headers of 64 bytes, found 40"),
            (62, 1, "bad.o: ELF header: table of section names is section 1, which is not a string table"),
            (62, 9, "bad.o: ELF header: table of section names is section 9, which is not a string table"),
        ] as [(Int, UInt64, String)])
    func headerLies(offset: Int, value: UInt64, text: String) {
        #expect(failure(Self.small.patching(at: offset, value, byteCount: 1))?.description == text)
    }

    @Test func bigEndian() {
        var bytes = Self.small.bytes
        bytes[5] = 2
        (bytes[18], bytes[19]) = (bytes[19], bytes[18])
        #expect(failure(bytes)?.kind == .bigEndian)
        (bytes[18], bytes[19]) = (0, 20)
        #expect(failure(bytes)?.kind == .wrongMachine(found: "PowerPC"))
    }

    @Test func otherFiles() {
        #expect(failure([])?.description == "bad.o: expected an ELF file, found an empty file")
        #expect(failure(Array("!<arch>\n".utf8))?.description.contains("archive") == true)
        #expect(failure([0x42, 0x43, 0xc0, 0xde, 0])?.description.contains("bitcode") == true)
        #expect(failure(Array("PVM\0".utf8))?.description.contains("already linked") == true)
    }

    @Test func sectionTableLies() {
        let file = Self.small
        #expect(failure(file.patching(at: 40, 0, byteCount: 8))?.kind == .noSectionHeaders)
        for offset: UInt64 in [UInt64(file.bytes.count) - 1, UInt64(file.bytes.count), 1 << 60, .max, .max - 63] {
            guard
                case .outsideFile(what: "section header table", _, _, _)? = failure(
                    file.patching(at: 40, offset, byteCount: 8))?.kind
            else {
                Issue.record("table at \(offset) accepted")
                continue
            }
        }
        #expect(failure(file.patching(at: 60, 0xfeff, byteCount: 2)) != nil)
        // A number of 0 moves the count to the null section, where it may be anything.
        for count: UInt64 in [0, 8, 1 << 32, 1 << 58, 1 << 60, .max] {
            var bytes = file.patching(at: 60, 0, byteCount: 2)
            for index in 0..<8 {
                bytes[file.headersOffset + ELFBuilder.Field.byteCount.rawValue + index] =
                    UInt8(truncatingIfNeeded: count >> (8 * UInt64(index)))
            }
            #expect(failure(bytes) != nil, "\(count) sections")
        }
    }

    @Test func sectionLies() {
        let file = Self.small
        let size = file.bytes.count
        func kind(_ section: Int, _ field: ELFBuilder.Field, _ value: UInt64) -> ELFError.Kind? {
            failure(file.patching(section, field, value))?.kind
        }
        for byteCount: UInt64 in [UInt64(size), 1 << 60, 1 << 63, .max] {
            #expect(
                kind(1, .byteCount, byteCount)
                    == .outsideFile(what: "contents", offset: 64, byteCount: byteCount, fileByteCount: size))
        }
        #expect(
            kind(1, .offset, .max) == .outsideFile(what: "contents", offset: .max, byteCount: 16, fileByteCount: size))
        #expect(kind(1, .byteCount, 24) == .overlappingContents(with: "section 1"))
        #expect(kind(1, .address, .max) == .addressOverflow(address: .max, byteCount: 16))
        #expect(kind(1, .alignment, 3) == .badAlignment(3))
        #expect(kind(1, .alignment, 1 << 63) == .badAlignment(1 << 63))
        #expect(kind(1, .alignment, 0) == nil)
        #expect(kind(1, .flags, 0x802) == .compressedAllocated)
        #expect(kind(1, .name, 9999) == .badNameOffset(offset: 9999, tableByteCount: 49))
        #expect(kind(5, .byteCount, 1 << 60) == .sectionTooLarge(byteCount: 1 << 60, limit: 1 << 32))
        #expect(kind(5, .byteCount, 1 << 32) == nil)

        #expect(
            kind(3, .link, 1) == .badSectionLink(what: "table of symbol names", index: 1, expected: "a string table"))
        #expect(
            kind(3, .link, 99) == .badSectionLink(what: "table of symbol names", index: 99, expected: "a string table"))
        #expect(kind(3, .entryByteCount, 0) == .wrongEntryByteCount(entry: "symbols", found: 0, expected: 24))
        #expect(kind(3, .byteCount, 47) == .partialEntry(byteCount: 47, entryByteCount: 24))
        #expect(kind(4, .entryByteCount, 0) == .wrongEntryByteCount(entry: "relocations", found: 0, expected: 24))
        #expect(kind(4, .byteCount, 71) == .partialEntry(byteCount: 71, entryByteCount: 24))
        #expect(kind(4, .link, 1) == .badSectionLink(what: "table of symbols", index: 1, expected: "the symbol table"))
        #expect(
            kind(4, .link, 99) == .badSectionLink(what: "table of symbols", index: 99, expected: "the symbol table"))
        #expect(kind(4, .type, 9) == .relocationsWithoutAddend)
        #expect(kind(4, .type, 0x4000_0014) == .compactRelocations)
        #expect(kind(4, .type, 2) == .severalSymbolTables(first: 3))
        // Relocations for nothing and for the dynamic linker are none of ours.
        for (field, value) in [(ELFBuilder.Field.info, UInt64(0)), (.info, 99), (.flags, 2)] {
            let bytes = file.patching(4, field, value)
            #expect((try? ELFObject(parsing: bytes, name: "bad.o"))?.sections[1].relocations.isEmpty == true)
        }
        // Into a section without bytes nothing can be patched.
        #expect(
            kind(4, .info, 5) == .relocationOutside(type: .R_RISCV_CALL_PLT, offset: 8, section: ".bss"))
    }

    @Test func symbolLies() {
        /// The small file with another symbol in place of its only one.
        func kind(name: UInt32 = 1, section: UInt16, strings: [UInt8] = [0, 0x66, 0x6e, 0]) -> ELFError.Kind? {
            var sections = Self.small.sections
            sections[1].contents = strings
            sections[2].contents = ELFBuilder.symbol(info: 0) + ELFBuilder.symbol(name: name, section: section)
            return failure(ELFBuilder(sections).bytes)?.kind
        }
        #expect(kind(section: 1) == nil)
        #expect(kind(section: 7) == .badSymbolSection(7))
        #expect(kind(section: 0xff00) == .badSymbolSection(0xff00))
        #expect(kind(section: 0xffff) == .missingExtendedIndex)
        #expect(kind(name: 4, section: 1) == .badNameOffset(offset: 4, tableByteCount: 4))
        #expect(kind(name: .max, section: 1) == .badNameOffset(offset: Int(UInt32.max), tableByteCount: 4))
        #expect(kind(section: 1, strings: [0, 0x66, 0x6e]) == .unterminatedName(offset: 1))
    }

    @Test func relocationLies() {
        func kind(_ relocation: [UInt8], type: UInt16 = 1) -> ELFError.Kind? {
            var sections = Self.small.sections
            sections[0].address = type == 1 ? 0 : 0x10000
            sections[3].contents = relocation
            return failure(ELFBuilder(type: type, sections).bytes)?.kind
        }
        func relocation(_ offset: UInt64, _ type: RelocationType, _ symbol: UInt64 = 1) -> [UInt8] {
            ELFBuilder.relocation(offset: offset, type: type, symbol: symbol)
        }
        #expect(kind(relocation(8, .R_RISCV_64)) == nil)
        #expect(kind(relocation(16, .R_RISCV_RELAX)) == nil)
        #expect(kind(relocation(0, .R_RISCV_64, 2)) == .badRelocationSymbol(2, symbolCount: 2))
        #expect(
            kind(relocation(0, .R_RISCV_64, 0xffff_ffff)) == .badRelocationSymbol(Int(UInt32.max), symbolCount: 2))
        for offset: UInt64 in [9, 16, 17, 1 << 60, .max] {
            #expect(
                kind(relocation(offset, .R_RISCV_64))
                    == .relocationOutside(type: .R_RISCV_64, offset: offset, section: ".text"))
        }
        // In an executable offsets are addresses.
        #expect(kind(relocation(0x10008, .R_RISCV_64), type: 2) == nil)
        for offset: UInt64 in [8, 0xffff, 0x10009] {
            #expect(
                kind(relocation(offset, .R_RISCV_64), type: 2)
                    == .relocationOutside(type: .R_RISCV_64, offset: offset, section: ".text"))
        }
    }

    /// Symbols that each name another tail of one long string would cost the square of the file's size.
    @Test func overlappingNamesAreLimited() {
        let length = 1 << 20
        var sections = Self.small.sections
        sections[1].contents = [0] + [UInt8](repeating: 0x61, count: length) + [0]
        var symbols = ELFBuilder.symbol(info: 0)
        for index in 0..<UInt32(2000) { symbols += ELFBuilder.symbol(name: 1 + index, section: 1) }
        sections[2].contents = symbols
        sections[3].contents = []
        guard case .namesTooLong? = failure(ELFBuilder(sections).bytes)?.kind else {
            Issue.record("accepted")
            return
        }
        // The same name any number of times is one string.
        symbols = ELFBuilder.symbol(info: 0)
        for _ in 0..<2000 { symbols += ELFBuilder.symbol(name: 1, section: 1) }
        sections[2].contents = symbols
        #expect(failure(ELFBuilder(sections).bytes) == nil)
    }

    /// As many relocation sections as a file can have, all for one section, each cost what they hold.
    @Test(.timeLimit(.minutes(1))) func manyRelocationSections() throws {
        var sections = Self.small.sections
        sections += [SectionSketch](repeating: sections[3], count: 50_000)
        let object = try ELFObject(parsing: ELFBuilder(sections).bytes, name: "many.o")
        #expect(object.sections[1].relocations.count == 3 * 50_001)
    }

    /// A section number in the extended table is checked like any other, and a short table is noticed.
    @Test func extendedIndexLies() {
        func kind(_ numbers: [UInt32]) -> ELFError.Kind? {
            var sections = Self.small.sections
            sections[2].contents = ELFBuilder.symbol(info: 0) + ELFBuilder.symbol(name: 1, section: 0xffff)
            sections.append(
                SectionSketch(
                    name: ".symtab_shndx", type: 18, contents: numbers.flatMap { ELFBuilder.little($0) }, link: 3,
                    alignment: 4, entryByteCount: 4))
            return failure(ELFBuilder(sections).bytes)?.kind
        }
        #expect(kind([0, 1]) == nil)
        #expect(kind([0, 99]) == .badSymbolSection(99))
        #expect(kind([0, .max]) == .badSymbolSection(Int(UInt32.max)))
        #expect(kind([0, 0]) == .missingExtendedIndex)
        #expect(kind([0]) == .missingExtendedIndex)
        #expect(kind([]) == .missingExtendedIndex)
    }

    @Test func objectOfTheHost() throws {
        let workshop = try Workshop()
        try workshop.write(Array("int f;".utf8), to: "f.c")
        try workshop.run("clang", ["--target=x86_64-unknown-linux-gnu", "-c", "f.c", "-o", "f.o"])
        let bytes = try workshop.read("f.o")
        #expect(failure(bytes)?.kind == .wrongMachine(found: "x86-64"))
    }
}
