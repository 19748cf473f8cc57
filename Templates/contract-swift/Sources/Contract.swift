// {{name}}: a contract that counts how often it is called.

import PVM

// Variables keep their values from one call to the next, as long as the host keeps the instance. A contract has one thread,
// so nothing can go wrong that `nonisolated(unsafe)` would warn of.
private nonisolated(unsafe) var counter: UInt64 = 0

/// Called once, when the contract is put on the chain.
@Export func deploy() {
    counter = 0
}

/// Called for each message to the contract; returns the new count.
@Export func call() -> UInt64 {
    counter += 1
    return counter
}

/// What the counter stands at.
@Export func get() -> UInt64 {
    counter
}
