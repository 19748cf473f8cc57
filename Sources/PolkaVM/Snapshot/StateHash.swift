// One number for all that decides how an instance goes on, so that runs can be compared without keeping them.

import PolkaISA

extension Instance {
    /// The hash of the instance's state: registers, program counters, gas if it is metered, memory and its rights.
    ///
    /// It is the same on every backend and every host, and does not depend on what memory was touched or how the state came
    /// about. Takes time for the memory that was touched. `Documentation/snapshots.md` has what is hashed, in which order.
    ///
    /// - Throws: `MemoryError.lent` while memory is lent for writing, `.system` if the system refuses.
    public var stateHash: ContentHash {
        get throws(MemoryError) {
            if memory.loan.written != nil { throw .lent(.read) }
            var hasher = ContentHasher()
            hasher.update("pvm state 1")
            for register in Register.allCases { hasher.update(self[register]) }
            hasher.update(place: machine.programCounter.map { (1, $0) })
            hasher.update(
                place: machine.next.map { next in
                    switch next {
                    case .entry(let offset): (1, offset)
                    case .resume(let offset): (2, offset)
                    }
                })
            let isMetered = module.configuration.gasMetering != .none
            hasher.update(UInt64(bitPattern: isMetered ? machine.gas : 0))
            hasher.update(UInt64(memory.heapSize))
            let regions = GuestMemory.merged(memory.regions)
            hasher.update(UInt64(regions.count))
            for region in regions {
                hasher.update(region.start)
                hasher.update(region.end)
                hasher.update(region.rights == .readWrite ? 2 : region.isHostWritable ? 1 : 0)
            }
            var pages = PageHasher(hasher: hasher)
            try memory.forEachTouchedPage { page, contents in
                if !contents.isZero { pages.update(page.lowerBound, contents) }
            }
            return pages.finalize()
        }
    }
}

/// A hasher that closures can change.
private struct PageHasher: ~Copyable {
    private var hasher: ContentHasher

    init(hasher: consuming ContentHasher) { self.hasher = hasher }

    mutating func update(_ address: UInt64, _ contents: UnsafeRawBufferPointer) {
        hasher.update(address)
        hasher.update(contents)
    }

    consuming func finalize() -> ContentHash { hasher.finalize() }
}

extension ContentHasher {
    fileprivate mutating func update(place: (tag: UInt64, offset: UInt32)?) {
        update(place?.tag ?? 0)
        update(UInt64(place?.offset ?? 0))
    }
}
