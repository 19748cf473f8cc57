// Complex numbers, and code that is generic over real ones. Functions whose last bit the standard leaves open stay out.

import Numerics

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

func bits(_ x: Double) -> UInt64 { x.isNaN ? 1 : x.bitPattern }

func fold(_ sum: UInt64, _ z: Complex<Double>) -> UInt64 { mix(mix(sum, bits(z.real)), bits(z.imaginary)) }

/// The zeros of a polynomial, all at once (Durand and Kerner).
func roots(_ coefficients: [Complex<Double>]) -> [Complex<Double>] {
    let seed = Complex<Double>(0.4, 0.9)
    var roots = coefficients.indices.map { index in (0..<index).reduce(Complex<Double>.one) { power, _ in power * seed }
    }
    for _ in 0..<12 {
        for i in roots.indices {
            let value = coefficients.reduce(Complex<Double>.one) { $0 * roots[i] + $1 }
            let others = roots.indices.reduce(Complex<Double>.one) { $1 == i ? $0 : $0 * (roots[i] - roots[$1]) }
            roots[i] -= value / others
        }
    }
    return roots
}

func mean<T: Real>(_ values: [T]) -> T { T.sqrt(values.reduce(0) { $0 + $1 * $1 } / T(values.count)) }

/// A sum that loses nothing: the parts that rounding takes away are summed as well.
func exactSum<T: Real>(_ values: [T]) -> (head: T, tail: T) {
    values.reduce((0, 0)) { sum, value in
        let (head, tail) = Augmented.sum(sum.head, value)
        return (head, sum.tail + tail)
    }
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    var z = Complex<Double>(1, 2)
    for i in 0..<n {
        let w = Complex(Double(mix(i, n) >> 11) * 0x1p-53, Double(i) - 3)
        z = z * w / (w + 1) - w.conjugate
        sum = fold(sum, z)
        sum = fold(sum, z.multiplied(by: 3).divided(by: 7))
        sum = mix(sum, bits(z.lengthSquared) ^ bits(z.magnitude))
        sum = mix(sum, (z.isFinite ? 1 : 0) + (z.isNormal ? 2 : 0) + (z.isZero ? 4 : 0) + (z == w ? 8 : 0))
        if let reciprocal = w.reciprocal { sum = fold(sum, reciprocal) }
        let single = Complex<Float>(Float(w.real), Float(w.imaginary))
        let square = single * single - .i
        sum = mix(sum, UInt64(square.real.bitPattern) << 32 | UInt64(square.imaginary.bitPattern))
        let numbers = (0..<10).map { Double(bitPattern: mix($0, i) >> 12 | 0x3ff0_0000_0000_0000) - 1.5 }
        sum = mix(sum, bits(mean(numbers)) ^ UInt64(mean(numbers.map { Float($0) }).bitPattern))
        let (head, tail) = exactSum(numbers.map { $0 * Double(i + 1) })
        sum = mix(mix(sum, bits(head)), bits(tail))
        // The norm is a key path unless one says so, and Embedded Swift has none.
        let almost = 2.5 + numbers[0] * 1e-9
        let isEqual = almost.isApproximatelyEqual(
            to: 2.5, absoluteTolerance: 1e-10, relativeTolerance: 0, norm: { $0.magnitude })
        sum = mix(sum, isEqual ? 1 : 2)
    }
    return roots([Complex(-6), Complex(11, Double(n)), -6]).reduce(sum, fold)
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#else
/// Natively a program: prints `run` of each argument.
@main enum Program {
    static func main() {
        for argument in CommandLine.arguments.dropFirst() { print(run(UInt64(argument) ?? 0)) }
    }
}
#endif
