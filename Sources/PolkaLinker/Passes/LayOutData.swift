// Gives every reached data section its address (guest-abi.md 5, vm.md 1).
//
// Read-only sections first, then the read-write zone: the linker's own memory, sections with contents, sections of zeros. Each
// in input order and on its own alignment. Where the read-write zone starts depends on the size of the read-only zone alone.

import PolkaBlob
import RISCVELF

/// Addresses of data.
struct DataLayout: Sendable {
    /// By section number.
    private(set) var addresses: [Int: Int64] = [:]
    /// The sections of each zone in address order.
    private(set) var readOnlySections: [Int] = []
    private(set) var readWriteSections: [Int] = []
    private(set) var readOnlyRange: Range<Int64> = 0..<0
    private(set) var readWriteRange: Range<Int64> = 0..<0
    private var paddingByteCount: Int64 = 0

    /// Lays out the reached sections, `spillByteCount` bytes of the linker's own memory first.
    init(_ reached: Set<Int>, spillByteCount: Int, _ input: LinkInput) throws(LinkFailure) {
        let sections = reached.sorted()
        try Self.checkAlignment(sections, input)
        let zone = Int64(MemoryMap.zoneAlignment)
        var cursor = zone
        for section in sections where input[section].role.whenLoaded == .readOnlyData {
            readOnlySections.append(section)
            place(section, input, &cursor)
        }
        readOnlyRange = zone..<cursor
        let readOnlySize = try Self.checked(cursor - zone, "read-only data", readOnlySections, input)
        let start = Int64(MemoryMap.readWriteStart(readOnlyDataSize: readOnlySize))
        cursor = start
        if spillByteCount > 0 {
            addresses[Location.spillSection] = cursor
            cursor += Int64(spillByteCount)
        }
        for role in [SectionRole.readWriteData, .zeroData] {
            for section in sections where input[section].role == role {
                readWriteSections.append(section)
                place(section, input, &cursor)
            }
        }
        readWriteRange = start..<cursor
        guard paddingByteCount <= Self.largestPadding else {
            throw LinkFailure([
                LinkError(
                    place: input.fileNames,
                    message: "the alignment of data would take \(paddingByteCount) bytes of padding, the limit is"
                        + " \(Self.largestPadding); align less")
            ])
        }
        // Instructions carry addresses as sign-extended immediates of 32 bits.
        _ = try Self.checked(cursor, "data", sections, input)
    }

    private mutating func place(_ section: Int, _ input: LinkInput, _ cursor: inout Int64) {
        let elf = input[section].elf
        // What is larger has been refused.
        let alignment = Int64(min(elf.alignment, Self.largestAlignment))
        let start = (cursor + alignment - 1) / alignment * alignment
        paddingByteCount += start - cursor
        cursor = start
        addresses[section] = cursor
        cursor += Int64(elf.byteCount)
    }

    /// The largest alignment of a section.
    ///
    /// Padding is stored in the blob, and one header can ask for any amount; this is what the machine's zones have.
    static let largestAlignment = Int(MemoryMap.zoneAlignment)
    /// The most padding in all: 64 MiB.
    static let largestPadding: Int64 = 64 << 20

    private static func checkAlignment(_ sections: [Int], _ input: LinkInput) throws(LinkFailure) {
        var diagnostics = Diagnostics()
        for section in sections where input[section].elf.alignment > largestAlignment {
            diagnostics.report(
                input.error(
                    at: Location(section: section, offset: 0),
                    "data aligned to \(input[section].elf.alignment) bytes; a guest can align to at most"
                        + " \(largestAlignment), align it less"))
        }
        try diagnostics.check()
    }

    private static func checked(
        _ size: Int64, _ what: String, _ sections: [Int], _ input: LinkInput
    ) throws(LinkFailure) -> UInt32 {
        guard let result = UInt32(exactly: size), result <= Int32.max else {
            let largest = sections.max { (input[$0].elf.byteCount, $1) < (input[$1].elf.byteCount, $0) }
            throw LinkFailure([
                LinkError(
                    place: largest.map { input.describe(Location(section: $0, offset: 0)) } ?? input.fileNames,
                    message:
                        "\(what) would take \(size) bytes of address space, this section most of all; a guest has 2 GiB for all its"
                        + " data, make arrays smaller or allocate them from the heap")
            ])
        }
        return result
    }

    var readOnlySize: UInt32 { UInt32(readOnlyRange.count) }
    var readWriteSize: UInt32 { UInt32(readWriteRange.count) }
    /// Where the heap starts; the machine computes the same.
    var heapBase: Int64 { readWriteRange.upperBound }

    /// The address of a place, nil if its section has none.
    func address(of location: Location) -> Int64? {
        addresses[location.section].map { $0 + Int64(location.offset) }
    }
}
