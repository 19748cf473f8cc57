// A guest's 4 GiB: one reservation, and the list of page ranges in it that are open (vm.md 1).
//
// The list is what interpreter and host obey. The host's page protection always mirrors the rights of the guest, because
// compiled code has no other check. If pages of the host are larger than those of the guest it cannot: then the whole
// reservation is open, and the list alone decides. What is not open is zero, so that opening it needs no clearing; only
// auxiliary data keeps its contents where it is not accessible.

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

        var range: Range<UInt64> { start..<end }
        var byteCount: UInt64 { end - start }
        /// What the processor is allowed.
        var hostRights: pvm_rights { rights == .read ? PVM_RIGHTS_READ : PVM_RIGHTS_READ_WRITE }
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
    var regions: [Region] = []
    /// Bytes by which `sbrk` has grown the heap.
    public internal(set) var heapSize: UInt32 = 0
    /// The most bytes of pages that may be open at once; nil for no limit but the address space (vm.md 8.1).
    ///
    /// Opening more, by the guest's `sbrk` or by the host, is `MemoryError.limitReached`: a run of the guest ends with it, and
    /// can go on when there is more room. What is open already stays so.
    public var byteLimit: UInt64?

    let image: MemoryImage
    let hasHostProtection: Bool
    /// Whether all zones have been opened, and since then only the guest, its heap and the size of its auxiliary data have
    /// changed what is open, and nobody what is only read, so that another instance can start with this memory.
    var isRecyclable = false
    /// Whether auxiliary data may be other than zero.
    var hasWrittenAuxiliary = false
    /// Where pages that nobody has written yet come from, if not from the system.
    var template: MemoryTemplate?
    /// What the host has been lent without copying (GuestMemory+Spans.swift).
    var loan = Loan()
    /// Where changes by the host are noted while somebody records them.
    package var journal: MemoryJournal?
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
            windows = Self.makeWindows()
            if !hasHostProtection {
                try check(pvm_protect(base, Self.addressSpace, PVM_RIGHTS_READ_WRITE), .map, Self.addressSpace)
            }
            // If the system refuses, what has been opened so far goes back to it.
            try openZones()
        }
        isRecyclable = true
    }

    /// Shows the pages of a template, or takes memory that another instance with the same pages has left.
    init(_ template: MemoryTemplate, showing file: MemoryFile) throws(MemoryError) {
        image = template.image
        map = image.map
        pageSize = image.pageSize
        hasHostProtection = image.hasHostProtection
        heapSize = template.state.heapSize
        hasWrittenAuxiliary = template.state.hasWrittenAuxiliary
        byteLimit = template.byteLimit
        if let (base, windows) = template.takeSpare() {
            (self.base, self.windows) = (base, windows)
        } else {
            base = try MemoryPool.reserve()
            windows = Self.makeWindows()
            // What an extent covers has its rights; regions have the last word.
            try file.show(in: base)
            for region in template.state.regions { try protect(region.range, region.hostRights, .map) }
        }
        // From here on what is dropped goes back to the template.
        self.template = template
        regions = template.state.regions
        isRecyclable = true
    }

    deinit {
        if let template, template.keepsSpare(of: self) { return }
        if template == nil, isRecyclable, recycle() {
            MemoryPool.shared.keep(base, windows, image)
        } else {
            windows.deallocate()
            pvm_release(base, Self.reservedByteCount)
        }
    }

    private static func makeWindows() -> UnsafeMutablePointer<Window> {
        let windows = UnsafeMutablePointer<Window>.allocate(capacity: 2 * Window.count)
        windows.initialize(repeating: .empty, count: 2 * Window.count)
        return windows
    }

    private func openZones() throws(MemoryError) {
        for region in image.regions {
            let data = region.start == map?.readOnly.lowerBound ? image.readOnlyData : []
            if !data.isEmpty {
                try protect(region.range, PVM_RIGHTS_READ_WRITE, .map)
                copy(data, to: region.start)
            }
            try protect(region.range, region.hostRights, .map)
        }
        if let map { copy(image.readWriteData, to: map.readWrite.lowerBound) }
        regions = image.regions
    }

    /// Bytes of all pages that are open, read-only data included.
    public var openByteCount: UInt64 { regions.reduce(0) { $0 + $1.byteCount } }

    // MARK: Help

    func roundedUp(_ byteCount: UInt64) -> UInt64 {
        (byteCount + UInt64(pageSize) - 1) & ~UInt64(pageSize - 1)
    }

    func copy(_ bytes: [UInt8], to address: UInt64) {
        bytes.withUnsafeBytes { source in
            // SAFETY: the zone at `address` was just opened and is at least as large as the data, as the blob's reader
            // checks; see `MemoryImage`.
            if let start = source.baseAddress { (base + Int(address)).copyMemory(from: start, byteCount: source.count) }
        }
    }

    func protect(
        _ range: Range<UInt64>, _ rights: pvm_rights, _ operation: MemoryError.Operation
    ) throws(MemoryError) {
        guard hasHostProtection, !range.isEmpty else { return }
        let byteCount = range.upperBound - range.lowerBound
        try check(pvm_protect(base + Int(range.lowerBound), byteCount, rights), operation, byteCount)
    }

    func check(
        _ code: Int32, _ operation: MemoryError.Operation, _ byteCount: UInt64
    ) throws(MemoryError) {
        guard code == 0 else { throw .system(operation, byteCount: byteCount, code: code) }
    }
}
