// Recursive length prefix: how Ethereum writes transactions, and what it hashes.

/// A value in RLP: bytes, or a list of values.
public enum RLP: Hashable, Sendable {
    case bytes([UInt8])
    case list([RLP])

    /// The bytes of the value.
    public var encoded: [UInt8] {
        var output: [UInt8] = []
        append(to: &output)
        return output
    }

    private func append(to output: inout [UInt8]) {
        switch self {
        case .bytes(let bytes):
            if bytes.count == 1, bytes[0] < 0x80 {
                output.append(bytes[0])
                return
            }
            Self.appendHead(short: 0x80, count: bytes.count, to: &output)
            output += bytes
        case .list(let items):
            Self.appendHead(short: 0xc0, count: items.reduce(0) { $0 + $1.byteCount }, to: &output)
            for item in items { item.append(to: &output) }
        }
    }

    private static func appendHead(short: UInt8, count: Int, to output: inout [UInt8]) {
        if count <= 55 {
            output.append(short + UInt8(count))
            return
        }
        let length = minimalBytes(of: UInt64(count))
        output.append(short + 55 + UInt8(length.count))
        output += length
    }

    /// Bytes of the encoded value.
    private var byteCount: Int {
        let content: Int
        switch self {
        case .bytes(let bytes):
            if bytes.count == 1, bytes[0] < 0x80 { return 1 }
            content = bytes.count
        case .list(let items): content = items.reduce(0) { $0 + $1.byteCount }
        }
        return content <= 55 ? 1 + content : 1 + Self.minimalBytes(of: UInt64(content)).count + content
    }

    /// A number as bytes, the highest first and not zero; 0 is no bytes.
    public static func number(_ value: some FixedWidthInteger & UnsignedInteger) -> RLP {
        .bytes(minimalBytes(of: value))
    }

    static func minimalBytes(of value: some FixedWidthInteger & UnsignedInteger) -> [UInt8] {
        let count = (value.bitWidth - value.leadingZeroBitCount + 7) / 8
        return (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}

/// Why bytes are no value in RLP, and where.
public struct RLPError: Error, Hashable, CustomStringConvertible {
    /// The byte at which reading stopped.
    public let offset: Int
    /// What is wrong there.
    public let reason: Reason

    /// What can be wrong.
    public enum Reason: Hashable, Sendable {
        /// The value says that it is longer than the bytes.
        case truncated
        /// Bytes follow the value.
        case trailingBytes
        /// A shorter form of the same value exists, and only the shortest is allowed.
        case notShortest
        /// More lists in each other than allowed.
        case tooDeep
    }

    /// The reason in words.
    public var description: String {
        let text =
            switch reason {
            case .truncated: "the value is longer than the bytes that are there"
            case .trailingBytes: "bytes follow the end of the value"
            case .notShortest: "the value is not written in its shortest form"
            case .tooDeep: "more than \(RLPReader.maximumDepth) lists in each other"
            }
        return "RLP, byte \(offset): \(text)"
    }
}

extension RLP {
    /// The value that bytes are, all of them, each part in its shortest form.
    public init(decoding bytes: some Collection<UInt8>) throws(RLPError) {
        var reader = RLPReader(bytes: Array(bytes))
        self = try reader.value(end: reader.bytes.count, depth: 0)
        guard reader.position == reader.bytes.count else {
            throw RLPError(offset: reader.position, reason: .trailingBytes)
        }
    }
}

private struct RLPReader {
    let bytes: [UInt8]
    var position = 0
    /// Nesting costs stack, and transactions have three lists in each other.
    static let maximumDepth = 16

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func value(end: Int, depth: Int) throws(RLPError) -> RLP {
        guard depth < Self.maximumDepth else { throw RLPError(offset: position, reason: .tooDeep) }
        guard position < end else { throw RLPError(offset: position, reason: .truncated) }
        let start = position
        let head = bytes[position]
        if head < 0x80 {
            position += 1
            return .bytes([head])
        }
        let isList = head >= 0xc0
        let content = try content(of: head - (isList ? 0xc0 : 0x80), end: end)
        if isList {
            var items: [RLP] = []
            while position < content { items.append(try value(end: content, depth: depth + 1)) }
            return .list(items)
        }
        let value = Array(bytes[position..<content])
        if value.count == 1, value[0] < 0x80 { throw RLPError(offset: start, reason: .notShortest) }
        position = content
        return .bytes(value)
    }

    /// Steps over the head and gives the end of the content.
    private mutating func content(of form: UInt8, end: Int) throws(RLPError) -> Int {
        let start = position
        position += 1
        var count = Int(form)
        if form > 55 {
            let lengthBytes = Int(form) - 55
            guard lengthBytes <= end - position else { throw RLPError(offset: start, reason: .truncated) }
            guard bytes[position] != 0 else { throw RLPError(offset: start, reason: .notShortest) }
            var length: UInt64 = 0
            for _ in 0..<lengthBytes {
                length = length << 8 | UInt64(bytes[position])
                position += 1
            }
            guard length > 55 else { throw RLPError(offset: start, reason: .notShortest) }
            guard length <= UInt64(end - position) else { throw RLPError(offset: start, reason: .truncated) }
            count = Int(length)
        }
        guard count <= end - position else { throw RLPError(offset: start, reason: .truncated) }
        return position + count
    }
}
