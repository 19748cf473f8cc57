// Double-width arithmetic: 128-bit integers with signs and overflow, full products and quotients, bits and bytes of
// all widths.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

func fold(_ sum: UInt64, _ value: UInt128) -> UInt64 {
    mix(mix(sum, UInt64(truncatingIfNeeded: value)), UInt64(truncatingIfNeeded: value >> 64))
}

func fold(_ sum: UInt64, _ value: Int128) -> UInt64 { fold(sum, UInt128(bitPattern: value)) }

func overflow<T: FixedWidthInteger>(_ sum: UInt64, _ a: T, _ b: T) -> UInt64 {
    var sum = sum
    for (value, overflow) in [
        a.addingReportingOverflow(b), a.subtractingReportingOverflow(b), a.multipliedReportingOverflow(by: b),
        a.dividedReportingOverflow(by: b), a.remainderReportingOverflow(dividingBy: b),
    ] {
        sum = mix(
            sum, UInt64(truncatingIfNeeded: value) &+ UInt64(truncatingIfNeeded: value >> 64) &* 3 &+ (overflow ? 1 : 0)
        )
    }
    return sum
}

func bits<T: FixedWidthInteger>(_ sum: UInt64, _ value: T) -> UInt64 {
    var sum = mix(sum, UInt64(value.nonzeroBitCount) &+ UInt64(value.leadingZeroBitCount) << 8)
    sum = mix(sum, UInt64(value.trailingZeroBitCount) &+ UInt64(truncatingIfNeeded: value.byteSwapped))
    sum = mix(sum, UInt64(truncatingIfNeeded: value.bigEndian) ^ UInt64(truncatingIfNeeded: value.littleEndian))
    sum = mix(sum, UInt64(truncatingIfNeeded: ~value) &+ UInt64(truncatingIfNeeded: value.signum()))
    for shift in [-70, -9, -1, 0, 3, 31, 64, 127, 300] {
        sum = mix(sum, UInt64(truncatingIfNeeded: value << shift) ^ UInt64(truncatingIfNeeded: value >> shift) &* 3)
        sum = mix(sum, UInt64(truncatingIfNeeded: value &<< T(truncatingIfNeeded: shift)))
    }
    return sum
}

func full<T: FixedWidthInteger & UnsignedInteger>(_ sum: UInt64, _ a: T, _ b: T) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    var sum = mix(sum, UInt64(truncatingIfNeeded: product.high) &* 3 &+ UInt64(truncatingIfNeeded: product.low))
    if b > product.high {
        let (quotient, remainder) = b.dividingFullWidth((high: product.high, low: product.low))
        sum = mix(sum, UInt64(truncatingIfNeeded: quotient) &* 5 &+ UInt64(truncatingIfNeeded: remainder))
    }
    return sum
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    var factorial: UInt128 = 1
    for i in 0..<n {
        let a = UInt128(mix(i, n)) << 64 | UInt128(mix(i, 3))
        let b = (UInt128(mix(i, 5)) << 64 | UInt128(mix(i, 7))) >> UInt128(i % 128) | 1
        let (c, d) = (Int128(bitPattern: a), Int128(bitPattern: b))
        sum = fold(fold(sum, a / b), a % b)
        sum = fold(fold(sum, c / d), c % d)
        sum = fold(sum, a &* b &+ (a ^ b) &- a >> 3)
        sum = fold(sum, c >> 37 &+ (c < d ? 1 : 2))
        sum = overflow(overflow(sum, a, b), c, d)
        sum = overflow(sum, Int64(truncatingIfNeeded: c), Int64(truncatingIfNeeded: d))
        sum = overflow(sum, Int8(truncatingIfNeeded: c), Int8(truncatingIfNeeded: d))
        sum = bits(bits(sum, a), c)
        sum = bits(bits(sum, UInt64(truncatingIfNeeded: a)), Int16(truncatingIfNeeded: c))
        sum = full(full(sum, UInt64(truncatingIfNeeded: a), mix(i, 9)), UInt32(truncatingIfNeeded: a), 0xffff_fff1)
        sum = full(sum, UInt8(truncatingIfNeeded: a), UInt8(truncatingIfNeeded: b))
        sum = fold(sum, a.quotientAndRemainder(dividingBy: b).quotient)
        let high = Int64(bitPattern: mix(i, 1)).multipliedFullWidth(by: Int64(bitPattern: mix(i, 2)))
        sum = mix(sum, UInt64(bitPattern: high.high) &+ high.low)
        sum = mix(sum, UInt64(clamping: c) &+ UInt64(bitPattern: Int64(clamping: a)) &+ (UInt64(exactly: b) ?? 3))
        sum = mix(sum, Double(a).bitPattern ^ Double(c).bitPattern)
        factorial = i % 34 == 0 ? 1 : factorial * UInt128(i % 34)
        sum = fold(sum, factorial)
        sum = fold(sum, UInt128(Double(mix(i, 4)) * 1e15))
    }
    sum = overflow(sum, Int128.min, -1)
    return fold(sum, Int128.max.magnitude)
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
