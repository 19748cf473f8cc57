// Numbers with a point as text and back: the shortest text that reads as the same number, for numbers of all sizes.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

func fold(_ sum: UInt64, _ text: String) -> UInt64 {
    var result = mix(sum, UInt64(text.utf8.count))
    for byte in text.utf8 { result = mix(result, UInt64(byte)) }
    return result
}

func roundTrip(_ sum: UInt64, _ x: Double) -> UInt64 {
    let text = "\(x)"
    guard let read = Double(text) else { return fold(sum, "unreadable") }
    return fold(mix(sum, x.isNaN ? 1 : read.bitPattern ^ x.bitPattern), text)
}

func roundTrip(_ sum: UInt64, _ x: Float) -> UInt64 {
    let text = x.description
    guard let read = Float(text) else { return fold(sum, "unreadable") }
    return fold(mix(sum, x.isNaN ? 1 : UInt64(read.bitPattern ^ x.bitPattern)), text)
}

let texts = [
    "1.5", "-0", "0.1", "1e400", "-1e-400", "inf", "-INFINITY", "nan", "0x1.8p3", "0x1p-1074", "", " 1", "1 ", "1.5x",
    "+7", ".5", "5.",
    "1e", "1e+5", "9007199254740993", "2.2250738585072011e-308", "4.9406564584124654e-324", "2.4703282292062327e-324",
    "2.4703282292062328e-324", "1.7976931348623158e308", "1.7976931348623159e308", "123456789012345678901234567890",
    "0.500000000000000166533453693773481063544750213623046875", "16777217", "3.4028236e38", "1_000", "１",
]

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    for text in texts {
        sum = mix(sum, Double(text).map { $0.isNaN ? 1 : $0.bitPattern } ?? 2)
        sum = mix(sum, Float(text).map { $0.isNaN ? 1 : UInt64($0.bitPattern) } ?? 2)
    }
    for x: Double in [
        0, -0.0, 1, 0.1, 1e15, 1e16, 123456789012345680, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1e-5, 1e-4,
        .nan, -.infinity,
    ] {
        sum = roundTrip(roundTrip(sum, x), Float(x))
    }
    for i in 0..<n {
        sum = roundTrip(sum, Double(bitPattern: mix(i, n)))
        sum = roundTrip(sum, Float(bitPattern: UInt32(truncatingIfNeeded: mix(i, 7))))
        sum = roundTrip(sum, Double(i) / 100)
        sum = roundTrip(sum, Float(i) / 8)
        sum = roundTrip(sum, Double(mix(i, 3) >> (i % 64)))
        sum = roundTrip(sum, Double(bitPattern: mix(i, 9) >> 12))
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
