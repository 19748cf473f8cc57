// A state as bytes: what stands where (Documentation/snapshots.md), and every check of what is read.
//
// Nothing is believed: whoever wrote a file can also have computed its checksum. Everything is checked against the module
// before memory is asked for, and what is asked for is never more than the file itself has.

import PolkaBlob
import PolkaISA

/// The state of an instance.
struct SavedState: Sendable, Equatable {
    var machine: MachineSnapshot
    var memory: MemoryState
}

enum SnapshotFormat {
    static let magic = Array("PVMSNAP\0".utf8)
    static let version: UInt32 = 1
    private static let headByteCount = 8 + 4 + ContentHash.byteCount

    // MARK: Writing

    static func encode(_ state: SavedState, of module: Module) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(state.memory.pages.bytes.count + 1024)
        bytes += magic
        bytes.append(littleEndian: version)
        bytes += module.identity.bytes
        let machine = state.machine
        for value in machine.registers { bytes.append(littleEndian: value) }
        bytes.append(littleEndian: machine.gas)
        bytes.append(littleEndian: machine.instructionCount)
        bytes.append(littleEndian: machine.remainingInBlock)
        append(machine.programCounter.map { (1, $0) }, to: &bytes)
        append(machine.lastProgramCounter.map { (1, $0) }, to: &bytes)
        append(
            machine.next.map { next in
                switch next {
                case .entry(let offset): (1, offset)
                case .resume(let offset): (2, offset)
                }
            }, to: &bytes)
        let memory = state.memory
        bytes.append(littleEndian: memory.heapSize)
        let pageSize = UInt64(module.configuration.pageSize)
        bytes.append(littleEndian: UInt32(memory.regions.count))
        for region in memory.regions {
            append(region.range, pageSize, to: &bytes)
            bytes.append(region.rights == .readWrite ? 2 : region.isHostWritable ? 1 : 0)
        }
        bytes.append(littleEndian: UInt32(memory.pages.runs.count))
        for run in memory.pages.runs { append(run.range, pageSize, to: &bytes) }
        bytes += memory.pages.bytes
        return bytes + ContentHash(of: bytes).bytes
    }

    private static func append(_ place: (tag: UInt8, offset: UInt32)?, to bytes: inout [UInt8]) {
        bytes.append(place?.tag ?? 0)
        bytes.append(littleEndian: place?.offset ?? 0)
    }

    /// Pages as the number of the first one and how many there are.
    private static func append(_ range: Range<UInt64>, _ pageSize: UInt64, to bytes: inout [UInt8]) {
        bytes.append(littleEndian: UInt32(truncatingIfNeeded: range.lowerBound / pageSize))
        bytes.append(littleEndian: UInt32(truncatingIfNeeded: range.byteCount / pageSize))
    }

    // MARK: Reading

    static func decode(_ bytes: [UInt8], for module: Module) throws(SnapshotError) -> SavedState {
        guard bytes.starts(with: magic) else {
            throw magic.starts(with: bytes) ? .truncated(byteCount: bytes.count) : .notASnapshot
        }
        let end = bytes.count - ContentHash.byteCount
        guard end >= headByteCount else { throw .truncated(byteCount: bytes.count) }
        var decoder = SnapshotDecoder(bytes, in: magic.count..<end, module)
        let found: UInt32 = try decoder.integer("version")
        guard found == version else { throw .unknownVersion(found: found, expected: version) }
        guard ContentHash(of: Array(bytes[..<end])).bytes.elementsEqual(bytes[end...]) else { throw .damaged }
        try decoder.checkIdentity()
        let machine = try decoder.machine()
        let memory = try decoder.memory()
        return SavedState(machine: machine, memory: memory)
    }
}

/// Reads the parts of a snapshot one after the other.
private struct SnapshotDecoder {
    private var reader: LittleEndianReader
    private let module: Module

    init(_ bytes: [UInt8], in range: Range<Int>, _ module: Module) {
        reader = LittleEndianReader(bytes, in: range)
        self.module = module
    }

    mutating func integer<T: FixedWidthInteger>(_ what: String) throws(SnapshotError) -> T {
        guard let value: T = reader.integer() else { throw malformed("\(what): the bytes end too soon") }
        return value
    }

    private func malformed(_ problem: String) -> SnapshotError {
        .malformed(offset: reader.offset, problem: problem)
    }

    mutating func checkIdentity() throws(SnapshotError) {
        guard let bytes = reader.bytes(ContentHash.byteCount), let found = ContentHash(stored: bytes) else {
            throw malformed("module: the bytes end too soon")
        }
        guard found == module.identity else { throw .otherModule(found: found, expected: module.identity) }
    }

    // MARK: Registers and places

    mutating func machine() throws(SnapshotError) -> MachineSnapshot {
        var registers: [UInt64] = []
        for register in Register.allCases {
            let value: UInt64 = try integer("register \(register.name)")
            guard module.blob.instructionSet.is64Bit || Arithmetic.extend32(value) == value else {
                throw malformed("register \(register.name) has more than the 32 bits of this program's kind")
            }
            registers.append(value)
        }
        let gas: Int64 = try integer("gas")
        let instructionCount: UInt64 = try integer("instruction count")
        let remaining: UInt64 = try integer("instructions left in the block")
        let codeByteCount = module.blob.code.bytes.count
        guard remaining <= UInt64(codeByteCount) + 1 else {
            throw malformed("\(remaining) instructions left in a block of \(codeByteCount) bytes of code")
        }
        let programCounter = try place("program counter", tags: 1)
        let lastProgramCounter = try place("last program counter", tags: 1)
        let next = try place("next program counter", tags: 2)
        if let next, next.tag == 2 {
            guard module.blob.code.canGoOn(at: next.offset) else {
                throw malformed("goes on at code offset \(next.offset), where no instruction starts")
            }
        }
        return MachineSnapshot(
            registers: registers, gas: gas, programCounter: programCounter?.offset,
            lastProgramCounter: lastProgramCounter?.offset,
            next: next.map { $0.tag == 1 ? .entry($0.offset) : .resume($0.offset) },
            instructionCount: instructionCount, remainingInBlock: remaining)
    }

    private mutating func place(
        _ what: String, tags: UInt8
    ) throws(SnapshotError) -> (tag: UInt8, offset: UInt32)? {
        let tag: UInt8 = try integer(what)
        let offset: UInt32 = try integer(what)
        guard tag <= tags, tag != 0 || offset == 0 else { throw malformed("\(what): unknown kind \(tag)") }
        return tag == 0 ? nil : (tag, offset)
    }

    // MARK: Memory

    mutating func memory() throws(SnapshotError) -> MemoryState {
        let heapSize: UInt32 = try integer("heap size")
        let limit = module.image.map?.maximumHeapSize ?? 0
        guard heapSize <= limit else { throw malformed("a heap of \(heapSize) bytes; it can have \(limit)") }
        let regions = try regions()
        let pages = try pages(in: regions)
        let auxiliary = module.image.map?.auxiliary ?? 0..<0
        let hasWrittenAuxiliary =
            pages.runs.contains { $0.range.overlaps(auxiliary) }
            || regions.contains { $0.rights == .readWrite && $0.range.overlaps(auxiliary) }
        return MemoryState(
            regions: regions, heapSize: heapSize, hasWrittenAuxiliary: hasWrittenAuxiliary, pages: pages)
    }

    private mutating func regions() throws(SnapshotError) -> [GuestMemory.Region] {
        let count: UInt32 = try integer("number of regions")
        let entryByteCount = 9
        guard Int(count) <= reader.remaining / entryByteCount else {
            throw malformed("\(count) regions do not fit into the \(reader.remaining) bytes that are left")
        }
        var regions: [GuestMemory.Region] = []
        regions.reserveCapacity(Int(count))
        for _ in 0..<count {
            let range = try pageRange("region", behind: regions.last?.end ?? GuestMemory.lowestAddress)
            let rights: UInt8 = try integer("rights")
            guard rights <= 2 else { throw malformed("unknown rights \(rights)") }
            let region = GuestMemory.Region(
                start: range.lowerBound, end: range.upperBound, rights: rights == 2 ? .readWrite : .read,
                isHostWritable: rights != 0)
            if let last = regions.last, last.end == region.start, last.rights == region.rights,
                last.isHostWritable == region.isHostWritable
            {
                throw malformed("two regions that are one")
            }
            if rights == 1, !(module.image.map?.auxiliary ?? 0..<0).contains(range) {
                throw malformed("auxiliary data outside of its zone")
            }
            regions.append(region)
        }
        return regions
    }

    private mutating func pages(in regions: [GuestMemory.Region]) throws(SnapshotError) -> PageList {
        let count: UInt32 = try integer("number of page runs")
        let entryByteCount = 8
        guard Int(count) <= reader.remaining / entryByteCount else {
            throw malformed("\(count) page runs do not fit into the \(reader.remaining) bytes that are left")
        }
        // Where there can be contents: what is open, and auxiliary data even where it is not.
        let used = Self.union(regions.map(\.range), module.image.map?.auxiliary ?? 0..<0)
        var usedIndex = 0
        var pages = PageList()
        pages.runs.reserveCapacity(Int(count))
        var byteCount = 0
        for _ in 0..<count {
            let range = try pageRange("pages", behind: pages.runs.last.map { $0.range.upperBound + 1 } ?? 0)
            while usedIndex < used.count, used[usedIndex].upperBound <= range.lowerBound { usedIndex += 1 }
            guard usedIndex < used.count, used[usedIndex].contains(range) else {
                throw malformed("contents of pages at \(MemoryError.hex(UInt32(range.lowerBound))) that are not open")
            }
            let (first, length) = (byteCount, Int(range.byteCount))
            byteCount += length
            // So that sums stay small.
            guard byteCount <= reader.remaining else {
                throw malformed("pages of \(byteCount) bytes, and only \(reader.remaining) are left")
            }
            pages.runs.append(PageList.Run(range: range, bytes: first..<byteCount))
        }
        guard byteCount == reader.remaining, let contents = reader.bytes(byteCount) else {
            throw malformed("pages of \(byteCount) bytes, and \(reader.remaining) are left")
        }
        pages.bytes = Array(contents)
        return pages
    }

    /// Pages that do not begin before an address.
    private mutating func pageRange(
        _ what: String, behind lowest: UInt64
    ) throws(SnapshotError) -> Range<UInt64> {
        let pageSize = UInt64(module.configuration.pageSize)
        let first = UInt64(try integer(what) as UInt32)
        let count = UInt64(try integer(what) as UInt32)
        // Both have 32 bits, and a page 16: no overflow.
        let range = (first * pageSize)..<((first + count) * pageSize)
        guard count > 0, range.lowerBound >= lowest, range.upperBound <= GuestMemory.addressSpace else {
            throw malformed(
                "\(what): \(count) pages from page \(first) on are not in order or not in the address space")
        }
        return range
    }

    /// Ascending ranges and one more, merged where they touch.
    private static func union(_ ranges: [Range<UInt64>], _ other: Range<UInt64>) -> [Range<UInt64>] {
        var union: [Range<UInt64>] = []
        for range in (ranges + (other.isEmpty ? [] : [other])).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = union.last, last.upperBound >= range.lowerBound {
                union[union.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                union.append(range)
            }
        }
        return union
    }
}
