// Canonical equivalence: strings that are written with other scalars but mean the same are equal, hash alike, and sort together.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

func fold(_ sum: UInt64, _ text: String) -> UInt64 {
    var result = mix(sum, UInt64(text.utf8.count))
    for byte in text.utf8 { result = mix(result, UInt64(byte)) }
    return result
}

/// Ways to write the same: composed, decomposed, marks in another order, other scalars that stand for the same one.
let equivalents: [[String]] = [
    ["caf\u{e9}", "cafe\u{301}"],
    ["\u{1e69}", "s\u{323}\u{307}", "s\u{307}\u{323}", "\u{1e63}\u{307}", "\u{1e61}\u{323}"],
    ["\u{212b}", "\u{c5}", "A\u{30a}"],
    ["\u{2126}", "\u{3a9}"],
    ["\u{ac00}", "\u{1100}\u{1161}"],
    ["\u{d55c}\u{ae00}", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}", "\u{d558}\u{11ab}\u{ae00}"],
    ["\u{1fa7}", "\u{3c9}\u{314}\u{342}\u{345}", "\u{1f67}\u{345}", "\u{1f61}\u{342}\u{345}"],
    ["\u{9cb}", "\u{9c7}\u{9be}"],
    ["\u{f900}", "\u{8c48}"],
    ["\u{1d15e}", "\u{1d157}\u{1d165}"],
    ["\u{115bb}", "\u{115b9}\u{115af}"],
    ["\u{304c}\u{3071}", "\u{304b}\u{3099}\u{306f}\u{309a}"],
    ["q\u{307}\u{323}", "q\u{323}\u{307}"],
    ["a\u{315}\u{300}\u{5ae}\u{300}b", "a\u{5ae}\u{300}\u{300}\u{315}b"],
]

/// Ways to write what looks alike and is not the same.
let lookalikes = [
    "fi", "\u{fb01}", "A", "\u{391}", "\u{410}", "1", "\u{b9}", "e\u{301}", "e\u{300}", "\u{2460}", "\u{ff21}", "",
]

/// Scalars to make strings of: letters that compose, marks of several classes, Hangul parts, and such as compose with nothing.
let parts: [String] = [
    "a", "e", "s", "o", "\u{300}", "\u{301}", "\u{302}", "\u{307}", "\u{323}", "\u{327}", "\u{328}", "\u{338}",
    "\u{345}",
    "\u{3c9}", "\u{1100}", "\u{1161}", "\u{11a8}", "\u{ac00}", "\u{3099}", "\u{304b}", "\u{1e63}", "\u{212b}",
    "\u{f900}", "\u{5ae}",
    "\u{315}", "\u{1f600}", "\u{34f}", "\u{200d}",
]

func compareKnown() -> UInt64 {
    var sum: UInt64 = 1
    var names: Set<String> = []
    for group in equivalents {
        for left in group {
            for right in group {
                sum = mix(sum, left == right ? 1 : 0)
                sum = mix(sum, left < right || right < left ? 1 : 0)
                sum = mix(sum, (left + right) == (right + left) ? 1 : 0)
                sum = mix(sum, left.hashValue == right.hashValue ? 1 : 0)
                sum = mix(sum, left.hasPrefix(right) ? 1 : 0)
            }
            names.insert(left)
            names.insert("<" + left + ">")
        }
    }
    sum = mix(sum, UInt64(names.count))
    for left in lookalikes {
        for right in lookalikes { sum = mix(sum, left == right ? 1 : left < right ? 2 : 3) }
    }
    return sum
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = mix(n, compareKnown())
    var state = n &+ 1
    var texts: [String] = []
    for _ in 0..<n {
        var text = ""
        for _ in 0..<1 + state % 5 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            text += parts[Int(state >> 33) % parts.count]
        }
        texts.append(text)
    }
    // How many different ones there are, and how often each comes, whatever the order of the table is.
    var counts: [String: Int] = [:]
    for text in texts { counts[text, default: 0] += 1 }
    sum = mix(sum, UInt64(counts.count))
    for text in texts { sum = mix(sum, UInt64(counts[text] ?? 0)) }
    for (left, right) in zip(texts, texts.dropFirst()) {
        sum = mix(sum, left == right ? 1 : left < right ? 2 : 3)
    }
    // Equal strings may change places; what they are equal to does not.
    let sorted = texts.sorted()
    for (left, right) in zip(sorted, sorted.dropFirst()) { sum = mix(sum, left == right ? 1 : 0) }
    for text in sorted { sum = mix(sum, UInt64(texts.firstIndex(of: text) ?? -1)) }
    let distinct = Set(texts)
    sum = mix(sum, UInt64(distinct.count))
    for group in equivalents { sum = mix(sum, distinct.contains(group[0]) == distinct.contains(group[1]) ? 1 : 0) }
    for text in texts.prefix(20) { sum = fold(sum, text) }
    return sum
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
