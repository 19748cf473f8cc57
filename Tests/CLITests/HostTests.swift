// Hosts without the compiler: everything else works, and asking for it says why it does not. `make test-portable` runs this
// as such hosts do; elsewhere both backends are there.

import Testing

@Suite struct HostTests {
    private static let program = """
        %stack_size = 4096
        pub @double:
            a0 = a0 + a0
            ret
        """

    private static let vector =
        #"{"name":"trap","initial-regs":[0,0,0,0,0,0,0,0,0,0,0,0,0],"initial-pc":0,"initial-page-map":[],"#
        + #""initial-memory":[],"initial-gas":10,"program":[0,0,1,0,1],"expected-status":"panic","#
        + #""expected-regs":[0,0,0,0,0,0,0,0,0,0,0,0,0],"expected-pc":0,"expected-memory":[],"expected-gas":9}"#

    /// Every verb that takes a backend, and arguments that work.
    private static let calls = [
        ["run", "p.polkavm", "double", "21"],
        ["bench", "p.polkavm", "--json", "--entry", "double", "--arg", "21", "--seconds", "0.01", "--repeats", "2"],
        ["vector", "v.json"],
    ]

    private func workspace() async throws -> Workspace {
        let workspace = try Workspace()
        try await workspace.assemble(Self.program, to: "p.polkavm")
        try workspace.write(Self.vector, to: "v.json")
        return workspace
    }

    @Test(arguments: calls)
    func compilerOrReason(_ call: [String]) async throws {
        let workspace = try await workspace()
        let outcome = try await workspace.pvm(call + ["--backend", "compiler"])
        if outcome.exitCode == 0 { return }
        #expect(outcome.exitCode == 1)
        #expect(
            outcome.errors
                == "error: the compiler makes x86-64 code for Linux, and this is another system; use the interpreter\n")
        #expect(outcome.output == "")
    }

    @Test(arguments: calls, ["auto", "interpreter"])
    func worksEverywhere(_ call: [String], _ backend: String) async throws {
        let workspace = try await workspace()
        let outcome = try await workspace.pvm(call + ["--backend", backend])
        #expect(outcome.exitCode == 0, "\(outcome.output)\(outcome.errors)")
    }
}
