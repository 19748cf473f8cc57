// Modules by what they were made of, so that a program that comes again is not compiled again (vm.md 9.2).
//
// Every program that is asked for has an entry, with a lock of its own: who comes first holds it while the module is made, and
// who asks for the same meanwhile waits for it, and nobody else. The entry knows its module weakly, as long as anybody has it;
// the cache itself holds on to those that were asked for last.

import PolkaBlob
import Synchronization

/// A bounded store of modules that have been made, shared by threads.
///
/// A module is found again if the same bytes are asked for with the same configuration and a backend of the same name, as long
/// as the cache keeps it or an instance of it lives.
///
/// To keep compiled modules longer than the process lives, store them with `CompiledModule` (PolkaJIT), under a name made of
/// `ContentHash(of:)` of the program and of what the configuration says:
///
/// ```swift
/// let name = "\(ContentHash(of: program)).pvmc"
/// if let bytes = read(name), let module = try? CompiledModule(parsing: bytes).module() { return module }
/// let module = try cache.module(for: program, configuration: configuration, engine: Engine(backend: .compiler))
/// write(try CompiledModule(module).bytes, name)
/// ```
public final class ModuleCache: Sendable {
    /// How often a module was found, and how often it was not.
    public struct Counts: Sendable, Equatable {
        /// Requests that were answered with a module that was there, or that somebody else was making.
        public var hits = 0
        /// Requests for which a module was made, or could not be made.
        public var misses = 0

        package init(hits: Int = 0, misses: Int = 0) { (self.hits, self.misses) = (hits, misses) }
    }

    private struct Key: Hashable {
        let program: ContentHash
        let configuration: ModuleConfiguration
        let backend: String
    }

    /// What is known of a module.
    private final class Entry: Sendable {
        enum State {
            case empty
            case made(WeakModule)
            /// Whoever waited while it failed gets the same error; the entry is not found again.
            case failed(ModuleError)
        }

        struct WeakModule { weak var module: Module? }

        let state = Mutex(State.empty)
    }

    /// A module that the cache keeps.
    private struct Kept {
        var module: Module
        /// As of the last request; machine code may have come since then.
        var byteCount: Int
        /// The number of the request that asked for it last.
        var lastUse: UInt64
    }

    private struct Table {
        var entries: [Key: Entry] = [:]
        var kept: [Key: Kept] = [:]
        /// Of what is kept.
        var byteCount = 0
        var requestCount: UInt64 = 0
        var counts = Counts()
        /// At how many entries those of modules that are gone are removed.
        var sweepAt = 64
    }

    /// Modules that are kept at most.
    public let capacity: Int
    /// Bytes that they take at most: programs and machine code.
    public let byteCapacity: Int
    private let table = Mutex(Table())

    /// Makes an empty cache.
    ///
    /// - Parameters:
    ///   - capacity: how many modules it keeps when nobody else has them; 0 keeps none, but finds those that somebody has.
    ///   - byteCapacity: how many bytes these take at most.
    public init(capacity: Int = 64, byteCapacity: Int = 256 << 20) {
        self.capacity = capacity
        self.byteCapacity = byteCapacity
    }

    /// How often a module was found so far, and how often not.
    public var counts: Counts { table.withLock { $0.counts } }

    /// Modules that the cache keeps, and their bytes.
    public var usage: (count: Int, byteCount: Int) {
        table.withLock { ($0.kept.count, $0.byteCount) }
    }

    /// The module of a container, made if it is not there.
    ///
    /// If several threads ask for the same at the same time, one of them makes it and the others wait. A failure is not
    /// remembered: who asks afterwards tries again.
    ///
    /// - Parameters:
    ///   - bytes: a `.polkavm` container.
    ///   - configuration: how it is loaded.
    ///   - engine: what runs it.
    /// - Returns: a module that may have instances already.
    /// - Throws: `ModuleError` if the bytes are no container, or the program can not be loaded.
    public func module(
        for bytes: [UInt8], configuration: ModuleConfiguration = ModuleConfiguration(), engine: Engine = Engine()
    ) throws(ModuleError) -> Module {
        let key = Key(program: ContentHash(of: bytes), configuration: configuration, backend: engine.backend.name)
        let entry = table.withLock { table in
            if table.entries.count >= table.sweepAt { Self.sweep(&table) }
            return table.entries[key, insertingIfMissing: Entry()]
        }
        var isMade = false
        let result = entry.state.withLock { state -> Result<Module, ModuleError> in
            switch state {
            case .made(let reference):
                if let module = reference.module { return .success(module) }
            case .failed(let error): return .failure(error)
            case .empty: break
            }
            isMade = true
            let result = Result { () throws(ModuleError) in
                try Module(bytes: bytes, configuration: configuration, engine: engine)
            }
            switch result {
            case .success(let module): state = .made(Entry.WeakModule(module: module))
            case .failure(let error): state = .failed(error)
            }
            return result
        }
        return try finish(result, key, entry, isMade: isMade).get()
    }

    /// Counts a request and keeps its module; forgets what failed.
    private func finish(
        _ result: Result<Module, ModuleError>, _ key: Key, _ entry: Entry, isMade: Bool
    ) -> Result<Module, ModuleError> {
        // What is no longer kept goes when the lock is free again: a module may take long to go.
        let dropped = table.withLock { table -> [Module] in
            switch result {
            case .success(let module):
                if isMade { table.counts.misses += 1 } else { table.counts.hits += 1 }
                // While the module was made its entry may have been taken for one of a module that is gone.
                if table.entries[key] == nil { table.entries[key] = entry }
                table.requestCount += 1
                let byteCount = module.cachedByteCount
                table.byteCount += byteCount - (table.kept[key]?.byteCount ?? 0)
                table.kept[key] = Kept(module: module, byteCount: byteCount, lastUse: table.requestCount)
                return dropSurplus(&table)
            case .failure:
                table.counts.misses += 1
                if table.entries[key] === entry { table.entries[key] = nil }
                return []
            }
        }
        withExtendedLifetime(dropped) {}
        return result
    }

    /// Stops keeping what was not asked for longest, until the rest is within the limits.
    private func dropSurplus(_ table: inout Table) -> [Module] {
        var dropped: [Module] = []
        while table.kept.count > capacity || table.byteCount > byteCapacity,
            let oldest = table.kept.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            table.kept[oldest.key] = nil
            table.byteCount -= oldest.value.byteCount
            dropped.append(oldest.value.module)
        }
        return dropped
    }

    /// Stops keeping all modules; those that somebody has are still found.
    public func removeAll() {
        let dropped = table.withLock { table in
            defer { (table.kept, table.byteCount) = ([:], 0) }
            return table.kept
        }
        withExtendedLifetime(dropped) {}
    }

    /// Removes the entries of modules that are gone.
    private static func sweep(_ table: inout Table) {
        table.entries = table.entries.filter { key, entry in
            if table.kept[key] != nil { return true }
            // Whoever holds the lock is making the module.
            return entry.state.withLockIfAvailable { state in
                if case .made(let reference) = state { return reference.module != nil }
                return true
            } ?? true
        }
        table.sweepAt = max(64, 2 * table.entries.count)
    }
}

extension Dictionary {
    /// A value, put in if there is none.
    fileprivate subscript(key: Key, insertingIfMissing value: @autoclosure () -> Value) -> Value {
        mutating get {
            if let value = self[key] { return value }
            let value = value()
            self[key] = value
            return value
        }
    }
}

extension Module {
    /// What the cache counts a module as, in bytes: what it was made of, and its machine code.
    fileprivate var cachedByteCount: Int {
        let debug = blob.debug.strings.count + blob.debug.linePrograms.count + blob.debug.ranges.count
        let code = blob.code.bytes.count + blob.code.bitmask.count + 4 * blob.code.jumpTable.count
        return code + blob.readOnlyData.count + blob.readWriteData.count + debug + (nativeByteCount ?? 0)
    }
}
