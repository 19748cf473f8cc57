// {{name}}: a program for the PVM.

import PVM

/// An export: the host can call it.
@Export func fibonacci(_ n: UInt64) -> UInt64 {
    var (current, next): (UInt64, UInt64) = (0, 1)
    for _ in 0..<n {
        // `&+` wraps around where `+` would stop the program.
        (current, next) = (next, current &+ next)
    }
    return current
}
