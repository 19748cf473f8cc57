// @Contract: the two entries with the switch over selectors, the records that export them, the lines of the ABI, a client; and the
// slots of variables in storage.

import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacros

/// `@Contract`.
public struct ContractMacro: MemberMacro, MemberAttributeMacro, PeerMacro {
    public static func expansion(
        of node: AttributeSyntax, providingMembersOf declaration: some DeclGroupSyntax,
        conformingTo protocols: [TypeSyntax], in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        var problems: [Diagnostic] = []
        defer { problems.forEach(context.diagnose) }
        guard let contract = Contract(declaration, at: node, &problems), problems.isEmpty else { return [] }
        return contract.members(in: context)
    }

    /// Gives variables with `@Storage` their slots.
    public static func expansion(
        of node: AttributeSyntax, attachedTo declaration: some DeclGroupSyntax,
        providingAttributesFor member: some DeclSyntaxProtocol, in context: some MacroExpansionContext
    ) throws -> [AttributeSyntax] {
        guard let variable = member.as(VariableDeclSyntax.self), variable.attribute("Storage") != nil,
            let name = variable.bindings.first?.pattern.trimmedDescription
        else { return [] }
        let stored = declaration.memberBlock.members.compactMap { $0.decl.as(VariableDeclSyntax.self) }
            .filter { $0.attribute("Storage") != nil }.flatMap(\.bindings).map(\.pattern.trimmedDescription)
        guard let slot = stored.firstIndex(of: name) else { return [] }
        return ["@_StorageSlot(\(raw: slot))"]
    }

    public static func expansion(
        of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        // What is wrong has been said with the members.
        var problems: [Diagnostic] = []
        guard let group = declaration.asProtocol((any DeclGroupSyntax).self),
            let contract = Contract(group, at: node, &problems), problems.isEmpty
        else { return [] }
        return [contract.client.declaration]
    }
}

/// A contract with all that is known about it.
private struct Contract {
    let name: String
    let isPublic: Bool
    var functions: [ContractFunction] = []
    var deploy: ContractFunction?
    var receive: ContractFunction?
    var fallback: ContractFunction?

    init?(_ declaration: some DeclGroupSyntax, at node: AttributeSyntax, _ problems: inout [Diagnostic]) {
        let modifiers = declaration.modifiers.map(\.name.text)
        if let type = declaration.as(StructDeclSyntax.self) {
            name = type.name.text
        } else if let type = declaration.as(EnumDeclSyntax.self) {
            name = type.name.text
        } else if let type = declaration.as(ClassDeclSyntax.self), modifiers.contains("final") {
            name = type.name.text
        } else {
            problems.append(Diagnostic(.notAContractType, at: node))
            return nil
        }
        isPublic = modifiers.contains("public")
        if let generics = declaration.asProtocol((any WithGenericParametersSyntax).self)?.genericParameterClause {
            problems.append(Diagnostic(.genericContract, at: generics))
        }
        var signatures: [String: String] = [:]
        for member in declaration.memberBlock.members {
            if let variable = member.decl.as(VariableDeclSyntax.self) { Self.check(variable, &problems) }
            if let condition = member.decl.as(IfConfigDeclSyntax.self) { Self.check(condition, &problems) }
            guard let function = member.decl.as(FunctionDeclSyntax.self) else { continue }
            if let attribute = function.attribute("Call") {
                let read = ContractFunction(function, attribute, &problems)
                read.checkName(function, attribute, &problems)
                let selector = read.signature.selectorLiteral
                if let other = signatures.updateValue(read.signature, forKey: selector) {
                    problems.append(
                        Diagnostic(.sameSelector(signature: read.signature, other: other), at: function.name))
                }
                functions.append(read)
            }
            if let attribute = function.attribute("Deploy") {
                if deploy != nil { problems.append(Diagnostic(.several("constructor"), at: function.name)) }
                let read = ContractFunction(function, attribute, &problems)
                Self.checkMutability(read, "Deploy", attribute, &problems)
                if let result = function.signature.returnClause, read.resultType != nil {
                    problems.append(Diagnostic(.deployWithResult, at: result, .remove(result, "the result")))
                }
                deploy = read
            }
            if function.attribute("Receive") != nil {
                if receive != nil {
                    problems.append(Diagnostic(.several("function that receives value"), at: function.name))
                }
                let read = ContractFunction(function, nil, &problems)
                if !read.parameters.isEmpty || read.resultType != nil {
                    problems.append(Diagnostic(.receiveWithParameters, at: function.signature))
                }
                receive = read
            }
            if let attribute = function.attribute("Fallback") {
                if fallback != nil { problems.append(Diagnostic(.several("fallback"), at: function.name)) }
                let read = ContractFunction(function, attribute, &problems)
                Self.checkMutability(read, "Fallback", attribute, &problems)
                if !read.parameters.isEmpty || read.resultType ?? "Bytes" != "Bytes" {
                    problems.append(Diagnostic(.fallbackWithValues, at: function.signature))
                }
                fallback = read
            }
        }
    }

    private static func checkMutability(
        _ function: ContractFunction, _ macro: String, _ attribute: AttributeSyntax, _ problems: inout [Diagnostic]
    ) {
        if function.mutability == .view || function.mutability == .pure {
            problems.append(Diagnostic(.mutability(macro: macro), at: attribute))
        }
    }

    /// Refuses under a condition what this macro would have to read: it does not know which conditions hold.
    private static func check(_ condition: IfConfigDeclSyntax, _ problems: inout [Diagnostic]) {
        for clause in condition.clauses {
            guard case .decls(let members)? = clause.elements else { continue }
            for member in members {
                if let inner = member.decl.as(IfConfigDeclSyntax.self) { check(inner, &problems) }
                if let variable = member.decl.as(VariableDeclSyntax.self) { check(variable, &problems) }
                guard let declaration = member.decl.asProtocol((any WithAttributesSyntax).self) else { continue }
                for macro in ["Call", "Deploy", "Fallback", "Receive", "Storage"] {
                    guard let attribute = declaration.attribute(macro) else { continue }
                    problems.append(Diagnostic(.underCondition(macro: macro), at: attribute))
                }
            }
        }
    }

    /// Refuses variables that would be forgotten.
    private static func check(_ variable: VariableDeclSyntax, _ problems: inout [Diagnostic]) {
        let isStatic = variable.modifiers.contains { $0.name.tokenKind == .keyword(.static) }
        guard variable.attribute("Storage") == nil, !isStatic, variable.bindingSpecifier.tokenKind == .keyword(.var),
            let binding = variable.bindings.first, binding.accessorBlock == nil
        else { return }
        let name = binding.pattern.trimmedDescription
        problems.append(
            Diagnostic(
                .storedOutsideStorage(name: name), at: variable.bindingSpecifier,
                .replace(variable.bindingSpecifier, by: "@Storage var", .insert("'@Storage'"))))
    }

    // MARK: The entries

    /// What a function is called on.
    private func instance(_ function: ContractFunction) -> String { function.isStatic ? name : "contract" }

    /// What makes the instance, if any of the functions needs one.
    private func makeInstance(_ functions: [ContractFunction]) -> [String] {
        if functions.allSatisfy(\.isStatic) { return [] }
        return ["\(functions.contains(where: \.isMutating) ? "var" : "let") contract = \(name)()"]
    }

    private var deployBody: String {
        var lines: [String] = []
        if deploy?.mutability != .payable { lines.append("ContractEntry.refuseValue()") }
        if let deploy {
            lines += makeInstance([deploy])
            lines.append(
                deploy.serve(
                    on: instance(deploy), reader: "CallData.constructorReader(words: \(deploy.parameters.count))"))
        }
        return lines.joined(separator: "\n")
    }

    private var callBody: String {
        let others = [receive, fallback].compactMap { $0 }
        let mayTakeValue = receive != nil || (functions + others).contains { $0.mutability == .payable }
        // Long inputs are read once more as a whole.
        let words = functions.filter { !$0.isDynamic }.map(\.parameters.count).max() ?? 0
        var lines = ["CallData.withMessage(words: \(words)) { input in"]
        if !mayTakeValue { lines.append("    ContractEntry.refuseValue()") }
        lines += makeInstance(functions + others).map { "    " + $0 }
        if let receive {
            let call = receive.serve(on: instance(receive), reader: "")
            lines += ["    if input.count == 0 {", call.indented(8), "        return", "    }"]
        }
        let otherwise = fallbackLines(mayTakeValue)
        lines.append("    if input.count < 4 {")
        lines += otherwise.map { "        " + $0 } + ["    }"]
        lines.append("    switch input.selector {")
        for function in functions {
            // Compared as it is loaded, with its first byte lowest.
            let selector = Keccak256.selector(of: function.signature).byteSwapped
            lines.append("    case 0x\(String(selector, radix: 16)):  // \(function.signature)")
            if mayTakeValue, function.mutability != .payable { lines.append("        ContractEntry.refuseValue()") }
            let count = function.parameters.count
            let reader = function.isDynamic ? "input.readerOfAll(words: \(count))" : "input.reader(words: \(count))"
            lines.append(function.serve(on: instance(function), reader: reader).indented(8))
        }
        lines.append("    default:")
        lines += otherwise.map { "        " + $0 }
        lines += ["    }", "}"]
        return lines.joined(separator: "\n")
    }

    private func fallbackLines(_ mayTakeValue: Bool) -> [String] {
        guard let fallback else { return ["Revive.revert()"] }
        let check = mayTakeValue && fallback.mutability != .payable ? ["ContractEntry.refuseValue()"] : []
        let end = fallback.resultType == nil ? "return" : "ContractEntry.finish(returning: result)"
        return check + fallback.guarded([fallback.call(on: instance(fallback)), end])
    }

    private var lines: [String] {
        var lines: [String] = []
        if let deploy {
            let list = deploy.parameters.map(\.declaration).joined(separator: ", ")
            lines.append("constructor(\(list))\(deploy.mutability.suffix)")
        }
        lines += functions.map(\.line)
        if receive != nil { lines.append("receive() external payable") }
        if let fallback { lines.append("fallback() external\(fallback.mutability.suffix)") }
        return lines
    }

    func members(in context: some MacroExpansionContext) -> [DeclSyntax] {
        let exports = ["deploy", "call"].compactMap { entry -> String? in
            var none: [Diagnostic] = []
            guard let external = ExternalName("\"\(raw: entry)\"" as ExprSyntax, &none) else { return nil }
            return Record.declaration(
                section: ".pvm.exports", id: .identifier("Export\(entry)"), name: external,
                fields: [
                    ("function", "@convention(c) () -> Void", "{ () -> Void in \(name).__pvm_\(entry)() }"),
                    ("inputs", "UInt8", "0"), ("outputs", "UInt8", "0"), ("version", "UInt16", "1"),
                ]
            ).description
        }
        let abi = lines.isEmpty ? "" : ABISection.constant("abi", lines)
        return [
            """
            static func __pvm_deploy() {
            \(raw: deployBody.indented(4))
            }
            """,
            """
            static func __pvm_call() {
            \(raw: callBody.indented(4))
            }
            """,
            """
            private enum __PVMContract {
            \(raw: (exports + [abi]).joined(separator: "\n").indented(4))
            }
            """,
        ]
    }

    var client: ContractClient {
        ContractClient(
            name: name, access: isPublic ? "public " : "", deploy: deploy?.parameters ?? [], functions: functions)
    }
}

/// The struct that calls a contract.
struct ContractClient {
    let name: String
    let access: String
    /// What the constructor takes; nil if nobody knows.
    let deploy: [ABIValue]?
    let functions: [ContractFunction]

    var declaration: DeclSyntax {
        var members: [String] = []
        if let deploy {
            let list = deploy.isEmpty ? "" : ", " + ContractFunction.declarations(deploy)
            let writes = ContractFunction.writes(deploy)
            let arguments = "words: \(deploy.count), tail: \(ContractFunction.tail(deploy))) { \(writes) }"
            members.append(
                """
                @discardableResult
                \(access)static func deploy(_ __pvm_deployment: Deployment\(list)) -> \(name)Client {
                    \(name)Client(__pvm_deployment.deploy(\(arguments))
                }
                \(access)static func tryDeploy(_ __pvm_deployment: Deployment\(list)) -> CallResult<Address> {
                    __pvm_deployment.attempt(\(arguments)
                }
                """)
        }
        members += functions.map { $0.client(access: access) }
        return """
            \(raw: access)struct \(raw: name)Client: ContractClient {
                \(raw: access)var __pvm_reference: ContractReference
                \(raw: access)init(_ reference: ContractReference) { __pvm_reference = reference }
            \(raw: members.joined(separator: "\n").indented(4))
            }
            """
    }
}

extension WithAttributesSyntax {
    /// The attribute of that name.
    func attribute(_ name: String) -> AttributeSyntax? {
        for case .attribute(let attribute) in attributes
        where attribute.attributeName.trimmedDescription.split(separator: ".").last.map(String.init) == name {
            return attribute
        }
        return nil
    }
}
