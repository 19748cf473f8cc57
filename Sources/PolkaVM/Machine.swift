// The state of a running program: all of it, and the same for every backend, so that a run can leave one backend at any stop
// and go on in another.

import PolkaISA

/// Registers, gas, position and memory of one instance.
///
/// The state lies behind a pointer, because checking at run time that no two accesses to a property overlap would take
/// longer than a short call does. None can: an instance is used by one thread at a time, and nothing that is given a
/// property to change calls anybody. What other modules ask for on every call they inline.
@usableFromInline
package final class Machine {
    /// Where to go on.
    @usableFromInline
    package enum Continuation: Equatable, Sendable {
        /// At any instruction; the block that it belongs to is paid in full.
        case entry(UInt32)
        /// In the middle of a block that is paid already.
        case resume(UInt32)

        package var codeOffset: UInt32 {
            switch self {
            case .entry(let offset), .resume(let offset): offset
            }
        }
    }

    /// One place more than there are registers: it stays zero, as the base of absolute addresses.
    package static let registerSlots = Register.count + 1

    /// The registers.
    ///
    /// On 32-bit kinds they hold their values *sign extended*: nearly every instruction then computes on 64
    /// bits what it should on 32 (isa.md 1), and `Instance` shows the low halves.
    package let registers: UnsafeMutablePointer<UInt64>
    package let memory: GuestMemory
    @usableFromInline let state: UnsafeMutablePointer<MachineState>

    @inlinable @inline(__always)
    package var gas: Int64 {
        get { state.pointee.gas }
        set { state.pointee.gas = newValue }
    }
    /// Where the last stop happened, as vm.md 4 tells; nil after a regular end.
    @inlinable @inline(__always)
    package var programCounter: UInt32? {
        get { state.pointee.programCounter }
        set { state.pointee.programCounter = newValue }
    }
    /// The instruction executed last, also after a regular end.
    @inlinable @inline(__always)
    package var lastProgramCounter: UInt32? {
        get { state.pointee.lastProgramCounter }
        set { state.pointee.lastProgramCounter = newValue }
    }
    @inlinable @inline(__always)
    package var next: Continuation? {
        get { state.pointee.next }
        set { state.pointee.next = newValue }
    }
    /// Instructions executed so far; one that trapped counts, one that will be executed again does not.
    @inlinable @inline(__always)
    package var instructionCount: UInt64 {
        get { state.pointee.instructionCount }
        set { state.pointee.instructionCount = newValue }
    }
    /// How many instructions of the block at hand are still to be executed; kept so that a run that goes on in a block need not
    /// look for its end.
    @inlinable @inline(__always)
    package var remainingInBlock: UInt64 {
        get { state.pointee.remainingInBlock }
        set { state.pointee.remainingInBlock = newValue }
    }
    /// Where the interpreter stopped last, so that going on there needs no search.
    @inline(__always)
    var resumption: Resumption? {
        get { state.pointee.resumption }
        set { state.pointee.resumption = newValue }
    }
    /// Where machine code was left last, for the same purpose; code that goes on there relies on nothing but this state.
    @inlinable @inline(__always)
    package var nativeResumption: NativeResumption {
        get { state.pointee.nativeResumption }
        set { state.pointee.nativeResumption = newValue }
    }

    /// Whether a host call is being answered, and whether the guest was called in that.
    @inline(__always)
    var nesting: Nesting {
        get { state.pointee.nesting }
        set { state.pointee.nesting = newValue }
    }

    /// Whether somebody may stop runs from outside.
    @inline(__always)
    var isCancellable: Bool {
        get { state.pointee.isCancellable }
        set { state.pointee.isCancellable = newValue }
    }

    /// What executed code in the run at hand, and what did so last.
    @inlinable @inline(__always)
    package var tiers: TierRecord {
        get { state.pointee.tiers }
        set { state.pointee.tiers = newValue }
    }
    /// When a run went on in machine code that it had not begun in; of several times the last.
    var switchTime: ContinuousClock.Instant? {
        state.pointee.switchTime.map { Self.epoch + .nanoseconds($0) }
    }

    package init(memory: GuestMemory) {
        self.memory = memory
        registers = .allocate(capacity: Self.registerSlots)
        registers.initialize(repeating: 0, count: Self.registerSlots)
        state = .allocate(capacity: 1)
        state.initialize(to: MachineState())
    }

    deinit {
        registers.deallocate()
        state.deallocate()
    }

    /// Forgets all but the memory, and who may stop runs.
    func reset() {
        registers.update(repeating: 0, count: Self.registerSlots)
        let isCancellable = isCancellable
        state.pointee = MachineState()
        self.isCancellable = isCancellable
    }

    /// Forgets what executed the run before.
    @inlinable @inline(__always)
    package func beginRun() {
        state.pointee.tiers = TierRecord()
        state.pointee.switchTime = nil
    }

    /// Notes what is about to execute code.
    @inlinable @inline(__always)
    package func note(_ tier: Backend.Tier) {
        state.pointee.tiers.last = tier
        switch tier {
        case .interpreter: state.pointee.tiers.usesInterpreter = true
        case .compiler: state.pointee.tiers.usesCompiler = true
        }
    }

    /// Notes that the run goes on in machine code.
    package func noteSwitch() {
        let (seconds, attoseconds) = (Self.epoch.duration(to: .now)).components
        state.pointee.switchTime = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// What times are counted from; an `Instant` itself would make the size of the state unknown to whoever accesses it.
    private static let epoch = ContinuousClock.now

    /// Where a call is: what another call of the same machine overwrites.
    struct Position {
        fileprivate let registers: [UInt64]
        fileprivate let state: MachineState
    }

    /// Where the call at hand is.
    var position: Position {
        get {
            Position(
                registers: Array(UnsafeBufferPointer(start: registers, count: Self.registerSlots)), state: state.pointee
            )
        }
        set {
            for (index, value) in newValue.registers.enumerated() { registers[index] = value }
            programCounter = newValue.state.programCounter
            lastProgramCounter = newValue.state.lastProgramCounter
            next = newValue.state.next
            remainingInBlock = newValue.state.remainingInBlock
            resumption = newValue.state.resumption
            nativeResumption = newValue.state.nativeResumption
        }
    }

    /// Takes the instruction that stopped out of the count, because it will be executed again.
    package func uncount() {
        instructionCount &-= 1
        remainingInBlock &+= 1
    }

    /// Notes a stop that ends the run for good.
    package func end(_ exit: Exit, at codeOffset: UInt32) -> Exit {
        programCounter = exit == .finished ? nil : codeOffset
        lastProgramCounter = codeOffset
        next = nil
        return exit
    }

    /// Notes a stop after which the run can go on in the same block.
    package func pause(_ exit: Exit, at codeOffset: UInt32, next: UInt32) -> Exit {
        programCounter = codeOffset
        lastProgramCounter = codeOffset
        self.next = .resume(next)
        return exit
    }
}

/// What changes in a machine besides registers and memory; `Machine` has what the fields mean.
@usableFromInline
struct MachineState {
    @usableFromInline var gas: Int64 = 0
    @usableFromInline var programCounter: UInt32?
    @usableFromInline var lastProgramCounter: UInt32?
    @usableFromInline var next: Machine.Continuation?
    @usableFromInline var instructionCount: UInt64 = 0
    @usableFromInline var remainingInBlock: UInt64 = 0
    var resumption: Resumption?
    @usableFromInline var nativeResumption = NativeResumption(codeOffset: 0, address: nil)
    @usableFromInline var tiers = TierRecord()
    @usableFromInline var nesting = Nesting.none
    var isCancellable = false
    /// Nanoseconds.
    @usableFromInline var switchTime: Int64?
}

/// What executed the code of a run.
@usableFromInline
package struct TierRecord: Sendable {
    @usableFromInline package var last: Backend.Tier?
    @usableFromInline package var usesInterpreter = false
    @usableFromInline package var usesCompiler = false

    @inlinable
    package init() {}
}

/// A place where machine code can go on inside a block.
@usableFromInline
package struct NativeResumption {
    /// What the machine's `next` says if this is the place.
    @usableFromInline package var codeOffset: UInt32
    @usableFromInline package var address: UnsafeRawPointer?

    @inlinable
    package init(codeOffset: UInt32, address: UnsafeRawPointer?) {
        self.codeOffset = codeOffset
        self.address = address
    }
}
