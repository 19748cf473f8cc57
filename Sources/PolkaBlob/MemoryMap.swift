// Where a program's zones lie in its 32-bit address space (vm.md 1).

/// The guest's address space: read-only data, read-write data and heap, stack, auxiliary data, with guards between.
public struct MemoryMap: Sendable, Equatable {
    /// Alignment of zones and size of the guards between them, in bytes.
    public static let zoneAlignment: UInt64 = 0x10000
    /// The code address that ends a call when it is jumped to.
    public static let returnToHost: UInt32 = 0xffff_0000
    /// Page sizes that a configuration may choose.
    public static let pageSizes: ClosedRange<UInt32> = 4096...65536

    /// Bytes per page, a power of two in `pageSizes`.
    public let pageSize: UInt32
    /// Read-only data, rounded up to pages.
    public let readOnly: Range<UInt64>
    /// Read-write data without the heap, rounded up to pages.
    public let readWrite: Range<UInt64>
    /// The stack, rounded up to pages; it grows down from the end.
    public let stack: Range<UInt64>
    /// Auxiliary data that the host passes in, rounded up to pages.
    public let auxiliary: Range<UInt64>
    /// Where the heap starts: right behind the read-write data, not aligned.
    public let heapBase: UInt32
    /// The most bytes that the heap can grow to.
    public let maximumHeapSize: UInt32

    /// The stack pointer that a call starts with.
    public var stackTop: UInt32 { UInt32(truncatingIfNeeded: stack.upperBound) }

    /// Lays out a program's address space.
    ///
    /// - Parameters: sizes in bytes.
    /// - Returns: nil if the page size is not allowed or the zones do not fit into 32 bits.
    public init?(
        readOnlyDataSize: UInt32, readWriteDataSize: UInt32, stackSize: UInt32, auxiliarySize: UInt32 = 0,
        pageSize: UInt32 = 4096
    ) {
        guard Self.pageSizes.contains(pageSize), pageSize & (pageSize - 1) == 0 else { return nil }
        let zone = Self.zoneAlignment
        func pages(_ size: UInt32) -> UInt64 { Self.align(UInt64(size), UInt64(pageSize)) }
        func zones(_ size: UInt32) -> UInt64 { Self.align(UInt64(size), zone) }

        let readWriteStart = Self.readWriteStart(readOnlyDataSize: readOnlyDataSize)
        let lowEnd = readWriteStart + zones(readWriteDataSize) + zone
        let top = UInt64(Self.returnToHost)
        // Sums stay far below 2^64; going under zero is what must be caught.
        let above = zones(auxiliarySize) + zone + zones(stackSize)
        guard above <= top, lowEnd <= top - above else { return nil }
        let auxiliaryStart = top - zones(auxiliarySize)
        let stackEnd = auxiliaryStart - zone

        self.pageSize = pageSize
        readOnly = zone..<(zone + pages(readOnlyDataSize))
        readWrite = readWriteStart..<(readWriteStart + pages(readWriteDataSize))
        stack = (stackEnd - pages(stackSize))..<stackEnd
        auxiliary = auxiliaryStart..<(auxiliaryStart + pages(auxiliarySize))
        let base = readWriteStart + UInt64(readWriteDataSize)
        heapBase = UInt32(truncatingIfNeeded: base)
        let heapEnd = stackEnd - zones(stackSize) - zone
        maximumHeapSize = UInt32(truncatingIfNeeded: heapEnd - base)
    }

    /// The address of the read-write data, which depends on nothing but the size of the read-only data.
    public static func readWriteStart(readOnlyDataSize: UInt32) -> UInt64 {
        zoneAlignment + align(UInt64(readOnlyDataSize), zoneAlignment) + zoneAlignment
    }

    private static func align(_ value: UInt64, _ alignment: UInt64) -> UInt64 {
        (value + alignment - 1) & ~(alignment - 1)
    }
}

extension Blob {
    /// The program's address space, nil if its sizes do not fit.
    public func memoryMap(auxiliarySize: UInt32 = 0, pageSize: UInt32 = 4096) -> MemoryMap? {
        MemoryMap(
            readOnlyDataSize: readOnlyDataSize, readWriteDataSize: readWriteDataSize, stackSize: stackSize,
            auxiliarySize: auxiliarySize, pageSize: pageSize)
    }
}
