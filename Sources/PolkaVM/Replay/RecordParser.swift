// Reading a record, of which nothing is believed: lengths are checked before memory is asked for, and a place that a guest cannot
// be at is refused when it is replayed.

import PolkaISA

extension RunRecord {
    /// Reads a record.
    ///
    /// - Throws: `RecordError` for anything but the whole of one.
    public init(parsing bytes: [UInt8]) throws(RecordError) {
        let magic = RecordFormat.magic
        guard bytes.starts(with: magic) else {
            throw magic.starts(with: bytes) ? .incomplete(hostCallCount: 0) : .notARecord
        }
        let headByteCount = magic.count + 4 + ContentHash.byteCount
        guard bytes.count >= headByteCount else { throw .incomplete(hostCallCount: 0) }
        var parser = RecordParser(LittleEndianReader(bytes, in: magic.count..<bytes.count))
        let version: UInt32 = try parser.integer()
        guard version == RecordFormat.version else {
            throw .unknownVersion(found: version, expected: RecordFormat.version)
        }
        let end = max(headByteCount, bytes.count - ContentHash.byteCount)
        guard ContentHash(of: Array(bytes[..<end])).bytes.elementsEqual(bytes[end...]) else {
            throw Self.problem(bytes, from: headByteCount)
        }
        parser = RecordParser(LittleEndianReader(bytes, in: (magic.count + 4)..<end))
        self = try parser.record()
    }

    private init(module: ContentHash, notes: [String: String], turns: [Turn], _ end: RecordParser.EndPart) {
        self.module = module
        self.notes = notes
        self.turns = turns
        self.end = end.end
        outcome = end.outcome
        stateHash = end.stateHash
        hostCallCount = turns.count { $0.result?.isHostCall ?? false }
    }

    /// Why bytes without their checksum are not a record: whether an end is missing or something else is wrong.
    private static func problem(_ bytes: [UInt8], from start: Int) -> RecordError {
        var reader = LittleEndianReader(bytes, in: start..<bytes.count)
        var hostCallCount = 0
        while let kind: UInt8 = reader.integer() {
            guard let part = RecordFormat.Part(rawValue: kind) else { return .damaged }
            guard let count: UInt64 = reader.integer(), let contents = reader.bytes(Int(clamping: count)) else { break }
            if part == .end {
                return reader.remaining < ContentHash.byteCount
                    ? .incomplete(hostCallCount: hostCallCount) : .damaged
            }
            guard part == .turn else { continue }
            var parser = RecordParser(LittleEndianReader(bytes, in: contents.startIndex..<contents.endIndex))
            guard let turn = try? parser.turn() else { return .damaged }
            if turn.result?.isHostCall ?? false { hostCallCount += 1 }
        }
        return .incomplete(hostCallCount: hostCallCount)
    }

    fileprivate static func make(
        _ module: ContentHash, _ notes: [String: String], _ turns: [Turn], _ end: RecordParser.EndPart
    ) -> RunRecord {
        RunRecord(module: module, notes: notes, turns: turns, end)
    }
}

extension RunRecord.Outcome {
    var isHostCall: Bool {
        if case .exit(.hostCall) = self { true } else { false }
    }
}

/// Reads the parts of a record.
private struct RecordParser {
    private var reader: LittleEndianReader

    struct EndPart {
        var end: RunRecord.End
        var outcome: RunRecord.Outcome
        var stateHash: ContentHash
    }

    init(_ reader: LittleEndianReader) { self.reader = reader }

    mutating func record() throws(RecordError) -> RunRecord {
        let module = try hash()
        var notes: [String: String] = [:]
        var turns: [RunRecord.Turn] = []
        while true {
            let kind: UInt8 = try integer()
            let count: UInt64 = try integer()
            let start = reader.offset
            guard count <= UInt64(reader.remaining) else { throw malformed("a part of \(count) bytes") }
            var end: EndPart?
            switch RecordFormat.Part(rawValue: kind) {
            case .note: notes[try text()] = try text()
            case .turn: turns.append(try turn())
            case .end: end = try endPart()
            case nil: throw malformed("unknown part \(kind)")
            }
            guard reader.offset - start == Int(count) else {
                throw malformed("a part of \(count) bytes has \(reader.offset - start)")
            }
            guard let end else { continue }
            guard reader.remaining == 0 else { throw malformed("\(reader.remaining) bytes behind the end") }
            return RunRecord.make(module, notes, turns, end)
        }
    }

    mutating func turn() throws(RecordError) -> RunRecord.Turn {
        let changes = try changes()
        let isStep = try flag()
        let result = try outcome()
        guard isStep || result != nil else { throw malformed("a run without an end") }
        return RunRecord.Turn(
            changes: changes, isStep: isStep, result: result, registers: try registers(), gas: try integer(),
            programCounter: try place(tags: 1)?.offset)
    }

    private mutating func endPart() throws(RecordError) -> EndPart {
        let changes = try changes()
        let programCounter = try place(tags: 1)?.offset
        let last = try place(tags: 1)?.offset
        let isTrap = try flag()
        let text = try text()
        guard isTrap || text.isEmpty else { throw malformed("a reason of nothing") }
        guard let outcome = try outcome() else { throw malformed("a run without an end") }
        return EndPart(
            end: RunRecord.End(
                changes: changes, programCounter: programCounter, lastProgramCounter: last,
                hostTrap: isTrap ? text : nil),
            outcome: outcome, stateHash: try hash())
    }

    private mutating func changes() throws(RecordError) -> HostChanges {
        var changes = HostChanges()
        let count: UInt64 = try integer()
        // Each takes at least a byte.
        guard count <= UInt64(reader.remaining) else { throw malformed("\(count) changes of memory") }
        for _ in 0..<count { changes.memory.append(try event()) }
        changes.registers = try registers()
        changes.gas = try integer()
        if try flag() {
            let next = try place(tags: 2)
            changes.place = HostChanges.Place(
                next: next.map { $0.tag == 1 ? .entry($0.offset) : .resume($0.offset) },
                remainingInBlock: try integer())
        }
        switch try integer() as UInt8 {
        case 0: break
        case 1:
            guard try integer() as UInt64 == 0 else { throw malformed("a limit of nothing") }
            changes.byteLimit = HostChanges.ByteLimit(value: nil)
        case 2: changes.byteLimit = HostChanges.ByteLimit(value: try integer())
        default: throw malformed("unknown limit")
        }
        return changes
    }

    private mutating func event() throws(RecordError) -> MemoryEvent {
        switch try integer() as UInt8 {
        case 1: .write(address: try integer(), bytes: try bytes())
        case 2: .sbrk(byteCount: try integer())
        case 3: .auxiliarySize(try integer())
        case 4: .map(address: try integer(), byteCount: try integer(), try flag() ? .readWrite : .read)
        case 5: .protect(address: try integer(), byteCount: try integer(), try flag() ? .readWrite : .read)
        case 6: .unmap(address: try integer(), byteCount: try integer())
        case 7: .reset
        case 8: .restore(snapshot: try bytes())
        case let kind: throw malformed("unknown change of memory \(kind)")
        }
    }

    private mutating func outcome() throws(RecordError) -> RunRecord.Outcome? {
        switch try integer() as UInt8 {
        case 0: nil
        case 1: .exit(.finished)
        case 2: .exit(.trap)
        case 3:
            .exit(
                .pageFault(
                    PageFault(address: try integer(), pageSize: try integer(), isWriteProtected: try flag())))
        case 4: .exit(.outOfGas)
        case 5: .exit(.hostCall(try integer()))
        case 6: .exit(.cancelled)
        case 7: .failure(try text())
        case let kind: throw malformed("unknown end of a run \(kind)")
        }
    }

    private mutating func registers() throws(RecordError) -> RegisterChanges {
        let mask: UInt16 = try integer()
        guard mask >> UInt16(Register.count) == 0 else { throw malformed("registers that do not exist") }
        var changes = RegisterChanges()
        for index in 0..<Register.count where mask >> UInt16(index) & 1 != 0 { changes.append(index, try integer()) }
        return changes
    }

    // MARK: Small things

    mutating func integer<T: FixedWidthInteger>() throws(RecordError) -> T {
        guard let value: T = reader.integer() else { throw malformed("the bytes end too soon") }
        return value
    }

    private mutating func flag() throws(RecordError) -> Bool {
        let value: UInt8 = try integer()
        guard value <= 1 else { throw malformed("\(value) in place of 0 or 1") }
        return value == 1
    }

    private mutating func place(tags: UInt8) throws(RecordError) -> (tag: UInt8, offset: UInt32)? {
        let tag: UInt8 = try integer()
        let offset: UInt32 = try integer()
        guard tag <= tags, tag != 0 || offset == 0 else { throw malformed("unknown place \(tag)") }
        return tag == 0 ? nil : (tag, offset)
    }

    private mutating func bytes() throws(RecordError) -> [UInt8] {
        let count: UInt64 = try integer()
        guard let bytes = reader.bytes(Int(clamping: count)) else {
            throw malformed("\(count) bytes, and fewer are left")
        }
        return Array(bytes)
    }

    private mutating func text() throws(RecordError) -> String {
        guard let text = String(validating: try bytes(), as: UTF8.self) else {
            throw malformed("text that is not UTF-8")
        }
        return text
    }

    private mutating func hash() throws(RecordError) -> ContentHash {
        guard let bytes = reader.bytes(ContentHash.byteCount), let hash = ContentHash(stored: bytes) else {
            throw malformed("the bytes end too soon")
        }
        return hash
    }

    private func malformed(_ problem: String) -> RecordError { .malformed(offset: reader.offset, problem: problem) }
}
