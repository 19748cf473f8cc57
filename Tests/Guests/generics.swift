// Generic functions and types, protocols with associated types and default implementations, conditional conformance.

protocol Container<Element> {
    associatedtype Element
    var count: Int { get }
    func element(at index: Int) -> Element
}

extension Container where Element: BinaryInteger {
    func total() -> UInt64 {
        var sum: UInt64 = 0
        for index in 0..<count { sum = sum &* 31 &+ UInt64(truncatingIfNeeded: element(at: index)) }
        return sum
    }
}

struct Pair<Value>: Container {
    var first: Value
    var second: Value
    var count: Int { 2 }
    func element(at index: Int) -> Value { index == 0 ? first : second }
}

struct Repeated<Value: Comparable>: Container {
    var value: Value
    var count: Int
    func element(at index: Int) -> Value { value }
}

extension Pair: Equatable where Value: Equatable {}

struct Stack<Element> {
    private var storage: [Element] = []
    mutating func push(_ element: Element) { storage.append(element) }
    mutating func pop() -> Element? { storage.popLast() }
    func map<Result>(_ transform: (Element) -> Result) -> Stack<Result> {
        var result = Stack<Result>()
        for element in storage { result.push(transform(element)) }
        return result
    }
}

func largest<C: Container>(_ container: C) -> C.Element? where C.Element: Comparable {
    guard container.count > 0 else { return nil }
    var result = container.element(at: 0)
    for index in 1..<max(1, container.count) where container.element(at: index) > result {
        result = container.element(at: index)
    }
    return result
}

func power<T: FixedWidthInteger>(_ base: T, _ exponent: UInt64) -> T {
    var result: T = 1
    for _ in 0..<exponent { result = result &* base }
    return result
}

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    var stack = Stack<UInt64>()
    for i in 0..<n {
        let pair = Pair(first: Int16(truncatingIfNeeded: sum), second: Int16(truncatingIfNeeded: i))
        sum = mix(sum, pair.total() &+ UInt64(truncatingIfNeeded: largest(pair) ?? 0))
        sum = mix(sum, Repeated(value: sum, count: Int(i % 5)).total())
        sum = mix(
            sum,
            UInt64(power(UInt8(truncatingIfNeeded: i), i % 9)) &+ UInt64(bitPattern: power(Int64(bitPattern: sum), 5)))
        sum = mix(sum, pair == Pair(first: 1, second: 2) ? 1 : 2)
        stack.push(sum)
        if i % 3 == 0 {
            var halves = stack.map { UInt32(truncatingIfNeeded: $0) }
            sum = mix(sum, UInt64(halves.pop() ?? 0))
            _ = stack.pop()
        }
    }
    while let value = stack.pop() { sum = mix(sum, value) }
    return sum
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
