// Tables of abbreviations: which attributes an entry has, and in which forms (DWARF 5, 7.5.3).

/// What entries with one code look like.
struct Abbreviation {
    struct Specification {
        /// Nil for an attribute that is not read.
        let attribute: Attribute?
        let form: Form
        /// The value of the form `implicitConst`.
        let constant: Int64
    }

    let tag: UInt64
    let hasChildren: Bool
    let specifications: [Specification]
    /// How many bytes the values take if all have the same size in every unit, so that an entry can be skipped.
    let fixedByteCount: Int?
}

/// A table of abbreviations.
struct AbbreviationTable {
    /// By code, for the codes that compilers give: 1, 2, 3 and so on.
    private var dense: [Abbreviation] = []
    private var sparse: [UInt64: Abbreviation] = [:]

    /// Reads a table as far as it can be understood.
    init(_ bytes: [UInt8], at offset: UInt64, _ budget: inout ReadingBudget) {
        var cursor = ByteCursor(bytes, at: offset)
        let start = cursor.offset
        while !budget.isExhausted {
            let before = cursor.offset
            let code = cursor.unsigned()
            guard code != 0, let abbreviation = Self.abbreviation(&cursor) else { break }
            budget.spend(cursor.offset - before)
            if code == UInt64(dense.count + 1) {
                dense.append(abbreviation)
            } else if code > UInt64(dense.count), sparse[code] == nil {
                sparse[code] = abbreviation
            }
        }
        // Also a table that ends at once has been looked at.
        budget.spend(cursor.offset == start ? 1 : 0)
    }

    subscript(_ code: UInt64) -> Abbreviation? {
        if code >= 1, code <= UInt64(dense.count) { return dense[Int(code) - 1] }
        return sparse[code]
    }

    private static func abbreviation(_ cursor: inout ByteCursor) -> Abbreviation? {
        let tag = cursor.unsigned()
        let hasChildren = cursor.byte() != 0
        var specifications: [Abbreviation.Specification] = []
        var fixedByteCount: Int? = 0
        while !cursor.isBroken {
            let attribute = cursor.unsigned()
            let number = cursor.unsigned()
            if attribute == 0, number == 0 {
                return Abbreviation(
                    tag: tag, hasChildren: hasChildren, specifications: specifications, fixedByteCount: fixedByteCount)
            }
            // A form of unknown size: nothing behind it could be read.
            guard let form = Form(rawValue: number) else { return nil }
            let constant = form == .implicitConst ? cursor.signed() : 0
            specifications.append(
                Abbreviation.Specification(
                    attribute: Attribute(rawValue: attribute), form: form, constant: constant))
            if let size = form.fixedByteCount, let sum = fixedByteCount {
                fixedByteCount = sum + size
            } else {
                fixedByteCount = nil
            }
        }
        return nil
    }
}

extension Form {
    /// The bytes of a value, nil if that depends on the unit or the value.
    var fixedByteCount: Int? {
        switch self {
        case .flagPresent, .implicitConst: 0
        case .data1, .flag, .ref1, .strx1, .addrx1: 1
        case .data2, .ref2, .strx2, .addrx2: 2
        case .strx3, .addrx3: 3
        case .data4, .ref4, .strx4, .addrx4, .refSup4: 4
        case .data8, .ref8, .refSig8, .refSup8: 8
        case .data16: 16
        case .addr, .block2, .block4, .string, .block, .block1, .sdata, .strp, .udata, .refAddr, .refUdata, .indirect,
            .secOffset, .exprloc, .strx, .addrx, .strpSup, .lineStrp, .loclistx, .rnglistx, .gnuAddrIndex,
            .gnuStrIndex, .gnuRefAlt, .gnuStrpAlt:
            nil
        }
    }
}
