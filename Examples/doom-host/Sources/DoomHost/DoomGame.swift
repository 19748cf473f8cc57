// The game as a guest: its blob, an instance of it, and calls of its exports (Examples/doom/Sources/doom/game.c).

public import PolkaBlob
import PolkaHost
import PolkaISA
public import PolkaVM

/// A game of Doom, from its start to its end.
public final class DoomGame {
    /// Tics in a second.
    public static let ticRate: UInt64 = 35

    /// What answers the game: keys go in there, pictures and sounds come out.
    public let host: GameHost
    public var tics: UInt64 { host.tics }
    /// The gas that all calls took; 0 without a limit.
    public private(set) var gasUsed: Int64 = 0

    private let gasLimit: Int64?
    private let module: Module
    private let instance: Instance
    private let exports: Exports

    private struct Exports {
        let start, tic, draw, state, levelState: Blob.Export
    }

    /// - Parameters:
    ///   - blob: the game.
    ///   - host: its data, what it takes for time, and where it saves.
    ///   - backend: what runs it.
    ///   - gasLimit: the gas for each call, so that a game that runs in circles is stopped; nil does not count gas.
    /// - Throws: `DoomError`, `ModuleError`, `MemoryError`.
    public init(_ blob: Blob, host: GameHost, backend: Backend, gasLimit: Int64? = nil) throws {
        var configuration = ModuleConfiguration()
        configuration.gasMetering = gasLimit == nil ? .none : .synchronous
        let module = try Module(blob, configuration: configuration, engine: Engine(backend: backend))
        func export(_ name: String) throws -> Blob.Export {
            guard let export = module.export(named: name) else { throw DoomError.notDoom(missing: name) }
            return export
        }
        exports = Exports(
            start: try export("doom_start"), tic: try export("doom_tic"), draw: try export("doom_draw"),
            state: try export("doom_state"), levelState: try export("doom_level_state"))
        instance = try Instance(module, linker: host.linker())
        self.module = module
        self.host = host
        self.gasLimit = gasLimit
    }

    // MARK: Playing

    /// Starts the game with words for its command line.
    ///
    /// - Throws: `GameEnd` if the game ends itself, `DoomError` if it stops otherwise.
    public func start(_ words: [String] = []) throws {
        try call(exports.start) { instance in
            try ProgramArguments(["doom", "-iwad", host.files.dataName] + words).pass(to: instance)
        }
    }

    /// How a game begins.
    public enum Beginning {
        /// Anew, with words for its command line.
        case start([String])
        /// As it was when it was saved.
        case load([UInt8])
    }

    public func begin(_ beginning: Beginning) throws {
        switch beginning {
        case .start(let words): try start(words)
        case .load(let state): try load(state)
        }
    }

    /// Advances the game by one tic.
    public func tic() throws {
        host.beginTic()
        try call(exports.tic)
    }

    /// Draws what is to be seen: one picture reaches the host, or more where one screen melts into another.
    public func draw() throws { try call(exports.draw) }

    /// A number for everything that decides how the game goes on.
    public func state() throws -> UInt64 { try call(exports.state) }

    /// A number for the level and all that is in it: what a saved game brings back.
    public func levelState() throws -> UInt64 { try call(exports.levelState) }

    // MARK: For another process

    /// The game as it is now, for `load` in another process or on another backend.
    ///
    /// Files that were saved in a folder are not in it.
    public func save() throws -> [UInt8] {
        GameState(
            dataName: host.files.dataName, dataHash: try host.files.data.contentHash(), host: host.state,
            snapshot: try instance.snapshot()
        ).bytes
    }

    /// Becomes what was saved, of the same program with the same data, and with a limit of gas or without as this one.
    ///
    /// Files that it had saved in memory come back only into memory. Sounds that were heard are over.
    ///
    /// - Throws: `GameStateError`; the game is then as it was. Also if the data can not be read.
    public func load(_ state: [UInt8]) throws {
        let state = try GameState(parsing: state)
        let data = host.files.data
        guard state.dataName == data.name, state.dataHash == (try data.contentHash()) else {
            throw GameStateError.otherData(found: data.name, expected: state.dataName)
        }
        do throws(SnapshotError) {
            try instance.restore(state.snapshot)
        } catch {
            throw GameStateError.snapshot(error)
        }
        host.adopt(state.host)
    }

    /// The hash of the machine that the game runs on: registers, memory, gas.
    public var stateHash: ContentHash {
        get throws { try instance.stateHash }
    }

    /// Bytes of machine code that the backend has made.
    public var nativeByteCount: Int? { module.nativeByteCount }
    /// How long that took if it was done while the game ran.
    public var compileTime: Duration? { module.compileTime }

    @discardableResult
    private func call(_ export: Blob.Export, prepare: (Instance) throws -> Void = { _ in }) throws -> UInt64 {
        try instance.prepareCall(export)
        try prepare(instance)
        if let gasLimit { instance.gas = gasLimit }
        defer { if let gasLimit { gasUsed += gasLimit - instance.gas } }
        let exit = try instance.resume()
        guard exit == .finished else {
            throw DoomError.stopped(reason: "it " + instance.description(of: exit), tic: tics)
        }
        return instance[.a0]
    }
}

/// The game ended itself.
public struct GameEnd: Error, Equatable {
    /// What the game says about it, nil if the player wanted it.
    public let message: String?

    public init(message: String?) { self.message = message }
}

/// A game that can not be played.
public enum DoomError: Error, Equatable, CustomStringConvertible {
    case notDoom(missing: String)
    case stopped(reason: String, tic: UInt64)

    public var description: String {
        switch self {
        case .notDoom(let missing):
            "the program has no export '\(missing)': it is not the game that 'pvm build Examples/doom' makes"
        case .stopped(let reason, let tic):
            "the game stopped at tic \(tic): \(reason)"
        }
    }
}
