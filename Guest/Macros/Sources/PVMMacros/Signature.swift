// The signature of a function that guest and host share: its parameters in registers, and whether it may be shared at all.

import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxMacros

/// A function as both sides see it.
struct Signature {
    struct Parameter {
        /// What stands before the argument in a call: nothing, or the label and a colon.
        let label: String
        /// The name inside the function, nil for `_`.
        let name: String?
        let type: GuestType
        /// The registers that hold it, named after their numbers.
        let registers: [String]
    }

    static let maximumRegisterCount = 6

    let parameters: [Parameter]
    /// The type of the result, nil if there is none.
    let result: GuestType?

    var inputCount: Int { parameters.reduce(0) { $0 + $1.registers.count } }
    var outputCount: Int { result?.registers.count ?? 0 }
}

extension Signature {
    /// Reads a function's signature; all that is wrong with it is added to `problems`.
    init(of function: FunctionDeclSyntax, _ problems: inout [Diagnostic]) {
        Self.checkKind(of: function, &problems)
        let list = function.signature.parameterClause.parameters
        var parameters: [Parameter] = []
        var registerCount = 0
        var firstTooMany: FunctionParameterSyntax?
        for parameter in list {
            Self.check(parameter, &problems)
            guard parameter.ellipsis == nil else { continue }
            do {
                let type = try GuestType(parameter.type, as: .parameter)
                let names = type.registers.indices.map { "register\(registerCount + $0)" }
                registerCount += names.count
                if registerCount > Self.maximumRegisterCount, firstTooMany == nil { firstTooMany = parameter }
                let name = (parameter.secondName ?? parameter.firstName).text
                let label = parameter.firstName.tokenKind == .wildcard ? "" : "\(parameter.firstName.text): "
                parameters.append(
                    Parameter(label: label, name: name == "_" ? nil : name, type: type, registers: names))
            } catch {
                problems.append(error.diagnostic)
            }
        }
        if let firstTooMany {
            problems.append(Diagnostic(.tooManyRegisters(count: registerCount), at: firstTooMany))
        }
        self.parameters = parameters
        self.result = Self.readResult(of: function, &problems)
    }

    /// The type of a function's result, nil if it has none.
    static func resultType(of function: FunctionDeclSyntax) -> TypeSyntax? {
        guard let type = function.signature.returnClause?.type else { return nil }
        let nothing: Set<String> = ["Void", "()", "Swift.Void", "Never", "Swift.Never"]
        return nothing.contains(type.trimmedDescription) ? nil : type
    }

    private static func readResult(of function: FunctionDeclSyntax, _ problems: inout [Diagnostic]) -> GuestType? {
        guard let type = resultType(of: function) else { return nil }
        do {
            return try GuestType(type, as: .result)
        } catch {
            problems.append(error.diagnostic)
            return nil
        }
    }

    /// Refuses what concerns the function as a whole.
    private static func checkKind(of function: FunctionDeclSyntax, _ problems: inout [Diagnostic]) {
        if let generics = function.genericParameterClause { problems.append(Diagnostic(.generic, at: generics)) }
        let effects = function.signature.effectSpecifiers
        if let async = effects?.asyncSpecifier {
            problems.append(Diagnostic(.async, at: async, .remove(async, "'\(async.text)'")))
        }
        if let throwing = effects?.throwsClause {
            problems.append(
                Diagnostic(.throwing, at: throwing, .remove(throwing, "'\(throwing.trimmedDescription)'")))
        }
    }

    /// Refuses what concerns a parameter apart from its type.
    private static func check(_ parameter: FunctionParameterSyntax, _ problems: inout [Diagnostic]) {
        if let ellipsis = parameter.ellipsis {
            let type = parameter.type.trimmedDescription
            let buffer = "UnsafeBufferPointer<\(type)>"
            let message = Proposal.replace("'\(type)...'", with: "'\(buffer)'")
            let changed =
                parameter
                .with(\.type, TypeSyntax(IdentifierTypeSyntax(name: .identifier(buffer))))
                .with(\.ellipsis, nil)
            problems.append(
                Diagnostic(
                    .variadic, at: ellipsis,
                    FixIt(
                        message: message,
                        changes: [.replace(oldNode: Syntax(parameter), newNode: Syntax(changed))])))
        }
        if let value = parameter.defaultValue {
            problems.append(
                Diagnostic(.defaultArgument, at: value, .remove(value, "'\(value.trimmedDescription)'")))
        }
    }
}

// MARK: Writing it down

extension Signature {
    /// The parameter list of the C function: `_ register0: UInt64, …`.
    var cParameters: String {
        parameters.flatMap { zip($0.registers, $0.type.registers) }.map { "_ \($0): \($1)" }.joined(separator: ", ")
    }

    /// The parameter list of a closure: `register0: UInt64, …`.
    var closureParameters: String {
        parameters.flatMap { zip($0.registers, $0.type.registers) }.map { "\($0): \($1)" }.joined(separator: ", ")
    }

    /// The result of the C function.
    var cResult: String { result?.cResult ?? "Void" }

    /// The same as a declaration has it, with the arrow.
    var cArrow: String { result.map { " -> \($0.cResult)" } ?? "" }

    /// The type of a pointer to the C function.
    var cFunctionType: String {
        let registers = parameters.flatMap(\.type.registers).joined(separator: ", ")
        return "@convention(c) (\(registers)) -> \(cResult)"
    }

    /// The body of the C function: calls the Swift function with what is in the registers.
    func callFromRegisters(_ function: String) -> String {
        let arguments = parameters.map { $0.label + $0.type.value(from: $0.registers) }.joined(separator: ", ")
        let call = "\(function)(\(arguments))"
        return result?.result(of: call) ?? call
    }

    /// The body of the Swift function: calls the C function with its parameters in registers.
    func callWithRegisters(_ function: String) -> String {
        let arguments = parameters.flatMap { $0.type.arguments(of: $0.name ?? "") }.joined(separator: ", ")
        let call = "\(function)(\(arguments))"
        return result?.value(of: call) ?? call
    }
}
