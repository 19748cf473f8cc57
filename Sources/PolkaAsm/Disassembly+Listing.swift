// The listing as text, written in pieces so that no more than a few lines are ever held.

import PolkaBlob
import PolkaISA

extension Disassembly {
    /// Writes the whole listing.
    package func write(to stream: inout some TextOutputStream) {
        var out = ""
        appendHeader(to: &out)
        var exports = PlaceCursor(blob.exports.map(\.codeOffset))
        var entries = PlaceCursor(blob.code.jumpTable)
        var printedExports = PlaceSet(count: blob.exports.count)
        var printedEntries = PlaceSet(count: blob.code.jumpTable.count)
        var previousFunction: String?
        if let margin = options.margin { appendMargin(margin.head, besideLineFrom: out.utf8.count, to: &out) }
        forEachEntry { entry in
            if entry.function != previousFunction {
                appendHeading(entry, to: &out)
                previousFunction = entry.function
            }
            let offset = UInt32(entry.position.offset)
            let exportsHere = exports.take(at: offset)
            let entriesHere = entries.take(at: offset)
            var lineStart = out.utf8.count
            if entry.startsBlock {
                appendLabel(entry, entriesHere.first, exportsHere, to: &out)
                if let margin = options.margin {
                    appendMargin(margin.block(offset), besideLineFrom: lineStart, to: &out)
                }
                if let first = entriesHere.first { printedEntries.insert(first) }
                exportsHere.forEach { printedExports.insert($0) }
            } else if options.includesDirectives {
                for index in exportsHere {
                    appendExport(index, to: &out)
                    out += "\n"
                    printedExports.insert(index)
                }
            }
            for line in options.source?(offset) ?? [] {
                out += "// "
                out += line
                out += "\n"
            }
            if options.includesDirectives { appendDemand(entry, to: &out) }
            if let margin = options.margin, !entry.startsBlock {
                appendMargin(margin.block(offset), besideLineFrom: out.utf8.count, to: &out)
            }
            lineStart = out.utf8.count
            appendInstruction(entry, to: &out)
            if let margin = options.margin { appendMargin(margin.entry(offset), besideLineFrom: lineStart, to: &out) }
            if out.utf8.count > 1 << 15 {
                stream.write(out)
                out.removeAll(keepingCapacity: true)
            }
        }
        if let margin = options.margin { appendMargin(margin.tail, besideLineFrom: out.utf8.count, to: &out) }
        stream.write(out)
        if options.includesDirectives { writeTrailer(printedExports, printedEntries, to: &stream) }
    }

    private func appendHeader(to out: inout String) {
        out += "// RO data = \(blob.readOnlyData.count)/\(blob.readOnlyDataSize) bytes\n"
        out += "// RW data = \(blob.readWriteData.count)/\(blob.readWriteDataSize) bytes\n"
        out += "// Stack size = \(blob.stackSize) bytes\n\n"
        out += "// Instructions = \(analysis.entryCount)\n"
        out += "// Code size = \(blob.code.bytes.count) bytes\n\n"
    }

    /// A blank line between functions, and the name of the one that begins.
    private func appendHeading(_ entry: Entry, to out: inout String) {
        if entry.index > 0 { out += "\n" }
        if let function = entry.function {
            out += "<\(SourceText.printable(Array(function.utf8)[...]))>:\n"
        }
    }

    private func appendLabel(_ entry: Entry, _ tableIndex: Int?, _ exports: ArraySlice<Int>, to out: inout String) {
        out += "      : "
        if options.showsRawBytes { out += Self.blanks(Self.bytesWidth + 1) }
        out += "@"
        out += String(entry.block)
        if let tableIndex { out += " [@dyn \(tableIndex + 1)]" }
        for index in exports { out += " [export #\(index): \(Self.quoted(blob.exports[index].symbol))]" }
        if let cost = options.blockCost?(UInt32(entry.position.offset)) ?? nil { out += " (gas: \(cost))" }
        out += "\n"
    }

    private func appendInstruction(_ entry: Entry, to out: inout String) {
        let position = entry.position
        let offset = String(position.offset)
        out += Self.blanks(6 - offset.utf8.count)
        out += offset
        out += ": "
        if options.showsRawBytes {
            let start = out.utf8.count
            appendHex(blob.code.bytes[position.offset..<position.next], separator: " ", to: &out)
            out += Self.blanks(Self.bytesWidth - (out.utf8.count - start))
            out += " "
        }
        formatter.append(position.instruction, to: &out, target: { appendTarget($0, to: &$1) })
        if position.instruction?.opcode == .ecalli {
            out += " // "
            out += importSymbol(position.instruction).map(Self.quoted) ?? "INVALID"
        }
        out += "\n"
    }

    /// What the assembler must be told to find the same bytes.
    private func appendDemand(_ entry: Entry, to out: inout String) {
        let bytes = blob.code.bytes[entry.position.offset..<entry.position.next]
        switch analysis.demands[entry.index] {
        case .nothing: return
        case .length: out += "%length = \(bytes.count)"
        case .bytes:
            out += "%bytes = "
            appendHex(bytes, separator: " ", to: &out)
        case .gap:
            out += "%gap = "
            appendHex(bytes, separator: " ", to: &out)
        }
        out += "\n"
    }

    /// Writes lines beside one that ends the text, or, if it is too long for that or not there, below it.
    private func appendMargin(_ lines: [String], besideLineFrom start: Int, to out: inout String) {
        guard !lines.isEmpty else { return }
        let column = Self.marginColumn + (options.showsRawBytes ? Self.bytesWidth + 1 : 0)
        let lineWidth = out.utf8.count - start - 1
        var isBeside = lineWidth >= 0 && lineWidth < column
        if isBeside { out.removeLast() }
        for line in lines {
            out += String(repeating: " ", count: isBeside ? column - lineWidth : column)
            isBeside = false
            out += "// "
            out += line
            out += "\n"
        }
    }

    private func appendExport(_ index: Int, to out: inout String) {
        out += "%export \(index) = \(Self.quoted(blob.exports[index].symbol))"
    }

    // MARK: Behind the code

    /// What a listing of instructions does not say about the program.
    private func writeTrailer(
        _ printedExports: PlaceSet, _ printedEntries: PlaceSet, to stream: inout some TextOutputStream
    ) {
        stream.write("\n%isa = \(blob.instructionSet.name)\n")
        writeData("ro_data", blob.readOnlyData, blob.readOnlyDataSize, to: &stream)
        writeData("rw_data", blob.readWriteData, blob.readWriteDataSize, to: &stream)
        if blob.stackSize > 0 { stream.write("%stack_size = \(blob.stackSize)\n") }
        for (index, symbol) in blob.imports.enumerated() {
            stream.write("%import \(index) = \(symbol.map(Self.quoted) ?? "none")\n")
        }
        for (index, export) in blob.exports.enumerated() where !printedExports.contains(index) {
            var line = ""
            appendExport(index, to: &line)
            stream.write(line + " at \(export.codeOffset)\n")
        }
        for (index, offset) in blob.code.jumpTable.enumerated() where !printedEntries.contains(index) {
            var line = "%jump_table \(index + 1) = "
            appendTarget(offset, to: &line)
            stream.write(line + "\n")
        }
    }

    private func writeData(
        _ name: String, _ bytes: [UInt8], _ size: UInt32, to stream: inout some TextOutputStream
    ) {
        if size > 0 { stream.write("%\(name)_size = \(size)\n") }
        for start in stride(from: 0, to: bytes.count, by: Self.dataBytesPerLine) {
            var line = "%\(name) = "
            appendHex(bytes[start..<min(bytes.count, start + Self.dataBytesPerLine)], separator: "", to: &line)
            stream.write(line + "\n")
        }
    }

    // MARK: Pieces

    /// Columns for the raw bytes of an instruction.
    private static let bytesWidth = 24
    private static let dataBytesPerLine = 32
    /// Where the margin starts: few lines are longer, and machine code beside it ends before most terminals do.
    private static let marginColumn = 38

    private static let blankTable = (0...32).map { String(repeating: " ", count: $0) }

    private static func blanks(_ count: Int) -> String { blankTable[max(0, min(count, blankTable.count - 1))] }

    private static let hexTable = (0..<256).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }

    private func appendHex(_ bytes: ArraySlice<UInt8>, separator: String, to out: inout String) {
        var isFirst = true
        for byte in bytes {
            if !isFirst { out += separator }
            isFirst = false
            out += Self.hexTable[Int(byte)]
        }
    }

    /// A symbol in quotes, or as its bytes in hex if it is not UTF-8, or if it holds something that quotes or a terminal
    /// would not bear.
    static func quoted(_ symbol: [UInt8]) -> String {
        let isPlain = !symbol.contains { $0 < 0x20 || $0 == 0x7f || $0 == UInt8(ascii: "'") }
        if isPlain, let text = String(validating: symbol, as: UTF8.self) { return "'\(text)'" }
        return "0x" + symbol.map { hexTable[Int($0)] }.joined()
    }
}

/// Positions in a table of code offsets, found by ascending code offset.
private struct PlaceCursor {
    /// Positions by their code offset, then by themselves.
    private let order: [Int]
    private let offsets: [UInt32]
    private var next = 0

    init(_ offsets: [UInt32]) {
        self.offsets = offsets
        order = offsets.indices.sorted { (offsets[$0], $0) < (offsets[$1], $1) }
    }

    /// The positions that have a code offset; those of smaller ones are passed over.
    mutating func take(at offset: UInt32) -> ArraySlice<Int> {
        while next < order.count, offsets[order[next]] < offset { next += 1 }
        let start = next
        while next < order.count, offsets[order[next]] == offset { next += 1 }
        return order[start..<next]
    }
}

/// A set of positions in a table.
private struct PlaceSet {
    private var marks: [Bool]

    init(count: Int) { marks = [Bool](repeating: false, count: count) }

    mutating func insert(_ index: Int) { marks[index] = true }

    func contains(_ index: Int) -> Bool { marks[index] }
}
