// Floating point in software, which must agree with the hardware's to the last bit.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

func root(_ x: Double) -> Double {
    var y = x > 1 ? x : 1
    for _ in 0..<30 { y = (y + x / y) / 2 }
    return y
}

struct Complex {
    var real: Double
    var imaginary: Double
    static func * (a: Complex, b: Complex) -> Complex {
        let products = (a.real * b.real, a.imaginary * b.imaginary, a.real * b.imaginary, a.imaginary * b.real)
        return Complex(real: products.0 - products.1, imaginary: products.2 + products.3)
    }
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    var point = Complex(real: 0.1, imaginary: 0.7)
    var single: Float = 1
    for i in 1..<(n + 1) {
        let a = Double(Int64(bitPattern: mix(i, n)) >> Int64(i % 60))
        let b = Double(i) * 0.37 + 0.25
        sum = mix(sum, (a / b - b).bitPattern)
        sum = mix(sum, root(b).bitPattern)
        point = point * Complex(real: b / (b + 1), imaginary: -0.5)
        sum = mix(sum, point.real.bitPattern ^ point.imaginary.bitPattern)
        single = single * 0.75 + Float(a) / 3
        sum = mix(sum, UInt64(single.bitPattern))
        sum = mix(
            sum, (a < b ? 1 : 0) + (a == b ? 2 : 0) + (single > 0.5 ? 4 : 0) + (a.isNaN ? 8 : 0) + (b.isFinite ? 16 : 0)
        )
        sum = mix(sum, UInt64(bitPattern: Int64(a / 1024)) &+ UInt64(b * 7))
        sum = mix(sum, max(a, b).bitPattern &+ abs(a).bitPattern &+ UInt64(a.exponent.magnitude))
        sum = mix(sum, Double(single).bitPattern &+ UInt64(Float(b).bitPattern) &+ (b * 1e-300 * 1e-10).bitPattern)
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
