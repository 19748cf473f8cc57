// Accounts and contracts of Ethereum's kind.

/// The address of an account or contract, 20 bytes.
public struct Address: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Bytes of an address.
    public static let byteCount = 20

    // Big-endian, so that order of the parts is the order of the bytes.
    package let upper, middle: UInt64
    package let lower: UInt32

    /// The address of zeros.
    public static let zero = Address(upper: 0, middle: 0, lower: 0)

    package init(upper: UInt64, middle: UInt64, lower: UInt32) {
        (self.upper, self.middle, self.lower) = (upper, middle, lower)
    }

    /// An address of 20 bytes; nil if there are more or fewer.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var upper: UInt64 = 0, middle: UInt64 = 0, lower: UInt32 = 0
        var index = 0
        for byte in bytes {
            switch index {
            case 0..<8: upper = upper << 8 | UInt64(byte)
            case 8..<16: middle = middle << 8 | UInt64(byte)
            default: lower = lower << 8 | UInt32(byte)
            }
            index += 1
        }
        (self.upper, self.middle, self.lower) = (upper, middle, lower)
    }

    /// An address in text: 40 hexadecimal digits, with or without `0x`; of either case, mixed case must be its checksum (EIP-55).
    public init?(_ text: some StringProtocol) {
        guard let bytes = Hex.bytes(text), let address = Address(bytes: bytes) else { return nil }
        let digits = text.hasPrefix("0x") ? text.dropFirst(2)[...] : text[...]
        let hasBothCases = digits.contains { $0.isUppercase } && digits.contains { $0.isLowercase }
        if hasBothCases, address.description.dropFirst(2) != digits { return nil }
        self = address
    }

    /// The 20 bytes.
    public var bytes: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(Self.byteCount)
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            result.append(UInt8(truncatingIfNeeded: upper >> shift))
        }
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            result.append(UInt8(truncatingIfNeeded: middle >> shift))
        }
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
            result.append(UInt8(truncatingIfNeeded: lower >> shift))
        }
        return result
    }

    /// Text with a checksum in the case of its letters (EIP-55).
    public var description: String {
        let plain = Hex.text(bytes).dropFirst(2)
        let hash = Keccak256.hash(plain.utf8)
        var text = "0x"
        for (index, digit) in plain.enumerated() {
            let nibble = index.isMultiple(of: 2) ? hash[index / 2] >> 4 : hash[index / 2] & 15
            text += nibble >= 8 ? digit.uppercased() : String(digit)
        }
        return text
    }

    /// By the bytes.
    public static func < (left: Address, right: Address) -> Bool {
        (left.upper, left.middle, left.lower) < (right.upper, right.middle, right.lower)
    }
}
