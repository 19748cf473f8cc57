// Numbers of the ELF format, in the width of the fields that hold them; the C header has them all as plain int.

extension ELFSection {
    package static let typeNull: UInt32 = 0
    package static let typeProgramBits: UInt32 = 1
    package static let typeSymbolTable: UInt32 = 2
    package static let typeStringTable: UInt32 = 3
    package static let typeRelocationsWithAddend: UInt32 = 4
    package static let typeHash: UInt32 = 5
    package static let typeDynamic: UInt32 = 6
    package static let typeNote: UInt32 = 7
    package static let typeNoBits: UInt32 = 8
    package static let typeRelocations: UInt32 = 9
    package static let typeDynamicSymbols: UInt32 = 11
    package static let typeInitArray: UInt32 = 14
    package static let typeFiniArray: UInt32 = 15
    package static let typePreinitArray: UInt32 = 16
    static let typeExtendedIndices: UInt32 = 18
    /// Relocations in the compact form that LLVM can write since version 20.
    static let typeCompactRelocations: UInt32 = 0x4000_0014
    package static let typeGNUHash: UInt32 = 0x6fff_fff6

    package static let flagWritable: UInt64 = 1
    package static let flagAllocated: UInt64 = 2
    package static let flagExecutable: UInt64 = 4
    package static let flagThreadLocal: UInt64 = 0x400
    package static let flagCompressed: UInt64 = 0x800
}

extension ELFSymbol {
    package static let typeNone: UInt8 = 0
    package static let typeObject: UInt8 = 1
    package static let typeFunction: UInt8 = 2
    package static let typeSection: UInt8 = 3
    package static let typeFile: UInt8 = 4
    package static let typeThreadLocal: UInt8 = 6

    package static let bindingLocal: UInt8 = 0
    package static let bindingGlobal: UInt8 = 1
    package static let bindingWeak: UInt8 = 2
}

/// The section numbers of symbols that name no section.
enum SpecialSection {
    static let undefined = 0
    static let firstReserved = 0xff00
    static let absolute = 0xfff1
    static let common = 0xfff2
    /// The number did not fit and stands in the table of extended indices.
    static let extended = 0xffff
}

/// The parts of the file header that the reader checks.
enum FileHeader {
    static let byteCount = 64
    static let sectionHeaderByteCount = 64
    static let symbolByteCount = 24
    static let relocationByteCount = 24

    static let magic: [UInt8] = [0x7f, 0x45, 0x4c, 0x46]
    static let machineRISCV: UInt16 = 243

    /// The names of machines that a user may have compiled for by mistake.
    static func machineName(_ machine: UInt16) -> String {
        switch machine {
        case 2, 43: "SPARC"
        case 3: "x86"
        case 8: "MIPS"
        case 20, 21: "PowerPC"
        case 22: "S/390"
        case 40: "ARM"
        case 50: "IA-64"
        case 62: "x86-64"
        case 183: "AArch64"
        case 247: "BPF"
        case 258: "LoongArch"
        default: "machine \(machine)"
        }
    }

    static func typeName(_ type: UInt16) -> String {
        switch type {
        case 0: "no file type"
        case 4: "a core dump"
        default: "file type \(type)"
        }
    }
}
