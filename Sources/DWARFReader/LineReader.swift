// Line number programs: for each run of code the file, line and column that it was made from (DWARF 5, 6.2).

/// A place in a source file from an address on.
struct LineRow {
    let address: UInt64
    /// The number of the file in `LineReader.paths`; -1 if it is not known, -2 where a sequence ends and nothing follows.
    let file: Int32
    let line: UInt32
    let column: UInt32

    static let endOfSequence: Int32 = -2
}

/// Reads the tables of all units.
struct LineReader {
    private let data: DebugData
    /// The paths of source files, each once.
    private(set) var paths: [String] = []
    private(set) var rows: [LineRow] = []
    /// Where in `rows` sequences of rising addresses start.
    private(set) var sequences: [Int] = []
    private(set) var notes: [String] = []

    private var pathNumbers: [String: Int32] = [:]
    /// Of each table the files, in the numbering of the units that use it.
    private var files: [[Int32]] = []
    /// Tables by offset: units may share them.
    private var tables: [UInt64: Int] = [:]
    private var budget: ReadingBudget

    init(_ data: DebugData) {
        self.data = data
        // Each byte can make a row, and no byte belongs to two tables.
        budget = ReadingBudget(data.lines.count, times: 2)
    }

    /// The path of a file by its number in a table.
    func path(_ file: UInt64, table: Int) -> String? {
        guard files.indices.contains(table), file < UInt64(files[table].count) else { return nil }
        let number = files[table][Int(file)]
        return number < 0 ? nil : paths[Int(number)]
    }

    /// Reads the table at an offset if no unit has done so before.
    ///
    /// - Returns: The table's number.
    mutating func read(at offset: UInt64, folder: String, _ unit: Unit, _ strings: inout StringReader) -> Int {
        if let number = tables[offset] { return number }
        let number = files.count
        tables[offset] = number
        files.append([])
        guard !budget.isExhausted else { return number }
        if let problem = readTable(number, offset, folder, unit, &strings), notes.count < 8 {
            notes.append(".debug_line+0x\(String(offset, radix: 16)): \(problem)")
        }
        return number
    }

    /// What the header says about the program.
    private struct Header {
        var version = 0
        var sizes = UnitSizes()
        var instructionByteCount: UInt64 = 1
        var lineBase: Int64 = 0
        var lineRange: UInt64 = 1
        var operandCounts: [UInt8] = []
    }

    /// - Returns: What is wrong with the table.
    private mutating func readTable(
        _ number: Int, _ offset: UInt64, _ folder: String, _ unit: Unit, _ strings: inout StringReader
    ) -> String? {
        var start = ByteCursor(data.lines, at: offset)
        let (length, offsetByteCount) = start.unitLength()
        guard !start.isBroken, length <= UInt64(data.lines.count - start.offset) else {
            return "a table of lines reaches beyond the section"
        }
        let end = start.offset + Int(length)
        var cursor = ByteCursor(data.lines, start.offset..<end)
        var header = Header()
        header.version = Int(cursor.integer(2))
        header.sizes = unit.sizes
        header.sizes.offset = offsetByteCount
        guard (2...5).contains(header.version) else {
            return "a table of lines of version \(header.version), expected 2 to 5"
        }
        if header.version >= 5 {
            header.sizes.address = Int(cursor.byte())
            // Segments do not exist here.
            _ = cursor.byte()
            guard header.sizes.address == 4 || header.sizes.address == 8 else {
                return "a table of lines with addresses of \(header.sizes.address) bytes, expected 8"
            }
        }
        let headerLength = cursor.integer(offsetByteCount)
        let headerStart = cursor.offset
        header.instructionByteCount = UInt64(cursor.byte())
        // Operations per instruction are for machines that have several.
        if header.version >= 4 { _ = cursor.byte() }
        _ = cursor.byte()
        header.lineBase = Int64(Int8(bitPattern: cursor.byte()))
        header.lineRange = UInt64(cursor.byte())
        let operationBase = Int(cursor.byte())
        for _ in 1..<max(1, operationBase) { header.operandCounts.append(cursor.byte()) }
        guard !cursor.isBroken, headerLength <= UInt64(end - headerStart) else {
            return "the header of a table of lines is cut off"
        }
        guard operationBase > 0 else { return "a table of lines without operations" }
        if header.version >= 5 {
            readFilesOfVersion5(&cursor, header, number, folder, unit, &strings)
        } else {
            readFilesOfVersion4(&cursor, number, folder, &strings)
        }
        if cursor.isBroken { return "the names of the files of a table of lines are cut off" }
        budget.spend(cursor.offset - start.offset)
        var program = ByteCursor(data.lines, headerStart + Int(headerLength)..<end)
        run(&program, header, number, folder, &strings)
        return program.isBroken ? "a line number program is cut off" : nil
    }

    // MARK: Files

    private mutating func readFilesOfVersion4(
        _ cursor: inout ByteCursor, _ number: Int, _ folder: String, _ strings: inout StringReader
    ) {
        var folders = [folder]
        while true {
            let offset = cursor.offset
            cursor.skipString()
            // The list ends with an empty string.
            if cursor.isBroken || cursor.offset == offset + 1 { break }
            let name = strings.read(data.lines, at: UInt64(offset)) ?? ""
            folders.append(Self.join(folder, name))
            strings.spend(folders[folders.count - 1].utf8.count)
        }
        // Files count from 1.
        files[number].append(-1)
        while !cursor.isBroken {
            let offset = cursor.offset
            cursor.skipString()
            if cursor.isBroken || cursor.offset == offset + 1 { break }
            addFile(&cursor, nameAt: offset, number, folders, &strings)
        }
    }

    /// Reads the rest of a file's entry, behind its name, and adds the file to the table.
    private mutating func addFile(
        _ cursor: inout ByteCursor, nameAt offset: Int, _ number: Int, _ folders: [String],
        _ strings: inout StringReader
    ) {
        let folder = cursor.unsigned()
        // Time and length.
        _ = cursor.unsigned()
        _ = cursor.unsigned()
        add(strings.read(data.lines, at: UInt64(offset)), folder, number, folders, &strings)
    }

    private mutating func readFilesOfVersion5(
        _ cursor: inout ByteCursor, _ header: Header, _ number: Int, _ folder: String, _ unit: Unit,
        _ strings: inout StringReader
    ) {
        var folders: [String] = []
        readEntries(&cursor, header, unit, &strings) { name, _, strings in
            // The first one is that of the unit, and others are relative to it.
            folders.append(folders.isEmpty ? name ?? folder : Self.join(folders[0], name ?? ""))
            strings.spend(folders[folders.count - 1].utf8.count)
        }
        var entries: [(name: String?, folder: UInt64)] = []
        readEntries(&cursor, header, unit, &strings) { name, folder, _ in entries.append((name, folder)) }
        for entry in entries { add(entry.name, entry.folder, number, folders, &strings) }
    }

    /// Reads a list of folders or files, which says itself what its entries look like.
    private func readEntries(
        _ cursor: inout ByteCursor, _ header: Header, _ unit: Unit, _ strings: inout StringReader,
        _ add: (String?, UInt64, inout StringReader) -> Void
    ) {
        var columns: [(content: LineContent?, form: Form)] = []
        for _ in 0..<cursor.byte() {
            let content = LineContent(rawValue: cursor.unsigned())
            guard let form = Form(rawValue: cursor.unsigned()) else {
                cursor.markBroken()
                return
            }
            columns.append((content, form))
        }
        let count = cursor.unsigned()
        var index: UInt64 = 0
        while index < count, !cursor.isBroken {
            let before = cursor.offset
            var name: String?
            var folder: UInt64 = 0
            for column in columns {
                switch column.content {
                case .path:
                    let place = Entry.string(&cursor, column.form, header.sizes, unit.sections)
                    // A string in place is in the section of lines, not in that of entries.
                    name = place.section == .info ? strings.read(data.lines, at: place.offset) : strings.text(place)
                case .folderIndex: folder = Entry.number(&cursor, column.form, 0, header.sizes)
                case nil: Entry.skip(&cursor, column.form, header.sizes)
                }
            }
            // Entries without bytes could be as many as they like.
            guard cursor.offset > before else {
                cursor.markBroken()
                return
            }
            if !cursor.isBroken { add(name, folder, &strings) }
            index += 1
        }
    }

    private mutating func add(
        _ name: String?, _ folder: UInt64, _ number: Int, _ folders: [String], _ strings: inout StringReader
    ) {
        guard let name, !strings.isExhausted else {
            files[number].append(-1)
            return
        }
        let path = Self.join(folder < UInt64(folders.count) ? folders[Int(folder)] : "", name)
        strings.spend(path.utf8.count)
        if let known = pathNumbers[path] {
            files[number].append(known)
            return
        }
        pathNumbers[path] = Int32(paths.count)
        files[number].append(Int32(paths.count))
        paths.append(path)
    }

    /// A path relative to a folder, without a leading `./`.
    private static func join(_ folder: String, _ path: String) -> String {
        // What the compiler made itself is in no folder.
        if folder.isEmpty || folder == "." || path.utf8.first == UInt8(ascii: "/")
            || path.utf8.first == UInt8(ascii: "<")
        {
            return withoutDot(path)
        }
        let relative = withoutDot(path)
        if relative.isEmpty { return withoutDot(folder) }
        return withoutDot(folder) + (folder.utf8.last == UInt8(ascii: "/") ? "" : "/") + relative
    }

    private static func withoutDot(_ path: String) -> String {
        path.utf8.starts(with: "./".utf8) ? String(path.dropFirst(2)) : path
    }

    // MARK: Programs

    private struct Registers {
        var address: UInt64 = 0
        var file: UInt64 = 1
        var line: UInt64 = 1
        var column: UInt64 = 0
    }

    private mutating func run(
        _ cursor: inout ByteCursor, _ header: Header, _ number: Int, _ folder: String, _ strings: inout StringReader
    ) {
        var registers = Registers()
        // The addresses of the section in which the sequence started: empty before it has, or if that was no code.
        var section: Range<UInt64>?
        var isStarted = false
        let lineRange = header.lineRange

        func row(_ file: Int32? = nil) {
            if !isStarted {
                isStarted = true
                section = data.code.section(at: registers.address)
                if section != nil { sequences.append(rows.count) }
            }
            guard let section, registers.address >= section.lowerBound, registers.address <= section.upperBound else {
                return
            }
            let known = registers.file < UInt64(files[number].count) ? files[number][Int(registers.file)] : -1
            rows.append(
                LineRow(
                    address: registers.address, file: file ?? known, line: UInt32(clamping: registers.line),
                    column: UInt32(clamping: registers.column)))
        }

        func advance(_ adjustedOpcode: UInt64) {
            guard lineRange > 0 else { return }
            registers.address &+= header.instructionByteCount &* (adjustedOpcode / lineRange)
        }

        while !cursor.isAtEnd {
            let start = cursor.offset
            let opcode = cursor.byte()
            if Int(opcode) > header.operandCounts.count {
                let adjusted = UInt64(Int(opcode) - header.operandCounts.count - 1)
                advance(adjusted)
                if lineRange > 0 {
                    registers.line &+= UInt64(bitPattern: header.lineBase &+ Int64(adjusted % lineRange))
                }
                row()
                budget.spend(1)
                if budget.isExhausted { return }
                continue
            }
            switch LineOperation(rawValue: opcode) {
            case .extended:
                let length = cursor.unsigned()
                let end = cursor.offset
                guard !cursor.isBroken, length > 0, length <= UInt64(cursor.end - end) else {
                    cursor.markBroken()
                    break
                }
                switch ExtendedLineOperation(rawValue: cursor.byte()) {
                case .endSequence:
                    row(LineRow.endOfSequence)
                    registers = Registers()
                    isStarted = false
                case .setAddress:
                    registers.address = cursor.integer(Int(min(length - 1, 8)))
                case .defineFile:
                    let offset = cursor.offset
                    cursor.skipString()
                    addFile(&cursor, nameAt: offset, number, [folder], &strings)
                case .setDiscriminator, nil: break
                }
                // Whatever it was: the next one is where the length says.
                let read = cursor.offset - end
                if UInt64(read) > length { cursor.markBroken() } else { cursor.skip(length - UInt64(read)) }
            case .copy: row()
            case .advancePC: registers.address &+= header.instructionByteCount &* cursor.unsigned()
            case .advanceLine: registers.line &+= UInt64(bitPattern: cursor.signed())
            case .setFile: registers.file = cursor.unsigned()
            case .setColumn: registers.column = cursor.unsigned()
            case .constAddPC: advance(255 - UInt64(header.operandCounts.count + 1))
            case .fixedAdvancePC: registers.address &+= cursor.integer(2)
            case .setISA: _ = cursor.unsigned()
            case .negateStatement, .setBasicBlock, .setPrologueEnd, .setEpilogueBegin: break
            case nil:
                // Of a later version: the header says how many operands it has.
                for _ in 0..<header.operandCounts[Int(opcode) - 1] { _ = cursor.unsigned() }
            }
            budget.spend(cursor.offset - start)
            if budget.isExhausted { return }
        }
    }

    // MARK: All rows in order

    /// The rows of all sequences by rising address.
    ///
    /// Where sequences overlap, the one that starts first counts; of rows at one address, the last one counts.
    func sortedRows() -> [LineRow] {
        var runs: [Range<Int>] = []
        for (index, start) in sequences.enumerated() {
            let end = index + 1 < sequences.count ? sequences[index + 1] : rows.count
            if start < end { runs.append(start..<end) }
        }
        runs.sort { (rows[$0.lowerBound].address, $0.lowerBound) < (rows[$1.lowerBound].address, $1.lowerBound) }
        var result: [LineRow] = []
        result.reserveCapacity(rows.count)
        for run in runs {
            for row in rows[run] {
                guard let last = result.last else {
                    result.append(row)
                    continue
                }
                if row.address == last.address {
                    result[result.count - 1] = row
                } else if row.address > last.address {
                    result.append(row)
                }
            }
        }
        return result
    }
}
