// Strings as collections of characters: comparing, searching, splitting, replacing, and the views of their code units.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

func fold(_ sum: UInt64, _ text: some StringProtocol) -> UInt64 {
    text.utf8.reduce(mix(sum, UInt64(text.count))) { mix($0, UInt64($1)) }
}

let samples: [String] = [
    "", "a", "Hello, World", "naïve café", "nai\u{308}ve cafe\u{301}", "日本語テキスト", "👩‍👩‍👧🇪🇺🇫🇷👍🏽!", "a\r\nb\nc", "مرحبا", "हिन्दी",
    "a,b,,c;d", "The quick brown fox jumps over the lazy dog", "ﬁn", "İstanbul", "ΣΑΣ", "\u{0}\u{7f}",
]

struct Text: CustomStringConvertible, ExpressibleByStringInterpolation, Equatable {
    var description: String
    init(stringLiteral value: String) { description = value }
    init(stringInterpolation: Interpolation) { description = stringInterpolation.text }

    struct Interpolation: StringInterpolationProtocol {
        var text = ""
        init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }
        mutating func appendLiteral(_ literal: String) { text += literal }
        mutating func appendInterpolation(_ value: UInt64, hex digits: Int) {
            let hex = String(value, radix: 16)
            text += String(repeating: "0", count: max(0, digits - hex.count)) + hex
        }
        mutating func appendInterpolation(_ value: String) { text += "“\(value)”" }
    }
}

func views(_ sum: UInt64, _ text: String) -> UInt64 {
    var sum = text.utf16.reduce(sum) { mix($0, UInt64($1)) }
    sum = text.unicodeScalars.reduce(sum) { mix($0, UInt64($1.value)) }
    sum = text.unicodeScalars.reversed().reduce(sum) { mix($0, UInt64($1.utf16.count)) }
    for character in text {
        sum = mix(sum, (character.isLetter ? 1 : 0) + (character.isASCII ? 2 : 0) + (character.isWhitespace ? 4 : 0))
        sum = mix(sum, UInt64(character.asciiValue ?? 200) &+ UInt64(character.unicodeScalars.count))
        sum = mix(sum, UInt64(bitPattern: Int64(character.wholeNumberValue ?? -1)))
    }
    sum = text.utf8CString.reduce(sum) { mix($0, UInt64(UInt8(bitPattern: $1))) }
    sum = text.withCString { fold(sum, String(cString: $0)) }
    sum = fold(sum, String(decoding: text.utf16, as: UTF16.self))
    return fold(sum, String(decoding: text.unicodeScalars.map { $0.value }, as: UTF32.self))
}

func parts(_ sum: UInt64, _ text: String) -> UInt64 {
    var sum = text.split(separator: " ").reduce(sum) { fold($0, $1) }
    sum = text.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false).reduce(sum) { fold($0, $1) }
    sum = fold(fold(sum, String(text.reversed())), text.lowercased())
    sum = fold(fold(sum, text.prefix(3)), text.suffix(4))
    sum = fold(sum, text.drop { $0 != "o" })
    if let comma = text.firstIndex(of: ",") {
        sum = fold(fold(sum, text[..<comma]), text[text.index(after: comma)...])
        sum = mix(sum, UInt64(text.distance(from: text.startIndex, to: comma)))
    }
    sum = mix(
        sum, (text.hasPrefix("nai\u{308}") ? 1 : 0) + (text.hasSuffix("é") ? 2 : 0) + (text.contains("o") ? 4 : 0))
    sum = fold(sum, text.filter { $0 != "e" })
    var changed = text
    changed.insert("ß", at: changed.startIndex)
    changed.append(contentsOf: "e")
    changed.append("\u{301}")
    if changed.count > 3 { changed.remove(at: changed.index(changed.startIndex, offsetBy: 2)) }
    if let range = changed.indices.first.map({ $0..<changed.index(after: $0) }) {
        changed.replaceSubrange(range, with: "xyz")
    }
    changed.removeLast()
    sum = fold(sum, changed)
    return fold(sum, changed.map { String($0) }.joined(separator: "|"))
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    for i in 0..<n {
        let text = samples[Int(i) % samples.count]
        let other = samples[Int(mix(i, n) >> 33) % samples.count]
        sum = parts(views(sum, text), i % 3 == 0 ? text + other : text)
        sum = mix(sum, (text == other ? 1 : 0) + (text < other ? 2 : 0) + (text >= other ? 4 : 0))
        sum = mix(sum, (text.elementsEqual(other) ? 1 : 0) + (text.first == other.last ? 2 : 0))
        let interpolated: Text = "\(i, hex: 4): \(text)"
        sum = mix(fold(sum, interpolated.description), interpolated == "0001: “a”" ? 1 : 2)
        // Bytes that are no UTF-8 become replacement characters.
        var bytes = Array(text.utf8)
        if !bytes.isEmpty { bytes[Int(i) % bytes.count] ^= UInt8(truncatingIfNeeded: mix(i, 7) >> 40) }
        sum = fold(sum, String(decoding: bytes, as: UTF8.self))
        sum = mix(sum, String(validating: bytes, as: UTF8.self) == nil ? 1 : 2)
    }
    return samples.sorted().reduce(sum) { fold($0, $1) }
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
