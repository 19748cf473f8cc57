// Characters: what a reader takes for one letter, however many scalars it has. Counting, reversing, splitting, prefixes, properties.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

func fold(_ sum: UInt64, _ text: String) -> UInt64 {
    var result = mix(sum, UInt64(text.utf8.count))
    for byte in text.utf8 { result = mix(result, UInt64(byte)) }
    return result
}

let samples: [String] = [
    "plain text, nothing else\r\nin two lines",
    "e\u{301}le\u{300}ve, o\u{302}\u{323}, Z\u{351}\u{36b}\u{343}A\u{321}L",
    "\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{200d}\u{1f466} family, \u{1f44d}\u{1f3fd} thumb, \u{2764}\u{fe0f}\u{200d}\u{1f525}",
    "\u{1f1e9}\u{1f1ea}\u{1f1eb}\u{1f1f7}\u{1f1ef}\u{1f1f5}\u{1f1e9} flags and half a flag",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f} tags, 1\u{fe0f}\u{20e3} key",
    "\u{d55c}\u{ad6d}\u{c5b4} \u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}\u{110b}\u{1165} \u{ac00}\u{11a8}\u{11a8}",
    "\u{915}\u{94d}\u{937} \u{928}\u{92e}\u{938}\u{94d}\u{924}\u{947} \u{915}\u{94d}\u{200d}\u{937} \u{915}\u{93c}\u{94d}\u{937}\u{93f}",
    "\u{ba8}\u{bbf} \u{e01}\u{e33} \u{1000}\u{1039}\u{1000} \u{600}1 \u{110bd}a \u{d4e}\u{d15}",
    "\u{200d}\u{200d} \u{1f600}\u{1f600} \u{200b}\u{ad}\u{0}\u{7}\n\r\r\n",
    "\u{a1}Hola! \u{bf}Qu\u{e9} tal? \u{4f60}\u{597d}\u{ff0c}\u{4e16}\u{754c}\u{3002} \u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{645}\u{631}\u{62d}\u{628}\u{627}",
    "\u{bd} \u{2167} \u{664}\u{665} \u{4e09} \u{20ac}5 a+b=c \u{221e} (x) \u{201c}q\u{201d}",
]

func properties(_ sum: UInt64, _ character: Character) -> UInt64 {
    var bits: UInt64 = 0
    func add(_ flag: Bool) { bits = bits << 1 | (flag ? 1 : 0) }
    add(character.isLetter)
    add(character.isNumber)
    add(character.isWhitespace)
    add(character.isNewline)
    add(character.isPunctuation)
    add(character.isSymbol)
    add(character.isMathSymbol)
    add(character.isCurrencySymbol)
    add(character.isUppercase)
    add(character.isLowercase)
    add(character.isCased)
    add(character.isHexDigit)
    add(character.isASCII)
    add(character.isWholeNumber)
    return mix(mix(sum, bits), UInt64(truncatingIfNeeded: character.wholeNumberValue ?? -1))
}

func examine(_ sum: UInt64, _ text: String) -> UInt64 {
    var sum = mix(sum, UInt64(text.count))
    for character in text {
        sum = mix(sum, UInt64(character.utf8.count))
        sum = properties(sum, character)
    }
    sum = fold(sum, String(text.reversed()))
    for word in text.split(separator: " ") {
        sum = mix(sum, UInt64(word.count))
        sum = mix(sum, text.hasPrefix(word) ? 1 : 0)
        sum = mix(sum, text.hasSuffix(String(word)) ? 1 : 0)
    }
    let middle = text.index(text.startIndex, offsetBy: text.count / 2)
    sum = fold(sum, String(text[middle...]))
    sum = fold(sum, String(text.prefix(3)))
    sum = fold(sum, String(text.suffix(3)))
    sum = fold(sum, String(text.dropLast()))
    if let last = text.last {
        sum = mix(sum, UInt64(text.distance(from: text.startIndex, to: text.firstIndex(of: last) ?? middle)))
    }
    return sum
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    for text in samples { sum = examine(sum, text) }
    // Strings of scalars in any order: most of them make no sense, and all have boundaries.
    let scalars = samples.flatMap { Array($0.unicodeScalars) }
    var state = n &+ 1
    for _ in 0..<n {
        var text = ""
        for _ in 0..<8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            text.unicodeScalars.append(scalars[Int(state >> 33) % scalars.count])
        }
        sum = examine(sum, text)
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
