// What a chain's host offers and admits, as the checks need it; the tables themselves are in HostTables.swift.

/// The functions, entry points and limits of a host.
package struct HostTable: Sendable {
    /// A function of the program that the host calls.
    package struct Entry: Sendable {
        package let name: String
        /// Where in the code it must be, nil if the host finds it by name.
        package let codeOffset: UInt32?

        init(_ name: String, at codeOffset: UInt32?) {
            self.name = name
            self.codeOffset = codeOffset
        }
    }

    /// A function that programs may call.
    package struct Function: Sendable {
        /// The name by which programs import it.
        package let name: String
        /// Its number, nil if the host finds it by name.
        package let number: UInt32?

        init(_ name: String, number: UInt32?) {
            self.name = name
            self.number = number
        }
    }

    /// A function that there once was.
    package struct Retired: Sendable {
        package let name: String
        /// What became of it.
        package let summary: String

        init(_ name: String, _ summary: String) {
            self.name = name
            self.summary = summary
        }
    }

    /// With the version, as in `jam-0.8.0`.
    package let name: String
    package let entries: [Entry]
    package let functions: [Function]
    package let retired: [Retired]
    /// By group and name, as in `admission.blob_bytes`.
    let limits: [String: UInt64]

    /// A limit that the interface's file must have.
    func limit(_ name: String) -> Int {
        guard let limit = limits[name] else {
            preconditionFailure("Guest/hosts has no limit '\(name)' for \(self.name)")
        }
        return Int(clamping: limit)
    }

    package func function(named name: String) -> Function? { functions.first { $0.name == name } }
    package func function(number: UInt32) -> Function? { functions.first { $0.number == number } }
}
