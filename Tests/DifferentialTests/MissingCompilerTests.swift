// Where there is no compiler a program that asks for it is refused with the reason, and all others run.

import PolkaBlob
import PolkaISA
import PolkaJIT
import PolkaVM
import Testing

@Suite(.enabled(if: Backend.whyNoCompiler != nil, "the compiler backend runs here"))
struct MissingCompilerTests {
    private static let program = Blob([Instruction(.addImm64, .a0, .a0, x: 1), .ret])

    @Test func refusal() throws {
        let reason = try #require(Backend.whyNoCompiler)
        #expect(throws: ModuleError.backend(reason)) {
            try Module(Self.program, engine: Engine(backend: .compiler))
        }
        #expect(throws: ModuleError.backend(reason)) {
            try Module(Self.program, engine: Engine(backend: .compiler(CompilerOptions(features: []))))
        }
    }

    @Test func interpreter() throws {
        let instance = try Instance(Module(Self.program))
        #expect(try instance.call("run", [41]) == .finished)
        #expect(instance[.a0] == 42)
        #expect(instance.module.nativeByteCount == nil)
        #expect(try NativeListing(of: instance.module)?.code == nil)
    }
}
