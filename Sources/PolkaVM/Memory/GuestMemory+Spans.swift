// Guest memory lent to the host without copying. Pages must not go while somebody looks at them, and nobody must change what
// another one reads: while a span is lent, what would do so is an error instead.

import CPolkaSystem

extension GuestMemory {
    /// What is lent at the moment.
    struct Loan {
        /// Spans for reading that are out, within each other.
        var readerCount = 0
        /// What somebody may write.
        var written: Range<UInt64>?

        var isNothing: Bool { readerCount == 0 && written == nil }
    }

    /// Whether a span of this memory is lent at the moment, which forbids to change it and to run the guest.
    package var isLent: Bool { !loan.isNothing }

    /// Lends bytes of guest memory for reading, without copying them.
    ///
    /// While `body` runs, whatever would change the memory is `MemoryError.lent`: writing, opening and closing pages, resetting
    /// and restoring, and running the guest.
    ///
    /// - Parameters:
    ///   - address: of the first byte.
    ///   - byteCount: how many; none are accessible everywhere.
    ///   - body: gets the bytes, which it cannot keep.
    /// - Returns: what `body` returns.
    /// - Throws: `MemoryError.outOfRange` unless all bytes can be read, and what `body` throws.
    public func withSpan<Result: ~Copyable>(
        at address: UInt32, byteCount: Int, _ body: (RawSpan) throws -> Result
    ) throws -> Result {
        let range = try range(at: address, byteCount, .read)
        loan.readerCount += 1
        defer { loan.readerCount -= 1 }
        // SAFETY: every byte of the range is open for reading, and stays so and unchanged while it is lent.
        let bytes = UnsafeRawBufferPointer(start: base + Int(range.lowerBound), count: byteCount)
        return try withExtendedLifetime(self) { try body(bytes.bytes) }
    }

    /// Lends bytes of guest memory for reading and writing, without copying them.
    ///
    /// While `body` runs, whatever would read these bytes or change any memory is `MemoryError.lent`, as for `withSpan`.
    ///
    /// - Parameters:
    ///   - address: of the first byte.
    ///   - byteCount: how many; none are accessible everywhere.
    ///   - body: gets the bytes, which it cannot keep.
    /// - Returns: what `body` returns.
    /// - Throws: `MemoryError.outOfRange` unless the host may write all bytes, and what `body` throws.
    public func withMutableSpan<Result: ~Copyable>(
        at address: UInt32, byteCount: Int, _ body: (inout MutableRawSpan) throws -> Result
    ) throws -> Result {
        try checkNotLent(.write)
        let range = try range(at: address, byteCount, .write)
        let closed = closedRegions(in: range)
        try openForHost(closed)
        loan.written = range
        defer {
            loan.written = nil
            if !closed.isEmpty { closeForHost(closed) }
            journal?.append(.write(address: address, bytes: contents(of: range)))
        }
        // SAFETY: every byte of the range is open for writing by the host, and now also by the processor; nobody else reads
        // or changes it while it is lent.
        let bytes = UnsafeMutableRawBufferPointer(start: base + Int(range.lowerBound), count: byteCount)
        var span = bytes.mutableBytes
        return try withExtendedLifetime(self) { try body(&span) }
    }

    /// Refuses to change memory of which something is lent.
    func checkNotLent(_ operation: MemoryError.Operation) throws(MemoryError) {
        guard loan.isNothing else { throw .lent(operation) }
    }

    /// Refuses to read what somebody may be writing.
    func checkNotWritten(_ range: Range<UInt64>) throws(MemoryError) {
        if let written = loan.written, written.overlaps(range) { throw .lent(.read) }
    }
}
