// Records of `pvm run`: what is noted besides the run itself, the file, and whether who replays it means the same call.

import PolkaBuild
import PolkaVM
import SystemPackage

/// An instance that is run, recorded or replayed.
enum Runner {
    case plain(Instance)
    case record(RunRecorder, RecordFile)
    case replay(RunReplayer)

    var instance: Instance {
        switch self {
        case .plain(let instance): instance
        case .record(let recorder, _): recorder.instance
        case .replay(let replayer): replayer.instance
        }
    }

    /// Runs what was prepared, and keeps the record if there is to be one.
    func resume() throws -> Exit {
        guard case .record(let recorder, let file) = self else { return try instance.resume() }
        let exit: Exit
        do {
            exit = try instance.resume()
        } catch {
            try recorder.finish(failure: error)
            try file.write()
            throw error
        }
        try recorder.finish(exit)
        try file.write()
        return exit
    }
}

/// A file that gets a record when the run has ended, complete or not at all.
final class RecordFile {
    private let path: FilePath
    private var bytes: [UInt8] = []

    init(_ path: FilePath) { self.path = path }

    func append(_ piece: [UInt8]) { bytes += piece }

    func write() throws { try Files.write(bytes, to: path) }
}

/// What a record of this command says of the call.
struct RecordNotes {
    let export: String
    let arguments: String
    /// nil: not metered.
    let gas: Int64?
    /// Whether instructions were counted without gas.
    let counts: Bool

    init(_ run: ProgramRun) {
        export = run.export
        arguments = Self.text(run.arguments)
        gas = run.gas
        counts = run.counts
    }

    /// Reads what a record says.
    ///
    /// - Throws: `CommandError` for a record that another program has made.
    init(_ record: RunRecord, _ path: String) throws {
        guard let export = record.notes["export"], let arguments = record.notes["arguments"],
            let gas = record.notes["gas"], let counts = record.notes["counts"]
        else { throw CommandError("\(path): this record was not made by 'pvm run --record'") }
        self.export = export
        self.arguments = arguments
        self.gas = Int64(gas)
        self.counts = counts == "yes"
    }

    var texts: [String: String] {
        [
            "export": export, "arguments": arguments, "gas": gas.map { "\($0)" } ?? "none",
            "counts": counts ? "yes" : "no",
        ]
    }

    /// Refuses to replay another call than the one that was recorded.
    func check(export: String?, arguments: [UInt64], gas: UInt64?, _ path: String) throws {
        func refuse(_ what: String, _ found: String, _ recorded: String) -> CommandError {
            CommandError("\(path): recorded with \(what) \(recorded), not \(found); leave it out, the record knows it")
        }
        if let export, export != self.export { throw refuse("export", "'\(export)'", "'\(self.export)'") }
        if !arguments.isEmpty, Self.text(arguments) != self.arguments {
            throw refuse("arguments", Self.text(arguments), self.arguments.isEmpty ? "none" : self.arguments)
        }
        if let gas, Int64(gas) != self.gas { throw refuse("gas", "\(gas)", self.gas.map { "\($0)" } ?? "none") }
    }

    private static func text(_ arguments: [UInt64]) -> String { arguments.map { "\($0)" }.joined(separator: " ") }
}
