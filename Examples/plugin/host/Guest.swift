// A guest that is not trusted: it gets a limited amount of gas for each line, and when it fails it starts afresh.

import PolkaBlob
import PolkaHost
import PolkaISA
import PolkaJIT
import PolkaVM

/// What the host keeps for its guests, one after the other.
final class Keeper {
    /// What the last call that succeeded left.
    private(set) var number: Int64 = 0
    /// What the running call wants to leave.
    var proposal: Int64 = 0

    func begin() { proposal = number }
    func commit() { number = proposal }
}

/// One version of the guest.
final class Guest {
    /// Why a guest can not be used, or a call of it failed.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Some milliseconds of work, on either backend.
    static let gasPerLine: Int64 = 10_000_000
    static let longestLine: UInt32 = 1 << 16

    private let module: Module
    private let receive: Blob.Export
    private let linker: Linker
    private let keeper: Keeper
    private var instance: Instance

    init(blob bytes: [UInt8], backend: Backend, keeper: Keeper, print: @escaping ([UInt8]) -> Void) throws {
        var configuration = ModuleConfiguration()
        configuration.gasMetering = .synchronous
        // An area of the guest's memory into which the host may write.
        configuration.auxiliarySize = Self.longestLine
        module = try Module(Blob(parsing: bytes), configuration: configuration, engine: Engine(backend: backend))
        guard let receive = module.export(named: "receive") else {
            throw Failure(description: "the guest has no export 'receive'")
        }
        self.receive = receive

        var linker = Linker()
        try linker.define("recall") { keeper.proposal }
        try linker.define("remember") { (number: Int64) in keeper.proposal = number }
        try ConsoleHost { _, bytes in print(bytes) }.define(in: &linker)
        self.linker = linker
        self.keeper = keeper
        instance = try Instance(module, linker: linker)
    }

    /// Gives the guest a line.
    ///
    /// - Throws: `Failure` if the guest fails. What it wanted the host to keep is forgotten then.
    func receive(_ line: String) throws {
        let bytes = Array(line.utf8)
        guard bytes.count <= Self.longestLine, let area = module.memoryMap?.auxiliary.lowerBound else {
            throw Failure(description: "a line of \(bytes.count) bytes; at most \(Self.longestLine) can be passed")
        }
        try instance.memory.setAccessibleAuxiliarySize(UInt32(bytes.count))
        try instance.memory.write(bytes, at: UInt32(area))
        instance.gas = Self.gasPerLine
        keeper.begin()
        let exit = try instance.call(receive, UInt64(area), UInt64(bytes.count))
        guard exit == .finished else {
            let reason = "the guest \(instance.description(of: exit))"
            // Its memory may be in any state.
            instance = try Instance(module, linker: linker)
            throw Failure(description: reason)
        }
        keeper.commit()
    }
}
