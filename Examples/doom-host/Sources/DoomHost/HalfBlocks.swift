// Pictures for a terminal: the upper half block ▀ shows two pixels, one in the colour of the letter and one in that of the paper.

/// Draws pictures in a terminal with 24-bit colours.
///
/// Only what has changed since the last picture is written.
public struct HalfBlocks {
    private struct Cell: Equatable {
        var upper: UInt32
        var lower: UInt32
    }

    public let columns: Int
    public let rows: Int
    private var shown: [Cell?]

    /// The largest picture with the proportions of the game's screen, 4 to 3, for a terminal of so many cells, each twice as
    /// high as wide.
    public init(terminalColumns: Int, terminalRows: Int) {
        let width = max(1, min(terminalColumns, terminalRows * 2 * 4 / 3, Picture.width))
        columns = width
        rows = max(1, min(terminalRows, (width * 3 / 4 + 1) / 2))
        shown = Array(repeating: nil, count: columns * rows)
    }

    /// The text that turns the last picture into this one.
    public mutating func draw(_ picture: Picture) -> String {
        let colors = averages(of: picture)
        var text = ""
        var (upper, lower): (UInt32?, UInt32?) = (nil, nil)
        for row in 0..<rows {
            var follows = false
            for column in 0..<columns {
                let cell = Cell(
                    upper: colors[2 * row * columns + column], lower: colors[(2 * row + 1) * columns + column])
                let index = row * columns + column
                guard shown[index] != cell else {
                    follows = false
                    continue
                }
                shown[index] = cell
                if !follows { text += "\u{1b}[\(row + 1);\(column + 1)H" }
                if upper != cell.upper { text += "\u{1b}[38;2;\(Self.numbers(cell.upper))m" }
                if lower != cell.lower { text += "\u{1b}[48;2;\(Self.numbers(cell.lower))m" }
                (upper, lower) = (cell.upper, cell.lower)
                text += "▀"
                follows = true
            }
        }
        return text.isEmpty ? text : text + "\u{1b}[0m"
    }

    /// The mean colour of the part of the picture behind each half cell.
    private func averages(of picture: Picture) -> [UInt32] {
        let colors = picture.colors
        let height = 2 * rows
        var means = [UInt32](repeating: 0, count: columns * height)
        for y in 0..<height {
            let lines = Self.part(y, of: height, from: Picture.height)
            for x in 0..<columns {
                let span = Self.part(x, of: columns, from: Picture.width)
                var (red, green, blue): (UInt32, UInt32, UInt32) = (0, 0, 0)
                for line in lines {
                    for place in span {
                        let color = colors[Int(picture.pixels[line * Picture.width + place])]
                        red += color >> 16
                        green += color >> 8 & 0xff
                        blue += color & 0xff
                    }
                }
                let count = UInt32(lines.count * span.count)
                means[y * columns + x] = (red / count) << 16 | (green / count) << 8 | blue / count
            }
        }
        return means
    }

    /// What lies behind one of several equal parts: at least one pixel.
    private static func part(_ index: Int, of count: Int, from pixels: Int) -> Range<Int> {
        let start = index * pixels / count
        return start..<max(start + 1, (index + 1) * pixels / count)
    }

    private static func numbers(_ color: UInt32) -> String { "\(color >> 16);\(color >> 8 & 0xff);\(color & 0xff)" }
}
