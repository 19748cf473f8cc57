// Memory without the allocator: InlineArray, Span, MutableSpan, RawSpan, temporary buffers, tuples.

struct Matrix {
    var cells: InlineArray<9, Int32>

    static func * (left: Matrix, right: Matrix) -> Matrix {
        var result = Matrix(cells: .init(repeating: 0))
        for row in 0..<3 {
            for column in 0..<3 {
                for k in 0..<3 {
                    result.cells[row * 3 + column] &+= left.cells[row * 3 + k] &* right.cells[k * 3 + column]
                }
            }
        }
        return result
    }
}

func total(_ span: Span<Int32>) -> UInt64 {
    var sum: UInt64 = 0
    for index in span.indices { sum = sum &* 5 &+ UInt64(truncatingIfNeeded: span[index]) }
    return sum
}

func bytes(_ span: RawSpan) -> UInt64 {
    var sum: UInt64 = 0
    for offset in stride(from: 0, to: span.byteCount - 7, by: 3) {
        sum = mix(sum, span.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    return sum
}

func reverse(_ span: inout MutableSpan<UInt16>) {
    var low = 0
    var high = span.count - 1
    while low < high {
        span.swapAt(low, high)
        low += 1
        high -= 1
    }
}

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    var matrix = Matrix(cells: [1, 2, 3, 0, 1, 4, 5, 6, 0])
    let step = Matrix(cells: [2, 0, 1, 1, 1, 0, 0, 3, 1])
    var values: [UInt16] = [1, 2, 3, 4, 5, 6, 7]
    for i in 0..<n {
        matrix = matrix * step
        sum = mix(sum, total(matrix.cells.span))
        sum = mix(sum, total(matrix.cells.span.extracting(Int(i % 4)..<7)))
        sum = mix(sum, bytes(values.span.bytes))
        var mutable = values.mutableSpan
        reverse(&mutable)
        values[Int(i % 7)] &+= UInt16(truncatingIfNeeded: i)
        sum = withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 8) { buffer in
            for index in 0..<8 { buffer.initializeElement(at: index, to: sum >> UInt64(index)) }
            return mix(buffer[Int(i % 8)], buffer[7])
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
