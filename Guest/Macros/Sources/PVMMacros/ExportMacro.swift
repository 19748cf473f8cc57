// @Export and @Test: a C function that takes registers and calls the Swift function, and a record that names it
// (Guest/README.md, `.pvm.exports`).
//
// A C function of its own, because a Swift function may be called `main`, `call` or `abs`, and as a C symbol would take the
// place of the one that is meant elsewhere. A static function has a closure in the record instead: C functions are global.

import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacros

/// `@Export`, `@Export("name")`.
public struct ExportMacro: PeerMacro {
    public static func expansion(
        of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        var problems: [Diagnostic] = []
        defer { problems.forEach(context.diagnose) }
        guard let place = Placement(declaration, macro: "Export", at: node, in: context, &problems) else { return [] }
        let function = place.function
        let name =
            if let argument = node.argumentList.first {
                ExternalName(argument.expression, &problems)
            } else {
                ExternalName(of: function, &problems)
            }
        if function.body == nil {
            let fixIt = FixIt.replace(
                node.attributeName, by: "Import", .replace("'@Export'", with: "'@Import', for a function of the host"))
            problems.append(Diagnostic(.missingBody, at: function.name, fixIt))
        }
        let signature = Signature(of: function, &problems)
        guard problems.isEmpty, let name else { return [] }
        return Export(place: place, name: name, signature: signature).declarations(in: context)
    }
}

/// `@Test`: an export whose name begins with "test", which is how a test is known.
public struct TestMacro: PeerMacro {
    public static func expansion(
        of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        var problems: [Diagnostic] = []
        defer { problems.forEach(context.diagnose) }
        guard let place = Placement(declaration, macro: "Test", at: node, in: context, &problems) else { return [] }
        let function = place.function
        let prefix = function.plainName.hasPrefix("test") ? "" : "test_"
        let name = ExternalName(of: function, prefix: prefix, &problems)
        if function.body == nil { problems.append(Diagnostic(.missingBody, at: function.name)) }
        let clause = function.signature.parameterClause
        guard clause.parameters.isEmpty else {
            problems.append(
                Diagnostic(
                    .testWithParameters, at: clause.parameters, .remove(clause.parameters, "the parameters")))
            return []
        }
        // Of any type: to say what a result may be would not help.
        if let result = function.signature.returnClause, Signature.resultType(of: function) != nil {
            problems.append(Diagnostic(.testWithResult, at: result, .remove(result, "the result")))
            return []
        }
        let signature = Signature(of: function, &problems)
        guard problems.isEmpty, let name else { return [] }
        return Export(place: place, name: name, signature: signature).declarations(in: context)
    }
}

/// An exported function with everything known about it.
private struct Export {
    let place: Placement
    let name: ExternalName
    let signature: Signature

    func declarations(in context: some MacroExpansionContext) -> [DeclSyntax] {
        let function = place.function
        let call = signature.callFromRegisters(function.name.text)
        let wrapper = "__pvm_export_\(function.plainName)"
        let reference =
            place.isStatic
            ? "{ (\(signature.closureParameters)) -> \(signature.cResult) in \(call) }" : wrapper
        let record = Record.declaration(
            section: ".pvm.exports", id: context.makeUniqueName(name.text.asIdentifier), name: name,
            fields: [
                ("function", signature.cFunctionType, reference), ("inputs", "UInt8", "\(signature.inputCount)"),
                ("outputs", "UInt8", "\(signature.outputCount)"), ("version", "UInt16", "1"),
            ])
        if place.isStatic { return [record] }
        return [
            """
            @c(__pvm_export_\(raw: name.text.asIdentifier))
            private func \(raw: wrapper)(\(raw: signature.cParameters))\(raw: signature.cArrow) {
                \(raw: call)
            }
            """,
            record,
        ]
    }
}

extension AttributeSyntax {
    /// The arguments in the parentheses, if there are any.
    var argumentList: LabeledExprListSyntax {
        guard case .argumentList(let list)? = arguments else { return [] }
        return list
    }
}
