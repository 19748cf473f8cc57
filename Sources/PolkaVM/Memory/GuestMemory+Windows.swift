// How the guest reaches memory: windows, one comparison per access while they hit, and what a miss means (vm.md 2).
//
// A window is a largest stretch of addresses in which an access is allowed. The interpreter looks an address up in a small
// table of windows, found by the address's 64 KiB zone, so that loads that alternate between stack, heap and constants
// do not drive each other's window out. Whoever changes the list of regions empties the table.

import PolkaISA

/// A stretch of memory that the guest may read, or write, without further checks.
///
/// It never reaches below 64 KiB, so that 32 bits hold its length.
struct Window {
    var start: UInt32
    var byteCount: UInt32

    /// Admits no access.
    static let empty = Window(start: 0, byteCount: 0)
    /// Windows in each table.
    static let count = 16

    /// Where in the table the window of an address is kept.
    @inline(__always)
    static func slot(of address: UInt32) -> Int { Int(truncatingIfNeeded: address >> 16) & (count - 1) }

    /// Whether all bytes of an access lie inside.
    ///
    /// Since no window reaches past 2^32, one that would wrap is not inside.
    @inline(__always)
    func contains(_ address: UInt32, _ byteCount: Int) -> Bool {
        UInt64(address &- start) &+ UInt64(byteCount) <= UInt64(self.byteCount)
    }
}

/// An access to memory by one instruction.
package struct MemoryAccess: Equatable, Sendable {
    package var address: UInt32
    package var byteCount: Int
    package var isStore: Bool

    package init(address: UInt32, byteCount: Int, isStore: Bool) {
        self.address = address
        self.byteCount = byteCount
        self.isStore = isStore
    }
}

extension GuestMemory {
    var loadWindows: UnsafeMutablePointer<Window> { windows }
    var storeWindows: UnsafeMutablePointer<Window> { windows + Window.count }

    func forgetWindows() {
        windows.update(repeating: .empty, count: 2 * Window.count)
    }

    /// Whether the guest may read bytes at an address; if so the window around them is in the table afterwards.
    @inline(never)
    func admitsLoad(_ address: UInt32, _ byteCount: Int) -> Bool {
        let window = window(around: address) { _ in true }
        loadWindows[Window.slot(of: address)] = window
        return window.contains(address, byteCount)
    }

    /// Whether the guest may write bytes at an address; if so the window around them is in the table afterwards.
    @inline(never)
    func admitsStore(_ address: UInt32, _ byteCount: Int) -> Bool {
        let window = window(around: address) { $0.rights == .readWrite }
        storeWindows[Window.slot(of: address)] = window
        return window.contains(address, byteCount)
    }

    /// The largest window around an address, empty if there is none.
    private func window(around address: UInt32, where condition: (Region) -> Bool) -> Window {
        let index = regionIndex(endingBehind: UInt64(address))
        guard index < regions.count, regions[index].start <= UInt64(address), condition(regions[index]) else {
            return .empty
        }
        var low = index
        while low > 0, regions[low - 1].end == regions[low].start, condition(regions[low - 1]) { low -= 1 }
        var high = index
        while high + 1 < regions.count, regions[high + 1].start == regions[high].end, condition(regions[high + 1]) {
            high += 1
        }
        return Window(
            start: UInt32(truncatingIfNeeded: regions[low].start),
            byteCount: UInt32(truncatingIfNeeded: regions[high].end - regions[low].start))
    }

    /// What an access that is not allowed does.
    ///
    /// Of several pages at fault the first missing one counts, else the first that may only be read.
    package func exit(for access: MemoryAccess, _ rule: FaultRule) -> Exit {
        let end = UInt64(access.address) + UInt64(access.byteCount)
        guard UInt64(access.address) >= Self.lowestAddress else { return .trap }
        let mask = ~UInt64(pageSize - 1)
        let first = UInt64(access.address) & mask
        let last = (end - 1) & mask
        func region(_ page: UInt64) -> Region? {
            let index = regionIndex(endingBehind: page)
            return index < regions.count && regions[index].start <= page ? regions[index] : nil
        }
        func fault(_ page: UInt64, writeProtected: Bool) -> Exit {
            guard rule.isPageFault(writeProtected: writeProtected) else { return .trap }
            return .pageFault(
                PageFault(
                    address: UInt32(truncatingIfNeeded: page), pageSize: pageSize, isWriteProtected: writeProtected))
        }
        // An access that wraps reaches the zone at 0, unless its first page already stops it.
        let wraps = end > Self.addressSpace
        let pages = wraps || first == last ? [first] : [first, last]
        for page in pages where region(page) == nil { return fault(page, writeProtected: false) }
        if wraps { return .trap }
        for page in pages where access.isStore && region(page)?.rights == .read {
            return fault(page, writeProtected: true)
        }
        preconditionFailure("access at \(access.address) is allowed")
    }
}
