// A parsed ELF file as plain values: sections with their bytes and relocations, and the symbol table.
//
// Everything an index or an offset in these types refers to exists: the reader has checked it against the file. What
// the contents mean, and whether a guest may have them, is for the linker to decide.

/// A parsed 64-bit little-endian RISC-V ELF file.
package struct ELFObject: Sendable {
    package enum Kind: Sendable { case relocatable, executable, sharedObject }

    /// The name of the file, for messages.
    package let name: String
    package let kind: Kind
    /// Indexed by section header index; number 0 is the null section.
    package let sections: [ELFSection]
    /// Indexed by symbol table index; number 0 is the null symbol, which is there even if the file has no symbol table.
    package let symbols: [ELFSymbol]

    /// The size of the largest file that is read: 1 GiB.
    ///
    /// The memory of a guest is 4 GiB in all and its data must lie in the lower half; the rest is room for debug
    /// information. Reading takes memory for a few times the size of the file.
    package static let maximumByteCount = 1 << 30
}

/// A section of an ELF file.
package struct ELFSection: Sendable {
    /// The position in the section header table.
    package let index: Int
    /// Bytes that are not UTF-8 are replaced.
    package let name: String
    /// One of `SHT_*`.
    package let type: UInt32
    /// A set of `SHF_*`.
    package let flags: UInt64
    /// Where the section begins; 0 in a relocatable file.
    ///
    /// Address plus byte count does not overflow.
    package let address: UInt64
    /// At most `maximumByteCount`.
    package let byteCount: Int
    /// At least 1, a power of two, at most `maximumByteCount`.
    package let alignment: Int
    /// The bytes: `byteCount` of them, or none for `SHT_NOBITS`.
    ///
    /// Those of a compressed section are still compressed.
    package let contents: [UInt8]
    /// The entries of all relocation sections that apply, sorted by offset; those at one offset are in file order.
    ///
    /// The field that a type patches (`RelocationType.fieldByteCount`) lies inside the section. A compressed section
    /// has none, because the offsets refer to contents that are not there.
    package let relocations: [ELFRelocation]

    /// The largest section and the largest alignment: 4 GiB, the whole address space of a guest.
    package static let maximumByteCount = 1 << 32

    package var isAllocated: Bool { flags & Self.flagAllocated != 0 }
    package var isWritable: Bool { flags & Self.flagWritable != 0 }
    package var isExecutable: Bool { flags & Self.flagExecutable != 0 }
    package var isCompressed: Bool { flags & Self.flagCompressed != 0 }
    /// False for the null section and for sections that occupy no space in the file.
    package var hasContents: Bool { type != Self.typeNull && type != Self.typeNoBits }
}

/// A relocation: the instruction to patch a place with the value of a symbol.
package struct ELFRelocation: Sendable {
    /// In bytes from the start of the section, in all kinds of file.
    package let offset: Int
    package let type: RelocationType
    /// Index into `ELFObject.symbols`.
    package let symbol: Int
    package let addend: Int64
}

/// An entry of the symbol table.
package struct ELFSymbol: Sendable {
    package enum Place: Sendable, Equatable {
        case undefined, absolute, common
        /// The index into `ELFObject.sections`.
        case section(Int)
    }

    /// The name; for section symbols (`STT_SECTION`) that of the section.
    ///
    /// Bytes that are not UTF-8 are replaced.
    package let name: String
    package let place: Place
    /// In bytes from the start of the section, or the plain value if the place is not a section.
    ///
    /// It may lie outside the section, as symbols that a linker script defines do. The value of a thread-local symbol
    /// stays as it is.
    package let offset: Int64
    package let byteCount: UInt64
    /// One of `STT_*`.
    package let type: UInt8
    /// One of `STB_*`.
    package let binding: UInt8

    package var isWeak: Bool { binding == Self.bindingWeak }
    package var isThreadLocal: Bool { type == Self.typeThreadLocal }
}
