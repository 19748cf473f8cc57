// Where a macro may stand: on a global function, or on a static one, whose record is a static constant beside it.

import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxMacros

/// A function that a macro may stand on.
struct Placement {
    let function: FunctionDeclSyntax
    let isStatic: Bool

    /// Finds the function; all that is wrong with its place is added to `problems`.
    init?(
        _ declaration: some DeclSyntaxProtocol, macro: String, allowsStatic: Bool = true,
        at attribute: AttributeSyntax, in context: some MacroExpansionContext, _ problems: inout [Diagnostic]
    ) {
        guard let function = declaration.as(FunctionDeclSyntax.self) else {
            problems.append(
                Diagnostic(.notAFunction(macro: macro), at: attribute, .remove(attribute, "'@\(macro)'")))
            return nil
        }
        self.function = function
        isStatic = function.modifiers.contains { $0.name.tokenKind == .keyword(.static) }
        if case .identifier = function.name.tokenKind {
        } else {
            problems.append(Diagnostic(.operatorFunction(macro: macro), at: function.name))
        }
        guard let scope = context.lexicalContext.first else { return }
        if !allowsStatic {
            problems.append(Diagnostic(.notGlobalImport, at: function.name))
        } else if scope.is(ProtocolDeclSyntax.self) || scope.asProtocol((any DeclGroupSyntax).self) == nil {
            // In a protocol there is no body, and in a function no place for a record.
            problems.append(Diagnostic(.notGlobal(macro: macro), at: function.name))
        } else if !isStatic {
            problems.append(
                Diagnostic(
                    .notGlobal(macro: macro), at: function.name,
                    .replace(function.funcKeyword, by: "static func", .insert("'static'"))))
        } else if context.lexicalContext.contains(where: \.isGenericType) {
            problems.append(Diagnostic(.inGenericType(macro: macro), at: function.name))
        }
    }
}

extension Syntax {
    fileprivate var isGenericType: Bool {
        asProtocol((any WithGenericParametersSyntax).self)?.genericParameterClause != nil
    }
}
