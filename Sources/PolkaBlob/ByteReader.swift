// Bounds-checked reading of bytes, little-endian integers and variable-length integers (blob-format.md 1).

/// A position in an array of bytes that only moves forward.
///
/// What is read has a name for errors, which is put together only when there is one.
package struct ByteReader: Sendable {
    package let bytes: [UInt8]
    package private(set) var offset: Int
    /// Where reading ends; at most `bytes.count`.
    package let end: Int

    package init(_ bytes: [UInt8]) {
        self.init(bytes, in: 0..<bytes.count)
    }

    /// Reads a part of the bytes; offsets in errors stay those of the whole.
    package init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        self.offset = range.lowerBound
        self.end = range.upperBound
    }

    package var remaining: Int { end - offset }

    /// Skips `count` bytes and says where they are.
    package mutating func skip(_ count: Int, _ what: @autoclosure () -> String) throws(BlobError) -> Range<Int> {
        guard count <= remaining else {
            throw BlobError(.truncated(what: what(), needed: count, available: remaining), at: offset)
        }
        defer { offset += count }
        return offset..<(offset + count)
    }

    package mutating func take(_ count: Int, _ what: @autoclosure () -> String) throws(BlobError) -> [UInt8] {
        Array(bytes[try skip(count, what())])
    }

    package mutating func byte(_ what: @autoclosure () -> String) throws(BlobError) -> UInt8 {
        bytes[try skip(1, what()).lowerBound]
    }

    /// `count` little-endian bytes, at most 8.
    package mutating func integer(_ count: Int, _ what: @autoclosure () -> String) throws(BlobError) -> UInt64 {
        let range = try skip(count, what())
        var value: UInt64 = 0
        for index in range.reversed() { value = value << 8 | UInt64(bytes[index]) }
        return value
    }

    /// A variable-length integer; longer forms than necessary are accepted.
    package mutating func varint(_ what: @autoclosure () -> String) throws(BlobError) -> UInt32 {
        let start = offset
        let first = try byte(what())
        let extra = (~first).leadingZeroBitCount
        // 0xf0 is the only first byte of the longest form: no writer emits the other fifteen.
        guard first <= 0xf0 else { throw BlobError(.badVarint(what: what()), at: start) }
        let low = UInt32(truncatingIfNeeded: try integer(extra, what()))
        let high = extra >= 4 ? 0 : UInt32(first & (0x7f >> extra)) << UInt32(8 * extra)
        return high | low
    }
}

/// Appends integers to bytes.
package enum ByteWriter {
    /// Appends a variable-length integer in its shortest form.
    package static func append(varint value: UInt32, to bytes: inout [UInt8]) {
        let extra =
            switch value {
            case ...0x7f: 0
            case ...0x3fff: 1
            case ...0x1f_ffff: 2
            case ...0xfff_ffff: 3
            default: 4
            }
        // As many leading ones as bytes follow; the rest of the first byte are the highest bits of the value.
        let mark = ~(UInt8.max >> UInt8(extra))
        bytes.append(extra == 4 ? mark : mark | UInt8(value >> UInt32(8 * extra)))
        append(UInt64(value), count: extra, to: &bytes)
    }

    /// Appends the low `count` bytes of a value, little endian.
    package static func append(_ value: UInt64, count: Int, to bytes: inout [UInt8]) {
        for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
    }
}
