// The executable of the macro target. The compiler loads the library that swiftc builds without asking for a list of macros.

#if canImport(SwiftCompilerPlugin)
import SwiftCompilerPlugin
import SwiftSyntaxMacros

@main
struct PVMMacrosPlugin: CompilerPlugin {
    let providingMacros: [any Macro.Type] = [ExpectMacro.self, ExportMacro.self, ImportMacro.self, TestMacro.self]
}
#endif
