// `pvm run --host jam`: enters a service as JAM's chain does, on a state that may be kept in a file.

import ArgumentParser
import PolkaABI
import PolkaBlob
import PolkaBuild
import PolkaISA
import PolkaJAM
import PolkaVM
import SystemPackage

/// A run of a service or an authorizer.
struct JAMRun {
    /// The program, or a project's folder.
    let path: String
    let form: ProgramFormOptions
    let options: JAMOptions
    /// The entry; nil: refine.
    let entryName: String?
    /// A payload from the command line: work of one item.
    let payload: [UInt8]?
    /// Gas from the command line.
    let gas: UInt64?
    let statePath: String?
    let engine: Engine
    let color: Bool

    /// Runs, prints what came of it, and keeps the state.
    ///
    /// - Throws: `CommandError` for files that can not be used; an exit code if the run did not end well.
    func execute(json: Bool) async throws {
        let entry = try entry()
        let (version, program) = try await program()
        var state = try readState()
        if let slot = options.timeSlot { state.timeSlot = slot }
        install(program, in: &state, entry)
        var work = try readWork()
        work.complete(in: &state)
        let machine = JAMMachine(version: version, engine: engine)
        if !json { machine.onLog = { Terminal.note($0.line) } }
        var report = JAMReport(version, entry, service: options.service)
        do {
            switch entry {
            case .isAuthorized: try isAuthorized(&work, machine, &state, program, &report)
            case .refine: _ = try refine(work, machine, state, &report)
            case .accumulate: try accumulate(work, machine, &state, &report)
            }
        } catch let error as JAMHostError {
            throw CommandError("\(path): \(error)")
        }
        if json { try JSONOutput.print(report) } else { report.printForPeople() }
        if report.status != .halted { throw report.status.exitStatus.code }
    }

    private func entry() throws -> JAMEntry {
        guard let entryName else { return .refine }
        guard let entry = JAMEntry(rawValue: entryName) else {
            let names = JAMEntry.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandError("\(path): no entry point '\(entryName)' on --host jam; there are \(names)")
        }
        return entry
    }

    // MARK: What there is

    /// The standard program, and the version of JAM whose code it is.
    private func program() async throws -> (JAMVersion, [UInt8]) {
        let folder = FilePath(path)
        if FileKind.of(folder) == .directory {
            let target = try ProjectSettings(of: folder).target
            guard let version = JAMVersion(target) else {
                throw CommandError(
                    "\(path): the project's target is \(target.rawValue), which has no host jam; write"
                        + " {\"target\": \"jam-0.7.2\"} or \"jam-0.8.0\" to \(ProjectSettings.fileName)")
            }
            let outcome = try await ProjectBuild(color: color, target: target).build(folder: folder)
            return (version, try Files.read(outcome.path))
        }
        let file = try ProgramInput.file(path, form)
        guard file.form == .jam, let program = file.standardProgram else {
            throw CommandError(
                "\(path): --host jam runs .jam programs; 'pvm build --target jam-0.7.2' or jam-0.8.0 makes them")
        }
        return (try version(of: file), program.serialized())
    }

    /// The version of JAM that a program is for.
    ///
    /// Code that means the same to both calls other functions in each, so somebody has to say it.
    private func version(of file: ProgramFile) throws -> JAMVersion {
        var sets = [file.blob.instructionSet]
        if form.isa == nil {
            sets += file.equalInstructionSets
            if let container = ProgramFile.container(beside: path, with: file.blob.code) {
                sets = [container.instructionSet]
            }
        }
        let versions = JAMVersion.allCases.filter { sets.contains($0.instructionSet) }
        guard let version = versions.first else {
            throw CommandError("\(path): no version of JAM reads \(file.blob.instructionSet.name)")
        }
        guard versions.count == 1 else {
            throw CommandError(
                "\(path): its code is that of both versions of JAM, whose functions have other numbers, and it does not say"
                    + " which it is for; say --isa jam_v1 (0.8.0) or --isa revive_v1 (0.7.2)")
        }
        return version
    }

    private func readState() throws -> JAMState {
        guard let statePath, Files.exists(FilePath(statePath)) else { return JAMState() }
        let bytes = try Files.read(FilePath(statePath))
        do {
            return try JAMState(parsing: bytes, name: statePath, load: loader(beside: statePath))
        } catch let error as JAMFileError {
            throw CommandError("\(error)")
        }
    }

    private func readWork() throws -> WorkDescription {
        guard let file = options.work else {
            var work = WorkDescription()
            guard let payload else { return work }
            var item = WorkItem(service: options.service, codeHash: .zero)
            item.payload = payload
            item.refineGas = gas ?? item.refineGas
            work.package.items = [item]
            return work
        }
        do {
            return try WorkDescription(
                parsing: try Files.read(FilePath(file)), name: file, service: options.service,
                load: loader(beside: file))
        } catch let error as JAMFileError {
            throw CommandError("\(error)")
        }
    }

    /// Files that a file names lie relative to it.
    private func loader(beside file: String) -> (String) throws -> [UInt8] {
        { name in
            let path = FilePath(name)
            return try Files.read(path.isAbsolute ? path : FilePath(file).removingLastComponent().pushing(path))
        }
    }

    /// What a service gets that is not on the chain yet.
    private static let startBalance: UInt64 = 1_000_000_000_000

    /// Puts the program on the chain as the service's code, in place of what was there.
    private func install(_ program: [UInt8], in state: inout JAMState, _ entry: JAMEntry) {
        let code = ServiceCode(program: program).preimage
        let hash = Hash256(blakeOf: code)
        var account =
            state.services[options.service] ?? ServiceAccount(codeHash: .zero, balance: Self.startBalance)
        // An authorizer is one of many preimages that its service has; services are their code.
        if entry != .isAuthorized, account.codeHash != hash {
            if let old = account.preimages[account.codeHash] {
                account.setRequest(nil, for: PreimageRequest(for: old))
                account.removePreimage(account.codeHash)
            }
            account.codeHash = hash
        }
        if account.preimages[hash] == nil { account.provide(code, at: 0) }
        state.services[options.service] = account
    }

    // MARK: Entries

    private func isAuthorized(
        _ work: inout WorkDescription, _ machine: JAMMachine, _ state: inout JAMState, _ program: [UInt8],
        _ report: inout JAMReport
    ) throws {
        work.package.authorizerHost = options.service
        work.package.authorizerCodeHash = Hash256(blakeOf: ServiceCode(program: program).preimage)
        if let gas { state.parameters.isAuthorizedGas = gas }
        let outcome = try machine.isAuthorized(work.package, core: work.core, state: state)
        report.set(outcome.exit, gasUsed: outcome.gasUsed, log: outcome.log)
    }

    /// Refines the items of the service; nil if the authorizer refuses.
    private func refine(
        _ work: WorkDescription, _ machine: JAMMachine, _ state: JAMState, _ report: inout JAMReport
    ) throws -> RefinedPackage? {
        var work = work
        if work.package.items.isEmpty, report.entry == .refine {
            var item = WorkItem(
                service: options.service, codeHash: state.services[options.service]?.codeHash ?? .zero)
            item.refineGas = gas ?? item.refineGas
            work.package.items = [item]
        } else if let gas {
            for index in work.package.items.indices { work.package.items[index].refineGas = gas }
        }
        var trace = work.trace
        if work.authorizer != nil {
            let outcome = try machine.isAuthorized(work.package, core: work.core, state: state)
            report.authorization = JAMReport.Part(outcome.exit, gasUsed: outcome.gasUsed)
            guard case .halted(let output) = outcome.exit else {
                report.set(outcome.exit, gasUsed: outcome.gasUsed, log: outcome.log)
                report.problem = "the authorizer refuses the package: \(outcome.exit.text)"
                return nil
            }
            trace = output
        }
        guard options.item == nil || report.entry == .accumulate else {
            return try refineOne(work, machine, state, trace, &report)
        }
        let refined = try machine.refine(work.package, core: work.core, trace: trace, state: state)
        for (index, item) in refined.items.enumerated() {
            report.add(item, index, of: work.package.items[index])
        }
        if report.entry == .refine { report.summarize(refined.items) }
        return refined
    }

    private func refineOne(
        _ work: WorkDescription, _ machine: JAMMachine, _ state: JAMState, _ trace: [UInt8],
        _ report: inout JAMReport
    ) throws -> RefinedPackage? {
        let index = options.item ?? 0
        guard work.package.items.indices.contains(index) else {
            throw CommandError(
                "--item \(index): the work has \(work.package.items.count) items, of which the first is 0")
        }
        let outcome = try machine.refine(
            work.package, item: index, core: work.core, trace: trace,
            exportOffset: work.package.exportOffset(of: index), state: state)
        // Items before it are not refined, so that nobody knows what their outputs leave of the report.
        let item = RefinedItem(outcome, of: work.package.items[index], after: trace.count)
        report.add(item, index, of: work.package.items[index])
        report.summarize([item])
        return nil
    }

    private func accumulate(
        _ work: WorkDescription, _ machine: JAMMachine, _ state: inout JAMState, _ report: inout JAMReport
    ) throws {
        var inputs = work.inputs
        if !work.package.items.isEmpty {
            guard let refined = try refine(work, machine, state, &report) else { return }
            inputs = refined.operands(for: options.service) + inputs
        }
        let waiting = state.transfers.filter { $0.destination == options.service }
        state.transfers.removeAll { $0.destination == options.service }
        inputs += waiting.map { .transfer($0) }
        let extra = gas ?? state.privileges.alwaysAccumulate[options.service] ?? (inputs.isEmpty ? 10_000_000 : 0)
        let outcome = try machine.accumulate(
            service: options.service, inputs: inputs, extraGas: extra, state: state)
        report.set(outcome, before: state)
        // The state of a checkpoint holds on the chain, however the run ended; without one there is nothing but to run it again.
        guard outcome.exit.isHalt || outcome.hasCheckpoint, let statePath else { return }
        var after = outcome.state
        after.timeSlot += after.timeSlot == .max ? 0 : 1
        try Files.write(Array(after.fileText.utf8), to: FilePath(statePath))
    }
}

extension JAMVersion {
    /// The version that a target is.
    init?(_ target: BuildOptions.Target) {
        switch target {
        case .jam072: self = .v072
        case .jam080: self = .v080
        case .polkavm, .revive: return nil
        }
    }
}

extension JAMLogLine {
    /// The line for people.
    var line: String {
        let levels = ["fatal", "error", "warning", "info", "debug"]
        let name = level < UInt64(levels.count) ? levels[Int(level)] : "level \(level)"
        return "\(name)\(target.isEmpty ? "" : " \(target)"): \(message)"
    }
}
