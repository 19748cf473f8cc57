// Arrays: growing, sorting, slicing, copying on write, nested, and the functions that take closures.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    var values: [UInt64] = []
    for i in 0..<n {
        values.append(mix(i, n))
        if i % 10 == 3 { values.removeFirst() }
        if i % 10 == 7 { values.insert(i, at: values.count / 2) }
    }
    let copy = values
    values.sort()
    for (left, right) in zip(values, copy) { sum = mix(sum, left &- right) }
    for value in copy.map({ $0 >> 3 }).filter({ $0 % 3 != 0 }).reversed() { sum = mix(sum, value) }
    sum = mix(sum, copy.reduce(0) { $0 &+ $1 })
    if values.count > 6 {
        var slice = values[2..<(values.count - 2)]
        slice[slice.startIndex] = 5
        slice.append(9)
        sum = mix(sum, slice.min() ?? 0)
        sum = mix(sum, UInt64(slice.count) &+ slice[3])
        values.replaceSubrange(1..<4, with: [1, 2, 3, 4, 5])
        values.swapAt(0, values.count - 1)
    }
    var grid = [[UInt32]](repeating: [1, 2, 3], count: 4)
    for i in stride(from: 0, to: Int(n % 100), by: 3) { grid[i % 4][i % 3] &+= UInt32(i) }
    for row in grid { for cell in row { sum = mix(sum, UInt64(cell)) } }
    let pairs = copy.enumerated().map { ($0.offset, $0.element) }.sorted { $0.1 > $1.1 }
    for (offset, element) in pairs.prefix(20) { sum = mix(sum, UInt64(offset) &+ element) }
    sum = mix(sum, UInt64(values.firstIndex(of: 4) ?? 77) &+ (values.contains(9) ? 1 : 0))
    return values.withUnsafeBufferPointer { buffer in
        var result = sum
        for value in buffer { result = mix(result, value) }
        return result
    }
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
