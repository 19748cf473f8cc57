// What can be wrong with an ELF file that the compiler and ld accepted, and how it is said.

import RISCVELF

/// Everything that one pass of the linker found wrong.
package struct LinkFailure: Error, Equatable, CustomStringConvertible {
    /// In the order of discovery, at most `Diagnostics.mostKept`.
    package let errors: [LinkError]
    /// How many more there were.
    package let omittedCount: Int

    init(_ errors: [LinkError], omittedCount: Int = 0) {
        self.errors = errors
        self.omittedCount = omittedCount
    }

    package var description: String {
        let shown = errors.prefix(Self.mostShown).map(\.description).joined(separator: "\n")
        let hidden = errors.count + omittedCount - Self.mostShown
        return hidden > 0 ? "\(shown)\n\(hidden) more error\(hidden == 1 ? "" : "s")" : shown
    }

    private static let mostShown = 20
}

/// One thing that is wrong, and where.
package struct LinkError: Error, Hashable, CustomStringConvertible {
    /// Where it was found: file, section and offset, function; or the file alone.
    package let place: String
    /// What was found, what was expected, and what mends it.
    package let message: String
    /// The symbol, if what is wrong is that nothing defines it.
    package var undefinedSymbol: String?

    package var description: String { "\(place): \(message)" }
}

/// Collects the independent errors of a pass; the pass ends with `check`.
struct Diagnostics {
    private(set) var errors: [LinkError] = []
    private var omittedCount = 0
    private var seen: Set<LinkError> = []

    /// A section of the wrong kind can make an error of each of its instructions; nobody reads more than a few.
    static let mostKept = 1000

    mutating func report(_ error: LinkError) {
        guard errors.count < Self.mostKept else {
            omittedCount += 1
            return
        }
        if seen.insert(error).inserted { errors.append(error) }
    }

    /// Adds what another one has collected.
    mutating func report(_ other: Diagnostics) {
        for error in other.errors { report(error) }
        omittedCount += other.omittedCount
    }

    func check() throws(LinkFailure) {
        if !errors.isEmpty { throw LinkFailure(errors, omittedCount: omittedCount) }
    }
}
