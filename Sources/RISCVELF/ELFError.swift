// What can be wrong with an ELF file, and the text that says so. All texts of this module are here.

/// An ELF file that can not be read as a guest.
package struct ELFError: Error, Equatable, CustomStringConvertible {
    /// The part of the file that is wrong.
    package enum Place: Equatable, Sendable {
        case file
        case header
        /// A section without a readable name has an empty one.
        case section(index: Int, name: String)
        case symbol(index: Int, name: String)
        /// An entry of the named relocation section.
        case relocation(index: Int, section: String)
    }

    package enum Kind: Equatable, Sendable {
        case tooLarge(byteCount: Int, limit: Int)
        case notELF(found: String)
        case truncatedHeader(byteCount: Int)
        case wrongMachine(found: String)
        case not64Bit
        case unknownClass(UInt8)
        case bigEndian
        case unknownByteOrder(UInt8)
        case unknownVersion(UInt32)
        case unsupportedOSABI(UInt8)
        case unsupportedType(found: String)
        case wrongEntryByteCount(entry: String, found: Int, expected: Int)
        case noSectionHeaders
        /// A table or the contents of a section lie at least partly behind the end of the file.
        case outsideFile(what: String, offset: UInt64, byteCount: UInt64, fileByteCount: Int)
        case addressOverflow(address: UInt64, byteCount: UInt64)
        case sectionTooLarge(byteCount: UInt64, limit: Int)
        case badAlignment(UInt64)
        case overlappingContents(with: String)
        case compressedAllocated
        case badSectionLink(what: String, index: Int, expected: String)
        case partialEntry(byteCount: Int, entryByteCount: Int)
        case badNameOffset(offset: Int, tableByteCount: Int)
        case unterminatedName(offset: Int)
        case namesTooLong(byteCount: Int, limit: Int)
        case severalSymbolTables(first: Int)
        case badSymbolSection(Int)
        case missingExtendedIndex
        case relocationsWithoutAddend
        case compactRelocations
        case badRelocationSymbol(Int, symbolCount: Int)
        /// The offset is the value in the file: an address except in relocatable files.
        case relocationOutside(type: RelocationType, offset: UInt64, section: String)
        case library(String)
    }

    /// The name of the file.
    package let file: String
    package let place: Place
    package let kind: Kind

    package var description: String {
        let position =
            switch place {
            case .file: ""
            case .header: "ELF header: "
            case .section(let index, ""): "section \(index): "
            case .section(let index, let name): "section \(index) (\(name)): "
            case .symbol(let index, ""): "symbol \(index): "
            case .symbol(let index, let name): "symbol \(index) (\(name)): "
            case .relocation(let index, let section): "relocation \(index) of \(section): "
            }
        return "\(file): \(position)\(kind.message)"
    }
}

extension ELFError.Kind {
    private static let howToCompile = "compile with --target=riscv64-unknown-none-elf \(guestCompilerOptions)"

    fileprivate var message: String {
        switch self {
        case .tooLarge(let byteCount, let limit): "file has \(byteCount) bytes, the limit is \(limit)"
        case .notELF(let found): "expected an ELF file, found \(found)"
        case .truncatedHeader(let byteCount):
            "expected a header of \(FileHeader.byteCount) bytes, the file ends after \(byteCount)"
        case .wrongMachine(let found): "expected RISC-V, found \(found); \(Self.howToCompile)"
        case .not64Bit: "expected a 64-bit file (rv64emac), found a 32-bit one; \(Self.howToCompile)"
        case .unknownClass(let value): "expected class 2 (64-bit), found \(value)"
        case .bigEndian: "expected little-endian RISC-V, found big-endian; \(Self.howToCompile)"
        case .unknownByteOrder(let value): "expected byte order 1 (little-endian), found \(value)"
        case .unknownVersion(let value): "expected ELF version 1, found \(value)"
        case .unsupportedOSABI(let value): "expected OS ABI 0 (System V) or 3 (GNU), found \(value)"
        case .unsupportedType(let found): "expected an object, an executable or a shared object, found \(found)"
        case .wrongEntryByteCount(let entry, let found, let expected):
            "expected \(entry) of \(expected) bytes, found \(found)"
        case .noSectionHeaders: "no section headers; link without stripping them"
        case .outsideFile(let what, let offset, let byteCount, let fileByteCount):
            "\(what) at \(hex(offset)) with \(byteCount) bytes reaches behind the end of the file "
                + "(\(fileByteCount) bytes)"
        case .addressOverflow(let address, let byteCount):
            "address \(hex(address)) plus \(byteCount) bytes does not fit into 64 bits"
        case .sectionTooLarge(let byteCount, let limit):
            "\(byteCount) bytes are more than a guest can address (\(limit))"
        case .badAlignment(let alignment):
            "expected an alignment that is a power of two up to \(ELFSection.maximumByteCount), found \(alignment)"
        case .overlappingContents(let other): "contents overlap those of \(other) in the file"
        case .compressedAllocated: "a section that is loaded can not be compressed"
        case .badSectionLink(let what, let index, let expected):
            "\(what) is section \(index), which is not \(expected)"
        case .partialEntry(let byteCount, let entryByteCount):
            "\(byteCount) bytes are not a whole number of entries of \(entryByteCount) bytes"
        case .badNameOffset(let offset, let tableByteCount):
            "name at offset \(hex(UInt64(offset))) of a string table of \(tableByteCount) bytes"
        case .unterminatedName(let offset): "name at string table offset \(hex(UInt64(offset))) has no end"
        case .namesTooLong(let byteCount, let limit):
            "names in one string table add up to \(byteCount) bytes or more, the limit for its size is \(limit)"
        case .severalSymbolTables(let first): "second symbol table, the first is section \(first)"
        case .badSymbolSection(let index): "defined in section \(index), which does not exist"
        case .missingExtendedIndex: "section number is missing in the table of extended indices"
        case .relocationsWithoutAddend:
            "relocations without addend (SHT_REL) are not used on RISC-V; expected SHT_RELA"
        case .compactRelocations: "compact relocations (SHT_CREL) are not supported; assemble without --crel"
        case .badRelocationSymbol(let symbol, let symbolCount):
            "refers to symbol \(symbol), the file has \(symbolCount)"
        case .relocationOutside(let type, let offset, let section):
            "\(type) at \(hex(offset)) patches bytes outside of section \(section)"
        case .library(let text): "libelf: \(text)"
        }
    }

    private func hex(_ value: UInt64) -> String { "0x\(String(value, radix: 16))" }
}
