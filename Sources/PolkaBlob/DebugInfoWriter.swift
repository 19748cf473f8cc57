// Frames of code to debug sections (blob-format.md 3, linker.md 14.2): `DebugInfo` the other way round.
//
// Code comes in pieces, in order. A maximal run of pieces with the same outermost function is a group: it becomes one range and
// one line program, which says from piece to piece only what changes. So a question about one address costs no more than
// the reading of one function's program.

/// Makes debug sections, piece of code by piece of code.
public struct DebugInfoWriter {
    private var strings: [UInt8] = [0]
    private var stringOffsets: [String: UInt32] = [:]
    private var linePrograms: [UInt8] = [DebugFormat.version]
    private var ranges: [UInt8] = []

    /// The frames of the piece before, as they were given and as they are written.
    private var last: [SourceFrame] = []
    private var lastEncoded: [LineProgramWriter.Frame] = []
    private var group: Group?

    /// The line program that is being written.
    private struct Group {
        var code: Range<UInt32>
        var program: LineProgramWriter
        let start: Int
    }

    /// Begins debug information that says nothing.
    public init() {}

    /// Adds a piece of code behind those before it.
    ///
    /// - Parameters:
    ///   - code: Its offsets.
    ///   - frames: The functions in which it lies, outermost first; none if nothing is known. Of more than 16 the
    ///     declarations of inlined functions go first, then the outer ones of them.
    public mutating func append(_ code: Range<UInt32>, _ frames: [SourceFrame]) {
        precondition(group.map { $0.code.upperBound <= code.lowerBound } ?? true, "code comes in order")
        if code.isEmpty { return }
        // Nobody could find a piece without function and file.
        guard let outermost = frames.first, outermost.function != nil || outermost.path != nil else {
            finishGroup()
            return
        }
        let encoded = encode(Self.fitting(frames))
        let first = encoded[0]
        if var group = group.take() {
            if group.code.upperBound == code.lowerBound, group.program.belongs(first) {
                group.program.append(code.upperBound - code.lowerBound, encoded)
                group.code = group.code.lowerBound..<code.upperBound
                self.group = group
                return
            }
            self.group = group
            finishGroup()
        }
        var program = LineProgramWriter()
        program.append(code.upperBound - code.lowerBound, encoded)
        group = Group(code: code, program: program, start: linePrograms.count)
    }

    /// The sections of all pieces; empty if nothing is known about any.
    public consuming func finish() -> DebugSections {
        finishGroup()
        if ranges.isEmpty { return DebugSections() }
        return DebugSections(strings: strings, linePrograms: linePrograms, ranges: ranges)
    }

    private mutating func finishGroup() {
        guard var finished = group.take() else { return }
        for value in [finished.code.lowerBound, finished.code.upperBound, UInt32(linePrograms.count)] {
            ByteWriter.append(UInt64(value), count: 4, to: &ranges)
        }
        linePrograms += finished.program.finish()
    }

    /// The frames that a line program has room for.
    ///
    /// The first frame says whose code it is, and the last ones what happens in it.
    static func fitting(_ frames: [SourceFrame]) -> [SourceFrame] {
        var excess = frames.count - DebugFormat.frames
        if excess <= 0 { return frames }
        var result: [SourceFrame] = []
        for (index, frame) in frames.enumerated() {
            // What follows the declaration of a function says its name again.
            let isRepeated =
                index > 0 && index + 1 < frames.count && frame.kind == .enter
                && frames[index + 1].qualifiedName == frame.qualifiedName
            if excess > 0, isRepeated { excess -= 1 } else { result.append(frame) }
        }
        if excess > 0 { result.removeSubrange(1...excess) }
        return result
    }

    private mutating func encode(_ frames: [SourceFrame]) -> [LineProgramWriter.Frame] {
        var encoded: [LineProgramWriter.Frame] = []
        encoded.reserveCapacity(frames.count)
        for (index, frame) in frames.enumerated() {
            // Most of it is as in the piece before, and comparing is quicker than looking up.
            let before = index < last.count ? last[index] : nil
            func offset(_ field: KeyPath<SourceFrame, String?>, _ known: KeyPath<LineProgramWriter.Frame, UInt32>)
                -> UInt32
            {
                guard let text = frame[keyPath: field] else { return 0 }
                if before?[keyPath: field] == text { return lastEncoded[index][keyPath: known] }
                return intern(text)
            }
            let namespace = offset(\.namespace, \.namespace)
            let function = offset(\.function, \.function)
            let path = offset(\.path, \.path)
            encoded.append(
                LineProgramWriter.Frame(
                    kind: frame.kind, namespace: namespace, function: function, path: path, line: frame.line ?? 0,
                    column: frame.column ?? 0))
        }
        last = frames
        lastEncoded = encoded
        return encoded
    }

    private mutating func intern(_ text: String) -> UInt32 {
        if text.isEmpty { return 0 }
        if let known = stringOffsets[text] { return known }
        let offset = UInt32(strings.count)
        stringOffsets[text] = offset
        ByteWriter.append(varint: UInt32(text.utf8.count), to: &strings)
        strings += text.utf8
        return offset
    }
}

/// Writes the line program of one group.
struct LineProgramWriter {
    /// Offsets of strings; 0 is none, also of numbers.
    struct Frame {
        /// Nil at the start of a program.
        var kind: SourceFrame.Kind?
        var namespace: UInt32 = 0
        var function: UInt32 = 0
        var path: UInt32 = 0
        var line: UInt32 = 0
        var column: UInt32 = 0
    }

    private typealias Operation = LineProgram.Operation

    private var bytes: [UInt8] = []
    private var state = [Frame](repeating: Frame(), count: DebugFormat.frames)
    private var depth = 0
    private var mutationDepth = 0
    /// Bytes of code that have the frames of `state`.
    private var pending: UInt32 = 0

    /// Whether a piece whose outermost frame this is belongs to the same group as the pieces so far.
    func belongs(_ outermost: Frame) -> Bool {
        state[0].namespace == outermost.namespace && state[0].function == outermost.function
            && state[0].path == outermost.path
    }

    mutating func append(_ byteCount: UInt32, _ frames: [Frame]) {
        // One frame more or less can be said together with the end of the region before.
        if pending > 0, frames.count == depth + 1 {
            finishRegion(.finishInstructionDeeper, .finishInstructionsDeeper)
            depth += 1
        } else if pending > 0, frames.count == depth - 1 {
            finishRegion(.finishInstructionShallower, .finishInstructionsShallower)
            depth -= 1
        } else if frames.count != depth {
            flush()
            emit(.setStackDepth, UInt32(frames.count))
            depth = frames.count
        }
        for (index, frame) in frames.enumerated() { update(index, frame) }
        pending += byteCount
    }

    mutating func finish() -> [UInt8] {
        flush()
        emit(.finishProgram)
        return bytes
    }

    private mutating func update(_ index: Int, _ frame: Frame) {
        if let kind = frame.kind, kind != state[index].kind {
            switch kind {
            case .enter: change(index, .setKindEnter)
            case .call: change(index, .setKindCall)
            case .line: change(index, .setKindLine)
            }
        }
        if frame.namespace != state[index].namespace { change(index, .setNamespace, frame.namespace) }
        if frame.function != state[index].function { change(index, .setFunction, frame.function) }
        if frame.path != state[index].path { change(index, .setPath, frame.path) }
        let line = state[index].line
        switch frame.line {
        case line: break
        case _ where line == 0 || frame.line == 0: change(index, .setLine, frame.line)
        case line &+ 1: change(index, .incrementLine)
        case line...: change(index, .addLine, frame.line - line)
        default: change(index, .subtractLine, line - frame.line)
        }
        if frame.column != state[index].column { change(index, .setColumn, frame.column) }
        state[index] = frame
    }

    private mutating func change(_ index: Int, _ operation: Operation, _ argument: UInt32? = nil) {
        flush()
        if mutationDepth != index {
            emit(.setMutationDepth, UInt32(index))
            mutationDepth = index
        }
        emit(operation, argument)
    }

    private mutating func flush() {
        if pending > 0 { finishRegion(.finishInstruction, .finishInstructions) }
    }

    private mutating func finishRegion(_ one: Operation, _ many: Operation) {
        if pending == 1 { emit(one) } else { emit(many, pending) }
        pending = 0
    }

    private mutating func emit(_ operation: Operation, _ argument: UInt32? = nil) {
        bytes.append(operation.rawValue)
        if let argument { ByteWriter.append(varint: argument, to: &bytes) }
    }
}
