// Runs the real executable as a user would, in a folder of its own.

import PolkaBuild
import Subprocess
import SystemPackage
import Testing

/// What a run of the tool left.
struct Outcome {
    let exitCode: Int32
    let output: String
    let errors: String
}

/// A folder to run the tool in, which goes when the test is over.
final class Workspace: Sendable {
    let folder: FilePath

    init() throws {
        let unique = String(UInt64.random(in: 0 ... .max), radix: 36)
        folder = FilePath(PolkaBuild.Environment["TMPDIR"] ?? "/tmp").appending("pvm-cli-\(unique)")
        try Files.makeFolder(folder)
    }

    deinit { Files.removeFolder(folder) }

    /// Runs another program in a folder below.
    func run(_ program: FilePath, _ arguments: [String], in subfolder: String) async throws -> Outcome {
        let result = try await Subprocess.run(
            .path(program), arguments: Arguments(arguments), environment: .inherit.updating(variables),
            workingDirectory: folder.appending(subfolder), output: .string(limit: 16 << 20),
            error: .string(limit: 16 << 20))
        guard case .exited(let code) = result.terminationStatus else {
            return Outcome(exitCode: -1, output: result.standardOutput, errors: result.standardError)
        }
        return Outcome(exitCode: code, output: result.standardOutput, errors: result.standardError)
    }

    /// The tool lies beside the executable that runs the tests.
    static let tool: FilePath = {
        let tests = Files.resolved("/proc/self/exe") ?? "pvm"
        return tests.removingLastComponent().appending("pvm")
    }()

    /// A home of the test's own, where SDKs may be installed; what has been built once stays where it is.
    var variables: [Subprocess.Environment.Key: String?] {
        let home = folder.appending(".home").string
        return [
            "NO_COLOR": "1", "HOME": home, "CFFIXED_USER_HOME": home, "PVM_CACHE": Installation.cache.string,
        ]
    }

    /// Runs `pvm` in the folder, or in one below it.
    func pvm(
        _ arguments: String..., in subfolder: String = "", environment: [String: String] = [:]
    ) async throws -> Outcome {
        try await pvm(arguments, in: subfolder, environment: environment)
    }

    func pvm(
        _ arguments: [String], in subfolder: String = "", environment: [String: String] = [:]
    ) async throws -> Outcome {
        var variables = variables
        for (name, value) in environment { variables[Subprocess.Environment.Key(stringLiteral: name)] = value }
        let limit = 16 << 20
        let result = try await Subprocess.run(
            .path(Self.tool), arguments: Arguments(arguments), environment: .inherit.updating(variables),
            workingDirectory: subfolder.isEmpty ? folder : folder.appending(subfolder),
            output: .string(limit: limit), error: .string(limit: limit))
        guard case .exited(let code) = result.terminationStatus else {
            Issue.record("pvm \(arguments.joined(separator: " ")) crashed: \(result.standardError)")
            return Outcome(exitCode: -1, output: result.standardOutput, errors: result.standardError)
        }
        return Outcome(exitCode: code, output: result.standardOutput, errors: result.standardError)
    }

    func write(_ text: String, to name: String) throws {
        try Files.write(Array(text.utf8), to: folder.appending(name))
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Files.write(bytes, to: folder.appending(name))
    }

    func read(_ name: String) throws -> [UInt8] { try Files.read(folder.appending(name)) }

    func exists(_ name: String) -> Bool { Files.exists(folder.appending(name)) }

    /// The files in the folder, temporary ones included.
    func files() throws -> [String] { try Files.listRecursively(folder).filter { !$0.hasPrefix(".home/") } }

    /// Assembles text to a blob in the folder.
    func assemble(_ text: String, to name: String) async throws {
        try write(text, to: "\(name).s")
        let outcome = try await pvm("asm", "\(name).s", "-o", name)
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
    }
}
