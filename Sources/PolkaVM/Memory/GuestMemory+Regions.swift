// The list of what is open, and keeping the processor's page protection equal to it.

import CPolkaSystem

extension GuestMemory {
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

    func open(
        _ range: Range<UInt64>, _ rights: Rights, isHostWritable: Bool = false
    ) throws(MemoryError) {
        guard !range.isEmpty else { return }
        let isHostWritable = isHostWritable || rights == .readWrite
        let region = Region(
            start: range.lowerBound, end: range.upperBound, rights: rights, isHostWritable: isHostWritable)
        try protect(range, region.hostRights, .map)
        replace(range, with: region)
    }

    func close(_ range: Range<UInt64>, discarding: Bool) throws(MemoryError) {
        guard !range.isEmpty else { return }
        if !discarding {
            try protect(range, PVM_RIGHTS_NONE, .unmap)
        } else {
            try renew(range, PVM_RIGHTS_NONE, .unmap)
        }
        replace(range, with: nil)
    }

    /// Makes a range zero, and changes what the processor may do there.
    func renew(
        _ range: Range<UInt64>, _ rights: pvm_rights, _ operation: MemoryError.Operation
    ) throws(MemoryError) {
        let start = base + Int(range.lowerBound)
        if hasHostProtection {
            try check(pvm_renew(start, range.byteCount, rights), operation, range.byteCount)
        } else {
            start.initializeMemory(as: UInt8.self, repeating: 0, count: Int(range.byteCount))
        }
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
        let merged = Self.merged(regions[from..<first] + pieces + regions[last..<to])
        regions.replaceSubrange(from..<to, with: merged)
        forgetWindows()
    }

    /// The same regions, of which neighbours that are alike are one.
    static func merged(_ regions: some Sequence<Region>) -> [Region] {
        var merged: [Region] = []
        for piece in regions {
            if let previous = merged.last, previous.end == piece.start, previous.rights == piece.rights,
                previous.isHostWritable == piece.isHostWritable
            {
                merged[merged.count - 1].end = piece.end
            } else {
                merged.append(piece)
            }
        }
        return merged
    }

    // MARK: All at once

    /// Gives the processor the rights of one list of regions in place of those of another, or changes nothing.
    ///
    /// Contents stay where they are.
    func changeRights(from old: [Region], to new: [Region]) throws(MemoryError) {
        guard hasHostProtection else { return }
        var changes: [(range: Range<UInt64>, old: pvm_rights, new: pvm_rights)] = []
        var (oldIndex, newIndex) = (0, 0)
        var address = Self.lowestAddress
        while address < Self.addressSpace {
            let before = Self.rights(in: old, &oldIndex, at: address)
            let after = Self.rights(in: new, &newIndex, at: address)
            let end = min(before.end, after.end)
            if before.rights != after.rights {
                if let last = changes.last, last.range.upperBound == address, last.old == before.rights,
                    last.new == after.rights
                {
                    changes[changes.count - 1].range = last.range.lowerBound..<end
                } else {
                    changes.append((address..<end, before.rights, after.rights))
                }
            }
            address = end
        }
        for (index, change) in changes.enumerated() {
            do {
                try protect(change.range, change.new, .map)
            } catch {
                // Going back takes no more mappings than there were.
                for undone in changes[..<index].reversed() { try? protect(undone.range, undone.old, .map) }
                throw error
            }
        }
    }

    /// The processor's rights at an address, and where they end; `index` only moves forward.
    private static func rights(
        in regions: [Region], _ index: inout Int, at address: UInt64
    ) -> (rights: pvm_rights, end: UInt64) {
        while index < regions.count, regions[index].end <= address { index += 1 }
        guard index < regions.count else { return (PVM_RIGHTS_NONE, addressSpace) }
        let region = regions[index]
        return region.start <= address ? (region.hostRights, region.end) : (PVM_RIGHTS_NONE, region.start)
    }
}
