// What the memory of every instance of a module starts with.

import CPolkaSystem
import PolkaBlob

/// Zones and their contents, worked out once per module.
struct MemoryImage: Sendable {
    /// nil if everything starts unmapped.
    let map: MemoryMap?
    let pageSize: UInt32
    let readOnlyData: [UInt8]
    let readWriteData: [UInt8]
    /// What is open at the start, ascending.
    let regions: [GuestMemory.Region]
    /// Whether pages of the host are small enough to have the rights of the guest's pages.
    let hasHostProtection: Bool

    /// What instances start with on this host, or on one with larger pages, so that such can be tested.
    init(
        map: MemoryMap?, pageSize: UInt32, readOnlyData: [UInt8], readWriteData: [UInt8],
        hostPageByteCount: UInt64 = pvm_page_byte_count()
    ) {
        if let map {
            precondition(UInt64(readOnlyData.count) <= map.readOnly.upperBound - map.readOnly.lowerBound)
            precondition(UInt64(readWriteData.count) <= map.readWrite.upperBound - map.readWrite.lowerBound)
        }
        self.map = map
        self.pageSize = pageSize
        self.readOnlyData = readOnlyData
        self.readWriteData = readWriteData
        hasHostProtection = UInt64(pageSize) % hostPageByteCount == 0
        var regions: [GuestMemory.Region] = []
        func add(_ zone: Range<UInt64>, _ rights: GuestMemory.Rights, isHostWritable: Bool) {
            // Guards keep the zones apart: no two regions are neighbours.
            guard !zone.isEmpty else { return }
            regions.append(
                GuestMemory.Region(
                    start: zone.lowerBound, end: zone.upperBound, rights: rights, isHostWritable: isHostWritable))
        }
        if let map {
            add(map.readOnly, .read, isHostWritable: false)
            add(map.readWrite, .readWrite, isHostWritable: true)
            add(map.stack, .readWrite, isHostWritable: true)
            add(map.auxiliary, .read, isHostWritable: true)
        }
        self.regions = regions
    }
}

extension MemoryImage {
    /// What is open when only the guest, and the size of auxiliary data, have changed it.
    func regions(heapSize: UInt32, accessibleAuxiliarySize: UInt64) -> [GuestMemory.Region] {
        guard let map else { return [] }
        var regions = regions.filter { $0.start != map.readWrite.lowerBound && $0.start != map.auxiliary.lowerBound }
        let mask = ~UInt64(pageSize - 1)
        let heapEnd = (UInt64(map.heapBase) + UInt64(heapSize) + UInt64(pageSize) - 1) & mask
        let readWriteEnd = max(map.readWrite.upperBound, heapEnd)
        func add(_ range: Range<UInt64>, _ rights: GuestMemory.Rights, before next: UInt64) {
            guard !range.isEmpty else { return }
            let region = GuestMemory.Region(
                start: range.lowerBound, end: range.upperBound, rights: rights, isHostWritable: true)
            regions.insert(region, at: regions.firstIndex { $0.start >= next } ?? regions.count)
        }
        add(map.readWrite.lowerBound..<readWriteEnd, .readWrite, before: map.readWrite.lowerBound)
        let auxiliaryStart = map.auxiliary.lowerBound
        add(auxiliaryStart..<(auxiliaryStart + accessibleAuxiliarySize), .read, before: auxiliaryStart)
        return regions
    }

    /// Whether a page is what it is at the start of an instance.
    func isInitial(_ page: UnsafeRawBufferPointer, at address: UInt64) -> Bool {
        guard let map, let start = page.baseAddress else { return page.isZero }
        for (zone, data) in [(map.readOnly, readOnlyData), (map.readWrite, readWriteData)] {
            let first = Int(clamping: Int64(address) - Int64(zone.lowerBound))
            guard first >= 0, first < data.count else { continue }
            let count = min(page.count, data.count - first)
            let isEqual = data.withUnsafeBytes { bytes in
                UnsafeRawBufferPointer(rebasing: bytes[first..<(first + count)])
                    .elementsEqual(UnsafeRawBufferPointer(rebasing: page[..<count]))
            }
            return isEqual && UnsafeRawBufferPointer(start: start + count, count: page.count - count).isZero
        }
        return page.isZero
    }
}

extension UnsafeRawBufferPointer {
    /// Whether all bytes are zero.
    var isZero: Bool {
        // SAFETY: the pointer is good for so many bytes.
        baseAddress.map { pvm_is_zero($0, UInt64(count)) != 0 } ?? true
    }
}
