// Call data to values; strict, since what it reads comes from anybody.
//
// Offsets may lead anywhere, also several to one place, so a few bytes could stand for a gigabyte of values. Each word that is
// read is therefore taken from a budget of as many as the data has: honest data needs no more, and what is kept of it is in proportion.

/// Reads values as the contract ABI has them.
public struct ABIDecoder {
    private let bytes: ArraySlice<UInt8>
    private var budget: Int

    private init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        budget = bytes.count / 32
    }

    /// The values of a list of parameters; bytes behind them are not looked at.
    ///
    /// - Throws: what does not follow the rules, with the way to the value and the offset from the first byte.
    public static func decode(_ bytes: ArraySlice<UInt8>, as parameters: [ABIParameter]) throws(ABIError) -> [ABIValue]
    {
        var decoder = ABIDecoder(bytes)
        return try decoder.sequence(parameters.map(\.type), at: 0) { parameters[$0].label($0) }
    }

    /// The values of a list of parameters.
    public static func decode(_ bytes: [UInt8], as parameters: [ABIParameter]) throws(ABIError) -> [ABIValue] {
        try decode(bytes[...], as: parameters)
    }

    /// The values of a list of types.
    public static func decode(_ bytes: [UInt8], as types: [ABIType]) throws(ABIError) -> [ABIValue] {
        try decode(bytes[...], as: types.map { ABIParameter("", $0) })
    }

    /// The value of a word, as an event's topic has it.
    static func value(of word: U256, _ type: ABIType) throws(ABIError) -> ABIValue {
        let bytes = word.bigEndianBytes
        var decoder = ABIDecoder(bytes[...])
        return try decoder.word(type, at: 0)
    }

    // MARK: Lists

    private mutating func sequence(
        _ types: [ABIType], at start: Int, _ label: (Int) -> String
    ) throws(ABIError) -> [ABIValue] {
        var values: [ABIValue] = []
        values.reserveCapacity(types.count)
        var place = start
        for (index, type) in types.enumerated() {
            do throws(ABIError) {
                values.append(try value(type, at: place, from: start))
            } catch {
                throw error.inside(label(index))
            }
            place += type.headByteCount
        }
        return values
    }

    private mutating func elements(_ type: ABIType, _ count: Int, at start: Int) throws(ABIError) -> [ABIValue] {
        // Before anything is allocated: the elements, or their offsets, must be there.
        let size = type.headByteCount
        let room = min(max(0, bytes.count - start) / size, budget)
        guard count <= room else {
            throw ABIError(
                .length, .data("", offset: start), expected: "at most \(room) elements of \(size) bytes",
                found: "\(count)")
        }
        var values: [ABIValue] = []
        values.reserveCapacity(count)
        for index in 0..<count {
            do throws(ABIError) {
                values.append(try value(type, at: start + index * size, from: start))
            } catch {
                throw error.inside("[\(index)]")
            }
        }
        return values
    }

    private mutating func parts(_ parts: [ABIParameter], at start: Int) throws(ABIError) -> ABIValue {
        .tuple(
            try sequence(parts.map(\.type), at: start) { parts[$0].name.isEmpty ? ".\($0)" : ".\(parts[$0].name)" })
    }

    /// A value of a list that begins at `start`, whose head is at `place`.
    private mutating func value(_ type: ABIType, at place: Int, from start: Int) throws(ABIError) -> ABIValue {
        if type.isDynamic { return try dynamic(type, at: try offset(at: place, from: start)) }
        switch type {
        case .fixedArray(let element, let count): return .array(try elements(element, count, at: place))
        case .tuple(let members): return try parts(members, at: place)
        default: return try word(type, at: place)
        }
    }

    private mutating func dynamic(_ type: ABIType, at place: Int) throws(ABIError) -> ABIValue {
        switch type {
        case .array(let element):
            let count = try length(at: place)
            return .array(try elements(element, count, at: place + 32))
        case .fixedArray(let element, let count): return .array(try elements(element, count, at: place))
        case .tuple(let members): return try parts(members, at: place)
        case .string:
            let content = try content(at: place)
            guard let text = String(validating: content, as: UTF8.self) else {
                throw ABIError(
                    .encoding, .data("", offset: place + 32), expected: "text in UTF-8", found: "other bytes")
            }
            return .string(text)
        default: return .bytes(Array(try content(at: place)))
        }
    }

    // MARK: Words

    private mutating func word(at place: Int) throws(ABIError) -> U256 {
        guard place <= bytes.count - 32 else {
            throw ABIError(
                .truncated, .data("", offset: place), expected: "a word of 32 bytes",
                found: "\(max(0, bytes.count - place)) of \(bytes.count) bytes left")
        }
        try spend(1, at: place)
        let first = bytes.startIndex + place
        return U256(bigEndianBytes: bytes[first..<(first + 32)])
    }

    private mutating func spend(_ words: Int, at place: Int) throws(ABIError) {
        guard words <= budget else {
            throw ABIError(
                .length, .data("", offset: place), expected: "values that share no bytes",
                found: "more values than \(bytes.count) bytes can hold")
        }
        budget -= words
    }

    private mutating func offset(at place: Int, from start: Int) throws(ABIError) -> Int {
        let word = try word(at: place)
        guard let offset = Int(exactly: word), offset < bytes.count - start else {
            throw ABIError(
                .offset, .data("", offset: place), expected: "an offset below \(max(0, bytes.count - start))",
                found: ABIValue.unsigned(word).description)
        }
        return start + offset
    }

    private mutating func length(at place: Int) throws(ABIError) -> Int {
        let word = try word(at: place)
        guard let length = Int(exactly: word), length <= bytes.count - place - 32 else {
            throw ABIError(
                .length, .data("", offset: place), expected: "a length of at most \(bytes.count - place - 32)",
                found: ABIValue.unsigned(word).description)
        }
        return length
    }

    private mutating func content(at place: Int) throws(ABIError) -> ArraySlice<UInt8> {
        let length = try length(at: place)
        let words = (length + 31) / 32
        let first = bytes.startIndex + place + 32
        let end = first + words * 32
        guard end <= bytes.endIndex else {
            throw ABIError(
                .truncated, .data("", offset: place + 32), expected: "\(length) bytes padded to \(words * 32)",
                found: "\(bytes.endIndex - first)")
        }
        try spend(words, at: place)
        guard bytes[(first + length)..<end].allSatisfy({ $0 == 0 }) else {
            throw ABIError(
                .padding, .data("", offset: place + 32 + length), expected: "zeros behind \(length) bytes",
                found: Hex.text(bytes[(first + length)..<end]))
        }
        return bytes[first..<(first + length)]
    }

    private mutating func word(_ type: ABIType, at place: Int) throws(ABIError) -> ABIValue {
        let word = try word(at: place)
        func dirty(_ expected: String) -> ABIError {
            ABIError(.padding, .data("", offset: place), expected: expected, found: Hex.text(word.bigEndianBytes))
        }
        func leading(_ count: Int) throws(ABIError) -> ABIValue {
            let bytes = word.bigEndianBytes
            guard bytes[count...].allSatisfy({ $0 == 0 }) else { throw dirty("zeros behind \(count) bytes") }
            return .bytes(Array(bytes[..<count]))
        }
        switch type {
        case .unsigned(let bits):
            guard word.fits(unsignedBits: bits) else { throw dirty("a uint\(bits)") }
            return .unsigned(word)
        case .signed(let bits):
            guard word.fits(signedBits: bits) else { throw dirty("an int\(bits) with its sign in all higher bits") }
            return .signed(word)
        case .address:
            guard word.fits(unsignedBits: 160), let address = Address(bytes: word.bigEndianBytes[12...]) else {
                throw dirty("an address: 12 zeros and 20 bytes")
            }
            return .address(address)
        case .boolean:
            guard word <= 1 else { throw dirty("0 or 1") }
            return .boolean(word == 1)
        case .fixedBytes(let count): return try leading(count)
        case .function: return try leading(24)
        default: preconditionFailure("\(type.name) is no word")
        }
    }
}
