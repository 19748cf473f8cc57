// The only file that talks to libelf, and the only one of this module with unsafe code.
//
// libelf converts the tables of the file (header, section headers, symbols, relocations) into values; the bytes of the
// sections are not asked from it. It is opened over a private copy of the file, because it may write to the memory it
// is given, and every pointer it hands out dies with the descriptor: none leaves this file. Callers have checked that a
// table lies inside the file before they ask for it; libelf checks again, and its failures become nil.

import CElf

/// An open libelf descriptor over a copy of a file in memory; both go away with the value.
@safe
struct LibELF: ~Copyable {
    private let image: UnsafeMutableRawBufferPointer
    private let descriptor: OpaquePointer

    /// `elf_version` must come before anything else, and it writes a global: once for the process is enough.
    private static let isReady: Bool = elf_version(UInt32(EV_CURRENT)) != UInt32(EV_NONE)

    /// Opens a file whose header has been checked; nil if libelf does not recognise it.
    init?(copying bytes: [UInt8]) {
        guard Self.isReady else { return nil }
        // Aligned for every structure of the format, so that libelf reads tables at aligned offsets in place.
        let image = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
        unsafe image.copyBytes(from: bytes)
        guard
            // SAFETY: the descriptor looks into `image`, which is freed after `elf_end` or right here.
            let start = image.baseAddress,
            let descriptor = unsafe elf_memory(start.assumingMemoryBound(to: CChar.self), image.count)
        else {
            unsafe image.deallocate()
            return nil
        }
        unsafe self.image = unsafe image
        unsafe self.descriptor = unsafe descriptor
    }

    deinit {
        _ = unsafe elf_end(descriptor)
        unsafe image.deallocate()
    }

    /// Why the last call on this thread failed.
    static var lastMessage: String {
        guard let text = unsafe elf_errmsg(-1) else { return "unknown failure" }
        return unsafe String(cString: text)
    }

    /// The number of section headers, also if it is too large for the file header.
    func sectionCount() -> Int? {
        var count = 0
        return unsafe elf_getshdrnum(descriptor, &count) == 0 ? count : nil
    }

    /// The index of the section that holds the names of sections, also if it is too large for the file header.
    func sectionNameTable() -> Int? {
        var index = 0
        return unsafe elf_getshdrstrndx(descriptor, &index) == 0 ? index : nil
    }

    func header() -> GElf_Ehdr? {
        var header = GElf_Ehdr()
        return unsafe gelf_getehdr(descriptor, &header) == nil ? nil : header
    }

    func sectionHeader(_ index: Int) -> GElf_Shdr? {
        var header = GElf_Shdr()
        guard let section = unsafe elf_getscn(descriptor, index), unsafe gelf_getshdr(section, &header) != nil else {
            return nil
        }
        return header
    }

    /// The entries of a symbol table.
    ///
    /// - Parameters:
    ///   - index: The symbol table.
    ///   - count: How many entries the section has.
    ///   - extended: The section with the section numbers that do not fit into the entries, if there is one.
    /// - Returns: Each entry with its number in the extended table, 0 if it has none there; nil if libelf refuses a
    ///   table or an entry.
    func symbols(ofSection index: Int, count: Int, extended: Int?) -> [(entry: GElf_Sym, extendedSection: Int)]? {
        guard let table = unsafe data(ofSection: index) else { return nil }
        var extendedTable: UnsafeMutablePointer<Elf_Data>?
        if let extended {
            unsafe extendedTable = unsafe data(ofSection: extended)
            if unsafe extendedTable == nil { return nil }
        }
        var result: [(entry: GElf_Sym, extendedSection: Int)] = []
        result.reserveCapacity(count)
        for position in 0..<count {
            var entry = GElf_Sym()
            var number: Elf32_Word = 0
            // SAFETY: both tables are alive as long as the descriptor, and libelf checks the position against them.
            // It fails for an entry beyond a shorter extended table: that one is read without it.
            if unsafe gelf_getsymshndx(table, extendedTable, Int32(position), &entry, &number) == nil {
                number = 0
                guard unsafe gelf_getsym(table, Int32(position), &entry) != nil else { return nil }
            }
            result.append((entry, Int(number)))
        }
        return result
    }

    /// The entries of a section of relocations with addend.
    func relocations(ofSection index: Int, count: Int) -> [GElf_Rela]? {
        guard let table = unsafe data(ofSection: index) else { return nil }
        var result: [GElf_Rela] = []
        result.reserveCapacity(count)
        for position in 0..<count {
            var entry = GElf_Rela()
            // SAFETY: the table is alive as long as the descriptor, and libelf checks the position against it.
            guard unsafe gelf_getrela(table, Int32(position), &entry) != nil else { return nil }
            result.append(entry)
        }
        return result
    }

    private func data(ofSection index: Int) -> UnsafeMutablePointer<Elf_Data>? {
        guard let section = unsafe elf_getscn(descriptor, index) else { return nil }
        return unsafe elf_getdata(section, nil)
    }
}
