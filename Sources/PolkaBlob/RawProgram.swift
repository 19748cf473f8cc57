// Code, bitmask and jump table as bytes: the payload of a container's code section, and at the same time the program form
// that JAM calls "blob" (blob-format.md 2.4 and 5).

extension CodeMap {
    /// Reads a raw JAM program; the input must be consumed exactly.
    ///
    /// - Throws: `BlobError` with the offset where a rule is broken.
    public init(rawProgram bytes: [UInt8]) throws(BlobError) {
        var reader = ByteReader(bytes)
        self = try Self.read(&reader)
    }

    /// Reads code to the end of the reader.
    static func read(_ reader: inout ByteReader) throws(BlobError) -> CodeMap {
        let countOffset = reader.offset
        let entryCount = Int(try reader.varint("jump table entry count"))
        guard entryCount <= BlobLimits.jumpTableEntries else {
            let limit = UInt64(BlobLimits.jumpTableEntries)
            throw BlobError(
                .overLimit(what: "jump table entry count", found: UInt64(entryCount), limit: limit), at: countOffset)
        }
        let sizeOffset = reader.offset
        let entryBytes = Int(try reader.byte("jump table entry size"))
        guard entryBytes <= BlobLimits.jumpTableEntryBytes else {
            let limit = UInt64(BlobLimits.jumpTableEntryBytes)
            throw BlobError(
                .overLimit(what: "jump table entry size", found: UInt64(entryBytes), limit: limit), at: sizeOffset)
        }
        let lengthOffset = reader.offset
        let codeLength = Int(try reader.varint("code length"))
        guard codeLength <= BlobLimits.codeBytes else {
            let limit = UInt64(BlobLimits.codeBytes)
            throw BlobError(.overLimit(what: "code length", found: UInt64(codeLength), limit: limit), at: lengthOffset)
        }
        // The space is checked before memory is asked for.
        var table = ByteReader(reader.bytes, in: try reader.skip(entryCount * entryBytes, "jump table"))
        var jumpTable: [UInt32] = []
        jumpTable.reserveCapacity(entryCount)
        for _ in 0..<entryCount {
            jumpTable.append(UInt32(truncatingIfNeeded: try table.integer(entryBytes, "jump table entry")))
        }
        let code = try reader.take(codeLength, "code")
        let expected = (codeLength + 7) / 8
        guard reader.remaining == expected else {
            throw BlobError(.bitmaskLength(found: reader.remaining, expected: expected), at: reader.offset)
        }
        let bitmask = try reader.take(expected, "instruction bitmask")
        if codeLength & 7 != 0, let last = bitmask.last, last >> UInt8(codeLength & 7) != 0 {
            throw BlobError(.bitmaskPadding, at: reader.offset - 1)
        }
        return CodeMap(bytes: code, bitmask: bitmask, jumpTable: jumpTable)
    }

    /// The raw program form: jump table, code, bitmask.
    public var rawProgram: [UInt8] {
        let largest = jumpTable.max() ?? 0
        let entryBytes = jumpTable.isEmpty ? 0 : max(1, (39 - largest.leadingZeroBitCount) / 8)
        var out: [UInt8] = []
        out.reserveCapacity(16 + jumpTable.count * entryBytes + bytes.count + bitmask.count)
        ByteWriter.append(varint: UInt32(jumpTable.count), to: &out)
        out.append(UInt8(entryBytes))
        ByteWriter.append(varint: UInt32(bytes.count), to: &out)
        for entry in jumpTable { ByteWriter.append(UInt64(entry), count: entryBytes, to: &out) }
        out += bytes
        out += bitmask
        return out
    }
}
