// Random numbers from a generator of our own, whose sequence is known, so what the library makes of it is as well.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return mix(state, state >> 31)
    }
}

@c public func run(_ n: UInt64) -> UInt64 {
    var generator = Generator(state: n)
    var sum = n
    var deck = Array(0..<52 as Range<UInt64>)
    for i in 0..<n {
        deck.shuffle(using: &generator)
        sum = deck.prefix(5).reduce(sum, mix)
        sum = mix(sum, deck.randomElement(using: &generator) ?? 0)
        sum = mix(sum, UInt64.random(in: 0...(i * i), using: &generator))
        sum = mix(sum, UInt64(bitPattern: Int64.random(in: -5..<6, using: &generator)))
        sum = mix(sum, UInt64(UInt8.random(in: .min ... .max, using: &generator)))
        sum = mix(sum, UInt64(bitPattern: Int64.random(in: .min ... .max, using: &generator)))
        sum = mix(sum, UInt64(truncatingIfNeeded: UInt128.random(in: 0...(1 << 100), using: &generator)))
        sum = mix(sum, Double.random(in: -1..<1, using: &generator).bitPattern)
        sum = mix(sum, Double.random(in: 0...1e10, using: &generator).bitPattern)
        sum = mix(sum, UInt64(Float.random(in: 0..<1, using: &generator).bitPattern))
        sum = mix(sum, Bool.random(using: &generator) ? 1 : 2)
        sum = (0..<i % 8).shuffled(using: &generator).reduce(sum, mix)
    }
    // Without a generator numbers differ from run to run; what is known of them is their range.
    for _ in 0..<n % 10 {
        guard (3..<9).contains(Int.random(in: 3..<9)), (0..<1).contains(Double.random(in: 0..<1)) else { return 0 }
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
