// Writing and reading the fields of a compiled module: little-endian integers, and bytes behind their number.

/// Bytes that fields are appended to.
struct StoredWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(bytes added: some Collection<UInt8>) { bytes.append(contentsOf: added) }

    /// Appends bytes that the reader does not know the number of.
    mutating func append(counted added: some Collection<UInt8>) {
        append(UInt64(added.count))
        append(bytes: added)
    }

    mutating func append(_ values: [UInt32]) {
        append(UInt64(values.count))
        bytes.reserveCapacity(bytes.count + 4 * values.count)
        for value in values { append(value) }
    }
}

/// A place in bytes that fields are read from.
struct StoredReader {
    private let bytes: [UInt8]
    private(set) var offset: Int
    private let end: Int

    /// - Parameters:
    ///   - bytes: of the whole.
    ///   - range: where the fields are.
    init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    var remaining: Int { end - offset }

    mutating func integer<T: FixedWidthInteger>(_ type: T.Type) throws(CompiledModuleError) -> T {
        let range = try skip(MemoryLayout<T>.size)
        return bytes.withUnsafeBytes {
            T(littleEndian: $0.loadUnaligned(fromByteOffset: range.lowerBound, as: T.self))
        }
    }

    /// Where so many bytes are, or things of some bytes each.
    mutating func skip(_ count: Int, each byteCount: Int = 1) throws(CompiledModuleError) -> Range<Int> {
        guard count >= 0, count <= (end - offset) / byteCount else {
            throw .malformed(
                offset: offset, problem: "\(count) items of \(byteCount) bytes are more than the \(end - offset) left")
        }
        defer { offset += count * byteCount }
        return offset..<(offset + count * byteCount)
    }

    /// The number of things that follow.
    mutating func count() throws(CompiledModuleError) -> Int {
        let start = offset
        guard let count = Int(exactly: try integer(UInt64.self)) else {
            throw .malformed(offset: start, problem: "a number of items that no memory holds")
        }
        return count
    }

    /// So many bytes.
    mutating func bytes(_ count: Int) throws(CompiledModuleError) -> [UInt8] {
        let range = try skip(count)
        return Array(bytes[range])
    }

    /// Bytes behind their number.
    mutating func countedBytes() throws(CompiledModuleError) -> [UInt8] {
        let range = try skip(try count())
        return Array(bytes[range])
    }

    /// The same without a copy.
    mutating func countedSlice() throws(CompiledModuleError) -> ArraySlice<UInt8> {
        let range = try skip(try count())
        return bytes[range]
    }

    mutating func integers() throws(CompiledModuleError) -> [UInt32] {
        let range = try skip(try count(), each: MemoryLayout<UInt32>.size)
        return bytes.withUnsafeBytes { bytes in
            stride(from: range.lowerBound, to: range.upperBound, by: MemoryLayout<UInt32>.size).map {
                UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self))
            }
        }
    }

    /// Throws for what a field must not be.
    func refuse(_ problem: String, at offset: Int? = nil) -> CompiledModuleError {
        .malformed(offset: offset ?? self.offset, problem: problem)
    }
}
