// Handles: numbers that stand for objects, so that whatever number C passes can be checked before anything is
// touched.
//
// A handle consists of a generation (32 bits), a kind (8) and the index of a slot (24). A slot keeps generation and
// kind of its object; when the object is dropped the slot gets the next generation, and so no old handle fits again.
// Slots lie in chunks that never move or go, and looking one up takes no lock.
//
// An object may be used in two ways. Most are used by many threads at once: the slot counts who does, and dropping
// waits for the last, without anybody waiting. Instances are owned by one thread at a time: the slot has the number
// of the thread, with the generation, so that whoever comes with an old handle cannot even for a moment be taken for
// an owner.

import CPolkaVM
import Synchronization

/// What a handle is for.
enum HandleKind: UInt64 {
    case engine = 1
    case module
    case linker
    case instance
    case buffer
    case linkedModule
    case cancellation
    case template

    /// With its article, for messages.
    var name: String {
        switch self {
        case .engine: "an engine"
        case .module: "a module"
        case .linker: "a linker"
        case .instance: "an instance"
        case .buffer: "a buffer"
        case .linkedModule: "a linked module"
        case .cancellation: "a cancellation"
        case .template: "a template"
        }
    }
}

/// A place for an object, of the size of a cache line: instances that are used by several threads do not disturb each
/// other.
private struct Slot: ~Copyable {
    /// Generation (32 bits) and kind (8) as in the handle, whether it was dropped (1), and how many use the object
    /// (23).
    ///
    /// A slot without object has the kind 0.
    let state = Atomic<UInt64>(0)
    /// Of an instance: generation (32 bits) and the number of the thread that uses it, or 0 (32).
    ///
    /// Of other objects, and without one, 0, which fits no handle, as generations begin with 1.
    let owner = Atomic<UInt64>(0)
    // SAFETY: it changes only while no handle fits the state.
    nonisolated(unsafe) var object: Unmanaged<AnyObject>?
    private let padding: (UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0)

    static let dropped: UInt64 = 1 << 23
    static let useCount: UInt64 = dropped - 1
    /// What of state and handle must be equal.
    static let identityShift: UInt64 = 24
    static let generationShift: UInt64 = 32
}

/// All objects that C has handles of.
// SAFETY: everything that changes is atomic, or guarded as said beside it.
final class HandleTable: @unchecked Sendable {
    static let shared = HandleTable()

    /// Slots of the first chunk; each further one has twice as many.
    private static let firstChunk: UInt32 = 256
    private static let chunkCount = 16
    /// 2^24 less the slots that a further chunk would begin with.
    private static let slotLimit = firstChunk << UInt32(chunkCount) - firstChunk
    private static let indexMask: UInt64 = (1 << 24) - 1

    private struct Vacancies {
        /// Slots that had an object.
        var indices: [UInt32] = []
        /// Slots that there are.
        var slotCount: UInt32 = 0
    }

    private let chunks: UnsafeMutablePointer<Atomic<UInt>>
    private let vacancies = Mutex(Vacancies())
    private let objectCount = Atomic<UInt64>(0)

    private init() {
        chunks = .allocate(capacity: Self.chunkCount)
        for index in 0..<Self.chunkCount { (chunks + index).initialize(to: Atomic(0)) }
    }

    /// Objects with a handle.
    var count: UInt64 { objectCount.load(ordering: .relaxed) }

    // MARK: Slots

    /// The slot of an index; nil if there are not so many.
    @inline(__always)
    private func slot(_ index: UInt64) -> UnsafeMutablePointer<Slot>? {
        let number = UInt32(truncatingIfNeeded: index) + Self.firstChunk
        let level = Self.firstChunk.leadingZeroBitCount - number.leadingZeroBitCount
        guard level < Self.chunkCount else { return nil }
        // SAFETY: a chunk is stored when all its slots are initialised, and stays.
        let chunk = UnsafeMutablePointer<Slot>(bitPattern: chunks[level].load(ordering: .acquiring))
        return chunk.map { $0 + Int(number - Self.firstChunk << UInt32(level)) }
    }

    /// A slot without an object, and its index.
    private func vacantSlot() throws(Failure) -> (index: UInt32, slot: UnsafeMutablePointer<Slot>) {
        let index = vacancies.withLock { vacancies -> UInt32? in
            if let index = vacancies.indices.popLast() { return index }
            let index = vacancies.slotCount
            guard index < Self.slotLimit else { return nil }
            // A chunk begins where the ones before it end.
            let level = Self.firstChunk.leadingZeroBitCount - (index + Self.firstChunk).leadingZeroBitCount
            if index + Self.firstChunk == Self.firstChunk << UInt32(level) {
                let slotCount = Int(Self.firstChunk) << level
                guard pvm_can_allocate(UInt64(slotCount * MemoryLayout<Slot>.stride)) == 1 else { return nil }
                let chunk = UnsafeMutablePointer<Slot>.allocate(capacity: slotCount)
                for index in 0..<slotCount { (chunk + index).initialize(to: Slot()) }
                chunks[level].store(UInt(bitPattern: chunk), ordering: .releasing)
            }
            vacancies.slotCount += 1
            return index
        }
        guard let index, let slot = slot(UInt64(index)) else {
            throw Failure(PVM_ERROR_SYSTEM, "no handles are left: \(count) objects have not been dropped")
        }
        return (index, slot)
    }

    // MARK: Handles

    /// Keeps an object and gives it a handle; `isOwned` says that one thread at a time may use it.
    func insert(_ object: AnyObject, _ kind: HandleKind, isOwned: Bool = false) throws(Failure) -> UInt64 {
        let (index, slot) = try vacantSlot()
        let generation = (slot.pointee.state.load(ordering: .relaxed) >> Slot.generationShift) + 1
        let identity = generation << (Slot.generationShift - Slot.identityShift) | kind.rawValue
        slot.pointee.object = Unmanaged.passRetained(object)
        if isOwned { slot.pointee.owner.store(generation << Slot.generationShift, ordering: .relaxed) }
        slot.pointee.state.store(identity << Slot.identityShift, ordering: .releasing)
        objectCount.add(1, ordering: .relaxed)
        return identity << Slot.identityShift | UInt64(index)
    }

    /// Why a handle cannot be used.
    @inline(never)
    private func refusal(_ handle: UInt64, _ kind: HandleKind) -> Failure {
        guard handle != 0 else { return Failure(PVM_ERROR_INVALID_HANDLE, "no handle; expected that of \(kind.name)") }
        let unknown = Failure(
            PVM_ERROR_INVALID_HANDLE, "0x\(String(handle, radix: 16)) is no handle; expected that of \(kind.name)")
        guard let given = HandleKind(rawValue: handle >> Slot.identityShift & 0xff),
            let slot = slot(handle & Self.indexMask)
        else { return unknown }
        let state = slot.pointee.state.load(ordering: .relaxed)
        let (current, old) = (state >> Slot.generationShift, handle >> Slot.generationShift)
        guard old != 0, old <= current else { return unknown }
        guard given == kind else {
            return Failure(
                PVM_ERROR_INVALID_HANDLE, "the handle is that of \(given.name); expected that of \(kind.name)")
        }
        let isThere = old == current && state & Slot.dropped == 0
        guard isThere else {
            return Failure(PVM_ERROR_DROPPED, "the handle is that of \(kind.name) that was dropped")
        }
        return state >> Slot.identityShift == handle >> Slot.identityShift
            ? Failure(PVM_ERROR_BUSY, "another thread is using the instance") : unknown
    }

    // MARK: Use by many

    /// Gives the object of a handle to a function, for which it stays even if the handle is dropped meanwhile.
    @inline(__always)
    func use<Object: AnyObject>(
        _ handle: UInt64, _ kind: HandleKind, as type: Object.Type, _ body: (Object) throws(Failure) -> Void
    ) throws(Failure) {
        guard let slot = slot(handle & Self.indexMask) else { throw refusal(handle, kind) }
        let identity = handle >> Slot.identityShift
        guard identity & 0xff == kind.rawValue else { throw refusal(handle, kind) }
        var state = slot.pointee.state.load(ordering: .relaxed)
        while true {
            guard state >> Slot.identityShift == identity, state & Slot.dropped == 0 else {
                throw refusal(handle, kind)
            }
            let result = slot.pointee.state.weakCompareExchange(
                expected: state, desired: state + 1, ordering: .acquiring)
            if result.exchanged { break }
            state = result.original
        }
        defer { endUse(slot, handle) }
        // SAFETY: it is released when nobody uses it any more, and the kind says what it is.
        try body(unsafeDowncast(slot.pointee.object.unsafelyUnwrapped.takeUnretainedValue(), to: type))
    }

    private func endUse(_ slot: UnsafeMutablePointer<Slot>, _ handle: UInt64) {
        let state = slot.pointee.state.subtract(1, ordering: .acquiringAndReleasing).newValue
        if state & (Slot.dropped | Slot.useCount) == Slot.dropped { empty(slot, handle) }
    }

    /// Ends a handle; the object goes when nobody uses it any more.
    func drop(_ handle: UInt64, _ kind: HandleKind) throws(Failure) {
        guard let slot = slot(handle & Self.indexMask), handle >> Slot.identityShift & 0xff == kind.rawValue else {
            throw refusal(handle, kind)
        }
        guard let state = markDropped(slot, handle) else { throw refusal(handle, kind) }
        if state & Slot.useCount == 0 { empty(slot, handle) }
    }

    /// Marks an object as dropped; nil if the handle does not fit.
    private func markDropped(_ slot: UnsafeMutablePointer<Slot>, _ handle: UInt64) -> UInt64? {
        var state = slot.pointee.state.load(ordering: .relaxed)
        while true {
            guard state >> Slot.identityShift == handle >> Slot.identityShift, state & Slot.dropped == 0 else {
                return nil
            }
            let result = slot.pointee.state.weakCompareExchange(
                expected: state, desired: state | Slot.dropped, ordering: .acquiringAndReleasing)
            if result.exchanged { return state }
            state = result.original
        }
    }

    /// Takes the object out of a slot that was dropped and is not used.
    private func empty(_ slot: UnsafeMutablePointer<Slot>, _ handle: UInt64) {
        let object = slot.pointee.object
        slot.pointee.object = nil
        slot.pointee.owner.store(0, ordering: .relaxed)
        let generation = handle >> Slot.generationShift
        slot.pointee.state.store(generation << Slot.generationShift | Slot.dropped, ordering: .releasing)
        objectCount.subtract(1, ordering: .relaxed)
        // A slot whose generations are used up stays empty.
        if generation < UInt64(UInt32.max) {
            vacancies.withLock { $0.indices.append(UInt32(truncatingIfNeeded: handle & Self.indexMask)) }
        }
        // What ends with it may call the interface: nothing is locked here.
        object?.release()
    }

    // MARK: Use by one thread

    /// Gives an instance to a function, while no other thread can use it.
    ///
    /// The thread may use it already: then a host function that the instance has called uses it, which the function is told.
    @inline(__always)
    func own<Object: AnyObject>(
        _ handle: UInt64, as type: Object.Type, _ body: (Object, _ isNested: Bool) throws(Failure) -> Void
    ) throws(Failure) {
        guard let slot = slot(handle & Self.indexMask),
            handle >> Slot.identityShift & 0xff == HandleKind.instance.rawValue
        else { throw refusal(handle, .instance) }
        let vacant = handle & ~0 << Slot.generationShift
        guard vacant != 0 else { throw refusal(handle, .instance) }
        let mine = vacant | pvm_this_caller().pointee.number
        let result = slot.pointee.owner.compareExchange(expected: vacant, desired: mine, ordering: .acquiring)
        guard result.exchanged || result.original == mine else { throw refusal(handle, .instance) }
        defer { if result.exchanged { slot.pointee.owner.store(vacant, ordering: .releasing) } }
        // SAFETY: dropping it needs an owner as well, and the kind says what it is.
        try body(
            unsafeDowncast(slot.pointee.object.unsafelyUnwrapped.takeUnretainedValue(), to: type), !result.exchanged)
    }

    /// Ends the handle of an instance that no thread uses.
    func dropOwned(_ handle: UInt64) throws(Failure) {
        guard let slot = slot(handle & Self.indexMask),
            handle >> Slot.identityShift & 0xff == HandleKind.instance.rawValue
        else { throw refusal(handle, .instance) }
        let vacant = handle & ~0 << Slot.generationShift
        guard vacant != 0 else { throw refusal(handle, .instance) }
        let mine = vacant | pvm_this_caller().pointee.number
        let result = slot.pointee.owner.compareExchange(expected: vacant, desired: mine, ordering: .acquiring)
        guard result.exchanged else {
            throw result.original == mine
                ? Failure(
                    PVM_ERROR_IN_HOST_CALL,
                    "the instance waits for a host function, from within which it cannot be dropped")
                : refusal(handle, .instance)
        }
        // It stays owned until the slot is emptied: nobody else gets it.
        guard let state = markDropped(slot, handle) else {
            slot.pointee.owner.store(vacant, ordering: .releasing)
            throw refusal(handle, .instance)
        }
        if state & Slot.useCount == 0 { empty(slot, handle) }
    }
}
