// Whose code is it? From the link map, which knows all, or debug information, or the exports: whatever there is.

package import PolkaBlob

/// Names of pieces of a program's code.
package struct SymbolNames: Sendable {
    /// What the names are from.
    package enum Source: String, Sendable, Encodable {
        case map = "link map"
        case debugInformation = "debug information"
        case exports
        case nothing
    }

    package let source: Source
    /// Pieces of code with one name each.
    let pieces: Pieces

    /// - Parameters:
    ///   - blob: the program.
    ///   - map: its link map; one whose code has another length is of another program and does not count.
    package init(of blob: Blob, map: MapText?) {
        let end = UInt64(blob.code.bytes.count)
        if let map, map.codeByteCount == end {
            source = .map
            pieces = map.functions.pieces(in: 0..<end)
            return
        }
        let debug = Self.fromDebugInformation(blob)
        if !debug.isEmpty {
            source = .debugInformation
            pieces = Pieces(debug, in: 0..<end)
            return
        }
        // An export names what follows it up to the next: its own function, and those that nothing names.
        let exports = blob.exports.filter { UInt64($0.codeOffset) < end }.enumerated()
            .sorted { ($0.element.codeOffset, $0.offset) < ($1.element.codeOffset, $1.offset) }.map(\.element)
        source = exports.isEmpty ? .nothing : .exports
        var named: [Pieces.Piece] = []
        for (index, export) in exports.enumerated()
        where index == 0 || exports[index - 1].codeOffset != export.codeOffset {
            let next = exports[(index + 1)...].first { $0.codeOffset > export.codeOffset }
            named.append(
                Pieces.Piece(
                    range: UInt64(export.codeOffset)..<(next.map { UInt64($0.codeOffset) } ?? end),
                    name: Blob.text(of: export.symbol)))
        }
        pieces = Pieces(named, in: 0..<end)
    }

    /// The outermost function of each range; damage costs the rest of the names, as in every other use.
    private static func fromDebugInformation(_ blob: Blob) -> [Pieces.Piece] {
        guard let information = try? blob.debugInfo() else { return [] }
        return information.ranges.compactMap { range in
            guard let frames = try? information.frames(at: range.code.lowerBound),
                let name = frames.first?.qualifiedName
            else { return nil }
            return Pieces.Piece(range: UInt64(range.code.lowerBound)..<UInt64(range.code.upperBound), name: name)
        }
    }

    /// The name of the code at an offset, nil if nothing tells it.
    package func name(at codeOffset: Int) -> String? { pieces.name(at: UInt64(codeOffset)) }
}

extension [MapText.Entry] {
    /// The entries as pieces of a range of addresses.
    func pieces(in bounds: Range<UInt64>) -> Pieces {
        Pieces(map { Pieces.Piece(range: $0.address..<$0.end, name: $0.name) }, in: bounds)
    }
}
