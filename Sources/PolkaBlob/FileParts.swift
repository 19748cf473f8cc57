// Where in a program file what is: every byte belongs to one part. For tools that account for bytes.

/// A run of bytes of a program file that serve one purpose.
public struct FilePart: Sendable, Equatable {
    /// What a part of a file is for.
    public enum Kind: Sendable, Equatable, CaseIterable {
        /// Magic, sizes and ids: what holds the file together.
        case framing
        case memoryConfig
        case readOnlyData
        case readWriteData
        case imports
        case exports
        case jumpTable
        case code
        case bitmask
        case debugStrings
        case debugLinePrograms
        case debugRanges
        /// Optional sections that nobody here reads.
        case unknown
    }

    /// What it is for.
    public let kind: Kind
    /// Offsets in the file.
    public let bytes: Range<Int>

    /// Makes a part of its properties.
    public init(kind: Kind, bytes: Range<Int>) {
        self.kind = kind
        self.bytes = bytes
    }
}

/// The parts of a file in order; each begins where the one before ends.
public enum FileParts {
    /// The parts of a container that `Blob(parsing:)` accepts.
    ///
    /// - Returns: parts that together cover `bytes`; empty ones are left out.
    /// - Throws: `BlobError` where the container is damaged.
    public static func ofContainer(_ bytes: [UInt8]) throws(BlobError) -> [FilePart] {
        _ = try Blob(parsing: bytes)
        var list = PartList(bytes)
        try list.add(.framing, BlobFormat.headerByteCount)
        while list.reader.remaining > 0 {
            let start = list.reader.offset
            let id = try list.reader.byte("section id")
            guard let section = BlobFormat.Section(rawValue: id) else {
                try list.addUnknown(from: start)
                continue
            }
            guard section != .end else {
                list.close(.framing, from: start)
                break
            }
            let length = Int(try list.reader.varint("length of section \(id)"))
            list.close(.framing, from: start)
            switch section {
            case .end: break
            case .memoryConfig: try list.add(.memoryConfig, length)
            case .readOnlyData: try list.add(.readOnlyData, length)
            case .readWriteData: try list.add(.readWriteData, length)
            case .imports: try list.add(.imports, length)
            case .exports: try list.add(.exports, length)
            case .code: try list.addCode(length)
            case .debugStrings: try list.add(.debugStrings, length)
            case .debugLinePrograms: try list.add(.debugLinePrograms, length)
            case .debugRanges: try list.add(.debugRanges, length)
            }
        }
        return list.parts
    }

    /// The parts of a standard program.
    ///
    /// - Returns: parts that together cover `bytes`; empty ones are left out.
    /// - Throws: `BlobError` where the program is damaged.
    public static func ofStandardProgram(_ bytes: [UInt8]) throws(BlobError) -> [FilePart] {
        let program = try StandardProgram(parsing: bytes)
        var list = PartList(bytes)
        try list.add(.framing, StandardProgram.headerByteCount)
        try list.add(.readOnlyData, program.readOnlyData.count)
        try list.add(.readWriteData, program.readWriteData.count)
        try list.add(.framing, 4)
        try list.addCode(list.reader.remaining)
        return list.parts
    }

    /// The parts of a raw program.
    ///
    /// - Returns: parts that together cover `bytes`; empty ones are left out.
    /// - Throws: `BlobError` where the program is damaged.
    public static func ofRawProgram(_ bytes: [UInt8]) throws(BlobError) -> [FilePart] {
        _ = try CodeMap(rawProgram: bytes)
        var list = PartList(bytes)
        try list.addCode(bytes.count)
        return list.parts
    }
}

/// Parts being collected; the input has been parsed already, so that lengths are sane.
private struct PartList {
    var reader: ByteReader
    private(set) var parts: [FilePart] = []

    init(_ bytes: [UInt8]) { reader = ByteReader(bytes) }

    mutating func add(_ kind: FilePart.Kind, _ count: Int) throws(BlobError) {
        let start = reader.offset
        _ = try reader.skip(count, "a part")
        close(kind, from: start)
    }

    /// Ends a part at the position of the reader.
    mutating func close(_ kind: FilePart.Kind, from start: Int) {
        if start < reader.offset { parts.append(FilePart(kind: kind, bytes: start..<reader.offset)) }
    }

    mutating func addUnknown(from start: Int) throws(BlobError) {
        let length = Int(try reader.varint("length of a section"))
        _ = try reader.skip(length, "a section")
        close(.unknown, from: start)
    }

    mutating func addCode(_ length: Int) throws(BlobError) {
        let start = reader.offset
        let end = start + length
        let entries = Int(try reader.varint("jump table entry count"))
        let entryBytes = Int(try reader.byte("jump table entry size"))
        let codeLength = Int(try reader.varint("code length"))
        close(.framing, from: start)
        try add(.jumpTable, entries * entryBytes)
        try add(.code, codeLength)
        try add(.bitmask, end - reader.offset)
    }
}
