// Interfaces as Swift values that the tool contains: what `pvm check` must know of hosts, wherever it runs. One file for all
// interfaces of chains, checked in like the headers.

/// The file with the tables of `PolkaCheck`.
package enum SwiftTable {
    package static let fileName = "HostTables.swift"

    /// The text of the file: a `HostTable` for each interface whose guests are deployed somewhere.
    package static func text(of interfaces: [HostInterface]) -> String {
        let tables = interfaces.filter { $0.target != localTarget && !$0.isForTesting }
            .sorted { ($0.name, $0.version?.code ?? 0) < ($1.name, $1.version?.code ?? 0) }
        return """
            // What the hosts of chains offer to programs, call and admit.
            //
            // Generated from the files of Guest/hosts by `make headers`; changes belong there.

            // swift-format-ignore-file

            extension HostTable {
            \(tables.map(text).joined(separator: "\n"))
            }

            """
    }

    /// The target that is deployed nowhere: the tool's own machine.
    private static let localTarget = "polkavm"

    private static func text(of interface: HostInterface) -> String {
        let entries = interface.entries.map { entry in
            "Entry(\(quoted(entry.name)), at: \(entry.offset.map { "\($0)" } ?? "nil"))"
        }
        let functions = interface.functions.map { function in
            let number = function.number.map { "\($0)" } ?? "nil"
            return "Function(\(quoted(interface.symbol(of: function))), number: \(number))"
        }
        let retired = interface.retired.map { "Retired(\(quoted($0.name)), \(quoted($0.summary)))" }
        let limits = interface.constants.filter { $0.form == .limits }.flatMap { group in
            group.values.map { "\(quoted("\(group.name).\($0.name)")): \($0.value)" }
        }
        return """
                /// \(interface.summary)
                package static let \(identifier(of: interface)) = HostTable(
                    name: \(quoted(interface.fullName)),
                    entries: \(list(entries)),
                    functions: \(list(functions)),
                    retired: \(list(retired)),
                    limits: \(list(limits, empty: "[:]")))

            """
    }

    private static func list(_ items: [String], empty: String = "[]") -> String {
        if items.isEmpty { return empty }
        return "[\n" + items.map { "            \($0),\n" }.joined() + "        ]"
    }

    private static func identifier(of interface: HostInterface) -> String {
        guard let version = interface.version else { return interface.name }
        return "\(interface.name)\(version.major)\(version.minor)\(version.patch)"
    }

    /// Names and summaries are ordinary text; what would end a literal is escaped all the same.
    private static func quoted(_ text: String) -> String {
        "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "\""
    }
}
