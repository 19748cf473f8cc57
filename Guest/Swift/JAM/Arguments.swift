// What entries get: numbers of variable length and bytes behind their number, as JAM writes them.

extension ByteReader {
    /// Reads a natural of variable length.
    ///
    /// As many ones as lead the first byte, so many bytes follow; what is left of the first byte are the highest bits.
    public mutating func natural() throws(OutOfBytes) -> UInt64 {
        let first = try read(UInt8.self)
        let count = (~first).leadingZeroBitCount
        var low: UInt64 = 0
        for index in 0..<count { low |= UInt64(try read(UInt8.self)) << UInt64(8 * index) }
        guard count < 7 else { return low }
        return UInt64(first & (0x7f >> UInt8(count))) << UInt64(8 * count) | low
    }

    /// Reads bytes behind their number.
    public mutating func blob() throws(OutOfBytes) -> UnsafeRawBufferPointer {
        try read(count: Int(truncatingIfNeeded: natural()))
    }

    /// Reads 32 bytes.
    public mutating func hash() throws(OutOfBytes) -> Hash { Hash(try read(count: 32)) }
}

/// What refine is called with.
public struct RefineArguments {
    /// The core that the work is done on.
    public let core: Int
    /// Which item of the work package it is.
    public let item: Int
    /// The own service.
    public let service: UInt32
    /// What the work is about.
    public let payload: UnsafeRawBufferPointer
    /// The work package.
    public let packageHash: Hash

    /// Traps if the bytes are no arguments of refine, which the host never passes.
    public init(_ bytes: UnsafeRawBufferPointer) {
        do throws(OutOfBytes) {
            var reader = ByteReader(bytes)
            core = Int(truncatingIfNeeded: try reader.natural())
            item = Int(truncatingIfNeeded: try reader.natural())
            service = UInt32(truncatingIfNeeded: try reader.natural())
            payload = try reader.blob()
            packageHash = try reader.hash()
        } catch {
            trap()
        }
    }
}

/// What accumulate is called with.
public struct AccumulateArguments {
    /// The block's time slot.
    public let timeSlot: UInt32
    /// The own service.
    public let service: UInt32
    /// How many inputs there are.
    public let inputCount: Int

    /// Traps if the bytes are no arguments of accumulate, which the host never passes.
    public init(_ bytes: UnsafeRawBufferPointer) {
        do throws(OutOfBytes) {
            var reader = ByteReader(bytes)
            timeSlot = UInt32(truncatingIfNeeded: try reader.natural())
            service = UInt32(truncatingIfNeeded: try reader.natural())
            inputCount = Int(truncatingIfNeeded: try reader.natural())
        } catch {
            trap()
        }
    }

    /// Calls `body` with each input, in their order.
    public func forEachInput(_ body: (Input) -> Void) {
        for index in 0..<inputCount { if let input = Input(at: index) { body(input) } }
    }
}

/// What is_authorized is called with.
public struct AuthorizationArguments {
    /// The core that the package asks for.
    public let core: Int

    /// Traps if the bytes are no arguments of is_authorized, which the host never passes.
    public init(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 2 else { trap() }
        core = Int(bytes[0]) | Int(bytes[1]) << 8
    }
}
