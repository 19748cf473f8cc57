// Spans: views of memory that can not outlive it, of arrays, inline arrays and temporary memory, typed and raw.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

func fold(_ sum: UInt64, _ span: Span<UInt64>) -> UInt64 {
    var result = mix(sum, UInt64(span.count))
    for index in span.indices { result = mix(result, span[index]) }
    return result
}

func fold(_ sum: UInt64, _ bytes: RawSpan) -> UInt64 {
    var result = sum
    for offset in bytes.byteOffsets {
        result = mix(result, UInt64(bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)))
    }
    return result
}

/// Sorts in place, without knowing whose memory it is.
func sort(_ span: inout MutableSpan<UInt64>) {
    var i = 1
    while i < span.count {
        var j = i
        while j > 0, span[j - 1] > span[j] {
            span.swapAt(j - 1, j)
            j -= 1
        }
        i += 1
    }
}

struct Matrix {
    var cells: InlineArray<12, UInt64>
    func sum(from seed: UInt64) -> UInt64 { fold(seed, cells.span) }
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    var values = (0..<n).map { mix($0, n) }
    sum = fold(sum, values.span)
    if n > 4 { sum = fold(sum, values.span.extracting(2..<Int(n - 1))) }
    sum = fold(sum, values.span.bytes)
    sum = mix(sum, values.span.isEmpty ? 3 : values.span[values.count - 1])
    do {
        var span = values.mutableSpan
        sort(&span)
        if !span.isEmpty { span[0] = n }
    }
    sum = fold(sum, values.span)
    var matrix = Matrix(cells: InlineArray { mix(UInt64($0), n) })
    sum = matrix.sum(from: sum)
    do {
        var span = matrix.cells.mutableSpan
        sort(&span)
        span.swapAt(0, 11)
    }
    sum = matrix.sum(from: sum)
    sum = withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Int(n % 50) + 1) { buffer in
        buffer.initialize(repeating: 7)
        for i in buffer.indices { buffer[i] &+= mix(UInt64(i), n) }
        var span = MutableSpan(_unsafeElements: buffer)
        sort(&span)
        return fold(sum, span.span)
    }
    sum = withUnsafeTemporaryAllocation(byteCount: 64, alignment: 16) { bytes in
        for i in 0..<8 { bytes.storeBytes(of: mix(sum, UInt64(i)), toByteOffset: i * 8, as: UInt64.self) }
        bytes.storeBytes(of: 0x0102_0304, toByteOffset: 13, as: UInt32.self)
        return fold(sum, RawSpan(_unsafeBytes: UnsafeRawBufferPointer(bytes)))
    }
    let text = "Größe: \(n)"
    let utf8 = text.utf8.span
    for index in utf8.indices { sum = mix(sum, UInt64(utf8[index])) }
    let words = Array<UInt32>(0..<UInt32(n % 20))
    let raw = words.span.bytes
    for offset in stride(from: 0, to: raw.byteCount - 3, by: 3) {
        sum = mix(sum, UInt64(raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self)))
    }
    let built = [UInt64](unsafeUninitializedCapacity: Int(n)) { buffer, count in
        for i in 0..<Int(n) { buffer.initializeElement(at: i, to: sum ^ UInt64(i)) }
        count = Int(n) / 2
    }
    return fold(sum, built.span)
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
