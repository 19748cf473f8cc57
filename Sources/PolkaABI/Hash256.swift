// Hashes, keys and words of 32 bytes.

/// 32 bytes that are compared as a whole.
public struct Hash256: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Bytes of a hash.
    public static let byteCount = 32

    /// The bytes as a number, the first byte the highest.
    public let bigEndian: U256

    /// All zeros.
    public static let zero = Hash256(bigEndian: .zero)

    /// The 32 bytes of a number, the highest first.
    public init(bigEndian: U256) { self.bigEndian = bigEndian }

    /// 32 bytes; nil if there are more or fewer.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        bigEndian = U256(bigEndianBytes: bytes)
    }

    /// 64 hexadecimal digits, with or without `0x`; nil for other text.
    public init?(_ text: some StringProtocol) {
        guard let bytes = Hex.bytes(text) else { return nil }
        self.init(bytes: bytes)
    }

    /// Keccak-256 of bytes.
    public init(keccakOf bytes: some Sequence<UInt8>) { bigEndian = U256(bigEndianBytes: Keccak256.hash(bytes)) }

    /// Keccak-256 of bytes that are in memory already.
    public init(keccakOf bytes: UnsafeRawBufferPointer) {
        let lanes = Keccak256.lanes(of: bytes)
        bigEndian = U256(
            limbs: lanes.3.byteSwapped, lanes.2.byteSwapped, lanes.1.byteSwapped, lanes.0.byteSwapped)
    }

    /// Keccak-256 of an array.
    public init(keccakOf bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { Hash256(keccakOf: $0) }
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { bigEndian.bigEndianBytes }

    /// `0x` and 64 digits.
    public var description: String { Hex.text(bytes) }

    /// By the bytes.
    public static func < (left: Hash256, right: Hash256) -> Bool { left.bigEndian < right.bigEndian }
}

extension U256 {
    /// The number in at most 32 bytes, the highest first; of more bytes the last 32 count.
    public init(bigEndianBytes bytes: some Collection<UInt8>) {
        var limbs: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        for byte in bytes.suffix(32) {
            limbs.3 = limbs.3 << 8 | limbs.2 >> 56
            limbs.2 = limbs.2 << 8 | limbs.1 >> 56
            limbs.1 = limbs.1 << 8 | limbs.0 >> 56
            limbs.0 = limbs.0 << 8 | UInt64(byte)
        }
        self.init(limbs: limbs.0, limbs.1, limbs.2, limbs.3)
    }

    /// 32 bytes, the highest first.
    public var bigEndianBytes: [UInt8] { littleEndianBytes.reversed() }

    /// The number in at most 32 bytes, the lowest first.
    public init(littleEndianBytes bytes: some Collection<UInt8>) {
        self.init(bigEndianBytes: bytes.prefix(32).reversed())
    }

    /// 32 bytes, the lowest first.
    public var littleEndianBytes: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(32)
        for word in words {
            for shift in stride(from: 0, to: 64, by: 8) {
                result.append(UInt8(truncatingIfNeeded: UInt64(word) >> UInt64(shift)))
            }
        }
        return result
    }
}
