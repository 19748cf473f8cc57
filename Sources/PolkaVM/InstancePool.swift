// Instances that are used again and again, each time as if they were new.

import Synchronization

/// A bounded store of idle instances of one module, for any number of threads.
///
/// An instance goes back into the pool clean: registers, gas and memory are those of a new one, and its cancellation, limit of
/// memory and host data those that it was made with. Forks of a template are not kept: to make another one takes no longer.
public final class InstancePool: Sendable {
    /// An instance, and what its maker gave it besides.
    private struct Pooled {
        let instance: Instance
        let cancellation: Cancellation?
        let byteLimit: UInt64?
        let hostData: Any?

        init(_ instance: Instance) {
            self.instance = instance
            cancellation = instance.cancellation
            byteLimit = instance.memory.byteLimit
            hostData = instance.hostData
        }

        /// Makes the instance what it was when it was made.
        ///
        /// - Returns: false if that can not be done: it runs, or it is a fork, which would begin anew with the module.
        func clean() -> Bool {
            guard !instance.isFork, (try? instance.reset()) != nil,
                (try? instance.setCancellation(cancellation)) != nil
            else { return false }
            instance.memory.byteLimit = byteLimit
            instance.hostData = hostData
            return true
        }
    }

    /// Instances in a box that threads may hand on: only who has taken one out reaches it.
    private struct Idle: @unchecked Sendable {
        var instances: [Pooled] = []
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
        let pooled = try take()
        defer { giveBack(pooled) }
        return try body(pooled.instance)
    }

    private func take() throws -> Pooled {
        struct Taken: @unchecked Sendable { let pooled: Pooled? }
        return try idle.withLock { Taken(pooled: $0.instances.popLast()) }.pooled ?? Pooled(make())
    }

    private func giveBack(_ pooled: Pooled) {
        struct Given: @unchecked Sendable { let pooled: Pooled }
        guard pooled.clean() else { return }
        let given = Given(pooled: pooled)
        idle.withLock { idle in
            if idle.instances.count < capacity { idle.instances.append(given.pooled) }
        }
    }
}
