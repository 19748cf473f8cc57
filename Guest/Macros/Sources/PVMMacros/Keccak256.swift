// Keccak-256 as Ethereum uses it: the sponge of Keccak's third-round submission, with padding 0x01, not SHA-3's 0x06. No packaged
// library of C has it. The macros need it for selectors, the tool for everything else, so both compile this file.

/// Keccak-256 over bytes.
public enum Keccak256 {
    /// Bytes taken in at a time: 1600 bits less twice the 256 of the result.
    private static let rate = 136

    /// The hash, 32 bytes.
    public static func hash(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var state = [UInt64](repeating: 0, count: 25)
        var place = 0
        func absorb(_ byte: UInt8) { state[place >> 3] ^= UInt64(byte) << UInt64((place & 7) * 8) }
        for byte in bytes {
            absorb(byte)
            place += 1
            if place == rate {
                permute(&state)
                place = 0
            }
        }
        absorb(0x01)
        place = rate - 1
        absorb(0x80)
        permute(&state)
        return (0..<32).map { UInt8(truncatingIfNeeded: state[$0 >> 3] >> UInt64(($0 & 7) * 8)) }
    }

    /// The first four bytes of the hash of a signature such as `transfer(address,uint256)`, big-endian.
    public static func selector(of signature: String) -> UInt32 {
        hash(signature.utf8).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Keccak-f[1600], 24 rounds.
    private static func permute(_ state: inout [UInt64]) {
        state.withUnsafeMutableBufferPointer { a in
            for constant in roundConstants {
                // theta
                let c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20]
                let c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21]
                let c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22]
                let c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23]
                let c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24]
                let d0 = c4 ^ rotated(c1, 1)
                let d1 = c0 ^ rotated(c2, 1)
                let d2 = c1 ^ rotated(c3, 1)
                let d3 = c2 ^ rotated(c4, 1)
                let d4 = c3 ^ rotated(c0, 1)
                for row in stride(from: 0, to: 25, by: 5) {
                    a[row] ^= d0
                    a[row + 1] ^= d1
                    a[row + 2] ^= d2
                    a[row + 3] ^= d3
                    a[row + 4] ^= d4
                }
                // rho and pi: one cycle through all lanes but the first.
                var lane = a[1]
                for step in 0..<24 {
                    let target = piLanes[step]
                    let next = a[target]
                    a[target] = rotated(lane, rhoOffsets[step])
                    lane = next
                }
                // chi
                for row in stride(from: 0, to: 25, by: 5) {
                    let (b0, b1, b2, b3, b4) = (a[row], a[row + 1], a[row + 2], a[row + 3], a[row + 4])
                    a[row] = b0 ^ (~b1 & b2)
                    a[row + 1] = b1 ^ (~b2 & b3)
                    a[row + 2] = b2 ^ (~b3 & b4)
                    a[row + 3] = b3 ^ (~b4 & b0)
                    a[row + 4] = b4 ^ (~b0 & b1)
                }
                // iota
                a[0] ^= constant
            }
        }
    }

    private static func rotated(_ value: UInt64, _ count: UInt64) -> UInt64 {
        value &<< count | value &>> (64 &- count)
    }

    private static let rhoOffsets: [UInt64] = [
        1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44,
    ]

    private static let piLanes = [
        10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1,
    ]

    private static let roundConstants: [UInt64] = [
        0x0000_0000_0000_0001, 0x0000_0000_0000_8082, 0x8000_0000_0000_808a, 0x8000_0000_8000_8000,
        0x0000_0000_0000_808b, 0x0000_0000_8000_0001, 0x8000_0000_8000_8081, 0x8000_0000_0000_8009,
        0x0000_0000_0000_008a, 0x0000_0000_0000_0088, 0x0000_0000_8000_8009, 0x0000_0000_8000_000a,
        0x0000_0000_8000_808b, 0x8000_0000_0000_008b, 0x8000_0000_0000_8089, 0x8000_0000_0000_8003,
        0x8000_0000_0000_8002, 0x8000_0000_0000_0080, 0x0000_0000_0000_800a, 0x8000_0000_8000_000a,
        0x8000_0000_8000_8081, 0x8000_0000_0000_8080, 0x0000_0000_8000_0001, 0x8000_0000_8000_8008,
    ]
}
