// Runs of bytes with names: sorted, without overlaps, however they were given.

/// Pieces of a range of offsets, each with a name; what lies between them has none.
struct Pieces: Sendable {
    struct Piece: Sendable {
        let range: Range<UInt64>
        let name: String
    }

    /// Ascending.
    let list: [Piece]

    /// Sorts pieces, cuts off what lies outside of `bounds`, and what overlaps from the later one.
    init(_ named: [Piece], in bounds: Range<UInt64>) {
        var list: [Piece] = []
        var covered = bounds.lowerBound
        for piece in named.sorted(by: { ($0.range.lowerBound, $0.name) < ($1.range.lowerBound, $1.name) }) {
            let start = max(covered, piece.range.lowerBound)
            let end = min(piece.range.upperBound, bounds.upperBound)
            guard start < end else { continue }
            list.append(Piece(range: start..<end, name: piece.name))
            covered = end
        }
        self.list = list
    }

    /// The name at an offset.
    func name(at offset: UInt64) -> String? {
        let index = firstIndex(endingBehind: offset)
        guard index < list.count, list[index].range.contains(offset) else { return nil }
        return list[index].name
    }

    private func firstIndex(endingBehind offset: UInt64) -> Int {
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if list[middle].range.upperBound <= offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Calls `body` for every piece of a range in order, and with nil for what lies between them.
    func forEachPart(of range: Range<UInt64>, _ body: (Range<UInt64>, String?) -> Void) {
        var cursor = range.lowerBound
        for piece in list[firstIndex(endingBehind: range.lowerBound)...] {
            guard piece.range.lowerBound < range.upperBound else { break }
            let part = piece.range.clamped(to: range)
            if cursor < part.lowerBound { body(cursor..<part.lowerBound, nil) }
            body(part, piece.name)
            cursor = part.upperBound
        }
        if cursor < range.upperBound { body(cursor..<range.upperBound, nil) }
    }
}
