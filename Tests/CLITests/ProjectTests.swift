// The whole way as a user types it: new, build, run, for each template and language.

import PolkaBuild
import SystemPackage
import Testing

@Suite struct ProjectTests {
    /// A template, and what the usual commands make of a project that begins with it.
    struct Case: CustomStringConvertible {
        let template: String
        let language: String
        let exports: String
        /// Arguments of `pvm run` behind the folder, and what it prints; nil for what runs on a chain only.
        let run: [String]?
        let result: String

        var description: String { "\(template) in \(language)" }
        /// What goes to its host.
        var file: String { template == "service" ? "build/w.jam" : "build/w.polkavm" }

        static let all = ["c", "swift"].flatMap { language in
            [
                Case(
                    template: "program", language: language, exports: "fibonacci", run: ["fibonacci", "90"],
                    result: "2880067194370816120\n"),
                Case(
                    template: "contract", language: language,
                    exports: language == "c" ? "deploy, call" : "call, deploy",
                    run: nil, result: ""),
                Case(
                    template: "service", language: language, exports: "refine, accumulate",
                    run: ["refine", "--host", "jam"], result: ""),
                Case(
                    template: "library", language: language, exports: "distance", run: ["distance", "3", "4"],
                    result: "7\n"),
            ]
        }
    }

    @Test(arguments: Case.all)
    func template(_ each: Case) async throws {
        let workspace = try Workspace()
        let new = try await workspace.pvm("new", "w", "--template", each.template, "--language", each.language)
        try #require(new.exitCode == 0, "\(new.errors)")
        for file in ["README.md", ".gitignore", ".sourcekit-lsp/config.json", "Package.swift"] {
            #expect(workspace.exists("w/\(file)"))
        }
        // Editors know the flags before the first build.
        #expect(workspace.exists("w/build/compile_commands.json"))
        let build = try await workspace.pvm("build", in: "w")
        try #require(build.exitCode == 0, "\(build.errors)")
        #expect(build.output.hasPrefix("\(each.file): "), "\(build.output)")
        #expect(build.output.contains("  exports: \(each.exports)"), "\(build.output)")
        for file in ["w.polkavm", "w.elf", "w.map"] { #expect(workspace.exists("w/build/\(file)")) }
        let blob = try workspace.read("w/build/w.polkavm")

        let again = try await workspace.pvm("build", in: "w")
        #expect(again.output == build.output && again.errors == "w is up to date\n", "\(again.errors)")
        let test = try await workspace.pvm("test", in: "w")
        #expect(test.exitCode == 0 && test.output.hasSuffix(" passed, 0 failed\n"), "\(test.output)\(test.errors)")
        guard let arguments = each.run else { return }
        let run = try await workspace.pvm(["run", "."] + arguments, in: "w")
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(each.result.isEmpty || run.output == each.result, "\(run.output)")
        #expect(try workspace.read("w/build/w.polkavm") == blob)
    }

    /// The same project in another folder, built from nothing, is the same program.
    @Test(arguments: ["c", "swift"])
    func sameBytesInAnyFolder(_ language: String) async throws {
        let workspace = try Workspace()
        for folder in ["one", "another/longer-name"] {
            try Files.makeFolder(workspace.folder.appending(folder))
            // With a test, whose assertions name files.
            let new = try await workspace.pvm(
                "new", "w", "--template", "library", "--language", language, in: folder)
            try #require(new.exitCode == 0, "\(new.errors)")
            let build = try await workspace.pvm("build", in: "\(folder)/w")
            try #require(build.exitCode == 0, "\(build.errors)")
        }
        #expect(try workspace.read("one/w/build/w.polkavm") == workspace.read("another/longer-name/w/build/w.polkavm"))
    }

    /// A change of any file, and nothing else, makes a build do something.
    @Test func onlyChangesAreBuilt() async throws {
        let workspace = try Workspace()
        try #require(try await workspace.pvm("new", "w", "--template", "library", "--language", "c").exitCode == 0)
        try #require(try await workspace.pvm("build", in: "w").exitCode == 0)
        let before = try workspace.read("w/build/w.polkavm")
        let source = "w/Sources/Library/grid.c"
        let text = String(decoding: try workspace.read(source), as: UTF8.self)
        try workspace.write(text.split(separator: "llabs(to.x - from.x)").joined(separator: "5"), to: source)
        let build = try await workspace.pvm("build", in: "w")
        #expect(build.exitCode == 0 && !build.errors.contains("up to date"), "\(build.errors)")
        #expect(try workspace.read("w/build/w.polkavm") != before)
        #expect(try await workspace.pvm("build", in: "w").errors.contains("up to date"))
        Files.remove(workspace.folder.appending("w/build/w.polkavm"))
        #expect(try await workspace.pvm("build", in: "w").errors.contains("Package.swift"))
        #expect(workspace.exists("w/build/w.polkavm"))
    }

    /// SwiftPM with the SDK leaves the ELF file that `pvm build` links, optimised or not.
    @Test(arguments: ["release", "debug"], ["c", "swift"])
    func swiftBuild(_ configuration: String, _ language: String) async throws {
        let workspace = try Workspace()
        let new = try await workspace.pvm("new", "w", "--template", "program", "--language", language)
        try #require(new.exitCode == 0, "\(new.errors)")
        let swiftBuild = try #require(Toolchain().path(of: .swiftBuild))
        let build = try await workspace.run(swiftBuild, ["--swift-sdk", "pvm", "-c", configuration], in: "w")
        try #require(build.exitCode == 0, "\(build.output)\(build.errors)")
        let elf = ".build/\(GuestSDK.triple)/\(configuration)/w"
        try #require(try await workspace.pvm("link", elf, "-o", "w.polkavm", in: "w").exitCode == 0)
        let run = try await workspace.pvm("run", "w.polkavm", "fibonacci", "90", in: "w")
        #expect(run.output == "2880067194370816120\n", "\(run.errors)")
        let own = try await workspace.pvm("build", "-c", configuration, in: "w")
        #expect(own.exitCode == 0, "\(own.errors)")
        #expect(try await workspace.pvm("run", "build/w.polkavm", "fibonacci", "10", in: "w").output == "55\n")
    }

    @Test func sdk() async throws {
        let workspace = try Workspace()
        let path = try await workspace.pvm("sdk", "path")
        #expect(path.output.hasSuffix("pvm.artifactbundle\n"))
        #expect(try await workspace.pvm("sdk", "remove").exitCode == 1)
        #expect(try await workspace.pvm("sdk", "install").exitCode == 0)
        #expect(workspace.exists(".home/.swiftpm/swift-sdks/pvm.artifactbundle/info.json"))
        #expect(try await workspace.pvm("sdk", "install").exitCode == 0)
        #expect(try await workspace.pvm("sdk", "remove").exitCode == 0)
        #expect(!workspace.exists(".home/.swiftpm/swift-sdks/pvm.artifactbundle"))
    }

    @Test func listingCanBeAssembled() async throws {
        let workspace = try Workspace()
        try #require(try await workspace.pvm("new", "mycontract").exitCode == 0)
        try #require(try await workspace.pvm("build", in: "mycontract").exitCode == 0)
        let listing = try await workspace.pvm("disasm", "build/mycontract.polkavm", in: "mycontract")
        #expect(listing.output.hasPrefix("// RO data = "))
        #expect(listing.output.contains("[export #0: '"))
        try workspace.write(listing.output, to: "listing.s")
        #expect(try await workspace.pvm("asm", "listing.s", "-o", "again.polkavm").exitCode == 0)
        // A listing has no debug information, and neither has a contract.
        let built = try workspace.read("mycontract/build/mycontract.polkavm")
        #expect(try workspace.read("again.polkavm") == built)
        // The program beside it has: up to where that starts, all is the same but for the length in the header.
        let described = try workspace.read("mycontract/build/mycontract.debug.polkavm")
        #expect(built.prefix(5) == described.prefix(5))
        #expect(built.dropFirst(13).dropLast() == described.dropFirst(13).prefix(built.count - 14))
        #expect(described[described.startIndex + built.count - 1] == 0x80, "the section of debug strings")
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
        for verb in ["new", "build", "run", "test", "link", "disasm", "asm", "inspect", "vector", "sdk", "doctor"] {
            #expect(help.output.contains("\n  \(verb) "), "\(verb)")
            let own = try await workspace.pvm("help", verb)
            #expect(own.exitCode == 0 && own.output.contains("USAGE: pvm \(verb)"), "\(verb)")
        }
        #expect(try await workspace.pvm("--version").output == "0.1.0\n")
    }
}
