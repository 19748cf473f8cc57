// Vectors: arithmetic, masks, shuffles and reductions, which become scalar code here and vector instructions elsewhere.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

func fold<V: SIMD>(_ sum: UInt64, _ vector: V) -> UInt64 where V.Scalar: FixedWidthInteger {
    vector.indices.reduce(sum) { mix($0, UInt64(truncatingIfNeeded: vector[$1])) }
}

func fold<V: SIMD>(_ sum: UInt64, _ vector: V) -> UInt64 where V.Scalar == Float {
    vector.indices.reduce(sum) { mix($0, vector[$1].isNaN ? 1 : UInt64(vector[$1].bitPattern)) }
}

func fold<V: SIMD>(_ sum: UInt64, _ vector: V) -> UInt64 where V.Scalar == Double {
    vector.indices.reduce(sum) { mix($0, vector[$1].isNaN ? 1 : vector[$1].bitPattern) }
}

func fold<V: SIMD>(_ sum: UInt64, _ mask: SIMDMask<V>) -> UInt64 {
    (0..<mask.scalarCount).reduce(sum) { mix($0, mask[$1] ? 1 : 2) }
}

func integers<V: SIMD>(_ sum: UInt64, _ a: V, _ b: V) -> UInt64 where V.Scalar: FixedWidthInteger {
    var sum = fold(fold(fold(sum, a &+ b), a &- b), a &* b)
    sum = fold(fold(fold(sum, a & b), a | b), a ^ ~b)
    sum = fold(fold(sum, a &<< 3), a &>> (b & 7))
    sum = fold(fold(sum, a / (b | 1)), a % (b | 1))
    sum = fold(fold(sum, a .< b), a .== b)
    sum = fold(sum, a.replacing(with: b, where: a .> b))
    sum = fold(fold(sum, pointwiseMin(a, b)), pointwiseMax(a, b))
    sum = mix(sum, UInt64(truncatingIfNeeded: a.wrappedSum() &+ a.min() &+ b.max()))
    return fold(fold(sum, a.leadingZeroBitCount), a.nonzeroBitCount)
}

func floats(_ sum: UInt64, _ a: SIMD4<Float>, _ b: SIMD4<Float>) -> UInt64 {
    var sum = fold(fold(fold(fold(sum, a + b), a - b), a * b), a / b)
    sum = fold(fold(sum, a.squareRoot()), a.rounded(.down))
    sum = fold(sum, (a * 2).addingProduct(b, a))
    sum = fold(fold(sum, a .< b), a .>= b)
    sum = mix(sum, UInt64(a.sum().bitPattern) ^ UInt64(a.min().bitPattern))
    return fold(sum, a.clamped(lowerBound: SIMD4(repeating: -1), upperBound: b.replacing(with: 5, where: b .< -1)))
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    var state = SIMD4<UInt64>(1, 2, 3, n)
    for i in 0..<n {
        let word = mix(i, n)
        let bytes = SIMD8<UInt8>((0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) })
        sum = integers(sum, bytes, SIMD8(repeating: UInt8(truncatingIfNeeded: i)))
        sum = integers(sum, SIMD2<Int64>(Int64(bitPattern: word), Int64(i)), SIMD2(-3, 7))
        sum = integers(
            sum, SIMD4<Int16>(truncatingIfNeeded: SIMD4<UInt64>(word, i, sum, 9)), [1, -2, 300, Int16(i % 100)])
        sum = integers(sum, SIMD3<UInt32>(UInt32(truncatingIfNeeded: word), 7, UInt32(i)), SIMD3(3, 2, 1))
        let wide = SIMD16<UInt8>(lowHalf: bytes, highHalf: bytes &+ 77)
        sum = integers(sum, wide, SIMD16(lowHalf: bytes ^ 0x55, highHalf: wide.evenHalf))
        sum = fold(fold(sum, wide.lowHalf &+ wide.highHalf), wide.evenHalf ^ wide.oddHalf)
        state = (state &+ SIMD4(word, i, 5, 1)) ^ SIMD4(state[3], state[0], state[1], state[2]) &>> 7
        sum = fold(sum, state)
        let position = SIMD4<Float>(Float(i), -1.5, Float(word >> 40), 0.1)
        sum = floats(sum, position, SIMD4(0.3, Float(i % 7), -2, 1e3))
        let doubles = SIMD2<Double>(x: Double(i) / 7, y: Double(word))
        sum = fold(fold(sum, doubles * doubles - 1), SIMD2<Double>(doubles.y, doubles.x) / 3)
        sum = fold(
            sum, SIMD4<Int32>(position.clamped(lowerBound: .init(repeating: -9), upperBound: .init(repeating: 9))))
        let mask = bytes .> 100 .& (bytes .< 200)
        sum = mix(sum, (any(mask) ? 1 : 0) + (all(.!mask) ? 2 : 0))
        var changed = bytes
        changed[Int(i % 8)] = 3
        changed.replace(with: 9, where: mask .^ (changed .== 3))
        sum = fold(sum, changed)
        sum = mix(sum, changed == bytes ? 1 : 2)
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
