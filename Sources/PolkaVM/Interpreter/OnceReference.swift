// A reference that is made when it is first asked for, by any thread.

import Synchronization

/// Holds an immutable object that is expensive to make.
package final class OnceReference<Value: AnyObject & Sendable>: Sendable {
    private let storage = AtomicLazyReference<Value>()

    /// The object; `make` may run in several threads at once, of which all get the object of the one that was first.
    package init() {}

    package func value(_ make: () -> Value) -> Value {
        storage.load() ?? storage.storeIfNil(make())
    }
}
