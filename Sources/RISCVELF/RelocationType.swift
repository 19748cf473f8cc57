// The relocation types of the RISC-V ELF specification, under the names it gives them.
//
// libelf's header stops at the types its own version knew, so the numbers are ours. The name and the width of the
// patched field are facts of the format and stand here; what a type means to the linker does not.

/// The type of a relocation, known or not.
package struct RelocationType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The number in the low half of `r_info`.
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The ELF name, or the number for a type that the specification does not assign.
    package var description: String { facts?.name ?? "relocation type \(rawValue)" }

    /// Whether the type addresses thread-local storage, which a guest can not have.
    package var isThreadLocal: Bool { facts?.isThreadLocal ?? false }

    /// How many bytes at the relocation's offset the type reads or patches.
    ///
    /// 0 for pure marks such as `R_RISCV_RELAX`, for dynamic linking and for unknown types. A
    /// variable-length number has at least one byte; an `auipc` and `jalr` pair has eight.
    package var fieldByteCount: Int { facts?.fieldByteCount ?? 0 }

    private var facts: Facts? {
        rawValue < UInt32(Self.table.count) ? Self.table[Int(rawValue)] : nil
    }
}

extension RelocationType {
    package static let R_RISCV_NONE = RelocationType(rawValue: 0)
    package static let R_RISCV_32 = RelocationType(rawValue: 1)
    package static let R_RISCV_64 = RelocationType(rawValue: 2)
    package static let R_RISCV_RELATIVE = RelocationType(rawValue: 3)
    package static let R_RISCV_BRANCH = RelocationType(rawValue: 16)
    package static let R_RISCV_JAL = RelocationType(rawValue: 17)
    package static let R_RISCV_CALL = RelocationType(rawValue: 18)
    package static let R_RISCV_CALL_PLT = RelocationType(rawValue: 19)
    package static let R_RISCV_GOT_HI20 = RelocationType(rawValue: 20)
    package static let R_RISCV_PCREL_HI20 = RelocationType(rawValue: 23)
    package static let R_RISCV_PCREL_LO12_I = RelocationType(rawValue: 24)
    package static let R_RISCV_PCREL_LO12_S = RelocationType(rawValue: 25)
    package static let R_RISCV_HI20 = RelocationType(rawValue: 26)
    package static let R_RISCV_LO12_I = RelocationType(rawValue: 27)
    package static let R_RISCV_LO12_S = RelocationType(rawValue: 28)
    package static let R_RISCV_ADD8 = RelocationType(rawValue: 33)
    package static let R_RISCV_ADD16 = RelocationType(rawValue: 34)
    package static let R_RISCV_ADD32 = RelocationType(rawValue: 35)
    package static let R_RISCV_ADD64 = RelocationType(rawValue: 36)
    package static let R_RISCV_SUB8 = RelocationType(rawValue: 37)
    package static let R_RISCV_SUB16 = RelocationType(rawValue: 38)
    package static let R_RISCV_SUB32 = RelocationType(rawValue: 39)
    package static let R_RISCV_SUB64 = RelocationType(rawValue: 40)
    package static let R_RISCV_GOT32_PCREL = RelocationType(rawValue: 41)
    package static let R_RISCV_ALIGN = RelocationType(rawValue: 43)
    package static let R_RISCV_RVC_BRANCH = RelocationType(rawValue: 44)
    package static let R_RISCV_RVC_JUMP = RelocationType(rawValue: 45)
    package static let R_RISCV_RVC_LUI = RelocationType(rawValue: 46)
    package static let R_RISCV_RELAX = RelocationType(rawValue: 51)
    package static let R_RISCV_SUB6 = RelocationType(rawValue: 52)
    package static let R_RISCV_SET6 = RelocationType(rawValue: 53)
    package static let R_RISCV_SET8 = RelocationType(rawValue: 54)
    package static let R_RISCV_SET16 = RelocationType(rawValue: 55)
    package static let R_RISCV_SET32 = RelocationType(rawValue: 56)
    package static let R_RISCV_32_PCREL = RelocationType(rawValue: 57)
    package static let R_RISCV_IRELATIVE = RelocationType(rawValue: 58)
    package static let R_RISCV_PLT32 = RelocationType(rawValue: 59)
    package static let R_RISCV_SET_ULEB128 = RelocationType(rawValue: 60)
    package static let R_RISCV_SUB_ULEB128 = RelocationType(rawValue: 61)
}

extension RelocationType {
    private struct Facts: Sendable {
        let name: String
        let fieldByteCount: Int
        var isThreadLocal = false
    }

    /// Indexed by the number of the type; nil where the specification assigns none.
    private static let table: [Facts?] = {
        // swift-format-ignore
        let rows: [(UInt32, String, Int)] = [
            (0, "NONE", 0), (1, "32", 4), (2, "64", 8), (3, "RELATIVE", 0), (4, "COPY", 0), (5, "JUMP_SLOT", 0),
            (16, "BRANCH", 4), (17, "JAL", 4), (18, "CALL", 8), (19, "CALL_PLT", 8),
            (20, "GOT_HI20", 4), (23, "PCREL_HI20", 4), (24, "PCREL_LO12_I", 4), (25, "PCREL_LO12_S", 4),
            (26, "HI20", 4), (27, "LO12_I", 4), (28, "LO12_S", 4),
            (33, "ADD8", 1), (34, "ADD16", 2), (35, "ADD32", 4), (36, "ADD64", 8),
            (37, "SUB8", 1), (38, "SUB16", 2), (39, "SUB32", 4), (40, "SUB64", 8), (41, "GOT32_PCREL", 4),
            (43, "ALIGN", 0), (44, "RVC_BRANCH", 2), (45, "RVC_JUMP", 2), (46, "RVC_LUI", 2), (51, "RELAX", 0),
            (52, "SUB6", 1), (53, "SET6", 1), (54, "SET8", 1), (55, "SET16", 2), (56, "SET32", 4),
            (57, "32_PCREL", 4), (58, "IRELATIVE", 0), (59, "PLT32", 4), (60, "SET_ULEB128", 1), (61, "SUB_ULEB128", 1),
        ]
        // swift-format-ignore
        let threadLocalRows: [(UInt32, String, Int)] = [
            (6, "TLS_DTPMOD32", 4), (7, "TLS_DTPMOD64", 8), (8, "TLS_DTPREL32", 4), (9, "TLS_DTPREL64", 8),
            (10, "TLS_TPREL32", 4), (11, "TLS_TPREL64", 8), (12, "TLSDESC", 0),
            (21, "TLS_GOT_HI20", 4), (22, "TLS_GD_HI20", 4),
            (29, "TPREL_HI20", 4), (30, "TPREL_LO12_I", 4), (31, "TPREL_LO12_S", 4), (32, "TPREL_ADD", 0),
            (62, "TLSDESC_HI20", 4), (63, "TLSDESC_LOAD_LO12", 4), (64, "TLSDESC_ADD_LO12", 4), (65, "TLSDESC_CALL", 0),
        ]
        var table = [Facts?](repeating: nil, count: 66)
        for (number, name, byteCount) in rows {
            table[Int(number)] = Facts(name: "R_RISCV_\(name)", fieldByteCount: byteCount)
        }
        for (number, name, byteCount) in threadLocalRows {
            table[Int(number)] = Facts(name: "R_RISCV_\(name)", fieldByteCount: byteCount, isThreadLocal: true)
        }
        return table
    }()
}
