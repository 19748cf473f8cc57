// Fused multiplication and addition: one rounding, which shows where product and sum cancel or lie between two numbers.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

func bits(_ x: Double) -> UInt64 { x.isNaN ? 1 : x.bitPattern }
func bits(_ x: Float) -> UInt64 { x.isNaN ? 1 : UInt64(x.bitPattern) }

let specials: [Double] = [
    0, -0.0, 1, -1, 0.1, .pi, 1e-3, -.infinity, .infinity, .nan, .leastNonzeroMagnitude, .leastNormalMagnitude,
    .greatestFiniteMagnitude, 0x1.0000000000001p0, 0x1.fffffffffffffp0, 0x1p-537, 0x1p512,
]

func all(_ sum: UInt64, _ x: Double, _ y: Double, _ z: Double) -> UInt64 {
    let (a, b, c) = (Float(x), Float(y), Float(z))
    let sum = mix(sum, bits(z.addingProduct(x, y)) ^ bits(c.addingProduct(a, b)) << 7)
    // What the product lost when it was rounded.
    return mix(sum, bits((-(x * y)).addingProduct(x, y)) ^ bits((-(a * b)).addingProduct(a, b)) << 7)
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    for x in specials { for y in specials { for z in specials.prefix(Int(n % 30)) { sum = all(sum, x, y, z) } } }
    for i in 0..<n {
        let x = Double(bitPattern: mix(i, n) >> 12 | 0x3ff0_0000_0000_0000)
        let y = Double(bitPattern: mix(i, 3) >> 12 | 0x3ff0_0000_0000_0000)
        sum = all(sum, x, y, -x * y + Double(i % 3) * 0x1p-52)
        sum = all(sum, x, y, Double(sign: .plus, exponent: Int(i % 130) - 110, significand: y))
        sum = all(sum, x * 0x1p-600, y * 0x1p-440, 0x1p-1074 * Double(i))
        sum = all(sum, Double(bitPattern: mix(i, 5)), Double(bitPattern: mix(i, 6)), Double(bitPattern: mix(i, 7)))
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
