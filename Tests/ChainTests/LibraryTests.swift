// The libraries of guests as a whole: every function of every one of them can be linked into a guest.

import PolkaBuild
import PolkaISA
import PolkaJIT
import PolkaLinker
import PolkaVM
import Subprocess
import SystemPackage
import Testing

@Suite struct LibraryTests {
    /// A guest that takes the address of each function that the SDK's libraries define.
    ///
    /// Nothing may be missing, nothing may be there twice, and the post-linker must understand all of it.
    @Test func everyFunctionLinks() async throws {
        let sdk = try await GuestSDK.locate(Installation.locate()) { _ in }
        let clang = try #require(Toolchain().path(of: .clang))
        let libraries = try Files.list(sdk.libraries).filter { $0.hasSuffix(".a") }
        #expect(libraries == ["libc.a", "libcompiler_rt.a", "libm.a", "libpvm.a", "libunicode.a"])
        let names = try await Subprocess.run(
            .path(clang.removingLastComponent().appending("llvm-nm")),
            arguments: Arguments(
                ["--defined-only", "-g", "-P"] + libraries.map { sdk.libraries.appending($0).string }),
            output: .string(limit: 4 << 20), error: .discarded
        ).standardOutput.split(separator: "\n").compactMap { line -> Substring? in
            let words = line.split(separator: " ")
            return words.count >= 2 && words[1] == "T" ? words[0] : nil
        }
        let functions = Set(names).sorted()
        #expect(functions.count > 1000)
        var source = "#include <pvm.h>\n"
        for (index, name) in functions.enumerated() { source += "extern char s\(index)[] __asm__(\"\(name)\");\n" }
        source += "void *const volatile table[] = {\n"
        for index in functions.indices { source += "s\(index),\n" }
        source += "};\nPVM_EXPORT(uint64_t, run, uint64_t n) { return (uint64_t)table[n]; }\n"

        let folder = try TemporaryFolder("library")
        let file = folder.path.appending("all.c")
        try Files.write(Array(source.utf8), to: file)
        let options = BuildOptions(optimization: .speed, colorDiagnostics: false)
        let project = try Project(files: [file.string], output: folder.path.appending("all.polkavm"))
        let blob = try await Builder.forTests(options).build(project).result.blob
        // A code address each; some functions have two names.
        for backend in Backend.all {
            let instance = try Instance(Module(blob, engine: Engine(backend: backend)))
            var addresses: Set<UInt64> = []
            for index in functions.indices {
                #expect(try instance.call("run", [UInt64(index)]) == .finished)
                addresses.insert(instance[.a0])
            }
            #expect(!addresses.contains(0) && addresses.count > functions.count * 9 / 10)
        }
    }
}
