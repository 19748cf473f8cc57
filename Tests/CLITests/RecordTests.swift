// `pvm run --record` and `--replay`: what was printed is printed again, whatever the backend, and nobody is asked.

import PolkaBlob
import PolkaBuild
import SystemPackage
import Testing

@Suite struct RecordTests {
    /// Prints the bytes of its data twice, writes its argument there, and returns the argument plus 1.
    private static let program = """
        %stack_size = 4096
        %rw_data_size = 16
        pub @main:
            s0 = a0
            a0 = 0x20000
            u32 [a0] = 0xa6968
            a1 = 3
            a2 = 1
            ecalli 0
            u8 [0x20000] = s0
            a0 = 0x20000
            a1 = 3
            a2 = 1
            ecalli 0
            a0 = s0 + 1
            ret
        pub @other:
            ret
        """

    private func workspace() async throws -> Workspace {
        let workspace = try Workspace()
        try await workspace.assemble(Self.program, to: "asm.polkavm")
        var blob = try Blob(parsing: try workspace.read("asm.polkavm"))
        blob.imports = [Array("pvm_console_write".utf8)]
        try workspace.write(blob.serialized(), to: "p.polkavm")
        return workspace
    }

    @Test(arguments: [("interpreter", "auto"), ("auto", "interpreter")])
    func comesAgain(_ from: String, _ to: String) async throws {
        let workspace = try await workspace()
        let first = try await workspace.pvm("run", "p.polkavm", "main", "65", "--backend", from, "--record", "r")
        #expect(first.exitCode == 0, "\(first.errors)")
        #expect(first.output == "hi\nAi\n66\n")
        let second = try await workspace.pvm("run", "p.polkavm", "--backend", to, "--replay", "r")
        #expect((second.exitCode, second.output, second.errors) == (0, first.output, first.errors))
        let same = try await workspace.pvm("run", "p.polkavm", "main", "65", "--replay", "r", "--json")
        #expect(same.output.contains("\"state_hash\""))
        #expect(same.output.contains("hi\\nAi\\n"))
    }

    @Test func refusals() async throws {
        let workspace = try await workspace()
        _ = try await workspace.pvm("run", "p.polkavm", "main", "65", "--record", "r")
        for (arguments, text) in [
            (["main", "66"], "recorded with arguments 65, not 66"),
            (["other"], "recorded with export 'main', not 'other'"),
            (["--gas", "5"], "recorded with gas none, not 5"), (["--fault"], "Unknown option"),
        ] {
            let outcome = try await workspace.pvm(["run", "p.polkavm"] + arguments + ["--replay", "r"])
            #expect(outcome.exitCode == 1 || outcome.exitCode == 64)
            #expect(outcome.errors.contains(text), "\(outcome.errors)")
        }
        // Another program, a damaged file, half of one, none.
        let record = try workspace.read("r")
        try await workspace.assemble(Self.program.replacing("s0 + 1", with: "s0 + 2"), to: "q.polkavm")
        #expect(try await workspace.pvm("run", "q.polkavm", "--replay", "r").errors.contains("of another program"))
        var damaged = record
        damaged[damaged.count / 2] ^= 1
        try workspace.write(damaged, to: "damaged")
        try workspace.write(Array(record.prefix(record.count / 2)), to: "half")
        for file in ["damaged", "half", "p.polkavm", "missing"] {
            let outcome = try await workspace.pvm("run", "p.polkavm", "--replay", file)
            #expect(outcome.exitCode == 1)
            #expect(outcome.errors.contains(file), "\(outcome.errors)")
        }
        #expect(try await workspace.pvm("run", "p.polkavm", "--record", "a", "--replay", "b").exitCode == 64)
        #expect(try await workspace.pvm("run", "p.polkavm", "main", "1", "--record", "/nowhere/r").exitCode == 1)
        #expect(try await workspace.pvm("run", "p.polkavm", "main", "1", "--record", "/dev/full").exitCode == 1)
    }
}
