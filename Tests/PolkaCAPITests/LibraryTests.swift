// The library as it is installed: what it shows, and a C program that needs nothing else.

import PolkaAsm
import PolkaBlob
import PolkaBuild
import Subprocess
import SystemPackage
import Testing

/// A folder with the library installed, and compilers to use it with.
private final class Installed: Sendable {
    static let repository = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    static let tests = FilePath(#filePath).removingLastComponent()

    let folder: FilePath

    init() async throws {
        let unique = String(UInt64.random(in: 0 ... .max), radix: 36)
        folder = FilePath(PolkaBuild.Environment["TMPDIR"] ?? "/tmp").appending("pvm-library-\(unique)")
        try Files.makeFolder(folder)
        // The archive lies beside the executable that runs the tests.
        let archive = (Files.resolved("/proc/self/exe") ?? "").removingLastComponent().appending("libPolkaCAPI.a")
        let (output, status) = try await run("\(Self.repository)/toolchain/install-library \(archive) \(folder)")
        try #require(status == 0, "\(output)")
    }

    deinit { Files.removeFolder(folder) }

    /// Runs a command in the folder, where pkg-config and the loader find the library.
    func run(_ command: String) async throws -> (output: String, status: Int32) {
        let environment: [Subprocess.Environment.Key: String?] = [
            "PKG_CONFIG_PATH": "\(folder)/lib/pkgconfig", "LD_LIBRARY_PATH": "\(folder)/lib", "LC_ALL": "C.UTF-8",
        ]
        let result = try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-c", "exec 2>&1\n\(command)"], environment: .inherit.updating(environment),
            workingDirectory: folder, input: .none, output: .string(limit: 1 << 20), error: .discarded)
        return switch result.terminationStatus {
        case .exited(let code): (result.standardOutput, code)
        case .signaled(let signal): (result.standardOutput, 128 + signal)
        }
    }

    /// The same for a command that must succeed.
    func output(_ command: String) async throws -> String {
        let (output, status) = try await run(command)
        try #require(status == 0, "\(command)\n\(output)")
        return output
    }
}

@Suite struct LibraryTests {
    /// The names of all functions of the header.
    private static func functions() throws -> Set<String> {
        let header = try Files.readText(Installed.repository.appending("Sources/CPolkaVM/include/pvm_vm.h"))
        let names = header.matches(of: /(?m)^[a-z][a-z0-9_ *]*[ *](pvm_[a-z0-9_]+)\(/).map { String($0.1) }
        #expect(names.count > 60)
        return Set(names)
    }

    /// Every function is called by these tests.
    @Test func everyFunctionIsTested() throws {
        var sources = ""
        for folder in [Installed.tests, Installed.tests.appending("Program")] {
            for name in try Files.list(folder) where name.hasSuffix(".c") || name.hasSuffix(".swift") {
                sources += try Files.readText(folder.appending(name))
            }
        }
        for name in try Self.functions() { #expect(sources.contains("\(name)("), "\(name) is not called by any test") }
    }

    /// Both libraries, by a C program that calls them in every way, right and wrong, from many threads.
    @Test func program() async throws {
        let installed = try await Installed()
        let text = try Files.readText(Installed.tests.appending("Program/guest.s"))
        try Files.write(try Assembler.assemble(text).serialized(), to: installed.folder.appending("guest.polkavm"))
        let compile = "cc -std=c11 -O1 -Wall -Wextra -Werror -pedantic \(Installed.tests)/Program/*.c"
        for (library, flags) in [
            ("shared", "$(pkg-config --cflags --libs pvm)"),
            (
                "static",
                "$(pkg-config --cflags pvm) -Llib -Wl,-Bstatic -lpvm -Wl,-Bdynamic $(pkg-config --static --libs pvm)"
            ),
        ] {
            _ = try await installed.output("\(compile) \(flags) -o \(library)")
            let needed = try await installed.output("readelf -d \(library)")
            #expect(needed.contains("libpvm.so.1") == (library == "shared"))
            let output = try await installed.output("./\(library) guest.polkavm")
            #expect(output.contains(", 0 failed"), "\(library)\n\(output)")
        }

        // Of all names in the libraries only those of the header are seen, and no library of Swift is needed.
        let functions = try Self.functions()
        func names(_ output: String) -> Set<String> {
            Set(
                output.split(separator: "\n").filter { $0.contains(" T ") }.compactMap { line in
                    line.split(separator: " ").last.map { String($0.prefix { $0 != "@" }) }
                })
        }
        #expect(names(try await installed.output("nm -D --defined-only lib/libpvm.so")) == functions)
        #expect(names(try await installed.output("nm -g --defined-only lib/libpvm.a")) == functions)
        let dynamic = try await installed.output("readelf -d lib/libpvm.so")
        #expect(dynamic.contains("soname: [libpvm.so.1]"))
        #expect(!dynamic.contains("swift") && !dynamic.contains("TEXTREL"))

        // The header in C++, and with another compiler.
        let cpp = "#include <pvm_vm.h>\nint main() { return pvm_abi_version() == 0; }\n"
        try Files.write(Array(cpp.utf8), to: installed.folder.appending("version.cpp"))
        let strict = "-Wall -Wextra -Werror -pedantic $(pkg-config --cflags --libs pvm)"
        _ = try await installed.output("c++ -std=c++11 version.cpp \(strict) -o version && ./version")
        if let clang = Toolchain().path(of: .clang) {
            let sources = "\(Installed.tests)/Program/*.c"
            _ = try await installed.output("\(clang) -std=c11 \(sources) \(strict) -o other && ./other guest.polkavm")
        }
    }

    /// What is missing is said.
    @Test func refusals() async throws {
        let script = "\(Installed.repository)/toolchain/install-library"
        let result = try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-c", "exec 2>&1\n\(script) /nowhere/lib.a /nowhere/prefix"],
            output: .string(limit: 4096), error: .discarded)
        #expect(result.terminationStatus == .exited(1))
        #expect(result.standardOutput.contains("/nowhere/lib.a is not there"))
    }
}
