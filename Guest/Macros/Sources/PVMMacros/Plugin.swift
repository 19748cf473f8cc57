// The executable of the macro target. The compiler loads the library that swiftc builds without asking for a list of macros.

#if canImport(SwiftCompilerPlugin)
import SwiftCompilerPlugin
import SwiftSyntaxMacros

@main
struct PVMMacrosPlugin: CompilerPlugin {
    let providingMacros: [any Macro.Type] = [
        ContractMacro.self, ContractMarker.self, ErrorMacro.self, EventMacro.self, ExpectMacro.self, ExportMacro.self,
        ImportMacro.self, InterfaceMacro.self, StorageSlotMacro.self, TestMacro.self,
    ]
}
#endif
