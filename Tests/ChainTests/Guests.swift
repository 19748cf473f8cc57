// The guests of Tests/Guests: which there are, building them for the machine and natively, and calling both.

import PolkaBuild
import PolkaHost
import PolkaJIT
import PolkaLinker
import PolkaVM
import Subprocess
import SystemPackage

/// A program that runs both as a guest and natively.
struct Guest: Sendable, CustomStringConvertible {
    let file: String
    /// The arguments with which `run` is called.
    let inputs: [UInt64]

    var description: String { file }
    var isSwift: Bool { file.hasSuffix(".swift") }
    var name: String { FilePath(file).stem ?? file }

    /// C code without optimisation shows other instructions; Embedded Swift is always optimised at least for size.
    var optimizations: [BuildOptions.Optimization] { isSwift ? [.size, .speed] : [.none, .size, .speed] }

    /// The package's folder.
    static let packageRoot: FilePath = {
        var path = FilePath(#filePath)
        for _ in 0..<3 { path.removeLastComponent() }
        return path
    }()

    static let folder = packageRoot.appending("Tests/Guests")

    /// The guests of the manifest: a line each, the file and its inputs.
    static let all: [Guest] = {
        let text = (try? Files.readText(folder.appending("manifest.txt"))) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard let file = words.first, !file.hasPrefix("#") else { return nil }
            return Guest(file: String(file), inputs: words.dropFirst().compactMap { UInt64($0) })
        }
    }()
}

extension Builder {
    /// A builder with what this machine has.
    static func forTests(_ options: BuildOptions) async throws -> Builder {
        let installation = try Installation.locate()
        let sdk = try await GuestSDK.locate(installation) { _ in }
        return Builder(installation, sdk, Toolchain(), options) { _ in }
    }
}

extension Backend {
    /// Every backend that runs on this machine.
    static var all: [Backend] { whyNoCompiler == nil ? [.interpreter, .compiler] : [.interpreter] }
}

/// A folder that goes when the test is over.
final class TemporaryFolder: Sendable {
    let path: FilePath

    init(_ name: String) throws {
        let unique = UInt64.random(in: 0 ... .max)
        path = FilePath(Environment["TMPDIR"] ?? "/tmp").appending("pvm-\(name)-\(String(unique, radix: 36))")
        try Files.makeFolder(path)
    }

    deinit { Files.removeFolder(path) }
}

extension Guest {
    /// What the same source computes when the compiler builds it for this computer.
    func nativeResults(in folder: FilePath) async throws -> [UInt64] {
        let driver = folder.appending("driver.c")
        let source = """
            #include <stdint.h>
            #include <stdio.h>
            #include <stdlib.h>
            uint64_t run(uint64_t n);
            int main(int count, char **words) {
                for (int i = 1; i < count; i++)
                    printf("%llu\\n", (unsigned long long)run(strtoull(words[i], 0, 0)));
            }
            """
        try Files.write(Array(source.utf8), to: driver)
        let toolchain = Toolchain()
        let program = folder.appending("native-\(name)")
        let input = Self.folder.appending(file).string
        let object = folder.appending("driver.o").string
        _ = try await toolchain.run(.clang, ["-w", "-O1", "-c", driver.string, "-o", object])
        if isSwift {
            _ = try await toolchain.run(
                .swiftc,
                [
                    "-O", "-parse-as-library", "-enable-experimental-feature", "Extern", input, object, "-o",
                    program.string, "-lm",
                ])
        } else {
            let headers = Self.packageRoot.appending("Guest/include").string
            // The C library's own headers come before ours.
            _ = try await toolchain.run(
                .clang,
                ["-w", "-O2", "-std=gnu23", "-idirafter", headers, input, object, "-o", program.string, "-lm"])
        }
        let result = try await Subprocess.run(
            .path(program), arguments: Arguments(inputs.map { "\($0)" }), output: .string(limit: 1 << 16))
        return result.standardOutput.split(separator: "\n").compactMap { UInt64($0) }
    }

    /// The guest as a blob.
    func build(_ optimization: BuildOptions.Optimization, in folder: FilePath) async throws -> BuildProducts {
        let options = BuildOptions(optimization: optimization, link: LinkOptions(), colorDiagnostics: false)
        let output = folder.appending("\(name)-\(optimization.rawValue).polkavm")
        let project = try Project(files: [Self.folder.appending(file).string], output: output)
        return try await Builder.forTests(options).build(project)
    }

    /// What the host gives for a function that guests of the suite may import (Tests/Guests/imports.c), on RISC-V.
    static func answer(_ name: String, _ arguments: [UInt64]) -> UInt64? {
        switch name {
        case "host_nothing": 7
        case "host_add": arguments[0] &+ arguments[1]
        case "host_six": (0..<6).reduce(0) { $0 &+ UInt64($1 + 1) &* arguments[$1] }
        default: nil
        }
    }

    /// The same for the machine, with a console.
    static func linker(_ console: ConsoleHost = ConsoleHost { _, _ in }) throws(LinkerError) -> Linker {
        var linker = Linker()
        try console.define(in: &linker)
        try linker.define("host_nothing") { $0.setResult(7) }
        try linker.define("host_add") { $0.setResult($0.argument(0) &+ $0.argument(1)) }
        try linker.define("host_notify") { _ in }
        try linker.define("host_six") { context in
            context.setResult((0..<6).reduce(0) { $0 &+ UInt64($1 + 1) &* context.argument($1) })
        }
        return linker
    }
}
