// Protocols with associated types, default implementations, conditional conformances, and generic code over all of it.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

protocol Monoid {
    static var identity: Self { get }
    func combined(with other: Self) -> Self
}

extension Monoid {
    func repeated(_ count: UInt64) -> Self {
        (0..<count).reduce(.identity) { result, _ in result.combined(with: self) }
    }
}

struct Sum: Monoid, Hashable {
    var value: UInt64
    static let identity = Sum(value: 0)
    func combined(with other: Sum) -> Sum { Sum(value: value &+ other.value) }
}

struct Maximum<Value: Comparable & FixedWidthInteger>: Monoid {
    var value: Value
    static var identity: Self { Self(value: .min) }
    func combined(with other: Self) -> Self { value > other.value ? self : other }
}

struct Both<First, Second> {
    var first: First
    var second: Second
}

extension Both: Monoid where First: Monoid, Second: Monoid {
    static var identity: Self { Self(first: .identity, second: .identity) }
    func combined(with other: Self) -> Self {
        Self(first: first.combined(with: other.first), second: second.combined(with: other.second))
    }
}

extension Optional: Monoid where Wrapped: Monoid {
    static var identity: Self { nil }
    func combined(with other: Self) -> Self {
        guard let self, let other else { return self ?? other }
        return self.combined(with: other)
    }
}

extension Array: Monoid where Element == UInt64 {
    static var identity: Self { [] }
    func combined(with other: Self) -> Self { self + other }
}

extension Sequence where Element: Monoid {
    func combined() -> Element { reduce(.identity) { $0.combined(with: $1) } }
}

protocol Hashing {
    mutating func feed(_ value: UInt64)
    var result: UInt64 { get }
    init()
}

protocol Feeding {
    func feed(into hashing: inout some Hashing)
}

extension UInt64: Feeding {
    func feed(into hashing: inout some Hashing) { hashing.feed(self) }
}
extension Sum: Feeding {
    func feed(into hashing: inout some Hashing) { hashing.feed(value) }
}
extension Maximum: Feeding {
    func feed(into hashing: inout some Hashing) { hashing.feed(UInt64(truncatingIfNeeded: value)) }
}
extension Both: Feeding where First: Feeding, Second: Feeding {
    func feed(into hashing: inout some Hashing) {
        first.feed(into: &hashing)
        second.feed(into: &hashing)
    }
}
extension Optional: Feeding where Wrapped: Feeding {
    func feed(into hashing: inout some Hashing) {
        if let self { self.feed(into: &hashing) } else { hashing.feed(404) }
    }
}
extension Array: Feeding where Element: Feeding {
    func feed(into hashing: inout some Hashing) { for element in self { element.feed(into: &hashing) } }
}

struct Mixing: Hashing {
    private(set) var result: UInt64 = 1
    mutating func feed(_ value: UInt64) { result = mix(result, value) }
}

struct Rolling: Hashing {
    private var a: UInt64 = 1
    private var b: UInt64 = 0
    mutating func feed(_ value: UInt64) {
        a = (a &+ value) % 65521
        b = (b &+ a) % 65521
    }
    var result: UInt64 { b << 16 | a }
}

func hash<H: Hashing>(_ value: some Feeding, with type: H.Type) -> UInt64 {
    var hashing = type.init()
    value.feed(into: &hashing)
    return hashing.result
}

/// A storage with its own kind of index, and two of them.
protocol Storage<Element> {
    associatedtype Index: Comparable
    associatedtype Element
    var first: Index { get }
    var end: Index { get }
    func next(_ index: Index) -> Index
    subscript(index: Index) -> Element { get }
}

extension Storage {
    func collect<Result>(_ transform: (Element) -> Result) -> [Result] {
        var (index, result) = (first, [Result]())
        while index < end {
            result.append(transform(self[index]))
            index = next(index)
        }
        return result
    }
}

struct Interval: Storage {
    let first: UInt64
    let end: UInt64
    func next(_ index: UInt64) -> UInt64 { index + 1 }
    subscript(index: UInt64) -> UInt64 { index * index }
}

struct Strided<Base: Storage>: Storage where Base.Index: Strideable, Base.Index.Stride == Int {
    let base: Base
    let step: Int
    var first: Base.Index { base.first }
    var end: Base.Index { base.end }
    func next(_ index: Base.Index) -> Base.Index { index.advanced(by: step) }
    subscript(index: Base.Index) -> (Base.Index, Base.Element) { (index, base[index]) }
}

func sumOfTwo(_ a: some Storage<UInt64>, _ b: some Storage<UInt64>) -> UInt64 {
    (a.collect { $0 } + b.collect { $0 &* 3 }).reduce(0, &+)
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    var all: [Both<Sum, Maximum<Int16>?>] = []
    for i in 0..<n {
        let maximum = i % 3 == 0 ? nil : Maximum(value: Int16(truncatingIfNeeded: mix(i, n)))
        let both = Both(first: Sum(value: i), second: maximum)
        all.append(both)
        sum = mix(sum, hash(both.repeated(i % 5), with: Mixing.self))
        sum = mix(sum, hash(all, with: Rolling.self))
        sum = mix(sum, hash([i, sum].repeated(i % 4), with: Rolling.self))
        sum = mix(sum, hash(all.combined(), with: Mixing.self))
        let interval = Interval(first: i, end: i + i % 9)
        sum = mix(sum, Strided(base: interval, step: 2).collect { mix($0.0, $0.1) }.reduce(0, &+))
        sum = mix(sum, sumOfTwo(interval, Interval(first: 0, end: i % 6)))
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
