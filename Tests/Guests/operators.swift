// Operators of our own, with precedence, prefix and postfix ones, generic ones; and the library's protocols behind its
// own.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

precedencegroup Exponentiation {
    higherThan: MultiplicationPrecedence
    associativity: right
}
precedencegroup Pipe {
    lowerThan: AdditionPrecedence
    associativity: left
}
infix operator ** : Exponentiation
infix operator |> : Pipe
infix operator <=> : ComparisonPrecedence
infix operator **= : AssignmentPrecedence
prefix operator √
postfix operator %%
infix operator • : MultiplicationPrecedence

func ** (base: UInt64, exponent: UInt64) -> UInt64 {
    var (result, base, exponent) = (1 as UInt64, base, exponent)
    while exponent > 0 {
        if exponent & 1 == 1 { result = result &* base }
        base = base &* base
        exponent >>= 1
    }
    return result
}
func **= (base: inout UInt64, exponent: UInt64) { base = base ** exponent }
func |> <A, B>(value: A, function: (A) -> B) -> B { function(value) }
prefix func √ (value: UInt64) -> UInt64 {
    var root = UInt64(Double(value).squareRoot())
    while root.multipliedReportingOverflow(by: root).overflow || root * root > value { root -= 1 }
    return root
}
postfix func %% (value: UInt64) -> UInt64 { value % 100 }

enum Order: Int { case ascending = -1, same, descending }
func <=> <T: Comparable>(a: T, b: T) -> Order { a < b ? .ascending : a == b ? .same : .descending }

/// A number modulo a prime.
struct Residue: Equatable, Comparable, AdditiveArithmetic, ExpressibleByIntegerLiteral, Hashable {
    static let modulus: UInt64 = 1_000_000_007
    let value: UInt64
    init(_ value: UInt64) { self.value = value % Self.modulus }
    init(integerLiteral value: UInt64) { self.init(value) }
    static let zero: Residue = 0
    static func + (a: Residue, b: Residue) -> Residue { Residue(a.value + b.value) }
    static func - (a: Residue, b: Residue) -> Residue { Residue(a.value + modulus - b.value) }
    static func * (a: Residue, b: Residue) -> Residue { Residue(a.value * b.value) }
    static func < (a: Residue, b: Residue) -> Bool { a.value < b.value }
    static prefix func - (a: Residue) -> Residue { zero - a }
    static func *= (a: inout Residue, b: Residue) { a = a * b }
}

struct Vector<Scalar: AdditiveArithmetic & Comparable> {
    var x: Scalar
    var y: Scalar
    static func + (a: Self, b: Self) -> Self { Self(x: a.x + b.x, y: a.y + b.y) }
    static func - (a: Self, b: Self) -> Self { Self(x: a.x - b.x, y: a.y - b.y) }
}

extension Vector where Scalar == Residue {
    static func • (a: Self, b: Self) -> Scalar { a.x * b.x + a.y * b.y }
}

struct Range2: Equatable {
    let low: UInt64
    let high: UInt64
    static func ~= (pattern: Range2, value: UInt64) -> Bool { (pattern.low..<pattern.high).contains(value) }
}

func total<T: AdditiveArithmetic>(_ values: [T]) -> T { values.reduce(.zero, +) }

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    var vector = Vector<Residue>(x: 3, y: 5)
    var residue: Residue = 7
    for i in 0..<n {
        sum = mix(sum, 3 ** 2 ** (i % 3) &+ i * 2 ** 3)
        sum = mix(sum, i &+ 1 |> { $0 &* 3 } |> { mix($0, 2) })
        sum = mix(sum, √i &+ √sum &+ sum%%)
        sum = mix(sum, UInt64(bitPattern: Int64((i <=> 10).rawValue)) &+ UInt64((Double(i) <=> 3.5).rawValue + 1))
        var power = i
        power **= 3
        sum = mix(sum, power)
        residue *= -Residue(sum) + 5
        vector = vector + Vector(x: residue, y: 1) - Vector(x: 2, y: residue)
        sum = mix(sum, (vector • Vector(x: 1, y: residue)).value)
        sum = mix(sum, total([residue, vector.x, vector.y]).value &+ max(residue, vector.x).value)
        sum = mix(sum, total([i, 2, 3]) &+ (residue == vector.y ? 1 : 0))
        switch i % 50 {
        case Range2(low: 0, high: 10): sum = mix(sum, 1)
        case 10..<20, 45...: sum = mix(sum, 2)
        case let other where other & 1 == 0: sum = mix(sum, other)
        default: sum = mix(sum, 3)
        }
        let conditions = i % 2 == 0 && i % 3 == 0 || !(i > 7) && i != 4
        sum = mix(sum, conditions ? i << 2 | 1 : i >> 1 & 3 ^ 8)
        let optional: UInt64? = i % 3 == 0 ? nil : i
        sum = mix(sum, (optional ?? 5) &+ (optional.map { $0 ?? 1 } ?? 9))
    }
    return sum
}

func ?? (value: UInt64, other: UInt64) -> UInt64 { value == 0 ? other : value }

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
