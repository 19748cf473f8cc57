// Going back to a state that is known: the one after instantiation, or one that was captured. It costs what was touched.

import CPolkaSystem
import PolkaBlob

extension GuestMemory {
    /// Restores the state after instantiation: data reloaded, everything else zero, heap empty (vm.md 1.4).
    ///
    /// Costs what the instance has written. An instance that was made from a template goes back to the start of its module, not
    /// to that of the template.
    public func reset() throws(MemoryError) {
        try checkNotLent(.write)
        if template == nil, isRecyclable, map != nil, hasHostProtection, recycle() {
            regions = image.regions
            if let map { copy(image.readWriteData, to: map.readWrite.lowerBound) }
        } else {
            try take(MemoryState(startOf: image))
        }
        journal?.append(.reset)
    }

    /// Clears all that an instance can have written.
    ///
    /// - Returns: whether the memory is as an instance finds it, except for the read-write data, which is zero.
    func recycle() -> Bool {
        guard let map, hasHostProtection else { return false }
        let heap = map.readWrite.upperBound..<max(map.readWrite.upperBound, heapEnd(map, UInt64(heapSize)))
        if !heap.isEmpty, (try? close(heap, discarding: true)) == nil { return false }
        for region in image.regions where region.rights == .readWrite {
            // SAFETY: the zone is open for writing, as it was from the start.
            guard pvm_clear(base + Int(region.start), region.byteCount) == 0 else { return false }
        }
        if hasWrittenAuxiliary {
            guard (try? renew(map.auxiliary, PVM_RIGHTS_READ, .map)) != nil else { return false }
        } else if regions.last != image.regions.last {
            guard (try? protect(map.auxiliary, PVM_RIGHTS_READ, .map)) != nil else { return false }
        }
        hasWrittenAuxiliary = false
        heapSize = 0
        forgetWindows()
        return true
    }

    /// Takes over a state of a snapshot, if there is room for it.
    func restore(_ state: MemoryState) throws(MemoryError) {
        try checkNotLent(.write)
        let byteCount = state.regions.reduce(0) { $0 + $1.byteCount }
        if let byteLimit, byteCount > byteLimit { throw .limitReached(byteCount: byteCount, limit: byteLimit) }
        try take(state)
    }

    /// Takes over a state that fits the module, as a whole or, when the system refuses, not at all.
    func take(_ state: MemoryState) throws(MemoryError) {
        let old = regions
        // What may fail comes first: it is the number of mappings that the system limits.
        try changeRights(from: old, to: state.regions)
        regions = state.regions
        // Until it is certain what is where, nobody else can start with it.
        isRecyclable = false
        forgetWindows()
        try clear(old)
        if let map {
            // Data is written where memory is open; what was unmapped is gone.
            try load(image.readOnlyData, at: map.readOnly.lowerBound)
            try load(image.readWriteData, at: map.readWrite.lowerBound)
        }
        try fill(state)
    }

    /// Takes over a state while the memory is as every instance begins.
    func start(with state: MemoryState) throws(MemoryError) {
        guard state.isRecyclable(for: image) else { return try take(state) }
        try changeRights(from: regions, to: state.regions)
        regions = state.regions
        try fill(state)
    }

    private func fill(_ state: MemoryState) throws(MemoryError) {
        heapSize = state.heapSize
        hasWrittenAuxiliary = state.hasWrittenAuxiliary
        isRecyclable = false
        for run in state.pages.runs {
            try withWritable(run.range) { target in
                state.pages.bytes.withUnsafeBytes { bytes in
                    target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[run.bytes]))
                }
            }
        }
        isRecyclable = state.isRecyclable(for: image)
    }

    /// Makes everything zero that can be something else, of regions that were open before and of those that are now.
    private func clear(_ old: [Region]) throws(MemoryError) {
        if let file = template?.file {
            for extent in file.extents {
                try forEachPiece(of: extent.range) { range, rights throws(MemoryError) in
                    try renew(range, rights, .map)
                }
            }
            template = nil
        }
        var used = old.map(\.range)
        if hasWrittenAuxiliary, let map { used.append(map.auxiliary) }
        for range in used {
            if pvm_forget(base + Int(range.lowerBound), range.byteCount) == 0 { continue }
            try forEachPiece(of: range) { piece, rights throws(MemoryError) in try renew(piece, rights, .map) }
        }
    }

    /// Copies initial data to where its pages are open.
    private func load(_ data: [UInt8], at start: UInt64) throws(MemoryError) {
        let zone = start..<(start + UInt64(data.count))
        guard !zone.isEmpty else { return }
        for region in regions[regionIndex(endingBehind: zone.lowerBound)...] where region.range.overlaps(zone) {
            let part = region.range.clamped(to: zone)
            try withWritable(part) { target in
                data.withUnsafeBytes { bytes in
                    let first = Int(part.lowerBound - start)
                    target.copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: bytes[first..<(first + Int(part.byteCount))]))
                }
            }
        }
    }

    /// Lets a range be written that the processor may not write otherwise, or not even read.
    func withWritable(
        _ range: Range<UInt64>, _ body: (UnsafeMutableRawBufferPointer) -> Void
    ) throws(MemoryError) {
        var closed: [(range: Range<UInt64>, rights: pvm_rights)] = []
        let mask = ~UInt64(pageSize - 1)
        let pages = (range.lowerBound & mask)..<roundedUp(range.upperBound)
        try forEachPiece(of: pages) { piece, rights throws(MemoryError) in
            if rights != PVM_RIGHTS_READ_WRITE { closed.append((piece, rights)) }
        }
        for piece in closed { try protect(piece.range, PVM_RIGHTS_READ_WRITE, .write) }
        // SAFETY: the pages are the guest's, and now all of them can be written.
        body(UnsafeMutableRawBufferPointer(start: base + Int(range.lowerBound), count: Int(range.byteCount)))
        for piece in closed { try protect(piece.range, piece.rights, .write) }
    }

    /// Calls `body` for pieces of a range of pages with what the processor may do there.
    private func forEachPiece(
        of range: Range<UInt64>, _ body: (Range<UInt64>, pvm_rights) throws(MemoryError) -> Void
    ) throws(MemoryError) {
        var address = range.lowerBound
        for region in regions[regionIndex(endingBehind: address)...] {
            guard region.start < range.upperBound else { break }
            if address < region.start { try body(address..<region.start, PVM_RIGHTS_NONE) }
            let piece = region.range.clamped(to: range)
            try body(piece, region.hostRights)
            address = piece.upperBound
        }
        if address < range.upperBound { try body(address..<range.upperBound, PVM_RIGHTS_NONE) }
    }
}
