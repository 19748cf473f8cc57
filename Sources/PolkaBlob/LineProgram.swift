// The byte code that debug information is stored as: it mutates a stack of frames and emits regions of code
// (blob-format.md 3.2).

/// Constants of the debug sections.
enum DebugFormat {
    /// First byte of the section of line programs.
    static let version: UInt8 = 1
    /// Bytes of an entry in the table of ranges.
    static let rangeByteCount = 12
    /// Frames that a line program can describe; mutations of deeper ones are ignored.
    static let frames = 16
    /// Operations that a line program may execute for one region.
    static let operationsPerRegion = 512
}

/// A line program being run.
struct LineProgram {
    struct Frame {
        var kind = SourceFrame.Kind.line
        /// Offsets of strings; 0 is none.
        var namespace: UInt32 = 0
        var function: UInt32 = 0
        var path: UInt32 = 0
        var line: UInt32 = 0
        var column: UInt32 = 0
    }

    /// A piece of code and the frames in which it lies, outermost first.
    struct Region {
        let code: Range<UInt32>
        let frames: [Frame]
    }

    enum Operation: UInt8 {
        case finishProgram = 0
        case setMutationDepth, setKindEnter, setKindCall, setKindLine
        case setNamespace, setFunction, setPath, setLine, setColumn
        case setStackDepth, incrementLine, addLine, subtractLine
        case finishInstruction, finishInstructions
        case finishInstructionDeeper, finishInstructionsDeeper
        case finishInstructionShallower, finishInstructionsShallower
    }

    private var reader: ByteReader
    private var isFinished = false
    private var codeOffset: UInt32
    private var frames = [Frame](repeating: Frame(), count: DebugFormat.frames)
    private var stackDepth: UInt32 = 0
    private var mutationDepth: UInt32 = 0

    init(_ section: [UInt8], for range: DebugInfo.CoveredRange) {
        // A start behind the end reads as truncated.
        reader = ByteReader(section, in: min(Int(range.program), section.count)..<section.count)
        codeOffset = range.code.lowerBound
    }

    /// The next region; nil at the end of the program, and after an error.
    mutating func next() throws(BlobError) -> Region? {
        guard !isFinished else { return nil }
        do throws(BlobError) {
            for _ in 0..<DebugFormat.operationsPerRegion {
                if let region = try step() { return region }
                if isFinished { return nil }
            }
            throw bad("more than \(DebugFormat.operationsPerRegion) operations for one region", at: reader.offset)
        } catch {
            isFinished = true
            throw error
        }
    }

    /// Executes one operation; a region if it finishes one.
    private mutating func step() throws(BlobError) -> Region? {
        let start = reader.offset
        let byte = try read("an operation") { reader throws(BlobError) in try reader.byte("") }
        guard let operation = Operation(rawValue: byte) else { throw bad("unknown operation \(byte)", at: start) }
        switch operation {
        case .finishProgram: isFinished = true
        case .setMutationDepth: mutationDepth = try argument()
        case .setKindEnter: mutate { $0.kind = .enter }
        case .setKindCall: mutate { $0.kind = .call }
        case .setKindLine: mutate { $0.kind = .line }
        case .setNamespace: try mutate(\.namespace)
        case .setFunction: try mutate(\.function)
        case .setPath: try mutate(\.path)
        case .setLine: try mutate(\.line)
        case .setColumn: try mutate(\.column)
        case .setStackDepth: stackDepth = try argument()
        case .incrementLine: mutate { $0.line &+= 1 }
        case .addLine:
            let count = try argument()
            mutate { $0.line &+= count }
        case .subtractLine:
            let count = try argument()
            mutate { $0.line &-= count }
        case .finishInstruction: return try region(of: 1, at: start)
        case .finishInstructions: return try region(of: argument(), at: start)
        case .finishInstructionDeeper: return try region(of: 1, at: start, thenDeeper: true)
        case .finishInstructionsDeeper: return try region(of: argument(), at: start, thenDeeper: true)
        case .finishInstructionShallower: return try region(of: 1, at: start, thenShallower: true)
        case .finishInstructionsShallower: return try region(of: argument(), at: start, thenShallower: true)
        }
        return nil
    }

    private mutating func region(
        of byteCount: UInt32, at start: Int, thenDeeper: Bool = false, thenShallower: Bool = false
    ) throws(BlobError) -> Region {
        let (end, overflow) = codeOffset.addingReportingOverflow(byteCount)
        guard !overflow else { throw bad("a region reaches beyond 32 bits of code", at: start) }
        let depth = min(Int(stackDepth), DebugFormat.frames)
        let region = Region(code: codeOffset..<end, frames: Array(frames[..<depth]))
        codeOffset = end
        if thenDeeper, stackDepth < .max { stackDepth += 1 }
        if thenShallower, stackDepth > 0 { stackDepth -= 1 }
        return region
    }

    private mutating func mutate(_ change: (inout Frame) -> Void) {
        if mutationDepth < DebugFormat.frames { change(&frames[Int(mutationDepth)]) }
    }

    private mutating func mutate(_ field: WritableKeyPath<Frame, UInt32>) throws(BlobError) {
        let value = try argument()
        mutate { $0[keyPath: field] = value }
    }

    private mutating func argument() throws(BlobError) -> UInt32 {
        try read("the argument of an operation") { reader throws(BlobError) in try reader.varint("") }
    }

    /// Reads, and turns what can be wrong with bytes into what is wrong with the line program.
    private mutating func read<Value>(
        _ what: String, _ take: (inout ByteReader) throws(BlobError) -> Value
    ) throws(BlobError) -> Value {
        let start = reader.offset
        do throws(BlobError) {
            return try take(&reader)
        } catch {
            throw bad("a line program ends within \(what)", at: start)
        }
    }

    private func bad(_ problem: String, at offset: Int) -> BlobError {
        BlobError(.badDebugInfo("line programs: \(problem)"), at: offset)
    }
}
