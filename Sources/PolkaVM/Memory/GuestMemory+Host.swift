// Reading and writing guest memory from the host, checked against the list of regions.

import CPolkaSystem

extension GuestMemory {
    /// Whether the host may read, or write, all bytes of a range.
    public func isAccessible(at address: UInt32, byteCount: Int, writing: Bool = false) -> Bool {
        (try? range(at: address, byteCount, writing ? .write : .read)) != nil
    }

    /// Copies bytes out of guest memory.
    public func read(at address: UInt32, byteCount: Int) throws(MemoryError) -> [UInt8] {
        let range = try range(at: address, byteCount, .read)
        // SAFETY: every byte of the range is open for reading.
        return Array(UnsafeRawBufferPointer(start: base + Int(range.lowerBound), count: byteCount))
    }

    /// Copies bytes into guest memory.
    public func write(_ bytes: [UInt8], at address: UInt32) throws(MemoryError) {
        try change(at: address, bytes.count) { target in target.copyBytes(from: bytes) }
    }

    /// Copies bytes out of guest memory to where the host wants them.
    package func read(at address: UInt32, into target: UnsafeMutableRawBufferPointer) throws(MemoryError) {
        let range = try range(at: address, target.count, .read)
        // SAFETY: every byte of the range is open for reading.
        target.copyMemory(
            from: UnsafeRawBufferPointer(start: base + Int(range.lowerBound), count: target.count))
    }

    /// Copies bytes into guest memory from where the host has them.
    package func write(from source: UnsafeRawBufferPointer, at address: UInt32) throws(MemoryError) {
        try change(at: address, source.count) { target in target.copyMemory(from: source) }
    }

    /// Sets bytes of guest memory to zero.
    public func zero(at address: UInt32, byteCount: Int) throws(MemoryError) {
        try change(at: address, byteCount) { target in
            _ = target.initializeMemory(as: UInt8.self, repeating: 0)
        }
    }

    /// Reads a little-endian integer.
    public func readInteger<T: FixedWidthInteger>(at address: UInt32, as type: T.Type) throws(MemoryError) -> T {
        let range = try range(at: address, MemoryLayout<T>.size, .read)
        // SAFETY: every byte of the range is open for reading.
        return T(littleEndian: (base + Int(range.lowerBound)).loadUnaligned(as: T.self))
    }

    /// Writes a little-endian integer.
    public func writeInteger<T: FixedWidthInteger>(_ value: T, at address: UInt32) throws(MemoryError) {
        try change(at: address, MemoryLayout<T>.size) { target in
            target.storeBytes(of: value.littleEndian, as: T.self)
        }
    }

    /// Every byte that is not zero, as runs in ascending order; takes time linear in the memory that is open.
    package func nonzeroRuns() -> [(address: UInt32, bytes: [UInt8])] {
        var runs: [(address: UInt32, bytes: [UInt8])] = []
        for region in regions {
            // SAFETY: regions are open for reading.
            let bytes = UnsafeRawBufferPointer(
                start: base + Int(region.start), count: Int(region.end - region.start))
            var index = 0
            while let start = bytes[index...].firstIndex(where: { $0 != 0 }) {
                let end = bytes[start...].firstIndex(of: 0) ?? bytes.count
                runs.append((UInt32(truncatingIfNeeded: region.start) &+ UInt32(start), Array(bytes[start..<end])))
                index = end
            }
        }
        return runs
    }

    func range(
        at address: UInt32, _ byteCount: Int, _ operation: MemoryError.Operation
    ) throws(MemoryError) -> Range<UInt64> {
        let start = UInt64(address)
        guard byteCount > 0 else {
            guard byteCount == 0 else { throw .outOfRange(operation, address: address, byteCount: byteCount) }
            return start..<start
        }
        guard UInt64(byteCount) <= Self.addressSpace - start else {
            throw .outOfRange(operation, address: address, byteCount: byteCount)
        }
        let range = start..<(start + UInt64(byteCount))
        guard covers(range, where: { $0.isOpen(to: operation) }) else {
            throw .outOfRange(operation, address: address, byteCount: byteCount)
        }
        if loan.written != nil { try checkNotWritten(range) }
        return range
    }

    private func change(
        at address: UInt32, _ byteCount: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void
    ) throws(MemoryError) {
        try checkNotLent(.write)
        let range = try range(at: address, byteCount, .write)
        guard !range.isEmpty else { return }
        let closed = closedRegions(in: range)
        if !closed.isEmpty { try openForHost(closed) }
        // SAFETY: every byte of the range is open for writing by the host, and now also by the processor.
        body(UnsafeMutableRawBufferPointer(start: base + Int(range.lowerBound), count: byteCount))
        if !closed.isEmpty { closeForHost(closed) }
        journal?.append(.write(address: address, bytes: contents(of: range)))
    }

    // MARK: Auxiliary data, which is read-only for the guest, and so for the processor, until the host writes it

    /// The regions of a range that the host may write and the processor may not.
    func closedRegions(in range: Range<UInt64>) -> ArraySlice<Region> {
        regions[regionIndex(endingBehind: range.lowerBound)...].prefix {
            $0.start < range.upperBound && $0.rights == .read
        }
    }

    func openForHost(_ closed: ArraySlice<Region>) throws(MemoryError) {
        if !closed.isEmpty { hasWrittenAuxiliary = true }
        for region in closed { try protect(region.range, PVM_RIGHTS_READ_WRITE, .write) }
    }

    func closeForHost(_ closed: ArraySlice<Region>) {
        for region in closed {
            // Going back to what was there takes no more mappings than there were.
            guard (try? protect(region.range, PVM_RIGHTS_READ, .write)) != nil else {
                preconditionFailure("the system does not let auxiliary data be read-only again")
            }
        }
    }

    /// A copy of a range that can be read.
    func contents(of range: Range<UInt64>) -> [UInt8] {
        // SAFETY: whoever calls this has checked that the range can be read.
        Array(UnsafeRawBufferPointer(start: base + Int(range.lowerBound), count: Int(range.byteCount)))
    }
}
