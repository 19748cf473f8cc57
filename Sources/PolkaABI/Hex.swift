// Bytes as text and back.

/// Hexadecimal text with the prefix 0x, as Ethereum's tools write bytes.
public enum Hex {
    /// `0x` and two digits a byte.
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        var result = Array("0x".utf8)
        for byte in bytes {
            result.append(digit(byte >> 4))
            result.append(digit(byte & 15))
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The bytes of a text with or without `0x`, nil if it has other characters or an odd number of digits.
    public static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        var digits = text.utf8[...]
        if digits.starts(with: "0x".utf8) { digits = digits.dropFirst(2) }
        guard digits.count.isMultiple(of: 2) else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(digits.count / 2)
        var high: UInt8?
        for character in digits {
            guard let value = value(character) else { return nil }
            if let upper = high {
                result.append(upper << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return result
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x61...0x66: digit - 0x57
        case 0x41...0x46: digit - 0x37
        default: nil
        }
    }
}
