// Bytes and text of any length, as addresses of memory that lasts to the end of the call: no reference counts, and no copies.

/// Bytes of any length: Solidity's `bytes`.
public struct Bytes: Sendable {
    /// Where the bytes are.
    @usableFromInline nonisolated(unsafe) let base: UnsafeRawPointer
    /// How many there are.
    public let count: Int

    /// Bytes that stay where they are.
    @inlinable @inline(__always)
    public init(unsafe base: UnsafeRawPointer, count: Int) {
        self.base = base
        self.count = count
    }

    /// No bytes.
    @inlinable public init() { self.init(unsafe: Memory.nothing, count: 0) }

    /// A copy of bytes.
    @inlinable
    public init(copying bytes: UnsafeRawBufferPointer) {
        let memory = Memory.allocate(bytes.count)
        if let start = bytes.baseAddress { Memory.copy(start, to: memory, bytes.count) }
        self.init(unsafe: memory, count: bytes.count)
    }

    /// A copy of bytes.
    @inlinable
    public init(_ bytes: [UInt8]) { self = bytes.withUnsafeBytes { Bytes(copying: $0) } }

    /// The text of a literal, where it is.
    @inlinable
    public init(_ literal: StaticString) { self.init(unsafe: literal.utf8Start, count: literal.utf8CodeUnitCount) }

    /// Calls a function with the bytes.
    @inlinable @inline(__always)
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// The byte at an index; traps if there is none.
    @inlinable
    public subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < count, "there is no byte of that index")
        return base.load(fromByteOffset: index, as: UInt8.self)
    }

    /// The Keccak-256 hash.
    @inlinable public var keccak: Bytes32 { Bytes32(word: Word(keccakOf: base, count: count)) }
}

extension Bytes: Equatable {
    @inlinable
    public static func == (left: Bytes, right: Bytes) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count
        where left.base.load(fromByteOffset: index, as: UInt8.self)
            != right.base.load(fromByteOffset: index, as: UInt8.self)
        {
            return false
        }
        return true
    }
}

extension Memory {
    /// An address for what is empty.
    @inlinable static var nothing: UnsafeRawPointer { UnsafeRawPointer(("" as StaticString).utf8Start) }
}

extension Bytes: CustomStringConvertible {
    /// `0x` and two digits for each byte.
    public var description: String { "0x" + withUnsafeBytes { Hex.encode($0) } }
}

/// Text in UTF-8 as contracts pass it on: Solidity's `string`, without what Swift's `String` costs.
///
/// Nobody checks the encoding.
public struct Text: Sendable, Equatable, ExpressibleByStringLiteral {
    /// The text in UTF-8.
    public let bytes: Bytes

    /// Text whose bytes are there.
    @inlinable @inline(__always)
    public init(_ bytes: Bytes) { self.bytes = bytes }

    @inlinable @inline(__always)
    public init(stringLiteral literal: StaticString) { bytes = Bytes(literal) }

    /// A copy of a string's text.
    @inlinable
    public init(_ string: String) {
        var string = string
        bytes = string.withUTF8 { Bytes(copying: UnsafeRawBufferPointer($0)) }
    }
}

extension Text: CustomStringConvertible {
    /// The text as a string; what is not UTF-8 is replaced.
    public var description: String { bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
}

/// A fixed number of bytes, 1 to 32: Solidity's `bytesN`.
public struct FixedBytes<let count: Int>: WordValue, Sendable {
    /// The bytes, and zeros behind them.
    public let word: Word

    @inlinable @inline(__always)
    public init(word: Word) { self.word = word }

    /// The number's lower bytes, the highest first.
    @inlinable
    public init(_ number: U256) { word = Word(bigEndian: number << (256 - 8 * count)) }

    /// The bytes as a number, the first the highest.
    @inlinable public var number: U256 { word.number >> (256 - 8 * count) }

    @inlinable @inline(__always)
    public static func isValid(_ word: Word) -> Bool {
        count == 32 || word.number << (8 * count) == .zero
    }

    @inlinable @inline(__always)
    public var storageWord: Word { count == 32 ? word : Word(bigEndian: number) }
    @inlinable @inline(__always)
    public init(storageWord: Word) {
        if count == 32 { self.init(word: storageWord) } else { self.init(storageWord.number) }
    }

    @inlinable @inline(__always)
    public static func == (left: Self, right: Self) -> Bool { left.word == right.word }

    /// Zeros.
    @inlinable public static var zero: Self { Self(word: .zero) }
}

public typealias Bytes4 = FixedBytes<4>
public typealias Bytes8 = FixedBytes<8>
public typealias Bytes16 = FixedBytes<16>
public typealias Bytes20 = FixedBytes<20>
public typealias Bytes32 = FixedBytes<32>

extension FixedBytes: CustomStringConvertible {
    /// `0x` and two digits for each byte.
    public var description: String {
        var copy = word
        return withUnsafeBytes(of: &copy) { "0x" + Hex.encode(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
}
