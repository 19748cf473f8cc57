// What is wrong with a type, a declaration, a value or call data, and where.

/// Text or data that the contract ABI does not allow.
public struct ABIError: Error, Equatable, CustomStringConvertible {
    /// What kind of mistake it is.
    public enum Kind: Equatable, Sendable {
        /// A text that is no declaration, type or JSON.
        case syntax
        /// A type that there is not.
        case type
        /// Something declared twice, or two declarations that can not be told apart.
        case duplicate
        /// A value that its type does not have.
        case value
        /// More or fewer values than there are types.
        case count
        /// Data that ends too early.
        case truncated
        /// An offset that leads out of the data.
        case offset
        /// A length that the data can not have.
        case length
        /// Bytes that must be zeros, or copies of the sign, and are not.
        case padding
        /// A string that is not UTF-8.
        case encoding
        /// A name, selector or topic that the contract does not have.
        case unknown
    }

    /// Where it is.
    public enum Place: Equatable, Sendable {
        /// In no special place.
        case none
        /// In a text, both from 1; columns count bytes.
        case text(line: Int, column: Int)
        /// A value by its way through the others, as in `orders[2].maker`.
        case value(String)
        /// A value in data, and the byte from the beginning of that.
        case data(String, offset: Int)
    }

    /// What kind of mistake it is.
    public let kind: Kind
    /// Where it is.
    public let place: Place
    /// What should have been there.
    public let expected: String
    /// What was there.
    public let found: String
    /// What to do about it.
    public let remedy: String?

    package init(_ kind: Kind, _ place: Place = .none, expected: String, found: String, remedy: String? = nil) {
        self.kind = kind
        self.place = place
        self.expected = expected
        self.found = found
        self.remedy = remedy
    }

    /// The line of a text, from 1; nil for mistakes elsewhere.
    public var line: Int? {
        if case .text(let line, _) = place { line } else { nil }
    }

    /// Place, what was expected and found, and what to do.
    public var description: String {
        let place =
            switch place {
            case .none: ""
            case .text(let line, let column): "\(line):\(column): "
            case .value(let path): path.isEmpty ? "" : "\(path): "
            case .data(let path, let offset): "\(path.isEmpty ? "" : "\(path), ")byte 0x\(String(offset, radix: 16)): "
            }
        return place + message
    }

    /// The description without the place.
    public var message: String {
        "expected \(expected), found \(found)" + (remedy.map { "; \($0)" } ?? "")
    }

    /// The same mistake in a value that is a part of another: `part` is `[3]` or `.name`.
    func inside(_ part: String) -> ABIError {
        func joined(_ path: String) -> String {
            path.isEmpty ? part : path.first == "[" || path.first == "." ? part + path : "\(part).\(path)"
        }
        let place: Place =
            switch self.place {
            case .value(let path): .value(joined(path))
            case .data(let path, let offset): .data(joined(path), offset: offset)
            case .none: .value(part)
            case .text: self.place
            }
        return ABIError(kind, place, expected: expected, found: found, remedy: remedy)
    }
}
