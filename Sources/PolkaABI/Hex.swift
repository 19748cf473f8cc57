// Bytes as text and back.

/// Hexadecimal text with the prefix 0x, as Ethereum's tools write bytes.
public enum Hex {
    /// `0x` and two digits a byte.
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        // Arrays are quick to walk through in every module.
        let bytes = Array(bytes)
        return String(unsafeUninitializedCapacity: 2 + 2 * bytes.count) { output in
            output[0] = 0x30
            output[1] = 0x78
            for (index, byte) in bytes.enumerated() {
                output[2 + 2 * index] = digit(byte >> 4)
                output[3 + 2 * index] = digit(byte & 15)
            }
            return 2 + 2 * bytes.count
        }
    }

    /// The bytes of a text with or without `0x`, nil if it has other characters or an odd number of digits.
    public static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let digits = Array(text.utf8)
        let start = digits.count >= 2 && digits[0] == 0x30 && digits[1] == 0x78 ? 2 : 0
        guard digits.count.isMultiple(of: 2) else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity((digits.count - start) / 2)
        for index in stride(from: start, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            result.append(high << 4 | low)
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
