// Projects as editors see them: a fresh one, opened by the language servers of the toolchain, which must know what each symbol is
// and complain of what is wrong and of nothing else.

import PolkaBuild
import Subprocess
import SystemPackage
import Testing

@Suite struct EditorTests {
    private static func editor(_ server: String, in workspace: Workspace) throws -> LanguageServer {
        let clang = try #require(Toolchain().path(of: .clang))
        return LanguageServer(
            command: clang.removingLastComponent().appending(server), folder: workspace.folder.appending("fresh"),
            environment: .inherit.updating(workspace.variables))
    }

    @Test(arguments: ["clangd", "sourcekit-lsp"])
    func c(_ server: String) async throws {
        let workspace = try Workspace()
        try #require(
            try await workspace.pvm("new", "fresh", "--template", "program", "--language", "c").exitCode == 0)
        let editor = try Self.editor(server, in: workspace)
        let answer = try await editor.open(
            "Sources/program.c", language: "c", appending: "int broken(void) { return 1 +; }\n", hoverAt: (5, 25),
            "uint64_t", "xpected expression")
        #expect(answer.hover.contains("uint64_t"), "\(answer.hover)")
        #expect(answer.diagnostics.count == 1, "\(answer.diagnostics)")
        #expect(answer.diagnostics.first?.contains("xpected expression") ?? false, "\(answer.diagnostics)")
    }

    @Test func swift() async throws {
        let workspace = try Workspace()
        try #require(try await workspace.pvm("new", "fresh", "--template", "program").exitCode == 0)
        let editor = try Self.editor("sourcekit-lsp", in: workspace)
        let answer = try await editor.open(
            "Sources/Program.swift", language: "swift", appending: "func broken() -> UInt64 { \"text\" }\n",
            hoverAt: (5, 15), "fibonacci(_ n: UInt64) -> UInt64", "annot convert return expression")
        #expect(answer.hover.contains("fibonacci(_ n: UInt64) -> UInt64"), "\(answer.hover)")
        #expect(answer.diagnostics.count == 1, "\(answer.diagnostics)")
        #expect(
            answer.diagnostics.first?.contains("annot convert return expression") ?? false, "\(answer.diagnostics)")
    }
}
