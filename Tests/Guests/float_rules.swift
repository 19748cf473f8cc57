// Floating point by the book: every rounding rule, roots, remainders, neighbours, special values,
// conversions. All of it is specified to the last bit.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

/// NaNs of operations have no specified sign and payload.
func bits(_ x: Double) -> UInt64 { x.isNaN ? 0x7ff8_0000_0000_0001 : x.bitPattern }
func bits(_ x: Float) -> UInt64 { x.isNaN ? 0x7fc0_0001 : UInt64(x.bitPattern) }

let specials: [Double] = [
    0, -0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.49999999999999994, 4503599627370495.5, 9007199254740992,
    .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
    2.2250738585072014e-308, 1.7976931348623157e308, -.infinity, .infinity, .nan, .pi, -1e-3, 1e22, 65504,
]

func classes(_ x: Double) -> UInt64 {
    var result: UInt64 = 0
    for (index, holds) in [
        x.isFinite, x.isInfinite, x.isNaN, x.isZero, x.isNormal, x.isSubnormal, x.isCanonical,
        x.sign == .minus && !x.isNaN,
        x.floatingPointClass == .positiveSubnormal, x.isSignalingNaN,
    ].enumerated() where holds { result |= 1 << UInt64(index) }
    return result
}

func unary(_ sum: UInt64, _ x: Double) -> UInt64 {
    var sum = mix(sum, classes(x))
    for rule: FloatingPointRoundingRule in [
        .up, .down, .towardZero, .awayFromZero, .toNearestOrEven, .toNearestOrAwayFromZero,
    ] {
        sum = mix(sum, bits(x.rounded(rule)))
        sum = mix(sum, bits(Float(x).rounded(rule)))
    }
    sum = mix(sum, bits(x.squareRoot()))
    sum = mix(sum, bits(Float(x).squareRoot()))
    sum = mix(sum, bits(x.nextUp) &+ bits(x.nextDown) &+ bits(x.ulp))
    sum = mix(sum, bits(x.significand) &+ bits(x.binade) &+ UInt64(bitPattern: Int64(x.significandWidth)))
    if x.isFinite { sum = mix(sum, x.exponentBitPattern.hashed ^ UInt64(bitPattern: Int64(x.isZero ? 0 : x.exponent))) }
    sum = mix(sum, Int64(exactly: x).map { UInt64(bitPattern: $0) } ?? 1)
    sum = mix(sum, UInt8(exactly: x).map { UInt64($0) } ?? 2)
    sum = mix(sum, Float(exactly: x).map { bits($0) } ?? 3)
    sum = mix(sum, bits(-x) &+ bits(x.magnitude) &+ bits(abs(x)))
    if abs(x) < 9e18 { sum = mix(sum, UInt64(bitPattern: Int64(x)) &+ UInt64(truncatingIfNeeded: Int32(clampedTo: x))) }
    return sum
}

extension UInt {
    var hashed: UInt64 { mix(7, UInt64(self)) }
}

extension Int32 {
    init(clampedTo x: Double) { self = x >= 2e9 ? .max : x <= -2e9 ? .min : Int32(x) }
}

func binary(_ sum: UInt64, _ x: Double, _ y: Double) -> UInt64 {
    var sum = mix(sum, bits(x + y) ^ bits(x - y) &* 3 ^ bits(x * y) &* 5 ^ bits(x / y) &* 7)
    let (a, b) = (Float(x), Float(y))
    sum = mix(sum, bits(a + b) ^ bits(a - b) &* 3 ^ bits(a * b) &* 5 ^ bits(a / b) &* 7)
    sum = mix(sum, bits(x.remainder(dividingBy: y)))
    sum = mix(sum, bits(x.truncatingRemainder(dividingBy: y)))
    sum = mix(sum, bits(a.truncatingRemainder(dividingBy: b)))
    sum = mix(sum, bits(Double.minimum(x, y)) &+ bits(Double.maximum(x, y)))
    sum = mix(sum, bits(Double.minimumMagnitude(x, y)) &+ bits(Double.maximumMagnitude(x, y)))
    sum = mix(sum, bits(Double(signOf: x.isNaN ? 1 : x, magnitudeOf: y)))
    let comparisons = [x < y, x <= y, x == y, x != y, x > y, x >= y, x.isLess(than: y), a < b, a == b]
    for (index, holds) in comparisons.enumerated() { sum = mix(sum, holds ? UInt64(index) : 99) }
    return mix(sum, x.isTotallyOrdered(belowOrEqualTo: y) || x.isNaN || y.isNaN ? 1 : 2)
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    for x in specials {
        sum = unary(sum, x)
        for y in specials.prefix(n == 0 ? 3 : 30) { sum = binary(sum, x, y) }
    }
    for i in 0..<n {
        let x = Double(bitPattern: mix(i, n))
        let y = Double(Int64(bitPattern: mix(i, 5)) >> Int64(i % 60)) / 8
        sum = unary(unary(sum, x), y)
        sum = binary(binary(sum, y, y / 3), x, y)
        // Close to each other in size, where cancellation and ties happen.
        let z = Double(sign: .plus, exponent: Int(i % 9) - 4, significand: 1 + Double(mix(i, 9) >> 12) * 0x1p-52)
        sum = binary(sum, z, z.nextUp)
        sum = mix(sum, bits(Double(sign: .minus, exponent: -1070 + Int(i % 100), significand: z)))
        sum = mix(sum, bits(Double(Float(bitPattern: UInt32(truncatingIfNeeded: mix(i, 11))))))
        sum = mix(sum, bits(Double(mix(i, 1))) &+ bits(Float(mix(i, 2))) &+ bits(Float(Int64(bitPattern: mix(i, 3)))))
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
