// Where code came from: the debug information of an ELF file, made ready to be asked (linker.md 14.1).
//
// All units are read in one pass into sorted arrays of numbers. Merged, they are regions of code, each with its innermost
// scope (a function, or one inlined into it) and its row of the table of lines; a question is a binary search. Functions that
// no debug information describes are known by their symbols.
//
// The reader is our own. libdw, which was meant for this, keeps a copy of the table of abbreviations for every unit that uses
// it: with a file of 650 KB that has 20 000 units it takes 20 GB, and ends the process when they are not there. To refuse
// such files beforehand, all that it reads must be read first.

package import PolkaBlob
package import RISCVELF

/// The functions and source lines of a file's code.
package struct SourceMap: Sendable {
    /// What could not be read, in words; the rest can be used.
    package let notes: [String]

    /// Where each region starts, by rising address.
    private let starts: [UInt64]
    /// Of each region the innermost scope, -1 if none; and the row, -1 if none.
    private let scopes: [Int32]
    private let rows: [Int32]

    private let addresses: CodeAddresses
    private let scopeTable: [ScopeDescription]
    private let rowTable: [LineRow]
    private let paths: [String]
    private let functions: [FunctionDescription]

    /// A scope with its function resolved.
    private struct ScopeDescription: Sendable {
        let function: Int32
        let parent: Int32
        /// The number of the path, -1 if it is not known.
        let callPath: String?
        let callLine: UInt32
        let callColumn: UInt32
    }

    /// How many functions inlined into each other are told apart; of more, the outermost and the innermost ones are.
    private static let mostInlined = 64

    /// Reads the debug information of a file; takes time linear in its size, but for sorting.
    ///
    /// Nothing that is wrong with it is an error: what can't be read is as if it were not there.
    package init(_ object: ELFObject) {
        let data = DebugData(object)
        var reader = UnitReader(data)
        reader.run()
        let rowTable = reader.lines.sortedRows()
        let symbols = SymbolScopes(object, data.code)

        // Scopes of symbols come behind those of units.
        let merged = Self.merge(
            innermostScopes(of: reader.ranges), innermostScopes(of: symbols.ranges), rowTable,
            firstSymbol: reader.scopes.count)
        starts = merged.starts
        scopes = merged.scopes
        rows = merged.rows
        addresses = data.code
        self.rowTable = rowTable
        paths = reader.lines.paths

        // Names only of what has code.
        var isUsed = [Bool](repeating: false, count: reader.scopes.count + symbols.names.count)
        for scope in scopes where scope >= 0 {
            var next = Int(scope)
            while next >= 0, !isUsed[next] {
                isUsed[next] = true
                next = next < reader.scopes.count ? reader.scopes[next].parent : -1
            }
        }
        var names = FunctionNames(reader)
        var functions: [FunctionDescription] = []
        var numbers: [Int: Int32] = [:]
        var scopeTable: [ScopeDescription] = []
        scopeTable.reserveCapacity(isUsed.count)
        for index in isUsed.indices {
            guard index < reader.scopes.count else {
                let number = Int32(functions.count)
                if isUsed[index] {
                    functions.append(names.description(ofSymbol: symbols.names[index - reader.scopes.count]))
                }
                scopeTable.append(
                    ScopeDescription(
                        function: isUsed[index] ? number : -1, parent: -1, callPath: nil, callLine: 0, callColumn: 0))
                continue
            }
            let scope = reader.scopes[index]
            var function: Int32 = -1
            if isUsed[index] {
                if let known = numbers[scope.function] {
                    function = known
                } else {
                    function = Int32(functions.count)
                    numbers[scope.function] = function
                    functions.append(names.description(at: scope.function))
                }
            }
            scopeTable.append(
                ScopeDescription(
                    function: function, parent: Int32(scope.parent),
                    callPath: reader.lines.path(scope.callFile, table: reader.units[scope.unit].lineTable),
                    callLine: UInt32(clamping: scope.callLine), callColumn: UInt32(clamping: scope.callColumn)))
        }
        self.functions = functions
        self.scopeTable = scopeTable
        notes = data.notes + reader.notes + reader.lines.notes
    }

    private static func merge(
        _ scopes: [ScopeStart], _ symbols: [ScopeStart], _ rows: [LineRow], firstSymbol: Int
    ) -> (starts: [UInt64], scopes: [Int32], rows: [Int32]) {
        var result: (starts: [UInt64], scopes: [Int32], rows: [Int32]) = ([], [], [])
        result.starts.reserveCapacity(scopes.count + rows.count)
        result.scopes.reserveCapacity(scopes.count + rows.count)
        result.rows.reserveCapacity(scopes.count + rows.count)
        var (nextScope, nextSymbol, nextRow) = (0, 0, 0)
        var (scope, symbol, row) = (-1, -1, Int32(-1))
        while true {
            var address = UInt64.max
            if nextScope < scopes.count { address = min(address, scopes[nextScope].address) }
            if nextSymbol < symbols.count { address = min(address, symbols[nextSymbol].address) }
            if nextRow < rows.count { address = min(address, rows[nextRow].address) }
            if nextScope >= scopes.count, nextSymbol >= symbols.count, nextRow >= rows.count { return result }
            while nextScope < scopes.count, scopes[nextScope].address == address {
                scope = scopes[nextScope].scope
                nextScope += 1
            }
            while nextSymbol < symbols.count, symbols[nextSymbol].address == address {
                symbol = symbols[nextSymbol].scope
                nextSymbol += 1
            }
            while nextRow < rows.count, rows[nextRow].address == address {
                row = rows[nextRow].file == LineRow.endOfSequence ? -1 : Int32(nextRow)
                nextRow += 1
            }
            let innermost = Int32(scope >= 0 ? scope : symbol >= 0 ? firstSymbol + symbol : -1)
            if result.scopes.last == innermost, result.rows.last == row { continue }
            result.starts.append(address)
            result.scopes.append(innermost)
            result.rows.append(row)
        }
    }

    // MARK: Questions

    /// The number of the region in which a byte of a section lies, nil if nothing is known about it.
    ///
    /// All bytes of a region have the same frames. Takes time logarithmic in the number of regions.
    package func region(section: Int, offset: Int) -> Int? {
        guard offset >= 0, let base = addresses.base(ofSection: section) else { return nil }
        let address = base &+ UInt64(offset)
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= address { low = middle + 1 } else { high = middle }
        }
        guard low > 0, scopes[low - 1] >= 0 || rows[low - 1] >= 0 else { return nil }
        return low - 1
    }

    /// The functions in which a byte of a section lies, outermost first; empty if nothing is known about it.
    package func frames(section: Int, offset: Int) -> [SourceFrame] {
        region(section: section, offset: offset).map(frames(ofRegion:)) ?? []
    }

    /// The frames of a region: of each function where it is declared, then where it calls the next one, which was inlined
    /// there; at last the line.
    package func frames(ofRegion region: Int) -> [SourceFrame] {
        var chain: [ScopeDescription] = []
        var next = scopes[region]
        while next >= 0 {
            let scope = scopeTable[Int(next)]
            if chain.count == Self.mostInlined { chain.removeLast() }
            chain.append(scope)
            next = scope.parent
        }
        chain.reverse()
        var frames: [SourceFrame] = []
        for (index, scope) in chain.enumerated() {
            let function = scope.function >= 0 ? functions[Int(scope.function)] : FunctionDescription()
            frames.append(
                frame(.enter, function, path: function.path, line: function.path == nil ? 0 : function.line, column: 0))
            if index + 1 < chain.count {
                let inner = chain[index + 1]
                frames.append(
                    frame(.call, function, path: inner.callPath, line: inner.callLine, column: inner.callColumn))
            }
        }
        if rows[region] >= 0 {
            let row = rowTable[Int(rows[region])]
            let function = chain.last.flatMap { $0.function >= 0 ? functions[Int($0.function)] : nil }
            frames.append(
                frame(
                    .line, function ?? FunctionDescription(), path: row.file >= 0 ? paths[Int(row.file)] : nil,
                    line: row.line, column: row.column))
        }
        return frames
    }

    private func frame(
        _ kind: SourceFrame.Kind, _ function: FunctionDescription, path: String?, line: UInt32, column: UInt32
    ) -> SourceFrame {
        SourceFrame(
            kind: kind, namespace: function.namespace, function: function.name, path: path,
            line: line == 0 ? nil : line, column: column == 0 ? nil : column)
    }
}

/// Functions as the symbol table knows them.
private struct SymbolScopes {
    private(set) var names: [String] = []
    private(set) var ranges: [ScopeRange] = []

    init(_ object: ELFObject, _ code: CodeAddresses) {
        var starts: [(address: UInt64, end: UInt64, name: String)] = []
        for symbol in object.symbols where symbol.type == ELFSymbol.typeFunction && !symbol.name.isEmpty {
            guard case .section(let index) = symbol.place, let base = code.base(ofSection: index), symbol.offset >= 0,
                let section = code.section(at: base &+ UInt64(symbol.offset))
            else { continue }
            let start = base + UInt64(symbol.offset)
            // Without a size it reaches to the next one.
            let size = symbol.byteCount == 0 ? .max : symbol.byteCount
            let (end, overflow) = start.addingReportingOverflow(size)
            starts.append((start, overflow ? section.upperBound : min(end, section.upperBound), symbol.name))
        }
        starts.sort { ($0.address, $0.name) < ($1.address, $1.name) }
        for (index, start) in starts.enumerated() {
            let next = index + 1 < starts.count ? starts[index + 1].address : .max
            let end = min(start.end, next)
            guard start.address < end else { continue }
            ranges.append(ScopeRange(code: start.address..<end, scope: names.count, depth: 0))
            names.append(start.name)
        }
    }
}
