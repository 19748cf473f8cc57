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

    init(map: MemoryMap?, pageSize: UInt32, readOnlyData: [UInt8], readWriteData: [UInt8]) {
        if let map {
            precondition(UInt64(readOnlyData.count) <= map.readOnly.upperBound - map.readOnly.lowerBound)
            precondition(UInt64(readWriteData.count) <= map.readWrite.upperBound - map.readWrite.lowerBound)
        }
        self.map = map
        self.pageSize = pageSize
        self.readOnlyData = readOnlyData
        self.readWriteData = readWriteData
        hasHostProtection = UInt64(pageSize) % pvm_page_byte_count() == 0
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
