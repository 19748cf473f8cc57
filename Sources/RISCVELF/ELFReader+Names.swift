// Names: of sections, and the string tables that names of sections and symbols are read from.

import CElf

/// The section headers with their names, as the later steps of reading use them.
struct SectionTables {
    let headers: [GElf_Shdr]
    let names: [String]

    func place(_ index: Int) -> ELFError.Place { .section(index: index, name: names[index]) }
}

/// A string table: names are read from it by offset, each one once.
///
/// Linkers let names share their ends, and a hostile file may let every symbol name a long string at another offset.
/// So the bytes read in all are limited by the size of the table.
struct StringTable {
    /// How many times the size of the table all different names together may have.
    static let sharingLimit = 16
    /// What small tables may use anyway.
    static let minimumLimit = 1 << 16

    private let bytes: ArraySlice<UInt8>
    private var known: [Int: String] = [:]
    private var readByteCount = 0
    private var limit: Int { max(Self.minimumLimit, bytes.count * Self.sharingLimit) }

    init(bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// The bytes from an offset up to the next zero byte.
    ///
    /// Offset 0 is the empty name, even of an empty table.
    mutating func name(at offset: Int) throws(Failure) -> String {
        if offset == 0 { return "" }
        if let name = known[offset] { return name }
        guard offset < bytes.count else {
            throw Failure(kind: .badNameOffset(offset: offset, tableByteCount: bytes.count))
        }
        let rest = bytes[(bytes.startIndex + offset)...].prefix(limit - readByteCount + 1)
        guard let end = rest.firstIndex(of: 0) else {
            guard rest.endIndex == bytes.endIndex else {
                throw Failure(kind: .namesTooLong(byteCount: readByteCount + rest.count, limit: limit))
            }
            throw Failure(kind: .unterminatedName(offset: offset))
        }
        let name = String(decoding: rest[..<end], as: UTF8.self)
        // The zero counts as well: otherwise empty names at different offsets would cost nothing.
        readByteCount += end - rest.startIndex + 1
        known[offset] = name
        return name
    }

    /// What is wrong with a name; the reader knows whose name it is.
    struct Failure: Error {
        let kind: ELFError.Kind
    }
}

extension ELFReader {
    func names(ofSections headers: [GElf_Shdr], table: Int?) throws(ELFError) -> [String] {
        guard let table else { throw failure(.header, .library(LibELF.lastMessage)) }
        // 0 says that sections have no names.
        if table == 0 { return headers.map { _ in "" } }
        var strings = try stringTable(
            table, headers, wantedBy: .header, as: "table of section names")
        var names: [String] = []
        names.reserveCapacity(headers.count)
        for (index, header) in headers.enumerated() {
            do throws(StringTable.Failure) {
                names.append(try strings.name(at: Int(header.sh_name)))
            } catch {
                throw failure(.section(index: index, name: ""), error.kind)
            }
        }
        return names
    }

    func stringTable(
        _ index: Int, _ headers: [GElf_Shdr], wantedBy place: ELFError.Place, as what: String
    ) throws(ELFError) -> StringTable {
        guard headers.indices.contains(index), headers[index].sh_type == ELFSection.typeStringTable,
            headers[index].sh_flags & ELFSection.flagCompressed == 0
        else {
            throw failure(place, .badSectionLink(what: what, index: index, expected: "a string table"))
        }
        let header = headers[index]
        return StringTable(bytes: header.occupiesFile ? bytes[header.fileRange] : [])
    }
}
