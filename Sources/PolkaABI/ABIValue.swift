// Values of the contract ABI.

/// A value of a parameter.
public indirect enum ABIValue: Hashable, Sendable {
    /// A number without a sign.
    case unsigned(U256)
    /// A number with a sign, as its two's complement of 256 bits.
    case signed(U256)
    /// An address.
    case address(Address)
    /// True or false.
    case boolean(Bool)
    /// Bytes, of types with a fixed number of them too.
    case bytes([UInt8])
    /// A text.
    case string(String)
    /// The elements of an array.
    case array([ABIValue])
    /// The parts of a tuple.
    case tuple([ABIValue])

    /// A small number with a sign.
    public static func signed(integer value: Int) -> ABIValue { .signed(U256(truncatingIfNeeded: value)) }

    /// What kind of value it is, in words.
    var kindName: String {
        switch self {
        case .unsigned: "a number"
        case .signed: "a number with a sign"
        case .address: "an address"
        case .boolean(let value): "\(value)"
        case .bytes(let bytes): "\(bytes.count) bytes"
        case .string: "a text"
        case .array(let elements): "an array of \(elements.count)"
        case .tuple(let parts): "a tuple of \(parts.count)"
        }
    }
}

extension U256 {
    /// Whether the number fits as many bits, 8 to 256.
    func fits(unsignedBits bits: Int) -> Bool { bits >= 256 || self >> bits == .zero }

    /// Whether the two's complement fits as many bits.
    func fits(signedBits bits: Int) -> Bool {
        // All bits above the sign are like it.
        let upper = self >> (bits - 1)
        return upper == .zero || upper == U256.max >> (bits - 1)
    }

    /// Whether a two's complement is below zero.
    var isNegative: Bool { self >> 255 != .zero }

    /// The two's complement of the number with the other sign.
    var negated: U256 { ~self &+ 1 }
}
