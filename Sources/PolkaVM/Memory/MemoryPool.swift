// Memory of instances that are gone, kept for instances that come: reserving 4 GiB, opening zones in it and touching pages for
// the first time is most of what making an instance costs.
//
// What an instance wrote is cleared before its memory gets here, so that nothing of it outlives it. Only memory whose zones
// and read-only contents are those that the new instance wants is used again, and only if the host never changed
// what is open in it; then nothing is left to do but to copy the read-write data.

import CPolkaSystem
import Synchronization

/// A bounded store of cleared memory, shared by the process.
final class MemoryPool: Sendable {
    static let shared = MemoryPool()

    /// Reservations that are kept at most, and bytes of zones in each.
    private static let capacity = 16
    private static let largestByteCount: UInt64 = 64 << 20

    /// The places of memory that a new instance can start with.
    enum Memory {
        case none
        case ready(UnsafeMutableRawPointer, UnsafeMutablePointer<Window>)
    }

    private struct Entry {
        let base: UnsafeMutableRawPointer
        let windows: UnsafeMutablePointer<Window>
        let image: MemoryImage
    }

    // SAFETY: an entry's pointers are reached by whoever took it out, and nobody else.
    private struct Entries: @unchecked Sendable {
        var list: [Entry] = []
    }

    private let entries = Mutex(Entries())

    /// Memory to start with, its read-write data still zero.
    func take(for image: MemoryImage) -> Memory {
        entries.withLock { entries in
            // From the end: what was left last is the most likely to be in the caches.
            guard let index = entries.list.lastIndex(where: { $0.image.hasSameStart(as: image) }) else { return .none }
            let entry = entries.list.remove(at: index)
            return .ready(entry.base, entry.windows)
        }
    }

    /// Keeps memory that was cleared, or gives it, or what was kept for longest, back to the system.
    func keep(_ base: UnsafeMutableRawPointer, _ windows: UnsafeMutablePointer<Window>, _ image: MemoryImage) {
        let byteCount = image.regions.reduce(0) { $0 + $1.end - $1.start }
        var surplus: Entry? = Entry(base: base, windows: windows, image: image)
        if byteCount <= Self.largestByteCount, let entry = surplus {
            surplus = entries.withLock { entries in
                entries.list.append(entry)
                return entries.list.count > Self.capacity ? entries.list.removeFirst() : nil
            }
        }
        if let surplus { Self.release(surplus) }
    }

    /// Reserves a guest's address space, if need be in place of all that is kept.
    static func reserve() throws(MemoryError) -> UnsafeMutableRawPointer {
        var code: Int32 = 0
        if let base = pvm_reserve(GuestMemory.reservedByteCount, &code) { return base }
        let kept = shared.entries.withLock { entries in
            defer { entries.list = [] }
            return entries
        }
        kept.list.forEach(release)
        if let base = pvm_reserve(GuestMemory.reservedByteCount, &code) { return base }
        throw .system(.map, byteCount: GuestMemory.reservedByteCount, code: code)
    }

    private static func release(_ entry: Entry) {
        entry.windows.deallocate()
        pvm_release(entry.base, GuestMemory.reservedByteCount)
    }
}

extension MemoryImage {
    /// Whether instances start with the same zones and the same read-only data.
    fileprivate func hasSameStart(as other: MemoryImage) -> Bool {
        map == other.map && pageSize == other.pageSize && hasHostProtection == other.hasHostProtection
            && readOnlyData == other.readOnlyData
    }
}
