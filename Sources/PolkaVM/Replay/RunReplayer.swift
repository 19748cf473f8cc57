// Doing a recorded run again: what the host did comes from the record, what the guest does must be what it did then.

import PolkaBlob
import PolkaISA

/// Replays a run on a module, on whatever backend that has, without the host that was there.
public final class RunReplayer {
    /// The instance that runs, to be looked at when it has ended.
    public let instance: Instance
    private let record: RunRecord
    private let spectators: ImportTable
    private var hostCallCount = 0

    /// - Parameters:
    ///   - record: what happened.
    ///   - module: the program, under the rules under which it was recorded.
    ///   - spectators: functions that are called at the host calls of their names before the recorded answer is given. They may
    ///     look, for example at what the guest prints, but change nothing; what they throw is ignored.
    /// - Throws: `ReplayError.otherModule` if it is another program, `.instance` if there is no memory for an instance.
    public init(
        _ record: RunRecord, _ module: Module, spectators: Linker = Linker()
    ) throws(ReplayError) {
        guard record.module == module.recordIdentity else {
            throw .otherModule(found: module.recordIdentity, expected: record.module)
        }
        self.record = record
        do throws(InstanceError) {
            instance = try Instance(module)
            do throws(LinkerError) { self.spectators = try spectators.link(module).imports } catch {
                throw .link(error)
            }
        } catch {
            throw .instance(error)
        }
    }

    /// Runs from the start to the end of the record; to be called once.
    ///
    /// - Returns: how the run ended, which is how it ended then.
    /// - Throws: `ReplayError` if it went otherwise.
    public func run() throws(ReplayError) -> RunRecord.Outcome {
        let machine = instance.machine
        machine.beginRun()
        for turn in record.turns {
            try apply(turn.changes)
            let before = (0..<Register.count).map { machine.registers[$0] }
            let found: RunRecord.Outcome?
            do throws(InstanceError) {
                let executable = instance.module.executable
                let exit = turn.isStep ? try executable.step(machine) : try executable.run(machine)
                found = exit.map { .exit($0) }
            } catch {
                found = .failure(error.description)
            }
            try compare(turn, found, before)
            if case .exit(.hostCall(let number)) = found {
                try show(number)
                hostCallCount += 1
            }
        }
        let end = record.end
        try apply(end.changes)
        machine.programCounter = end.programCounter
        machine.lastProgramCounter = end.lastProgramCounter
        instance.hostTrap = end.hostTrap.map { HostTrap($0) }
        let hash: ContentHash
        do throws(MemoryError) { hash = try instance.stateHash } catch { throw .instance(.memory(error)) }
        guard hash == record.stateHash else {
            throw diverged("the state at the end has hash \(record.stateHash)", "\(hash)")
        }
        // A host function may have ended the run, with a trap or an error, and dynamic paging with a trap; nothing else that a run
        // ends with is its own invention.
        if case .exit(let exit) = record.outcome, exit != .trap, exit != .cancelled,
            record.turns.last?.result != record.outcome
        {
            throw diverged(text(record.outcome), text(record.turns.last?.result))
        }
        return record.outcome
    }

    // MARK: What the host did

    private func apply(_ changes: HostChanges) throws(ReplayError) {
        for event in changes.memory {
            if case .restore(let snapshot) = event {
                do throws(SnapshotError) { try instance.restore(snapshot) } catch {
                    throw .badChange(hostCallIndex: hostCallCount, problem: error.description)
                }
                continue
            }
            do throws(MemoryError) { try instance.memory.repeatEvent(event) } catch {
                throw .badChange(hostCallIndex: hostCallCount, problem: error.description)
            }
        }
        let machine = instance.machine
        for change in changes.registers.changes {
            guard instance.is64Bit || Arithmetic.extend32(change.value) == change.value else {
                throw .badChange(hostCallIndex: hostCallCount, problem: "a register of more than 32 bits")
            }
            machine.registers[change.index] = change.value
        }
        machine.gas = changes.gas
        if let limit = changes.byteLimit { instance.memory.byteLimit = limit.value }
        guard let place = changes.place else { return }
        if case .resume(let offset) = place.next {
            guard instance.module.blob.code.canGoOn(at: offset) else {
                throw .badChange(
                    hostCallIndex: hostCallCount, problem: "no instruction starts at code offset \(offset)")
            }
        }
        machine.next = place.next
        machine.remainingInBlock = place.remainingInBlock
    }

    /// Lets somebody see a host call.
    private func show(_ number: UInt32) throws(ReplayError) {
        guard let spectator = spectators.entry(answering: number) else { return }
        let machine = instance.machine
        let position = machine.position
        let gas = machine.gas
        let journal = MemoryJournal()
        instance.memory.journal = journal
        try? spectator.answer(HostContext(instance: instance, number: number))
        instance.memory.journal = nil
        guard journal.take().isEmpty else {
            throw .badChange(
                hostCallIndex: hostCallCount, problem: "who looks on at '\(name(number))' has changed memory")
        }
        machine.position = position
        machine.gas = gas
    }

    // MARK: What the guest did

    private func compare(
        _ turn: RunRecord.Turn, _ found: RunRecord.Outcome?, _ before: [UInt64]
    ) throws(ReplayError) {
        guard found == turn.result else { throw diverged(text(turn.result), text(found)) }
        let machine = instance.machine
        var expected = before
        for change in turn.registers.changes { expected[change.index] = change.value }
        for register in Register.allCases where machine.registers[register.index] != expected[register.index] {
            throw diverged(
                "\(text(turn.result)) with \(register.name) = \(expected[register.index])",
                "\(machine.registers[register.index])")
        }
        guard machine.gas == turn.gas else { throw diverged("\(turn.gas) gas left", "\(machine.gas)") }
        guard machine.programCounter == turn.programCounter else {
            throw diverged("\(text(turn.result)) at \(place(turn.programCounter))", place(machine.programCounter))
        }
    }

    private func diverged(_ expected: String, _ found: String) -> ReplayError {
        .diverged(
            hostCallIndex: hostCallCount, codeOffset: instance.lastProgramCounter, expected: expected, found: found)
    }

    private func text(_ outcome: RunRecord.Outcome?) -> String {
        guard let outcome else { return "one instruction" }
        guard case .exit(.hostCall(let number)) = outcome else { return outcome.description }
        return "a call of '\(name(number))'"
    }

    private func name(_ number: UInt32) -> String { instance.importName(number) ?? "#\(number)" }

    private func place(_ offset: UInt32?) -> String { offset.map { "code offset \($0)" } ?? "no place" }
}

/// A replay that is not what was recorded.
public enum ReplayError: Error, Equatable, CustomStringConvertible {
    /// The record is of another program, or of the same one under other rules.
    case otherModule(found: ContentHash, expected: ContentHash)
    /// The guest did something else; host calls are counted from 0.
    case diverged(hostCallIndex: Int, codeOffset: UInt32?, expected: String, found: String)
    /// What the record says of the host can not be done here.
    case badChange(hostCallIndex: Int, problem: String)
    case instance(InstanceError)

    /// Where the run differs, and in what, for people.
    public var description: String {
        switch self {
        case .otherModule(let found, let expected):
            """
            the record is of another program, or of this one with other rules for gas, pages, faults or jumps: it is of \
            module \(expected), and this is \(found)
            """
        case .diverged(let index, let offset, let expected, let found):
            """
            the replay differs from the record before host call \(index)\(offset.map { ", code offset \($0)" } ?? ""): \
            expected \(expected), found \(found)
            """
        case .badChange(let index, let problem):
            "before host call \(index) the record has a change that can not be made: \(problem)"
        case .instance(let error):
            error.description
        }
    }
}
