// The debug sections of a blob: from a code offset to the source lines and functions behind it (blob-format.md 3).
//
// Strings, line programs and ranges are stored apart from each other and refer to one another by offset. Nothing in them
// influences execution, so what is broken in them costs the information and never the program: reading is on demand, and
// every question can throw.

/// Where code came from: functions, files, lines.
public struct DebugInfo: Sendable {
    /// A run of code that one line program describes; ranges of one blob are sorted by their start.
    public struct CoveredRange: Sendable, Equatable {
        /// The code offsets covered.
        public let code: Range<UInt32>
        /// Where in the section of line programs its program starts.
        let program: UInt32
    }

    /// All ranges, by ascending start.
    public let ranges: [CoveredRange]
    private let strings: [UInt8]
    private let linePrograms: [UInt8]

    /// Reads the table of ranges; the rest is read when it is asked for.
    ///
    /// - Throws: `BlobError` of kind `badDebugInfo`; its offset counts from the start of the damaged section.
    public init(_ sections: DebugSections) throws(BlobError) {
        strings = sections.strings
        linePrograms = sections.linePrograms
        // Without line programs there is nothing that ranges could refer to, and the other way round.
        guard !sections.linePrograms.isEmpty, !sections.ranges.isEmpty else {
            ranges = []
            return
        }
        guard sections.linePrograms[0] == DebugFormat.version else {
            throw BlobError(
                .badDebugInfo(
                    "line programs have version \(sections.linePrograms[0]), expected \(DebugFormat.version)"),
                at: 0)
        }
        ranges = try Self.readRanges(sections.ranges)
    }

    private static func readRanges(_ bytes: [UInt8]) throws(BlobError) -> [CoveredRange] {
        guard bytes.count % DebugFormat.rangeByteCount == 0 else {
            let problem = "the ranges take \(bytes.count) bytes, which is no multiple of \(DebugFormat.rangeByteCount)"
            throw BlobError(.badDebugInfo(problem), at: 0)
        }
        var ranges: [CoveredRange] = []
        ranges.reserveCapacity(bytes.count / DebugFormat.rangeByteCount)
        var reader = ByteReader(bytes)
        while reader.remaining > 0 {
            let offset = reader.offset
            let begin = UInt32(truncatingIfNeeded: try reader.integer(4, "begin of a range"))
            let end = UInt32(truncatingIfNeeded: try reader.integer(4, "end of a range"))
            let program = UInt32(truncatingIfNeeded: try reader.integer(4, "program of a range"))
            guard begin <= end else {
                throw BlobError(.badDebugInfo("a range begins at \(begin) and ends at \(end)"), at: offset)
            }
            if let last = ranges.last, last.code.lowerBound > begin {
                let problem =
                    "a range begins at \(begin), the one before it at \(last.code.lowerBound); expected ascending order"
                throw BlobError(.badDebugInfo(problem), at: offset)
            }
            ranges.append(CoveredRange(code: begin..<end, program: program))
        }
        return ranges
    }

    /// The range that describes a code offset, nil if none does.
    ///
    /// Takes time logarithmic in the number of ranges.
    public func range(containing codeOffset: UInt32) -> CoveredRange? {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].code.lowerBound <= codeOffset { low = middle + 1 } else { high = middle }
        }
        guard low > 0, ranges[low - 1].code.contains(codeOffset) else { return nil }
        return ranges[low - 1]
    }

    /// The functions in which a code offset lies, outermost first: the function itself, then those inlined into it.
    ///
    /// Takes time linear in the line program of the function.
    ///
    /// - Returns: no frame if nothing is known about the offset.
    /// - Throws: `BlobError` of kind `badDebugInfo`.
    public func frames(at codeOffset: UInt32) throws(BlobError) -> [SourceFrame] {
        guard let range = range(containing: codeOffset) else { return [] }
        var program = LineProgram(linePrograms, for: range)
        while let region = try program.next() {
            if region.code.contains(codeOffset) { return try resolve(region.frames) }
            if region.code.lowerBound > codeOffset { break }
        }
        return []
    }

    /// Calls `body` for each region of code that a range describes, in order, with its frames, outermost first.
    ///
    /// - Throws: `BlobError` of kind `badDebugInfo`, after the regions before the damage.
    public func forEachRegion(
        of range: CoveredRange, _ body: (Range<UInt32>, [SourceFrame]) -> Void
    ) throws(BlobError) {
        var program = LineProgram(linePrograms, for: range)
        while let region = try program.next() { body(region.code, try resolve(region.frames)) }
    }

    private func resolve(_ frames: [LineProgram.Frame]) throws(BlobError) -> [SourceFrame] {
        var resolved: [SourceFrame] = []
        for frame in frames {
            resolved.append(
                SourceFrame(
                    kind: frame.kind, namespace: try string(at: frame.namespace),
                    function: try string(at: frame.function), path: try string(at: frame.path),
                    line: frame.line == 0 ? nil : frame.line, column: frame.column == 0 ? nil : frame.column))
        }
        return resolved
    }

    /// A string by the offset of its length; nil for the empty string.
    private func string(at offset: UInt32) throws(BlobError) -> String? {
        if offset == 0 { return nil }
        guard Int(offset) < strings.count else {
            let problem = "string offset \(offset) lies outside of the \(strings.count) bytes of strings"
            throw BlobError(.badDebugInfo(problem), at: Int(offset))
        }
        var reader = ByteReader(strings, in: Int(offset)..<strings.count)
        let text: [UInt8]
        do throws(BlobError) {
            let count = Int(try reader.varint("length of a string"))
            text = try reader.take(count, "a string")
        } catch {
            throw BlobError(.badDebugInfo("the string at offset \(offset) is cut off"), at: Int(offset))
        }
        guard let string = String(validating: text, as: UTF8.self) else {
            throw BlobError(.badDebugInfo("the string at offset \(offset) is not UTF-8"), at: Int(offset))
        }
        return string.isEmpty ? nil : string
    }
}

/// One function in which a piece of code lies, with a place in it.
public struct SourceFrame: Sendable, Equatable {
    /// What the line of a frame says.
    public enum Kind: Sendable {
        /// Where the function is declared.
        case enter
        /// Where the function calls the next frame, which was inlined there.
        case call
        /// The line itself.
        case line
    }

    /// What the frame is.
    public let kind: Kind
    /// What the function's name is qualified by, nil if by nothing.
    public let namespace: String?
    /// The function's name, nil if it is not known.
    public let function: String?
    /// The source file as the compiler was given it, nil if it is not known.
    public let path: String?
    /// From 1, nil if it is not known.
    public let line: UInt32?
    /// From 1, nil if it is not known.
    public let column: UInt32?

    /// Makes a value of its properties.
    public init(kind: Kind, namespace: String?, function: String?, path: String?, line: UInt32?, column: UInt32?) {
        self.kind = kind
        self.namespace = namespace
        self.function = function
        self.path = path
        self.line = line
        self.column = column
    }

    /// The function's name with its namespace, nil if it is not known.
    public var qualifiedName: String? {
        guard let function else { return nil }
        return namespace.map { "\($0)::\(function)" } ?? function
    }

    /// `path:line:column`, as far as they are known; nil if not even the path is.
    public var location: String? {
        guard let path else { return nil }
        return [path, line.map(String.init), line == nil ? nil : column.map(String.init)].compactMap(\.self).joined(
            separator: ":")
    }
}

extension Blob {
    /// The blob's debug information, nil if it has none.
    ///
    /// - Throws: `BlobError` of kind `badDebugInfo` if the table of ranges is damaged; the program can be used all the same.
    public func debugInfo() throws(BlobError) -> DebugInfo? {
        let info = try DebugInfo(debug)
        return info.ranges.isEmpty ? nil : info
    }
}
