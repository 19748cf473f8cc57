// Units and their entries: which functions there are, where their code is, and what was inlined into them.
//
// The tree of entries is stored depth first, so one pass over the bytes with a stack of open parents reads it all; nothing
// is followed, so nothing can go round in circles. References between entries are kept as offsets, and looked up when
// all entries are known.

/// The header and the bases of a unit.
struct Unit {
    var version = 0
    var sizes = UnitSizes()
    /// From where on its offsets count.
    var sections = SectionGroup()
    /// What addresses in its lists of ranges count from.
    var baseAddress: UInt64 = 0
    var stringOffsetsBase: UInt64 = 0
    var addressBase: UInt64 = 0
    var rangeListsBase: UInt64 = 0
    /// The number of its table of lines, -1 if it has none.
    var lineTable = -1
}

/// What says a function's name: a subprogram, defined or only declared.
struct FunctionEntry {
    /// In the section; functions are in the order of their offsets.
    let offset: Int
    let unit: Int
    let name: StringPlace
    let linkageName: StringPlace
    /// The offset of the function that says what this one leaves out, -1 if none.
    let origin: Int
    let declarationFile: UInt64
    let declarationLine: UInt64
    /// The type or namespace it belongs to, by number; -1 if none.
    let parent: Int
}

/// A named entry that qualifies names of functions.
struct NamespaceEntry {
    let unit: Int
    let name: StringPlace
    let parent: Int
}

/// Code of a function, or of a function inlined into another.
struct Scope {
    /// The offset of the entry with the function's name, -1 if there is none.
    let function: Int
    let unit: Int
    /// The scope into which it was inlined, -1 for a function's own code.
    let parent: Int
    let depth: Int
    let callFile: UInt64
    let callLine: UInt64
    let callColumn: UInt64
}

/// A run of code that belongs to a scope.
struct ScopeRange {
    let code: Range<UInt64>
    let scope: Int
    let depth: Int
}

/// Reads all units of a file.
struct UnitReader {
    let data: DebugData
    private(set) var units: [Unit] = []
    private(set) var functions: [FunctionEntry] = []
    private(set) var namespaces: [NamespaceEntry] = []
    private(set) var scopes: [Scope] = []
    private(set) var ranges: [ScopeRange] = []
    private(set) var lines: LineReader
    private(set) var strings: StringReader
    private(set) var notes: [String] = []

    private var tables: [UInt64: AbbreviationTable] = [:]
    private var abbreviationBudget: ReadingBudget
    private var rangeBudget: ReadingBudget
    /// Entries can have attributes without bytes, so these are counted.
    private var attributeBudget: ReadingBudget

    /// How deep functions can be inlined into each other; what is deeper counts as the code of the function around it.
    private static let deepestScope = 256

    init(_ data: DebugData) {
        self.data = data
        lines = LineReader(data)
        strings = StringReader(data)
        abbreviationBudget = ReadingBudget(data.abbreviations.count, times: 8)
        rangeBudget = ReadingBudget(data.ranges.count + data.rangeLists.count, times: 4)
        attributeBudget = ReadingBudget(data.info.count, times: 8)
    }

    mutating func run() {
        for (index, group) in data.groups.enumerated() {
            let end = index + 1 < data.groups.count ? Int(data.groups[index + 1].info) : data.info.count
            readUnits(in: Int(group.info)..<end, group)
        }
    }

    private mutating func readUnits(in range: Range<Int>, _ group: SectionGroup) {
        var offset = range.lowerBound
        while offset < range.upperBound {
            guard let end = readUnit(at: offset, upTo: range.upperBound, group) else { return }
            offset = end
            if attributeBudget.isExhausted || abbreviationBudget.isExhausted {
                notes.append("the tables of .debug_abbrev are used more often than in any honest file; stopped reading")
                return
            }
        }
    }

    private mutating func note(_ problem: String, at offset: Int) {
        // One is enough to know that something is wrong.
        guard notes.count < 8 else { return }
        notes.append(".debug_info+0x\(String(offset, radix: 16)): \(problem)")
    }

    /// Reads the unit whose header is at an offset.
    ///
    /// - Returns: Where it ends; nil if that is not known.
    private mutating func readUnit(at start: Int, upTo limit: Int, _ group: SectionGroup) -> Int? {
        var header = ByteCursor(data.info, start..<limit)
        let (length, offsetByteCount) = header.unitLength()
        guard !header.isBroken, length <= UInt64(limit - header.offset) else {
            note("a unit of \(length) bytes reaches beyond the section", at: start)
            return nil
        }
        let end = header.offset + Int(length)
        var cursor = ByteCursor(data.info, header.offset..<end)
        var unit = Unit()
        unit.version = Int(cursor.integer(2))
        unit.sizes.offset = offsetByteCount
        unit.sections = group
        guard (2...5).contains(unit.version) else {
            note("a unit of DWARF version \(unit.version), expected 2 to 5", at: start)
            return end
        }
        var table: UInt64
        if unit.version >= 5 {
            let type = UInt64(cursor.byte())
            unit.sizes.address = Int(cursor.byte())
            table = cursor.integer(offsetByteCount)
            switch UnitType(rawValue: type) {
            case .compile, .partial: break
            case .skeleton, .splitCompile: cursor.skip(8)
            // Types have no code.
            case .type, .splitType: return end
            case nil:
                note("a unit of unknown type \(type)", at: start)
                return end
            }
        } else {
            table = cursor.integer(offsetByteCount)
            unit.sizes.address = Int(cursor.byte())
        }
        guard unit.sizes.address == 4 || unit.sizes.address == 8 else {
            note("a unit with addresses of \(unit.sizes.address) bytes, expected 8", at: start)
            return end
        }
        unit.sizes.reference = unit.version == 2 ? unit.sizes.address : offsetByteCount
        table &+= group.abbreviations
        if tables[table] == nil {
            tables[table] = AbbreviationTable(data.abbreviations, at: table, &abbreviationBudget)
        }
        if let table = tables[table] { readEntries(&cursor, unit, table, unitOffset: start) }
        return end
    }

    /// An entry that is open: its children follow.
    private struct Parent {
        /// What children that are inlined functions are inlined into; -1 outside of functions.
        var scope: Int
        var namespace: Int
    }

    private mutating func readEntries(
        _ cursor: inout ByteCursor, _ header: Unit, _ table: AbbreviationTable, unitOffset: Int
    ) {
        let number = units.count
        units.append(header)
        var parents: [Parent] = []
        var top = Parent(scope: -1, namespace: -1)
        var isFirst = true
        while !cursor.isAtEnd {
            let offset = cursor.offset
            let code = cursor.unsigned()
            if code == 0 {
                guard let parent = parents.popLast() else { return }
                top = parent
                continue
            }
            guard let abbreviation = table[code] else {
                note("an entry with the code \(code), which its table of abbreviations has not", at: offset)
                return
            }
            var child = top
            switch abbreviation.tag {
            case Tag.compileUnit, Tag.partialUnit, Tag.skeletonUnit, Tag.subprogram, Tag.inlinedSubroutine,
                Tag.namespace,
                Tag.module, Tag.structureType, Tag.classType, Tag.unionType, Tag.enumerationType, Tag.interfaceType:
                attributeBudget.spend(abbreviation.specifications.count)
                let entry = Entry(&cursor, abbreviation, units[number], unitOffset: unitOffset)
                if isFirst {
                    start(entry, number)
                } else {
                    child = visit(entry, abbreviation.tag, at: offset, number, in: top)
                }
            default:
                if let count = abbreviation.fixedByteCount {
                    cursor.skip(UInt64(count))
                } else {
                    attributeBudget.spend(abbreviation.specifications.count)
                    for specification in abbreviation.specifications {
                        Entry.skip(&cursor, specification.form, units[number].sizes)
                    }
                }
            }
            isFirst = false
            if attributeBudget.isExhausted { return }
            if abbreviation.hasChildren {
                parents.append(top)
                top = child
            }
        }
        if cursor.isBroken { note("an entry reaches beyond its unit", at: cursor.offset) }
    }

    /// The first entry of a unit describes the unit.
    private mutating func start(_ entry: Entry, _ number: Int) {
        let sections = units[number].sections
        // Without a base the first table counts, behind its header.
        units[number].stringOffsetsBase = sections.stringOffsets &+ (entry.stringOffsetsBase ?? 8)
        units[number].addressBase = sections.addresses &+ (entry.addressBase ?? 8)
        units[number].rangeListsBase = sections.rangeLists &+ (entry.rangeListsBase ?? 12)
        units[number].baseAddress = address(entry.lowPC, units[number]) ?? 0
        let folder = strings.text(resolved(entry.compilationFolder, units[number])) ?? ""
        if let statementList = entry.statementList {
            units[number].lineTable = lines.read(
                at: statementList &+ sections.lines, folder: folder, units[number], &strings)
        }
    }

    private mutating func visit(_ entry: Entry, _ tag: UInt64, at offset: Int, _ unit: Int, in parent: Parent) -> Parent
    {
        switch tag {
        case Tag.subprogram:
            functions.append(
                FunctionEntry(
                    offset: offset, unit: unit, name: resolved(entry.name, units[unit]),
                    linkageName: resolved(entry.linkageName, units[unit]), origin: entry.origin,
                    declarationFile: entry.declarationFile, declarationLine: entry.declarationLine,
                    parent: parent.namespace))
            // What is inside a function is qualified by where the function is.
            let scope = addScope(entry, function: offset, unit, parent: -1)
            return Parent(scope: scope, namespace: parent.namespace)
        case Tag.inlinedSubroutine:
            // Outside of a function's code it is part of a description without code.
            guard parent.scope >= 0, scopes[parent.scope].depth < Self.deepestScope else { return parent }
            let scope = addScope(entry, function: entry.origin, unit, parent: parent.scope)
            return Parent(scope: scope >= 0 ? scope : parent.scope, namespace: parent.namespace)
        default:
            namespaces.append(
                NamespaceEntry(unit: unit, name: resolved(entry.name, units[unit]), parent: parent.namespace))
            return Parent(scope: parent.scope, namespace: namespaces.count - 1)
        }
    }

    /// - Returns: The scope's number; -1 if it has no code.
    private mutating func addScope(_ entry: Entry, function: Int, _ unit: Int, parent: Int) -> Int {
        let number = scopes.count
        let depth = parent < 0 ? 0 : scopes[parent].depth + 1
        let before = ranges.count
        switch entry.ranges {
        case .none:
            if let low = address(entry.lowPC, units[unit]) {
                let high: UInt64?
                switch entry.highPC {
                case .distance(let distance):
                    let (sum, overflow) = low.addingReportingOverflow(distance)
                    high = overflow ? nil : sum
                default: high = address(entry.highPC, units[unit])
                }
                if let high { add(low, high, number, depth) }
            }
        case .offset, .index:
            var list = RangeListReader(data, units[unit], entry.ranges)
            while let (low, high) = list.next(&rangeBudget) { add(low, high, number, depth) }
        }
        guard ranges.count > before else { return -1 }
        scopes.append(
            Scope(
                function: function, unit: unit, parent: parent, depth: depth, callFile: entry.callFile,
                callLine: entry.callLine, callColumn: entry.callColumn))
        return number
    }

    private mutating func add(_ low: UInt64, _ high: UInt64, _ scope: Int, _ depth: Int) {
        guard low < high, let section = data.code.section(at: low) else { return }
        ranges.append(ScopeRange(code: low..<min(high, section.upperBound), scope: scope, depth: depth))
    }

    private func address(_ value: CodeValue, _ unit: Unit) -> UInt64? {
        switch value {
        case .address(let address): address
        case .index(let index): data.address(index, unit)
        case .none, .distance: nil
        }
    }

    private func resolved(_ string: StringPlace, _ unit: Unit) -> StringPlace {
        guard string.section == .index else { return string }
        let size = UInt64(unit.sizes.offset)
        let (product, overflow) = string.offset.multipliedReportingOverflow(by: size)
        guard !overflow else { return .none }
        let (sum, overflowed) = product.addingReportingOverflow(unit.stringOffsetsBase)
        guard !overflowed else { return .none }
        var cursor = ByteCursor(data.stringOffsets, at: sum)
        let offset = cursor.integer(unit.sizes.offset)
        return cursor.isBroken ? .none : StringPlace(section: .strings, offset: offset &+ unit.sections.strings)
    }
}

extension DebugData {
    /// An address of a unit's table of addresses.
    func address(_ index: UInt64, _ unit: Unit) -> UInt64? {
        let (product, overflow) = index.multipliedReportingOverflow(by: UInt64(unit.sizes.address))
        guard !overflow else { return nil }
        let (sum, overflowed) = product.addingReportingOverflow(unit.addressBase)
        guard !overflowed else { return nil }
        var cursor = ByteCursor(addresses, at: sum)
        let address = cursor.integer(unit.sizes.address)
        return cursor.isBroken ? nil : address
    }
}
