// The compiler by way of bytes: whatever runs on it proves that compiled modules lose nothing.

import PolkaBlob
import PolkaISA
package import PolkaVM

extension Backend {
    /// Compiles programs, stores what came out, reads it, and runs that.
    ///
    /// - Parameter options: what the compiler may use.
    /// - Returns: a backend that is called like the compiler.
    package static func stored(_ options: CompilerOptions = CompilerOptions()) -> Backend {
        Backend(name: "compiler") { program throws(ModuleError) in
            // There is no machine code for it.
            if program.configuration.gasMetering == .perInstruction { return try InterpretedProgram(program) }
            let blob = Blob(instructionSet: program.instructionSet, code: program.code)
            let module = try Module(
                blob, configuration: program.configuration, engine: Engine(backend: .compiler(options)))
            do throws(CompiledModuleError) {
                let bytes = try CompiledModule(module).bytes
                let code = try CompiledModule(parsing: bytes).code
                return CompiledProgram(
                    program,
                    code: try placed(code, program))
            } catch {
                throw .backend("\(error)")
            }
        }
    }

    private static func placed(_ code: StoredCode, _ program: Program) throws(CompiledModuleError) -> CompiledCode {
        let table = JumpTable(entryCount: program.code.jumpTable.count, usesLowMemory: code.usesTableAddress)
        do throws(ModuleError) {
            return try CompiledCode(program, stored: code, jumpTable: table)
        } catch {
            throw .module(error)
        }
    }
}
