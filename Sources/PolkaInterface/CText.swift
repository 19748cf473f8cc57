// C as text: comments within a column, aligned constants, prototypes that break as a person would break them.

/// Lines of a C file.
struct CText {
    private(set) var lines: [String] = []
    /// As far as lines go.
    static let width = 120

    var text: String { lines.joined(separator: "\n") + "\n" }

    mutating func line(_ text: String = "") { lines.append(text) }

    /// A paragraph as a comment: `mark` begins each line, `indent` follows it in all but the first.
    mutating func comment(_ text: String, mark: String = "//", indent: String = "") {
        var current = mark
        for word in text.split(separator: " ") {
            if current.count + 1 + word.count > Self.width {
                lines.append(current)
                current = mark + indent
            }
            current += " " + word
        }
        lines.append(current)
    }

    /// A call of a macro, or a prototype: `head(first, second)` and what ends it.
    mutating func list(_ head: String, _ items: [String], _ end: String) {
        let whole = head + "(" + items.joined(separator: ", ") + ")" + end
        if whole.count <= Self.width {
            lines.append(whole)
            return
        }
        lines.append(head + "(")
        var current = "   "
        for (index, item) in items.enumerated() {
            let piece = item + (index == items.count - 1 ? ")" + end : ",")
            if current.count + 1 + piece.count > Self.width {
                lines.append(current)
                current = "   "
            }
            current += " " + piece
        }
        lines.append(current)
    }

    /// Definitions of macros in columns, what each means behind it.
    mutating func definitions(_ rows: [(name: String, value: String, summary: String)]) {
        let nameWidth = rows.map(\.name.count).max() ?? 0
        let valueWidth = rows.map(\.value.count).max() ?? 0
        for row in rows {
            let line =
                "#define " + row.name.padded(to: nameWidth) + " " + row.value.padded(to: valueWidth) + "  // "
                + row.summary
            if line.count <= Self.width {
                lines.append(line)
            } else {
                comment(row.summary.sentence)
                lines.append("#define " + row.name.padded(to: nameWidth) + " " + row.value)
            }
        }
    }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    /// With a capital letter first and a full stop last.
    var sentence: String { prefix(1).uppercased() + dropFirst() + (hasSuffix(".") ? "" : ".") }

    /// A name as words.
    var spaced: String { String(map { $0 == "_" ? " " : $0 }) }
}
