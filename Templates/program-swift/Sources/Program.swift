// {{name}}: a program for the PVM.

// An export: `@c` gives it a name that the host can call, and Exports.swift tells the host that it is there.
@c func fibonacci(_ n: UInt64) -> UInt64 {
    var (current, next): (UInt64, UInt64) = (0, 1)
    for _ in 0..<n {
        // `&+` wraps around where `+` would stop the program.
        (current, next) = (next, current &+ next)
    }
    return current
}

// A test, because its name begins with "test": `pvm test` runs it. A false precondition stops it.
@c func testFibonacci() {
    precondition(fibonacci(0) == 0)
    precondition(fibonacci(1) == 1)
    precondition(fibonacci(90) == 2_880_067_194_370_816_120)
}
