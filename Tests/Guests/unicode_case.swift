// Upper and lower case, and what else Swift says of single scalars, of all scalars: run(n) goes through them in steps of n.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

func fold(_ sum: UInt64, _ text: String) -> UInt64 {
    var result = mix(sum, UInt64(text.utf8.count))
    for byte in text.utf8 { result = mix(result, UInt64(byte)) }
    return result
}

func properties(of scalar: Unicode.Scalar) -> UInt64 {
    let properties = scalar.properties
    var bits: UInt64 = 0
    func add(_ flag: Bool) { bits = bits << 1 | (flag ? 1 : 0) }
    add(properties.isAlphabetic)
    add(properties.isUppercase)
    add(properties.isLowercase)
    add(properties.isCased)
    add(properties.isWhitespace)
    add(properties.isMath)
    add(properties.isEmoji)
    add(properties.isIDStart)
    add(properties.isIDContinue)
    add(properties.isDefaultIgnorableCodePoint)
    add(properties.isBidiMirrored)
    add(properties.isFullCompositionExclusion)
    add(properties.changesWhenUppercased)
    add(properties.numericType != nil)
    return bits
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    let words = [
        "Stra\u{df}e", "\u{fb01}n", "\u{1c5}ungla", "\u{3a3}\u{3af}\u{3c3}\u{3c5}\u{3c6}\u{3bf}\u{3c2}",
        "I\u{130}\u{131}i", "\u{149}x",
    ]
    for word in words {
        sum = fold(sum, word.uppercased())
        sum = fold(sum, word.lowercased())
        for character in word { sum = mix(sum, character.isLetter && character.isCased ? 1 : 0) }
    }
    if n == 0 { return sum }
    for value in stride(from: UInt32(truncatingIfNeeded: n) - 1, through: 0x10_ffff, by: Int(n)) {
        guard let scalar = Unicode.Scalar(value) else { continue }
        let character = Character(scalar)
        sum = fold(sum, character.uppercased())
        sum = fold(sum, character.lowercased())
        sum = fold(sum, scalar.properties.titlecaseMapping)
        sum = mix(sum, properties(of: scalar))
        var bits: UInt64 = character.isLetter ? 1 : 0
        if character.isNumber { bits |= 2 }
        if character.isWhitespace { bits |= 4 }
        if character.isPunctuation { bits |= 8 }
        if character.isSymbol { bits |= 16 }
        sum = mix(sum, bits)
        sum = mix(sum, UInt64(scalar.properties.canonicalCombiningClass.rawValue))
        sum = mix(sum, scalar.properties.numericValue?.bitPattern ?? 0)
        if let name = scalar.properties.name { sum = fold(sum, name) }
        if let name = scalar.properties.nameAlias { sum = fold(sum, name) }
        if let age = scalar.properties.age { sum = mix(sum, UInt64(age.major << 8 + age.minor)) }
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
