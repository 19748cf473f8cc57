// Deques, heaps, ordered sets and dictionaries, bit sets, persistent dictionaries. Sums do not depend on hash seeds.

import BitCollections
import DequeModule
import HashTreeCollections
import HeapModule
import OrderedCollections

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

struct Job: Comparable {
    let priority: UInt64
    let name: UInt64
    static func < (a: Job, b: Job) -> Bool { (a.priority, a.name) < (b.priority, b.name) }
}

func deques(_ n: UInt64) -> UInt64 {
    var sum = n
    var deque: Deque<UInt64> = [1, 2, 3]
    for i in 0..<n {
        switch mix(i, n) % 5 {
        case 0: deque.prepend(i)
        case 1: deque.append(contentsOf: [i, i &* 3])
        case 2: sum = mix(sum, deque.popFirst() ?? 7)
        case 3: sum = mix(sum, deque.popLast() ?? 8)
        default: if deque.count > 3 { deque.remove(at: deque.count / 2) }
        }
        sum = mix(sum, UInt64(deque.count) &+ (deque.first ?? 0))
    }
    deque.sort(by: >)
    return deque.reduce(sum, mix)
}

func heaps(_ n: UInt64) -> UInt64 {
    var sum = n
    var heap = Heap<Job>()
    for i in 0..<n {
        heap.insert(Job(priority: mix(i, n) % 20, name: i))
        if i % 3 == 2 { sum = mix(sum, (heap.popMin()?.name ?? 0) &+ (heap.max?.name ?? 0)) }
        if i % 7 == 6 { sum = mix(sum, heap.popMax()?.priority ?? 0) }
    }
    while let job = heap.popMin() { sum = mix(sum, job.priority << 32 | job.name) }
    return sum
}

func ordered(_ n: UInt64) -> UInt64 {
    var sum = n
    var set: OrderedSet<UInt64> = []
    var dictionary: OrderedDictionary<UInt64, UInt64> = [:]
    for i in 0..<n {
        let value = mix(i, n) % (n / 2 + 1)
        let (inserted, index) = set.append(value)
        sum = mix(sum, UInt64(index) &+ (inserted ? 1 : 0))
        dictionary[value, default: 0] += i
        if i % 5 == 4 {
            set.remove(value)
            sum = mix(sum, dictionary.removeValue(forKey: value / 2) ?? 9)
        }
    }
    sum = set.union([1, 2, 3]).subtracting([2, 5]).reduce(sum, mix)
    for (key, value) in dictionary { sum = mix(sum, key &* 31 &+ value) }
    dictionary.sort { $0.value > $1.value }
    return dictionary.values.reduce(sum, mix)
}

func bits(_ n: UInt64) -> UInt64 {
    var sum = n
    var set: BitSet = []
    var array = BitArray(repeating: false, count: Int(n))
    for i in 0..<Int(n) {
        set.insert(Int(mix(UInt64(i), n) % 1000))
        array[i] = i % 3 == 0
    }
    let others = BitSet(0..<200)
    sum = set.intersection(others).reduce(sum) { mix($0, UInt64($1)) }
    sum = set.symmetricDifference(others).reduce(sum) { mix($0, UInt64($1)) }
    array.insert(true, at: array.count / 2)
    return array.indices.reduce(sum) { mix($0, (array[$1] ? 1 : 0) &+ UInt64(set.count)) }
}

func persistent(_ n: UInt64) -> UInt64 {
    var versions: [TreeDictionary<UInt64, UInt64>] = [[:]]
    for i in 0..<n {
        var next = versions[versions.count - 1]
        next[mix(i, 1) % 50] = i
        if i % 3 == 2 { next[mix(i - 1, 1) % 50] = nil }
        versions.append(next)
    }
    return versions.reduce(n) { sum, version in
        mix(sum, version.reduce(UInt64(version.count)) { $0 &+ mix($1.key, $1.value) })
    }
}

@c public func run(_ n: UInt64) -> UInt64 {
    [deques, heaps, ordered, bits, persistent].reduce(n) { mix($0, $1(n)) }
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#else
/// Natively a program: prints `run` of each argument.
@main enum Program {
    static func main() {
        for argument in CommandLine.arguments.dropFirst() { print(run(UInt64(argument) ?? 0)) }
    }
}
#endif
