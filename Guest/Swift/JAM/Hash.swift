// Hashes of 32 bytes, and memory that lasts.

/// 32 bytes that are known by being what they are.
public struct Hash: Equatable, Sendable {
    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// Zeros.
    public static let zero = Hash()

    /// Zeros.
    public init() { words = (0, 0, 0, 0) }

    /// The first 32 bytes of a buffer; bytes that it does not have are zero.
    public init(_ bytes: UnsafeRawBufferPointer) {
        self.init()
        let count = min(bytes.count, 32)
        withUnsafeMutableBytes(of: &words) { target in
            for index in 0..<count { target[index] = bytes[index] }
        }
    }

    /// Lets the bytes be read.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: words) { body($0) }
    }

    public static func == (left: Hash, right: Hash) -> Bool {
        left.words.0 == right.words.0 && left.words.1 == right.words.1 && left.words.2 == right.words.2
            && left.words.3 == right.words.3
    }
}

/// Memory to the end of the run: each entry has an instance of its own, so nothing has to be given back.
func allocate(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer.allocate(byteCount: max(byteCount, 1), alignment: 16)
}

/// What an entry returns: bytes that are still there when the host reads them.
///
///     @Export func refine(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
///         answer([1, 2, 3])
///     }
public func answer(_ bytes: [UInt8]) -> UnsafeRawBufferPointer {
    let memory = allocate(bytes.count)
    for index in bytes.indices { memory[index] = bytes[index] }
    return UnsafeRawBufferPointer(start: memory.baseAddress, count: bytes.count)
}

/// No bytes, for entries that have nothing to say.
public func answerNothing() -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }
