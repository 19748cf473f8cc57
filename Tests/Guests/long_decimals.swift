// Decimals with more digits than a number has: reading them has to round once, whatever the digits far behind are.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

func both(_ sum: UInt64, _ text: String) -> UInt64 {
    mix(sum, (Double(text) ?? .nan).bitPattern &+ UInt64((Float(text) ?? .nan).bitPattern))
}

let halves = [
    // Between two numbers, just below and just above.
    "9007199254740993", "9007199254740992.99999999999999999999999999", "9007199254740993.00000000000000000000000001",
    "1.00000000000000011102230246251565404236316680908203125",
    "1.00000000000000011102230246251565404236316680908203124",
    "1.00000000000000011102230246251565404236316680908203126", "1.000000059604644775390625",
    "1.000000059604644775390626",
    "2.4703282292062327208299439643411068618252990130716238221279284125033775363510437593264991818081799618989828234772e-324",
    "2.4703282292062327208299439643411068618252990130716238221279284125033775363510437593264991818081799618989828234773e-324",
    "2.2250738585072011e-308", "2.225073858507201136057409796709131975934819546351645648023426109724822222021e-308",
    "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910",
    "0.000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001",
]

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = halves.reduce(n, both)
    for i in 0..<n {
        sum = both(sum, "\(mix(i, 1)).\(mix(i, 2))\(mix(i, 3))e-\(i % 300)")
        sum = both(sum, "-0.\(mix(i, 4))\(mix(i, 5))\(mix(i, 6))\(mix(i, 7))e\(i % 30)")
        // The decimals of a number in full, and something behind them.
        let exact = mix(i, n) >> 11 | 1 << 52
        sum = both(sum, "\(exact).5")
        sum = both(sum, "\(exact).50000000000000000000000000000\(i)")
        sum = both(sum, "\(exact).49999999999999999999999999999\(i)")
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
