// Reads numbers and strings from a section one after the other.
//
// Nothing here throws: a read behind the end yields 0, moves nothing and marks the cursor as broken, once and for good.
// Whoever reads a structure looks at the mark when he is through with it.

/// A position in the bytes of a section.
struct ByteCursor {
    let bytes: [UInt8]
    private(set) var offset: Int
    /// Where what is read ends.
    let end: Int
    private(set) var isBroken = false

    /// What of the range lies outside of the bytes is not there.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        end = min(max(0, range.upperBound), bytes.count)
        offset = max(0, range.lowerBound)
        if offset > end {
            offset = end
            isBroken = true
        }
    }

    /// All bytes from an offset on; broken if it lies outside.
    init(_ bytes: [UInt8], at offset: UInt64) {
        let start = Int(clamping: offset)
        if start <= bytes.count {
            self.init(bytes, start..<bytes.count)
        } else {
            self.init(bytes, bytes.count..<bytes.count)
            isBroken = true
        }
    }

    var isAtEnd: Bool { isBroken || offset >= end }

    mutating func markBroken() { isBroken = true }

    mutating func byte() -> UInt8 {
        guard offset < end, !isBroken else {
            isBroken = true
            return 0
        }
        offset += 1
        return bytes[offset - 1]
    }

    /// A little-endian number of 0 to 8 bytes.
    mutating func integer(_ byteCount: Int) -> UInt64 {
        guard byteCount <= end - offset, !isBroken else {
            isBroken = true
            return 0
        }
        var value: UInt64 = 0
        for index in 0..<byteCount { value |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
        offset += byteCount
        return value
    }

    /// A number in LEB128; bits above the 64th are dropped.
    mutating func unsigned() -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = byte()
            if shift < 64 { value |= UInt64(next & 0x7f) << shift }
            if next & 0x80 == 0 { return value }
            shift += 7
        }
    }

    /// A number in LEB128 with sign.
    mutating func signed() -> Int64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = byte()
            if shift < 64 { value |= UInt64(next & 0x7f) << shift }
            shift += 7
            if next & 0x80 == 0 {
                if next & 0x40 != 0, shift < 64 { value |= ~0 << shift }
                return Int64(bitPattern: value)
            }
        }
    }

    mutating func skip(_ byteCount: UInt64) {
        guard byteCount <= UInt64(end - offset), !isBroken else {
            isBroken = true
            return
        }
        offset += Int(byteCount)
    }

    /// Moves past a string and its zero.
    mutating func skipString() { while byte() != 0 {} }

    /// The length of a unit, and the size that offsets have in it.
    mutating func unitLength() -> (length: UInt64, offsetByteCount: Int) {
        let length = integer(4)
        if length == 0xffff_ffff { return (integer(8), 8) }
        // The values below are reserved.
        if length >= 0xffff_fff0 { isBroken = true }
        return (length, 4)
    }
}

/// Bounds how much is read in all.
///
/// Units may share tables, and a hostile file may let each of thousands of units read the same megabyte. So bytes are
/// counted, not places; what honest files read more than once is a small part of them.
struct ReadingBudget {
    private var remaining: Int

    init(_ byteCount: Int, times: Int) {
        // A file is at most 1 GiB, so this does not overflow.
        remaining = byteCount * times + 4096
    }

    var isExhausted: Bool { remaining <= 0 }

    mutating func spend(_ byteCount: Int) { remaining -= min(max(1, byteCount), max(0, remaining)) }
}
