// `pvm size`: whose bytes a program consists of.

import ArgumentParser
import PolkaBlob
import PolkaBuild
import PolkaCheck
import PolkaISA
import SystemPackage

struct SizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "size",
        abstract: "Show how many bytes each function and variable takes.",
        discussion: """
            The rows add up to the file: names in parentheses are parts of the format. Names come from the link map beside the \
            program, from its debug information, or from its exports.
            """)

    @Argument(help: ArgumentHelp("A .polkavm, .jam or raw program.", valueName: "blob"))
    var input: String

    @Option(help: "What the file is; by default what its contents say.")
    var format: ProgramForm?

    @Option(help: ArgumentHelp("An older program: shows what has grown and what has shrunk since.", valueName: "old"))
    var diff: String?

    @Flag(help: "Show all rows, not only the largest.")
    var all = false

    @Flag(help: "Print one JSON object instead.")
    var json = false

    /// Rows that are shown by default.
    private static let mostShown = 20

    func run() throws {
        let new = try report(of: input)
        guard let diff else { return json ? try JSONOutput.print(SizeOutput(new)) : show(new) }
        let difference = SizeDifference(from: try report(of: diff), to: new)
        if json {
            try JSONOutput.print(DifferenceOutput(difference))
        } else {
            show(difference)
        }
        hint(new)
    }

    private func report(of path: String) throws -> SizeReport {
        // No row depends on what the code means.
        let file = try ProgramInput.file(path, format, readAs: .jamV1)
        return SizeReport(file.blob, parts: try file.parts(), map: file.map())
    }

    // MARK: Text

    private func show(_ report: SizeReport) {
        let shown = all ? report.rows : Array(report.rows.prefix(Self.mostShown))
        let total = "\(report.byteCount)"
        var text = ""
        for row in shown {
            text += line("\(row.bytes)", total.count, Self.share(row.bytes, of: report.byteCount), row.name, row.kind)
        }
        let rest = report.rows.dropFirst(shown.count)
        if !rest.isEmpty {
            let bytes = rest.reduce(0) { $0 + $1.bytes }
            text += line(
                "\(bytes)", total.count, Self.share(bytes, of: report.byteCount), "\(rest.count) more (--all)", nil)
        }
        text += line(total, total.count, "100.0%", "the whole file", nil)
        Terminal.write(text)
        hint(report)
    }

    private func show(_ difference: SizeDifference) {
        let shown = all ? difference.rows : Array(difference.rows.prefix(Self.mostShown))
        func signed(_ value: Int) -> String { value > 0 ? "+\(value)" : "\(value)" }
        let total = difference.newByteCount - difference.oldByteCount
        let width = (difference.rows.map { signed($0.change).count } + [signed(total).count]).max() ?? 0
        var text = ""
        for row in shown { text += line(signed(row.change), width, "\(row.old) -> \(row.new)", row.name, row.kind) }
        let rest = difference.rows.dropFirst(shown.count)
        if !rest.isEmpty {
            let change = rest.reduce(0) { $0 + $1.change }
            text += line(signed(change), width, "", "\(rest.count) more (--all)", nil)
        }
        text += line(
            signed(total), width, "\(difference.oldByteCount) -> \(difference.newByteCount)", "the whole file", nil)
        Terminal.write(text)
    }

    private func line(
        _ bytes: String, _ width: Int, _ middle: String, _ name: String, _ kind: SizeReport.Kind?
    ) -> String {
        // Names in parentheses say what they are.
        let kind = kind.flatMap { name.hasPrefix("(") || $0 == .code ? nil : "  \($0.rawValue)" } ?? ""
        return "\(bytes.indented(width))  \(middle.indented(diff == nil ? 6 : 16))  \(name)\(kind)\n"
    }

    /// Per cent with one digit behind the point, rounded.
    private static func share(_ bytes: Int, of total: Int) -> String {
        let tenths = total == 0 ? 0 : (bytes * 1000 + total / 2) / total
        return "\(tenths / 10).\(tenths % 10)%"
    }

    /// What would tell more.
    private func hint(_ report: SizeReport) {
        if let text = NameHint.text(report.namesFrom, input) { Terminal.note(text) }
    }
}

/// The rows for programs.
private struct SizeOutput: Encodable {
    struct Row: Encodable {
        let name: String
        let kind: SizeReport.Kind
        let bytes: Int
        let share: Double
    }
    let fileBytes: Int
    let namesFrom: SymbolNames.Source
    let rows: [Row]

    enum CodingKeys: String, CodingKey {
        case rows
        case fileBytes = "file_bytes"
        case namesFrom = "names_from"
    }

    init(_ report: SizeReport) {
        fileBytes = report.byteCount
        namesFrom = report.namesFrom
        rows = report.rows.map { row in
            let share = report.byteCount == 0 ? 0 : Double(row.bytes) / Double(report.byteCount)
            return Row(name: row.name, kind: row.kind, bytes: row.bytes, share: share)
        }
    }
}

/// The changes for programs.
private struct DifferenceOutput: Encodable {
    let oldFileBytes: Int
    let newFileBytes: Int
    let rows: [SizeDifference.Row]

    enum CodingKeys: String, CodingKey {
        case rows
        case oldFileBytes = "old_file_bytes"
        case newFileBytes = "new_file_bytes"
    }

    init(_ difference: SizeDifference) {
        oldFileBytes = difference.oldByteCount
        newFileBytes = difference.newByteCount
        rows = difference.rows
    }
}
