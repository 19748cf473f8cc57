// Finding what memory holds without making the system give it more: pages that nobody has touched are passed over. Reading
// one would cost it a page of its tables, and a scan of all that is open costs time for what was never used.

import CPolkaSystem
import PolkaBlob

extension GuestMemory {
    /// Calls `body` with every page that can be other than zero, ascending, and its contents.
    func forEachTouchedPage(
        _ body: (Range<UInt64>, UnsafeRawBufferPointer) throws(MemoryError) -> Void
    ) throws(MemoryError) {
        let pages = TouchedPages()
        let pageSize = UInt64(pageSize)
        try forEachUsedRange { range throws(MemoryError) in
            try pages.forEachRange(in: range, of: self) { touched throws(MemoryError) in
                for address in stride(from: touched.lowerBound, to: touched.upperBound, by: Int(pageSize)) {
                    // SAFETY: all pages of a used range can be read.
                    let contents = UnsafeRawBufferPointer(start: base + Int(address), count: Int(pageSize))
                    try body(address..<(address + pageSize), contents)
                }
            }
        }
    }

    /// Calls `body` with the ranges of pages that can have contents, ascending; they can be read while it runs.
    private func forEachUsedRange(_ body: (Range<UInt64>) throws(MemoryError) -> Void) throws(MemoryError) {
        let auxiliary = map?.auxiliary ?? 0..<0
        // Auxiliary data that is not accessible is there all the same.
        guard hasWrittenAuxiliary, !covers(auxiliary, where: { _ in true }) else {
            for region in regions { try body(region.range) }
            return
        }
        for region in regions where region.start < auxiliary.lowerBound {
            try body(region.start..<min(region.end, auxiliary.lowerBound))
        }
        let accessible = regions.filter { $0.range.overlaps(auxiliary) }
        let hidden = Self.gaps(between: accessible, in: auxiliary)
        for gap in hidden { try protect(gap, PVM_RIGHTS_READ, .read) }
        let result = Result { () throws(MemoryError) in
            for range in (accessible.map { $0.range.clamped(to: auxiliary) } + hidden).sorted(by: {
                $0.lowerBound < $1.lowerBound
            }) { try body(range) }
        }
        for gap in hidden { try protect(gap, PVM_RIGHTS_NONE, .read) }
        try result.get()
        for region in regions where region.end > auxiliary.upperBound {
            try body(max(region.start, auxiliary.upperBound)..<region.end)
        }
    }

    private static func gaps(between regions: [Region], in range: Range<UInt64>) -> [Range<UInt64>] {
        var gaps: [Range<UInt64>] = []
        var address = range.lowerBound
        for region in regions {
            if region.start > address { gaps.append(address..<region.start) }
            address = region.end
        }
        if address < range.upperBound { gaps.append(address..<range.upperBound) }
        return gaps
    }
}

/// What the system tells about pages; where it tells nothing, every page counts as touched.
struct TouchedPages: ~Copyable {
    private let file = pvm_touched_open()
    private let hostPage = pvm_page_byte_count()

    /// Pages of the host that are asked for at once.
    private static let chunk: UInt64 = 8192

    deinit {
        if file >= 0 { pvm_touched_close(file) }
    }

    /// Calls `body` with the pieces of a range of guest pages that may hold something, in whole pages of the guest.
    borrowing func forEachRange(
        in range: Range<UInt64>, of memory: GuestMemory, _ body: (Range<UInt64>) throws(MemoryError) -> Void
    ) throws(MemoryError) {
        let pageMask = UInt64(memory.pageSize) - 1
        var pending: Range<UInt64>?
        func add(_ piece: Range<UInt64>) throws(MemoryError) {
            let whole = ((piece.lowerBound & ~pageMask)..<((piece.upperBound + pageMask) & ~pageMask)).clamped(
                to: range)
            guard !whole.isEmpty else { return }
            if let last = pending, last.upperBound >= whole.lowerBound {
                pending = last.lowerBound..<max(last.upperBound, whole.upperBound)
            } else {
                if let last = pending { try body(last) }
                pending = whole
            }
        }
        // Pages that come from a file have its contents before they are touched.
        var extents = (memory.template?.file?.extents ?? []).lazy.map(\.range).filter { $0.overlaps(range) }[...]
        func addExtents(before address: UInt64) throws(MemoryError) {
            while let extent = extents.first, extent.lowerBound < address {
                try add(extent.clamped(to: range))
                extents = extents.dropFirst()
            }
        }
        var flags = [UInt8](repeating: 1, count: Int(Self.chunk))
        var start = range.lowerBound & ~(hostPage - 1)
        while start < range.upperBound {
            let count = min(Self.chunk, (range.upperBound - start + hostPage - 1) / hostPage)
            // SAFETY: the pages are those of the reservation.
            if file < 0 || pvm_touched_read(file, memory.base + Int(start), count, &flags) != 0 {
                for index in flags.indices { flags[index] = 1 }
            }
            var index = 0
            while let first = flags[index..<Int(count)].firstIndex(of: 1) {
                let end = flags[first..<Int(count)].firstIndex(of: 0) ?? Int(count)
                let piece = (start + UInt64(first) * hostPage)..<(start + UInt64(end) * hostPage)
                try addExtents(before: piece.lowerBound + 1)
                try add(piece)
                index = end
            }
            start += count * hostPage
        }
        try addExtents(before: .max)
        if let last = pending { try body(last) }
    }
}
