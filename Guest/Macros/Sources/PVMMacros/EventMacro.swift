// @Event and @ContractError: how a value becomes topics and data, or data behind a selector; and the line of the ABI.

import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacros

/// Variables of a struct, or values of a case, as the ABI has them.
private struct Fields {
    var values: [(value: ABIValue, isIndexed: Bool)] = []

    /// Reads the stored variables of a struct.
    init(of type: StructDeclSyntax, _ problems: inout [Diagnostic]) {
        for member in type.memberBlock.members {
            guard let variable = member.decl.as(VariableDeclSyntax.self),
                !variable.modifiers.contains(where: { $0.name.tokenKind == .keyword(.static) })
            else { continue }
            for binding in variable.bindings where binding.accessorBlock == nil {
                // `let a, b: U256` has the type at the last.
                let annotation = binding.typeAnnotation ?? variable.bindings.last?.typeAnnotation
                guard let annotation else {
                    problems.append(Diagnostic(.fieldWithoutType, at: binding.pattern))
                    continue
                }
                guard let abi = ABIType(annotation.type, &problems) else { continue }
                let name = binding.pattern.trimmedDescription
                checkSolidityName(name.withoutBackticks, at: binding.pattern, &problems)
                values.append(
                    (ABIValue(label: "\(name): ", name: name, type: abi), variable.attribute("Indexed") != nil))
            }
        }
    }

    var all: [ABIValue] { values.map(\.value) }
    var indexed: [ABIValue] { values.filter(\.isIndexed).map(\.value) }
    var data: [ABIValue] { values.filter { !$0.isIndexed }.map(\.value) }
}

private func checkNotGeneric(_ declaration: some DeclGroupSyntax, _ macro: String, _ problems: inout [Diagnostic]) {
    if let generics = declaration.asProtocol((any WithGenericParametersSyntax).self)?.genericParameterClause {
        problems.append(Diagnostic(.genericValues(macro: macro), at: generics))
    }
}

/// `@Event`, `@Event(anonymous: true)`.
public struct EventMacro: MemberMacro, ExtensionMacro {
    private struct Description {
        let name: String
        let fields: Fields
        let isAnonymous: Bool
        let access: String

        init?(_ node: AttributeSyntax, _ declaration: some DeclGroupSyntax, _ problems: inout [Diagnostic]) {
            guard let type = declaration.as(StructDeclSyntax.self) else {
                problems.append(Diagnostic(.notAnEventType, at: node))
                return nil
            }
            checkNotGeneric(declaration, "Event", &problems)
            name = type.name.text.withoutBackticks
            checkSolidityName(name, at: type.name, &problems)
            fields = Fields(of: type, &problems)
            access = type.modifiers.contains { $0.name.text == "public" } ? "public " : ""
            isAnonymous =
                node.argumentList.first { $0.label?.text == "anonymous" }?.expression.trimmedDescription == "true"
            let maximum = isAnonymous ? 4 : 3
            if fields.indexed.count > maximum {
                problems.append(
                    Diagnostic(.tooManyIndexed(count: fields.indexed.count, maximum: maximum), at: type.name))
            }
        }

        var line: String {
            let list = fields.values.map { field in
                "\(field.value.type.solidity)\(field.isIndexed ? " indexed" : "") \(field.value.name)"
            }
            return "event \(name)(\(list.joined(separator: ", ")))\(isAnonymous ? " anonymous" : "")"
        }
    }

    public static func expansion(
        of node: AttributeSyntax, providingMembersOf declaration: some DeclGroupSyntax,
        conformingTo protocols: [TypeSyntax], in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        var problems: [Diagnostic] = []
        defer { problems.forEach(context.diagnose) }
        guard let event = Description(node, declaration, &problems), problems.isEmpty else { return [] }
        return [
            """
            private enum __PVMEvent {
            \(raw: ABISection.constant("abi", [event.line]).indented(4))
            }
            """
        ]
    }

    public static func expansion(
        of node: AttributeSyntax, attachedTo declaration: some DeclGroupSyntax,
        providingExtensionsOf type: some TypeSyntaxProtocol, conformingTo protocols: [TypeSyntax],
        in context: some MacroExpansionContext
    ) throws -> [ExtensionDeclSyntax] {
        var problems: [Diagnostic] = []
        guard let event = Description(node, declaration, &problems), problems.isEmpty else { return [] }
        var topics =
            event.isAnonymous
            ? [] : ["$0.write(topic: \((event.name + event.fields.all.map(\.type).signature).topicLiterals))"]
        topics += event.fields.indexed.map { "$0.write(topic: \($0.swiftName))" }
        let data = event.fields.data
        let text: DeclSyntax = """
            extension \(type.trimmed): Event {
                @inline(__always)
                \(raw: event.access)func abiEncode<Result>(
                    _ __pvm_body: (UnsafeRawPointer, Int, UnsafeRawPointer, Int) -> Result
                ) -> Result {
                    withABIEvent(
                        topics: \(raw: topics.count), words: \(raw: data.count), tail: \(raw: ContractFunction.tail(data)),
                        { \(raw: topics.isEmpty ? "_ in" : topics.joined(separator: "; ")) },
                        { \(raw: ContractFunction.writes(data)) }, then: __pvm_body)
                }
            }
            """
        return text.as(ExtensionDeclSyntax.self).map { [$0] } ?? []
    }
}

/// `@ContractError`.
public struct ErrorMacro: MemberMacro, ExtensionMacro {
    /// An error: a struct, or a case of an enum.
    private struct Description {
        let name: String
        /// The case, nil for a struct.
        let pattern: String?
        let values: [ABIValue]

        var signature: String { name + values.map(\.type).signature }
        var line: String { "error \(name)(\(values.map(\.declaration).joined(separator: ", ")))" }
        var encoding: String {
            "withABICall(\(signature.selectorLiteral), words: \(values.count), tail: \(ContractFunction.tail(values))) {"
                + " \(ContractFunction.writes(values)) } then: { __pvm_body($0, $1) }"
        }
    }

    private static func read(
        _ node: AttributeSyntax, _ declaration: some DeclGroupSyntax, _ problems: inout [Diagnostic]
    ) -> [Description] {
        checkNotGeneric(declaration, "ContractError", &problems)
        if let type = declaration.as(StructDeclSyntax.self) {
            return [
                Description(
                    name: type.name.text.withoutBackticks, pattern: nil, values: Fields(of: type, &problems).all)
            ]
        }
        guard let type = declaration.as(EnumDeclSyntax.self) else {
            problems.append(Diagnostic(.notAnErrorType, at: node))
            return []
        }
        return type.memberBlock.members.compactMap { $0.decl.as(EnumCaseDeclSyntax.self) }.flatMap(\.elements)
            .map { element in
                let parameters = element.parameterClause?.parameters ?? []
                let values = parameters.enumerated().compactMap { number, parameter -> ABIValue? in
                    let token = parameter.secondName ?? parameter.firstName
                    let name = token.flatMap { $0.text == "_" ? nil : $0.asName } ?? "value\(number)"
                    return ABIType(parameter.type, &problems).map { ABIValue(label: "", name: name, type: $0) }
                }
                let plain = element.name.text.withoutBackticks
                checkSolidityName(plain, at: element.name, &problems)
                let list =
                    values.isEmpty ? "" : "(" + values.map { "let \($0.swiftName)" }.joined(separator: ", ") + ")"
                return Description(
                    name: plain.prefix(1).uppercased() + plain.dropFirst(), pattern: ".\(element.name.text)\(list)",
                    values: values)
            }
    }

    public static func expansion(
        of node: AttributeSyntax, providingMembersOf declaration: some DeclGroupSyntax,
        conformingTo protocols: [TypeSyntax], in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        var problems: [Diagnostic] = []
        defer { problems.forEach(context.diagnose) }
        let errors = read(node, declaration, &problems)
        guard problems.isEmpty, !errors.isEmpty else { return [] }
        return [
            """
            private enum __PVMError {
            \(raw: ABISection.constant("abi", errors.map(\.line)).indented(4))
            }
            """
        ]
    }

    public static func expansion(
        of node: AttributeSyntax, attachedTo declaration: some DeclGroupSyntax,
        providingExtensionsOf type: some TypeSyntaxProtocol, conformingTo protocols: [TypeSyntax],
        in context: some MacroExpansionContext
    ) throws -> [ExtensionDeclSyntax] {
        var problems: [Diagnostic] = []
        let errors = read(node, declaration, &problems)
        guard problems.isEmpty, let first = errors.first else { return [] }
        var body = first.encoding
        if first.pattern != nil {
            let cases = errors.map { "case \($0.pattern ?? ""): return \($0.encoding)" }
            body = "switch self {\n" + cases.joined(separator: "\n") + "\n}"
        }
        let access = declaration.modifiers.contains { $0.name.text == "public" } ? "public " : ""
        let text: DeclSyntax = """
            extension \(type.trimmed): ContractError {
                \(raw: access)func abiEncode<Result>(_ __pvm_body: (UnsafeRawPointer, Int) -> Result) -> Result {
            \(raw: body.indented(8))
                }
            }
            """
        return text.as(ExtensionDeclSyntax.self).map { [$0] } ?? []
    }
}
