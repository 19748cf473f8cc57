// Integer arithmetic that wraps, saturates, reports overflow, or goes to the limits of its type.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

func exercise<T: FixedWidthInteger>(_ sum: UInt64, _ a: T, _ b: T) -> UInt64 {
    var sum = sum
    func add(_ value: T) { sum = mix(sum, UInt64(truncatingIfNeeded: value)) }
    func add(_ result: (partialValue: T, overflow: Bool)) {
        add(result.partialValue)
        sum = mix(sum, result.overflow ? 1 : 0)
    }
    add(a.addingReportingOverflow(b))
    add(a.subtractingReportingOverflow(b))
    add(a.multipliedReportingOverflow(by: b))
    add(a.dividedReportingOverflow(by: b))
    add(a.remainderReportingOverflow(dividingBy: b))
    add(a &+ b)
    add(a &- b)
    add(a &* b)
    add(a &<< b)
    add(a &>> b)
    add(a << (b & 127))
    add(a >> (b & 127))
    add(~a ^ b & a | b)
    add(T(clamping: UInt64(truncatingIfNeeded: a) &* 3))
    add(T(a.leadingZeroBitCount) &+ T(b.trailingZeroBitCount) &+ T(a.nonzeroBitCount))
    add(a.byteSwapped)
    let wide = a.multipliedFullWidth(by: b)
    add(wide.high)
    add(T(truncatingIfNeeded: wide.low))
    sum = mix(sum, UInt64(truncatingIfNeeded: a.magnitude) &+ (a < b ? 1 : 0) &+ (a.isMultiple(of: 3) ? 2 : 0))
    return mix(sum, UInt64(bitPattern: Int64(a.signum())))
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    let limits: [UInt64] = [
        0, 1, 2, 7, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
        0x7fff_ffff_ffff_ffff,
        0x8000_0000_0000_0000, 0xffff_ffff_ffff_ffff, 0x0123_4567_89ab_cdef,
    ]
    for a in limits {
        for b in limits where (a ^ b) % 3 == n % 3 {
            sum = exercise(sum, Int8(truncatingIfNeeded: a), Int8(truncatingIfNeeded: b))
            sum = exercise(sum, UInt8(truncatingIfNeeded: a), UInt8(truncatingIfNeeded: b))
            sum = exercise(sum, Int32(truncatingIfNeeded: a), Int32(truncatingIfNeeded: b))
            sum = exercise(sum, UInt32(truncatingIfNeeded: a), UInt32(truncatingIfNeeded: b))
            sum = exercise(sum, Int64(truncatingIfNeeded: a), Int64(truncatingIfNeeded: b))
            sum = exercise(sum, a, b)
        }
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
