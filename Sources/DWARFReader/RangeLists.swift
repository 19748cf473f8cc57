// Lists of address ranges, for code that is not in one piece (DWARF 4, 2.17.3; DWARF 5, 7.25).

/// Reads one list.
struct RangeListReader {
    private let data: DebugData
    private let unit: Unit
    private var cursor: ByteCursor
    private var base: UInt64
    private var isAtEnd = false

    init(_ data: DebugData, _ unit: Unit, _ place: RangesPlace) {
        self.data = data
        self.unit = unit
        base = unit.baseAddress
        let bytes = unit.version >= 5 ? data.rangeLists : data.ranges
        switch place {
        case .offset(let offset):
            cursor = ByteCursor(
                bytes, at: offset &+ (unit.version >= 5 ? unit.sections.rangeLists : unit.sections.ranges))
        case .index(let index):
            let (product, overflow) = index.multipliedReportingOverflow(by: UInt64(unit.sizes.offset))
            let (sum, overflowed) = product.addingReportingOverflow(unit.rangeListsBase)
            var table = ByteCursor(bytes, at: overflow || overflowed ? .max : sum)
            let offset = table.integer(unit.sizes.offset)
            let (start, overflows) = offset.addingReportingOverflow(unit.rangeListsBase)
            cursor = ByteCursor(bytes, at: table.isBroken || overflows ? .max : start)
        case .none: cursor = ByteCursor([], at: .max)
        }
    }

    /// The next range; nil at the end, and where the list can not be understood.
    mutating func next(_ budget: inout ReadingBudget) -> (low: UInt64, high: UInt64)? {
        while !isAtEnd, !cursor.isBroken, !budget.isExhausted {
            let start = cursor.offset
            let range = unit.version >= 5 ? nextOfVersion5() : nextOfVersion4()
            budget.spend(cursor.offset - start)
            if let range, !cursor.isBroken { return range }
        }
        return nil
    }

    private mutating func nextOfVersion4() -> (low: UInt64, high: UInt64)? {
        let low = cursor.integer(unit.sizes.address)
        let high = cursor.integer(unit.sizes.address)
        if low == 0, high == 0 {
            isAtEnd = true
            return nil
        }
        if low == (unit.sizes.address == 8 ? .max : 0xffff_ffff) {
            base = high
            return nil
        }
        return (low &+ base, high &+ base)
    }

    private mutating func nextOfVersion5() -> (low: UInt64, high: UInt64)? {
        guard let kind = RangeListEntry(rawValue: cursor.byte()) else {
            cursor.markBroken()
            return nil
        }
        switch kind {
        case .endOfList:
            isAtEnd = true
            return nil
        case .baseAddressx:
            base = indexed()
            return nil
        case .baseAddress:
            base = cursor.integer(unit.sizes.address)
            return nil
        case .startxEndx: return (indexed(), indexed())
        case .startxLength:
            let low = indexed()
            return (low, low &+ cursor.unsigned())
        case .offsetPair:
            let low = cursor.unsigned()
            return (low &+ base, cursor.unsigned() &+ base)
        case .startEnd: return (cursor.integer(unit.sizes.address), cursor.integer(unit.sizes.address))
        case .startLength:
            let low = cursor.integer(unit.sizes.address)
            return (low, low &+ cursor.unsigned())
        }
    }

    private mutating func indexed() -> UInt64 {
        guard let address = data.address(cursor.unsigned(), unit) else {
            cursor.markBroken()
            return 0
        }
        return address
    }
}
