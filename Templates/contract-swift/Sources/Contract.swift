// {{name}}: a contract that counts how often it is called.

// Variables keep their values from one call to the next, as long as the host keeps the instance. A contract has one thread,
// so nothing can go wrong that `nonisolated(unsafe)` would warn of.
private nonisolated(unsafe) var counter: UInt64 = 0

// Called once, when the contract is put on the chain.
@c func deploy() {
    counter = 0
}

// Called for each message to the contract. Returns the new count.
@c func call() -> UInt64 {
    counter += 1
    return counter
}

// What the counter stands at.
@c func get() -> UInt64 {
    counter
}

// A test, because its name begins with "test": `pvm test` runs it in an instance of its own. A false precondition stops it.
@c func testCounting() {
    deploy()
    precondition(get() == 0)
    precondition(call() == 1)
    precondition(call() == 2)
    precondition(get() == 2)
}
