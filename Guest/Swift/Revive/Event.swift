// Events: what a contract leaves for those who watch the chain.

/// An event.
///
/// `@Event` makes structs conform.
public protocol Event {
    /// Calls a function with the event's topics and data: address and number of topics, address and number of bytes.
    func abiEncode<Result>(_ body: (UnsafeRawPointer, Int, UnsafeRawPointer, Int) -> Result) -> Result
}

/// Leaves an event.
@inlinable @inline(__always)
public func emit(_ event: some Event) {
    event.abiEncode { topics, topicCount, data, byteCount in
        Host.depositEvent(
            topics: topics, topicCount: UInt32(truncatingIfNeeded: topicCount), data: data,
            dataLength: UInt32(truncatingIfNeeded: byteCount))
    }
}

/// A value that can be a topic: as a word, or by its hash.
public protocol TopicValue {
    var abiTopic: Word { get }
}

extension WordValue {
    @inlinable public var abiTopic: Word {
        @inline(__always) get { word }
    }
}

extension Bytes: TopicValue {
    @inlinable public var abiTopic: Word { keccak.word }
}

extension Text: TopicValue {
    @inlinable public var abiTopic: Word { bytes.keccak.word }
}

extension String: TopicValue {
    @inlinable public var abiTopic: Word { Text(self).abiTopic }
}

/// Writes topics and data, and hands them on.
@inlinable @inline(__always)
public func withABIEvent<Result>(
    topics: Int, words: Int, tail: Int?, _ writeTopics: (inout ABIWriter) -> Void, _ write: (inout ABIWriter) -> Void,
    then body: (UnsafeRawPointer, Int, UnsafeRawPointer, Int) -> Result
) -> Result {
    withUnsafeTemporaryAllocation(byteCount: 32 * max(topics, 1), alignment: 8) { buffer in
        let start = UnsafeMutableRawPointer(buffer.baseAddress.unsafelyUnwrapped)
        var writer = ABIWriter(start, heads: topics)
        writeTopics(&writer)
        return withABIMemory(words: words, tail: tail) { memory in
            var writer = ABIWriter(memory, heads: words)
            write(&writer)
            return body(UnsafeRawPointer(start), topics, UnsafeRawPointer(memory), 32 * words + (tail ?? 0))
        }
    }
}

extension ABIWriter {
    /// Writes a topic.
    @inlinable @inline(__always)
    public mutating func write(topic value: some TopicValue) { write(word: value.abiTopic) }

    /// Writes the topic that names the event, of parts as `Word` has them.
    @inlinable @inline(__always)
    public mutating func write(topic p0: UInt64, _ p1: UInt64, _ p2: UInt64, _ p3: UInt64) {
        write(word: Word(parts: p0, p1, p2, p3))
    }
}
