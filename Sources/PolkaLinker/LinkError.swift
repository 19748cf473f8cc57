// What can be wrong with an ELF file that the compiler and ld accepted, and how it is said.

import RISCVELF

/// Everything that one pass of the linker found wrong.
package struct LinkFailure: Error, Equatable, CustomStringConvertible {
    package let errors: [LinkError]

    init(_ errors: [LinkError]) { self.errors = errors }

    package var description: String {
        let shown = errors.prefix(Self.mostShown).map(\.description).joined(separator: "\n")
        let hidden = errors.count - Self.mostShown
        return hidden > 0 ? "\(shown)\n\(hidden) more errors of this kind" : shown
    }

    private static let mostShown = 20
}

/// One thing that is wrong, and where.
package struct LinkError: Error, Hashable, CustomStringConvertible {
    /// Where it was found: file, section and offset, function; or the file alone.
    package let place: String
    /// What was found, what was expected, and what mends it.
    package let message: String

    package var description: String { "\(place): \(message)" }
}

/// Collects the independent errors of a pass; the pass ends with `check`.
struct Diagnostics {
    private(set) var errors: [LinkError] = []
    private var seen: Set<LinkError> = []

    mutating func report(_ error: LinkError) {
        if seen.insert(error).inserted { errors.append(error) }
    }

    func check() throws(LinkFailure) {
        if !errors.isEmpty { throw LinkFailure(errors) }
    }
}
