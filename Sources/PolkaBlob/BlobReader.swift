// Bytes to `Blob`, with every rule of blob-format.md 2.5 checked.
//
// Exports and import offsets are read leniently, as the format demands: damage there costs the damaged entries, not the blob.

import PolkaISA

extension Blob {
    /// Reads a `.polkavm` container.
    ///
    /// Takes time and memory linear in the input.
    ///
    /// - Throws: `BlobError` with the offset where a rule is broken.
    public init(parsing bytes: [UInt8]) throws(BlobError) {
        var sections = try SectionReader(bytes)
        var blob = Blob(instructionSet: sections.instructionSet, code: CodeMap(bytes: [], bitmask: []))
        if let config = try sections.next(.memoryConfig) { try blob.readMemoryConfig(config) }
        if let data = try sections.next(.readOnlyData) {
            blob.readOnlyData = Array(data.bytes[data.offset..<data.end])
            try check(blob.readOnlyData, fits: blob.readOnlyDataSize, "read-only data", at: data.offset)
        }
        if let data = try sections.next(.readWriteData) {
            blob.readWriteData = Array(data.bytes[data.offset..<data.end])
            try check(blob.readWriteData, fits: blob.readWriteDataSize, "read-write data", at: data.offset)
        }
        if let imports = try sections.next(.imports) { try blob.readImports(imports) }
        if let exports = try sections.next(.exports) { try blob.readExports(exports) }
        guard var code = try sections.next(.code) else {
            throw sections.hasEnded ? BlobError(.noCode, at: sections.offset) : sections.unexpected
        }
        guard code.remaining > 0 else { throw BlobError(.noCode, at: code.offset) }
        blob.code = try CodeMap.read(&code)
        if let strings = try sections.next(.debugStrings) { blob.debug.strings = strings.rest }
        if let lines = try sections.next(.debugLinePrograms) { blob.debug.linePrograms = lines.rest }
        if let ranges = try sections.next(.debugRanges) { blob.debug.ranges = ranges.rest }
        try sections.finish()
        self = blob
    }

    /// The length that a container's first 13 bytes declare, nil if the input is shorter or is no container.
    public static func declaredLength(of bytes: [UInt8]) -> UInt64? {
        guard bytes.count >= BlobFormat.headerByteCount, bytes.starts(with: BlobFormat.magic) else { return nil }
        var reader = ByteReader(bytes, in: 5..<BlobFormat.headerByteCount)
        return try? reader.integer(8, "length")
    }

    /// Whether bytes start like a container.
    public static func isContainer(_ bytes: [UInt8]) -> Bool { bytes.starts(with: BlobFormat.magic) }

    private mutating func readMemoryConfig(_ section: ByteReader) throws(BlobError) {
        var reader = section
        readOnlyDataSize = try reader.varint("size of read-only data")
        readWriteDataSize = try reader.varint("size of read-write data")
        stackSize = try reader.varint("size of the stack")
        guard reader.remaining == 0 else {
            throw BlobError(.trailingBytes(what: "the memory config", count: reader.remaining), at: reader.offset)
        }
    }

    private mutating func readImports(_ section: ByteReader) throws(BlobError) {
        var reader = section
        let count = Int(try reader.varint("import count"))
        guard count <= BlobLimits.imports else {
            let limit = UInt64(BlobLimits.imports)
            throw BlobError(.overLimit(what: "import count", found: UInt64(count), limit: limit), at: section.offset)
        }
        let table = try reader.skip(4 * count, "import offsets")
        var offsetReader = ByteReader(reader.bytes, in: table)
        var starts: [Int] = []
        for _ in 0..<count { starts.append(Int(try offsetReader.integer(4, "import offset"))) }
        let symbols = reader.rest
        for (index, start) in starts.enumerated() {
            let end = index + 1 < count ? starts[index + 1] : symbols.count
            imports.append(start <= end && end <= symbols.count ? Array(symbols[start..<end]) : nil)
        }
    }

    private mutating func readExports(_ section: ByteReader) throws(BlobError) {
        var reader = section
        let count = try reader.varint("export count")
        // Malformed contents end the list early (blob-format.md 2.3).
        for _ in 0..<count {
            guard let offset = try? reader.varint("export offset"),
                let length = try? reader.varint("export name length"),
                let symbol = try? reader.take(Int(length), "export name")
            else { break }
            exports.append(Export(codeOffset: offset, symbol: symbol))
        }
    }
}

extension ByteReader {
    /// The bytes not read yet.
    fileprivate var rest: [UInt8] { Array(bytes[offset..<end]) }
}

private func check(_ data: [UInt8], fits size: UInt32, _ what: String, at offset: Int) throws(BlobError) {
    guard data.count <= Int(size) else {
        throw BlobError(.dataTooLarge(what: what, stored: data.count, declared: size), at: offset)
    }
}

/// The header, then the sections in the order of their ids.
private struct SectionReader {
    let instructionSet: InstructionSet
    private var reader: ByteReader
    /// The id byte read last, of the section that has not been taken yet.
    private var pending: UInt8
    private var pendingOffset: Int

    var offset: Int { pendingOffset }
    var hasEnded: Bool { pending == BlobFormat.Section.end.rawValue }
    var unexpected: BlobError { BlobError(.unexpectedSection(pending), at: pendingOffset) }

    init(_ bytes: [UInt8]) throws(BlobError) {
        guard bytes.starts(with: BlobFormat.magic) else {
            throw BlobError(.badMagic(found: Array(bytes.prefix(4))), at: 0)
        }
        reader = ByteReader(bytes)
        _ = try reader.skip(BlobFormat.magic.count, "magic")
        let version = try reader.byte("version")
        guard let set = InstructionSet(rawValue: version) else {
            throw BlobError(.unsupportedVersion(version), at: 4)
        }
        instructionSet = set
        let declared = try reader.integer(8, "length")
        guard declared == UInt64(bytes.count) else {
            throw BlobError(.wrongLength(declared: declared, actual: bytes.count), at: 5)
        }
        pendingOffset = reader.offset
        pending = try reader.byte("section id")
    }

    /// The payload of a section if it comes next, else nil.
    mutating func next(_ section: BlobFormat.Section) throws(BlobError) -> ByteReader? {
        guard pending == section.rawValue else { return nil }
        return try takePayload()
    }

    private mutating func takePayload() throws(BlobError) -> ByteReader {
        let length = try reader.varint("length of section \(pending)")
        let range = try reader.skip(Int(length), "section \(pending)")
        pendingOffset = reader.offset
        pending = try reader.byte("section id")
        return ByteReader(reader.bytes, in: range)
    }

    /// Skips unknown optional sections and expects the end marker as the last byte.
    mutating func finish() throws(BlobError) {
        while pending >= BlobFormat.firstOptionalSection {
            if BlobFormat.Section(rawValue: pending) != nil { throw unexpected }
            _ = try takePayload()
        }
        guard hasEnded else { throw unexpected }
        guard reader.remaining == 0 else {
            throw BlobError(.trailingBytes(what: "the end marker", count: reader.remaining), at: reader.offset)
        }
    }
}
