// The picture: title, one panel for each guest, caption. Figures come from `Findings`, coordinates from `LogScale`.

import Foundation

/// Where things are, in pixels; a row of panels fits the width of a page of documentation.
private enum Layout {
    static let margin = 24.0
    static let axis = 58.0
    static let labels = 92.0
    static let panel = 310.0
    static let top = 112.0
    static let height = 340.0
    static let line = 19.0

    static func width(_ panels: Int) -> Double { 2 * margin + Double(panels) * (axis + panel + labels) }
}

extension Comparison {
    /// The whole picture as SVG, the same for the same data.
    public func svg() throws(ComparisonError) -> String {
        try check()
        let runs = guests.flatMap(\.runs)
        let times = runs.flatMap { run in Series.allCases.flatMap { $0.spread(run) } }
        let counts = runs.map { Double($0.iterations) }
        guard let least = times.min(), let most = times.max(), let first = counts.min(), let last = counts.max() else {
            throw ComparisonError(description: "there is nothing to draw")
        }
        let width = Layout.width(guests.count)
        let captionTop = Layout.top + Layout.height + 72
        let height = captionTop + Double(caption.count - 1) * Layout.line + Layout.margin
        var elements: [SVG] = [
            .rectangle(Rectangle(left: 0, top: 0, width: width, height: height), class: "paper"),
            .text("Interpreter or compiler?", Point(x: Layout.margin, y: 42), class: "title"),
            .text(
                "Time from the bytes of a program to its answer: parse, decode or compile, instantiate, call",
                Point(x: Layout.margin, y: 66), class: "subtitle"),
        ]
        for (index, guest) in guests.enumerated() {
            let left = Layout.margin + Layout.axis + Double(index) * (Layout.axis + Layout.panel + Layout.labels)
            let frame = Rectangle(left: left, top: Layout.top, width: Layout.panel, height: Layout.height)
            let panel = Panel(
                guest: guest, frame: frame, x: LogScale(first...last, from: frame.left, to: frame.right),
                y: LogScale(least...most, from: frame.bottom, to: frame.top))
            elements.append(.group(panel.elements))
        }
        for (row, line) in caption.enumerated() {
            elements.append(
                .text(line, Point(x: Layout.margin, y: captionTop + Double(row) * Layout.line), class: "caption"))
        }
        return SVG.document(
            width: width, height: height, title: "Interpreter or compiler?",
            description: guests.map(\.sentence).joined(separator: " "), style: Style.sheet, elements)
    }

    private var caption: [String] {
        let turns = guests.flatMap(\.runs).map(\.auto.count)
        let range = [turns.min(), turns.max()].compactMap { $0 }
        let count = Set(range).sorted().map { "\($0)" }.joined(separator: " to ")
        return guests.map(\.lossSentence) + [
            "Medians of \(count) runs, the backends in turns; bands: the middle 80 % of them. Both axes are logarithmic.",
            "make crossover, \(date), \(processor), \(processorCount) cores",
        ]
    }
}

extension Comparison.Guest {
    /// A number of iterations with its unit.
    public func count(_ iterations: Int) -> String {
        "\(Figures.count(iterations)) \(iterations == 1 ? unit : units)"
    }

    /// From how many iterations on the compiler is faster, and how long the backends take there.
    public var crossingText: (count: String, time: String) {
        func times(_ run: Comparison.Run?) -> String {
            guard let run else { return "" }
            return "\(Figures.time(run.compiler.median)), not \(Figures.time(run.interpreter.median))"
        }
        return switch crossing {
        case .at(let iterations, let nanoseconds):
            ("from \(Figures.count(iterations)) \(units) on", "both \(Figures.time(nanoseconds))")
        case .before: ("from \(count(runs.first?.iterations ?? 1)) on", times(runs.first))
        case .beyond: ("not up to \(count(runs.last?.iterations ?? 1))", times(runs.last))
        }
    }

    /// What the crossing means, in short lines.
    var crossingLines: [String] { ["compiler faster", crossingText.count, "(\(crossingText.time))"] }

    /// Where the lines cross, for those who do not see them.
    var sentence: String { "\(name): \(crossingLines.joined(separator: " "))." }

    /// How far auto is from the better backend.
    var lossSentence: String {
        let worst = worst
        var text =
            "\(name), auto: at worst \(Figures.ratio(worst.ratio)) times as long as the better of the two "
            + "(\(count(worst.iterations)))"
        if worst.ratio > 1.1, let start = iterations(within: 1.1) {
            text += ", within 10 % from \(Figures.count(start)) on"
        }
        return text
    }
}

/// The lines of a panel, in the order in which they are drawn.
enum Series: String, CaseIterable {
    case compiler, interpreter, auto

    func times(_ run: Comparison.Run) -> [Double] {
        switch self {
        case .compiler: run.compiler
        case .interpreter: run.interpreter
        case .auto: run.auto
        }
    }

    /// The ends of the band.
    func spread(_ run: Comparison.Run) -> [Double] {
        let times = times(run)
        return [times.quantile(0.1), times.quantile(0.9)]
    }
}
