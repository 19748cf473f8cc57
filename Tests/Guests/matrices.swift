// Matrices of floating-point numbers: products, decomposition, determinants, least squares, a fast Fourier transform.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

struct Matrix<Scalar: BinaryFloatingPoint> {
    let rows: Int
    let columns: Int
    private var cells: [Scalar]

    init(_ rows: Int, _ columns: Int, _ cell: (Int, Int) -> Scalar) {
        self.rows = rows
        self.columns = columns
        cells = (0..<rows * columns).map { cell($0 / columns, $0 % columns) }
    }

    subscript(row: Int, column: Int) -> Scalar {
        get { cells[row * columns + column] }
        set { cells[row * columns + column] = newValue }
    }

    var transposed: Matrix { Matrix(columns, rows) { self[$1, $0] } }

    static func * (a: Matrix, b: Matrix) -> Matrix {
        precondition(a.columns == b.rows)
        return Matrix(a.rows, b.columns) { row, column in
            (0..<a.columns).reduce(0) { $0 + a[row, $1] * b[$1, column] }
        }
    }

    static func + (a: Matrix, b: Matrix) -> Matrix { Matrix(a.rows, a.columns) { a[$0, $1] + b[$0, $1] } }

    /// Solves a system by elimination with the largest pivot of each column; the determinant comes with it.
    func solved(for right: Matrix) -> (solution: Matrix, determinant: Scalar)? {
        var (left, right, determinant) = (self, right, 1 as Scalar)
        for column in 0..<rows {
            guard let pivot = (column..<rows).max(by: { left[$0, column].magnitude < left[$1, column].magnitude }),
                left[pivot, column] != 0
            else { return nil }
            if pivot != column {
                for other in 0..<columns {
                    (left[pivot, other], left[column, other]) = (left[column, other], left[pivot, other])
                }
                for other in 0..<right.columns {
                    (right[pivot, other], right[column, other]) = (right[column, other], right[pivot, other])
                }
                determinant = -determinant
            }
            determinant *= left[column, column]
            for row in 0..<rows where row != column {
                let factor = left[row, column] / left[column, column]
                for other in column..<columns { left[row, other] -= factor * left[column, other] }
                for other in 0..<right.columns { right[row, other] -= factor * right[column, other] }
            }
        }
        return (Matrix(rows, right.columns) { right[$0, $1] / left[$0, $0] }, determinant)
    }

    var norm: Scalar { cells.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    func fold(_ sum: UInt64) -> UInt64 {
        cells.reduce(sum) { mix($0, Double($1).bitPattern) }
    }
}

/// Powers of a root of unity come from repeated halving of the angle, which needs nothing but roots.
func transform(_ values: [SIMD2<Double>]) -> [SIMD2<Double>] {
    guard values.count > 1 else { return values }
    let even = transform(stride(from: 0, to: values.count, by: 2).map { values[$0] })
    let odd = transform(stride(from: 1, to: values.count, by: 2).map { values[$0] })
    var root = SIMD2<Double>(-1, 0)
    var count = 2
    while count < values.count {
        root = SIMD2(((1 + root.x) / 2).squareRoot(), ((1 - root.x) / 2).squareRoot())
        count *= 2
    }
    var (result, power) = (values, SIMD2<Double>(1, 0))
    for i in even.indices {
        let product = SIMD2(power.x * odd[i].x - power.y * odd[i].y, power.x * odd[i].y + power.y * odd[i].x)
        result[i] = even[i] + product
        result[i + even.count] = even[i] - product
        power = SIMD2(power.x * root.x - power.y * root.y, power.x * root.y + power.y * root.x)
    }
    return result
}

func random(_ seed: UInt64) -> Double { Double(seed >> 11) * 0x1p-53 - 0.5 }

func check<Scalar: BinaryFloatingPoint>(_ sum: UInt64, _ size: Int, _ type: Scalar.Type) -> UInt64 {
    let a = Matrix<Scalar>(size, size) { Scalar(random(mix(UInt64($0), UInt64($1) &+ sum))) }
    let b = Matrix<Scalar>(size, 2) { Scalar(random(mix(UInt64($0) &+ 77, UInt64($1)))) }
    var sum = (a * b).fold(a.transposed.fold(sum))
    sum = (a * a + a).fold(sum)
    sum = mix(sum, Double(a.norm).bitPattern)
    guard let (solution, determinant) = a.solved(for: b) else { return mix(sum, 1) }
    sum = mix(solution.fold(sum), Double(determinant).bitPattern)
    // The line through points, as near to all as can be.
    let points = Matrix<Scalar>(size + 2, 2) { $1 == 0 ? 1 : Scalar($0) }
    let heights = Matrix<Scalar>(size + 2, 1) { row, _ in Scalar(random(mix(UInt64(row), sum))) }
    let normal = points.transposed * points
    guard let line = normal.solved(for: points.transposed * heights) else { return mix(sum, 2) }
    return line.solution.fold(sum)
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    for size in 1...max(1, Int(n % 12)) { sum = check(check(sum, size, Double.self), size, Float.self) }
    let values = (0..<64).map { SIMD2(random(mix(UInt64($0), n)), Double($0) / 64) }
    for value in transform(values) { sum = mix(mix(sum, value.x.bitPattern), value.y.bitPattern) }
    let singular = Matrix<Double>(3, 3) { Double($0 * 3 + $1 / 3) }
    return mix(sum, singular.solved(for: singular) == nil ? 1 : 2)
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
