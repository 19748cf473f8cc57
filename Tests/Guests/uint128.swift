// 128-bit integers: all four operations, shifts, comparison, full-width multiplication and division, powers modulo a prime.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

func fold(_ sum: UInt64, _ value: UInt128) -> UInt64 {
    mix(mix(sum, UInt64(truncatingIfNeeded: value)), UInt64(truncatingIfNeeded: value >> 64))
}

func power(_ base: UInt64, _ exponent: UInt64, modulo: UInt64) -> UInt64 {
    var result: UInt64 = 1
    var base = base % modulo
    var exponent = exponent
    while exponent > 0 {
        if exponent & 1 == 1 { result = UInt64(UInt128(result) * UInt128(base) % UInt128(modulo)) }
        base = modulo.dividingFullWidth(base.multipliedFullWidth(by: base)).remainder
        exponent >>= 1
    }
    return result
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    for i in 0..<n {
        let a = UInt128(mix(i, 1)) << 64 | UInt128(mix(i, 2))
        let b = UInt128(mix(i, 3)) << UInt128(i % 65) | 1
        let c = Int128(truncatingIfNeeded: a) >> 3
        let d = -Int128(truncatingIfNeeded: b >> 20) - 1
        sum = fold(sum, a &+ b)
        sum = fold(sum, a &- b)
        sum = fold(sum, a &* b)
        sum = fold(sum, a / b)
        sum = fold(sum, a % b)
        sum = fold(sum, UInt128(truncatingIfNeeded: c / d))
        sum = fold(sum, UInt128(truncatingIfNeeded: c % d))
        sum = fold(sum, a << UInt128(i % 130))
        sum = fold(sum, UInt128(truncatingIfNeeded: c >> Int128(i % 130)))
        sum = mix(sum, (a < b ? 1 : 0) + (c < d ? 2 : 0) + UInt64(a.leadingZeroBitCount))
        sum = mix(sum, a.addingReportingOverflow(b).overflow ? 1 : 0)
        sum = mix(sum, power(mix(i, 9), i &+ 1000, modulo: 0xffff_ffff_ffff_ffc5))
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
