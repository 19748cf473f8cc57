// The sections of all input files under one numbering, each with its role (guest-abi.md 5).

import RISCVELF

/// What a section is for.
enum SectionRole: Hashable, Sendable {
    case code
    case readOnlyData
    case readWriteData
    case zeroData
    /// Export records of the packed form, `.polkavm_exports`.
    case exports
    /// Export records of the aligned form, `.pvm.exports`.
    case alignedExports
    /// Import records of the aligned form, `.pvm.imports`.
    case alignedImports
    /// Packed metadata that export and import records point to.
    case metadata
    case minimumStackSize
    /// Debug information, comments: not loaded. Nothing that is loaded may refer to it.
    case notLoaded
    /// Only dynamic loaders and unwinders would read it; its relocations do not count.
    case ignored
    /// Loaded, but nothing that the machine has a place for.
    case unsupported

    /// Whether the section is data of the program.
    var isData: Bool {
        switch self {
        case .readOnlyData, .readWriteData, .zeroData: true
        default: false
        }
    }

    /// What the section is in the guest's memory if the program refers to it, nil if it can not be loaded.
    ///
    /// A record that Swift attributes made is a variable as well, which the program may read.
    var whenLoaded: SectionRole? {
        switch self {
        case .readOnlyData, .alignedExports, .alignedImports, .minimumStackSize: .readOnlyData
        case .readWriteData, .zeroData: self
        default: nil
        }
    }
}

/// A section of one of the input files.
struct InputSection: Sendable {
    /// Which input file.
    let object: Int
    let elf: ELFSection
    let role: SectionRole
}

extension SectionRole {
    /// Classifies by name first, then by flags.
    init(of section: ELFSection) {
        if let named = Self.byExactName[section.name] {
            self = named
            return
        }
        guard section.isAllocated else {
            self = .notLoaded
            return
        }
        if section.flags & ELFSection.flagThreadLocal != 0 {
            self = .unsupported
            return
        }
        switch section.type {
        case ELFSection.typeHash, ELFSection.typeGNUHash, ELFSection.typeDynamicSymbols, ELFSection.typeStringTable,
            ELFSection.typeRelocationsWithAddend:
            self = .ignored
        case ELFSection.typeNoBits:
            self = section.isWritable && !section.isExecutable ? .zeroData : .unsupported
        case ELFSection.typeProgramBits:
            self = Self.ofContents(section)
        // The guest walks these itself: to the linker they are tables of pointers.
        case ELFSection.typeInitArray, ELFSection.typeFiniArray, ELFSection.typePreinitArray:
            self = .readOnlyData
        default:
            self = .unsupported
        }
    }

    private static func ofContents(_ section: ELFSection) -> SectionRole {
        if section.isExecutable { return section.isWritable ? .unsupported : .code }
        // All relocations are resolved here, so what is read-only after relocation is read-only.
        let constantAfterRelocation = [".data.rel.ro", ".got", ".relro_padding"].contains { prefix in
            section.name == prefix || section.name.hasPrefix(prefix + ".")
        }
        return section.isWritable && !constantAfterRelocation ? .readWriteData : .readOnlyData
    }

    private static let byExactName: [String: SectionRole] = [
        ".polkavm_exports": .exports,
        ".polkavm_metadata": .metadata,
        ".polkavm_min_stack_size": .minimumStackSize,
        ".pvm.exports": .alignedExports,
        ".pvm.imports": .alignedImports,
        ".eh_frame": .ignored,
        ".dynsym": .ignored,
        ".dynstr": .ignored,
        ".dynamic": .ignored,
    ]

    /// What to do about thread-local variables.
    static let noThreads =
        "a PVM guest has one thread and no thread pointer: make the variable an ordinary global (remove _Thread_local or"
        + " thread_local)"

    /// Why an unsupported section is unsupported, and what to do about it.
    static func whyUnsupported(_ section: ELFSection) -> String {
        if section.flags & ELFSection.flagThreadLocal != 0 {
            return "thread-local data; \(noThreads)"
        }
        if section.isExecutable && section.isWritable {
            return "code that is writable; expected code sections to be read-only (flags 'ax')"
        }
        return "a loaded section of a kind that a PVM guest can not have (ELF type \(section.type), flags"
            + " 0x\(String(section.flags, radix: 16))); expected code, data, zero-initialised data or metadata"
    }
}
