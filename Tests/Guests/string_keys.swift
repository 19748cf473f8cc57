// Strings as keys: hashing and equality go by characters, not by bytes.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

func fold(_ sum: UInt64, _ text: String) -> UInt64 { text.utf8.reduce(mix(sum, 1)) { mix($0, UInt64($1)) } }

struct Path: Hashable {
    var folders: [String]
    var name: String
}

let words = [
    "alpha", "beta", "gamma", "größer", "gro\u{308}ßer", "e\u{301}te\u{301}", "été", "日本語", "🇪🇺", "👩‍👩‍👧", "", " ",
    "a rather long word that does not fit into a small string", "A\u{30a}ngström", "\u{212b}ngström", "Ångström",
]

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    var counts: [String: UInt64] = [:]
    var paths: [Path: String] = [:]
    for i in 0..<n {
        let word = words[Int(mix(i, n) >> 32) % words.count]
        counts[word, default: 0] += i
        counts["\(i % 40)"] = i
        if i % 5 == 0 { counts[words[Int(i) % words.count]] = nil }
        let path = Path(folders: [word, "\(i % 3)"], name: i % 2 == 0 ? "é" : "e\u{301}")
        paths[path] = (paths[path] ?? "") + word.prefix(1)
        sum = mix(sum, UInt64(counts.count) << 32 | UInt64(paths.count))
        sum = mix(sum, counts["été"] ?? 404)
    }
    for key in counts.keys.sorted() { sum = mix(fold(sum, key), counts[key] ?? 0) }
    // Equal strings of different bytes have no order, so these are summed without one.
    sum = mix(sum, paths.values.reduce(0) { $0 &+ fold(1, $1) })
    let unique = Set(words)
    sum = mix(sum, UInt64(unique.count) &+ (unique.contains("a\u{30a}") ? 1 : 0))
    let groups = Dictionary(grouping: words) { $0.count }
    for length in groups.keys.sorted() { sum = (groups[length] ?? []).sorted().reduce(mix(sum, UInt64(length)), fold) }
    return sum
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
