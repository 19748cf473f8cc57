// Signatures of Polkadot's accounts: Schnorr's, over libsodium's ristretto255, with the challenge from a transcript in which all that was
// said is absorbed (merlin, over STROBE-128 and Keccak-f[1600]). No packaged library has them.

import CSodium
import PolkaABI

/// Checks sr25519 signatures.
enum Sr25519 {
    /// What signers say ahead of a message when they sign for Polkadot.
    private static let context = Array("substrate".utf8)

    /// The order of the group, little-endian.
    private static let order: [UInt8] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ]

    /// Whether a signature of 64 bytes over a message belongs to a key of 32 bytes.
    static func verify(signature: [UInt8], publicKey: [UInt8], message: [UInt8]) -> Bool {
        // The highest bit tells signatures of this kind from those of Ed25519.
        guard signature.count == 64, publicKey.count == 32, signature[63] & 0x80 != 0 else { return false }
        let point = Array(signature.prefix(32))
        var scalar = Array(signature.suffix(32))
        scalar[31] &= 0x7f
        guard isCanonical(scalar), crypto_core_ristretto255_is_valid_point(publicKey) == 1 else { return false }

        var transcript = Transcript("SigningContext")
        transcript.append("", context)
        transcript.append("sign-bytes", message)
        transcript.append("proto-name", Array("Schnorr-sig".utf8))
        transcript.append("sign:pk", publicKey)
        transcript.append("sign:R", point)
        let challenge = transcript.challenge("sign:c", byteCount: 64)
        var factor = [UInt8](repeating: 0, count: 32)
        crypto_core_ristretto255_scalar_reduce(&factor, challenge)

        // Right if the scalar's multiple of the base, less the challenge's multiple of the key, is the point. Multiples that are the neutral
        // element are reported as failures, and their encoding is zeros.
        var left = [UInt8](repeating: 0, count: 32), right = left, difference = left
        if crypto_scalarmult_ristretto255_base(&left, scalar) != 0 { left = difference }
        if crypto_scalarmult_ristretto255(&right, factor, publicKey) != 0 { right = difference }
        guard crypto_core_ristretto255_sub(&difference, left, right) == 0 else { return false }
        return difference == point
    }

    private static func isCanonical(_ scalar: [UInt8]) -> Bool {
        for index in stride(from: 31, through: 0, by: -1) where scalar[index] != order[index] {
            return scalar[index] < order[index]
        }
        return false
    }
}

/// A transcript of a protocol without secrets.
struct Transcript {
    private var strobe: Strobe

    init(_ label: String) {
        strobe = Strobe("Merlin v1.0")
        append("dom-sep", Array(label.utf8))
    }

    /// Adds a message under a label.
    mutating func append(_ label: String, _ message: [UInt8]) {
        strobe.begin(.metaAssociatedData)
        strobe.absorb(Array(label.utf8))
        strobe.absorb(Self.bytes(of: message.count))
        strobe.begin(.associatedData)
        strobe.absorb(message)
    }

    /// Bytes that follow from all that was added.
    mutating func challenge(_ label: String, byteCount: Int) -> [UInt8] {
        strobe.begin(.metaAssociatedData)
        strobe.absorb(Array(label.utf8))
        strobe.absorb(Self.bytes(of: byteCount))
        strobe.begin(.randomness)
        return strobe.squeeze(byteCount)
    }

    private static func bytes(of count: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) }
    }
}

/// As much of STROBE-128 as transcripts take.
private struct Strobe {
    enum Operation: UInt8 {
        /// A.
        case associatedData = 2
        /// M and A.
        case metaAssociatedData = 18
        /// I, A and C.
        case randomness = 7

        /// Whether it begins with a permutation: all with C.
        var isCipher: Bool { self == .randomness }
    }

    /// Bytes of the state that are taken in or given out: 200 less a capacity of 32 and two of padding.
    private static let rate = 166

    private var state = KeccakState()
    private var place = 0
    private var start = 0

    init(_ label: String) {
        for (index, byte) in ([1, UInt8(Self.rate + 2), 1, 0, 1, 96] + Array("STROBEv1.0.2".utf8)).enumerated() {
            state.add(byte, at: index)
        }
        state.permute()
        begin(.metaAssociatedData)
        absorb(Array(label.utf8))
    }

    mutating func begin(_ operation: Operation) {
        let old = UInt8(start)
        start = place + 1
        absorb([old, operation.rawValue])
        if operation.isCipher, place != 0 { run() }
    }

    mutating func absorb(_ bytes: [UInt8]) {
        for byte in bytes {
            state.add(byte, at: place)
            advance()
        }
    }

    mutating func squeeze(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in
            let shift = UInt64((place & 7) * 8)
            let byte = UInt8(truncatingIfNeeded: state.lanes[place >> 3] >> shift)
            state.lanes[place >> 3] &= ~(0xff << shift)
            advance()
            return byte
        }
    }

    private mutating func advance() {
        place += 1
        if place == Self.rate { run() }
    }

    private mutating func run() {
        state.add(UInt8(start), at: place)
        state.add(0x04, at: place + 1)
        state.add(0x80, at: Self.rate + 1)
        state.permute()
        (place, start) = (0, 0)
    }
}
