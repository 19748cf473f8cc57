// Records as bytes (Documentation/snapshots.md): a head, then parts, each with its kind and length, then a checksum of all. Parts
// are written as the run goes on; that the last one is there tells that the record is complete.

import PolkaISA

enum RecordFormat {
    static let magic = Array("PVMREC\0\0".utf8)
    static let version: UInt32 = 1

    enum Part: UInt8 {
        case note = 1
        case turn = 2
        case end = 3
    }

    static func head(_ module: Module) -> [UInt8] {
        var bytes = magic
        bytes.append(littleEndian: version)
        return bytes + module.recordIdentity.bytes
    }

    static func part(_ part: Part, _ contents: [UInt8]) -> [UInt8] {
        var bytes = [part.rawValue]
        bytes.append(littleEndian: UInt64(contents.count))
        return bytes + contents
    }

    static func note(_ name: String, _ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(name)
        bytes.append(text)
        return part(.note, bytes)
    }

    static func turn(_ turn: RunRecord.Turn) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(turn.changes)
        bytes.append(turn.isStep ? 1 : 0)
        if let result = turn.result { bytes.append(result) } else { bytes.append(0) }
        bytes.append(turn.registers)
        bytes.append(littleEndian: turn.gas)
        bytes.append(place: turn.programCounter.map { (1, $0) })
        return part(.turn, bytes)
    }

    static func end(_ end: RunRecord.End, _ outcome: RunRecord.Outcome, _ stateHash: ContentHash) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(end.changes)
        bytes.append(place: end.programCounter.map { (1, $0) })
        bytes.append(place: end.lastProgramCounter.map { (1, $0) })
        bytes.append(end.hostTrap == nil ? 0 : 1)
        bytes.append(end.hostTrap ?? "")
        bytes.append(outcome)
        bytes += stateHash.bytes
        return part(.end, bytes)
    }
}

extension [UInt8] {
    fileprivate mutating func append(place: (tag: UInt8, offset: UInt32)?) {
        append(place?.tag ?? 0)
        append(littleEndian: place?.offset ?? 0)
    }

    fileprivate mutating func append(_ text: String) { append(counted: Array(text.utf8)) }

    private mutating func append(counted bytes: [UInt8]) {
        append(littleEndian: UInt64(bytes.count))
        self += bytes
    }

    fileprivate mutating func append(_ registers: RegisterChanges) {
        var mask: UInt16 = 0
        for change in registers.changes { mask |= 1 << UInt16(change.index) }
        append(littleEndian: mask)
        for change in registers.changes { append(littleEndian: change.value) }
    }

    fileprivate mutating func append(_ changes: HostChanges) {
        append(littleEndian: UInt64(changes.memory.count))
        for event in changes.memory { append(event) }
        append(changes.registers)
        append(littleEndian: changes.gas)
        append(changes.place == nil ? 0 : 1)
        if let place = changes.place {
            append(place: place.next?.tagged)
            append(littleEndian: place.remainingInBlock)
        }
        switch changes.byteLimit {
        case nil: append(0)
        case let limit?:
            append(limit.value == nil ? 1 : 2)
            append(littleEndian: limit.value ?? 0)
        }
    }

    private mutating func append(_ event: MemoryEvent) {
        func kind(_ rights: GuestMemory.Rights) -> UInt8 { rights == .read ? 0 : 1 }
        switch event {
        case .write(let address, let bytes):
            append(1)
            append(littleEndian: address)
            append(counted: bytes)
        case .sbrk(let byteCount):
            append(2)
            append(littleEndian: byteCount)
        case .auxiliarySize(let byteCount):
            append(3)
            append(littleEndian: byteCount)
        case .map(let address, let byteCount, let rights):
            append(4)
            append(littleEndian: address)
            append(littleEndian: byteCount)
            append(kind(rights))
        case .protect(let address, let byteCount, let rights):
            append(5)
            append(littleEndian: address)
            append(littleEndian: byteCount)
            append(kind(rights))
        case .unmap(let address, let byteCount):
            append(6)
            append(littleEndian: address)
            append(littleEndian: byteCount)
        case .reset:
            append(7)
        case .restore(let snapshot):
            append(8)
            append(counted: snapshot)
        }
    }

    fileprivate mutating func append(_ outcome: RunRecord.Outcome) {
        switch outcome {
        case .exit(.finished): append(1)
        case .exit(.trap): append(2)
        case .exit(.pageFault(let fault)):
            append(3)
            append(littleEndian: fault.address)
            append(littleEndian: fault.pageSize)
            append(fault.isWriteProtected ? 1 : 0)
        case .exit(.outOfGas): append(4)
        case .exit(.hostCall(let number)):
            append(5)
            append(littleEndian: number)
        case .exit(.cancelled): append(6)
        case .failure(let text):
            append(7)
            append(text)
        }
    }
}

extension Machine.Continuation {
    fileprivate var tagged: (tag: UInt8, offset: UInt32) {
        switch self {
        case .entry(let offset): (1, offset)
        case .resume(let offset): (2, offset)
        }
    }
}
