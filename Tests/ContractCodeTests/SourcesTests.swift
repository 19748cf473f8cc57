// The files that builds write for contracts: generated C beside .abi files, and the interface beside the program.

import Foundation
import PolkaABI
import PolkaBuild
import SystemPackage
import Testing

@Suite struct SourcesTests {
    private let folder = FilePath(NSTemporaryDirectory()).appending("pvm-sources-\(UInt64.random(in: 0 ... .max))")

    private func write(_ text: String, _ name: String) throws {
        let path = folder.appending(name)
        try Files.makeFolder(path.removingLastComponent())
        try Files.write(Array(text.utf8), to: path)
    }

    private func problem(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func generatedFilesFollowTheInterface() throws {
        defer { Files.removeFolder(folder) }
        try write("function f()", "Sources/deep/token.abi")
        try write("interface other\nfunction g()", "Sources/other.abi")
        try InterfaceSources.update(in: folder)
        #expect(
            try Files.listRecursively(folder.appending("Sources")) == [
                "deep/token.abi", "deep/token_abi.c", "deep/token_abi.h", "other.abi", "other_abi.h",
            ])
        let header = folder.appending("Sources/deep/token_abi.h")
        let first = FileTime.text(of: header)
        try InterfaceSources.update(in: folder)
        #expect(FileTime.text(of: header) == first, "written although nothing has changed")
        try write("function renamed()", "Sources/deep/token.abi")
        try InterfaceSources.update(in: folder)
        #expect(try Files.readText(header).contains("void token_renamed(void);"))
    }

    @Test func mistakesHaveTheirPlace() throws {
        defer { Files.removeFolder(folder) }
        try write("\nfunction f(uint9 a)", "Sources/token.abi")
        #expect(
            problem { try InterfaceSources.update(in: folder) }?.hasPrefix("Sources/token.abi:2:12: expected a type")
                == true)
        // What somebody wrote stays.
        try write("function f()", "Sources/token.abi")
        try write("int x;", "Sources/token_abi.c")
        #expect(problem { try InterfaceSources.update(in: folder) }?.contains("was not generated") == true)
        #expect(try Files.readText(folder.appending("Sources/token_abi.c")) == "int x;")
        // A folder without sources has none to update.
        #expect(problem { try InterfaceSources.update(in: folder.appending("nowhere")) } == nil)
    }

    @Test func theInterfaceLiesBesideTheProgram() async throws {
        defer { Files.removeFolder(folder) }
        let installation = try Installation.locate()
        let sdk = try await GuestSDK.locate(installation) { _ in }
        let options = BuildOptions(optimization: .speed, colorDiagnostics: false)
        func build(_ source: String) async throws {
            try write(source, "Sources/main.c")
            let project = try Project(folder: folder)
            let products = try await Builder(installation, sdk, Toolchain(), options) { _ in }.build(project)
            try ContractInterface.write(of: products.elf, beside: folder.appending("build/x.polkavm"))
        }
        let text = "static const char %[] __attribute__((section(\".pvm.abi\"), used, retain)) ="
        let one = text.replacingOccurrences(of: "%", with: "a") + " \"function f()\\n\\0\\0event E(bytes b)\\n\";\n"
        let two =
            text.replacingOccurrences(of: "%", with: "b") + " \"function f()\\n\";\nint main(void) { return 0; }\n"
        try await build(one + two)
        let path = folder.appending("build/x.abi.json")
        #expect(try ContractABI(json: Files.readText(path)).lines == ["function f()", "event E(bytes b)"])
        await #expect(throws: BuildError.self) {
            try await build(one + two.replacingOccurrences(of: "f()", with: "f() view"))
        }
        do {
            try await build(two.replacingOccurrences(of: "f()", with: "f(uint9 a)"))
            Issue.record("nothing is wrong with uint9")
        } catch {
            #expect(
                "\(error)".contains("'function f(uint9 a)': expected a type of the contract ABI, found 'uint9'"),
                "\(error)")
        }
        // A program without an interface leaves none.
        try await build("int main(void) { return 0; }")
        #expect(!Files.exists(path))
    }
}
