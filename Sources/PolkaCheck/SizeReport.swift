// Where the bytes of a program file are: each byte belongs to a function, a variable or a part of the format, so that the rows
// add up to the file.

package import PolkaBlob

/// The bytes of a file by what they are for.
package struct SizeReport: Sendable {
    /// What a row stands for.
    package enum Kind: String, Sendable, Encodable {
        case code
        case readOnlyData = "read-only data"
        case readWriteData = "read-write data"
        /// Tables and headers of the format.
        case format
        case debug
    }

    /// A function, a variable, or a part of the format, whose name is in parentheses.
    package struct Row: Sendable, Equatable, Encodable {
        package let name: String
        package let kind: Kind
        package let bytes: Int
    }

    /// The largest first; their bytes add up to `byteCount`.
    package let rows: [Row]
    package let byteCount: Int
    package let namesFrom: SymbolNames.Source

    /// - Parameters:
    ///   - blob: what the file holds.
    ///   - parts: the parts of the file.
    ///   - map: the program's link map, if there is one.
    package init(_ blob: Blob, parts: [FilePart], map: MapText?) {
        let names = SymbolNames(of: blob, map: map)
        var ledger = Ledger()
        for part in parts {
            let count = part.bytes.count
            switch part.kind {
            case .code:
                names.pieces.forEachPart(of: 0..<UInt64(count)) { range, name in
                    ledger.add(name ?? "(code without a name)", .code, range.count)
                }
            case .readOnlyData:
                let start = blob.memoryMap().map(\.readOnly.lowerBound)
                ledger.addData(
                    count, at: start, map.flatMap { names.source == .map ? $0.readOnlyData : nil }, .readOnlyData)
            case .readWriteData:
                let start = blob.memoryMap().map(\.readWrite.lowerBound)
                ledger.addData(
                    count, at: start, map.flatMap { names.source == .map ? $0.readWriteData : nil }, .readWriteData)
            case .framing: ledger.add("(headers)", .format, count)
            case .memoryConfig: ledger.add("(memory config)", .format, count)
            case .imports: ledger.add("(imports)", .format, count)
            case .exports: ledger.add("(exports)", .format, count)
            case .jumpTable: ledger.add("(jump table)", .format, count)
            case .bitmask: ledger.add("(instruction bitmask)", .format, count)
            case .unknown: ledger.add("(unknown sections)", .format, count)
            case .debugStrings: ledger.add("(debug strings)", .debug, count)
            case .debugLinePrograms: ledger.add("(debug line programs)", .debug, count)
            case .debugRanges: ledger.add("(debug ranges)", .debug, count)
            }
        }
        rows = ledger.rows
        byteCount = parts.last?.bytes.upperBound ?? 0
        namesFrom = names.source
    }
}

/// Collects rows.
private struct Ledger {
    private struct Key: Hashable {
        let name: String
        let kind: SizeReport.Kind
    }
    private var bytes: [Key: Int] = [:]

    mutating func add(_ name: String, _ kind: SizeReport.Kind, _ count: Int) {
        if count > 0 { bytes[Key(name: name, kind: kind), default: 0] += count }
    }

    /// Data by its variables, what no variable has by its section, what no section has as padding.
    mutating func addData(_ count: Int, at start: UInt64?, _ entries: [MapText.Entry]?, _ kind: SizeReport.Kind) {
        guard let start, let entries, !entries.isEmpty else {
            add("(\(kind.rawValue))", kind, count)
            return
        }
        let stored = start..<(start + UInt64(count))
        let variables = entries.filter(\.isVariable).pieces(in: stored)
        let sections = entries.filter { !$0.isVariable }.pieces(in: stored)
        variables.forEachPart(of: stored) { part, name in
            if let name {
                add(name, kind, part.count)
                return
            }
            sections.forEachPart(of: part) { rest, section in add(section ?? "(padding)", kind, rest.count) }
        }
    }

    var rows: [SizeReport.Row] {
        bytes.map { SizeReport.Row(name: $0.key.name, kind: $0.key.kind, bytes: $0.value) }
            .sorted { ($1.bytes, $0.name, $0.kind.rawValue) < ($0.bytes, $1.name, $1.kind.rawValue) }
    }
}

/// How a program's bytes differ from an older one's.
package struct SizeDifference: Sendable {
    package struct Row: Sendable, Equatable, Encodable {
        package let name: String
        package let kind: SizeReport.Kind
        package let old: Int
        package let new: Int
        package var change: Int { new - old }
    }

    /// What changed, the largest changes first; those of all rows add up to the change of the file.
    package let rows: [Row]
    package let oldByteCount: Int
    package let newByteCount: Int

    package init(from old: SizeReport, to new: SizeReport) {
        struct Key: Hashable {
            let name: String
            let kind: SizeReport.Kind
        }
        var pairs: [Key: (old: Int, new: Int)] = [:]
        for row in old.rows { pairs[Key(name: row.name, kind: row.kind), default: (0, 0)].old += row.bytes }
        for row in new.rows { pairs[Key(name: row.name, kind: row.kind), default: (0, 0)].new += row.bytes }
        rows = pairs.filter { $0.value.old != $0.value.new }
            .map { Row(name: $0.key.name, kind: $0.key.kind, old: $0.value.old, new: $0.value.new) }
            .sorted {
                (abs($1.change), $0.name, $0.kind.rawValue) < (abs($0.change), $1.name, $1.kind.rawValue)
            }
        oldByteCount = old.byteCount
        newByteCount = new.byteCount
    }
}
