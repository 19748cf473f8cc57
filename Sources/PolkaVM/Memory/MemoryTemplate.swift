// Memory that many instances begin with. What a warm instance has in its pages is written once into a file that is memory; each
// new instance shows that file in its own reservation, and the system copies a page when it is written. Little memory is
// copied at once instead, which is sooner done than mapping it, and so is all where the system has no such files.

import CPolkaSystem
import PolkaBlob
import Synchronization

/// What instances made from a template start with.
final class MemoryTemplate: Sendable {
    let image: MemoryImage
    /// The pages of it are left out if the file has them.
    let state: MemoryState
    let byteLimit: UInt64?
    /// nil: pages are copied.
    let file: MemoryFile?

    /// Memory of instances that are gone, as a new one finds it.
    private struct Spare {
        let base: UnsafeMutableRawPointer
        let windows: UnsafeMutablePointer<Window>
    }

    // SAFETY: a spare's pointers are reached by whoever took it out, and nobody else.
    private struct Spares: @unchecked Sendable {
        var list: [Spare] = []
    }

    private let spares = Mutex(Spares())

    private static let spareCapacity = 16
    /// What is copied sooner than a file is shown and its pages are touched for the first time.
    private static let mostCopiedBytes = 64 << 10

    /// Keeps what an instance's memory holds.
    init(_ memory: GuestMemory) throws(MemoryError) {
        image = memory.image
        byteLimit = memory.byteLimit
        let state = try memory.state()
        if state.pages.bytes.count > Self.mostCopiedBytes, image.hasHostProtection,
            let file = try MemoryFile(memory)
        {
            self.file = file
            self.state = MemoryState(
                regions: state.regions, heapSize: state.heapSize, hasWrittenAuxiliary: state.hasWrittenAuxiliary,
                pages: PageList())
        } else {
            file = nil
            self.state = state
        }
    }

    deinit {
        spares.withLock { spares in
            for spare in spares.list {
                spare.windows.deallocate()
                pvm_release(spare.base, GuestMemory.reservedByteCount)
            }
        }
    }

    /// Memory for an instance.
    func makeMemory() throws(MemoryError) -> GuestMemory {
        if let file { return try GuestMemory(self, showing: file) }
        let memory = try GuestMemory(image)
        if state.regions != image.regions || state.heapSize != 0 || !state.pages.runs.isEmpty {
            try memory.start(with: state)
        }
        memory.byteLimit = byteLimit
        return memory
    }

    func takeSpare() -> (UnsafeMutableRawPointer, UnsafeMutablePointer<Window>)? {
        spares.withLock { $0.list.popLast().map { ($0.base, $0.windows) } }
    }

    /// Takes over the memory of an instance that goes, if it can be made as it was.
    func keepsSpare(of memory: GuestMemory) -> Bool {
        guard memory.isRecyclable, memory.returnToTemplate(state.regions) else { return false }
        let spare = Spare(base: memory.base, windows: memory.windows)
        return spares.withLock { spares in
            guard spares.list.count < Self.spareCapacity else { return false }
            spares.list.append(spare)
            return true
        }
    }
}

/// Pages in a file that is memory, which nobody can change.
final class MemoryFile: Sendable {
    /// Pages of the guest that lie together, with equal rights, and where they are in the file.
    struct Extent: Sendable {
        var range: Range<UInt64>
        var offset: UInt64
        var rights: pvm_rights
    }

    /// Ascending.
    let extents: [Extent]
    private let descriptor: Int32

    /// Showing an extent costs more than pages of zeros that nobody needs.
    private static let widestGap: UInt64 = 64 << 10

    /// Writes all pages that are not zero; nil if the system has no such files.
    init?(_ memory: GuestMemory) throws(MemoryError) {
        var extents: [Extent] = []
        var end: UInt64 = 0
        try memory.forEachTouchedPage { page, contents in
            guard !contents.isZero else { return }
            let region = memory.region(at: page.lowerBound)
            let rights = region?.hostRights ?? PVM_RIGHTS_NONE
            if let last = extents.last, page.lowerBound - last.range.upperBound <= Self.widestGap,
                last.rights == rights, memory.region(at: last.range.lowerBound) == region
            {
                end += page.upperBound - last.range.upperBound
                extents[extents.count - 1].range = last.range.lowerBound..<page.upperBound
            } else {
                extents.append(Extent(range: page, offset: end, rights: rights))
                end += page.byteCount
            }
        }
        var code: Int32 = 0
        let file = pvm_memory_file_create(end, &code)
        guard file >= 0 else { return nil }
        var index = 0
        // The pages between those that are not zero stay holes.
        do throws(MemoryError) {
            try memory.forEachTouchedPage { page, contents in
                guard code == 0, !contents.isZero else { return }
                while extents[index].range.upperBound <= page.lowerBound { index += 1 }
                let offset = extents[index].offset + page.lowerBound - extents[index].range.lowerBound
                // SAFETY: the contents are a page that can be read.
                code = contents.baseAddress.map { pvm_memory_file_write(file, offset, $0, page.byteCount) } ?? 0
            }
        } catch {
            pvm_memory_file_close(file)
            throw error
        }
        if code == 0 { code = pvm_memory_file_seal(file) }
        guard code == 0 else {
            pvm_memory_file_close(file)
            throw .system(.map, byteCount: end, code: code)
        }
        self.extents = extents
        descriptor = file
    }

    deinit { pvm_memory_file_close(descriptor) }

    /// Shows all pages in a reservation, in place of what is there.
    func show(in base: UnsafeMutableRawPointer) throws(MemoryError) {
        for extent in extents {
            let byteCount = extent.range.byteCount
            let code = pvm_memory_file_map(
                descriptor, extent.offset, base + Int(extent.range.lowerBound), byteCount, extent.rights.rawValue)
            guard code == 0 else { throw .system(.map, byteCount: byteCount, code: code) }
        }
    }
}

extension GuestMemory {
    fileprivate func region(at address: UInt64) -> Region? {
        let index = regionIndex(endingBehind: address)
        return index < regions.count && regions[index].start <= address ? regions[index] : nil
    }

    /// Undoes all changes since the memory was made of its template.
    ///
    /// - Returns: whether it could be done.
    fileprivate func returnToTemplate(_ start: [Region]) -> Bool {
        for region in regions where region.rights == .readWrite {
            guard pvm_forget(base + Int(region.start), region.byteCount) == 0 else { return false }
        }
        if hasWrittenAuxiliary, let map {
            guard pvm_forget(base + Int(map.auxiliary.lowerBound), map.auxiliary.byteCount) == 0 else { return false }
        }
        if regions != start {
            guard (try? changeRights(from: regions, to: start)) != nil else { return false }
        }
        forgetWindows()
        return true
    }
}
