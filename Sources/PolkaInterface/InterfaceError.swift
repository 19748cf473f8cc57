// Why a file of an interface was refused.

/// A file that describes no interface.
package struct InterfaceError: Error, Equatable, CustomStringConvertible {
    package enum Kind: Equatable, Sendable {
        /// The text is not JSON.
        case syntax
        /// A value of another type.
        case type
        /// A key that must be there is not.
        case missing
        /// A key or word that means nothing there.
        case unknown
        /// A number or text outside of what is allowed.
        case range
        /// A name or number that is there already.
        case duplicate
        /// A name of something that is not there.
        case reference
        /// Parts that do not go together.
        case combination
    }

    package let kind: Kind
    package let file: String
    /// Both from 1; columns count bytes.
    package let line, column: Int
    /// The way through the values, as in `functions[3].name`; empty at the top.
    package let path: String
    package let expected: String
    package let found: String
    package let remedy: String?

    package var description: String {
        let place = "\(file):\(line):\(column): " + (path.isEmpty ? "" : "\(path): ")
        return "\(place)expected \(expected), found \(found)" + (remedy.map { "; \($0)" } ?? "")
    }
}
