// Stopping guests from another thread.
//
// Nothing interrupts a run: gas does, which stops guests at the start of a block anyway. Where a run can be cancelled its gas is
// given to it in slices, and between two slices somebody looks whether to go on. So a run that is cancelled stops
// where it could go on, and one that can not be costs nothing.

import Synchronization

/// Stops all instances that were given it, from any thread.
public final class Cancellation: Sendable {
    private let flag = Atomic<Bool>(false)

    /// Makes one that nobody has used yet.
    public init() {}

    /// Makes runs stop with `Exit.cancelled`, those at hand within some milliseconds, and those that are begun later at once.
    public func cancel() { flag.store(true, ordering: .releasing) }

    /// Lets instances run again.
    public func reset() { flag.store(false, ordering: .releasing) }

    /// Whether `cancel` has been called, and `reset` has not been called since.
    public var isCancelled: Bool { flag.load(ordering: .acquiring) }

    /// Gas between two looks: some milliseconds of machine code, tens of them of interpretation.
    static let slice: Int64 = 1 << 23
}
