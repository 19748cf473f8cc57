// JAM's codec: fixed naturals little-endian, naturals of variable length, and whatever has no fixed length behind its length.

package import PolkaABI
import PolkaVM

/// Writes values behind each other.
package struct JAMEncoder: Sendable {
    /// All that was written.
    package private(set) var bytes: [UInt8] = []

    /// Makes an encoder that has written nothing.
    package init() {}

    /// A natural of its type's width.
    package mutating func fixed<T: FixedWidthInteger & UnsignedInteger>(_ value: T) {
        for shift in stride(from: 0, to: T.bitWidth, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    /// A natural in one to nine bytes.
    ///
    /// As many ones as lead the first byte, so many bytes follow; what is left of the first byte are the highest bits.
    package mutating func natural(_ value: UInt64) {
        var count = 0
        while count < 8, value >> UInt64(7 * (count + 1)) != 0 { count += 1 }
        guard count < 8 else {
            bytes.append(0xff)
            return fixed(value)
        }
        let marker = 0x100 - (0x100 >> count)
        bytes.append(UInt8(truncatingIfNeeded: UInt64(marker) | value >> UInt64(8 * count)))
        for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
    }

    /// Bytes as they are.
    package mutating func raw(_ value: some Sequence<UInt8>) { bytes += value }

    /// A hash, which has a fixed length.
    package mutating func hash(_ value: Hash256) { bytes += value.bytes }

    /// Bytes behind their number.
    package mutating func blob(_ value: [UInt8]) {
        natural(UInt64(value.count))
        bytes += value
    }

    /// Values behind their number.
    package mutating func sequence<Element>(
        _ values: some Collection<Element>, _ write: (Element, inout JAMEncoder) -> Void
    ) {
        natural(UInt64(values.count))
        for value in values { write(value, &self) }
    }
}

/// Reads what was written so; nil where the bytes are no such value.
package struct JAMDecoder: Sendable {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    /// Reads from the start of some bytes.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes[...]
        position = 0
    }

    /// What was not read yet.
    package var rest: [UInt8] { Array(bytes[position...]) }

    /// A number of bytes.
    package mutating func raw(_ count: Int) -> [UInt8]? {
        guard count >= 0, count <= bytes.endIndex - position else { return nil }
        defer { position += count }
        return Array(bytes[position..<(position + count)])
    }

    /// A natural of a type's width.
    package mutating func fixed<T: FixedWidthInteger & UnsignedInteger>(_ type: T.Type = T.self) -> T? {
        guard let part = raw(T.bitWidth / 8) else { return nil }
        return part.reversed().reduce(0) { $0 << 8 | T($1) }
    }

    /// A natural of variable length; only the shortest form is one.
    package mutating func natural() -> UInt64? {
        guard let first = raw(1)?.first else { return nil }
        let count = (~first).leadingZeroBitCount
        guard let low = raw(count) else { return nil }
        let rest = low.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        if count == 8 { return rest >> 56 == 0 ? nil : rest }
        let high = count == 7 ? 0 : UInt64(first & (0x7f >> UInt8(count)))
        let value = high << UInt64(8 * count) | rest
        return count > 0 && value >> UInt64(7 * count) == 0 ? nil : value
    }

    /// Bytes behind their number.
    package mutating func blob() -> [UInt8]? {
        guard let count = natural().flatMap({ Int(exactly: $0) }) else { return nil }
        return raw(count)
    }
}

extension Hash256 {
    /// BLAKE2b-256, by which JAM knows everything.
    package init(blakeOf bytes: [UInt8]) {
        self.init(bigEndian: U256(bigEndianBytes: ContentHash(of: bytes).bytes))
    }
}
