// The contents of guest memory as a value: what is open, and the pages that differ from how every instance begins.

import PolkaBlob

/// Pages that lie together, one run after the other.
struct PageList: Sendable, Equatable {
    /// Pages that follow each other, and where their contents are.
    struct Run: Sendable, Equatable {
        var range: Range<UInt64>
        var bytes: Range<Int>
    }

    /// Ascending, not overlapping, none right behind another.
    var runs: [Run] = []
    var bytes: [UInt8] = []

    /// Adds pages that lie behind all others.
    mutating func append(_ range: Range<UInt64>, _ contents: UnsafeRawBufferPointer) {
        if let last = runs.last, last.range.upperBound == range.lowerBound {
            runs[runs.count - 1].range = last.range.lowerBound..<range.upperBound
            runs[runs.count - 1].bytes = last.bytes.lowerBound..<(last.bytes.upperBound + contents.count)
        } else {
            runs.append(Run(range: range, bytes: bytes.count..<(bytes.count + contents.count)))
        }
        bytes += contents
    }
}

/// The memory of an instance that stands still.
struct MemoryState: Sendable, Equatable {
    /// Ascending, neighbours that are alike merged.
    var regions: [GuestMemory.Region]
    var heapSize: UInt32
    var hasWrittenAuxiliary: Bool
    /// Pages that are not what they are at the start.
    var pages: PageList

    /// The state after instantiation.
    init(startOf image: MemoryImage) {
        regions = image.regions
        heapSize = 0
        hasWrittenAuxiliary = false
        pages = PageList()
    }

    /// A state whose parts were checked.
    init(regions: [GuestMemory.Region], heapSize: UInt32, hasWrittenAuxiliary: Bool, pages: PageList) {
        self.regions = regions
        self.heapSize = heapSize
        self.hasWrittenAuxiliary = hasWrittenAuxiliary
        self.pages = pages
    }

    /// Whether the guest alone can have come here from the start, apart from auxiliary data.
    func isRecyclable(for image: MemoryImage) -> Bool {
        guard let map = image.map else { return false }
        let auxiliary = regions.first { $0.start == map.auxiliary.lowerBound }
        let expected = image.regions(heapSize: heapSize, accessibleAuxiliarySize: auxiliary?.byteCount ?? 0)
        return regions == expected && !pages.runs.contains { $0.range.overlaps(map.readOnly) }
    }
}

extension GuestMemory {
    /// All of the memory as it is now; takes time for the pages that were touched, and touches no others.
    ///
    /// - Throws: `MemoryError.lent` while memory is lent for writing.
    func state() throws(MemoryError) -> MemoryState {
        if loan.written != nil { throw .lent(.read) }
        var pages = PageList()
        try forEachTouchedPage { page, contents in
            if !image.isInitial(contents, at: page.lowerBound) { pages.append(page, contents) }
        }
        return MemoryState(
            regions: Self.merged(regions), heapSize: heapSize, hasWrittenAuxiliary: hasWrittenAuxiliary, pages: pages)
    }
}
