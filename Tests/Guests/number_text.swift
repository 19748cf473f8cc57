// Integers as text and back, in every radix, of every width; what is not a number is refused.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

func fold(_ sum: UInt64, _ text: String) -> UInt64 {
    var result = mix(sum, UInt64(text.utf8.count))
    for byte in text.utf8 { result = mix(result, UInt64(byte)) }
    return result
}

func roundTrip<T: FixedWidthInteger>(_ sum: UInt64, _ value: T, _ radix: Int) -> UInt64 {
    let text = String(value, radix: radix, uppercase: radix % 2 == 0)
    return fold(mix(sum, T(text, radix: radix) == value ? 1 : 2), text)
}

func decimal<T: FixedWidthInteger>(_ sum: UInt64, _ value: T) -> UInt64 {
    let text = value.description
    return fold(mix(sum, T(text) == value ? 1 : 2), "\(text)|\(value)")
}

func parse<T: FixedWidthInteger>(_ sum: UInt64, _ texts: [String], _ type: T.Type) -> UInt64 {
    var sum = sum
    for text in texts {
        for radix in [10, 16, 36] {
            sum = mix(sum, T(text, radix: radix).map { UInt64(truncatingIfNeeded: $0) &+ 1 } ?? 0)
        }
    }
    return sum
}

let texts = [
    "", "-", "+", "0", "-0", "+0", "ff", "FF", "-80", "80", "127", "128", "-128", "-129", "255", "256", "zz",
    "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "18446744073709551615", "18446744073709551616", "1 ", " 1", "1_0",
    "0x10",
    "٣", "00000000000000000000000000000000000007", "ffffffffffffffffffffffffffffffff", "--1",
]

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = parse(n, texts, Int8.self)
    sum = parse(sum, texts, UInt8.self)
    sum = parse(sum, texts, Int16.self)
    sum = parse(sum, texts, Int64.self)
    sum = parse(sum, texts, UInt64.self)
    sum = parse(sum, texts, UInt128.self)
    sum = mix(sum, UInt64(Int("ff", radix: 16) ?? 0) &+ UInt64(Int("-zz", radix: 36)?.magnitude ?? 0))
    for extreme in [Int64.min, .max, 0, -1] { sum = decimal(roundTrip(sum, extreme, 2), extreme) }
    for i in 0..<n {
        let value = mix(i, n) >> (i % 64)
        let radix = Int(i % 35) + 2
        sum = roundTrip(sum, value, radix)
        sum = roundTrip(sum, Int64(bitPattern: mix(i, 3)), radix)
        sum = roundTrip(sum, Int32(truncatingIfNeeded: value), radix)
        sum = roundTrip(sum, UInt8(truncatingIfNeeded: value), radix)
        sum = roundTrip(sum, UInt128(value) * UInt128(mix(i, 4)), radix)
        sum = decimal(sum, Int8(truncatingIfNeeded: value))
        sum = decimal(sum, UInt16(truncatingIfNeeded: value))
        sum = decimal(sum, -Int128(value) * 1_000_000_007)
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
