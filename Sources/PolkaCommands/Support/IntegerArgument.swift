// Numbers and bytes as users write them on the command line.

import ArgumentParser

/// Numbers as users write them: decimal, `0x` hex, negative as two's complement of 64 bits.
struct IntegerArgument: ExpressibleByArgument {
    let value: UInt64

    init?(argument: String) {
        let isNegative = argument.hasPrefix("-")
        let digits = isNegative ? argument.dropFirst() : argument[...]
        let magnitude: UInt64?
        if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
            magnitude = UInt64(digits.dropFirst(2), radix: 16)
        } else {
            magnitude = UInt64(digits, radix: 10)
        }
        guard let magnitude, !digits.hasPrefix("+"), !isNegative || magnitude <= 1 << 63 else { return nil }
        value = isNegative ? 0 &- magnitude : magnitude
    }
}

/// Bytes as hex digits, two for each, with or without `0x` in front.
struct HexArgument: ExpressibleByArgument {
    let bytes: [UInt8]

    init?(argument: String) {
        let digits = Array((argument.hasPrefix("0x") ? argument.dropFirst(2) : argument[...]).utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for start in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(digits[start]), let low = Self.value(digits[start + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The digits of bytes.
    static func text(of bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
