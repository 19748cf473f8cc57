// Managed buffers, which may be larger than was asked for, and say how large they are.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

/// A queue in a ring that takes all the memory there is before it grows.
struct Queue {
    private struct Header {
        var first = 0
        var count = 0
    }

    private var ring = ManagedBuffer<Header, UInt64>.create(minimumCapacity: 1) { _ in Header() }

    mutating func append(_ value: UInt64) {
        if ring.header.count == ring.capacity { grow() }
        let slot = (ring.header.first + ring.header.count) % ring.capacity
        ring.withUnsafeMutablePointerToElements { $0[slot] = value }
        ring.header.count += 1
    }

    mutating func removeFirst() -> UInt64? {
        guard ring.header.count > 0 else { return nil }
        let first = ring.header.first
        ring.header.first = (first + 1) % ring.capacity
        ring.header.count -= 1
        return ring.withUnsafeMutablePointerToElements { $0[first] }
    }

    private mutating func grow() {
        let larger = ManagedBuffer<Header, UInt64>.create(minimumCapacity: ring.capacity * 2) { _ in Header() }
        var count = 0
        while let value = removeFirst() {
            larger.withUnsafeMutablePointerToElements { $0[count] = value }
            count += 1
        }
        larger.header.count = count
        ring = larger
    }
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    var queue = Queue()
    for i in 0..<n {
        queue.append(mix(i, n))
        if i % 3 == 2 { sum = mix(sum, queue.removeFirst() ?? 1) }
        let buffer = ManagedBuffer<UInt8, UInt16>.create(minimumCapacity: Int(i)) { _ in 0 }
        // How much more than asked for depends on the allocator.
        guard buffer.capacity >= Int(i), buffer.capacity < Int(i) + 4096 else { return 0 }
    }
    while let value = queue.removeFirst() { sum = mix(sum, value) }
    return sum
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
