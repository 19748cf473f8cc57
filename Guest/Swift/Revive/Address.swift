// Addresses of accounts and contracts. In memory they are the last 24 of the 32 bytes that call data has, so that no bit has to move on
// the way from one to the other; the 20 bytes that host functions take begin 4 bytes behind the start.

/// The address of an account or contract.
public struct Address: Sendable {
    /// The lower half is zero.
    @usableFromInline var p1: UInt64
    @usableFromInline var p2, p3: UInt64

    @inlinable @inline(__always)
    init(parts p1: UInt64, _ p2: UInt64, _ p3: UInt64) {
        self.p1 = p1
        self.p2 = p2
        self.p3 = p3
    }

    /// Bytes of an address.
    @inlinable public static var byteCount: Int { 20 }

    /// The address of zeros.
    @inlinable public static var zero: Address { Address(parts: 0, 0, 0) }

    /// The 20 bytes at an address of memory.
    @inlinable
    public init(at memory: UnsafeRawPointer) {
        self.init(
            parts: UInt64(memory.loadUnaligned(as: UInt32.self)) << 32,
            memory.loadUnaligned(fromByteOffset: 4, as: UInt64.self),
            memory.loadUnaligned(fromByteOffset: 12, as: UInt64.self))
    }

    /// The address whose bytes are the lower 20 of a number, the highest first.
    @inlinable
    public init(_ number: U256) {
        let word = Word(bigEndian: number)
        self.init(parts: word.p1 & ~0xffff_ffff, word.p2, word.p3)
    }

    /// What a host function writes.
    @inlinable @inline(__always)
    init(from host: (UnsafeMutableRawPointer) -> Void) {
        self = withUnsafeTemporaryAllocation(of: Address.self, capacity: 1) { buffer in
            let memory = UnsafeMutableRawPointer(buffer.baseAddress.unsafelyUnwrapped)
            memory.storeBytes(of: 0, as: UInt32.self)
            host(memory + 4)
            return memory.load(as: Address.self)
        }
    }

    /// Calls a function with the address of the 20 bytes.
    @inlinable @inline(__always)
    public func withBytes<Result>(_ body: (UnsafeRawPointer) -> Result) -> Result {
        var copy = self
        return withUnsafeMutablePointer(to: &copy) { body(UnsafeRawPointer($0) + 4) }
    }
}

extension Address: Hashable, Comparable {
    @inlinable @inline(__always)
    public static func == (left: Address, right: Address) -> Bool {
        (left.p1 ^ right.p1) | (left.p2 ^ right.p2) | (left.p3 ^ right.p3) == 0
    }

    /// Addresses in the order of their bytes.
    @inlinable
    public static func < (left: Address, right: Address) -> Bool { left.word.number < right.word.number }
}

extension Address: WordValue {
    @inlinable @inline(__always)
    public var word: Word { Word(parts: 0, p1, p2, p3) }

    @inlinable @inline(__always)
    public init(word: Word) { self.init(parts: word.p1, word.p2, word.p3) }

    @inlinable @inline(__always)
    public static func isValid(_ word: Word) -> Bool { word.p0 | (word.p1 & 0xffff_ffff) == 0 }

    /// What storage has above an address does not belong to it.
    @inlinable @inline(__always)
    public init(storageWord: Word) { self.init(parts: storageWord.p1 & ~0xffff_ffff, storageWord.p2, storageWord.p3) }
}

extension Address: CustomStringConvertible {
    /// `0x` and 40 digits in small letters.
    public var description: String { withBytes { "0x" + Hex.encode(UnsafeRawBufferPointer(start: $0, count: 20)) } }
}
