// A function of a contract as the chain sees it: name, types, what it does with state and value; and the Swift around it, on both
// sides of the call.

import SwiftDiagnostics
import SwiftSyntax

/// What a function does with state and value.
enum ABIMutability: String {
    case view, pure, payable, nonpayable

    /// As it stands in a line of the ABI, with the space before it.
    var suffix: String { self == .nonpayable ? "" : " \(rawValue)" }

    /// Reads `.view` from an attribute.
    init(_ attribute: AttributeSyntax?) {
        let first = attribute?.argumentList.first { $0.label == nil }?.expression
        let name = first?.as(MemberAccessExprSyntax.self)?.declName.baseName.text
        self = name.flatMap(ABIMutability.init(rawValue:)) ?? .nonpayable
    }
}

/// A value with a name: a parameter, a result, a variable of an event.
struct ABIValue {
    /// What stands before an argument, with the colon; nothing if there is no label.
    let label: String
    /// As the ABI has it, empty for results without a name.
    let name: String
    /// As Swift code names it, with backticks if it is a keyword.
    let swiftName: String
    let type: ABIType

    init(label: String, name: String, type: ABIType) {
        self.label = label
        self.name = name.withoutBackticks
        swiftName = name
        self.type = type
    }

    /// As a line of the ABI has it.
    var declaration: String { name.isEmpty ? type.solidity : "\(type.solidity) \(name)" }
}

/// A function that the chain calls.
struct ContractFunction {
    /// What Swift calls it.
    let name: String
    /// What the chain calls it.
    let externalName: String
    let mutability: ABIMutability
    let parameters: [ABIValue]
    let results: [ABIValue]
    /// The result as Swift has it, nil if there is none.
    let resultType: String?
    /// The type of error that is thrown.
    let thrownType: String?
    let isStatic: Bool
    let isMutating: Bool

    var types: [ABIType] { parameters.map(\.type) }
    var signature: String { externalName + types.signature }
    var isDynamic: Bool { types.contains(where: \.isDynamic) }

    /// The line of the ABI.
    var line: String {
        let list = parameters.map(\.declaration).joined(separator: ", ")
        let returns = results.isEmpty ? "" : " returns (\(results.map(\.declaration).joined(separator: ", ")))"
        return "function \(externalName)(\(list))\(mutability.suffix)\(returns)"
    }
}

extension ContractFunction {
    /// Reads a function; all that is wrong with it is added to `problems`.
    init(_ function: FunctionDeclSyntax, _ attribute: AttributeSyntax?, _ problems: inout [Diagnostic]) {
        name = function.name.text
        externalName =
            attribute?.argumentList.first { $0.label?.text == "name" }
            .flatMap { ExternalName($0.expression, &problems)?.text } ?? function.plainName
        mutability = ABIMutability(attribute)
        isStatic = function.modifiers.contains { $0.name.tokenKind == .keyword(.static) }
        isMutating = function.modifiers.contains { $0.name.tokenKind == .keyword(.mutating) }
        if let generics = function.genericParameterClause {
            problems.append(Diagnostic(.notCallable("a generic"), at: generics))
        }
        let effects = function.signature.effectSpecifiers
        if let async = effects?.asyncSpecifier {
            problems.append(
                Diagnostic(.notCallable("an asynchronous"), at: async, .remove(async, "'\(async.text)'")))
        }
        thrownType = effects?.throwsClause.flatMap { clause in
            if let type = clause.type { return type.trimmedDescription }
            problems.append(Diagnostic(.untypedThrows, at: clause))
            return nil
        }
        parameters = Self.parameters(of: function.signature.parameterClause, &problems)
        let type = Signature.resultType(of: function)
        resultType = type?.trimmedDescription
        results = type.map { Self.results($0, &problems) } ?? []
    }

    /// Refuses a name that no caller could write down.
    func checkName(_ function: FunctionDeclSyntax, _ attribute: AttributeSyntax?, _ problems: inout [Diagnostic]) {
        let argument = attribute?.argumentList.first { $0.label?.text == "name" }
        checkSolidityName(externalName, at: argument.map { Syntax($0.expression) } ?? Syntax(function.name), &problems)
    }

    static func parameters(of clause: FunctionParameterClauseSyntax, _ problems: inout [Diagnostic]) -> [ABIValue] {
        clause.parameters.enumerated().compactMap { number, parameter in
            if let value = parameter.defaultValue {
                problems.append(Diagnostic(.defaultValue, at: value, .remove(value, "'\(value.trimmedDescription)'")))
            }
            if let ellipsis = parameter.ellipsis {
                let type = parameter.type.trimmedDescription
                problems.append(
                    Diagnostic(
                        .notCallable("a variadic"), at: ellipsis,
                        .replace(parameter.type, by: "[\(type)]", .replace("'\(type)...'", with: "'[\(type)]'"))))
                return nil
            }
            guard let type = ABIType(parameter.type, &problems) else { return nil }
            let first = parameter.firstName.text
            let name = parameter.secondName ?? parameter.firstName
            checkSolidityName(name.text.withoutBackticks, at: name, &problems)
            return ABIValue(
                label: first == "_" ? "" : "\(first): ", name: name.text == "_" ? "argument\(number)" : name.asName,
                type: type)
        }
    }

    /// The results: several if the type is a tuple.
    private static func results(_ type: TypeSyntax, _ problems: inout [Diagnostic]) -> [ABIValue] {
        guard let tuple = type.as(TupleTypeSyntax.self) else {
            return ABIType(type, &problems).map { [ABIValue(label: "", name: "", type: $0)] } ?? []
        }
        return tuple.elements.compactMap { element in
            let name = element.firstName.map(\.text) ?? ""
            return ABIType(element.type, &problems)
                .map { ABIValue(label: name.isEmpty ? "" : "\(name): ", name: name == "_" ? "" : name, type: $0) }
        }
    }
}

// MARK: Being called

extension ContractFunction {
    /// What runs the function with values from `reader` and hands over its results, as lines.
    func serve(on contract: String, reader: String) -> String {
        var lines: [String] = []
        if !parameters.isEmpty { lines.append("var reader = \(reader)") }
        var end: [String] = []
        lines.append(call(on: contract))
        if !results.isEmpty {
            let values = results.count == 1 ? ["result"] : results.indices.map { "result.\($0)" }
            let writes = values.map { "$0.write(\($0))" }.joined(separator: "; ")
            end.append(
                "ContractEntry.finish(words: \(results.count), tail: \(tail(zip(values, results)))) { \(writes) }")
        }
        return guarded(lines + end).joined(separator: "\n")
    }

    /// The call with values from `reader`; the result, if there is one, is `result`.
    func call(on contract: String) -> String {
        let arguments = parameters.map { "\($0.label)reader.read(\($0.type.swift).self)" }.joined(separator: ", ")
        let result = results.isEmpty ? "" : "let result = "
        return "\(result)\(thrownType == nil ? "" : "try ")\(contract).\(name)(\(arguments))"
    }

    /// Lines with the call, which revert with what it throws.
    func guarded(_ lines: [String]) -> [String] {
        guard let thrownType else { return lines }
        let start = ["do throws(\(thrownType)) {"] + lines.map { "    \($0)" }
        return start + ["} catch {", "    Revive.revert(error)", "}"]
    }

    /// The size of the tails of values, `nil` if none has one.
    private func tail(_ values: some Sequence<(String, ABIValue)>) -> String { Self.tail(values) }

    static func tail(_ values: some Sequence<(String, ABIValue)>) -> String {
        let sizes = values.filter { $0.1.type.isDynamic }.map { "\($0.0).abiTailSize" }
        return sizes.isEmpty ? "nil" : sizes.joined(separator: " + ")
    }

    /// The same for values that have their own names.
    static func tail(_ values: [ABIValue]) -> String { tail(values.map { ($0.swiftName, $0) }) }

    /// What writes values that have their own names.
    static func writes(_ values: [ABIValue]) -> String {
        values.isEmpty ? "_ in" : values.map { "$0.write(\($0.swiftName))" }.joined(separator: "; ")
    }
}

// MARK: Calling

extension ContractFunction {
    /// The parameters as a client declares them.
    static func declarations(_ parameters: [ABIValue]) -> String {
        parameters.map { parameter in
            let label = parameter.label.dropLast(2)
            if label.isEmpty { return "_ \(parameter.swiftName): \(parameter.type.swift)" }
            let names = label.withoutBackticks == parameter.name ? String(label) : "\(label) \(parameter.swiftName)"
            return "\(names): \(parameter.type.swift)"
        }.joined(separator: ", ")
    }

    /// The methods of a client: one that reverts as the callee does, and one that gives failures back.
    func client(access: String) -> String {
        let read =
            switch results.count {
            case 0: "_ in"
            case 1: "$0.read(\(results[0].type.swift).self)"
            default:
                "(" + results.map { "\($0.label)$0.read(\($0.type.swift).self)" }.joined(separator: ", ") + ")"
            }
        let reference =
            mutability == .view || mutability == .pure ? "self.__pvm_reference.readOnly" : "self.__pvm_reference"
        let hasTail = results.contains { $0.type.isDynamic }
        let call = hasTail ? "callForAll" : "call"
        let head =
            "withABICall(\(signature.selectorLiteral), words: \(parameters.count), tail: \(Self.tail(parameters))) {"
            + " \(Self.writes(parameters)) } then: {"
        let plain = name.withoutBackticks
        let attempt = "try" + plain.prefix(1).uppercased() + plain.dropFirst()
        let list = Self.declarations(parameters)
        return """
            \(results.isEmpty ? "" : "@discardableResult ")\(access)func \(name)(\(list))\(resultType.map { " -> \($0)" } ?? "") {
                \(head)
                    \(reference).\(call)($0, $1, words: \(results.count)) { \(read) }
                }
            }
            \(access)func \(attempt)(\(list)) -> CallResult<\(resultType ?? "Void")> {
                \(head)
                    \(reference).attempt($0, $1, words: \(results.count)) { \(read) }
                }
            }
            """
    }
}

/// Refuses a name that Solidity can not have: nobody could call it, or read it in an interface.
func checkSolidityName(_ name: String, at node: some SyntaxProtocol, _ problems: inout [Diagnostic]) {
    let isName = name.utf8.allSatisfy { byte in
        byte < 0x80 && (Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber)
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
    }
    if !isName || name.first?.isNumber != false { problems.append(Diagnostic(.notASolidityName(name), at: node)) }
}

extension TokenSyntax {
    /// The token as a name in an expression: declarations allow keywords where expressions need backticks.
    var asName: String { Self.keywords.contains(text) ? "`\(text)`" : text }

    /// The words that are never names in expressions; the parser gives them as names where they are such.
    private static let keywords = Set(
        """
        Any as associatedtype break case catch class continue default defer deinit do else enum extension fallthrough false \
        fileprivate for func guard if import in init inout internal is let nil operator precedencegroup private protocol \
        public repeat rethrows return self Self static struct subscript super switch throw throws true try typealias var \
        where while
        """.split(separator: " ").map(String.init))
}

extension StringProtocol {
    var withoutBackticks: String { String(filter { $0 != "`" }) }
}

extension String {
    /// Each line further to the right.
    func indented(_ count: Int) -> String {
        split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
    }
}
