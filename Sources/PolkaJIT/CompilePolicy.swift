// When `auto` compiles a program.
//
// Nobody knows how long a run is going to be. Whoever compiles when interpreting has taken about as long as compiling will take
// loses at most that much to either backend, and no rule that knows as little can promise less. What a run pays anyhow, for
// loading and for decoding what it executes, hides a part of the loss, so that compiling may begin that much sooner.
//
// A second thread does better: it compiles while the interpreter goes on, so that hardly anything but waking it is lost, and
// it may begin early. Waking it takes as long as compiling a small program, which is therefore compiled where it runs.

import PolkaVM

/// When and where a program is compiled.
///
/// Amounts of work are in gas of the naive model: instructions that the interpreter executes.
package struct CompilePolicy: Sendable {
    /// Work after which compiling is due.
    package var dueAfter: Int64
    /// Whether another thread compiles while the interpreter goes on.
    package var usesBackground: Bool
    /// Work after which the running thread compiles itself what the other has not begun with.
    package var aloneAfter: Int64
    /// Work between two looks at whether the other thread is done.
    package var lookEvery: Int64
    /// What beginning a run counts for, so that many runs without a loop add up.
    package var callCost: Int64

    package init(dueAfter: Int64, usesBackground: Bool, aloneAfter: Int64, lookEvery: Int64, callCost: Int64) {
        self.dueAfter = dueAfter
        self.usesBackground = usesBackground
        self.aloneAfter = aloneAfter
        self.lookEvery = lookEvery
        self.callCost = callCost
    }
}

extension CompilePolicy {
    // Measured on an AMD EPYC server of 2 cores. Other machines are slower or faster in all of it alike, and what counts is only
    // how the figures compare. `make bench` shows what comes of them.

    /// Picoseconds that the interpreter takes for an instruction.
    static let interpreterPicoseconds: Int64 = 800
    /// Nanoseconds that compiling takes however small the program is: most of it the system, for giving memory and taking it
    /// back.
    static let compilerBaseNanoseconds: Int64 = 10_000
    /// Picoseconds that compiling takes for a byte of code.
    static let compilerPicosecondsPerByte: Int64 = 3_500
    /// Nanoseconds that a run spends anyhow before it has executed much: a program that is compiled faster is compiled at once.
    static let startNanoseconds: Int64 = 2_000
    /// What takes longer is compiled in the background: waking the thread there takes the running one 2 to 4 µs and lasts
    /// some 10 µs.
    static let backgroundNanoseconds: Int64 = 30_000
    /// When it has not begun by then, the processors have other things to do.
    static let wakingNanoseconds: Int64 = 50_000
    /// How long runs must have lasted for waking it to be little beside them.
    static let shortestNanoseconds: Int64 = 40_000

    /// The policy for a program of some size.
    package init(codeByteCount: Int) {
        let compiling = Self.compilerBaseNanoseconds + Int64(codeByteCount) * Self.compilerPicosecondsPerByte / 1_000
        let usesBackground = compiling > Self.backgroundNanoseconds
        let alone = max(0, compiling - Self.startNanoseconds)
        // Time on another processor is not for nothing either, so a long compilation waits a little longer.
        let waiting = usesBackground ? max(Self.shortestNanoseconds, compiling / 32) : alone
        func work(_ nanoseconds: Int64) -> Int64 { nanoseconds * 1_000 / Self.interpreterPicoseconds }
        self.init(
            dueAfter: work(waiting), usesBackground: usesBackground,
            aloneAfter: work(max(alone, waiting + Self.wakingNanoseconds)), lookEvery: 4096, callCost: 32)
    }
}
