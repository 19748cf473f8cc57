// #expect: hands a condition to `expect` together with its source text, and for a comparison the two sides, so that the
// values can be shown as well.

import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacros

/// `#expect(condition)`.
public struct ExpectMacro: ExpressionMacro {
    public static func expansion(
        of node: some FreestandingMacroExpansionSyntax, in context: some MacroExpansionContext
    ) throws -> ExprSyntax {
        guard let condition = node.arguments.first?.expression else { return "()" }
        let location = Self.location(of: node, in: context)
        let text = StringLiteralExprSyntax(content: Self.oneLine(condition))
        if let comparison = condition.as(InfixOperatorExprSyntax.self),
            let symbol = comparison.operator.as(BinaryOperatorExprSyntax.self)?.operator.text,
            ["==", "!=", "<", "<=", ">", ">="].contains(symbol),
            !comparison.leftOperand.is(NilLiteralExprSyntax.self),
            !comparison.rightOperand.is(NilLiteralExprSyntax.self)
        {
            let (left, right) = (comparison.leftOperand.trimmed, comparison.rightOperand.trimmed)
            return "PVM.expect(\(left), \(right), \(text)\(raw: location)) { $0 \(raw: symbol) $1 }"
        }
        return "PVM.expect(\(condition.trimmed), \(text)\(raw: location))"
    }

    /// Where the condition stands; a default argument would name a place in the expansion.
    private static func location(
        of node: some FreestandingMacroExpansionSyntax, in context: some MacroExpansionContext
    ) -> String {
        guard let location = context.location(of: node, at: .afterLeadingTrivia, filePathMode: .fileID) else {
            return ""
        }
        return ", file: \(location.file), line: \(location.line)"
    }

    /// The source text with line breaks and indentation as single spaces.
    private static func oneLine(_ expression: ExprSyntax) -> String {
        expression.trimmedDescription.split(whereSeparator: \.isNewline)
            .map { line in line.drop { $0 == " " || $0 == "\t" } }
            .joined(separator: " ")
    }
}
