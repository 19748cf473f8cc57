// A reference that is made when it is first asked for, by any thread.

import Synchronization

/// Holds an immutable object that is expensive to make.
struct OnceReference<Value: AnyObject & Sendable>: ~Copyable, Sendable {
    private let storage = AtomicLazyReference<Value>()

    /// The object, if it has been made.
    var current: Value? { storage.load() }

    /// The object; `make` may run in several threads at once, of which all get the object of the one that was first.
    func value<Failure: Error>(_ make: () throws(Failure) -> Value) throws(Failure) -> Value {
        if let value = storage.load() { return value }
        return storage.storeIfNil(try make())
    }
}
