// What the macros refuse, and what they propose instead. All texts are here.

import SwiftDiagnostics
import SwiftSyntax

/// A mistake in a declaration that a macro was put on.
enum Problem: DiagnosticMessage, Equatable {
    // MARK: the declaration
    case notAFunction(macro: String)
    case notGlobal(macro: String)
    case inGenericType(macro: String)
    case notGlobalImport
    case operatorFunction(macro: String)
    case missingBody
    case bodyOfImport

    // MARK: the signature
    case generic
    case async
    case throwing
    case variadic
    case defaultArgument
    case inoutParameter(type: String)
    case unnamedParameter
    case tooManyRegisters(count: Int)
    case testWithParameters
    case testWithResult

    // MARK: types
    case unsupported(type: String, use: Role, advice: String?)
    case optionalBuffer(type: String)
    case optionalValue(type: String)
    case typedBufferResult(type: String)

    // MARK: the attribute's arguments
    case nameNotLiteral
    case nameEmpty
    case nameQuoted
    case nameNotASCII
    case nameTooLong(count: Int)
    case indexNotLiteral
    case indexOutOfRange

    /// Where in a signature a type stands.
    enum Role: String {
        case parameter, result
    }

    var message: String {
        switch self {
        case .notAFunction(let macro): "@\(macro) goes on a function"
        case .notGlobal(let macro): "@\(macro) goes on a global function or a static one of a type"
        case .inGenericType(let macro):
            "@\(macro) does not go into a generic type: the host cannot say which one it means"
        case .notGlobalImport: "@Import goes on a global function, which others can call"
        case .operatorFunction(let macro): "@\(macro) does not go on an operator"
        case .missingBody: "an exported function needs a body"
        case .bodyOfImport: "an imported function has its body in the host"
        case .generic: "the host cannot choose types: a function that it shares must not be generic"
        case .async: "the host cannot wait: a function that it shares must not be 'async'"
        case .throwing: "errors do not reach the other side: return a status instead of throwing"
        case .variadic: "the number of arguments must be fixed; take a buffer"
        case .defaultArgument: "a default argument does not reach the other side"
        case .inoutParameter(let type): "'inout' does not reach the other side; take an 'UnsafeMutablePointer<\(type)>'"
        case .unnamedParameter: "a parameter of an import needs a name, by which it is passed on"
        case .tooManyRegisters(let count):
            "six registers reach the other side, and this function takes \(count); a buffer takes two"
        case .testWithParameters: "a test has no parameters"
        case .testWithResult: "a test has no result; it fails by trapping"
        case .unsupported(let type, let use, let advice):
            "a \(use.rawValue) must be an integer, Bool, pointer or \(use == .parameter ? "buffer" : "raw buffer"), not "
                + "'\(type)'" + (advice.map { "; \($0)" } ?? "")
        case .optionalBuffer(let type): "'\(type)' is never nil as a whole: an absent buffer has no base address"
        case .optionalValue(let type): "only pointers can be optional: '\(type)' does not fit in a register"
        case .typedBufferResult(let type): "a buffer that is a result has its size in bytes, unlike '\(type)'"
        case .nameNotLiteral: "the name must be a plain string literal"
        case .nameEmpty: "the name is empty"
        case .nameQuoted: "the name must not contain quotes or backslashes"
        case .nameNotASCII: "the name must consist of visible ASCII characters; choose another: (\"name\")"
        case .nameTooLong(let count): "the name has \(count) bytes; the format allows 1024"
        case .indexNotLiteral: "the index must be an integer literal"
        case .indexOutOfRange: "the index must lie in 0...4294967294"
        }
    }

    var severity: DiagnosticSeverity { .error }

    var diagnosticID: MessageID {
        // The name of the case, without what it carries.
        let text = "\(self)"
        return MessageID(domain: "PVMMacros", id: String(text.prefix { $0 != "(" }))
    }
}

/// A change that an editor offers.
enum Proposal: FixItMessage, Equatable {
    case remove(String)
    case replace(String, with: String)
    case insert(String)

    var message: String {
        switch self {
        case .remove(let text): "remove \(text)"
        case .replace(let old, let new): "replace \(old) with \(new)"
        case .insert(let text): "insert \(text)"
        }
    }

    var fixItID: MessageID {
        let text = "\(self)"
        return MessageID(domain: "PVMMacros", id: String(text.prefix { $0 != "(" }))
    }
}

extension Diagnostic {
    init(_ problem: Problem, at node: some SyntaxProtocol, _ fixIts: FixIt...) {
        self.init(node: node, message: problem, fixIts: fixIts)
    }
}

extension FixIt {
    /// Puts another text in a node's place; what surrounds the node stays.
    static func replace(_ node: some SyntaxProtocol, by text: String, _ proposal: Proposal) -> FixIt {
        // An edit is text; as a token it need not be a whole node of the same kind.
        let token = TokenSyntax(
            .identifier(text), leadingTrivia: node.leadingTrivia, trailingTrivia: node.trailingTrivia,
            presence: .present)
        return FixIt(message: proposal, changes: [.replace(oldNode: Syntax(node), newNode: Syntax(token))])
    }

    /// Removes a node and the space behind it.
    static func remove(_ node: some SyntaxProtocol, _ what: String) -> FixIt {
        let token = TokenSyntax(
            .identifier(""), leadingTrivia: node.leadingTrivia, trailingTrivia: [], presence: .present)
        return FixIt(message: Proposal.remove(what), changes: [.replace(oldNode: Syntax(node), newNode: Syntax(token))])
    }
}
