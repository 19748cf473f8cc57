// Dynamic paging for hosts that do not care: pages of a program's own zones come into being when they are touched (vm.md 6).

import PolkaBlob

extension Instance {
    /// Whether pages are mapped while the guest runs: all start unmapped, and the program has zones that say what is in them.
    var pagesOnDemand: Bool { module.configuration.startsUnmapped && module.memoryMap != nil }

    /// Maps the page that stopped the guest, with what the program says of it.
    ///
    /// - Returns: false for a page that belongs to no zone, or that is there and must not be written.
    /// - Throws: `InstanceError.memory` if the system has no memory left, or the guest shall not have so much.
    func mapOnDemand(_ fault: PageFault) throws(InstanceError) -> Bool {
        guard !fault.isWriteProtected, let map = module.memoryMap else { return false }
        let address = UInt64(fault.address)
        do throws(MemoryError) {
            if map.stack.contains(address) {
                try mapPage(fault)
            } else if map.readWrite.contains(address) {
                try mapPage(fault, module.blob.readWriteData, from: map.readWrite.lowerBound)
            } else if map.readOnly.contains(address) {
                try mapPage(fault, module.blob.readOnlyData, from: map.readOnly.lowerBound)
                try memory.protect(at: fault.address, byteCount: UInt64(fault.pageSize), .read)
            } else {
                return false
            }
        } catch {
            throw .memory(error)
        }
        return true
    }

    /// Maps a page, with its part of a zone's data.
    private func mapPage(_ fault: PageFault, _ data: [UInt8] = [], from start: UInt64? = nil) throws(MemoryError) {
        try memory.mapZeroed(at: fault.address, byteCount: UInt64(fault.pageSize), .readWrite)
        let part = data.dropFirst(Int(UInt64(fault.address) - (start ?? UInt64(fault.address)))).prefix(
            Int(fault.pageSize))
        if !part.isEmpty { try memory.write(Array(part), at: fault.address) }
    }
}
