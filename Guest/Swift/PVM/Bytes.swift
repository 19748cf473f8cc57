// Reading and writing numbers in memory, as buffers that cross to the host and back hold them.

/// Which byte of a number comes first.
public enum ByteOrder: Sendable {
    /// The least significant one, as in the machine itself.
    case little
    /// The most significant one, as in network protocols and the EVM.
    case big
}

/// More bytes were wanted than there are.
public struct OutOfBytes: Error, Equatable {
    /// Where they were wanted, in bytes from the start of the buffer.
    public let offset: Int
    /// How many were wanted.
    public let needed: Int
    /// How many there are from there on.
    public let available: Int

    /// Says that bytes were wanted.
    public init(offset: Int, needed: Int, available: Int) {
        self.offset = offset
        self.needed = needed
        self.available = available
    }
}

/// Reads a buffer from its start to its end.
///
///     var reader = ByteReader(input)
///     let amount = try reader.read(UInt64.self, .big)
///
/// The buffer must stay where it is while the reader is used.
public struct ByteReader {
    private let bytes: UnsafeRawBufferPointer

    /// How many bytes have been read.
    public private(set) var offset = 0

    /// Begins at the start of a buffer.
    public init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// How many bytes are left.
    public var remaining: Int { bytes.count - offset }

    /// Reads the next bytes without copying them.
    ///
    /// - Parameter count: How many.
    /// - Returns: A part of the buffer.
    /// - Throws: `OutOfBytes` if fewer are left, or `count` is negative; nothing is read then.
    public mutating func read(count: Int) throws(OutOfBytes) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= remaining else {
            throw OutOfBytes(offset: offset, needed: count, available: remaining)
        }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }

    /// Reads a number.
    ///
    /// - Parameters:
    ///   - type: Its type, which says how many bytes it has.
    ///   - order: Which byte comes first.
    /// - Returns: The number.
    /// - Throws: `OutOfBytes` if fewer are left; nothing is read then.
    public mutating func read<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type = Number.self, _ order: ByteOrder = .little
    ) throws(OutOfBytes) -> Number {
        let number = try read(count: MemoryLayout<Number>.size).loadUnaligned(as: Number.self)
        return switch order {
        case .little: Number(littleEndian: number)
        case .big: Number(bigEndian: number)
        }
    }
}

/// Fills a buffer from its start to its end.
///
///     var writer = ByteWriter(output)
///     try writer.write(amount, .big)
///
/// The buffer must stay where it is while the writer is used.
public struct ByteWriter {
    private let bytes: UnsafeMutableRawBufferPointer

    /// How many bytes have been written.
    public private(set) var offset = 0

    /// Begins at the start of a buffer.
    public init(_ bytes: UnsafeMutableRawBufferPointer) {
        self.bytes = bytes
    }

    /// How many bytes can still be written.
    public var remaining: Int { bytes.count - offset }

    /// What has been written.
    public var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[..<offset]) }

    /// Writes bytes.
    ///
    /// - Parameter source: The bytes.
    /// - Throws: `OutOfBytes` if they do not fit; nothing is written then.
    public mutating func write(_ source: UnsafeRawBufferPointer) throws(OutOfBytes) {
        try reserve(source.count).copyMemory(from: source)
    }

    /// Writes a number.
    ///
    /// - Parameters:
    ///   - number: The number; its type says how many bytes it has.
    ///   - order: Which byte comes first.
    /// - Throws: `OutOfBytes` if it does not fit; nothing is written then.
    public mutating func write<Number: FixedWidthInteger & BitwiseCopyable>(
        _ number: Number, _ order: ByteOrder = .little
    ) throws(OutOfBytes) {
        let stored =
            switch order {
            case .little: number.littleEndian
            case .big: number.bigEndian
            }
        try reserve(MemoryLayout<Number>.size).storeBytes(of: stored, as: Number.self)
    }

    private mutating func reserve(_ count: Int) throws(OutOfBytes) -> UnsafeMutableRawBufferPointer {
        guard count <= remaining else {
            throw OutOfBytes(offset: offset, needed: count, available: remaining)
        }
        defer { offset += count }
        return UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }
}
