// One guest: grid, axes, bands, lines with their names at the ends, and the mark where two of them cross.

import Foundation

struct Panel {
    let guest: Comparison.Guest
    let frame: Rectangle
    let x: LogScale
    let y: LogScale

    var elements: [SVG] {
        var elements = heading + grid
        elements += Series.allCases.map { .polygon(band($0), class: "band \($0)") }
        elements += Series.allCases.map { .polyline(line($0), class: "line \($0)") }
        return elements + mark + names
    }

    // MARK: Around the lines

    private var heading: [SVG] {
        [
            .text(guest.name, Point(x: frame.left, y: frame.top - 14), class: "heading"),
            .text(
                "\(Figures.count(guest.blobByteCount)) bytes", Point(x: frame.right, y: frame.top - 14), .end,
                class: "tick"),
            .text(
                "number of \(guest.units)", Point(x: (frame.left + frame.right) / 2, y: frame.bottom + 42), .middle,
                class: "axis"),
        ]
    }

    private var grid: [SVG] {
        var lines: [SVG] = []
        var labels: [SVG] = []
        for tick in x.ticks {
            let (top, bottom) = (Point(x: x(tick.value), y: frame.top), Point(x: x(tick.value), y: frame.bottom))
            lines.append(.line(top, bottom, class: tick.isLabelled ? "strong" : "faint"))
            guard tick.isLabelled else { continue }
            labels.append(.text(Figures.tick(tick.value), Point(x: top.x, y: bottom.y + 20), .middle, class: "tick"))
        }
        for tick in y.ticks {
            let (left, right) = (Point(x: frame.left, y: y(tick.value)), Point(x: frame.right, y: y(tick.value)))
            lines.append(.line(left, right, class: tick.isLabelled ? "strong" : "faint"))
            guard tick.isLabelled else { continue }
            labels.append(.text(Figures.time(tick.value), Point(x: left.x - 8, y: left.y + 4.5), .end, class: "tick"))
        }
        return lines + labels + [.rectangle(frame, class: "frame")]
    }

    // MARK: Lines

    private func line(_ series: Series) -> [Point] {
        guest.runs.map { Point(x: x(Double($0.iterations)), y: y(series.times($0).median)) }
    }

    private func band(_ series: Series) -> [Point] {
        func edge(_ part: Int) -> [Point] {
            guest.runs.map { Point(x: x(Double($0.iterations)), y: y(series.spread($0)[part])) }
        }
        return edge(1) + edge(0).reversed()
    }

    /// Each line has its name at its end; names that would overlap move apart and keep a thread to their line.
    private var names: [SVG] {
        let ends = Series.allCases.compactMap { series in line(series).last.map { (series, $0) } }
        let places = spread(ends.map(\.1.y), distance: 18, in: frame.top + 8...frame.bottom - 8)
        return zip(ends, places).flatMap { end, place -> [SVG] in
            let (series, point) = end
            let start = Point(x: frame.right + 16, y: place)
            return [
                .line(Point(x: point.x + 3, y: point.y), Point(x: start.x - 3, y: place), class: "thread \(series)"),
                .text(series.rawValue, Point(x: start.x, y: place + 4.5), class: "name \(series)"),
            ]
        }
    }

    // MARK: The crossing

    private var mark: [SVG] {
        let lines = guest.crossingLines
        let width = (lines.map { Double($0.count) * Style.markCharacterWidth }.max() ?? 0) + 8
        let size = (width: width, height: 18 * Double(lines.count) + 4)
        guard case .at(let iterations, let nanoseconds) = guest.crossing else {
            return text(lines, in: place(size, above: line(.interpreter)[0]))
        }
        let point = Point(x: x(iterations), y: y(nanoseconds))
        let box = place(size, above: point)
        return [
            // Down to the axis, where the number can be read off, and up to the label.
            .line(Point(x: point.x, y: frame.bottom), Point(x: point.x, y: min(point.y, box.bottom)), class: "drop"),
            .circle(point, radius: 6, class: "ring"),
        ] + text(lines, in: box)
    }

    /// A place for a label that covers no line, the next above a point.
    ///
    /// Longer runs take longer, so the lines go up to the right, and the upper left is free.
    private func place(_ size: (width: Double, height: Double), above point: Point) -> Rectangle {
        let drawn = Series.allCases.map(line)
        let gap = 6.0
        let lefts = (frame.left + gap)...max(frame.left + gap, frame.right - gap - size.width)
        func box(_ part: Double, top: Double) -> Rectangle {
            let left = min(lefts.upperBound, max(lefts.lowerBound, point.x - part * size.width))
            return Rectangle(left: left, top: top, width: size.width, height: size.height)
        }
        for top in stride(from: point.y - size.height - 3 * gap, through: frame.top + gap, by: -gap) {
            for part in [0.5, 0.8] {
                let box = box(part, top: top)
                let surroundings = Rectangle(
                    left: box.left - gap, top: box.top - gap, width: box.width + 2 * gap, height: box.height + 2 * gap)
                if !drawn.contains(where: surroundings.meets) { return box }
            }
        }
        // Nowhere: over the lines is better than not at all.
        return box(0.5, top: frame.top + gap)
    }

    private func text(_ lines: [String], in box: Rectangle) -> [SVG] {
        lines.enumerated().map { row, line in
            .text(line, Point(x: box.left + 4, y: box.top + 15 + 18 * Double(row)), class: "mark")
        }
    }
}
