// Values from text, as people type them on a command line, and to text.
//
// numbers     100, 1_000, 0xff, -5, 1e18, 1.5e6, and with the units wei, gwei, ether: 1.5ether
// addresses   0x and 40 digits, or a name that the caller knows
// bytes       0x and two digits each
// text        as it is, or in quotes with \" \\ \n \t; within arrays and tuples up to the next comma, or in quotes
// arrays      [1,2,3]     tuples      (1,0x…,true)

extension ABIValue {
    /// Reads a value of a type; `account` tells the addresses of names, for those that are not written in digits.
    public init(
        _ text: some StringProtocol, as type: ABIType, account: (String) -> Address? = { _ in nil }
    ) throws(ABIError) {
        if case .string = type, text.first != "\"" {
            self = .string(String(text))
            return
        }
        var reader = ValueReader(text: Array(text.utf8))
        self = try reader.value(type, nested: false, account)
        guard reader.isAtEnd else {
            throw ABIError(.value, expected: "one \(type.name)", found: "'\(reader.rest)' behind it")
        }
    }

    /// Reads the values of parameters.
    public static func values(
        _ texts: [String], as parameters: [ABIParameter], account: (String) -> Address? = { _ in nil }
    ) throws(ABIError) -> [ABIValue] {
        guard texts.count == parameters.count else {
            let list = parameters.map(\.declaration).joined(separator: ", ")
            throw ABIError(
                .count,
                expected: ABIEncoder.count(parameters.count, "argument") + (list.isEmpty ? "" : " (\(list))"),
                found: "\(texts.count)")
        }
        var values: [ABIValue] = []
        for (index, text) in texts.enumerated() {
            do throws(ABIError) {
                values.append(try ABIValue(text, as: parameters[index].type, account: account))
            } catch {
                throw error.inside(parameters[index].label(index))
            }
        }
        return values
    }
}

extension ABIValue: CustomStringConvertible {
    /// The value as `init(_:as:)` reads it.
    public var description: String { text { $0.description } }

    /// The value as text, with what an address shall be called.
    public func text(address: (Address) -> String) -> String {
        switch self {
        case .unsigned(let number): return String(number)
        case .signed(let number): return number.isNegative ? "-" + String(number.negated) : String(number)
        case .address(let value): return address(value)
        case .boolean(let value): return value ? "true" : "false"
        case .bytes(let bytes): return Hex.text(bytes)
        case .string(let text): return JSONText.quoted(text)
        case .array(let elements):
            return "[" + elements.map { $0.text(address: address) }.joined(separator: ", ") + "]"
        case .tuple(let parts): return "(" + parts.map { $0.text(address: address) }.joined(separator: ", ") + ")"
        }
    }
}

/// Reads one value after the other.
private struct ValueReader {
    let text: [UInt8]
    var position = 0

    init(text: [UInt8]) { self.text = text }

    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return position == text.count
        }
    }

    var rest: String { String(decoding: text[position...], as: UTF8.self) }

    private mutating func skipSpace() {
        while position < text.count, text[position] == 0x20 || text[position] == 0x09 { position += 1 }
    }

    private mutating func takeIf(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func value(
        _ type: ABIType, nested: Bool, _ account: (String) -> Address?
    ) throws(ABIError) -> ABIValue {
        switch type {
        case .array(let element): return .array(try elements(element, nil, type, account))
        case .fixedArray(let element, let count): return .array(try elements(element, count, type, account))
        case .tuple(let parts):
            guard takeIf("(") else { throw mismatch(type.name, "parts in parentheses: \(type.declaration)") }
            var values: [ABIValue] = []
            for (index, part) in parts.enumerated() {
                if index > 0, !takeIf(",") {
                    throw mismatch("\(parts.count) parts, \(type.declaration)", "a comma between them")
                }
                do throws(ABIError) {
                    values.append(try value(part.type, nested: true, account))
                } catch {
                    throw error.inside(part.name.isEmpty ? ".\(index)" : ".\(part.name)")
                }
            }
            guard takeIf(")") else { throw mismatch("')' behind \(parts.count) parts", nil) }
            return .tuple(values)
        case .string:
            skipSpace()
            if position < text.count, text[position] == 0x22 { return .string(try quoted()) }
            return .string(word())
        default:
            return try ABIValue.value(ofWord: nested ? word() : trimmedRest(), type, account)
        }
    }

    private mutating func elements(
        _ element: ABIType, _ count: Int?, _ type: ABIType, _ account: (String) -> Address?
    ) throws(ABIError) -> [ABIValue] {
        guard takeIf("[") else { throw mismatch(type.name, "elements in brackets: [a,b]") }
        var values: [ABIValue] = []
        if !takeIf("]") {
            repeat {
                do throws(ABIError) {
                    values.append(try value(element, nested: true, account))
                } catch {
                    throw error.inside("[\(values.count)]")
                }
            } while takeIf(",")
            guard takeIf("]") else { throw mismatch("',' or ']'", nil) }
        }
        if let count, values.count != count {
            throw ABIError(.count, expected: "\(count) elements of \(element.name)", found: "\(values.count)")
        }
        return values
    }

    private func mismatch(_ expected: String, _ remedy: String?) -> ABIError {
        ABIError(
            .value, expected: expected, found: position == text.count ? "the end of the text" : "'\(rest)'",
            remedy: remedy.map { "write \($0)" })
    }

    /// Up to the next comma or closing bracket, without space around it.
    private mutating func word() -> String {
        skipSpace()
        let start = position
        while position < text.count, ![0x2c, 0x5d, 0x29].contains(text[position]) { position += 1 }
        return trimmed(text[start..<position])
    }

    private mutating func trimmedRest() -> String {
        skipSpace()
        defer { position = text.count }
        return trimmed(text[position...])
    }

    private func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        var bytes = bytes
        while bytes.last == 0x20 || bytes.last == 0x09 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func quoted() throws(ABIError) -> String {
        position += 1
        var content: [UInt8] = []
        while position < text.count {
            let byte = text[position]
            position += 1
            if byte == 0x22 { return String(decoding: content, as: UTF8.self) }
            guard byte == 0x5c else {
                content.append(byte)
                continue
            }
            guard position < text.count else { break }
            switch UnicodeScalar(text[position]) {
            case "n": content.append(0x0a)
            case "t": content.append(0x09)
            case "r": content.append(0x0d)
            case "\"", "\\", "/": content.append(text[position])
            default: throw mismatch("one of \" \\ n r t behind '\\'", nil)
            }
            position += 1
        }
        throw mismatch("'\"' at the end of the text", nil)
    }
}

extension ABIValue {
    /// The value of a type of one word, or of bytes.
    fileprivate static func value(
        ofWord word: String, _ type: ABIType, _ account: (String) -> Address?
    ) throws(ABIError) -> ABIValue {
        func mismatch(_ remedy: String? = nil) -> ABIError {
            ABIError(.value, expected: type.name, found: word.isEmpty ? "nothing" : "'\(word)'", remedy: remedy)
        }
        switch type {
        case .unsigned(let bits):
            guard let number = NumberText(word) else { throw mismatch(NumberText.help) }
            guard !number.isNegative || number.magnitude == .zero else { throw mismatch("it is not negative") }
            guard number.magnitude.fits(unsignedBits: bits) else {
                throw mismatch("the largest is \(U256.max >> (256 - bits))")
            }
            return .unsigned(number.magnitude)
        case .signed(let bits):
            guard let number = NumberText(word) else { throw mismatch(NumberText.help) }
            let value = number.isNegative ? number.magnitude.negated : number.magnitude
            let largest = U256.max >> (257 - bits)
            guard number.magnitude <= (number.isNegative ? largest + 1 : largest) else {
                throw mismatch("it goes from -\(largest + 1) to \(largest)")
            }
            return .signed(value)
        case .boolean:
            guard word == "true" || word == "false" else { throw mismatch("write true or false") }
            return .boolean(word == "true")
        case .address:
            if let address = word.hasPrefix("0x") ? Address(word) : account(word) { return .address(address) }
            let isPlain = Hex.bytes(word)?.count == Address.byteCount
            if isPlain, word.hasPrefix("0x") { throw mismatch("the case of its letters is no valid checksum (EIP-55)") }
            throw mismatch("write 0x and 40 hexadecimal digits, or the name of an account")
        case .fixedBytes, .function:
            let count = if case .fixedBytes(let count) = type { count } else { 24 }
            guard word.hasPrefix("0x"), let bytes = Hex.bytes(word), bytes.count == count else {
                throw mismatch("write 0x and \(count * 2) hexadecimal digits")
            }
            return .bytes(bytes)
        default:
            guard word.hasPrefix("0x"), let bytes = Hex.bytes(word) else {
                throw mismatch("write 0x and two hexadecimal digits for each byte")
            }
            return .bytes(bytes)
        }
    }
}

/// A whole number in text: decimal, hexadecimal, with an exponent or a unit of Ethereum.
struct NumberText {
    let isNegative: Bool
    let magnitude: U256

    static let help = "write a whole number as in 100, 0x64, 1e18 or 1.5ether"

    private static let units: [(name: String, digits: Int)] = [("gwei", 9), ("ether", 18), ("wei", 0)]

    /// nil for other text, parts of a whole, and more than 256 bits.
    init?(_ text: some StringProtocol) {
        var rest = Substring(text)
        isNegative = rest.hasPrefix("-")
        if isNegative { rest = rest.dropFirst() }
        if rest.hasPrefix("0x") {
            let digits = rest.dropFirst(2)
            guard (1...64).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isHexDigit }),
                let number = U256(digits, radix: 16)
            else { return nil }
            magnitude = number
            return
        }
        var exponent = 0
        if let unit = Self.units.first(where: { rest.hasSuffix($0.name) }) {
            rest = rest.dropLast(unit.name.count)
            exponent = unit.digits
        } else if let mark = rest.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            let digits = rest[rest.index(after: mark)...]
            guard (1...2).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }),
                let power = Int(digits)
            else { return nil }
            rest = rest[..<mark]
            exponent = power
        }
        var number = U256.zero
        var digitCount = 0, decimals: Int?
        for character in rest.utf8 {
            switch character {
            case 0x30...0x39:
                let (tenfold, over) = number.multipliedReportingOverflow(by: 10)
                let (sum, carry) = tenfold.addingReportingOverflow(U256(limbs: UInt64(character - 0x30)))
                if over || carry { return nil }
                number = sum
                digitCount += 1
                decimals = decimals.map { $0 + 1 }
            case 0x2e where decimals == nil && digitCount > 0: decimals = 0
            case 0x5f where digitCount > 0: break
            default: return nil
            }
        }
        guard digitCount > 0, decimals != 0 else { return nil }
        var shift = exponent - (decimals ?? 0)
        while shift < 0 {
            guard number % 10 == .zero else { return nil }
            number /= 10
            shift += 1
        }
        while shift > 0, number != .zero {
            let (tenfold, over) = number.multipliedReportingOverflow(by: 10)
            if over { return nil }
            number = tenfold
            shift -= 1
        }
        magnitude = number
    }
}

extension U256 {
    /// A number as people type it: `100`, `0xff`, `1e18`, `1.5ether`; nil for other text.
    public init?(amount text: some StringProtocol) {
        guard let number = NumberText(text), !number.isNegative else { return nil }
        self = number.magnitude
    }
}
