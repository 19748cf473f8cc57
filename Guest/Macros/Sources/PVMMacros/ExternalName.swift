// The name under which the other side knows a function.

import SwiftDiagnostics
import SwiftSyntax

/// A name of visible ASCII characters, 1 to 1024 of them.
struct ExternalName {
    static let maximumByteCount = 1024

    let text: String

    /// Takes the name from an argument of an attribute.
    init?(_ literal: ExprSyntax, _ problems: inout [Diagnostic]) {
        guard let string = literal.as(StringLiteralExprSyntax.self), string.segments.count == 1,
            case .stringSegment(let segment)? = string.segments.first, string.openingQuote.tokenKind == .stringQuote,
            string.openingPounds == nil
        else {
            problems.append(Diagnostic(.nameNotLiteral, at: literal))
            return nil
        }
        self.init(segment.content.text, at: literal, &problems)
    }

    /// Takes the name from a function.
    init?(of function: FunctionDeclSyntax, prefix: String = "", _ problems: inout [Diagnostic]) {
        self.init(prefix + function.plainName, at: function.name, &problems)
    }

    private init?(_ text: String, at node: some SyntaxProtocol, _ problems: inout [Diagnostic]) {
        self.text = text
        let bytes = text.utf8
        if bytes.isEmpty {
            problems.append(Diagnostic(.nameEmpty, at: node))
        } else if text.contains(where: { $0 == "\\" || $0 == "\"" || $0 == "'" || $0 == "`" }) {
            let plain = String(text.filter { $0 != "\\" && $0 != "\"" && $0 != "'" && $0 != "`" })
            problems.append(
                Diagnostic(
                    .nameQuoted, at: node,
                    .replace(node, by: "\"\(plain)\"", .replace(node.trimmedDescription, with: "\"\(plain)\""))))
        } else if !bytes.allSatisfy({ (0x21...0x7e).contains($0) }) {
            problems.append(Diagnostic(.nameNotASCII, at: node))
        } else if bytes.count > Self.maximumByteCount {
            problems.append(Diagnostic(.nameTooLong(count: bytes.count), at: node))
        } else {
            return
        }
        return nil
    }

    /// The name's bytes, as the only kind of literal that the compiler puts into a section.
    var byteLiterals: String {
        "[" + text.utf8.map { "0x" + String($0, radix: 16) }.joined(separator: ", ") + "]"
    }
}

extension String {
    /// The text with the characters of an identifier alone: `a.b` becomes `a_2eb`.
    var asIdentifier: String {
        utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            return byte < 0x80 && (character.isLetter || character.isNumber || character == "_")
                ? String(character) : "_" + String(byte, radix: 16)
        }.joined()
    }
}

extension FunctionDeclSyntax {
    /// The name without the backticks that a keyword needs.
    var plainName: String { name.text.filter { $0 != "`" } }
}
