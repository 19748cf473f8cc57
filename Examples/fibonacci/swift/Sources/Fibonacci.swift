// Fibonacci numbers.

import PVM

// Without `@inline(never)` the compiler works out the numbers that the tests ask for, and nothing is left to be tested.

/// The n-th number, modulo 2^64; the 93rd is the last that fits.
@Export @inline(never) func fibonacci(_ n: UInt64) -> UInt64 {
    var (current, next): (UInt64, UInt64) = (0, 1)
    for _ in 0..<n {
        (current, next) = (next, current &+ next)
    }
    return current
}
