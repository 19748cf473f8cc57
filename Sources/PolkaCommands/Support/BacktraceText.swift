// A guest's call stack as people and programs read it (cli.md, JSON).

import PolkaVM

/// A call stack in JSON: frames, innermost first.
struct BacktraceFrame: Encodable {
    private let frame: Backtrace.Frame
    private let omittedBefore: Int?

    static func list(_ backtrace: Backtrace) -> [BacktraceFrame] {
        backtrace.frames.enumerated().map { index, frame in
            let follows = backtrace.omittedCount > 0 && index == backtrace.omissionIndex
            return BacktraceFrame(frame: frame, omittedBefore: follows ? backtrace.omittedCount : nil)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case pc, function, file, line, column, kind, note
        case functionPC = "function_pc"
        case omittedBefore = "omitted_before"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(frame.codeOffset, forKey: .pc)
        // Null if they are not known, so that the keys are always there.
        try container.encode(frame.function, forKey: .function)
        try container.encode(frame.file, forKey: .file)
        try container.encode(frame.line, forKey: .line)
        try container.encode(frame.column, forKey: .column)
        try container.encode(Self.name(of: frame.kind), forKey: .kind)
        try container.encodeIfPresent(frame.functionOffset, forKey: .functionPC)
        try container.encodeIfPresent(frame.note, forKey: .note)
        try container.encodeIfPresent(omittedBefore, forKey: .omittedBefore)
    }

    private static func name(of kind: Backtrace.Frame.Kind) -> String {
        switch kind {
        case .guest: "guest"
        case .inlined: "inlined"
        case .host: "host"
        }
    }
}

/// A call stack in lines for a terminal.
struct BacktraceText {
    let backtrace: Backtrace
    let sources: SourceLines
    let color: Bool

    /// Of the innermost frames the source lines are shown as well.
    private static let framesWithSource = 8
    /// Characters of a name that are shown; names of generic Swift functions can be longer than a page.
    private static let widestName = 240

    /// The frames that somebody wrote: what compilers and macros put between them, and inlined, tells nobody anything.
    private var frames: [Backtrace.Frame] {
        guard backtrace.omittedCount == 0 else { return backtrace.frames }
        let all = backtrace.frames
        return all.enumerated().filter { index, frame in
            let isGenerated = frame.file.map { $0 == "<compiler-generated>" || $0.hasPrefix(Self.expansions) } ?? false
            return index == 0 || frame.kind != .inlined || !isGenerated
        }.map(\.element)
    }

    /// Where the compiler says that macros' code is.
    private static let expansions = "/tmp/swift-generated-sources/"

    var lines: [String] {
        var lines: [String] = []
        let width = "\(frames.count + backtrace.omittedCount)".count
        let frames = frames
        var number = 0
        var index = 0
        // Frames behind this are calls that have been shown.
        var repeatsEnd = 0
        while index < frames.count {
            if backtrace.omittedCount > 0, index == backtrace.omissionIndex {
                lines.append("  … \(backtrace.omittedCount) more …")
                number += backtrace.omittedCount
            }
            if index >= repeatsEnd, let count = repeats(at: index) {
                lines.append("  … the same again, \(count) frames …")
                index += count
                number += count
                repeatsEnd = index
                continue
            }
            let frame = frames[index]
            let mark = "#\(number)" + String(repeating: " ", count: width - "\(number)".count)
            lines.append("  \(mark) \(text(of: frame))")
            if index < Self.framesWithSource, let file = frame.file, let line = frame.line {
                let column = index == 0 ? frame.column : nil
                lines += sources.excerpt(line, column: column, of: file, color: color)?.map { "  " + $0 } ?? []
            }
            if let note = frame.note { lines.append("       (\(note))") }
            number += 1
            index += 1
        }
        if let problem = backtrace.debugInfoProblem {
            lines.append("  the debug information is damaged: \(Terminal.printable(problem))")
        }
        return lines
    }

    /// Frames of a recursion from here that repeat those in front of them, nil if they are few.
    private func repeats(at index: Int) -> Int? {
        // Those left out are between the others.
        let isBefore = index < backtrace.omissionIndex && backtrace.omittedCount > 0
        let end = isBefore ? backtrace.omissionIndex : frames.count
        let start = backtrace.omittedCount > 0 && !isBefore ? backtrace.omissionIndex : 0
        for period in 1...Self.longestCycle where index - start >= period {
            var next = index
            while next < end, frames[next] == frames[next - period] { next += 1 }
            // Whole rounds, so that what follows begins as the first did.
            let count = next == end ? next - index : (next - index) / period * period
            if count >= max(2 * period, Self.fewestRepeats) { return count }
        }
        return nil
    }

    /// Functions that call each other in a circle.
    private static let longestCycle = 8
    private static let fewestRepeats = 6

    private func text(of frame: Backtrace.Frame) -> String {
        let text = Terminal.printable(frame.description)
        var name = Terminal.printable(frame.function ?? "")
        guard !name.isEmpty, text.hasPrefix(name) else { return text }
        let rest = text.dropFirst(name.count)
        if name.count > Self.widestName { name = name.prefix(Self.widestName) + "…" }
        return color ? "\u{1b}[1m\(name)\u{1b}[0m\(rest)" : name + rest
    }
}
