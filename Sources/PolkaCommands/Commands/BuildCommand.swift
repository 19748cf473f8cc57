// `pvm build`: sources to blob.

import ArgumentParser
import PolkaBlob
import PolkaBuild
import PolkaCheck
import PolkaLinker
import SystemPackage

struct BuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Build a project, or source files, to a PVM program.",
        discussion: """
            Without a path, builds the project in the current folder to build/NAME.polkavm, and leaves the ELF file and a map of \
            the link beside it. With .c, .swift and .S files, builds these. For a target with rules of admission the program is \
            checked (exit code 6 if it breaks one); for JAM the program is build/NAME.jam, with the .polkavm file beside it.
            """)

    @Argument(help: ArgumentHelp("A project folder, or source files.", valueName: "path"))
    var paths: [String] = []

    @Option(help: "The chain to build for; by default what the project's pvm.json says, else polkavm.")
    var target: BuildOptions.Target?

    @Option(name: .customShort("c"), help: ArgumentHelp("Optimised, or easy to debug.", valueName: "debug|release"))
    var configuration: ConfigurationChoice = .release

    @Option(help: "What the compilers aim at; by default speed, and nothing for debug.")
    var optimize: OptimizeChoice?

    @Option(help: ArgumentHelp("Stack to reserve at least.", valueName: "bytes"))
    var minStackSize: UInt32 = LinkOptions.defaultStackSize

    @Option(help: ArgumentHelp("The executable to build of a package that has several.", valueName: "name"))
    var product: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"))
    var output: String?

    @Flag(help: "Build again whenever a source changes, until interrupted.")
    var watch = false

    @OptionGroup var diagnostics: DiagnosticsOptions

    enum ConfigurationChoice: String, ExpressibleByArgument, CaseIterable { case debug, release }

    enum OptimizeChoice: String, ExpressibleByArgument, CaseIterable {
        case none, size, speed

        var optimization: BuildOptions.Optimization {
            switch self {
            case .none: .none
            case .size: .size
            case .speed: .speed
            }
        }
    }

    func validate() throws {
        if let target, target.deployment?.isJAM ?? false, output?.hasSuffix(".polkavm") ?? false {
            throw ValidationError(
                "--target \(target.rawValue) writes a .jam file, and a .polkavm file beside it: name the .jam file with -o"
            )
        }
    }

    func run() async throws {
        guard watch else { return try await build() }
        let folder = try projectFolder()
        try await SourceWatch(folder: folder, files: folder == nil ? paths : []).run {
            do {
                try await build()
            } catch is ExitCode {
                // What is wrong has been said; the next change may mend it.
            } catch {
                // The next change may mend it.
                Terminal.error("\(error)", color: diagnostics.usesColor)
            }
        }
    }

    private func build() async throws {
        let folder = try projectFolder()
        let options = BuildOptions(
            target: try target ?? folder.map { try ProjectSettings(of: $0).target } ?? .polkavm,
            configuration: configuration == .debug ? .debug : .release,
            optimization: optimize?.optimization ?? (configuration == .debug ? .none : .speed),
            link: LinkOptions(minimumStackSize: minStackSize), colorDiagnostics: diagnostics.usesColor)
        let build = ProjectBuild(options: options, product: product, quiet: false)
        let outcome: ProjectBuild.Outcome
        if let folder {
            outcome = try await build.build(folder: folder, output: output.map { FilePath($0) })
        } else {
            let name = FilePath(paths[0]).stem ?? "program"
            let usual = "\(name).\(build.fileExtension)"
            outcome = try await build.build(files: paths, output: FilePath(output ?? usual))
        }
        Terminal.write(BuildSummary(outcome).text)
        if let check = outcome.check, check.rules.contains(where: { $0.verdict != .ok }) {
            let shown = BuildSummary.shown(outcome.path)
            Terminal.note(check.violations + "'pvm check \(shown) --target \(check.target)' shows all rules")
            if check.isViolated { throw ExitStatus.violation.code }
        }
    }

    /// The folder to build, nil if files are given.
    private func projectFolder() throws -> FilePath? {
        guard let first = paths.first else { return "." }
        switch FileKind.of(FilePath(first)) {
        case .directory where paths.count == 1: return FilePath(first)
        case .directory:
            throw ValidationError("expected one project folder or some source files, found both or several")
        case nil where !first.contains("."):
            throw CommandError("\(first): no such folder; 'pvm new \(first)' makes a project there")
        default: return nil
        }
    }
}

extension BuildOptions.Target: ExpressibleByArgument {}

/// What a build says at the end.
private struct BuildSummary {
    let outcome: ProjectBuild.Outcome

    init(_ outcome: ProjectBuild.Outcome) { self.outcome = outcome }

    var text: String {
        let blob = outcome.blob
        let sizes =
            "code \(blob.code.bytes.count), read-only data \(blob.readOnlyDataSize), read-write data"
            + " \(blob.readWriteDataSize), stack \(blob.stackSize)"
        // Debug information is for people and can be left out: it does not count as size of the program. JAM's forms have none.
        let stripped = blob.serialized(strip: true).count
        let debugByteCount = outcome.byteCount == blob.serialized().count ? outcome.byteCount - stripped : 0
        var text = "\(Self.shown(outcome.path)): \(outcome.byteCount - debugByteCount) bytes (\(sizes))"
        if debugByteCount > 0 { text += " + \(debugByteCount) of debug information" }
        text += "\n"
        text += "  exports: \(blob.exports.map { Blob.text(of: $0.symbol) }.joined(separator: ", "))\n"
        let imports = blob.imports.compactMap { $0 }.filter { !$0.isEmpty }.map(Blob.text)
        if !imports.isEmpty { text += "  imports: \(imports.joined(separator: ", "))\n" }
        if let path = outcome.debugPath { text += "  debug information: \(Self.shown(path))\n" }
        if let check = outcome.check, !check.isViolated {
            text += "  obeys the \(check.rules.count) rules of \(check.target)\n"
        }
        return text
    }

    /// The path as short as it can be said from here.
    static func shown(_ path: FilePath) -> String {
        var relative = path
        let current = Files.currentFolder
        return relative.removePrefix(current) ? relative.string : path.string
    }
}
