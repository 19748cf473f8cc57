// Dictionaries and sets of integers. Their order depends on the seed of the hash function, so everything that is computed
// from them does not depend on the order. Keys that are strings need Unicode tables and are left out.

struct Key: Hashable {
    var a: Int32
    var b: UInt8
}

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    var counts: [UInt64: UInt32] = [:]
    var keyed: [Key: UInt64] = [:]
    var seen = Set<Int>()
    for i in 0..<n {
        let value = mix(i, n) % 61
        counts[value, default: 0] += 1
        keyed[Key(a: Int32(i % 13), b: UInt8(value % 5))] = i
        if !seen.insert(Int(value &* value)).inserted { sum = mix(sum, i) }
        if i % 9 == 8 { counts[value] = nil }
        if i % 11 == 10 { keyed.removeValue(forKey: Key(a: Int32(i % 13), b: 0)) }
        sum = mix(sum, UInt64(counts[i % 61] ?? 1000) &+ (keyed[Key(a: 3, b: 2)] ?? 5))
    }
    for key in counts.keys.sorted() { sum = mix(sum, key &* 1000 &+ UInt64(counts[key] ?? 0)) }
    var unordered: UInt64 = 0
    for (key, value) in keyed { unordered &+= mix(UInt64(key.b) &+ UInt64(key.a) << 8, value) }
    sum = mix(sum, unordered)
    let odd = seen.filter { $0 % 2 == 1 }
    sum = mix(sum, UInt64(seen.count * 1000 + odd.count))
    for element in seen.subtracting(odd).sorted() { sum = mix(sum, UInt64(element)) }
    return sum
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
