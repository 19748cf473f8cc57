// The parameters of a call, read strictly: what is not what it should be is named, with what was found and what was expected.

import PolkaABI

/// The parameters of a call by position.
struct Parameters {
    private let values: [JSON]

    /// Parameters of a method that takes at most a number of them.
    init(_ values: [JSON], atMost limit: Int) throws(RPCError) {
        guard values.count <= limit else {
            throw .invalidParams("\(values.count) parameters were given; the method takes at most \(limit)")
        }
        self.values = values
    }

    /// The parameter at a position, nil if it was left out or is null.
    subscript(index: Int) -> JSON? {
        guard index < values.count, values[index] != .null else { return nil }
        return values[index]
    }

    func required(_ index: Int, _ name: String) throws(RPCError) -> JSON {
        guard let value = self[index] else { throw .invalidParams("parameter \(index + 1), '\(name)', is missing") }
        return value
    }

    func address(_ index: Int, _ name: String) throws(RPCError) -> Address {
        try required(index, name).address("parameter '\(name)'")
    }

    func hash(_ index: Int, _ name: String) throws(RPCError) -> Hash256 {
        try required(index, name).hash("parameter '\(name)'")
    }

    func bytes(_ index: Int, _ name: String) throws(RPCError) -> [UInt8] {
        try required(index, name).bytes("parameter '\(name)'")
    }

    func quantity(_ index: Int, _ name: String) throws(RPCError) -> U256 {
        try required(index, name).quantity("parameter '\(name)'")
    }

    func quantity64(_ index: Int, _ name: String) throws(RPCError) -> UInt64 {
        try required(index, name).quantity64("parameter '\(name)'")
    }

    /// Seconds and the like, which development methods take as numbers, too.
    func count(_ index: Int, _ name: String) throws(RPCError) -> UInt64 {
        let value = try required(index, name)
        guard case .number(let text) = value else { return try value.quantity64("parameter '\(name)'") }
        guard let number = UInt64(text) else {
            throw .invalidParams("parameter '\(name)' must be a whole number from 0, not \(text.prefix(40))")
        }
        return number
    }
}

extension JSON {
    func text(_ place: String) throws(RPCError) -> String {
        guard case .string(let text) = self else { throw .invalidParams("\(place) must be a text, not \(summary)") }
        return text
    }

    func address(_ place: String) throws(RPCError) -> Address {
        let text = try text(place)
        guard text.hasPrefix("0x"), let bytes = Hex.bytes(text), let address = Address(bytes: bytes) else {
            throw .invalidParams("\(place) must be an address, 0x and 40 hexadecimal digits, not \(summary)")
        }
        return address
    }

    func hash(_ place: String) throws(RPCError) -> Hash256 {
        let text = try text(place)
        guard text.hasPrefix("0x"), let hash = Hash256(text) else {
            throw .invalidParams("\(place) must be 0x and 64 hexadecimal digits, not \(summary)")
        }
        return hash
    }

    func bytes(_ place: String) throws(RPCError) -> [UInt8] {
        let text = try text(place)
        guard text.hasPrefix("0x"), let bytes = Hex.bytes(text) else {
            throw .invalidParams("\(place) must be bytes, 0x and an even number of hexadecimal digits, not \(summary)")
        }
        return bytes
    }

    /// A number in hexadecimal digits, without zeros in front.
    func quantity(_ place: String) throws(RPCError) -> U256 {
        let text = try text(place)
        let digits = text.utf8.dropFirst(2)
        let isZero = digits.elementsEqual("0".utf8)
        guard text.hasPrefix("0x"), 1...64 ~= digits.count, digits.first != UInt8(ascii: "0") || isZero,
            let bytes = Hex.bytes((digits.count.isMultiple(of: 2) ? "" : "0") + text.dropFirst(2))
        else {
            throw .invalidParams(
                "\(place) must be a number of at most 256 bits, 0x and hexadecimal digits without zeros in front, not \(summary)"
            )
        }
        return U256(bigEndianBytes: bytes)
    }

    func quantity64(_ place: String) throws(RPCError) -> UInt64 {
        guard let value = UInt64(exactly: try quantity(place)) else {
            throw .invalidParams("\(place) must be a number of at most 64 bits, not \(summary)")
        }
        return value
    }

    func list(_ place: String) throws(RPCError) -> [JSON] {
        guard case .array(let items) = self else { throw .invalidParams("\(place) must be a list, not \(summary)") }
        return items
    }

    /// What an object has under a name; nil if nothing or null.
    func member(_ name: String) -> JSON? {
        let value = self[name]
        return value == .null ? nil : value
    }

    // MARK: Values of answers

    /// A number in hexadecimal digits without zeros in front.
    static func quantity(_ value: some FixedWidthInteger & UnsignedInteger) -> JSON {
        .string("0x" + String(value, radix: 16))
    }

    /// Bytes in hexadecimal digits.
    static func data(_ bytes: some Sequence<UInt8>) -> JSON { .string(Hex.text(bytes)) }

    static func hash(_ hash: Hash256) -> JSON { .string(hash.description) }

    /// In small letters, as other nodes answer.
    static func address(_ address: Address) -> JSON { .string(Hex.text(address.bytes)) }

    static func address(_ address: Address?) -> JSON { address.map { .address($0) } ?? .null }
}
