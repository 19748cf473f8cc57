// What a host does to guest memory, as a list of events that can be done again.

/// A change of memory by the host.
package enum MemoryEvent: Equatable, Sendable {
    case write(address: UInt32, bytes: [UInt8])
    case sbrk(byteCount: UInt32)
    case auxiliarySize(UInt32)
    case map(address: UInt32, byteCount: UInt64, GuestMemory.Rights)
    case protect(address: UInt32, byteCount: UInt64, GuestMemory.Rights)
    case unmap(address: UInt32, byteCount: UInt64)
    case reset
    /// The whole instance became what a snapshot says.
    case restore(snapshot: [UInt8])
}

/// The events since somebody began to record.
package final class MemoryJournal {
    private(set) var events: [MemoryEvent] = []

    func append(_ event: MemoryEvent) {
        // No bytes, no change.
        if case .write(_, let bytes) = event, bytes.isEmpty { return }
        events.append(event)
    }

    /// Gives the events out and begins anew.
    func take() -> [MemoryEvent] {
        defer { events = [] }
        return events
    }
}

extension GuestMemory {
    /// Does again what a host did, `restore` apart, which takes an instance.
    func repeatEvent(_ event: MemoryEvent) throws(MemoryError) {
        switch event {
        case .write(let address, let bytes): try write(bytes, at: address)
        case .sbrk(let byteCount): _ = try sbrk(byteCount)
        case .auxiliarySize(let byteCount): try setAccessibleAuxiliarySize(byteCount)
        case .map(let address, let byteCount, let rights): try mapZeroed(at: address, byteCount: byteCount, rights)
        case .protect(let address, let byteCount, let rights): try protect(at: address, byteCount: byteCount, rights)
        case .unmap(let address, let byteCount): try unmap(at: address, byteCount: byteCount)
        case .reset: try reset()
        case .restore: preconditionFailure("memory alone cannot take over a snapshot")
        }
    }
}
