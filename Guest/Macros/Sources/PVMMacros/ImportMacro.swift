// @Import: gives a function without a body one that calls the host, through a C declaration and a record that describes it
// (Guest/README.md, `.pvm.imports`).
//
// The C declaration and the record are private: files and modules may import the same function without knowing of each other.
// Static functions are refused, since the compiler (6.3) calls a static C declaration with the type as one more argument.

import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacros

/// `@Import`, `@Import("name")`, `@Import(index: 16)`, `@Import("name", index: 16)`.
public struct ImportMacro: PeerMacro, BodyMacro {
    public static func expansion(
        of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        var problems: [Diagnostic] = []
        defer { problems.forEach(context.diagnose) }
        guard let import_ = Import(declaration, node, context, &problems), problems.isEmpty else { return [] }
        let (name, signature) = (import_.name, import_.signature)
        let number = import_.index.map { "\($0)" } ?? "0xffff_ffff"
        return [
            """
            @_extern(c, \(literal: name.text))
            private func \(raw: import_.peer)(\(raw: signature.cParameters))\(raw: signature.cArrow)
            """,
            Record.declaration(
                section: ".pvm.imports", id: context.makeUniqueName(name.text.asIdentifier), name: name,
                fields: [
                    ("version", "UInt16", "1"), ("inputs", "UInt8", "\(signature.inputCount)"),
                    ("outputs", "UInt8", "\(signature.outputCount)"), ("number", "UInt32", number),
                ]),
        ]
    }

    public static func expansion(
        of node: AttributeSyntax,
        providingBodyFor declaration: some DeclSyntaxProtocol & WithOptionalCodeBlockSyntax,
        in context: some MacroExpansionContext
    ) throws -> [CodeBlockItemSyntax] {
        var problems: [Diagnostic] = []
        guard let import_ = Import(declaration, node, context, &problems), problems.isEmpty else {
            // The peers' expansion has said what is wrong; without any body the compiler would add to that.
            return ["Swift.fatalError()"]
        }
        return ["\(raw: import_.signature.callWithRegisters(import_.peer))"]
    }
}

/// An imported function with everything known about it.
private struct Import {
    let place: Placement
    let name: ExternalName
    let index: UInt32?
    let signature: Signature

    var peer: String { "__pvm_import_\(place.function.plainName)" }

    init?(
        _ declaration: some DeclSyntaxProtocol, _ node: AttributeSyntax, _ context: some MacroExpansionContext,
        _ problems: inout [Diagnostic]
    ) {
        guard
            let place = Placement(
                declaration, macro: "Import", allowsStatic: false, at: node, in: context, &problems)
        else { return nil }
        let function = place.function
        let arguments = node.argumentList
        let name =
            if let argument = arguments.first(where: { $0.label == nil }) {
                ExternalName(argument.expression, &problems)
            } else {
                ExternalName(of: function, &problems)
            }
        index = arguments.first { $0.label?.text == "index" }.flatMap { Self.index($0.expression, &problems) }
        if let body = function.body {
            problems.append(
                Diagnostic(
                    .bodyOfImport, at: body, .remove(body, "the body"),
                    .replace(
                        node.attributeName, by: "Export",
                        .replace("'@Import'", with: "'@Export', for a function of the guest"))))
        }
        signature = Signature(of: function, &problems)
        for (number, parameter) in function.signature.parameterClause.parameters.enumerated()
        where (parameter.secondName ?? parameter.firstName).tokenKind == .wildcard {
            let written = parameter.secondName ?? parameter.firstName
            let text = parameter.secondName == nil ? "_ argument\(number)" : "argument\(number)"
            problems.append(
                Diagnostic(
                    .unnamedParameter, at: parameter,
                    .replace(written, by: text, .insert("the name 'argument\(number)'"))))
        }
        guard let name else { return nil }
        self.place = place
        self.name = name
    }

    /// Reads the number of a host call; the largest number of 32 bits stands for none in the record.
    private static func index(_ expression: ExprSyntax, _ problems: inout [Diagnostic]) -> UInt32? {
        if let prefix = expression.as(PrefixOperatorExprSyntax.self), prefix.operator.text == "-",
            prefix.expression.is(IntegerLiteralExprSyntax.self)
        {
            problems.append(Diagnostic(.indexOutOfRange, at: expression))
            return nil
        }
        guard let literal = expression.as(IntegerLiteralExprSyntax.self) else {
            problems.append(Diagnostic(.indexNotLiteral, at: expression))
            return nil
        }
        guard let value = literal.value32, value < .max else {
            problems.append(Diagnostic(.indexOutOfRange, at: expression))
            return nil
        }
        return value
    }
}

extension IntegerLiteralExprSyntax {
    /// The value, nil if it needs more than 32 bits.
    fileprivate var value32: UInt32? {
        let digits = literal.text.filter { $0 != "_" }
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
            return UInt32(digits.dropFirst(2), radix: radix)
        }
        return UInt32(digits)
    }
}
