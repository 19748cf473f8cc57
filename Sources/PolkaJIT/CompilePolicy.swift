// When `auto` compiles a program.
//
// Nobody knows how long a run is going to be. Whoever compiles when interpreting has taken as long as compiling will take loses
// at most that much to either backend, and no rule that knows as little can promise less; but nearly all runs lose something by
// it, because nearly all that come so far go on for long. To decode what it executes for the first time takes the interpreter
// about as long as compiling it would. So compiling begins as soon as a run can not take more than four times as long for it
// as it would have taken with the interpreter: for a small program, beside what a run pays anyhow, at once.
//
// A second thread does better: it compiles while the interpreter goes on, so that hardly anything but waking it is lost, and
// it may begin early. Waking it takes as long as compiling a small program, which is therefore compiled where it runs.

import CPolkaSystem
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
    /// Nanoseconds that compiling takes however small the program is, and freeing it: half of it the system, for changing the
    /// rights of memory twice.
    static let compilerBaseNanoseconds: Int64 = 3_300
    /// Picoseconds that compiling takes for a byte of code.
    static let compilerPicosecondsPerByte: Int64 = 2_100
    /// Nanoseconds that a run spends anyhow before it has executed anything.
    static let startNanoseconds: Int64 = 2_500
    /// A run that ends when it has just been compiled takes no more than this times what it would have taken.
    static let greatestLoss: Int64 = 4
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
        // Two threads that compile, and one that interprets beside them, want a processor each.
        let isDivided = codeByteCount >= CompilerOptions.worthASecondThread
        let usesBackground =
            compiling > Self.backgroundNanoseconds && !(isDivided && pvm_usable_processors() < 3)
        // Of a large program much is executed for the first time, which takes the interpreter longer than the estimate says.
        let coldness: Int64 = isDivided ? 2 : 1
        let alone = max(0, compiling / (Self.greatestLoss - 1) / coldness - Self.startNanoseconds)
        // Time on another processor is not for nothing either, so a long compilation waits a little longer.
        let waiting = usesBackground ? max(Self.shortestNanoseconds, compiling / 32) : alone
        func work(_ nanoseconds: Int64) -> Int64 { nanoseconds * 1_000 / Self.interpreterPicoseconds }
        self.init(
            dueAfter: work(waiting), usesBackground: usesBackground,
            aloneAfter: work(max(alone, waiting + Self.wakingNanoseconds)), lookEvery: 4096, callCost: 32)
    }
}
