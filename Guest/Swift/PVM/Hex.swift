// Bytes as hexadecimal digits, and back. `print("\(hex: bytes)")` writes them without making a string.

/// Hexadecimal digits, two for a byte.
public enum Hex {
    /// What is wrong with a text of digits.
    public enum DecodingError: Error, Equatable {
        /// An odd number of digits.
        case oddCount
        /// A character that is no digit, at an offset in bytes.
        case notADigit(offset: Int)
    }

    /// Writes bytes as digits, in small letters.
    ///
    /// - Parameter bytes: The bytes.
    /// - Returns: Two digits for each, without a prefix.
    public static func encode(_ bytes: UnsafeRawBufferPointer) -> String {
        String(unsafeUninitializedCapacity: bytes.count * 2) { digits in
            for index in bytes.indices {
                digits[index * 2] = digit(bytes[index] >> 4)
                digits[index * 2 + 1] = digit(bytes[index] & 0xf)
            }
            return bytes.count * 2
        }
    }

    /// Reads digits, small or capital letters.
    ///
    /// - Parameter text: Two digits for each byte, with or without `0x` before them.
    /// - Returns: The bytes.
    /// - Throws: What is wrong with the text.
    public static func decode(_ text: String) throws(DecodingError) -> [UInt8] {
        let result = text.utf8.withContiguousStorageIfAvailable { (digits) -> Result<[UInt8], DecodingError> in
            do throws(DecodingError) {
                return .success(try decode(UnsafeRawBufferPointer(digits)))
            } catch {
                return .failure(error)
            }
        }
        // All strings of Embedded Swift are contiguous.
        return try result?.get() ?? []
    }

    /// Reads digits in ASCII, small or capital letters.
    ///
    /// - Parameter digits: Two digits for each byte, with or without `0x` before them.
    /// - Returns: The bytes.
    /// - Throws: What is wrong with the digits.
    public static func decode(_ digits: UnsafeRawBufferPointer) throws(DecodingError) -> [UInt8] {
        guard digits.count.isMultiple(of: 2) else { throw .oddCount }
        let hasPrefix = digits.count >= 2 && digits[0] == 0x30 && digits[1] == 0x78
        var offset = hasPrefix ? 2 : 0
        var bytes: [UInt8] = []
        bytes.reserveCapacity((digits.count - offset) / 2)
        while offset < digits.count {
            guard let high = value(of: digits[offset]) else { throw .notADigit(offset: offset) }
            guard let low = value(of: digits[offset + 1]) else { throw .notADigit(offset: offset + 1) }
            bytes.append(high << 4 | low)
            offset += 2
        }
        return bytes
    }

    static func digit(_ value: UInt8) -> UInt8 { value + (value < 10 ? 0x30 : 0x57) }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }
}
