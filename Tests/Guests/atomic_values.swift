// Atomic values: every operation on every width, on one thread; they must be what they are without atomicity.

import Synchronization

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

let sequence = Atomic<UInt64>(0)

final class Shared: Sendable {
    let flag = Atomic<Bool>(false)
    let small = Atomic<UInt8>(250)
    let signed = Atomic<Int16>(-5)
    let word = Atomic<UInt32>(7)
    let count = Atomic<Int>(0)
}

enum Phase: UInt8, AtomicRepresentable {
    case idle, busy, done
}

/// A lock that nobody contends for.
struct SpinLock: ~Copyable {
    private let taken = Atomic<Bool>(false)
    func withLock<Result>(_ body: () -> Result) -> Result {
        while taken.exchange(true, ordering: .acquiring) {}
        defer { taken.store(false, ordering: .releasing) }
        return body()
    }
}

func arithmetic(_ sum: UInt64, _ shared: Shared, _ i: UInt64) -> UInt64 {
    let byte = UInt8(truncatingIfNeeded: i)
    var sum = mix(sum, UInt64(shared.small.wrappingAdd(byte, ordering: .relaxed).newValue))
    sum = mix(sum, UInt64(shared.small.bitwiseXor(0x5a, ordering: .acquiringAndReleasing).oldValue))
    sum = mix(sum, UInt64(shared.small.bitwiseAnd(byte | 3, ordering: .sequentiallyConsistent).newValue))
    sum = mix(sum, UInt64(shared.small.max(40, ordering: .relaxed).newValue))
    sum = mix(sum, UInt64(bitPattern: Int64(shared.signed.wrappingSubtract(Int16(byte), ordering: .relaxed).newValue)))
    sum = mix(sum, UInt64(bitPattern: Int64(shared.signed.min(100, ordering: .relaxed).newValue)))
    sum = mix(sum, UInt64(shared.word.wrappingAdd(.max - 3, ordering: .releasing).newValue))
    sum = mix(sum, UInt64(shared.word.bitwiseOr(UInt32(byte) << 8, ordering: .relaxed).newValue))
    return mix(sum, UInt64(bitPattern: Int64(shared.count.add(Int(i), ordering: .relaxed).newValue)))
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    let shared = Shared()
    let phase = Atomic<Phase>(.idle)
    let ratio = Atomic<Double>(0.5)
    let pair = Atomic<UnsafeMutablePointer<UInt64>?>(nil)
    let lock = SpinLock()
    sequence.store(n, ordering: .releasing)
    for i in 0..<n {
        sum = arithmetic(sum, shared, i)
        let wasSet = shared.flag.logicalXor(i % 3 == 0, ordering: .relaxed).oldValue
        sum = mix(sum, (wasSet ? 1 : 0) + (shared.flag.load(ordering: .acquiring) ? 2 : 0))
        let (exchanged, original) = shared.word.compareExchange(
            expected: UInt32(i % 2 == 0 ? 0 : 7), desired: 7, ordering: .sequentiallyConsistent)
        sum = mix(sum, (exchanged ? 1 : 0) &+ UInt64(original))
        var old = sequence.load(ordering: .relaxed)
        while true {
            let attempt = sequence.weakCompareExchange(
                expected: old, desired: mix(old, i), successOrdering: .acquiringAndReleasing, failureOrdering: .relaxed)
            if attempt.exchanged { break }
            old = attempt.original
        }
        let next: Phase = i % 2 == 0 ? .busy : .done
        sum = mix(sum, UInt64(phase.exchange(next, ordering: .relaxed).rawValue))
        ratio.store(Double(i) / 3, ordering: .relaxed)
        sum = mix(sum, ratio.load(ordering: .relaxed).bitPattern)
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        sum = lock.withLock { mix(sum, sequence.load(ordering: .sequentiallyConsistent)) }
        withUnsafeMutablePointer(to: &sum) { pair.store($0, ordering: .relaxed) }
        sum = mix(sum, pair.exchange(nil, ordering: .relaxed) == nil ? 1 : 2)
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
