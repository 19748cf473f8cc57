// NaNs: what is specified about their signs and payloads is what moves bits only and never calculates.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    for i in 0..<n {
        let payload = mix(i, n) & 0x3_ffff_ffff_ffff
        let quiet = Double(nan: payload, signaling: false)
        let signaling = Double(nan: payload | 1, signaling: true)
        for x in [quiet, -quiet, signaling, -signaling] {
            sum = mix(sum, x.bitPattern)
            sum = mix(sum, (x.isNaN ? 1 : 0) + (x.isSignalingNaN ? 2 : 0) + (x.sign == .minus ? 4 : 0))
            sum = mix(sum, x.significandBitPattern &+ UInt64(x.exponentBitPattern))
            sum = mix(sum, (x == x ? 1 : 0) + (x < 1 ? 2 : 0) + (x != 1 ? 4 : 0) + (x >= .infinity ? 8 : 0))
            sum = mix(sum, x.magnitude.bitPattern ^ Double(signOf: -1, magnitudeOf: x).bitPattern)
            sum = mix(sum, (x + 1).isNaN && !(x * 0).isSignalingNaN && x.squareRoot().isNaN ? 1 : 2)
            sum = mix(sum, Double.minimum(quiet, 3).bitPattern &+ Double.maximum(4, quiet).bitPattern)
            sum = mix(sum, Int(exactly: x) == nil ? 1 : 2)
        }
        let small = Float(nan: Float.RawSignificand(truncatingIfNeeded: payload & 0x1f_ffff), signaling: i % 2 == 1)
        sum = mix(sum, UInt64(small.bitPattern) ^ UInt64((-small).bitPattern))
        // The order of all values has a place for each NaN.
        let values = [quiet, -quiet, 1, -.infinity, 0, -0.0, .infinity, Double(nan: 1, signaling: false)]
        for value in values.sorted(by: { !$1.isTotallyOrdered(belowOrEqualTo: $0) }) {
            sum = mix(sum, value.bitPattern)
        }
    }
    let invalid = [Double.infinity - .infinity, 0 * .infinity, Double(n) * 0 / 0, (-1 - Double(n)).squareRoot()]
    return invalid.allSatisfy { $0.isNaN && !$0.isSignalingNaN } ? sum : 0
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
