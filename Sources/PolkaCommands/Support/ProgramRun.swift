// One call of a program, and what there is to say of it (cli.md, JSON).

import PolkaBlob
import PolkaBuild
import PolkaCheck
import PolkaHost
import PolkaISA
import PolkaJIT
import PolkaVM
import SystemPackage

/// Where a program without names is entered.
struct UnnamedEntry {
    let codeOffset: UInt32
    /// The arguments of a standard program; nil for a raw program, which gets registers.
    let input: [UInt8]?
}

/// A call to make.
struct ProgramRun {
    let engine: Engine
    let blob: Blob
    /// The program with its machine code; nil if there is none yet.
    var compiled: CompiledModule?
    let export: String
    /// The place to enter in place of the export.
    var entry: UnnamedEntry?
    let arguments: [UInt64]
    /// What a `main(argc, argv)` gets in place of arguments in registers.
    var words: [String] = []
    /// nil: not metered.
    let gas: Int64?
    /// How it is counted.
    var gasSettings = GasSettings()
    let offersConsole: Bool
    /// Keep what the guest prints instead of printing it.
    let collectsOutput: Bool
    /// Count instructions even if there is no gas; machine code then is what it is with gas, a few percent slower.
    var counts = false
    /// Whether the hash of the state at the end is asked for.
    var hashesState = false
    /// A file that gets a record of the run.
    var recordPath: FilePath?
    /// A run to be done again instead of a new one.
    var replays: RunRecord?
    /// Offers more than the console.
    var offers: ((inout Linker, RunConsole) throws(LinkerError) -> Void)?

    func execute() throws -> RunReport {
        let clock = ContinuousClock()
        let loadStart = clock.now
        let module = try load()
        let loadTime = clock.now - loadStart

        let console = RunConsole(collects: collectsOutput)
        defer { console.flush() }
        let runner = try makeRunner(module, try linker(console))
        let instance = runner.instance
        let runStart: ContinuousClock.Instant
        let exit: Exit
        if case .replay(let replayer) = runner {
            runStart = clock.now
            switch try replayer.run() {
            case .exit(let recorded): exit = recorded
            case .failure(let text): throw CommandError("the recorded run ended with an error: \(text)")
            }
        } else {
            // Without a limit nobody can use up so much.
            instance.gas = gas ?? .max
            try prepare(instance)
            if !words.isEmpty { try ProgramArguments(words).pass(to: instance) }
            runStart = clock.now
            exit = try runner.resume()
        }
        let runTime = clock.now - runStart
        let times = RunTimes(
            load: loadTime, compile: module.compileTime, run: runTime,
            interpret: instance.switchTime.map { $0 - runStart })
        return RunReport(
            instance, exit, export: export, answersBytes: entry?.input != nil, gasGiven: gas, times: times,
            stateHash: hashesState ? try instance.stateHash : nil,
            output: String(decoding: console.collected, as: UTF8.self))
    }

    private func load() throws -> Module {
        guard let compiled else {
            let settings = gas != nil ? gasSettings : counts ? GasSettings() : GasSettings(metering: .none)
            let configuration = ModuleConfiguration.ofCommands(
                blob.instructionSet, answersBytes: entry?.input != nil, settings)
            return try Module(blob, configuration: configuration, engine: engine)
        }
        guard engine.backend.name != Backend.interpreter.name else {
            return try Module(blob, configuration: compiled.configuration, engine: engine)
        }
        return try compiled.module()
    }

    private func makeRunner(_ module: Module, _ linker: Linker) throws -> Runner {
        if let replays { return .replay(try RunReplayer(replays, module, spectators: linker)) }
        guard let recordPath else { return .plain(try Instance(module, linker: linker)) }
        let file = RecordFile(recordPath)
        let recorder = try RunRecorder(try linker.link(module), notes: RecordNotes(self).texts) { file.append($0) }
        return .record(recorder, file)
    }

    private func prepare(_ instance: Instance) throws {
        guard let entry else { return try instance.prepareCall(export, arguments) }
        if let input = entry.input {
            try instance.prepareEntry(at: entry.codeOffset, input: input)
        } else {
            try instance.prepareCall(at: entry.codeOffset, arguments)
        }
    }

    private func linker(_ console: RunConsole) throws(LinkerError) -> Linker {
        var linker = Linker()
        guard offersConsole else { return linker }
        // What was typed is in the record, and nobody is asked for it again.
        try (replays == nil ? console.host : console.hostWithoutInput).define(in: &linker)
        try offers?(&linker, console)
        return linker
    }
}

extension ModuleConfiguration {
    /// How programs are loaded that commands run or compile.
    ///
    /// - Parameters:
    ///   - set: of the program.
    ///   - answersBytes: whether it is a standard program, entered with bytes.
    ///   - gas: how gas is counted.
    /// - Returns: the configuration.
    static func ofCommands(
        _ set: InstructionSet, answersBytes: Bool, _ gas: GasSettings
    ) -> ModuleConfiguration {
        var configuration = answersBytes ? .standardProgram(for: set) : ModuleConfiguration()
        gas.apply(to: &configuration)
        // A page that is not there is worth its address; the rest of the rules are those of .polkavm programs.
        configuration.faultRule = .pageFault
        return configuration
    }
}

/// How long the phases of a call took.
struct RunTimes {
    /// From the program to a module that can run.
    var load = Duration.zero
    /// Compiling after that; nil if nothing was.
    var compile: Duration?
    /// The whole call; what was compiled meanwhile in the same thread is part of it.
    var run = Duration.zero
    /// The part of the call before it went on in machine code; nil if it did not change its backend.
    var interpret: Duration?
}

/// How a call ended.
enum RunStatus: String, Encodable {
    case finished, trap
    case outOfGas = "out-of-gas"
    case pageFault = "page-fault"
    case hostCall = "host-call"

    var exitStatus: ExitStatus {
        switch self {
        case .finished: .success
        case .trap: .trap
        case .outOfGas: .outOfGas
        case .pageFault: .pageFault
        case .hostCall: .missingImport
        }
    }
}

/// Everything that a call left.
struct RunReport: Encodable {
    let status: RunStatus
    let export: String
    /// What executed the program in the end.
    let backend: String
    /// What it was told to run on.
    let chosenBackend: String
    /// All that executed it, first things first.
    let backends: [String]
    let registers: [UInt64]
    let pc: UInt32
    let gasUsed: Int64?
    let gasLeft: Int64?
    /// nil where nothing counted: compiled code counts only what it meters, and only if a unit of gas is an instruction.
    let instructions: UInt64?
    let loadNanoseconds: Int64
    /// Compiling outside of loading.
    private let laterCompileNanoseconds: Int64?
    let runNanoseconds: Int64
    /// The part of the run that was interpreted.
    let interpretNanoseconds: Int64
    let output: String
    /// What the state at the end is known by; nil if nobody wants to know.
    let stateHash: String?
    /// The bytes that a standard program answered.
    let result: [UInt8]?
    /// Where the missing page starts.
    let address: UInt32?
    /// The host function that nobody provides.
    let importName: String?
    /// What was wrong, for people.
    let reason: String?
    /// The functions that had not returned; nil if all have.
    let backtrace: Backtrace?

    /// Everything between the program and machine code, wherever and whenever it was done.
    var compileNanoseconds: Int64 { loadNanoseconds + (laterCompileNanoseconds ?? 0) }

    private enum CodingKeys: String, CodingKey {
        case status, export, backend
        case chosenBackend = "backend_choice"
        case backends, a0, a1
        case registers = "regs"
        case pc
        case gasUsed = "gas_used"
        case gasLeft = "gas_left"
        case instructions
        case compileNanoseconds = "compile_ns"
        case runNanoseconds = "run_ns"
        case loadNanoseconds = "load_ns"
        case interpretNanoseconds = "interpret_ns"
        case output, result, address
        case stateHash = "state_hash"
        case importName = "import"
        case reason, backtrace
        case debugInfoProblem = "debug_info_problem"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(status, forKey: .status)
        try container.encode(export, forKey: .export)
        try container.encode(backend, forKey: .backend)
        try container.encode(chosenBackend, forKey: .chosenBackend)
        try container.encode(backends, forKey: .backends)
        try container.encode(registers[Register.a0.index], forKey: .a0)
        try container.encode(registers[Register.a1.index], forKey: .a1)
        try container.encode(registers, forKey: .registers)
        try container.encode(pc, forKey: .pc)
        // Null without metering, so that the keys are always there.
        try container.encode(gasUsed, forKey: .gasUsed)
        try container.encode(gasLeft, forKey: .gasLeft)
        try container.encode(instructions, forKey: .instructions)
        try container.encode(compileNanoseconds, forKey: .compileNanoseconds)
        try container.encode(runNanoseconds, forKey: .runNanoseconds)
        try container.encode(loadNanoseconds, forKey: .loadNanoseconds)
        try container.encode(interpretNanoseconds, forKey: .interpretNanoseconds)
        try container.encode(output, forKey: .output)
        try container.encodeIfPresent(stateHash, forKey: .stateHash)
        try container.encodeIfPresent(result.map(HexArgument.text), forKey: .result)
        try container.encodeIfPresent(address, forKey: .address)
        try container.encodeIfPresent(importName, forKey: .importName)
        try container.encodeIfPresent(reason, forKey: .reason)
        try container.encodeIfPresent(backtrace.map(BacktraceFrame.list), forKey: .backtrace)
        try container.encodeIfPresent(backtrace?.debugInfoProblem, forKey: .debugInfoProblem)
    }

    init(
        _ instance: Instance, _ exit: Exit, export: String, answersBytes: Bool = false, gasGiven: Int64?,
        times: RunTimes = RunTimes(), stateHash: ContentHash? = nil,
        output: String
    ) {
        self.export = export
        self.stateHash = stateHash?.description
        self.output = output
        result = answersBytes && exit == .finished ? instance.entryResult : nil
        chosenBackend = instance.module.engine.backend.name
        backend = instance.lastTier?.rawValue ?? chosenBackend
        backends = instance.lastTiers.filter { $0 != instance.lastTier }.map(\.rawValue) + [backend]
        registers = instance.registers
        pc = instance.lastProgramCounter ?? 0
        gasLeft = gasGiven.map { _ in instance.gas }
        gasUsed = gasGiven.map { $0 &- instance.gas }
        let isCounted =
            instance.module.configuration.isPaidByInstruction || !instance.lastTiers.contains(.compiler)
        instructions = isCounted ? instance.instructionCount : nil
        loadNanoseconds = times.load.nanoseconds
        laterCompileNanoseconds = times.compile?.nanoseconds
        runNanoseconds = times.run.nanoseconds
        let isInterpreted = !instance.lastTiers.contains(.compiler)
        interpretNanoseconds = times.interpret?.nanoseconds ?? (isInterpreted ? times.run.nanoseconds : 0)
        var address: UInt32?
        var importName: String?
        let backtrace = exit == .finished ? nil : instance.backtrace(limit: Self.mostFrames)
        self.backtrace = backtrace
        switch exit {
        case .finished:
            status = .finished
            reason = nil
        case .trap:
            status = .trap
            reason =
                backtrace.flatMap(Self.swiftFailure) ?? Self.explained(instance.trapReason, instance, backtrace)
        case .pageFault(let fault):
            status = .pageFault
            address = fault.address
            let access = fault.isWriteProtected ? "store to the read-only page" : "access to the missing page"
            reason =
                "\(access) at 0x\(String(fault.address, radix: 16)); "
                + (Self.stackRemedy(fault.address, instance, backtrace) ?? "a wild pointer, or the heap is too small")
        case .outOfGas:
            status = .outOfGas
            reason = Self.shortage(instance)
        case .hostCall(let number):
            status = .hostCall
            importName = instance.importName(number) ?? "#\(number)"
            let isOfContracts = HostTable.revive.functions.contains { $0.name == importName }
            reason =
                "the program calls the import '\(importName ?? "")', which this host does not provide"
                + (isOfContracts ? "; it is one for contracts: --host revive" : "")
        case .cancelled:
            // Only a record can say so, of a host that had enough of it.
            status = .outOfGas
            reason = "the host of the recorded run cancelled it"
        }
        self.address = address
        self.importName = importName
    }
}

extension RunReport {
    /// Functions of the guest that are shown of a call stack; more than that is a recursion.
    private static let mostFrames = 64

    private static func shortage(_ instance: Instance) -> String {
        guard instance.gas >= 0 else { return "the next instruction costs more than the gas that was left" }
        return "the next block costs more than the \(instance.gas) units of gas that are left"
    }

    private static func explained(_ reason: TrapReason?, _ instance: Instance, _ backtrace: Backtrace?) -> String {
        guard let reason else { return "the program trapped" }
        guard case .memoryAccess(let address, _, _) = reason,
            let remedy = stackRemedy(address, instance, backtrace)
        else { return reason.description }
        return "\(reason), \(remedy)"
    }

    /// Why code of Swift trapped: the compiler leaves it as the name of a function, inlined where the trap is.
    private static func swiftFailure(_ backtrace: Backtrace) -> String? {
        let mark = "Swift runtime failure: "
        guard let name = backtrace.frames.first?.function, name.hasPrefix(mark) else { return nil }
        let reason = name.dropFirst(mark.count)
        // The library has printed what was fatal.
        return reason.isEmpty || reason == "fatal error" ? nil : String(reason)
    }

    /// What to do about an access below the stack, nil for one elsewhere.
    ///
    /// A function with a large frame reaches far below; nothing else lies there, since the heap grows from the other end.
    private static func stackRemedy(
        _ address: UInt32, _ instance: Instance, _ backtrace: Backtrace?
    ) -> String? {
        guard let stack = instance.module.memoryMap?.stack, !stack.isEmpty, UInt64(address) < stack.lowerBound,
            UInt64(address) + deepestFrame >= stack.lowerBound
        else { return nil }
        return "just below the stack: its \(stack.count) bytes are too small; PVM_MIN_STACK in the guest, or"
            + " --min-stack-size of pvm build and link, make it larger"
            + (backtrace.flatMap(recursiveFunction).map { "; '\($0)' is on it again and again: does that end?" } ?? "")
    }

    /// Calls on a stack that it would be tedious to make without a recursion.
    private static let deepStack = 16

    /// The function that a deep call stack has more often than any other.
    private static func recursiveFunction(_ backtrace: Backtrace) -> String? {
        let names = backtrace.frames.filter { $0.kind == .guest }.compactMap(\.function)
        guard names.count >= Self.deepStack else { return nil }
        let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
        guard let (name, count) = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else { return nil }
        return count * 4 >= names.count ? name : nil
    }

    private static let deepestFrame: UInt64 = 1 << 20
}

extension RunReport {
    /// The result on standard output; what went wrong on standard error.
    func printForPeople(sources: SourceLines, color: Bool) {
        guard let reason else {
            Terminal.print(result.map { "0x\(HexArgument.text(of: $0))" } ?? "\(registers[Register.a0.index])")
            return
        }
        Terminal.error("\(status.rawValue): \(Terminal.printable(reason))", color: color)
        for line in backtraceLines(sources: sources, color: color) { Terminal.note(line) }
        var lines = ""
        for (index, register) in Register.allCases.enumerated() {
            let name = register.name + String(repeating: " ", count: 3 - register.name.count)
            let hex = String(registers[index], radix: 16)
            lines += "  \(name) 0x\(String(repeating: "0", count: 16 - hex.count))\(hex)"
            lines += index % 3 == 2 || index == Register.count - 1 ? "\n" : ""
        }
        Terminal.write(Array(lines.utf8), to: .standardError)
    }

    /// The call stack in lines; none if the call returned.
    func backtraceLines(sources: SourceLines, color: Bool) -> [String] {
        backtrace.map { BacktraceText(backtrace: $0, sources: sources, color: color).lines } ?? []
    }

    func printStatistics() {
        let ran = backends.joined(separator: ", then ")
        Terminal.note("backend       \(chosenBackend == backend ? ran : "\(chosenBackend) (\(ran))")")
        Terminal.note("instructions  \(instructions.map { "\($0)" } ?? "not counted")")
        if let gasUsed, let gasLeft { Terminal.note("gas           \(gasUsed) used, \(gasLeft) left") }
        if let stateHash { Terminal.note("state hash    \(stateHash)") }
        Terminal.note("load          \(TimeText.shown(loadNanoseconds))")
        if let time = laterCompileNanoseconds { Terminal.note("compile       \(TimeText.shown(time))") }
        let part = backends.count > 1 ? ", of which before machine code \(TimeText.shown(interpretNanoseconds))" : ""
        Terminal.note("run           \(TimeText.shown(runNanoseconds))\(part)")
    }
}
