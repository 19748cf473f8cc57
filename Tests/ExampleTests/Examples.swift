// The examples: where their READMEs and guests are, and running a line of a README as its reader would.

import PolkaBuild
import Subprocess
import SystemPackage
import Testing

/// A README of the examples.
struct Readme: Sendable, CustomStringConvertible {
    /// Its folder, below the examples; empty for their index.
    let folder: String

    static let name = "README.md"

    var path: FilePath { Examples.folder.appending(folder).appending(Self.name) }
    /// As people know it.
    var description: String { folder.isEmpty ? "Examples/\(Self.name)" : "Examples/\(folder)/\(Self.name)" }

    func commands() throws -> [ConsoleCommand] { try ConsoleCommand.all(in: Files.readText(path)) }
}

enum Examples {
    static let folder = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        .appending("Examples")

    /// All READMEs, and the folders of all guests: those with a manifest, but that of the hosts at the top.
    static func all() throws -> (readmes: [Readme], guests: [String]) {
        var all: (readmes: [Readme], guests: [String]) = ([], [])
        try collect(below: "", into: &all)
        return all
    }

    /// A folder as a README names it, below the examples.
    static func resolved(_ path: String, in subfolder: String) -> String {
        let all = folder.appending(subfolder).pushing(FilePath(path)).lexicallyNormalized()
        return FilePath(root: nil, all.components.dropFirst(folder.components.count)).string
    }

    private static func collect(below subfolder: String, into all: inout (readmes: [Readme], guests: [String])) throws {
        // In a fixed order, so that a list of failures reads the same each time.
        for name in try Files.list(folder.appending(subfolder)).sorted() {
            let path = subfolder.isEmpty ? name : "\(subfolder)/\(name)"
            if name == Readme.name {
                all.readmes.append(Readme(folder: subfolder))
            } else if name == "Package.swift", !subfolder.isEmpty {
                all.guests.append(subfolder)
            } else if !name.hasPrefix("."), name != "build", FileKind.of(folder.appending(path)) == .directory {
                // What is built is no example.
                try collect(below: path, into: &all)
            }
        }
    }
}

/// A folder for what a test needs, which goes when the test is over, and a shell that is at home there.
final class ExampleWorkspace: Sendable {
    let folder: FilePath

    init() throws {
        let unique = String(UInt64.random(in: 0 ... .max), radix: 36)
        folder = FilePath(PolkaBuild.Environment["TMPDIR"] ?? "/tmp").appending("pvm-examples-\(unique)")
        try Files.makeFolder(folder)
    }

    deinit { Files.removeFolder(folder) }

    var shell: Shell { Shell(home: folder.appending("home"), library: folder.appending("library")) }

    /// Installs the library for C, for the commands that want it.
    func installLibrary() async throws {
        let archive = (Files.resolved("/proc/self/exe") ?? "").removingLastComponent().appending("libPolkaCAPI.a")
        let script = Examples.folder.removingLastComponent().appending("toolchain/install-library")
        let (output, status) = try await shell.run("\(script) \(archive) \(folder.appending("library"))", in: folder)
        try #require(status == 0, "\(output)")
    }
}

/// A shell that READMEs run in.
struct Shell {
    /// A home that nobody has set up anything in; what was built and fetched once is found where it always is.
    private let environment: [Subprocess.Environment.Key: String?]

    ///
    /// - Parameters:
    ///   - home: where the user's files would be.
    ///   - library: where the library for C is looked for, beside the usual places.
    init(home: FilePath, library: FilePath) {
        // The tool lies beside the executable that runs the tests, and the compilers where the tool finds them.
        let tests = Files.resolved("/proc/self/exe") ?? "pvm"
        let compilers = Toolchain().path(of: .clang)
        let folders = [tests, compilers].compactMap { $0?.removingLastComponent().string }
        let path = folders + [PolkaBuild.Environment["PATH"] ?? "/usr/bin:/bin"]
        environment = [
            "PATH": path.joined(separator: ":"), "HOME": home.string, "CFFIXED_USER_HOME": home.string,
            "PVM_CACHE": Installation.cache.string,
            "XDG_CACHE_HOME": PolkaBuild.Environment["XDG_CACHE_HOME"]
                ?? PolkaBuild.Environment["HOME"].map { "\($0)/.cache" },
            "PKG_CONFIG_PATH": library.appending("lib/pkgconfig").string,
            "LD_LIBRARY_PATH": library.appending("lib").string,
            "NO_COLOR": "1", "LC_ALL": "C.UTF-8",
        ]
    }

    /// Runs a command without input.
    ///
    /// - Returns: Both streams as one, and the exit status as a shell has it.
    func run(_ command: String, in folder: FilePath) async throws -> (output: String, status: Int32) {
        // A line of its own, so that what the shell has to say of the command itself comes the same way.
        let result = try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-c", "exec 2>&1\n\(command)"], environment: .inherit.updating(environment),
            workingDirectory: folder, input: .none, output: .string(limit: 16 << 20), error: .discarded)
        return switch result.terminationStatus {
        case .exited(let code): (result.standardOutput, code)
        case .signaled(let signal): (result.standardOutput, 128 + signal)
        }
    }
}
