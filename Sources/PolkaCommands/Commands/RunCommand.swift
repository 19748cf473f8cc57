// `pvm run`: calls an export of a program on the virtual machine.

import ArgumentParser
import PolkaBlob
import PolkaBuild
import PolkaHost
import PolkaISA
import PolkaJIT
import PolkaVM
import SystemPackage

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Call an export of a program and print what it returns.",
        discussion: """
            Without an export: calls the only one that is no test, else 'main', 'call' or 'refine'. Arguments are integers: decimal, 0x hex, negative. \
            Words behind '--' are for a program with 'main(argc, argv)'. \
            A compiled module runs as it was compiled, by its own gas model. \
            A .jam program is entered by name (refine, accumulate, is_authorized) or code offset, gets the bytes of --input-hex or \
            --input-file, and what it answers is printed in hex. \
            With --host revive it is a chain of contracts that is told what to do: deploy PROGRAM, call CONTRACT FUNCTION, transfer TO AMOUNT, \
            balance ACCOUNT, accounts, logs; --state keeps it in a file. \
            Exit codes: 0 returned, 2 trap, 3 out of gas, 4 page fault, 5 missing import.
            """)

    @Argument(
        help: ArgumentHelp(
            "A .polkavm, .jam or raw program, a compiled module, or a project folder, which is built first.",
            valueName: "blob|path"))
    var path: String = "."

    @Argument(help: ArgumentHelp("The export to call.", valueName: "export"))
    var export: String?

    @Argument(parsing: .allUnrecognized, help: ArgumentHelp("Arguments of the export, at most six.", valueName: "arg"))
    var arguments: [String] = []

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("What main(argc, argv) gets; argv[0] is the program's path.", valueName: "word"))
    var words: [String] = []

    @Option(help: ArgumentHelp("Arguments of a .jam program.", valueName: "hex"))
    var inputHex: HexArgument?

    @Option(help: ArgumentHelp("A file with the arguments of a .jam program.", valueName: "file"))
    var inputFile: String?

    @OptionGroup var form: ProgramFormOptions

    @Option(help: "What executes the program.")
    var backend: BackendChoice = .auto

    @Option(
        help: ArgumentHelp(
            "The gas to give; without it, gas is not metered, or, of contracts, 10⁹ units are given.",
            valueName: "units"))
    var gas: UInt64?

    @Option(help: GasModelChoice.help)
    var gasModel: GasModelChoice = .naive

    @Option(
        help:
            "The host functions to offer; by default the ones of the target that the project's pvm.json names, else console."
    )
    var host: HostChoice?

    @Flag(help: "Print one JSON object instead.")
    var json = false

    @Flag(help: "Say which backend ran, for how long, and how much it executed.")
    var stats = false

    @Option(
        help: ArgumentHelp("Write all that the host did to a file, so that the run can be replayed.", valueName: "file")
    )
    var record: String?

    @Option(
        help: ArgumentHelp(
            "Do a recorded run again, on any backend, and insist that it goes the same way.", valueName: "file"))
    var replay: String?

    @Option(
        help: ArgumentHelp(
            "The chain's state, for --host revive and jam; made if it is not there, and written when all went well.",
            valueName: "file"))
    var state: String?

    @Option(
        help: ArgumentHelp(
            "Contracts: do the lines of a file one after the other, or of standard input (-).", valueName: "file"))
    var script: String?

    @OptionGroup var chain: ChainOptions

    @OptionGroup var jam: JAMOptions

    @OptionGroup var diagnostics: DiagnosticsOptions

    func validate() throws {
        if let gas, gas > UInt64(Int64.max) {
            throw ValidationError("--gas \(gas): at most \(Int64.max) units can be given")
        }
        if record != nil && replay != nil { throw ValidationError("--record and --replay exclude each other") }
        if replay != nil && (inputHex != nil || inputFile != nil || !words.isEmpty) {
            throw ValidationError("--replay takes the program's input from the record")
        }
        if inputHex != nil && inputFile != nil {
            throw ValidationError("--input-hex and --input-file exclude each other")
        }
        if !arguments.isEmpty && !words.isEmpty {
            throw ValidationError("arguments in registers and words behind '--' exclude each other")
        }
    }

    /// What can not be told before the host is known.
    private func checkWords(for host: HostChoice) throws {
        guard host != .revive else {
            let meaningless = [
                ("record", record != nil), ("replay", replay != nil), ("gas-model", gasModel != .naive),
                ("stats", stats),
                ("isa", form.isa != nil), ("format", form.format != nil), ("input-hex", inputHex != nil),
                ("input-file", inputFile != nil),
            ]
            if let (name, _) = meaningless.first(where: \.1) {
                throw ValidationError("--\(name) means nothing to --host revive")
            }
            return
        }
        if script != nil { throw ValidationError("--script is for --host revive") }
        if state != nil, host != .jam { throw ValidationError("--state is for --host revive and jam") }
        if let bad = arguments.first(where: { IntegerArgument(argument: $0) == nil }) {
            throw ValidationError(
                bad.hasPrefix("-")
                    ? "unknown option '\(bad)'"
                    : "'\(bad)' is no integer of 64 bits; expected decimal, 0x hex, or a negative number")
        }
        if arguments.count > Self.mostArguments {
            throw ValidationError("\(arguments.count) arguments; a call passes at most \(Self.mostArguments)")
        }
    }

    /// Registers that C and Swift functions take arguments in.
    private static let mostArguments = 6

    func run() async throws {
        let host = try host ?? HostChoice(of: path)
        try checkWords(for: host)
        if host == .revive {
            let words = self.host == .revive && path == "." ? [] : [path]
            return try await ChainRun(
                words: words + (export.map { [$0] } ?? []) + arguments, options: chain, script: script, gas: gas,
                state: state, engine: try backend.engine(), color: diagnostics.usesColor
            ).execute(json: json)
        }
        if host == .jam {
            return try await JAMRun(
                path: path, form: form, options: jam, entryName: export,
                payload: try inputHex?.bytes ?? inputFile.map { try Files.read(FilePath($0)) }, gas: gas,
                statePath: state, engine: try backend.engine(), color: diagnostics.usesColor
            ).execute(json: json)
        }
        let file = try await ProgramInput.load(path, form, color: diagnostics.usesColor)
        let recorded = try recordedRun()
        let (entry, export) = try entryPoint(of: file, recorded?.notes.export ?? export)
        var run = ProgramRun(
            engine: try backend.engine(), blob: file.blob, export: export,
            arguments: arguments.compactMap { IntegerArgument(argument: $0)?.value },
            words: words.isEmpty ? [] : [path] + words,
            gas: recorded.map { $0.notes.gas } ?? (gasModel == .none ? nil : gas.map { Int64($0) }),
            gasSettings: try gasModel.settings(),
            // Only containers name what they import.
            offersConsole: host == .console && file.form == .polkavm,
            collectsOutput: json,
            counts: recorded?.notes.counts ?? ((json || stats) && gasModel != .none))
        run.hashesState = json || stats
        run.recordPath = record.map { FilePath($0) }
        run.replays = recorded?.record
        run.entry = entry
        run.compiled = file.compiled
        if let compiled = file.compiled, compiled.configuration.gasMetering == .none, run.gas != nil {
            throw CommandError(
                "\(path): compiled without gas, of which none can be given; 'pvm compile --gas-model naive' meters it")
        }
        let report = try execute(run)
        if json {
            try JSONOutput.print(report)
        } else {
            report.printForPeople(sources: SourceLines(program: path), color: diagnostics.usesColor)
        }
        if stats { report.printStatistics() }
        if report.status != .finished { throw report.status.exitStatus.code }
    }

    /// The record to be replayed, if one was named, of the same call as the command line says.
    private func recordedRun() throws -> (record: RunRecord, notes: RecordNotes)? {
        guard let replay else { return nil }
        let bytes = try Files.read(FilePath(replay))
        let record: RunRecord
        do throws(RecordError) { record = try RunRecord(parsing: bytes) } catch {
            throw CommandError("\(replay): \(error)")
        }
        let notes = try RecordNotes(record, replay)
        try notes.check(
            export: export, arguments: arguments.compactMap { IntegerArgument(argument: $0)?.value }, gas: gas, replay)
        return (record, notes)
    }

    private func execute(_ run: ProgramRun) throws -> RunReport {
        do {
            return try run.execute()
        } catch let error as ReplayError {
            throw CommandError("\(replay ?? path): \(error)")
        }
    }

    /// What to call: by name, or by place if the program has no names.
    private func entryPoint(of file: ProgramFile, _ export: String?) throws -> (UnnamedEntry?, String) {
        if file.form != .jam, inputHex != nil || inputFile != nil {
            throw CommandError("\(path): --input-hex and --input-file are for .jam programs; give this one integers")
        }
        if file.form == .polkavm { return (nil, try ExportChoice.choose(export, in: file.blob, path)) }
        if !words.isEmpty { throw CommandError("\(path): only .polkavm programs take words behind '--'") }
        let named = StandardProgram.entries.first { $0.name == export }
        var offset: UInt32 = 0
        if let export {
            guard
                let place = named?.codeOffset
                    ?? IntegerArgument(argument: export).flatMap({ UInt32(exactly: $0.value) })
            else {
                let names = StandardProgram.entries.map { "\($0.name) (\($0.codeOffset))" }.joined(separator: ", ")
                throw CommandError("\(path): no entry point '\(export)'; expected \(names), or a code offset")
            }
            offset = place
        }
        guard file.blob.code.instruction(at: Int(offset), inside: file.blob.instructionSet) != nil else {
            throw CommandError(
                "\(path): no instruction starts at code offset \(offset), so it can not be entered there")
        }
        guard file.form == .jam else { return (UnnamedEntry(codeOffset: offset, input: nil), "\(offset)") }
        if !arguments.isEmpty {
            throw CommandError("\(path): a .jam program takes bytes, not integers: --input-hex, --input-file")
        }
        let input = try inputHex?.bytes ?? inputFile.map { try Files.read(FilePath($0)) } ?? []
        let name = export ?? (file.blob.exports.contains { $0.symbol == Array("refine".utf8) } ? "refine" : "\(offset)")
        return (UnnamedEntry(codeOffset: offset, input: input), name)
    }
}

extension CodeMap {
    /// The instruction at an offset, nil also behind the end of the code.
    fileprivate func instruction(at offset: Int, inside set: InstructionSet) -> Instruction? {
        offset < bytes.count ? instruction(at: offset, in: set) : nil
    }
}

enum BackendChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, interpreter, compiler

    /// What executes.
    func engine() throws -> Engine {
        switch self {
        case .auto: return Engine(backend: .auto)
        case .interpreter: return Engine(backend: .interpreter)
        case .compiler:
            if let reason = Backend.whyNoCompiler { throw CommandError(reason) }
            return Engine(backend: .compiler)
        }
    }
}

enum HostChoice: String, ExpressibleByArgument, CaseIterable {
    case console, revive, jam, none

    /// The host of what is at a path: for a project that of its target; so also for what is to be done with a chain, in the folder of a contract.
    init(of path: String) throws {
        let isFolder = FileKind.of(FilePath(path)) == .directory
        guard isFolder || (ChainVerb(rawValue: path) != nil && !Files.exists(FilePath(path))) else {
            self = .console
            return
        }
        switch try ProjectSettings(of: isFolder ? FilePath(path) : ".").target {
        case .polkavm: self = .console
        case .revive: self = .revive
        case .jam072, .jam080: self = .jam
        }
    }
}

/// Which export a call means.
enum ExportChoice {
    static func choose(_ name: String?, in blob: Blob, _ path: String) throws -> String {
        let known = blob.exports.map { Blob.text(of: $0.symbol) }
        let list = known.isEmpty ? "it exports nothing" : "it exports \(known.joined(separator: ", "))"
        if let name {
            if known.contains(name) { return name }
            throw CommandError("\(path): no export '\(name)'; \(list)")
        }
        // Tests are exports as well, but nobody runs a program for them.
        let proper = known.filter { !$0.hasPrefix(Blob.testPrefix) }
        if proper.count == 1 { return proper[0] }
        if let usual = ["main", "call", "refine"].first(where: known.contains) { return usual }
        throw CommandError("\(path): which export? \(list); name one: pvm run \(path) EXPORT")
    }
}
