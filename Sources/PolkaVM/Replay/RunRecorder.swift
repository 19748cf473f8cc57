// Recording a run: something stands around what executes the module's code, and notes at each stop what the guest did, and at
// each start what the host did since. An instance that is not recorded has nothing around it and pays nothing.

import PolkaISA

/// An instance whose runs are recorded, whatever the host does to it between them.
///
/// ```swift
/// let recorder = try RunRecorder(linker.link(module)) { file.append($0) }
/// let exit = try recorder.instance.call("main")
/// try recorder.finish(exit)
/// ```
public final class RunRecorder {
    /// The instance: calls, host functions, everything as without a recorder.
    public let instance: Instance
    private let executable: RecordingExecutable

    /// Makes an instance and begins to record.
    ///
    /// - Parameters:
    ///   - linked: the program and what answers it.
    ///   - notes: what shall be found again in the record; names and texts are the caller's.
    ///   - sink: gets the record, piece by piece as it grows. What it throws, `finish` throws.
    /// - Throws: `InstanceError.memory` if the system has no address space left.
    public init(
        _ linked: LinkedModule, notes: [String: String] = [:], sink: @escaping ([UInt8]) throws -> Void
    ) throws(InstanceError) {
        let memory: GuestMemory
        do throws(MemoryError) { memory = try GuestMemory(linked.module.image) } catch { throw .memory(error) }
        memory.journal = MemoryJournal()
        executable = RecordingExecutable(linked.module.executable, RecordWriter(sink))
        instance = Instance(linked, memory, executable)
        executable.writer.append(RecordFormat.head(linked.module))
        for (name, text) in notes.sorted(by: { $0.key < $1.key }) {
            executable.writer.append(RecordFormat.note(name, text))
        }
    }

    /// Ends the record.
    ///
    /// - Parameter exit: what the last run returned.
    /// - Throws: what the sink has thrown, or throws now; `MemoryError` if the state can not be read.
    public func finish(_ exit: Exit) throws { try finish(.exit(exit)) }

    /// Ends the record of a run that an error has ended.
    ///
    /// - Parameter failure: what a host function, or the run, has thrown.
    /// - Throws: what the sink has thrown, or throws now; `MemoryError` if the state can not be read.
    public func finish(failure: any Error) throws { try finish(.failure("\(failure)")) }

    private func finish(_ outcome: RunRecord.Outcome) throws {
        let machine = instance.machine
        let end = RunRecord.End(
            changes: executable.changes(of: machine), programCounter: machine.programCounter,
            lastProgramCounter: machine.lastProgramCounter, hostTrap: instance.hostTrap?.description)
        machine.memory.journal = nil
        try executable.writer.finish(RecordFormat.end(end, outcome, try instance.stateHash))
    }
}

/// Runs a program and notes what comes in and goes out.
// SAFETY: it belongs to one instance, which one thread at a time uses.
private final class RecordingExecutable: Executable, @unchecked Sendable {
    private let inner: any Executable
    let writer: RecordWriter
    /// What the guest left when it stopped.
    private var registers = [UInt64](repeating: 0, count: Register.count)
    private var place = HostChanges.Place(next: nil, remainingInBlock: 0)
    private var byteLimit: UInt64?

    init(_ inner: any Executable, _ writer: RecordWriter) {
        self.inner = inner
        self.writer = writer
    }

    func gasCost(ofBlockAt codeOffset: UInt32) -> Int64? { inner.gasCost(ofBlockAt: codeOffset) }
    var nativeByteCount: Int? { inner.nativeByteCount }
    var compileTime: Duration? { inner.compileTime }

    /// What the host did since the guest stopped.
    func changes(of machine: Machine) -> HostChanges {
        var changes = HostChanges()
        changes.memory = machine.memory.journal?.take() ?? []
        // What a snapshot brings is not what there was before.
        let isReplaced = changes.memory.contains { if case .restore = $0 { true } else { false } }
        changes.registers =
            isReplaced
            ? RegisterChanges(all: machine.registers) : RegisterChanges(from: registers, to: machine.registers)
        changes.gas = machine.gas
        let now = HostChanges.Place(next: machine.next, remainingInBlock: machine.remainingInBlock)
        if isReplaced || now != place { changes.place = now }
        let limit = machine.memory.byteLimit
        if limit != byteLimit { changes.byteLimit = HostChanges.ByteLimit(value: limit) }
        byteLimit = limit
        return changes
    }

    func run(_ machine: Machine) throws(InstanceError) -> Exit {
        let exit = try note(machine, isStep: false) { () throws(InstanceError) in try inner.run(machine) }
        guard let exit else { preconditionFailure("a run has an end") }
        return exit
    }

    func step(_ machine: Machine) throws(InstanceError) -> Exit? {
        try note(machine, isStep: true) { () throws(InstanceError) in try inner.step(machine) }
    }

    /// Lets the guest go on, and writes down what came in and went out.
    private func note(
        _ machine: Machine, isStep: Bool, _ body: () throws(InstanceError) -> Exit?
    ) throws(InstanceError) -> Exit? {
        let changes = changes(of: machine)
        let before = (0..<Register.count).map { machine.registers[$0] }
        // What the guest does to its memory it will do again.
        let journal = machine.memory.journal
        machine.memory.journal = nil
        defer { machine.memory.journal = journal }
        let result = Result { () throws(InstanceError) in try body() }
        registers = (0..<Register.count).map { machine.registers[$0] }
        place = HostChanges.Place(next: machine.next, remainingInBlock: machine.remainingInBlock)
        let outcome: RunRecord.Outcome? =
            switch result {
            case .success(let exit): exit.map { .exit($0) }
            case .failure(let error): .failure(error.description)
            }
        writer.append(
            RecordFormat.turn(
                RunRecord.Turn(
                    changes: changes, isStep: isStep, result: outcome,
                    registers: RegisterChanges(from: before, to: machine.registers), gas: machine.gas,
                    programCounter: machine.programCounter)))
        return try result.get()
    }
}

/// Collects a record, hands it on in pieces, and knows its checksum.
private final class RecordWriter {
    private let sink: ([UInt8]) throws -> Void
    private var buffer: [UInt8] = []
    private var hasher: ContentHasher? = ContentHasher()
    private var problem: (any Error)?
    private var isFinished = false

    private static let pieceByteCount = 64 << 10

    init(_ sink: @escaping ([UInt8]) throws -> Void) { self.sink = sink }

    func append(_ bytes: [UInt8]) {
        // What comes behind the end is no part of the record.
        guard problem == nil, !isFinished else { return }
        buffer += bytes
        if buffer.count >= Self.pieceByteCount { flush() }
    }

    private func flush() {
        buffer.withUnsafeBytes { hasher?.update($0) }
        do { try sink(buffer) } catch { problem = error }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Writes the last part and the checksum; asked again it does nothing, or throws the same again.
    func finish(_ end: [UInt8]) throws {
        append(end)
        if !isFinished, problem == nil { flush() }
        isFinished = true
        if problem == nil, let hash = hasher.take()?.finalize() {
            do { try sink(hash.bytes) } catch { problem = error }
        }
        if let problem { throw problem }
    }
}
