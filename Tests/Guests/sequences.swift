// Sequences and collections: lazy ones, slices, strides, zipped and unfolded ones, and some of our own.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

/// The Collatz sequence from a number down to 1.
struct Collatz: Sequence, IteratorProtocol {
    var current: UInt64
    mutating func next() -> UInt64? {
        guard current > 1 else { return nil }
        current = current % 2 == 0 ? current / 2 : 3 &* current &+ 1
        return current
    }
}

/// The triangular numbers: a collection that computes its elements.
struct Triangles: RandomAccessCollection {
    let startIndex = 0
    let endIndex: Int
    subscript(position: Int) -> UInt64 { UInt64(position) * UInt64(position + 1) / 2 }
}

/// A ring of fixed size: a collection that can be written to.
struct Ring: MutableCollection, BidirectionalCollection {
    private var storage: [UInt64]
    private let head: Int
    init(_ values: some Sequence<UInt64>, head: Int) {
        storage = Array(values)
        self.head = head
    }
    var startIndex: Int { 0 }
    var endIndex: Int { storage.count }
    func index(after i: Int) -> Int { i + 1 }
    func index(before i: Int) -> Int { i - 1 }
    subscript(position: Int) -> UInt64 {
        get { storage[(position + head) % storage.count] }
        set { storage[(position + head) % storage.count] = newValue }
    }
}

func fold(_ sum: UInt64, _ values: some Sequence<UInt64>) -> UInt64 { values.reduce(sum, mix) }

@c public func run(_ n: UInt64) -> UInt64 {
    let count = Int(n)
    let values = (0..<n).map { mix($0, n) >> 40 }
    var sum = fold(n, Collatz(current: n &+ 27).prefix(200))
    sum = fold(sum, values.lazy.filter { $0 % 3 != 0 }.map { $0 &* 7 }.prefix(50))
    sum = fold(sum, values.lazy.drop { $0 % 2 == 0 }.prefix { $0 % 16 != 0 })
    sum = fold(sum, stride(from: n, to: 0, by: -3))
    sum = fold(sum, stride(from: 0, through: n, by: 7))
    sum = fold(sum, zip(values, values.dropFirst()).map { $0 &- $1 })
    sum = fold(sum, zip(values, 1...).map { $0 &* UInt64($1) })
    sum = fold(sum, sequence(first: n) { $0 > 0 ? $0 / 3 : nil })
    sum = fold(
        sum,
        sequence(state: (0, 1)) { (state: inout (UInt64, UInt64)) -> UInt64? in
            state = (state.1, state.0 &+ state.1)
            return state.0 < n ? state.0 : nil
        })
    sum = fold(sum, values.flatMap { [$0, $0 &+ 1] })
    sum = fold(sum, values.compactMap { $0 % 5 == 0 ? nil : $0 })
    sum = fold(sum, [values, [1, 2], []].joined())
    sum = fold(sum, [values, values].joined(separator: [9, 8]))
    sum = fold(sum, values.split { $0 % 4 == 0 }.map { UInt64($0.count) })
    sum = fold(sum, values.suffix(10).reversed())
    sum = fold(sum, values.enumerated().map { UInt64($0.offset) ^ $0.element })
    sum = fold(sum, repeatElement(sum, count: count % 7))
    sum = fold(sum, values.reduce(into: [UInt64](repeating: 0, count: 8)) { $0[Int($1 % 8)] &+= $1 })
    let triangles = Triangles(endIndex: count)
    sum = fold(sum, triangles[(count / 2)...])
    sum = mix(sum, (triangles.last ?? 3) &+ UInt64(triangles.firstIndex { $0 > 100 } ?? 0))
    if !values.isEmpty {
        var ring = Ring(values, head: count / 3)
        ring.reverse()
        ring.swapAt(0, count - 1)
        let pivot = ring.partition { $0 % 2 == 0 }
        sum = mix(fold(sum, ring), UInt64(pivot))
        ring.indices.forEach { ring[$0] &+= UInt64($0) }
        sum = fold(sum, ring.suffix(3))
        sum = mix(sum, ring.min { $0 % 100 < $1 % 100 } ?? 0)
        sum = mix(sum, (values.max() ?? 0) &+ (values.allSatisfy { $0 > 5 } ? 1 : 0))
    }
    sum = mix(sum, values.elementsEqual(values.lazy.map { $0 }) ? 1 : 2)
    sum = mix(sum, values.lexicographicallyPrecedes(values.reversed()) ? 1 : 2)
    sum = mix(sum, values.starts(with: values.prefix(3)) ? 1 : 2)
    var iterator = values.makeIterator()
    while let first = iterator.next(), let second = iterator.next() { sum = mix(sum, first &* second) }
    var sorted = ContiguousArray(values)
    sorted.sort { ($0 % 10, $0) < ($1 % 10, $1) }
    sum = fold(sum, sorted)
    sorted.removeAll { $0 % 10 > 4 }
    sorted.reserveCapacity(100)
    return fold(sum, AnySequenceLike(sorted))
}

/// Hides what it is made of behind a closure.
struct AnySequenceLike: Sequence {
    let make: () -> AnyIterator<UInt64>
    init(_ values: some Sequence<UInt64>) {
        let values = Array(values)
        make = {
            var position = 0
            return AnyIterator {
                guard position < values.count else { return nil }
                position += 1
                return values[position - 1]
            }
        }
    }
    func makeIterator() -> AnyIterator<UInt64> { make() }
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
