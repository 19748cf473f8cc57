// JSON: a parser and a serializer over bytes, documents made at random, and damaged ones, which must be refused at the right
// byte.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

func fold(_ sum: UInt64, _ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(sum) { mix($0, UInt64($1)) } }

// MARK: Values

/// A JSON value.
///
/// Texts are UTF-8 bytes; objects keep the order of their members.
indirect enum JSON: Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case text([UInt8])
    case array([JSON])
    case object([Member])

    struct Member: Equatable {
        var key: [UInt8]
        var value: JSON
    }

    subscript(key: StaticString) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { member in key.withUTF8Buffer { $0.elementsEqual(member.key) } }?.value
    }

    subscript(index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    var depth: Int {
        switch self {
        case .array(let elements): 1 + (elements.map { $0.depth }.max() ?? 0)
        case .object(let members): 1 + (members.map { $0.value.depth }.max() ?? 0)
        default: 0
        }
    }

    var hash: UInt64 {
        switch self {
        case .null: 1
        case .bool(let value): value ? 2 : 3
        case .integer(let value): mix(4, UInt64(bitPattern: value))
        case .number(let value): mix(5, value.bitPattern)
        case .text(let bytes): fold(6, bytes)
        case .array(let elements): elements.reduce(7) { mix($0, $1.hash) }
        case .object(let members): members.reduce(8) { mix(fold($0, $1.key), $1.value.hash) }
        }
    }
}

// MARK: Parsing

struct ParseError: Error, Equatable {
    enum Reason: UInt8 {
        case unexpectedEnd, unexpectedByte, badNumber, badEscape, badUTF8, controlCharacter, tooDeep, trailingBytes,
            duplicateKey
    }
    let reason: Reason
    let offset: Int
}

struct Parser {
    private let bytes: [UInt8]
    private var offset = 0
    private static let maximalDepth = 40
    private static let decimalDigits = UInt8(ascii: "0")...UInt8(ascii: "9")

    static func parse(_ bytes: [UInt8]) throws(ParseError) -> JSON {
        var parser = Parser(bytes)
        parser.skipSpace()
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.offset == bytes.count else { throw parser.error(.trailingBytes) }
        return value
    }

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    private func error(_ reason: ParseError.Reason) -> ParseError { ParseError(reason: reason, offset: offset) }

    private var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { offset += 1 }
    }

    private mutating func next() throws(ParseError) -> UInt8 {
        guard let byte = current else { throw error(.unexpectedEnd) }
        offset += 1
        return byte
    }

    private mutating func expect(_ byte: UInt8) throws(ParseError) {
        guard let found = current else { throw error(.unexpectedEnd) }
        guard found == byte else { throw error(.unexpectedByte) }
        offset += 1
    }

    private mutating func accept(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        offset += 1
        return true
    }

    private mutating func word(_ rest: StaticString, _ value: JSON) throws(ParseError) -> JSON {
        for index in 0..<rest.utf8CodeUnitCount { try expect(rest.utf8Start[index]) }
        return value
    }

    private mutating func value(depth: Int) throws(ParseError) -> JSON {
        guard depth < Self.maximalDepth else { throw error(.tooDeep) }
        switch current {
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "["): return .array(try array(depth))
        case UInt8(ascii: "{"): return .object(try object(depth))
        case let byte? where byte == UInt8(ascii: "-") || Self.decimalDigits.contains(byte): return try number()
        case nil: throw error(.unexpectedEnd)
        default: throw error(.unexpectedByte)
        }
    }

    private mutating func array(_ depth: Int) throws(ParseError) -> [JSON] {
        try expect(UInt8(ascii: "["))
        var result: [JSON] = []
        skipSpace()
        if accept(UInt8(ascii: "]")) { return result }
        while true {
            skipSpace()
            result.append(try value(depth: depth + 1))
            skipSpace()
            if accept(UInt8(ascii: "]")) { return result }
            try expect(UInt8(ascii: ","))
        }
    }

    private mutating func object(_ depth: Int) throws(ParseError) -> [JSON.Member] {
        try expect(UInt8(ascii: "{"))
        var result: [JSON.Member] = []
        skipSpace()
        if accept(UInt8(ascii: "}")) { return result }
        while true {
            skipSpace()
            let start = offset
            let key = try text()
            guard !result.contains(where: { $0.key == key }) else {
                throw ParseError(reason: .duplicateKey, offset: start)
            }
            skipSpace()
            try expect(UInt8(ascii: ":"))
            skipSpace()
            result.append(JSON.Member(key: key, value: try value(depth: depth + 1)))
            skipSpace()
            if accept(UInt8(ascii: "}")) { return result }
            try expect(UInt8(ascii: ","))
        }
    }

    private mutating func digits() throws(ParseError) -> ArraySlice<UInt8> {
        let start = offset
        while let byte = current, Self.decimalDigits.contains(byte) { offset += 1 }
        guard offset > start else { throw error(.badNumber) }
        return bytes[start..<offset]
    }

    /// A number is an integer if it has neither point nor exponent and fits; a point's number is exact up to 2^53 and ten powers
    /// of ten, which is all that is asked here.
    private mutating func number() throws(ParseError) -> JSON {
        let start = offset
        let isNegative = accept(UInt8(ascii: "-"))
        let whole = try digits()
        guard whole.count == 1 || whole.first != UInt8(ascii: "0") else {
            throw ParseError(reason: .badNumber, offset: start)
        }
        var fraction: ArraySlice<UInt8> = []
        var exponent = 0
        var isInteger = true
        if accept(UInt8(ascii: ".")) {
            fraction = try digits()
            isInteger = false
        }
        if accept(UInt8(ascii: "e")) || accept(UInt8(ascii: "E")) {
            let isSmall = accept(UInt8(ascii: "-"))
            if !isSmall { _ = accept(UInt8(ascii: "+")) }
            for digit in try digits() { exponent = min(exponent * 10 + Int(digit - 48), 9999) }
            if isSmall { exponent = -exponent }
            isInteger = false
        }
        if isInteger {
            var value: Int64 = 0
            for digit in whole {
                let (product, overflow) = value.multipliedReportingOverflow(by: 10)
                let (sum, carry) = product.subtractingReportingOverflow(Int64(digit - 48))
                guard !overflow, !carry else { throw ParseError(reason: .badNumber, offset: start) }
                value = sum
            }
            guard isNegative || value != .min else { throw ParseError(reason: .badNumber, offset: start) }
            return .integer(isNegative ? value : -value)
        }
        var mantissa = 0.0
        for digit in whole + fraction { mantissa = mantissa * 10 + Double(digit - 48) }
        var power = exponent - fraction.count
        while power > 0, mantissa != 0, mantissa.isFinite {
            mantissa *= 10
            power -= 1
        }
        var divisor = 1.0
        while power < 0, divisor.isFinite {
            divisor *= 10
            power += 1
        }
        mantissa /= divisor
        return .number(isNegative ? -mantissa : mantissa)
    }

    private mutating func hexadecimal() throws(ParseError) -> UInt32 {
        var result: UInt32 = 0
        for _ in 0..<4 {
            let byte = try next()
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): result = result << 4 | UInt32(byte - 48)
            case UInt8(ascii: "a")...UInt8(ascii: "f"): result = result << 4 | UInt32(byte - 87)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): result = result << 4 | UInt32(byte - 55)
            default:
                offset -= 1
                throw error(.badEscape)
            }
        }
        return result
    }

    private mutating func escape(_ result: inout [UInt8]) throws(ParseError) {
        let start = offset
        switch try next() {
        case UInt8(ascii: "n"): result.append(0x0a)
        case UInt8(ascii: "r"): result.append(0x0d)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0c)
        case let byte where byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "/"):
            result.append(byte)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if 0xd800..<0xdc00 ~= code {
                guard accept(UInt8(ascii: "\\")), accept(UInt8(ascii: "u")) else { throw error(.badEscape) }
                let low = try hexadecimal()
                guard 0xdc00..<0xe000 ~= low else { throw error(.badEscape) }
                code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw error(.badEscape) }
            result.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
        default: throw ParseError(reason: .badEscape, offset: start)
        }
    }

    private mutating func text() throws(ParseError) -> [UInt8] {
        try expect(UInt8(ascii: "\""))
        var result: [UInt8] = []
        while true {
            let start = offset
            let byte = try next()
            switch byte {
            case UInt8(ascii: "\""): return result
            case UInt8(ascii: "\\"): try escape(&result)
            case 0..<0x20: throw ParseError(reason: .controlCharacter, offset: start)
            case 0x20..<0x80: result.append(byte)
            default:
                let length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
                guard byte >= 0xc2, byte <= 0xf4, start + length <= bytes.count else {
                    throw ParseError(reason: .badUTF8, offset: start)
                }
                for position in start + 1..<start + length where bytes[position] & 0xc0 != 0x80 {
                    throw ParseError(reason: .badUTF8, offset: position)
                }
                result.append(contentsOf: bytes[start..<start + length])
                offset = start + length
            }
        }
    }
}

// MARK: Serializing

struct Writer {
    private(set) var bytes: [UInt8] = []
    let indentation: Int

    static func write(_ value: JSON, indentation: Int = 0) -> [UInt8] {
        var writer = Writer(indentation: indentation)
        writer.write(value, 0)
        return writer.bytes
    }

    private init(indentation: Int) { self.indentation = indentation }

    private mutating func write(ascii text: StaticString) { text.withUTF8Buffer { bytes.append(contentsOf: $0) } }

    private mutating func newLine(_ level: Int) {
        guard indentation > 0 else { return }
        bytes.append(0x0a)
        bytes.append(contentsOf: repeatElement(0x20, count: level * indentation))
    }

    private mutating func write(_ value: JSON, _ level: Int) {
        switch value {
        case .null: write(ascii: "null")
        case .bool(let value): write(ascii: value ? "true" : "false")
        case .integer(let value): bytes.append(contentsOf: String(value).utf8)
        case .number(let value):
            // Fixed point is exact for what the generator makes: multiples of 1/64.
            if value < 0 { bytes.append(UInt8(ascii: "-")) }
            let whole = UInt64(value.magnitude)
            let fraction = UInt64((value.magnitude - Double(whole)) * 1_000_000)
            let digits = String(fraction)
            bytes.append(contentsOf: String(whole).utf8)
            bytes.append(UInt8(ascii: "."))
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 6 - digits.utf8.count))
            bytes.append(contentsOf: digits.utf8)
        case .text(let text): write(text)
        case .array(let elements):
            list(elements, "[", "]", level) { writer, element in writer.write(element, level + 1) }
        case .object(let members):
            list(members, "{", "}", level) { writer, member in
                writer.write(member.key)
                writer.write(ascii: writer.indentation > 0 ? ": " : ":")
                writer.write(member.value, level + 1)
            }
        }
    }

    private mutating func list<Element>(
        _ elements: [Element], _ open: StaticString, _ close: StaticString, _ level: Int,
        _ body: (inout Writer, Element) -> Void
    ) {
        write(ascii: open)
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            newLine(level + 1)
            body(&self, element)
        }
        if !elements.isEmpty { newLine(level) }
        write(ascii: close)
    }

    private mutating func write(_ text: [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case 0x0a: write(ascii: "\\n")
            case 0x09: write(ascii: "\\t")
            case 0..<0x20:
                write(ascii: "\\u00")
                let digits = String(byte, radix: 16)
                if byte < 0x10 { bytes.append(UInt8(ascii: "0")) }
                bytes.append(contentsOf: digits.utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

// MARK: Documents

struct Generator {
    var state: UInt64

    mutating func next(_ bound: UInt64) -> UInt64 {
        state = mix(state, 0x1234_5678)
        return (state >> 20) % bound
    }

    mutating func text() -> [UInt8] {
        let alphabet: [Unicode.Scalar] = ["a", "Z", "7", " ", "\"", "\\", "\n", "\u{1}", "\u{1f}", "ß", "€", "🙂", "/"]
        return (0..<next(9)).flatMap { _ in
            UTF8.encode(alphabet[Int(next(UInt64(alphabet.count)))]).map { Array($0) } ?? []
        }
    }

    mutating func value(depth: Int) -> JSON {
        switch next(depth > 0 ? 8 : 5) {
        case 0: return .null
        case 1: return .bool(next(2) == 0)
        case 2: return .integer(Int64(bitPattern: mix(state, 1)) >> Int64(next(64)))
        case 3: return .number((Double(next(1 << 30)) - 0x1p29) / 64 + 0x1p-6)
        case 4: return .text(text())
        case 5, 6: return .array((0..<next(5)).map { _ in value(depth: depth - 1) })
        default:
            var members: [JSON.Member] = []
            for _ in 0..<next(5) {
                let key = text()
                if !members.contains(where: { $0.key == key }) {
                    members.append(JSON.Member(key: key, value: value(depth: depth - 1)))
                }
            }
            return .object(members)
        }
    }
}

let samples: [StaticString] = [
    #"{"a": [1, -2.5e3, true, {"b": null}], "\u00e9\ud83d\ude42": "\/\b\f\r"}"#, "[]", " { } ", "-0", "0.125", "1E-2",
    "[1,]", "01",
    "[1 2]", #""\x""#, #""\ud800""#, #""\ud800A""#, #"{"a":1,"a":2}"#, "nul", "tru3", "", "9223372036854775807",
    "-9223372036854775808", "9223372036854775808", "1.", ".5", "-", "1e", "\"abc", "[[[[", "{\"a\"}", "1 x",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
]

func outcome(_ bytes: [UInt8]) -> UInt64 {
    do throws(ParseError) {
        return try Parser.parse(bytes).hash
    } catch {
        return mix(UInt64(error.reason.rawValue) &+ 100, UInt64(error.offset))
    }
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    for sample in samples {
        sum = mix(sum, outcome(sample.withUTF8Buffer { Array($0) }))
    }
    var generator = Generator(state: n)
    for i in 0..<n {
        let document = generator.value(depth: 5)
        let bytes = Writer.write(document, indentation: Int(i % 3))
        guard (try? Parser.parse(bytes)) == document else { return 0 }
        sum = mix(fold(sum, bytes), document.hash &+ UInt64(document.depth))
        sum = mix(sum, (document["a"] ?? document[1] ?? .null).hash)
        // The same with one byte changed: whatever that makes of it, it must make it here and there.
        var damaged = bytes
        damaged[Int(generator.next(UInt64(bytes.count)))] =
            [0x22, 0x7b, 0x5d, 0x2c, 0xff, 0x00, 0x31, 0x5c][Int(generator.next(8))]
        sum = mix(sum, outcome(damaged))
        sum = mix(sum, outcome(Array(bytes.prefix(Int(generator.next(UInt64(bytes.count)))))))
    }
    return sum
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
