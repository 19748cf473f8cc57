// What opens and closes memory while a program runs: the heap, the size of auxiliary data, and pages that the host maps.

import CPolkaSystem
import PolkaBlob

extension GuestMemory {
    // MARK: Heap (vm.md 1.2)

    /// Grows the heap.
    ///
    /// - Parameter byteCount: 0 asks where the heap ends now.
    /// - Returns: the end of the heap after growth, nil if it would not fit.
    /// - Throws: `MemoryError.limitReached` beyond `byteLimit`, `.system` if the system refuses memory that the guest may have;
    ///   the heap is then as it was.
    public func sbrk(_ byteCount: UInt32) throws(MemoryError) -> UInt32? {
        guard let map else { return nil }
        let size = UInt64(heapSize) + UInt64(byteCount)
        guard size <= UInt64(map.maximumHeapSize) else { return nil }
        let old = max(map.readWrite.upperBound, heapEnd(map, UInt64(heapSize)))
        let new = heapEnd(map, size)
        if new > old {
            try checkNotLent(.map)
            try checkLimit(opening: old..<new)
            try open(old..<new, .readWrite)
        }
        heapSize = UInt32(truncatingIfNeeded: size)
        journal?.append(.sbrk(byteCount: byteCount))
        return map.heapBase &+ heapSize
    }

    func heapEnd(_ map: MemoryMap, _ size: UInt64) -> UInt64 { roundedUp(UInt64(map.heapBase) + size) }

    // MARK: Auxiliary data (vm.md 1.3)

    /// Makes a part of the auxiliary data accessible, without changing its contents.
    ///
    /// - Parameter byteCount: up to the size that the module was configured for; rounded up to pages.
    /// - Throws: `MemoryError.auxiliaryTooLarge` beyond that size.
    public func setAccessibleAuxiliarySize(_ byteCount: UInt32) throws(MemoryError) {
        try checkNotLent(.protect)
        let zone = map?.auxiliary ?? 0..<0
        let limit = zone.upperBound - zone.lowerBound
        let size = roundedUp(UInt64(byteCount))
        guard size <= limit else {
            throw .auxiliaryTooLarge(byteCount: byteCount, limit: UInt32(truncatingIfNeeded: limit))
        }
        let end = zone.lowerBound + size
        try checkLimit(opening: zone.lowerBound..<end)
        try open(zone.lowerBound..<end, .read, isHostWritable: true)
        try close(end..<zone.upperBound, discarding: false)
        journal?.append(.auxiliarySize(byteCount))
    }

    // MARK: Pages (vm.md 6)

    /// Maps pages of zeros, in place of what was there.
    ///
    /// - Parameters:
    ///   - address: where the first page starts.
    ///   - byteCount: rounded up to pages.
    ///   - rights: what the guest may do there; the host may write what the guest may write.
    /// - Throws: `MemoryError` for pages that are not aligned, below 64 KiB or behind 2^32, or more than `byteLimit` allows.
    public func mapZeroed(at address: UInt32, byteCount: UInt64, _ rights: Rights) throws(MemoryError) {
        try checkNotLent(.map)
        let range = try pages(at: address, byteCount, .map)
        try checkLimit(opening: range)
        isRecyclable = false
        // Where there was auxiliary data the guest may write now.
        if let map, map.auxiliary.overlaps(range) { hasWrittenAuxiliary = true }
        try close(range, discarding: true)
        try open(range, rights)
        journal?.append(.map(address: address, byteCount: byteCount, rights))
    }

    /// Changes the rights of all pages that a range touches; a page that is missing is an error.
    public func protect(at address: UInt32, byteCount: UInt64, _ rights: Rights) throws(MemoryError) {
        try checkNotLent(.protect)
        isRecyclable = false
        let start = UInt64(address) & ~UInt64(pageSize - 1)
        let range = start..<min(Self.addressSpace, roundedUp(UInt64(address) + min(byteCount, Self.addressSpace)))
        guard byteCount > 0 else { return }
        guard UInt64(address) + min(byteCount, Self.addressSpace) <= Self.addressSpace,
            covers(range, where: { _ in true })
        else { throw .outOfRange(.protect, address: address, byteCount: Int(clamping: byteCount)) }
        // What was auxiliary data may now be written by the guest.
        if let map, map.auxiliary.overlaps(range) { hasWrittenAuxiliary = true }
        try open(range, rights)
        journal?.append(.protect(address: address, byteCount: byteCount, rights))
    }

    /// Unmaps pages; those that are not mapped stay so.
    ///
    /// - Parameters:
    ///   - address: where the first page starts.
    ///   - byteCount: rounded up to pages.
    /// - Throws: `MemoryError` for pages that are not aligned, below 64 KiB or behind 2^32.
    public func unmap(at address: UInt32, byteCount: UInt64) throws(MemoryError) {
        try checkNotLent(.unmap)
        isRecyclable = false
        try close(try pages(at: address, byteCount, .unmap), discarding: true)
        journal?.append(.unmap(address: address, byteCount: byteCount))
    }

    private func pages(
        at address: UInt32, _ byteCount: UInt64, _ operation: MemoryError.Operation
    ) throws(MemoryError) -> Range<UInt64> {
        guard address & (pageSize - 1) == 0 else {
            throw .unaligned(operation, address: address, pageSize: pageSize)
        }
        let start = UInt64(address)
        guard start >= Self.lowestAddress || byteCount == 0, byteCount <= Self.addressSpace - start else {
            throw .outOfRange(operation, address: address, byteCount: Int(clamping: byteCount))
        }
        return start..<(start + roundedUp(byteCount))
    }

    /// Refuses to open more than the limit allows.
    private func checkLimit(opening range: Range<UInt64>) throws(MemoryError) {
        guard let byteLimit, !range.isEmpty else { return }
        var byteCount = range.upperBound - range.lowerBound
        for region in regions[regionIndex(endingBehind: range.lowerBound)...] {
            guard region.start < range.upperBound else { break }
            byteCount -= region.range.clamped(to: range).byteCount
        }
        let sum = openByteCount + byteCount
        guard byteCount == 0 || sum <= byteLimit else { throw .limitReached(byteCount: sum, limit: byteLimit) }
    }
}

extension Range<UInt64> {
    var byteCount: UInt64 { upperBound - lowerBound }
}
