// `pvm check`: whether a host would admit a program.

import ArgumentParser
import PolkaBlob
import PolkaBuild
import PolkaCheck
import SystemPackage

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a program against every rule of the place where it shall go.",
        discussion: """
            Prints each rule with its limit and what the program has, and for each violation what is to blame and what to do. \
            Exit code 6 if a rule is violated. Names come from the link map beside the program, from its debug information, or \
            from its exports.
            """)

    @Argument(help: ArgumentHelp("A .polkavm or .jam file.", valueName: "blob"))
    var input: String

    @Option(help: "The host.")
    var target: CheckTargetChoice

    @Flag(help: "Print one JSON object instead.")
    var json = false

    @Flag(help: "List everything that breaks a rule, not only the first few.")
    var all = false

    enum CheckTargetChoice: String, ExpressibleByArgument, CaseIterable {
        case revive
        case jam072 = "jam-0.7.2"
        case jam080 = "jam-0.8.0"

        var target: DeployTarget {
            switch self {
            case .revive: .revive
            case .jam072: .jam072
            case .jam080: .jam080
            }
        }
    }

    func run() throws {
        // What the code of a standard program means is up to the target.
        let file = try ProgramInput.file(input, readAs: target.target.instructionSet)
        if file.form == .raw {
            throw CommandError(
                "\(input): a raw program is code without its data, which no host takes; check the .polkavm or .jam file"
            )
        }
        if file.compiled != nil {
            throw CommandError("\(input): a compiled module is for this machine; check the program that it was made of")
        }
        let program: CheckedProgram
        if let standard = file.standardProgram {
            // Numbers of another version make a program that runs, and does something else.
            program = CheckedProgram(
                standard, target: target.target, madeFor: file.containerBeside?.instructionSet, map: file.map())
        } else {
            program = CheckedProgram(
                file.blob, byteCount: file.bytes.count, target: target.target, map: file.map())
        }
        let outcome = CheckOutcome(program.results(), target: target.target, program: input)
        if json {
            try JSONOutput.print(outcome)
        } else {
            Terminal.write(outcome.text(listsAll: all))
            if outcome.rules.contains(where: { $0.verdict != .ok }), let hint = NameHint.text(program.namesFrom, input)
            {
                Terminal.note(hint)
            }
        }
        if outcome.isViolated { throw ExitStatus.violation.code }
    }
}
