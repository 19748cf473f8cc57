// Numbers as bytes, seven bits each, and a reader of them that can not outlive what it reads.

public import CDigest

public struct Truncated: Error {}

public struct Reader: ~Escapable {
    private let bytes: Span<UInt8>
    public private(set) var position = 0

    @_lifetime(copy bytes)
    public init(_ bytes: Span<UInt8>) { self.bytes = bytes }

    public var isAtEnd: Bool { position == bytes.count }

    @_lifetime(self: copy self)
    public mutating func number() throws(Truncated) -> UInt64 {
        var result: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            result |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return result }
            shift += 7
        }
        throw Truncated()
    }

    /// What is left, as bytes to read on.
    @_lifetime(copy self)
    public func rest(first count: Int) -> Reader {
        Reader(bytes.extracting(position..<min(position + count, bytes.count)))
    }
}

public func encode(_ number: UInt64, to output: inout [UInt8]) {
    var rest = number
    while rest > 0x7f {
        output.append(UInt8(rest & 0x7f) | 0x80)
        rest >>= 7
    }
    output.append(UInt8(rest))
}

/// Something generic, which is specialised in another module.
public struct Window<Element: FixedWidthInteger> {
    private var elements: [Element] = []
    private let limit: Int
    public init(limit: Int) { self.limit = limit }
    public mutating func add(_ element: Element) -> Element {
        elements.append(element)
        if elements.count > limit { elements.removeFirst() }
        return elements.reduce(0, &+)
    }
}

extension digest {
    public init(_ kind: digest_kind, seed: UInt64) {
        self.init()
        digest_start(&self, kind, seed)
    }

    public mutating func add(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { digest_add(&self, $0.baseAddress, $0.count) }
    }
}
