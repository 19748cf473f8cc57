// The sixteen guests, and how much work they are given.

/// A C source of the folder Guests.
struct Guest {
    let name: String
    /// What `run` is called with: some 15 ms of native work on a server of 2021.
    let work: UInt64

    /// An eighth of the work, for a quick run.
    var quick: Guest { Guest(name: name, work: max(1, work / 8)) }

    static let all = [
        Guest(name: "sha256", work: 1200), Guest(name: "blake2b", work: 1400), Guest(name: "keccak", work: 5000),
        Guest(name: "crc32", work: 1200), Guest(name: "fib", work: 6000), Guest(name: "sieve", work: 16),
        Guest(name: "matmul", work: 250), Guest(name: "quicksort", work: 24), Guest(name: "mandel", work: 120),
        Guest(name: "nbody", work: 12000), Guest(name: "bytecode", work: 24), Guest(name: "strings", work: 400),
        Guest(name: "calls", work: 1200), Guest(name: "indirect", work: 5000), Guest(name: "list", work: 80),
        Guest(name: "token", work: 130_000),
    ]
}
