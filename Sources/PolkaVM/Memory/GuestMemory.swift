// A guest's 4 GiB: one reservation, and the list of page ranges in it that are open (vm.md 1).
//
// The list is what interpreter and host obey. The host's page protection always mirrors the rights of the guest, because
// compiled code has no other check. If pages of the host are larger than those of the guest it cannot: then the whole
// reservation is open, and the list alone decides.

import CPolkaSystem
public import PolkaBlob

/// The memory of one instance.
///
/// Addresses are 32 bits; nothing below 64 KiB is ever accessible. Accesses by the host are checked here; an access that is
/// not allowed is a `MemoryError` and has no effect. Accesses of no bytes always succeed.
public final class GuestMemory {
    /// What the guest may do in a range.
    public enum Rights: Sendable, Equatable {
        case read
        case readWrite
    }

    /// Pages that lie together and have equal rights.
    struct Region: Equatable, Sendable {
        var start: UInt64
        var end: UInt64
        var rights: Rights
        /// True also for auxiliary data, which only the guest may not write.
        var isHostWritable: Bool

        func isOpen(to operation: MemoryError.Operation) -> Bool { operation == .read || isHostWritable }
    }

    static let addressSpace: UInt64 = 1 << 32
    static let lowestAddress: UInt64 = 0x10000
    /// An access of 8 bytes at the last address runs past the address space and must fault there.
    private static let guardBytes: UInt64 = 0x10000
    /// What lies behind `base` for the guest alone.
    package static var reservedByteCount: UInt64 { addressSpace + guardBytes }

    /// Where the guest's address 0 lies in the host.
    package let base: UnsafeMutableRawPointer
    /// The zones of the program; nil if the host maps all memory.
    public let map: MemoryMap?
    /// Bytes per page.
    public let pageSize: UInt32
    /// Ascending, not overlapping; neighbours with equal rights are one region.
    private(set) var regions: [Region] = []
    /// Bytes by which `sbrk` has grown the heap.
    public private(set) var heapSize: UInt32 = 0

    private let image: MemoryImage
    private let hasHostProtection: Bool
    /// Whether all zones have been opened, and only the guest and its heap have changed what is open since then, so that another
    /// instance can start with this memory.
    private var isRecyclable = false
    /// Windows for loads, then windows for stores (GuestMemory+Windows.swift).
    let windows: UnsafeMutablePointer<Window>

    /// Reserves address space and opens the zones of a program, or takes memory that was left by an instance that is gone.
    init(_ image: MemoryImage) throws(MemoryError) {
        self.image = image
        map = image.map
        pageSize = image.pageSize
        hasHostProtection = image.hasHostProtection
        switch MemoryPool.shared.take(for: image) {
        case .ready(let base, let windows):
            (self.base, self.windows) = (base, windows)
            regions = image.regions
            if let map { copy(image.readWriteData, to: map.readWrite.lowerBound) }
        case .none:
            base = try MemoryPool.reserve()
            windows = .allocate(capacity: 2 * Window.count)
            windows.initialize(repeating: .empty, count: 2 * Window.count)
            if !hasHostProtection {
                try check(pvm_protect(base, Self.addressSpace, PVM_RIGHTS_READ_WRITE), .map, Self.addressSpace)
            }
            // If the system refuses, what has been opened so far goes back to it.
            try openZones()
        }
        isRecyclable = true
    }

    deinit {
        if isRecyclable, recycle() {
            MemoryPool.shared.keep(base, windows, image)
        } else {
            windows.deallocate()
            pvm_release(base, Self.reservedByteCount)
        }
    }

    /// Clears all that an instance can have written.
    ///
    /// - Returns: whether the memory is as `openZones` leaves it, except for the read-write data, which is zero.
    private func recycle() -> Bool {
        guard let map, hasHostProtection else { return false }
        let heap = map.readWrite.upperBound..<max(map.readWrite.upperBound, heapEnd(map, UInt64(heapSize)))
        if !heap.isEmpty, (try? close(heap, discarding: true)) == nil { return false }
        for region in image.regions where region.rights == .readWrite {
            // SAFETY: the zone is open for writing, as it was from the start.
            guard pvm_clear(base + Int(region.start), region.end - region.start) == 0 else { return false }
        }
        if !map.auxiliary.isEmpty {
            guard (try? close(map.auxiliary, discarding: true)) != nil,
                (try? protect(map.auxiliary, PVM_RIGHTS_READ, .map)) != nil
            else { return false }
        }
        forgetWindows()
        return true
    }

    /// Restores the state after instantiation: data reloaded, everything else zero, heap empty (vm.md 1.4).
    public func reset() throws(MemoryError) {
        for region in regions { try close(region.start..<region.end, discarding: true) }
        // Auxiliary data keeps its contents where it is not accessible.
        if let map { try close(map.auxiliary, discarding: true) }
        heapSize = 0
        try openZones()
    }

    private func openZones() throws(MemoryError) {
        for region in image.regions {
            let data = region.start == map?.readOnly.lowerBound ? image.readOnlyData : []
            let range = region.start..<region.end
            if !data.isEmpty {
                try protect(range, PVM_RIGHTS_READ_WRITE, .map)
                copy(data, to: region.start)
            }
            try protect(range, region.rights == .read ? PVM_RIGHTS_READ : PVM_RIGHTS_READ_WRITE, .map)
        }
        if let map { copy(image.readWriteData, to: map.readWrite.lowerBound) }
        regions = image.regions
        forgetWindows()
    }

    // MARK: Heap (vm.md 1.2)

    /// Grows the heap.
    ///
    /// - Parameter byteCount: 0 asks where the heap ends now.
    /// - Returns: the end of the heap after growth, nil if it would not fit.
    /// - Throws: if the system refuses memory that the guest may have.
    public func sbrk(_ byteCount: UInt32) throws(MemoryError) -> UInt32? {
        guard let map else { return nil }
        let size = UInt64(heapSize) + UInt64(byteCount)
        guard size <= UInt64(map.maximumHeapSize) else { return nil }
        let old = max(map.readWrite.upperBound, heapEnd(map, UInt64(heapSize)))
        let new = heapEnd(map, size)
        if new > old { try open(old..<new, .readWrite) }
        heapSize = UInt32(truncatingIfNeeded: size)
        return map.heapBase &+ heapSize
    }

    private func heapEnd(_ map: MemoryMap, _ size: UInt64) -> UInt64 { roundedUp(UInt64(map.heapBase) + size) }

    // MARK: Auxiliary data (vm.md 1.3)

    /// Makes a part of the auxiliary data accessible, without changing its contents.
    ///
    /// - Parameter byteCount: up to the size that the module was configured for; rounded up to pages.
    /// - Throws: `MemoryError.auxiliaryTooLarge` beyond that size.
    public func setAccessibleAuxiliarySize(_ byteCount: UInt32) throws(MemoryError) {
        let zone = map?.auxiliary ?? 0..<0
        let limit = zone.upperBound - zone.lowerBound
        let size = roundedUp(UInt64(byteCount))
        guard size <= limit else {
            throw .auxiliaryTooLarge(byteCount: byteCount, limit: UInt32(truncatingIfNeeded: limit))
        }
        let end = zone.lowerBound + size
        try open(zone.lowerBound..<end, .read, isHostWritable: true)
        try close(end..<zone.upperBound, discarding: false)
    }

    // MARK: Pages (vm.md 6)

    /// Maps pages of zeros, in place of what was there.
    ///
    /// - Parameters:
    ///   - address: where the first page starts.
    ///   - byteCount: rounded up to pages.
    ///   - rights: what the guest may do there; the host may write what the guest may write.
    /// - Throws: `MemoryError` for pages that are not aligned, below 64 KiB or behind 2^32.
    public func mapZeroed(at address: UInt32, byteCount: UInt64, _ rights: Rights) throws(MemoryError) {
        isRecyclable = false
        let range = try pages(at: address, byteCount, .map)
        try close(range, discarding: true)
        try open(range, rights)
    }

    /// Changes the rights of all pages that a range touches; a page that is missing is an error.
    public func protect(at address: UInt32, byteCount: UInt64, _ rights: Rights) throws(MemoryError) {
        isRecyclable = false
        let start = UInt64(address) & ~UInt64(pageSize - 1)
        let range = start..<min(Self.addressSpace, roundedUp(UInt64(address) + min(byteCount, Self.addressSpace)))
        guard byteCount > 0 else { return }
        guard UInt64(address) + min(byteCount, Self.addressSpace) <= Self.addressSpace,
            covers(range, where: { _ in true })
        else { throw .outOfRange(.protect, address: address, byteCount: Int(clamping: byteCount)) }
        try open(range, rights)
    }

    /// Unmaps pages; those that are not mapped stay so.
    ///
    /// - Parameters:
    ///   - address: where the first page starts.
    ///   - byteCount: rounded up to pages.
    /// - Throws: `MemoryError` for pages that are not aligned, below 64 KiB or behind 2^32.
    public func unmap(at address: UInt32, byteCount: UInt64) throws(MemoryError) {
        isRecyclable = false
        try close(try pages(at: address, byteCount, .unmap), discarding: true)
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

    // MARK: Regions

    /// Whether regions that satisfy a condition cover a range without a gap.
    func covers(_ range: Range<UInt64>, where condition: (Region) -> Bool) -> Bool {
        var address = range.lowerBound
        var index = regionIndex(endingBehind: address)
        while address < range.upperBound {
            guard index < regions.count, regions[index].start <= address, condition(regions[index]) else {
                return false
            }
            address = regions[index].end
            index += 1
        }
        return true
    }

    /// The index of the first region that ends behind an address; found in logarithmic time.
    func regionIndex(endingBehind address: UInt64) -> Int {
        var low = 0
        var high = regions.count
        while low < high {
            let middle = (low + high) / 2
            if regions[middle].end > address { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private func open(
        _ range: Range<UInt64>, _ rights: Rights, isHostWritable: Bool = false
    ) throws(MemoryError) {
        guard !range.isEmpty else { return }
        try protect(range, rights == .read ? PVM_RIGHTS_READ : PVM_RIGHTS_READ_WRITE, .map)
        let isHostWritable = isHostWritable || rights == .readWrite
        replace(
            range,
            with: Region(start: range.lowerBound, end: range.upperBound, rights: rights, isHostWritable: isHostWritable)
        )
    }

    private func close(_ range: Range<UInt64>, discarding: Bool) throws(MemoryError) {
        guard !range.isEmpty else { return }
        let start = base + Int(range.lowerBound)
        let byteCount = range.upperBound - range.lowerBound
        if !discarding {
            try protect(range, PVM_RIGHTS_NONE, .unmap)
        } else if hasHostProtection {
            try check(pvm_discard(start, byteCount), .unmap, byteCount)
        } else {
            start.initializeMemory(as: UInt8.self, repeating: 0, count: Int(byteCount))
        }
        replace(range, with: nil)
    }

    /// Cuts a range out of the list and puts another region, if any, in its place.
    private func replace(_ range: Range<UInt64>, with region: Region?) {
        let first = regionIndex(endingBehind: range.lowerBound)
        var last = first
        var pieces: [Region] = []
        if first < regions.count, regions[first].start < range.lowerBound {
            var head = regions[first]
            head.end = range.lowerBound
            pieces.append(head)
        }
        if let region { pieces.append(region) }
        while last < regions.count, regions[last].start < range.upperBound {
            if regions[last].end > range.upperBound {
                var tail = regions[last]
                tail.start = range.upperBound
                pieces.append(tail)
            }
            last += 1
        }
        // The neighbours take part in merging.
        let from = max(0, first - 1)
        let to = min(regions.count, last + 1)
        var merged: [Region] = []
        for piece in regions[from..<first] + pieces + regions[last..<to] {
            if let previous = merged.last, previous.end == piece.start, previous.rights == piece.rights,
                previous.isHostWritable == piece.isHostWritable
            {
                merged[merged.count - 1].end = piece.end
            } else {
                merged.append(piece)
            }
        }
        regions.replaceSubrange(from..<to, with: merged)
        forgetWindows()
    }

    // MARK: Help

    private func roundedUp(_ byteCount: UInt64) -> UInt64 {
        (byteCount + UInt64(pageSize) - 1) & ~UInt64(pageSize - 1)
    }

    private func copy(_ bytes: [UInt8], to address: UInt64) {
        bytes.withUnsafeBytes { source in
            // SAFETY: the zone at `address` was just opened and is at least as large as the data, as the blob's reader
            // checks; see `MemoryImage`.
            if let start = source.baseAddress { (base + Int(address)).copyMemory(from: start, byteCount: source.count) }
        }
    }

    func protect(
        _ range: Range<UInt64>, _ rights: pvm_rights, _ operation: MemoryError.Operation
    ) throws(MemoryError) {
        guard hasHostProtection else { return }
        let byteCount = range.upperBound - range.lowerBound
        try check(pvm_protect(base + Int(range.lowerBound), byteCount, rights), operation, byteCount)
    }

    private func check(
        _ code: Int32, _ operation: MemoryError.Operation, _ byteCount: UInt64
    ) throws(MemoryError) {
        guard code == 0 else { throw .system(operation, byteCount: byteCount, code: code) }
    }
}
