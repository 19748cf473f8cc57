// Expanding a macro in a test, and saying what was expected.

import PVMMacros
import SwiftDiagnostics
import SwiftParser
import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacroExpansion
import SwiftSyntaxMacros
import SwiftSyntaxMacrosGenericTestSupport
import Testing

private let macros: [String: MacroSpec] = [
    "Call": MacroSpec(type: ContractMarker.self),
    "ContractError": MacroSpec(type: ErrorMacro.self, conformances: ["ContractError"]),
    "ContractInterface": MacroSpec(type: InterfaceMacro.self),
    "Event": MacroSpec(type: EventMacro.self, conformances: ["Event"]),
    "Indexed": MacroSpec(type: ContractMarker.self),
    "Storage": MacroSpec(type: ContractMarker.self),
    "_StorageSlot": MacroSpec(type: StorageSlotMacro.self),
    "Export": MacroSpec(type: ExportMacro.self),
    "Import": MacroSpec(type: ImportMacro.self),
    "Test": MacroSpec(type: TestMacro.self),
    "expect": MacroSpec(type: ExpectMacro.self),
]

/// Expands the macros of a source text and compares.
func expectExpansion(
    of source: String, _ expected: String, diagnostics: [DiagnosticSpec] = [], applying fixIts: [String]? = nil,
    fixed: String? = nil, at location: Testing.SourceLocation = #_sourceLocation
) {
    assertMacroExpansion(
        source, expandedSource: expected, diagnostics: diagnostics, macroSpecs: macros, applyFixIts: fixIts,
        fixedSource: fixed, testModuleName: "Guest", testFileName: "guest.swift"
    ) { failure in
        Issue.record("\(failure.message)", sourceLocation: location)
    }
}

/// Expands what is in a contract, or with it the contract, and compares what is said.
///
/// What the contract's macro adds is not the subject where this is used, so expansions are not compared.
func expectDiagnostics(
    of source: String, _ expected: [(message: String, line: Int, column: Int)], withContract: Bool = false,
    at location: Testing.SourceLocation = #_sourceLocation
) {
    let file = Parser.parse(source: source)
    let context = BasicMacroExpansionContext(sourceFiles: [
        file: .init(moduleName: "Guest", fullFilePath: "guest.swift")
    ])
    var specs = macros
    if withContract {
        specs = ["Contract": MacroSpec(type: ContractMacro.self)]
    }
    _ = file.expand(macroSpecs: specs) { node in
        BasicMacroExpansionContext(sharingWith: context, lexicalContext: node.allMacroLexicalContexts())
    }
    let found = context.diagnostics.map { diagnostic in
        let place = context.location(for: diagnostic.position, anchoredAt: diagnostic.node, fileName: "guest.swift")
        return "\(place.line):\(place.column): \(diagnostic.message)"
    }
    #expect(found == expected.map { "\($0.line):\($0.column): \($0.message)" }, sourceLocation: location)
}

/// The name that the test's context makes for what shall differ from everything else.
func unique(_ name: String) -> String { "__macro_local_\(name.utf8.count)\(name)fMu_" }

/// A mistake: where it is, what is said about it, and what the text becomes when the proposal is taken.
struct Mistake: Sendable, CustomStringConvertible {
    let source: String
    let message: String
    let line: Int
    let column: Int
    var fixIts: [String] = []
    /// The source after the first fix-it, nil if there is none.
    var fixed: String?

    init(
        _ source: String, _ message: String, _ line: Int, _ column: Int, _ fixIts: String..., fixed: String? = nil
    ) {
        self.source = source
        self.message = message
        self.line = line
        self.column = column
        self.fixIts = fixIts
        self.fixed = fixed
    }

    var description: String { source }

    /// Expects the one diagnostic, no peers, and that the first proposal gives what it should.
    ///
    /// - Parameters:
    ///   - expanded: The source as it is without the macro.
    ///   - location: Who expects it.
    func check(expanded: String, at location: Testing.SourceLocation = #_sourceLocation) {
        expectExpansion(
            of: source, expanded,
            diagnostics: [
                DiagnosticSpec(
                    message: message, line: line, column: column, fixIts: fixIts.map { FixItSpec(message: $0) })
            ],
            applying: fixIts.first.map { [$0] }, fixed: fixed, at: location)
    }
}
