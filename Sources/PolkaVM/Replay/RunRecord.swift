// What happened in a run, as far as the guest cannot know it by itself: everything that the host did between one stop and the
// next. Whoever does the same again gets the same run, on any backend and without any host.
//
// A run is a list of turns. In each the host has changed registers, gas, memory or the place to go on, and then the guest has
// run until it stopped. Host calls, calls of the guest within them, page faults and gas that is added are all just that.

import PolkaISA

/// A run that was recorded, read from bytes and checked.
public struct RunRecord: Sendable {
    /// How a run ended.
    public enum Outcome: Equatable, Sendable, CustomStringConvertible {
        case exit(Exit)
        /// A host function, or the system, ended it with an error, of which this is the description.
        case failure(String)

        /// The same for people.
        public var description: String {
            switch self {
            case .exit(let exit): "\(exit)"
            case .failure(let text): text
            }
        }
    }

    /// What the program is known by in records: `Module.identity`, and another hash if it is interruptible without gas.
    public let module: ContentHash
    /// What whoever recorded the run wanted to find again.
    public let notes: [String: String]
    /// How the run ended.
    public let outcome: Outcome
    /// `Instance.stateHash` when the run had ended.
    public let stateHash: ContentHash
    /// How often the guest called the host.
    public let hostCallCount: Int

    let turns: [Turn]
    let end: End

    /// Changes by the host, then a run of the guest.
    struct Turn: Equatable, Sendable {
        var changes: HostChanges
        /// Whether it was one instruction only.
        var isStep: Bool
        /// nil: the instruction is done, and the guest can go on.
        var result: Outcome?
        /// What the guest changed of the registers.
        var registers: RegisterChanges
        var gas: Int64
        var programCounter: UInt32?
    }

    /// What the host did after the guest had stopped for the last time.
    struct End: Equatable, Sendable {
        var changes: HostChanges
        var programCounter: UInt32?
        var lastProgramCounter: UInt32?
        /// Why a host function refused, if that is what ended the run.
        var hostTrap: String?
    }
}

/// What a host changed since the guest stopped.
struct HostChanges: Equatable, Sendable {
    var memory: [MemoryEvent] = []
    var registers = RegisterChanges()
    var gas: Int64 = 0
    /// nil: the guest goes on where it would have gone on.
    var place: Place?
    /// nil: as before.
    var byteLimit: ByteLimit?

    struct Place: Equatable, Sendable {
        /// nil: nowhere.
        var next: Machine.Continuation?
        var remainingInBlock: UInt64
    }

    struct ByteLimit: Equatable, Sendable { var value: UInt64? }
}

/// Registers that have other values than before, by their numbers.
struct RegisterChanges: Equatable, Sendable {
    private(set) var changes: [(index: Int, value: UInt64)] = []

    init() {}

    init(from old: [UInt64], to new: UnsafePointer<UInt64>) {
        for index in 0..<Register.count where old[index] != new[index] { changes.append((index, new[index])) }
    }

    init(all registers: UnsafePointer<UInt64>) {
        changes = (0..<Register.count).map { ($0, registers[$0]) }
    }

    mutating func append(_ index: Int, _ value: UInt64) { changes.append((index, value)) }

    static func == (one: RegisterChanges, other: RegisterChanges) -> Bool {
        one.changes.elementsEqual(other.changes) { $0 == $1 }
    }
}

/// Bytes that are no record, or not all of one.
public enum RecordError: Error, Equatable, CustomStringConvertible {
    case notARecord
    case unknownVersion(found: UInt32, expected: UInt32)
    /// Whoever recorded has ended before the run did.
    case incomplete(hostCallCount: Int)
    /// The bytes are not those that were written.
    case damaged
    /// The checksum is right, and the contents make no sense.
    case malformed(offset: Int, problem: String)

    /// What was found and expected, for people.
    public var description: String {
        switch self {
        case .notARecord:
            "not a record of a run: it does not begin with 'PVMREC'"
        case .unknownVersion(let found, let expected):
            "record of version \(found), and this library reads version \(expected); record the run again"
        case .incomplete(let count):
            "the record is incomplete: it breaks off behind host call \(count), before the run has ended; record it again"
        case .damaged:
            "the record is damaged: its checksum is not that of its bytes"
        case .malformed(let offset, let problem):
            "record offset \(offset): \(problem)"
        }
    }
}
