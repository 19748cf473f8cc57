// Words of 32 bytes: what call data, storage and topics of events are made of. A word holds bytes as they lie in memory, so numbers,
// which the Solidity ABI has big-endian, are turned on the way in and out.

/// 32 bytes as they lie in memory.
public struct Word: Equatable, Sendable {
    @usableFromInline var p0, p1, p2, p3: UInt64

    /// Four times 8 bytes, each as a little-endian load gives them.
    @inlinable @inline(__always)
    public init(parts p0: UInt64, _ p1: UInt64, _ p2: UInt64, _ p3: UInt64) {
        self.p0 = p0
        self.p1 = p1
        self.p2 = p2
        self.p3 = p3
    }

    /// The 32 bytes at an address, which need not be aligned.
    @inlinable @inline(__always)
    public init(at address: UnsafeRawPointer) {
        self.init(
            parts: address.loadUnaligned(as: UInt64.self), address.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            address.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
            address.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    }

    /// A number, big-endian.
    @inlinable @inline(__always)
    public init(bigEndian number: U256) {
        let (w0, w1, w2, w3) = number.limbs
        self.init(parts: w3.byteSwapped, w2.byteSwapped, w1.byteSwapped, w0.byteSwapped)
    }

    /// A small number, big-endian.
    @inlinable @inline(__always)
    public init(bigEndian number: UInt64) { self.init(parts: 0, 0, 0, number.byteSwapped) }

    /// Zeros.
    @inlinable public static var zero: Word { Word(parts: 0, 0, 0, 0) }

    /// The word as a number, big-endian.
    @inlinable @inline(__always)
    public var number: U256 { U256(limbs: p3.byteSwapped, p2.byteSwapped, p1.byteSwapped, p0.byteSwapped) }

    /// The lower 64 bits of the number, if it has no more.
    @inlinable @inline(__always)
    public var small: UInt64? { p0 | p1 | p2 == 0 ? p3.byteSwapped : nil }

    /// Writes the bytes to memory.
    @inlinable @inline(__always)
    public func store(at address: UnsafeMutableRawPointer) {
        address.storeBytes(of: p0, as: UInt64.self)
        address.storeBytes(of: p1, toByteOffset: 8, as: UInt64.self)
        address.storeBytes(of: p2, toByteOffset: 16, as: UInt64.self)
        address.storeBytes(of: p3, toByteOffset: 24, as: UInt64.self)
    }

    @inlinable @inline(__always)
    public static func == (left: Word, right: Word) -> Bool {
        (left.p0 ^ right.p0) | (left.p1 ^ right.p1) | (left.p2 ^ right.p2) | (left.p3 ^ right.p3) == 0
    }

    /// What a host function writes.
    ///
    /// The memory for it is not zeroed before.
    @inlinable @inline(__always)
    init(from host: (UnsafeMutableRawPointer) -> Void) {
        self = withUnsafeTemporaryAllocation(of: Word.self, capacity: 1) { buffer in
            let memory = UnsafeMutableRawPointer(buffer.baseAddress.unsafelyUnwrapped)
            host(memory)
            return memory.load(as: Word.self)
        }
    }

    /// The Keccak-256 hash of bytes.
    @inlinable @inline(__always)
    public init(keccakOf bytes: UnsafeRawPointer, count: Int) {
        self.init(from: {
            Host.hashKeccak256(input: bytes, inputLength: UInt32(truncatingIfNeeded: count), output: $0)
        })
    }
}

/// A value of one word: in call data, as a topic, and, shifted for fixed bytes, in storage.
public protocol WordValue: ABIValue, StorageValue, TopicValue, Equatable {
    /// The value as call data has it.
    var word: Word { get }
    /// The value of a word that is valid.
    init(word: Word)
    /// Whether call data may have the word: no bit beyond the type is set.
    static func isValid(_ word: Word) -> Bool
    /// The value as storage has it.
    var storageWord: Word { get }
    /// The value of a word of storage.
    init(storageWord: Word)
}

extension WordValue {
    @inlinable @inline(__always)
    public var storageWord: Word { word }
    @inlinable @inline(__always)
    public init(storageWord: Word) { self.init(word: storageWord) }
}

extension U256: WordValue {
    @inlinable @inline(__always)
    public var word: Word { Word(bigEndian: self) }
    @inlinable @inline(__always)
    public init(word: Word) { self = word.number }
    @inlinable @inline(__always)
    public static func isValid(_ word: Word) -> Bool { true }
}

extension Bool: WordValue {
    @inlinable @inline(__always)
    public var word: Word { Word(bigEndian: self ? 1 : 0 as UInt64) }
    @inlinable @inline(__always)
    public init(word: Word) { self = word.p3 != 0 }
    @inlinable @inline(__always)
    public static func isValid(_ word: Word) -> Bool { word.p0 | word.p1 | word.p2 | (word.p3 & ~(1 << 56)) == 0 }
}

extension WordValue where Self: FixedWidthInteger {
    @inlinable @inline(__always)
    public var word: Word {
        let fill: UInt64 = Self.isSigned && self < 0 ? .max : 0
        let low = UInt64(truncatingIfNeeded: self)
        let high = Self.bitWidth > 64 ? UInt64(truncatingIfNeeded: self >> 64) : fill
        return Word(parts: fill, fill, high.byteSwapped, low.byteSwapped)
    }

    @inlinable @inline(__always)
    public init(word: Word) {
        self.init(truncatingIfNeeded: word.p3.byteSwapped)
        if Self.bitWidth > 64 {
            self = self & Self(truncatingIfNeeded: UInt64.max) | Self(truncatingIfNeeded: word.p2.byteSwapped) << 64
        }
    }

    @inlinable @inline(__always)
    public static func isValid(_ word: Word) -> Bool { Self(word: word).word == word }
}

extension UInt8: WordValue {}
extension UInt16: WordValue {}
extension UInt32: WordValue {}
extension UInt64: WordValue {}
extension UInt: WordValue {}
extension UInt128: WordValue {}
extension Int8: WordValue {}
extension Int16: WordValue {}
extension Int32: WordValue {}
extension Int64: WordValue {}
extension Int: WordValue {}
extension Int128: WordValue {}
