// Memory by hand: typed and raw pointers, binding, buffers, managed buffers, copying on write, unmanaged references.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

/// An array of our own that copies its storage when it must.
struct Bag {
    private final class Storage {
        var count = 0
        let memory: UnsafeMutablePointer<UInt64>
        let capacity: Int
        init(capacity: Int) {
            self.capacity = capacity
            memory = .allocate(capacity: capacity)
        }
        deinit {
            memory.deinitialize(count: count)
            memory.deallocate()
        }
    }

    nonisolated(unsafe) static var copies: UInt64 = 0
    private var storage = Storage(capacity: 2)

    mutating func append(_ value: UInt64) {
        if storage.count == storage.capacity || !isKnownUniquelyReferenced(&storage) {
            let copy = Storage(capacity: storage.count == storage.capacity ? storage.capacity * 2 : storage.capacity)
            copy.memory.initialize(from: storage.memory, count: storage.count)
            copy.count = storage.count
            storage = copy
            Self.copies += 1
        }
        (storage.memory + storage.count).initialize(to: value)
        storage.count += 1
    }

    var sum: UInt64 { UnsafeBufferPointer(start: storage.memory, count: storage.count).reduce(0, mix) }
}

/// Header and elements in one allocation.
final class Block: ManagedBuffer<UInt64, UInt16> {
    static func make(_ count: Int) -> Block {
        let block = unsafeDowncast(Block.create(minimumCapacity: count) { _ in UInt64(count) }, to: Block.self)
        block.withUnsafeMutablePointerToElements { elements in
            for i in 0..<count { (elements + i).initialize(to: UInt16(truncatingIfNeeded: i &* 777)) }
        }
        return block
    }
    var sum: UInt64 {
        withUnsafeMutablePointers { header, elements in
            (0..<Int(header.pointee)).reduce(header.pointee) { mix($0, UInt64(elements[$1])) }
        }
    }
}

final class Token {
    let value: UInt64
    init(_ value: UInt64) { self.value = value }
    deinit { Bag.copies &+= value }
}

struct Record {
    var kind: UInt8
    var length: UInt16
    var payload: UInt64
}

func serialize(_ records: [Record]) -> UnsafeMutableRawBufferPointer {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: records.count * 11, alignment: 1)
    for (index, record) in records.enumerated() {
        bytes.storeBytes(of: record.kind, toByteOffset: index * 11, as: UInt8.self)
        bytes.storeBytes(of: record.length.bigEndian, toByteOffset: index * 11 + 1, as: UInt16.self)
        bytes.storeBytes(of: record.payload, toByteOffset: index * 11 + 3, as: UInt64.self)
    }
    return bytes
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    Bag.copies = 0
    let count = Int(n)

    let bytes = serialize((0..<n).map { Record(kind: UInt8($0 % 256), length: UInt16($0 % 999), payload: mix($0, n)) })
    for i in 0..<count {
        let start = i * 11
        sum = mix(
            sum,
            UInt64(bytes[start])
                &+ UInt64(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: start + 1, as: UInt16.self))))
        sum = mix(sum, bytes.loadUnaligned(fromByteOffset: start + 3, as: UInt64.self))
    }
    bytes.copyBytes(from: [1, 2, 3].prefix(bytes.count))
    sum = bytes.reduce(sum) { mix($0, UInt64($1)) }
    bytes.deallocate()

    let raw = UnsafeMutableRawPointer.allocate(byteCount: 256, alignment: 32)
    sum = mix(sum, UInt64(UInt(bitPattern: raw) % 32))
    raw.initializeMemory(as: UInt32.self, repeating: 0x0102_0304, count: 64)
    (raw + 8).copyMemory(from: raw + 3, byteCount: 61)
    let words = raw.bindMemory(to: UInt64.self, capacity: 32)
    for i in 0..<32 { sum = mix(sum, words[i]) }
    words.withMemoryRebound(to: UInt8.self, capacity: 256) { bytes in
        for i in stride(from: 0, to: 256, by: 5) { sum = mix(sum, UInt64(bytes[i])) }
    }
    raw.deallocate()

    var bag = Bag()
    var kept: [Bag] = []
    for i in 0..<n {
        bag.append(mix(i, n))
        if i % 5 == 0 { kept.append(bag) }
        if kept.count > 4 { kept.removeFirst(3) }
        sum = mix(sum, bag.sum &+ Bag.copies)
        let block = Block.make(Int(i % 20))
        sum = mix(sum, block.sum)

        let unmanaged = Unmanaged.passRetained(Token(i))
        let opaque = unmanaged.toOpaque()
        sum = mix(sum, Unmanaged<Token>.fromOpaque(opaque).takeUnretainedValue().value)
        unmanaged.release()
        var token: Token? = Token(1)
        withExtendedLifetime(token) { sum = mix(sum, Bag.copies) }
        token = nil
        sum = mix(sum, Bag.copies &+ (token == nil ? 1 : 0))

        var pair = (i, sum)
        withUnsafeMutablePointer(to: &pair) { pointer in
            pointer.pointee.0 ^= 5
            UnsafeMutableRawPointer(pointer).storeBytes(of: 9, toByteOffset: 8, as: UInt8.self)
        }
        sum = mix(pair.0, pair.1)
    }
    var buffer = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: count)
    _ = buffer.initialize(fromContentsOf: (0..<n).map { mix($0, 8) })
    buffer.sort(by: >)
    if count > 0 { buffer.swapAt(0, count / 2) }
    sum = buffer.reduce(sum, mix)
    sum = UnsafeBufferPointer(rebasing: buffer[(count / 2)...]).reduce(sum, mix)
    buffer.deallocate()
    return kept.reduce(sum) { mix($0, $1.sum) }
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
