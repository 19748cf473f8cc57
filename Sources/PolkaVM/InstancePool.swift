// Instances that are used again and again, each time as if they were new.

import Synchronization

/// A bounded store of idle instances of one module, for any number of threads.
///
/// An instance goes back into the pool clean: registers, gas and memory are those of a new one.
public final class InstancePool: Sendable {
    /// Instances in a box that threads may hand on: only who has taken one out reaches it.
    private struct Idle: @unchecked Sendable {
        var instances: [Instance] = []
    }

    /// Instances that are kept at most while nobody uses them.
    public let capacity: Int
    private let make: @Sendable () throws -> Instance
    private let idle = Mutex(Idle())

    /// - Parameters:
    ///   - capacity: instances that are kept at most while nobody uses them; more may be in use.
    ///   - make: makes a new one, with host functions that no other instance shares state with.
    public init(capacity: Int, make: @escaping @Sendable () throws -> Instance) {
        self.capacity = max(0, capacity)
        self.make = make
    }

    /// Instances that wait to be used.
    public var idleCount: Int { idle.withLock { $0.instances.count } }

    /// Uses an instance that is as if it were new, and keeps it for others afterwards.
    ///
    /// - Parameter body: may call it as often as it likes, and must not keep it.
    /// - Returns: what `body` returns.
    /// - Throws: what making an instance throws, and what `body` throws.
    public func withInstance<Result>(_ body: (Instance) throws -> Result) throws -> Result {
        let instance = try take()
        defer { giveBack(instance) }
        return try body(instance)
    }

    private func take() throws -> Instance {
        struct Taken: @unchecked Sendable { let instance: Instance? }
        return try idle.withLock { Taken(instance: $0.instances.popLast()) }.instance ?? make()
    }

    private func giveBack(_ instance: Instance) {
        struct Given: @unchecked Sendable { let instance: Instance }
        // What cannot be cleaned is not kept.
        guard (try? instance.reset()) != nil else { return }
        instance.hostData = nil
        let given = Given(instance: instance)
        idle.withLock { idle in
            if idle.instances.count < capacity { idle.instances.append(given.instance) }
        }
    }
}
