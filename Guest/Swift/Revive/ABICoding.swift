// The Solidity ABI: values in the head, each one word, those of any length in the tail with their offset in the head. What comes in
// is checked, a word to its last bit; what is malformed reverts without a reason. As in Solidity, nobody looks at what lies behind
// bytes and text up to the next word.

/// A value that call data, results, events and errors can hold.
public protocol ABIValue {
    /// Whether the value is in the tail.
    static var abiIsDynamic: Bool { get }
    /// Bytes in the tail.
    var abiTailSize: Int { get }
    /// Writes the value.
    func abiWrite(to writer: inout ABIWriter)
    /// Reads a value; reverts if there is none.
    init(abi reader: inout ABIReader)
}

extension WordValue {
    @inlinable public static var abiIsDynamic: Bool { false }
    @inlinable public var abiTailSize: Int { 0 }
    @inlinable @inline(__always)
    public func abiWrite(to writer: inout ABIWriter) { writer.write(word: word) }
    @inlinable @inline(__always)
    public init(abi reader: inout ABIReader) {
        let word = reader.readWord()
        if !Self.isValid(word) { revert() }
        self.init(word: word)
    }
}

/// Writes values to memory that is large enough for them.
public struct ABIWriter {
    @usableFromInline let base: UnsafeMutableRawPointer
    @usableFromInline var head, tail: UnsafeMutableRawPointer

    /// A writer to memory, in which the tail begins behind so many values.
    @inlinable @inline(__always)
    public init(_ base: UnsafeMutableRawPointer, heads: Int) {
        self.base = base
        head = base
        tail = base + 32 * heads
    }

    @inlinable @inline(__always)
    public mutating func write<Value: ABIValue>(_ value: Value) { value.abiWrite(to: &self) }

    @inlinable @inline(__always)
    mutating func write(word: Word) {
        word.store(at: head)
        head += 32
    }

    /// Begins a value in the tail of that many bytes; returns where it is.
    @inlinable @inline(__always)
    mutating func beginTail(_ byteCount: Int) -> UnsafeMutableRawPointer {
        write(word: Word(bigEndian: UInt64(truncatingIfNeeded: tail - base)))
        let start = tail
        tail += byteCount
        return start
    }
}

/// Reads values from memory.
///
/// Whoever makes a reader has made sure that the head is there; of the tail everything is checked.
public struct ABIReader {
    @usableFromInline let base: UnsafeRawPointer
    @usableFromInline let count: Int
    @usableFromInline var head: UnsafeRawPointer

    /// A reader of that many bytes, which hold at least the heads.
    @inlinable @inline(__always)
    public init(_ base: UnsafeRawPointer, count: Int) {
        self.base = base
        self.count = count
        head = base
    }

    @inlinable @inline(__always)
    public mutating func read<Value: ABIValue>(_ type: Value.Type = Value.self) -> Value { Value(abi: &self) }

    @inlinable @inline(__always)
    mutating func readWord() -> Word {
        let word = Word(at: head)
        head += 32
        return word
    }

    /// Reads an offset and the length there; returns where the contents begin, the length, and the bytes from there on.
    @usableFromInline @inline(never)
    static func tail(_ base: UnsafeRawPointer, _ count: Int, _ head: UnsafeRawPointer) -> Bytes {
        guard let offset = Word(at: head).small, count >= 32, offset <= UInt64(count - 32) else { revert() }
        let start = base + Int(offset)
        let rest = count - Int(offset) - 32
        guard let length = Word(at: start).small, length <= UInt64(rest) else { revert() }
        return Bytes(unsafe: start + 32, count: Int(length))
    }

    /// Reads the offset of contents and their length, which counts bytes or, if it is not more than there are bytes, elements.
    @inlinable @inline(__always)
    mutating func readTail() -> Bytes {
        let bytes = Self.tail(base, count, head)
        head += 32
        return bytes
    }
}

extension Bytes: ABIValue {
    @inlinable public static var abiIsDynamic: Bool { true }
    @inlinable public var abiTailSize: Int { 32 + (count + 31) & ~31 }

    @inlinable
    public func abiWrite(to writer: inout ABIWriter) {
        let start = writer.beginTail(abiTailSize)
        // The last word first: what is not overwritten is padding.
        if count > 0 { Word.zero.store(at: start + abiTailSize - 32) }
        Word(bigEndian: UInt64(truncatingIfNeeded: count)).store(at: start)
        Memory.copy(base, to: start + 32, count)
    }

    @inlinable
    public init(abi reader: inout ABIReader) { self = reader.readTail() }
}

extension Text: ABIValue {
    @inlinable public static var abiIsDynamic: Bool { true }
    @inlinable public var abiTailSize: Int { bytes.abiTailSize }
    @inlinable public func abiWrite(to writer: inout ABIWriter) { bytes.abiWrite(to: &writer) }
    @inlinable public init(abi reader: inout ABIReader) { self.init(Bytes(abi: &reader)) }
}

extension String: ABIValue {
    @inlinable public static var abiIsDynamic: Bool { true }
    @inlinable public var abiTailSize: Int { 32 + (utf8.count + 31) & ~31 }
    @inlinable public func abiWrite(to writer: inout ABIWriter) { Text(self).abiWrite(to: &writer) }
    /// Text that is not UTF-8 reverts.
    @inlinable
    public init(abi reader: inout ABIReader) {
        let bytes = Bytes(abi: &reader)
        let text = bytes.withUnsafeBytes { buffer in
            String(validating: buffer.bindMemory(to: UInt8.self), as: UTF8.self)
        }
        guard let text else { revert() }
        self = text
    }
}

extension Array: ABIValue where Element: ABIValue {
    @inlinable public static var abiIsDynamic: Bool { true }

    @inlinable public var abiTailSize: Int {
        var size = 32 + 32 * count
        if Element.abiIsDynamic {
            for element in self { size += element.abiTailSize }
        }
        return size
    }

    @inlinable
    public func abiWrite(to writer: inout ABIWriter) {
        let start = writer.beginTail(abiTailSize)
        Word(bigEndian: UInt64(truncatingIfNeeded: count)).store(at: start)
        var elements = ABIWriter(start + 32, heads: count)
        for element in self { elements.write(element) }
    }

    @inlinable
    public init(abi reader: inout ABIReader) {
        let contents = reader.readTail()
        let rest = reader.count - (contents.base - reader.base)
        // As many words must be there; the number itself is at most that of the bytes.
        guard contents.count <= rest / 32 else { revert() }
        var elements = ABIReader(contents.base, count: rest)
        self.init()
        reserveCapacity(contents.count)
        for _ in 0..<contents.count { append(elements.read(Element.self)) }
    }
}

// MARK: Memory for what is written

/// Memory for what is written: bytes ahead of it, as many words, and the tails.
@inlinable @inline(__always)
public func withABIMemory<Result>(
    words: Int, tail: Int?, _ body: (UnsafeMutableRawPointer) -> Result
) -> Result {
    if let tail { return body(Memory.allocate(8 + 32 * words + tail) + 8) }
    return withUnsafeTemporaryAllocation(byteCount: 8 + 32 * words, alignment: 8) { buffer in
        body(UnsafeMutableRawPointer(buffer.baseAddress.unsafelyUnwrapped) + 8)
    }
}
