// The whole way as a user types it: new, build, run, for each template and language.

import PolkaBuild
import Testing

@Suite struct ProjectTests {
    @Test(arguments: ["c", "swift"])
    func program(_ language: String) async throws {
        let workspace = try Workspace()
        let new = try await workspace.pvm("new", "fib", "--template", "program", "--language", language)
        try #require(new.exitCode == 0, "\(new.errors)")
        // Editors know the flags before the first build.
        #expect(workspace.exists("fib/build/compile_commands.json"))
        let build = try await workspace.pvm("build", in: "fib")
        try #require(build.exitCode == 0, "\(build.errors)")
        #expect(build.output.hasPrefix("build/fib.polkavm: "))
        #expect(build.output.contains("  exports: fibonacci"))
        for file in ["fib.polkavm", "fib.elf", "fib.map"] { #expect(workspace.exists("fib/build/\(file)")) }
        let run = try await workspace.pvm("run", ".", "fibonacci", "90", in: "fib")
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.output == "2880067194370816120\n")
        let test = try await workspace.pvm("test", in: "fib")
        #expect(test.exitCode == 0 && test.output.hasSuffix("1 passed, 0 failed\n"), "\(test.output)")
        let blob = try await workspace.pvm("run", "fib/build/fib.polkavm", "fibonacci", "10")
        #expect(blob.output == "55\n")
    }

    @Test(arguments: ["c", "swift"])
    func contract(_ language: String) async throws {
        let workspace = try Workspace()
        let new = try await workspace.pvm("new", "mycontract", "--language", language)
        try #require(new.exitCode == 0, "\(new.errors)")
        let build = try await workspace.pvm("build", in: "mycontract")
        try #require(build.exitCode == 0, "\(build.errors)")
        let run = try await workspace.pvm("run", ".", "--json", in: "mycontract")
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.output.contains("\"status\":\"finished\""))
        #expect(run.output.contains("\"export\":\"call\""))
        for export in ["deploy", "call", "get"] {
            #expect(try await workspace.pvm("run", ".", export, in: "mycontract").exitCode == 0)
        }
        let listing = try await workspace.pvm("disasm", "build/mycontract.polkavm", in: "mycontract")
        #expect(listing.output.hasPrefix("// RO data = "))
        #expect(listing.output.contains("[export #0: '"))
        try workspace.write(listing.output, to: "listing.s")
        #expect(try await workspace.pvm("asm", "listing.s", "-o", "again.polkavm").exitCode == 0)
        #expect(try workspace.read("again.polkavm") == workspace.read("mycontract/build/mycontract.polkavm"))
    }

    /// A false assertion fails its test, says where, and leaves the others alone.
    @Test func failingTest() async throws {
        let workspace = try Workspace()
        try workspace.write(
            "#include <pvm.h>\nPVM_TEST(good) { PVM_ASSERT(1 + 1 == 2); }\nPVM_TEST(bad) { PVM_ASSERT(1 + 1 == 3); }\n",
            to: "a.c")
        try #require(try await workspace.pvm("build", "a.c").exitCode == 0)
        let test = try await workspace.pvm("test", "a.polkavm")
        #expect(test.exitCode == 6)
        #expect(test.output.contains("ok      test_good  "))
        #expect(test.output.contains("FAILED  test_bad   "))
        #expect(test.output.contains("trap: a.c:3: assertion failed: 1 + 1 == 3\n"))
        #expect(test.output.hasSuffix("1 passed, 1 failed\n"))
        let json = try await workspace.pvm("test", "a.polkavm", "--json")
        for text in ["\"passed\":1", "\"failed\":1", "\"file\":\"a.c\"", "\"line\":3", "\"gas_used\":"] {
            #expect(json.output.contains(text), "\(json.output)")
        }
        #expect(try await workspace.pvm("test", "a.polkavm", "--filter", "good").exitCode == 0)
        #expect(try await workspace.pvm("test", "a.polkavm", "--filter", "nope").exitCode == 1)
    }

    /// `print` and `puts` reach the terminal; with --json they are in the object, and stdout stays one line.
    @Test func console() async throws {
        let workspace = try Workspace()
        try workspace.write(
            "#include <stdio.h>\n#include <pvm.h>\nPVM_EXPORT(int, main) { puts(\"hello\"); return 3; }\n", to: "a.c")
        try #require(try await workspace.pvm("build", "a.c").exitCode == 0)
        #expect(try await workspace.pvm("run", "a.polkavm").output == "hello\n3\n")
        let json = try await workspace.pvm("run", "a.polkavm", "--json")
        #expect(json.output.split(separator: "\n").count == 1)
        #expect(json.output.contains("\"output\":\"hello\\n\""))
        let without = try await workspace.pvm("run", "a.polkavm", "--host", "none")
        #expect(without.exitCode == 5)
        #expect(without.errors.contains("pvm_console_write"))
    }

    /// What is left of a failed build is what was there before it.
    @Test func failedBuildKeepsTheOldBlob() async throws {
        let workspace = try Workspace()
        let source = "#include <pvm.h>\nPVM_EXPORT(int, main) { return 1; }\n"
        try workspace.write(source, to: "a.c")
        try #require(try await workspace.pvm("build", "a.c").exitCode == 0)
        let before = try workspace.read("a.polkavm")
        try workspace.write("syntax error", to: "a.c")
        #expect(try await workspace.pvm("build", "a.c").exitCode == 1)
        #expect(try workspace.read("a.polkavm") == before)
    }

    @Test func helpNamesEveryVerb() async throws {
        let workspace = try Workspace()
        let help = try await workspace.pvm("--help")
        for verb in ["new", "build", "run", "test", "link", "disasm", "asm", "inspect", "vector", "doctor"] {
            #expect(help.output.contains("\n  \(verb) "), "\(verb)")
            let own = try await workspace.pvm("help", verb)
            #expect(own.exitCode == 0 && own.output.contains("USAGE: pvm \(verb)"), "\(verb)")
        }
        #expect(try await workspace.pvm("--version").output == "0.1.0\n")
    }
}
