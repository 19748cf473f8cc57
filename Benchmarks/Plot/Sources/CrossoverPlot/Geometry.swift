// Points and rectangles, and finding places for labels where nothing else is.

/// A place in the picture; y grows downwards.
struct Point: Equatable {
    var x: Double
    var y: Double
}

struct Rectangle: Equatable {
    var left: Double
    var top: Double
    var width: Double
    var height: Double

    var right: Double { left + width }
    var bottom: Double { top + height }

    /// Whether some of a stretch is inside.
    func meets(_ a: Point, _ b: Point) -> Bool {
        // The part of the stretch, 0 to 1, that is left when the four sides have cut off what is outside of them.
        var (first, last) = (0.0, 1.0)
        for (distance, step) in [
            (a.x - left, b.x - a.x), (right - a.x, a.x - b.x), (a.y - top, b.y - a.y), (bottom - a.y, a.y - b.y),
        ] {
            if step == 0 {
                if distance < 0 { return false }
            } else if step > 0 {
                first = max(first, -distance / step)
            } else {
                last = min(last, -distance / step)
            }
        }
        return first <= last
    }

    func meets(_ line: [Point]) -> Bool { zip(line, line.dropFirst()).contains { meets($0, $1) } }
}

/// Moves labels in a column apart.
///
/// - Parameters:
///   - wanted: where they would like to be, in any order.
///   - distance: how far apart they must be at least.
///   - range: where they must be, if there is room for all.
/// - Returns: a place for each, in the same order from top to bottom as wanted; of equal ones the first is on top.
func spread(_ wanted: [Double], distance: Double, in range: ClosedRange<Double>) -> [Double] {
    let order = wanted.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
    // Labels that would touch are a block around the mean of what they want; a block that touches the one above joins it.
    var blocks: [(members: [Int], centre: Double)] = []
    func centre(_ members: [Int]) -> Double {
        let half = Double(members.count - 1) * distance / 2
        let mean = members.reduce(0) { $0 + wanted[$1] } / Double(members.count)
        return max(range.lowerBound + half, min(range.upperBound - half, mean))
    }
    for index in order {
        var members = [index]
        while let above = blocks.last,
            centre(members) - above.centre < Double(above.members.count + members.count) * distance / 2
        {
            members = above.members + members
            blocks.removeLast()
        }
        blocks.append((members, centre(members)))
    }
    var places = wanted
    for block in blocks {
        for (row, index) in block.members.enumerated() {
            places[index] = block.centre + (Double(row) - Double(block.members.count - 1) / 2) * distance
        }
    }
    return places
}
