// A constant in a section that the post-linker reads (Guest/README.md).
//
// Constants consist of literals alone, so the fields are a tuple. It lies in an enum because a module's global variables, unlike
// the static ones of its types, are compiled once more into each module that imports it. Nothing refers to it: it is found by
// its section, and its own name only has to differ from all others.

import SwiftSyntax
import SwiftSyntaxBuilder

enum Record {
    /// Writes a record down.
    ///
    /// - Parameters:
    ///   - section: The section.
    ///   - id: A name that nothing else has.
    ///   - name: What the host calls the function.
    ///   - fields: What comes before the length and the bytes of the name: label, type, value.
    /// - Returns: An enum around the constant.
    static func declaration(
        section: String, id: TokenSyntax, name: ExternalName, fields: [(label: String, type: String, value: String)]
    ) -> DeclSyntax {
        let types = fields.map { "\($0.label): \($0.type)" }.joined(separator: ", ")
        let values = fields.map { "\($0.label): \($0.value)" }.joined(separator: ", ")
        let length = name.text.utf8.count
        return """
            private enum \(id) {
                @section(\(literal: section)) @used
                static let record: (\(raw: types), length: UInt32, name: InlineArray<\(raw: length), UInt8>) = (
                    \(raw: values), length: \(raw: length),
                    name: \(raw: name.byteLiterals)
                )
            }
            """
    }
}
