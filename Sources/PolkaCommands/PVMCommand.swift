// `pvm`: the list of verbs, and how a failure is shown.

package import ArgumentParser
import PolkaBuild
import PolkaVM

/// The command line of the tool (cli.md).
package struct PVMCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "pvm",
        abstract: "Build, link and run PolkaVM programs.",
        version: ToolVersion.text,
        subcommands: [
            NewCommand.self, BuildCommand.self, RunCommand.self, TestCommand.self, GasCommand.self, LinkCommand.self,
            CompileCommand.self, AsmCommand.self, DisasmCommand.self, InspectCommand.self, SizeCommand.self,
            CheckCommand.self, DevCommand.self, BenchCommand.self, VectorCommand.self, SDKCommand.self,
            DoctorCommand.self,
        ])

    package init() {}

    /// Parses the arguments, runs the verb, and ends the process with the documented exit code.
    package static func runAndExit() async -> Never {
        do {
            try checkVerb(CommandLine.arguments.dropFirst().first)
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            try Terminal.checkOutput()
            exit()
        } catch {
            if isOwn(error) {
                Terminal.error("\(error)", color: DiagnosticsOptions.defaultColor)
                exit(withError: ExitStatus.failure.code)
            }
            exit(withError: error)
        }
    }

    /// The argument parser takes an unknown verb for a stray argument and does not say which ones there are.
    private static func checkVerb(_ word: String?) throws {
        let verbs = configuration.subcommands.compactMap { $0.configuration.commandName }
        guard let word, !word.hasPrefix("-"), word != "help", !verbs.contains(word) else { return }
        throw ValidationError("unknown verb '\(word)'; there are \(verbs.joined(separator: ", "))")
    }

    /// Whether an error is a message of ours, not the argument parser's.
    private static func isOwn(_ error: any Error) -> Bool {
        !(error is ExitCode) && exitCode(for: error) == .failure && !(error is CleanExit)
    }
}
