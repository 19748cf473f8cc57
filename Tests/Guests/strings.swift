// Strings: interpolation, appending, UTF-8 views, conversion of numbers. What needs Unicode tables has guests of its own.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

func fold(_ sum: UInt64, _ text: String) -> UInt64 {
    var result = mix(sum, UInt64(text.utf8.count))
    for byte in text.utf8 { result = mix(result, UInt64(byte)) }
    return result
}

struct Version: CustomStringConvertible {
    var major: Int
    var minor: UInt8
    var description: String { "\(major).\(minor)" }
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    var log = ""
    for i in 0..<n {
        let text = "n = \(i), minus n = \(-Int(i)), hex \(String(i &* 977, radix: 16)), \(i % 2 == 0)"
        sum = fold(sum, text)
        sum = fold(sum, Version(major: Int(i), minor: UInt8(i % 256)).description)
        log += text.utf8.count % 3 == 0 ? "größer als ein kurzer Text 🙂" : "kurz"
        if i % 16 == 15 { log = "" }
        sum = mix(sum, UInt64(log.utf8.count) &+ UInt64(log.unicodeScalars.reduce(0) { $0 &+ $1.value }))
        var bytes = Array(log.utf8.prefix(20))
        bytes.append(0x21)
        sum = fold(sum, String(decoding: bytes, as: UTF8.self))
        let joined = ["a", String(i), "c"].joined(separator: ", ")
        sum = fold(sum, joined)
        let number = Int(String(i * 37)) ?? -1
        sum = mix(sum, UInt64(number) &+ (UInt64(String(i, radix: 2), radix: 2) ?? 0))
        sum = mix(sum, joined.isEmpty ? 1 : UInt64(joined.unicodeScalars.first?.value ?? 0))
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
