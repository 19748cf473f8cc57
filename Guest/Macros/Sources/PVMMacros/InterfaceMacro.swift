// @ContractInterface: a client for contracts of which only the functions are known, as a protocol has them.

import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxMacros

/// `@ContractInterface`.
public struct InterfaceMacro: PeerMacro {
    public static func expansion(
        of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        var problems: [Diagnostic] = []
        defer { problems.forEach(context.diagnose) }
        guard let interface = declaration.as(ProtocolDeclSyntax.self) else {
            problems.append(Diagnostic(.notAProtocol, at: node, .remove(node, "'@ContractInterface'")))
            return []
        }
        var functions: [ContractFunction] = []
        var deploy: [ABIValue]?
        for member in interface.memberBlock.members {
            if let function = member.decl.as(FunctionDeclSyntax.self) {
                let read = ContractFunction(function, function.attribute("Call"), &problems)
                read.checkName(function, function.attribute("Call"), &problems)
                functions.append(read)
            } else if let constructor = member.decl.as(InitializerDeclSyntax.self), deploy == nil {
                deploy = ContractFunction.parameters(of: constructor.signature.parameterClause, &problems)
            } else {
                problems.append(Diagnostic(.requirement, at: member.decl))
            }
        }
        guard problems.isEmpty else { return [] }
        let access = interface.modifiers.contains { $0.name.text == "public" } ? "public " : ""
        return [
            ContractClient(name: interface.name.text, access: access, deploy: deploy, functions: functions).declaration
        ]
    }
}
