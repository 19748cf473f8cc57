// A hash to name contents by.

/// FNV-1a of 64 bits.
///
/// Nothing but a needless or missing step of a build depends on it.
struct ContentHash {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ bytes: some Sequence<UInt8>) {
        var count: UInt64 = 0
        for byte in bytes {
            state = (state ^ UInt64(byte)) &* 0x100_0000_01b3
            count += 1
        }
        // The length keeps neighbours apart.
        state = (state ^ count) &* 0x100_0000_01b3
    }

    mutating func add(_ text: String) { add(text.utf8) }

    var text: String { String(state, radix: 16) }
}
