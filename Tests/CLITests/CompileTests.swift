// `pvm compile`: what it writes runs everywhere where a program does, and is refused when it is damaged or foreign.

import PolkaBuild
import SystemPackage
import Testing

@Suite struct CompileTests {
    private static let program = """
        %stack_size = 4096
        pub @double:
            a0 = a0 + a0
            ret
        pub @load:
            a0 = u8 [0x20]
            ret
        """

    /// A folder with the program and, unless there is no compiler here, the compiled module; nil without compiler.
    private func workspace(_ options: String...) async throws -> Workspace? {
        let workspace = try Workspace()
        try await workspace.assemble(Self.program, to: "p.polkavm")
        let outcome = try await workspace.pvm(["compile", "p.polkavm", "-o", "p.pvmc"] + options)
        if outcome.exitCode == 1, outcome.errors.contains("use the interpreter") { return nil }
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors == "")
        #expect(outcome.output.hasPrefix("p.pvmc: "))
        return workspace
    }

    @Test(arguments: ["auto", "compiler", "interpreter"])
    func runs(_ backend: String) async throws {
        guard let workspace = try await workspace() else { return }
        let outcome = try await workspace.pvm("run", "p.pvmc", "double", "21", "--backend", backend)
        #expect(outcome.output == "42\n")
        let json = try await workspace.pvm("run", "p.pvmc", "double", "21", "--backend", backend, "--json").output
        #expect(json.contains("\"backend\":\"\(backend == "interpreter" ? "interpreter" : "compiler")\""))
        let trap = try await workspace.pvm("run", "p.pvmc", "load", "--backend", backend)
        let expected = try await workspace.pvm("run", "p.polkavm", "load", "--backend", backend)
        #expect(trap.exitCode == 2)
        #expect(trap.errors == expected.errors)
    }

    @Test func gas() async throws {
        guard let workspace = try await workspace("--gas-model", "naive") else { return }
        let json = try await workspace.pvm("run", "p.pvmc", "double", "1", "--gas", "10", "--json").output
        #expect(
            json.contains("\"gas_used\":2") && json.contains("\"gas_left\":8") && json.contains("\"instructions\":2"))
        #expect(try await workspace.pvm("run", "p.pvmc", "double", "1", "--gas", "1").exitCode == 3)
        #expect(try await workspace.pvm("run", "p.pvmc", "double", "1").output == "2\n")
        // The first worked example of vm.md 5.3.
        guard let jam = try await self.workspace("--gas-model", "jam") else { return }
        let modelled = try await jam.pvm("run", "p.pvmc", "double", "1", "--gas", "30", "--json").output
        #expect(modelled.contains("\"gas_used\":22"))
        guard let unmetered = try await self.workspace() else { return }
        let refused = try await unmetered.pvm("run", "p.pvmc", "double", "1", "--gas", "10")
        #expect(refused.exitCode == 1)
        #expect(refused.errors.contains("p.pvmc: compiled without gas"))
    }

    /// JAM's standard programs keep how they are entered.
    @Test func standardProgram() async throws {
        guard let workspace = try await workspace() else { return }
        // No data, a page of stack, and `ret` as code, which answers with its arguments.
        let bytes: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 6, 0, 0, 0, 0, 0, 2, 50, 0, 1]
        try Files.write(bytes, to: workspace.folder.appending("p.jam"))
        let plain = try await workspace.pvm("run", "p.jam", "0", "--input-hex", "0102", "--isa", "revive_v1")
        let compile = try await workspace.pvm("compile", "p.jam", "-o", "p.pvmc", "--isa", "revive_v1")
        #expect(compile.exitCode == 0, "\(compile.errors)")
        let compiled = try await workspace.pvm("run", "p.pvmc", "0", "--input-hex", "0102")
        #expect(plain.output == "0x0102\n", "\(plain.errors)")
        #expect(compiled.exitCode == plain.exitCode)
        #expect(compiled.output == plain.output)
    }

    @Test func otherCommands() async throws {
        guard let workspace = try await workspace() else { return }
        let inspect = try await workspace.pvm("inspect", "p.pvmc").output
        #expect(inspect.contains("compiled      by pvm ") && inspect.contains("without gas"))
        #expect(inspect.contains("machine code  ") && inspect.contains("double at 0"))
        #expect(try await workspace.pvm("inspect", "p.pvmc", "--json").output.contains("\"nativeBytes\":"))
        let listing = try await workspace.pvm("disasm", "p.pvmc").output
        #expect(listing == (try await workspace.pvm("disasm", "p.polkavm").output))
        #expect(try await workspace.pvm("size", "p.pvmc").exitCode == 0)
        let again = try await workspace.pvm("compile", "p.pvmc", "-o", "q.pvmc")
        #expect(again.exitCode == 1)
        #expect(again.errors.contains("p.pvmc: this is a compiled module"))
        let check = try await workspace.pvm("check", "p.pvmc", "--target", "revive")
        #expect(check.exitCode == 1)
        #expect(check.errors.contains("check the program that it was made of"))
    }

    @Test func damage() async throws {
        guard let workspace = try await workspace() else { return }
        let file = workspace.folder.appending("p.pvmc")
        var bytes = try Files.read(file)
        bytes[bytes.count / 2] ^= 0x10
        try Files.write(bytes, to: file)
        let outcome = try await workspace.pvm("run", "p.pvmc", "double", "1")
        #expect(outcome.exitCode == 1)
        #expect(outcome.output == "")
        #expect(outcome.errors.hasPrefix("error: p.pvmc: the compiled module is damaged: "))
        #expect(outcome.errors.contains("compile the program again"))
        try Files.write(Array(bytes.prefix(100)), to: file)
        let short = try await workspace.pvm("run", "p.pvmc", "double", "1")
        #expect(short.exitCode == 1)
        #expect(short.errors.contains("there are 100; it is damaged or was cut off"))
    }
}
