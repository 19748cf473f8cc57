// Values to call data.
//
// Values stand behind each other in words of 32 bytes; in the place of one that varies in size is its distance from the first, and it
// follows behind all others.

/// Writes values as the contract ABI has them.
public struct ABIEncoder {
    private var bytes: [UInt8] = []

    /// The values of a list of parameters.
    public static func encode(_ values: [ABIValue], as parameters: [ABIParameter]) throws(ABIError) -> [UInt8] {
        guard values.count == parameters.count else {
            let list = parameters.map(\.declaration).joined(separator: ", ")
            throw ABIError(
                .count, expected: Self.count(parameters.count, "value") + (list.isEmpty ? "" : " (\(list))"),
                found: "\(values.count)")
        }
        var encoder = ABIEncoder()
        try encoder.sequence(values, parameters.map(\.type)) { parameters[$0].label($0) }
        return encoder.bytes
    }

    /// The values of a list of types.
    public static func encode(_ values: [ABIValue], as types: [ABIType]) throws(ABIError) -> [UInt8] {
        try encode(values, as: types.map { ABIParameter("", $0) })
    }

    /// A value as it is hashed to be an event's topic: without lengths and offsets, each element padded.
    static func topicData(_ value: ABIValue, _ type: ABIType) throws(ABIError) -> [UInt8] {
        switch (type, value) {
        case (.bytes, .bytes(let bytes)): return bytes
        case (.string, .string(let text)): return Array(text.utf8)
        default:
            var encoder = ABIEncoder()
            try encoder.inPlace(value, type)
            return encoder.bytes
        }
    }

    static func count(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }

    // MARK: Lists

    private mutating func sequence(
        _ values: [ABIValue], _ types: [ABIType], _ label: (Int) -> String
    ) throws(ABIError) {
        let start = bytes.count
        var behind: [(index: Int, place: Int)] = []
        for (index, value) in values.enumerated() {
            if types[index].isDynamic {
                behind.append((index, bytes.count))
                word(.zero)
            } else {
                do throws(ABIError) {
                    try fixed(value, types[index])
                } catch {
                    throw error.inside(label(index))
                }
            }
        }
        for (index, place) in behind {
            bytes.replaceSubrange(place..<(place + 32), with: U256(bytes.count - start).bigEndianBytes)
            do throws(ABIError) {
                try dynamic(values[index], types[index])
            } catch {
                throw error.inside(label(index))
            }
        }
    }

    private mutating func elements(_ values: [ABIValue], _ type: ABIType) throws(ABIError) {
        try sequence(values, [ABIType](repeating: type, count: values.count)) { "[\($0)]" }
    }

    private mutating func parts(_ values: [ABIValue], _ parts: [ABIParameter]) throws(ABIError) {
        try sequence(values, parts.map(\.type)) { parts[$0].name.isEmpty ? ".\($0)" : ".\(parts[$0].name)" }
    }

    /// The elements or parts of a value of a compound type.
    private mutating func compound(_ value: ABIValue, _ type: ABIType) throws(ABIError) {
        switch (type, value) {
        case (.fixedArray(let element, let count), .array(let values)) where values.count == count:
            try elements(values, element)
        case (.tuple(let members), .tuple(let values)) where values.count == members.count:
            try parts(values, members)
        default: throw mismatch(value, type)
        }
    }

    private mutating func fixed(_ value: ABIValue, _ type: ABIType) throws(ABIError) {
        if type.isWord {
            word(try Self.word(value, type))
        } else {
            try compound(value, type)
        }
    }

    private mutating func dynamic(_ value: ABIValue, _ type: ABIType) throws(ABIError) {
        switch (type, value) {
        case (.bytes, .bytes(let content)): counted(content)
        case (.string, .string(let text)): counted(Array(text.utf8))
        case (.array(let element), .array(let values)):
            word(U256(values.count))
            try elements(values, element)
        default: try compound(value, type)
        }
    }

    private mutating func inPlace(_ value: ABIValue, _ type: ABIType) throws(ABIError) {
        switch (type, value) {
        case (.bytes, .bytes(let content)): padded(content)
        case (.string, .string(let text)): padded(Array(text.utf8))
        case (.array(let element), .array(let values)), (.fixedArray(let element, _), .array(let values)):
            for value in values { try inPlace(value, element) }
        case (.tuple(let parts), .tuple(let values)) where values.count == parts.count:
            for (value, part) in zip(values, parts) { try inPlace(value, part.type) }
        default: word(try Self.word(value, type))
        }
    }

    private func mismatch(_ value: ABIValue, _ type: ABIType) -> ABIError {
        ABIError(.value, expected: type.name, found: value.kindName)
    }

    // MARK: Words

    private mutating func word(_ value: U256) { bytes += value.bigEndianBytes }

    private mutating func counted(_ content: [UInt8]) {
        word(U256(content.count))
        padded(content)
    }

    private mutating func padded(_ content: [UInt8]) {
        bytes += content
        bytes += [UInt8](repeating: 0, count: (32 - content.count % 32) % 32)
    }

    /// The word of a value that is one.
    static func word(_ value: ABIValue, _ type: ABIType) throws(ABIError) -> U256 {
        switch (type, value) {
        case (.unsigned(let bits), .unsigned(let number)) where number.fits(unsignedBits: bits): return number
        case (.signed(let bits), .signed(let number)) where number.fits(signedBits: bits): return number
        case (.signed(let bits), .unsigned(let number)) where number.fits(unsignedBits: bits - 1): return number
        case (.unsigned(let bits), .signed(let number)) where number.fits(unsignedBits: bits) && !number.isNegative:
            return number
        case (.unsigned, .unsigned), (.signed, .signed), (.signed, .unsigned), (.unsigned, .signed):
            throw ABIError(.value, expected: type.name, found: value.description)
        case (.address, .address(let address)): return U256(bigEndianBytes: address.bytes)
        case (.boolean, .boolean(let flag)): return flag ? 1 : 0
        case (.fixedBytes(let count), .bytes(let bytes)) where bytes.count == count: return leading(bytes)
        case (.function, .bytes(let bytes)) where bytes.count == 24: return leading(bytes)
        default: throw ABIError(.value, expected: type.name, found: value.kindName)
        }
    }

    private static func leading(_ bytes: [UInt8]) -> U256 {
        U256(bigEndianBytes: bytes + [UInt8](repeating: 0, count: 32 - bytes.count))
    }
}
