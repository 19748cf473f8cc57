// One debugging information entry: the attributes that are read, as they are stored.

/// Where a string is stored.
struct StringPlace: Hashable {
    enum Section: UInt8 {
        case none
        /// In the entry itself.
        case info
        case strings
        case lineStrings
        /// By its number in the unit's table of offsets.
        case index
    }

    var section: Section
    var offset: UInt64

    static let none = StringPlace(section: .none, offset: 0)
}

/// A code address or a distance from one.
enum CodeValue {
    case none
    case address(UInt64)
    /// By its number in the unit's table of addresses.
    case index(UInt64)
    /// A distance, for the end of a function from its start.
    case distance(UInt64)
}

/// Where a list of ranges is stored.
enum RangesPlace {
    case none
    case offset(UInt64)
    /// By its number in the unit's table of lists.
    case index(UInt64)
}

struct Entry {
    var name = StringPlace.none
    var linkageName = StringPlace.none
    var compilationFolder = StringPlace.none
    var lowPC = CodeValue.none
    var highPC = CodeValue.none
    var ranges = RangesPlace.none
    /// The entry that this one is an instance of or completes, by its offset in the section; -1 if none.
    var origin = -1
    var declarationFile: UInt64 = 0
    var declarationLine: UInt64 = 0
    var callFile: UInt64 = 0
    var callLine: UInt64 = 0
    var callColumn: UInt64 = 0
    var statementList: UInt64?
    var stringOffsetsBase: UInt64?
    var addressBase: UInt64?
    var rangeListsBase: UInt64?

    /// Reads the attributes of an entry, from behind its code; breaks the cursor where they can not be understood.
    ///
    /// References count from `unitOffset`, where the header of the unit starts.
    init(_ cursor: inout ByteCursor, _ abbreviation: Abbreviation, _ unit: Unit, unitOffset: Int) {
        for specification in abbreviation.specifications {
            guard !cursor.isBroken else { return }
            guard let attribute = specification.attribute else {
                Self.skip(&cursor, specification.form, unit.sizes)
                continue
            }
            let form = specification.form == .indirect ? Self.indirect(&cursor) : specification.form
            read(&cursor, attribute, form, specification.constant, unit, unitOffset)
        }
    }

    private static func indirect(_ cursor: inout ByteCursor) -> Form {
        // Each step takes a byte, so this ends.
        while !cursor.isBroken {
            guard let form = Form(rawValue: cursor.unsigned()), form != .implicitConst else { break }
            if form != .indirect { return form }
        }
        cursor.markBroken()
        return .flagPresent
    }

    private mutating func read(
        _ cursor: inout ByteCursor, _ attribute: Attribute, _ form: Form, _ constant: Int64, _ unit: Unit,
        _ unitOffset: Int
    ) {
        let sizes = unit.sizes
        switch attribute {
        case .name: name = Self.string(&cursor, form, sizes, unit.sections)
        case .linkageName, .vendorLinkageName: linkageName = Self.string(&cursor, form, sizes, unit.sections)
        case .compilationFolder: compilationFolder = Self.string(&cursor, form, sizes, unit.sections)
        case .lowPC: lowPC = Self.code(&cursor, form, constant, sizes)
        case .highPC: highPC = Self.code(&cursor, form, constant, sizes)
        case .ranges:
            let value = Self.number(&cursor, form, constant, sizes)
            ranges = form == .rnglistx ? .index(value) : .offset(value)
        case .abstractOrigin, .specification:
            origin = Self.reference(&cursor, form, unit, unitOffset)
        case .declarationFile: declarationFile = Self.number(&cursor, form, constant, sizes)
        case .declarationLine: declarationLine = Self.number(&cursor, form, constant, sizes)
        case .callFile: callFile = Self.number(&cursor, form, constant, sizes)
        case .callLine: callLine = Self.number(&cursor, form, constant, sizes)
        case .callColumn: callColumn = Self.number(&cursor, form, constant, sizes)
        case .statementList: statementList = Self.number(&cursor, form, constant, sizes)
        case .stringOffsetsBase: stringOffsetsBase = Self.number(&cursor, form, constant, sizes)
        case .addressBase: addressBase = Self.number(&cursor, form, constant, sizes)
        case .rangeListsBase: rangeListsBase = Self.number(&cursor, form, constant, sizes)
        }
    }

    private static func code(
        _ cursor: inout ByteCursor, _ form: Form, _ constant: Int64, _ sizes: UnitSizes
    ) -> CodeValue {
        switch form {
        case .addr: .address(cursor.integer(sizes.address))
        case .addrx, .gnuAddrIndex, .addrx1, .addrx2, .addrx3, .addrx4: .index(number(&cursor, form, constant, sizes))
        default: .distance(number(&cursor, form, constant, sizes))
        }
    }

    private static func reference(
        _ cursor: inout ByteCursor, _ form: Form, _ unit: Unit, _ unitOffset: Int
    ) -> Int {
        let base: UInt64
        switch form {
        case .ref1, .ref2, .ref4, .ref8, .refUdata: base = UInt64(unitOffset)
        case .refAddr: base = unit.sections.info
        default:
            // References into other files and by signature.
            skip(&cursor, form, unit.sizes)
            return -1
        }
        let (sum, overflow) = number(&cursor, form, 0, unit.sizes).addingReportingOverflow(base)
        return overflow ? -1 : Int(exactly: sum) ?? -1
    }

    /// A string's place; also for the tables of files, which use the same forms.
    static func string(
        _ cursor: inout ByteCursor, _ form: Form, _ sizes: UnitSizes, _ sections: SectionGroup
    ) -> StringPlace {
        switch form {
        case .string:
            let offset = UInt64(cursor.offset)
            cursor.skipString()
            return StringPlace(section: .info, offset: offset)
        case .strp: return StringPlace(section: .strings, offset: cursor.integer(sizes.offset) &+ sections.strings)
        case .lineStrp:
            return StringPlace(section: .lineStrings, offset: cursor.integer(sizes.offset) &+ sections.lineStrings)
        case .strx, .gnuStrIndex, .strx1, .strx2, .strx3, .strx4:
            return StringPlace(section: .index, offset: number(&cursor, form, 0, sizes))
        default:
            skip(&cursor, form, sizes)
            return .none
        }
    }

    /// A number of any form that has one; 0 for other forms.
    static func number(_ cursor: inout ByteCursor, _ form: Form, _ constant: Int64, _ sizes: UnitSizes) -> UInt64 {
        switch form {
        case .implicitConst: return UInt64(bitPattern: constant)
        case .udata, .refUdata, .strx, .addrx, .rnglistx, .loclistx, .gnuAddrIndex, .gnuStrIndex:
            return cursor.unsigned()
        case .sdata: return UInt64(bitPattern: cursor.signed())
        case .secOffset, .strp, .lineStrp: return cursor.integer(sizes.offset)
        case .refAddr: return cursor.integer(sizes.reference)
        case .addr: return cursor.integer(sizes.address)
        case .data1, .data2, .data4, .data8, .flag, .ref1, .ref2, .ref4, .ref8, .strx1, .strx2, .strx3, .strx4,
            .addrx1, .addrx2, .addrx3, .addrx4:
            return cursor.integer(form.fixedByteCount ?? 0)
        default:
            skip(&cursor, form, sizes)
            return 0
        }
    }

    static func skip(_ cursor: inout ByteCursor, _ form: Form, _ sizes: UnitSizes) {
        if let count = form.fixedByteCount {
            cursor.skip(UInt64(count))
            return
        }
        switch form {
        case .addr: cursor.skip(UInt64(sizes.address))
        case .strp, .secOffset, .strpSup, .lineStrp, .gnuRefAlt, .gnuStrpAlt: cursor.skip(UInt64(sizes.offset))
        case .refAddr: cursor.skip(UInt64(sizes.reference))
        case .block1: cursor.skip(cursor.integer(1))
        case .block2: cursor.skip(cursor.integer(2))
        case .block4: cursor.skip(cursor.integer(4))
        case .block, .exprloc: cursor.skip(cursor.unsigned())
        case .string: cursor.skipString()
        case .sdata, .udata, .refUdata, .strx, .addrx, .loclistx, .rnglistx, .gnuAddrIndex, .gnuStrIndex:
            _ = cursor.unsigned()
        case .indirect: skip(&cursor, indirect(&cursor), sizes)
        default: cursor.markBroken()
        }
    }
}

/// The sizes that vary from unit to unit, in bytes.
struct UnitSizes {
    /// Of an offset in a section: 4 or 8.
    var offset = 4
    /// Of an address: 4 or 8.
    var address = 8
    /// Of a reference to an entry of any unit.
    var reference = 4
}
