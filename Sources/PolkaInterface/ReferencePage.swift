// Interfaces as pages of the documentation: every function with its arguments, errors and costs. Checked in like the headers.

/// A page in Markdown.
package struct ReferencePage: Equatable, Sendable {
    package let name: String
    package let text: String

    /// A page for each interface.
    package static func all(of interfaces: [HostInterface]) -> [ReferencePage] {
        interfaces.sorted { $0.fullName < $1.fullName }.map { interface in
            ReferencePage(name: "\(interface.fullName).md", text: interface.page)
        }
    }
}

extension HostInterface {
    fileprivate var page: String {
        var parts = ["# Interface `\(fullName)`", summary]
        if let note { parts.append(note) }
        parts.append(
            "Generated from `Guest/hosts/\(fullName).json` by `make headers`; changes belong there. In C the functions are"
                + " `\(prefix)NAME`, from `\(headerName)`.")
        if !entries.isEmpty {
            parts.append("## What the host calls")
            let rows = entries.map { entry in
                ["`\(entry.name)`", entry.offset.map { "\($0)" } ?? "", entry.summary]
            }
            parts.append(table(["export", "code offset", ""], rows))
        }
        parts.append("## Functions")
        let hasNumbers = functions.contains { $0.number != nil }
        let index = functions.map { function in
            (hasNumbers ? [function.number.map { "\($0)" } ?? ""] : [])
                + ["[`\(function.name)`](#\(function.name))", function.summary]
        }
        parts.append(table((hasNumbers ? ["number"] : []) + ["function", ""], index))
        if let unknownCall {
            parts.append("Any other number costs \(unknownCall.gas) gas and gives `\(unknownCall.result)`.")
        }
        parts += functions.map(section)
        if !aborts.isEmpty {
            parts.append("## What ends a call")
            parts.append(table(["", ""], aborts.map { ["`\($0.name)`", $0.summary] }))
        }
        parts.append("## Constants")
        for group in constants {
            parts.append(
                "**\(group.name.spaced)** (`\(group.kind.rawValue)`, \(group.form.rawValue)): \(group.summary)")
            let rows = group.values.map { constant in
                ["`\(group.prefix)\(constant.name)`", constant.value.pageText, constant.summary]
            }
            parts.append(table(["", "value", ""], rows))
        }
        for record in records {
            parts.append("**`\(record.name)`**, \(record.byteCount) bytes: \(record.summary)")
            let rows = record.fields.map { field in
                [
                    "`\(field.name)`", field.content.pageText + (field.count > 1 ? " × \(field.count)" : ""),
                    field.summary ?? "",
                ]
            }
            parts.append(table(["field", "", ""], rows))
        }
        if !retired.isEmpty {
            parts.append("## Functions that there were")
            parts.append(table(["", ""], retired.map { ["`\($0.name)`", $0.summary] }))
        }
        return parts.joined(separator: "\n\n") + "\n"
    }

    private func section(_ function: HostFunction) -> String {
        let number = function.number.map { " (\($0))" } ?? ""
        var parts = ["### \(function.name)", function.summary.sentence]
        if !number.isEmpty { parts[1] += " Number \(function.number ?? 0)." }
        var facts: [String] = []
        if function.changesState { facts.append("Refused in read-only frames.") }
        if let entries = function.entries {
            facts.append("Only in \(entries.map { "`\($0)`" }.joined(separator: ", ")).")
        }
        if function.neverReturns { facts.append("Does not return.") }
        if let note = function.note { facts.append(note.sentence) }
        if !facts.isEmpty { parts.append(facts.joined(separator: " ")) }
        if !function.parameters.isEmpty {
            let rows = function.parameters.enumerated().flatMap { self.rows($1, "a\($0)") }
            parts.append(table(["register", "argument", "", ""], rows))
        }
        for (index, result) in function.results.enumerated() {
            parts.append("Gives in a\(index): \(result.summary).")
        }
        if !function.errors.isEmpty {
            let list = function.errors.map { "`\($0.name)`" + ($0.when.map { " (\($0))" } ?? "") }
            parts.append("Errors: \(list.joined(separator: ", ")).")
        }
        if !function.gas.isEmpty { parts.append("Gas: \(function.gas.map(cost).joined(separator: "; ")).") }
        return parts.joined(separator: "\n\n")
    }

    private func rows(_ parameter: Parameter, _ register: String) -> [[String]] {
        switch parameter.kind {
        case .packed(let high, let low):
            return rows(high, "\(register), high half") + rows(low, "\(register), low half")
        case .integer(let integer):
            let group = integer.group.flatMap { self.group($0) }.map { ", \($0.name.spaced)" } ?? ""
            return [[register, "`\(parameter.name)`", integer.kind.rawValue + group, parameter.summary ?? ""]]
        case .pointer(let pointer):
            let direction =
                switch pointer.direction {
                case .in: "read"
                case .out: "written"
                case .inout_: "read and written"
                }
            let extent =
                switch pointer.extent {
                case .fixed(1): pointer.content.pageText
                case .fixed(let count): "\(count) × \(pointer.content.pageText)"
                case .counted(let name): "`\(name)` × \(pointer.content.pageText)"
                case .capacity(let name): "at most as many bytes as at `\(name)`"
                }
            let optional = pointer.isOptional ? ", may be none" : ""
            return [
                [
                    register, "`\(parameter.name)`", "pointer, \(direction): \(extent)\(optional)",
                    parameter.summary ?? "",
                ]
            ]
        }
    }

    private func cost(_ cost: GasCost) -> String {
        func text(_ range: ClosedRange<UInt64>) -> String {
            range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "\(range.lowerBound)–\(range.upperBound)"
        }
        let terms = cost.terms.map { term in
            " + \(text(term.cost)) per \(term.unit)" + (term.subject.map { " of \($0)" } ?? "")
        }
        return text(cost.base) + terms.joined() + (cost.when.map { " when \($0)" } ?? "")
    }

    private func table(_ head: [String], _ rows: [[String]]) -> String {
        func line(_ cells: [String]) -> String {
            "| "
                + cells.map { $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
                .joined(separator: " | ") + " |"
        }
        return ([line(head), "|" + String(repeating: " --- |", count: head.count)] + rows.map(line))
            .joined(separator: "\n")
    }
}

extension Content {
    fileprivate var pageText: String {
        switch self {
        case .bytes: "byte"
        case .value(let kind): kind.rawValue
        case .record(let name): "`\(name)`"
        }
    }
}

extension UInt64 {
    /// Small numbers in decimal, large ones in hexadecimal.
    fileprivate var pageText: String { self < 1 << 32 ? "\(self)" : "0x" + String(self, radix: 16) }
}
