// Numbers as text. In guests digits come from divisions by 10¹⁹, and without strings for those who do not want one; the standard library
// would divide once for each digit.

extension U256 {
    /// As many digits as the largest number has.
    public static var maximumDigitCount: Int { 78 }

    /// Calls a function with the decimal digits in ASCII.
    public func withDecimalDigits<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.maximumDigitCount) { buffer in
            var place = Self.maximumDigitCount
            var rest = self
            while true {
                var part = rest.w0
                var isLast = true
                if !rest.isSmall || part >= 10_000_000_000_000_000_000 {
                    (rest, part) = rest.dividedByLimb(10_000_000_000_000_000_000)
                    isLast = false
                }
                let end = place
                // All digits of a part but those before the first of the number.
                while part != 0 || (!isLast && place > end - 19) || place == Self.maximumDigitCount {
                    place -= 1
                    buffer[place] = 0x30 + UInt8(truncatingIfNeeded: part % 10)
                    part /= 10
                }
                if isLast { break }
            }
            return body(UnsafeBufferPointer(rebasing: buffer[place...]))
        }
    }

    /// The number in decimal.
    public var description: String {
        withDecimalDigits { digits in String(decoding: digits, as: UTF8.self) }
    }

    /// The number in hexadecimal, with `0x` and without zeros before it.
    public var hexadecimal: String {
        let digitCount = Swift.max(1, (259 - leadingZeroBitCount) / 4)
        return String(unsafeUninitializedCapacity: 2 + digitCount) { buffer in
            buffer[0] = 0x30
            buffer[1] = 0x78
            var rest = self
            for place in stride(from: digitCount + 1, to: 1, by: -1) {
                let digit = UInt8(truncatingIfNeeded: rest.w0 & 15)
                buffer[place] = digit + (digit < 10 ? 0x30 : 0x57)
                rest = rest.shiftedRight(4)
            }
            return 2 + digitCount
        }
    }

    /// A number of decimal digits, or of hexadecimal ones behind `0x`; nil for other text and for larger numbers.
    public init?(_ text: String) {
        var text = text
        let number = text.withUTF8 { U256(ascii: UnsafeRawBufferPointer($0)) }
        guard let number else { return nil }
        self = number
    }

    /// A number of decimal digits in ASCII, or of hexadecimal ones behind `0x`; nil for other text and for larger numbers.
    public init?(ascii: UnsafeRawBufferPointer) {
        let isHexadecimal = ascii.count > 2 && ascii[0] == 0x30 && ascii[1] | 0x20 == 0x78
        let start = isHexadecimal ? 2 : 0
        guard ascii.count > start else { return nil }
        var number = U256.zero
        for byte in ascii[start...] {
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46 where isHexadecimal: digit = byte - 0x37
            case 0x61...0x66 where isHexadecimal: digit = byte - 0x57
            default: return nil
            }
            let (high, low) = U256.multiplyRow(
                number, isHexadecimal ? 16 : 10, adding: U256(limbs: UInt64(digit)))
            if high != 0 { return nil }
            number = low
        }
        self = number
    }
}
