// Attributes that say something to the macro of the type around them, and are nothing by themselves: @Deploy, @Call, @Receive,
// @Fallback, @Storage, @Indexed.

import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacros

/// An attribute that another macro reads.
public struct ContractMarker: PeerMacro {
    public static func expansion(
        of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        let name = node.attributeName.trimmedDescription
        let scope = context.lexicalContext.first?.asProtocol((any WithAttributesSyntax).self)
        if name == "Indexed" {
            if scope?.attribute("Event") == nil { context.diagnose(Diagnostic(.indexedOutsideEvent, at: node)) }
            return []
        }
        let isInterface = name == "Call" && scope?.attribute("ContractInterface") != nil
        if scope?.attribute("Contract") == nil, !isInterface {
            context.diagnose(Diagnostic(.notInContract(macro: name), at: node, .remove(node, "'@\(name)'")))
        } else if name != "Storage", !declaration.is(FunctionDeclSyntax.self) {
            context.diagnose(Diagnostic(.outsideFunction(macro: name), at: node))
        } else if name == "Storage" {
            check(declaration, at: node, in: context)
        }
        return []
    }

    /// Refuses variables that can not be in storage.
    private static func check(
        _ declaration: some DeclSyntaxProtocol, at node: AttributeSyntax, in context: some MacroExpansionContext
    ) {
        guard let variable = declaration.as(VariableDeclSyntax.self), variable.bindings.count == 1,
            let binding = variable.bindings.first, binding.accessorBlock == nil
        else {
            context.diagnose(Diagnostic(.storageNotAVariable, at: node))
            return
        }
        if variable.bindingSpecifier.tokenKind != .keyword(.var) {
            context.diagnose(
                Diagnostic(
                    .storageIsConstant, at: variable.bindingSpecifier,
                    .replace(variable.bindingSpecifier, by: "var", .replace("'let'", with: "'var'"))))
        }
        if let value = binding.initializer {
            context.diagnose(
                Diagnostic(.storageWithValue, at: value, .remove(value, "'\(value.trimmedDescription)'")))
        } else if binding.typeAnnotation == nil {
            context.diagnose(Diagnostic(.storageWithoutType, at: binding.pattern))
        }
    }
}

/// `@_StorageSlot(n)`: reads and writes a variable in storage.
public struct StorageSlotMacro: AccessorMacro {
    public static func expansion(
        of node: AttributeSyntax, providingAccessorsOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [AccessorDeclSyntax] {
        guard let binding = declaration.as(VariableDeclSyntax.self)?.bindings.first,
            let type = binding.typeAnnotation?.type, let slot = node.argumentList.first?.expression
        else { return [] }
        let spelling = type.trimmedDescription
        let isReference = ["Map<", "StorageArray<", "Revive.Map<", "Revive.StorageArray<"]
            .contains { spelling.hasPrefix($0) }
        if isReference { return ["get { \(type.trimmed)(slot: Slot(\(slot.trimmed))) }"] }
        let place: ExprSyntax = "Stored<\(type.trimmed)>(slot: Slot(\(slot.trimmed)))"
        // Storage is not part of the value; of an object that goes without saying.
        let isClass = context.lexicalContext.first?.is(ClassDeclSyntax.self) ?? false
        let modifier = isClass ? "" : "nonmutating "
        return [
            "get { \(place).value }",
            "\(raw: modifier)set { \(place).value = newValue }",
            """
            \(raw: modifier)_modify {
                let place = \(place)
                var value = place.value
                yield &value
                place.value = value
            }
            """,
        ]
    }
}
