// The 2048 bits by which clients see quickly which blocks have no event of theirs.

import PolkaABI

/// A Bloom filter of addresses and topics: three bits for each.
struct Bloom {
    static let byteCount = 256

    private(set) var bytes = [UInt8](repeating: 0, count: byteCount)

    /// The filter of events.
    init(_ events: some Sequence<(address: Address, topics: [Hash256])>) {
        for event in events {
            insert(event.address.bytes)
            for topic in event.topics { insert(topic.bytes) }
        }
    }

    mutating func insert(_ value: [UInt8]) {
        let hash = Keccak256.hash(value)
        for pair in 0..<3 {
            let bit = (Int(hash[2 * pair]) << 8 | Int(hash[2 * pair + 1])) & 2047
            bytes[Self.byteCount - 1 - bit / 8] |= 1 << UInt8(bit % 8)
        }
    }

    /// The bits of both.
    mutating func formUnion(_ other: Bloom) {
        for index in bytes.indices { bytes[index] |= other.bytes[index] }
    }
}
