// Finds what the exports need: decodes the code sections and reads the relocations of the data sections that can be reached
// from them, and gives every place that control or a pointer can reach a block.
//
// Works section by section from a list: what nobody refers to is never decoded, so libraries may contain code that no guest
// can run as long as the guest does not call it. Inside a section everything is decoded; which blocks are reached is decided
// later, when blocks exist (`MarkReachable`).

import PolkaBlob
import PolkaISA
import RISCVELF

/// A decoded instruction: operations, and how it moves control if it does.
struct DecodedInstruction: Sendable {
    /// From the start of the section.
    var offset: Int
    /// Where its operations start in `DecodedSection.operations`; they end where those of the next instruction start.
    var firstOperation: Int
    var control: Control?
}

/// A code section after decoding.
struct DecodedSection: Sendable {
    var instructions: [DecodedInstruction] = []
    var operations: [Operation] = []
}

/// What a relocation refers to.
enum Referent: Hashable, Sendable {
    case location(Location)
    case absolute(Int64)
    case hostCall(ImportID)

    /// Whether it is a null pointer or a field of what one points to: a place that no guest has anything at.
    var isNull: Bool {
        if case .absolute(let value) = self { 0..<Int64(MemoryMap.zoneAlignment) ~= value } else { false }
    }
}

/// The state of discovery and its result; a class because decoding one section finds work in others.
final class Discovery {
    let input: LinkInput
    var diagnostics = Diagnostics()

    /// Code by section.
    private(set) var code: [Int: DecodedSection] = [:]
    /// Relocations by data section.
    private(set) var dataRelocations: [Int: [DataRelocation]] = [:]
    /// Where each block starts; nil for a block without a place in the input.
    private(set) var blockStarts: [Location?] = []
    /// What referred to each block first, for messages.
    private(set) var blockReferrers: [Location] = []
    private(set) var imports: [HostImport] = []
    /// What referred to each import first, for messages.
    private(set) var importReferrers: [Location] = []
    /// Blocks that call a host function and return, for pointers to host functions.
    private(set) var stubs: [(block: BlockID, hostCall: ImportID, origin: Location)] = []
    /// Exported functions in the order of their records.
    private(set) var exports: [(block: BlockID, symbol: [UInt8])] = []
    /// Bytes of stack that the objects ask for.
    private(set) var minimumStackSize: UInt64 = 0

    private var metadata: MetadataReader
    /// The block at each half word of a code section; -1 where none starts.
    private var blockAt: [Int: [Int32]] = [:]
    private var importNumbers: [HostImport: ImportID] = [:]
    private var stubOfImport: [ImportID: BlockID] = [:]
    private var declaredImports: [String: HostImport] = [:]
    private var reportedUndefined: Set<String> = []
    /// Relocations whose symbol nothing defines.
    private var unresolved: Set<Location> = []
    /// Operations of the sections that are done.
    private var operationCount = 0
    private var queue: [Int] = []
    private var queued: Set<Int> = []

    init(_ input: LinkInput) {
        self.input = input
        metadata = MetadataReader(input)
    }

    /// Runs discovery from the exports; with `keepEverything` from every section of code and data.
    func run(keepEverything: Bool, dropsTests: Bool) throws(LinkFailure) {
        declaredImports = metadata.alignedImports()
        let records = metadata.exports().filter { !(dropsTests && Blob.isTest($0.symbol)) }
        minimumStackSize = records.reduce(metadata.minimumStackSize()) { max($0, $1.stackSize) }
        guard !records.isEmpty else {
            try metadata.diagnostics.check()
            throw LinkFailure([LinkError(place: input.fileNames, message: Self.noExport)])
        }
        addExports(records)
        if keepEverything {
            for (index, section) in input.sections.enumerated() where section.role == .code || section.role.isData {
                enqueue(index)
            }
        }
        var next = 0
        while next < queue.count {
            let section = queue[next]
            next += 1
            if input[section].role == .code {
                let decoded = decodeSection(section)
                operationCount += decoded.operations.count
                code[section] = decoded
            } else {
                dataRelocations[section] = readDataRelocations(section)
            }
        }
        // What is wrong with records and what is wrong with code do not depend on each other.
        var all = metadata.diagnostics
        all.report(diagnostics)
        try all.check()
    }

    private static let noExport =
        "no function is exported, so nothing would be left of the program; export one with PVM_EXPORT in C or"
        + " @Export in Swift, or write a main"

    private func addExports(_ records: [ExportRecord]) {
        var places: [[UInt8]: Location] = [:]
        for record in records {
            if let other = places[record.symbol] {
                let name = String(decoding: record.symbol, as: UTF8.self)
                report(
                    record.place,
                    "two exports are named '\(name)', the other one at \(input.describe(other)); rename one")
                continue
            }
            places[record.symbol] = record.place
            guard input[record.function.section].role == .code else {
                let name = String(decoding: record.symbol, as: UTF8.self)
                report(
                    record.place,
                    "export '\(name)' is not a function: it lies at \(input.describe(record.function)); export functions and"
                        + " let them return data")
                continue
            }
            if let block = block(at: record.function, from: record.place) {
                exports.append((block, record.symbol))
            }
        }
    }

    // MARK: Blocks and sections

    private func enqueue(_ section: Int) {
        guard queued.insert(section).inserted else { return }
        queue.append(section)
        if input[section].role == .code {
            blockAt[section] = [Int32](repeating: -1, count: input[section].elf.contents.count / 2 + 1)
        }
    }

    /// The block that starts at a place in code; the place's section joins the program.
    func block(at location: Location, from referrer: Location) -> BlockID? {
        enqueue(location.section)
        let index = location.offset >> 1
        // Not one copy of the list: it is as long as the section.
        let known = blockAt[location.section]?.count ?? 0
        guard location.offset >= 0, location.offset & 1 == 0, index < known else {
            report(
                referrer,
                "refers to \(input.describe(location)), which is not the start of an instruction; expected an even offset"
                    + " from 0 to 0x\(String(max(0, 2 * known - 2), radix: 16))")
            return nil
        }
        if let id = existingBlock(section: location.section, offset: location.offset) { return id }
        let id = makeBlock(at: location, from: referrer)
        blockAt[location.section]?[index] = Int32(id.rawValue)
        return id
    }

    /// The block that starts at a place in code, if something refers to the place.
    func existingBlock(section: Int, offset: Int) -> BlockID? {
        guard let number = blockAt[section]?[offset >> 1], number >= 0 else { return nil }
        return BlockID(Int(number))
    }

    private func makeBlock(at location: Location?, from referrer: Location) -> BlockID {
        blockStarts.append(location)
        blockReferrers.append(referrer)
        return BlockID(blockStarts.count - 1)
    }

    /// The address of a place in code or data; the place's section joins the program.
    func address(of location: Location, from referrer: Location) -> Address? {
        let section = input[location.section]
        switch section.role {
        case .code:
            return block(at: location, from: referrer).map(Address.code)
        case let role where role.whenLoaded != nil:
            enqueue(location.section)
            return .data(location)
        case .unsupported:
            report(
                Location(section: location.section, offset: 0),
                "\(SectionRole.whyUnsupported(section.elf)); used by \(input.describe(referrer))")
        default:
            report(
                referrer,
                "refers to \(input.describe(location)), which is not loaded into the guest; expected code or data in a"
                    + " section with the flag 'a'")
        }
        return nil
    }

    /// The address of a referent; a pointer to a host function becomes one to a stub that calls it.
    func address(of referent: Referent, from referrer: Location) -> Address? {
        switch referent {
        case .location(let location):
            return address(of: location, from: referrer)
        case .hostCall(let id):
            if let block = stubOfImport[id] { return .code(block) }
            let block = makeBlock(at: nil, from: referrer)
            stubOfImport[id] = block
            stubs.append((block, id, referrer))
            return .code(block)
        case .absolute:
            return nil
        }
    }

    /// Whether there is room for the operations of all code, `current` of them in the section at hand; reports if not.
    ///
    /// Each takes two bytes of the blob at least (host calls with small numbers aside), so that this refuses nothing that would
    /// fit. One instruction can become several operations, and a hostile file can consist of those.
    func countOperations(_ current: Int) -> Bool {
        if operationCount + current <= BlobLimits.codeBytes / 2 { return true }
        diagnostics.report(
            LinkError(
                place: input.fileNames,
                message:
                    "the code is too large: a blob can have \(BlobLimits.codeBytes) bytes of it; leave something out"))
        return false
    }

    // MARK: Imports and symbols

    /// The number of a host function; equal metadata is one function.
    func number(of host: HostImport, from referrer: Location) -> ImportID {
        if let known = importNumbers[host] { return known }
        let id = ImportID(rawValue: imports.count)
        imports.append(host)
        importReferrers.append(referrer)
        importNumbers[host] = id
        return id
    }

    /// The host function whose metadata the pointer behind an import marker names.
    func hostCall(markerAt marker: Location) -> ImportID? {
        let pointer = Location(section: marker.section, offset: marker.offset + 4)
        guard let place = metadata.pointer(at: pointer, "the metadata of an import"),
            let declared = metadata.metadata(at: place)
        else { return nil }
        return number(of: declared, from: marker)
    }

    /// What a relocation refers to, with its addend or the one given; nil (and a report) for an undefined symbol.
    func referent(of relocation: ELFRelocation, in section: Int, addend: Int64? = nil) -> Referent? {
        let addend = addend ?? relocation.addend
        let place = Location(section: section, offset: relocation.offset)
        switch input.definition(ofSymbol: relocation.symbol, in: input[section].object) {
        case .location(let location):
            guard let target = LinkInput.place(location, movedBy: addend) else {
                report(place, "relocation \(relocation.type) \(LinkInput.tooFar(location, addend, input))")
                return nil
            }
            return .location(target)
        case .common(let name):
            report(
                place,
                "the variable '\(name)' has no place yet; compile with -fno-common, or link the objects with ld.lld first"
            )
            return nil
        case .absolute(let value):
            return .absolute(value &+ addend)
        case .undefined(let name, let isWeak):
            if let declared = declaredImports[name] { return .hostCall(number(of: declared, from: place)) }
            // An undefined weak symbol has the address 0, so that programs can test for it.
            if isWeak { return .absolute(addend) }
            if reportedUndefined.insert(name).inserted {
                var error = input.error(
                    at: place,
                    "undefined symbol '\(name)'; define it, add the file or library that does, or declare it as a host"
                        + " function with PVM_IMPORT\(knownImports)")
                error.undefinedSymbol = name
                diagnostics.report(error)
            }
            unresolved.insert(place)
            return nil
        }
    }

    /// The host functions that the program declares, for somebody who misspelt one.
    private var knownImports: String {
        let names = Set(declaredImports.keys).union(imports.map { String(decoding: $0.symbol, as: UTF8.self) }).sorted()
        return names.isEmpty ? "" : "; host functions declared so far: \(names.joined(separator: ", "))"
    }

    func report(_ place: Location, _ message: String) {
        // An instruction whose symbol is missing makes no sense either, which would be said next.
        if unresolved.contains(place) { return }
        diagnostics.report(input.error(at: place, message))
    }
}
