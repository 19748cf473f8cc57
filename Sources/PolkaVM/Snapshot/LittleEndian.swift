// Integers and bytes in files of this library: little-endian, at any offset.

/// Reads bytes from front to back.
struct LittleEndianReader {
    private let bytes: [UInt8]
    private let end: Int
    private(set) var offset: Int

    /// A reader of a part of some bytes.
    init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    var remaining: Int { end - offset }

    /// The next integer; nil if there are not enough bytes left, and then nothing is read.
    mutating func integer<T: FixedWidthInteger>(_ type: T.Type = T.self) -> T? {
        let byteCount = MemoryLayout<T>.size
        guard remaining >= byteCount else { return nil }
        var value: T = 0
        for index in (0..<byteCount).reversed() { value = (value << 8) | T(truncatingIfNeeded: bytes[offset + index]) }
        offset += byteCount
        return value
    }

    /// The next bytes; nil if there are not so many left.
    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= remaining else { return nil }
        defer { offset += count }
        return bytes[offset..<(offset + count)]
    }
}

extension [UInt8] {
    mutating func append<T: FixedWidthInteger>(littleEndian value: T) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
