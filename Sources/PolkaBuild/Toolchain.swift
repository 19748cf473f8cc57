// The compilers and the linker of the Swift toolchain: where they are, and running them.

import Subprocess
package import SystemPackage

/// A tool of the toolchain.
package enum Tool: String, Sendable, CaseIterable {
    case clang
    case swiftc
    case lld = "ld.lld"
    case ar = "llvm-ar"
    case objdump = "llvm-objdump"
    case swiftBuild = "swift-build"
    case swiftPackage = "swift-package"

    package var purpose: String {
        switch self {
        case .clang: "compiles C and assembly for the guest"
        case .swiftc: "compiles Embedded Swift for the guest"
        case .lld: "links the guest's objects into an ELF file"
        case .ar: "collects the guest's runtime into an archive"
        case .objdump: "shows machine code as instructions"
        case .swiftBuild: "builds guests that are Swift packages"
        case .swiftPackage: "reads the manifests of Swift packages"
        }
    }

    /// Whether guests can be built and run without it.
    var isOptional: Bool { self == .objdump }
}

/// What a tool left when it ended.
package struct ToolOutput: Sendable {
    /// nil if a signal ended it.
    package let exitCode: Int32?
    package let standardOutput: String
    package let standardError: String

    package var succeeded: Bool { exitCode == 0 }
}

/// Finds the tools and runs them.
package struct Toolchain: Sendable {
    package init() {}

    /// The folder of the toolchain: `PVM_TOOLCHAIN`, else where the first `swiftc` of `PATH` really is.
    private var binFolder: FilePath? {
        if let folder = Environment["PVM_TOOLCHAIN"] { return FilePath(folder) }
        guard let swiftc = Self.inPath("swiftc").flatMap(Files.resolved) else { return nil }
        return swiftc.removingLastComponent()
    }

    /// Where a tool is, nil if it is not there.
    ///
    /// The toolchain's own comes first: the clang of a distribution may know another dialect of the same options.
    package func path(of tool: Tool) -> FilePath? {
        if let own = binFolder?.appending(tool.rawValue), Files.isExecutable(own) { return own }
        return Environment["PVM_TOOLCHAIN"] == nil ? Self.inPath(tool.rawValue) : nil
    }

    private static func inPath(_ name: String) -> FilePath? {
        for folder in (Environment["PATH"] ?? "").split(separator: ":") {
            let candidate = FilePath(String(folder)).appending(name)
            if Files.isExecutable(candidate) { return candidate }
        }
        return nil
    }

    /// Where a tool is, which must be there.
    func requiredPath(of tool: Tool) throws -> FilePath {
        guard let path = path(of: tool) else {
            throw BuildError.missingTool(name: tool.rawValue, purpose: tool.purpose)
        }
        return path
    }

    /// More than any tool says of one file; one that says more is cut off, not waited for.
    static let messageLimit = 4 << 20

    /// Runs a tool to its end, whatever that is.
    package func output(
        of tool: Tool, _ arguments: [String], in folder: FilePath? = nil
    ) async throws -> ToolOutput {
        let result = try await Subprocess.run(
            .path(try requiredPath(of: tool)), arguments: Arguments(arguments), workingDirectory: folder,
            output: .string(limit: Self.messageLimit), error: .string(limit: Self.messageLimit))
        let exitCode: Int32? =
            switch result.terminationStatus {
            case .exited(let code): code
            case .signaled: nil
            }
        return ToolOutput(
            exitCode: exitCode, standardOutput: result.standardOutput, standardError: result.standardError)
    }

    /// Runs a tool and looks at each line of what it says, on either stream, as it comes.
    ///
    /// - Parameters:
    ///   - tool: what to run.
    ///   - arguments: its arguments.
    ///   - keeps: whether a line is to be returned.
    /// - Returns: the exit code, nil if a signal ended it, and the lines.
    /// - Throws: `BuildError.missingTool`, or what keeps the tool from being started.
    func stream(
        _ tool: Tool, _ arguments: [String], keeps: (String) -> Bool
    ) async throws -> (exitCode: Int32?, kept: [String]) {
        let result = try await Subprocess.run(
            .path(try requiredPath(of: tool)), arguments: Arguments(arguments), input: .none, output: .sequence,
            error: .combinedWithOutput
        ) { execution in
            var kept: [String] = []
            for try await line in execution.standardOutput.strings(separatedBy: .lineBreaks) {
                if kept.count < Self.messageLineLimit, keeps(line) { kept.append(line) }
            }
            return kept
        }
        let exitCode: Int32? =
            switch result.terminationStatus {
            case .exited(let code): code
            case .signaled: nil
            }
        return (exitCode, result.closureResult)
    }

    private static let messageLineLimit = 20_000

    /// Runs a tool that must succeed; returns its warnings.
    package func run(_ tool: Tool, _ arguments: [String], in folder: FilePath? = nil) async throws -> String {
        let output = try await output(of: tool, arguments, in: folder)
        var text = output.standardError
        // swiftc writes some of its diagnostics there.
        if !output.standardOutput.isEmpty { text = output.standardOutput + text }
        while text.last?.isNewline ?? false { text.removeLast() }
        guard output.succeeded else {
            let status = output.exitCode.map { "exit code \($0)" } ?? "ended by a signal"
            throw BuildError.toolFailed(tool: tool.rawValue, status: status, output: text)
        }
        return text
    }
}
