// Types that can not be copied: each value is consumed exactly once, and the deinitializers' order shows when.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

nonisolated(unsafe) var closed: UInt64 = 0

struct File: ~Copyable {
    let number: UInt64
    private var written: UInt64 = 0

    init(_ number: UInt64) { self.number = number }

    mutating func write(_ value: UInt64) { written = mix(written, value) }
    borrowing func checksum() -> UInt64 { mix(number, written) }
    consuming func close() -> UInt64 {
        let result = checksum()
        closed = mix(closed, number &+ 1_000_000)
        return result
    }
    deinit { closed = mix(closed, number) }
}

enum Slot: ~Copyable {
    case empty
    case open(File)
    case moved(to: UInt64)

    consuming func drain() -> UInt64 {
        switch consume self {
        case .empty: 0
        case .open(let file): file.close()
        case .moved(let place): place
        }
    }

    var weight: UInt64 {
        switch self {
        case .empty: 1
        case .open(let file): file.checksum()
        case .moved: 3
        }
    }
}

/// A stack of anything, on memory of its own.
struct Stack<Element: ~Copyable>: ~Copyable {
    private var memory: UnsafeMutableBufferPointer<Element>
    private(set) var count = 0

    init(capacity: Int) { memory = .allocate(capacity: capacity) }

    var isFull: Bool { count == memory.count }

    mutating func push(_ element: consuming Element) {
        precondition(!isFull)
        memory.initializeElement(at: count, to: element)
        count += 1
    }

    mutating func pop() -> Element? {
        guard count > 0 else { return nil }
        count -= 1
        return memory.moveElement(from: count)
    }

    func withTop<Result>(_ body: (borrowing Element) -> Result) -> Result? {
        count > 0 ? body(memory[count - 1]) : nil
    }

    deinit {
        memory.extracting(0..<count).deinitialize()
        memory.deallocate()
    }
}

/// Consumes both and gives back one.
func merge(_ a: consuming File, _ b: consuming File) -> File {
    a.write(b.close())
    return a
}

func inspect(_ file: borrowing File, _ other: borrowing File) -> UInt64 { file.checksum() ^ other.checksum() }

func replace(_ file: inout File, with number: UInt64) {
    file = File(number)
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    closed = 0
    var files = Stack<File>(capacity: 16)
    for i in 0..<n {
        var file = File(i)
        file.write(sum)
        if i % 2 == 0 {
            var other = File(i &+ 1000)
            other.write(i)
            sum = mix(sum, inspect(file, other))
            file = merge(file, other)
        }
        if i % 7 == 0 { replace(&file, with: i * 3) }
        if files.isFull {
            while files.count > 8, let top = files.pop() { sum = mix(sum, top.close()) }
        }
        files.push(file)
        sum = mix(sum, files.withTop { $0.checksum() } ?? 0)

        var slot = Slot.empty
        if i % 3 == 0 { slot = .open(File(i &+ 5000)) }
        if i % 3 == 1 { slot = .moved(to: i) }
        sum = mix(sum, slot.weight)
        if i % 2 == 1 { sum = mix(sum, slot.drain()) } else { _ = consume slot }

        var maybe: File? = i % 4 == 0 ? File(i &+ 9000) : nil
        if let taken = maybe.take() { sum = mix(sum, taken.close()) }
        sum = mix(sum, closed &+ (maybe == nil ? 1 : 0))
    }
    _ = consume files
    return mix(sum, closed)
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
