// The abstract processor of the pipeline model (vm.md 5.3): instructions go in, the cycles that they take come out.
//
// The specification tells it cycle by cycle. Here time is looked at only where something can happen: when an instruction starts
// is known as soon as the instructions that it waits for have started, and nobody needs to know it before the reorder buffer is
// full or the block has ended. So a block is first put into the buffer, which needs no more than its slots of decoding to be
// counted, and then time passes from one start to the next; what comes out is, to the cycle, what ticking would have given.
//
// Ticks are counted from 0: tick k makes cycle k + 1. An instruction that is issued in cycle c can start in tick c + 1. If it starts
// in tick s, those that wait for it and for its units can start in tick s + its latency, and it leaves the buffer, after those before
// it, one tick later.

/// What the processor needs to know of an instruction.
struct PipelineStep {
    /// Units that it holds while it is executed, as in `PipelineRow.Units`.
    var units: UInt64 = 0
    /// Cycles, at least 1.
    var latency = 0
    /// Slots that decoding takes, at most 4.
    var slots = 0
    /// Registers by number, or one of the two that are none.
    var first = Pipeline.noSource
    var second = Pipeline.noSource
    var destination = Pipeline.noDestination
}

/// The processor, empty at first.
// SAFETY: entries and producers are given by `withPipeline` and live as long as its closure; indices are masked.
struct Pipeline: ~Copyable {
    /// A register that nothing writes, and one that nothing reads.
    static let noSource = 14
    static let noDestination = 15

    private static let capacity = 32
    private static let slotsPerCycle = 4
    private static let startsPerCycle = 5
    /// Ticks at the end that the cost leaves out.
    private static let freeCycles = 3
    private static let never = Int.max

    /// An instruction in the buffer.
    private struct Entry {
        /// The first tick in which it may start, as far as is known.
        var earliest: Int
        /// The tick in which its result and its units can be used again; `never` before it has started.
        var ready: Int
        var units: UInt64
        var latency: Int
        /// The instructions that wait for it to start, a bit each.
        var users: UInt32
        /// How many instructions it waits for that have not started.
        var waits: Int
    }

    /// By number of the instruction, modulo the capacity.
    private let entries: UnsafeMutablePointer<Entry>
    /// By register, the number of the instruction that writes it; one that has left the buffer, or -1, is none.
    private let producers: UnsafeMutablePointer<Int>
    private var cycle = 0
    private var freeSlots = Pipeline.slotsPerCycle
    /// Numbers of the oldest instruction in the buffer and of the next to come.
    private var oldest = 0
    private var next = 0
    /// Ticks that have been gone through.
    private var tickCount = 0
    /// Instructions that have not started and wait for none that has not, a bit each.
    private var startable: UInt32 = 0
    /// Instructions that hold units.
    private var running: UInt32 = 0
    private var freeUnits = PipelineRow.Units.all.counts
    /// No units are given back before that tick.
    private var nextRelease = Pipeline.never
    private var lastReady = 0

    private init(_ entries: UnsafeMutablePointer<Entry>, _ producers: UnsafeMutablePointer<Int>) {
        self.entries = entries
        self.producers = producers
    }

    /// Gives an empty processor to a function, without allocating memory.
    static func withPipeline<Result>(_ body: (inout Pipeline) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: Entry.self, capacity: capacity) { entries in
            withUnsafeTemporaryAllocation(of: Int.self, capacity: noDestination + 1) { producers in
                producers.initialize(repeating: -1)
                var pipeline = Pipeline(
                    entries.baseAddress.unsafelyUnwrapped, producers.baseAddress.unsafelyUnwrapped)
                return body(&pipeline)
            }
        }
    }

    // MARK: Issuing

    /// Executes a step.
    mutating func issue(_ step: PipelineStep) {
        makeRoom(step.slots)
        let bit = Self.bit(next)
        let entry = entries + Self.slot(next)
        entry.initialize(
            to: Entry(
                earliest: cycle + 1, ready: Self.never, units: step.units, latency: step.latency, users: 0, waits: 0))
        wait(entry, bit, for: producers[step.first])
        wait(entry, bit, for: producers[step.second])
        if entry.pointee.waits == 0 { startable |= bit }
        producers[step.destination] = next
        next += 1
    }

    /// Lets a register have the value of another one.
    mutating func rename(_ destination: Int, to source: Int) {
        makeRoom(1)
        producers[destination] = producers[source]
    }

    private mutating func wait(_ entry: UnsafeMutablePointer<Entry>, _ bit: UInt32, for producer: Int) {
        guard producer >= oldest else { return }
        let other = entries + Self.slot(producer)
        if other.pointee.ready != Self.never {
            entry.pointee.earliest = max(entry.pointee.earliest, other.pointee.ready)
        } else if other.pointee.users & bit == 0 {
            other.pointee.users |= bit
            entry.pointee.waits += 1
        }
    }

    private mutating func makeRoom(_ slots: Int) {
        if freeSlots < slots || isFull() {
            cycle += 1
            freeSlots = Self.slotsPerCycle
            while isFull() { cycle = leavingCycle() }
        }
        freeSlots -= slots
    }

    private mutating func isFull() -> Bool {
        guard next - oldest == Self.capacity else { return false }
        goThroughTicks(before: cycle)
        // In tick `ready` it is done, in the next one it leaves.
        while oldest < next, entries[Self.slot(oldest)].ready <= cycle - 2 {
            let bit = Self.bit(oldest)
            if running & bit != 0 {
                running &= ~bit
                freeUnits += entries[Self.slot(oldest)].units
            }
            oldest += 1
        }
        return next - oldest == Self.capacity
    }

    /// The cycle in which the oldest instruction has left; nothing is issued before.
    private mutating func leavingCycle() -> Int {
        goThroughTicks(before: Self.never, untilOldestStarts: true)
        return entries[Self.slot(oldest)].ready + 2
    }

    // MARK: Time

    /// Starts what can start.
    ///
    /// - Parameters:
    ///   - limit: the first tick that is not looked at.
    ///   - untilOldestStarts: look no further than when the oldest instruction leaves.
    private mutating func goThroughTicks(before limit: Int, untilOldestStarts: Bool = false) {
        var limit = limit
        let first = Self.slot(oldest)
        if untilOldestStarts, entries[first].ready != Self.never { limit = entries[first].ready + 2 }
        var tick = tickCount
        while startable != 0, tick < limit {
            if tick >= nextRelease { giveBackUnits(tick) }
            var following = Self.never
            var startCount = 0, lacksUnits = false
            var rest = startable >> UInt32(first) | startable << UInt32(Self.capacity - first)
            while rest != 0 {
                let slot = (rest.trailingZeroBitCount + first) & (Self.capacity - 1)
                rest &= rest - 1
                let entry = entries + slot
                guard entry.pointee.earliest <= tick else {
                    following = min(following, entry.pointee.earliest)
                    continue
                }
                let left = (freeUnits | PipelineRow.Units.guards) - entry.pointee.units
                guard left & PipelineRow.Units.guards == PipelineRow.Units.guards else {
                    lacksUnits = true
                    continue
                }
                freeUnits = left & ~PipelineRow.Units.guards
                following = min(following, start(slot, in: tick))
                if untilOldestStarts, slot == first { limit = entry.pointee.ready + 2 }
                startCount += 1
                if startCount == Self.startsPerCycle {
                    following = tick + 1
                    break
                }
            }
            tick = lacksUnits ? min(following, nextRelease) : following
        }
        tickCount = min(max(tick, tickCount), limit)
    }

    /// Starts an instruction that has its units.
    ///
    /// - Returns: the first tick in which one that has waited for it can start.
    private mutating func start(_ slot: Int, in tick: Int) -> Int {
        let entry = entries + slot
        let ready = tick + entry.pointee.latency
        entry.pointee.ready = ready
        lastReady = max(lastReady, ready)
        startable &= ~Self.bit(slot)
        if entry.pointee.units != 0 {
            running |= Self.bit(slot)
            nextRelease = min(nextRelease, ready)
        }
        var first = Self.never
        var users = entry.pointee.users
        while users != 0 {
            let user = entries + users.trailingZeroBitCount
            user.pointee.earliest = max(user.pointee.earliest, ready)
            user.pointee.waits -= 1
            if user.pointee.waits == 0 {
                startable |= Self.bit(users.trailingZeroBitCount)
                first = min(first, user.pointee.earliest)
            }
            users &= users - 1
        }
        return first
    }

    private mutating func giveBackUnits(_ tick: Int) {
        nextRelease = Self.never
        var rest = running
        while rest != 0 {
            let slot = rest.trailingZeroBitCount
            rest &= rest - 1
            if entries[slot].ready <= tick {
                freeUnits += entries[slot].units
                running &= ~Self.bit(slot)
            } else {
                nextRelease = min(nextRelease, entries[slot].ready)
            }
        }
    }

    /// What the steps so far cost, the last of which ends the block.
    mutating func finish() -> Int64 {
        goThroughTicks(before: Self.never)
        return Int64(max(1, lastReady + 2 - Self.freeCycles))
    }

    private static func slot(_ number: Int) -> Int { number & (capacity - 1) }
    private static func bit(_ number: Int) -> UInt32 { 1 << UInt32(truncatingIfNeeded: slot(number)) }
}
