// Enums: with raw values, with payloads of different shapes, and indirect ones that form trees.

enum Color: UInt8, CaseIterable { case red = 3, green = 7, blue = 200 }

enum Shape {
    case nothing
    case circle(radius: UInt32)
    case rectangle(UInt32, UInt32)
    case colored(Color, scale: UInt64, visible: Bool)
}

indirect enum Expression {
    case number(Int64)
    case variable
    case sum(Expression, Expression)
    case product(Expression, Expression)
    case negated(Expression)

    func value(_ x: Int64) -> Int64 {
        switch self {
        case .number(let value): value
        case .variable: x
        case .sum(let left, let right): left.value(x) &+ right.value(x)
        case .product(let left, let right): left.value(x) &* right.value(x)
        case .negated(let inner): 0 &- inner.value(x)
        }
    }

    /// The derivative, simplified a little.
    var derivative: Expression {
        switch self {
        case .number: .number(0)
        case .variable: .number(1)
        case .sum(.number, let right): right.derivative
        case .sum(let left, let right): .sum(left.derivative, right.derivative)
        case .product(.number(let factor), .variable): .number(factor)
        case .product(let left, let right): .sum(.product(left.derivative, right), .product(left, right.derivative))
        case .negated(.negated(let inner)): inner.derivative
        case .negated(let inner): .negated(inner.derivative)
        }
    }
}

func area(_ shape: Shape) -> UInt64? {
    switch shape {
    case .nothing: nil
    case .circle(let radius): UInt64(radius) * UInt64(radius) * 3
    case .rectangle(let width, let height) where width == height: UInt64(width) << 1
    case .rectangle(let width, let height): UInt64(width) &* UInt64(height)
    case .colored(let color, let scale, true): UInt64(color.rawValue) &* scale
    case .colored(_, _, false): 0
    }
}

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    var expression = Expression.sum(.number(1), .product(.variable, .variable))
    for i in 0..<n {
        let shape: Shape =
            switch i % 5 {
            case 0: .nothing
            case 1: .circle(radius: UInt32(truncatingIfNeeded: i))
            case 2: .rectangle(UInt32(i % 7), UInt32(i % 3))
            case 3: .colored(Color.allCases[Int(i % 3)], scale: i, visible: true)
            default: .colored(Color(rawValue: UInt8(i % 10)) ?? .blue, scale: i, visible: i % 2 == 0)
            }
        sum = mix(sum, area(shape) ?? ~i)
        let x = Int64(bitPattern: sum)
        sum = mix(sum, UInt64(bitPattern: expression.value(x) &+ expression.derivative.value(x)))
        expression =
            i % 9 == 8
            ? .negated(.sum(.number(x), .variable)) : .product(.negated(expression), .sum(.number(3), .variable))
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
