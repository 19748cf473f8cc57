// The symbol table, and the relocations that refer to it.

import CElf

extension ELFReader {
    func symbols(
        _ library: borrowing LibELF, _ tables: SectionTables, _ kind: ELFObject.Kind
    ) throws(ELFError) -> [ELFSymbol] {
        guard let index = try symbolTable(tables) else { return [.null] }
        let header = tables.headers[index]
        let count = try entryCount(tables, index, entryByteCount: FileHeader.symbolByteCount, "symbols")
        guard count > 0 else { return [.null] }
        var strings = try stringTable(
            Int(header.sh_link), tables.headers, wantedBy: tables.place(index), as: "table of symbol names")
        guard
            let entries = library.symbols(
                ofSection: index, count: count, extended: try extendedIndices(tables, of: index))
        else { throw failure(tables.place(index), .library(LibELF.lastMessage)) }

        // Symbol 0 is null whatever its entry says.
        var symbols: [ELFSymbol] = [.null]
        symbols.reserveCapacity(count)
        for (index, (entry, extendedSection)) in entries.enumerated().dropFirst() {
            var name: String
            do throws(StringTable.Failure) {
                name = try strings.name(at: Int(entry.st_name))
            } catch {
                throw failure(.symbol(index: index, name: ""), error.kind)
            }
            let place: ELFSymbol.Place
            switch Int(entry.st_shndx) {
            case SpecialSection.undefined: place = .undefined
            case SpecialSection.absolute: place = .absolute
            case SpecialSection.common: place = .common
            case SpecialSection.extended where extendedSection == 0:
                throw failure(.symbol(index: index, name: name), .missingExtendedIndex)
            case SpecialSection.extended: place = .section(extendedSection)
            case let section: place = .section(section)
            }
            let type = entry.st_info & 15
            var value = entry.st_value
            if case .section(let section) = place {
                // Also refuses the reserved numbers in files with fewer sections, which are all but a few.
                guard section < tables.headers.count,
                    section < SpecialSection.firstReserved || Int(entry.st_shndx) == SpecialSection.extended
                else { throw failure(.symbol(index: index, name: name), .badSymbolSection(section)) }
                if type == ELFSymbol.typeSection { name = tables.names[section] }
                if kind != .relocatable, type != ELFSymbol.typeThreadLocal {
                    value &-= tables.headers[section].sh_addr
                }
            }
            symbols.append(
                ELFSymbol(
                    name: name, place: place, offset: Int64(bitPattern: value), byteCount: entry.st_size, type: type,
                    binding: entry.st_info >> 4))
        }
        return symbols
    }

    /// The only symbol table that counts.
    ///
    /// That of dynamic linking repeats a part of it.
    private func symbolTable(_ tables: SectionTables) throws(ELFError) -> Int? {
        let candidates = tables.headers.indices.filter { tables.headers[$0].sh_type == ELFSection.typeSymbolTable }
        if candidates.count > 1 {
            throw failure(tables.place(candidates[1]), .severalSymbolTables(first: candidates[0]))
        }
        return candidates.first
    }

    /// The section with the section numbers that do not fit into the symbol table's entries.
    private func extendedIndices(_ tables: SectionTables, of symbolTable: Int) throws(ELFError) -> Int? {
        for (index, header) in tables.headers.enumerated()
        where header.sh_type == ELFSection.typeExtendedIndices && Int(header.sh_link) == symbolTable {
            return try entryCount(tables, index, entryByteCount: 4, "section numbers") > 0 ? index : nil
        }
        return nil
    }

    /// Checks that a section is an array of entries of the right size.
    private func entryCount(
        _ tables: SectionTables, _ index: Int, entryByteCount: Int, _ what: String
    ) throws(ELFError) -> Int {
        let header = tables.headers[index]
        // What libelf would decompress is not what has been checked.
        guard header.sh_flags & ELFSection.flagCompressed == 0 else {
            throw failure(
                tables.place(index),
                .badSectionLink(what: "table of \(what)", index: index, expected: "stored uncompressed"))
        }
        guard header.sh_entsize == UInt64(entryByteCount) else {
            throw failure(
                tables.place(index),
                .wrongEntryByteCount(
                    entry: what, found: Int(clamping: header.sh_entsize), expected: entryByteCount))
        }
        let byteCount = Int(header.sh_size)
        guard byteCount.isMultiple(of: entryByteCount) else {
            throw failure(tables.place(index), .partialEntry(byteCount: byteCount, entryByteCount: entryByteCount))
        }
        return byteCount / entryByteCount
    }
}

extension ELFSymbol {
    fileprivate static let null = ELFSymbol(
        name: "", place: .undefined, offset: 0, byteCount: 0, type: typeNone, binding: bindingLocal)
}

// MARK: - Relocations

extension ELFReader {
    /// The relocations by the section that they patch, each list sorted by offset.
    ///
    /// Those for the dynamic linker (they are allocated) repeat others and are skipped. Those for no section patch
    /// nothing. Those of `.eh_frame` are skipped too: linkers merge and drop its records, and as a guest has no use for
    /// that section, nothing in it may fail the link.
    func relocations(
        _ library: borrowing LibELF, _ tables: SectionTables, _ kind: ELFObject.Kind, symbolCount: Int
    ) throws(ELFError) -> [Int: [ELFRelocation]] {
        var result: [Int: [ELFRelocation]] = [:]
        for (index, header) in tables.headers.enumerated() {
            let target = Int(header.sh_info)
            guard header.sh_flags & ELFSection.flagAllocated == 0, target > 0, target < tables.headers.count,
                tables.headers[target].sh_flags & ELFSection.flagCompressed == 0, tables.names[target] != ".eh_frame"
            else { continue }
            switch header.sh_type {
            case ELFSection.typeRelocations: throw failure(tables.place(index), .relocationsWithoutAddend)
            case ELFSection.typeCompactRelocations: throw failure(tables.place(index), .compactRelocations)
            case ELFSection.typeRelocationsWithAddend: break
            default: continue
            }
            let count = try entryCount(
                tables, index, entryByteCount: FileHeader.relocationByteCount, "relocations")
            guard count > 0 else { continue }
            let link = Int(header.sh_link)
            guard link < tables.headers.count, tables.headers[link].sh_type == ELFSection.typeSymbolTable else {
                throw failure(
                    tables.place(index),
                    .badSectionLink(what: "table of symbols", index: link, expected: "the symbol table"))
            }
            guard let entries = library.relocations(ofSection: index, count: count) else {
                throw failure(tables.place(index), .library(LibELF.lastMessage))
            }
            var list = result.removeValue(forKey: target) ?? []
            // Not for a second section: reserving exactly would copy the list once for each of a great many.
            if list.isEmpty { list.reserveCapacity(count) }
            for (position, entry) in entries.enumerated() {
                let place = ELFError.Place.relocation(index: position, section: tables.names[index])
                list.append(
                    try relocation(
                        entry, at: place, in: tables, section: target, kind: kind, symbolCount: symbolCount))
            }
            result[target] = list
        }
        return result.mapValues(Self.sortedByOffset)
    }

    private func relocation(
        _ entry: GElf_Rela, at place: ELFError.Place, in tables: SectionTables, section: Int, kind: ELFObject.Kind,
        symbolCount: Int
    ) throws(ELFError) -> ELFRelocation {
        let header = tables.headers[section]
        let type = RelocationType(rawValue: UInt32(truncatingIfNeeded: entry.r_info))
        let symbol = Int(entry.r_info >> 32)
        guard symbol < symbolCount else {
            throw failure(place, .badRelocationSymbol(symbol, symbolCount: symbolCount))
        }
        // An address below the section wraps around to an offset far behind its end.
        let offset = kind == .relocatable ? entry.r_offset : entry.r_offset &- header.sh_addr
        let available = header.sh_type == ELFSection.typeNoBits && type.fieldByteCount > 0 ? 0 : header.sh_size
        guard offset <= available, UInt64(type.fieldByteCount) <= available - offset else {
            throw failure(
                place, .relocationOutside(type: type, offset: entry.r_offset, section: tables.names[section]))
        }
        return ELFRelocation(offset: Int(offset), type: type, symbol: symbol, addend: entry.r_addend)
    }

    /// Sorts without exchanging relocations at one offset, whose order has a meaning.
    private static func sortedByOffset(_ list: [ELFRelocation]) -> [ELFRelocation] {
        // Assemblers and linkers write them in order, so this is the usual case.
        if zip(list, list.dropFirst()).allSatisfy({ $0.offset <= $1.offset }) { return list }
        return list.enumerated()
            .sorted { ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset) }
            .map(\.element)
    }
}
