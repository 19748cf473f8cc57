// A whole guest as ld.lld left it, on the evaluator: what the ELF file itself computes, with no post-linker in between.
//
// Code and data lie at the addresses of the file, whose relocations ld has applied. What it has not is the functions of the
// host that Swift declares: those are undefined symbols, for each of which the guest gets a stub here. The records that say
// what a guest exports and imports are read as Guest/README.md and guest-abi.md 3 describe them.

package import RISCVELF

/// A linked guest, ready to be called.
package struct RISCVGuest {
    /// How a call ended.
    package struct Outcome: Equatable {
        /// nil if it returned.
        package let stop: RISCVEvaluator.Stop?
        package let result: UInt64
        /// What the guest has written to its console.
        package let output: [UInt8]
    }

    /// A file that is no linked guest, or a call that nobody can answer.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Computes what a function of the host gives, nil if it gives nothing.
    package typealias Host = (_ name: String, _ arguments: [UInt64]) -> UInt64?

    package private(set) var evaluator = RISCVEvaluator()
    /// Addresses of exported functions.
    package private(set) var exports: [String: UInt64] = [:]
    private let elf: ELFObject
    /// The names of host functions, by the address of the pointer behind their marker.
    private var imports: [UInt64: String] = [:]
    private var output: [UInt8] = []

    /// Where calls return to, as hosts of the machine have it (vm.md 3.1).
    private static let returnAddress: UInt64 = 0xffff_0000
    private static let stackEnd: UInt64 = 0xfff0_0000
    /// As much as a program may have between its data and its stack.
    private static let heapEnd: UInt64 = 0xf000_0000
    /// Sections that lie this close are one region.
    private static let smallestGap: UInt64 = 4096

    /// - Parameters:
    ///   - elf: what ld.lld made.
    ///   - stackByteCount: how much stack it gets.
    /// - Throws: `Failure` for a file that is no linked guest.
    package init(_ elf: ELFObject, stackByteCount: Int = 16 << 20) throws {
        guard elf.kind != .relocatable else { throw Failure(description: "\(elf.name) has not been linked") }
        self.elf = elf
        try loadSections(stackByteCount: stackByteCount)
        try addStubs()
        try readExports()
    }

    // MARK: Running

    /// Calls an export.
    ///
    /// - Parameters:
    ///   - name: the export.
    ///   - arguments: for a0 and on.
    ///   - limit: how many instructions it may take.
    ///   - host: what answers calls of the host, apart from the console.
    /// - Returns: how it ended, nil if it has not by then.
    /// - Throws: `Failure` if there is no such export, or if it calls what is not there.
    package mutating func call(
        _ name: String, _ arguments: [UInt64], limit: UInt64 = 1 << 32, host: Host = { _, _ in nil }
    ) throws -> Outcome? {
        guard let entry = exports[name] else { throw Failure(description: "\(elf.name) does not export \(name)") }
        for number in 1..<16 { evaluator[Self.register(number)] = 0 }
        for (index, argument) in arguments.enumerated() { evaluator[Self.register(10 + index)] = argument }
        evaluator[.x1] = Self.returnAddress
        evaluator[.x2] = Self.stackEnd
        evaluator.programCounter = entry
        output = []
        let end = evaluator.instructionCount + limit
        while let stop = evaluator.run(to: Self.returnAddress, limit: end - evaluator.instructionCount) {
            guard case .hostCall(_, let pointer) = stop else {
                return Outcome(stop: stop, result: evaluator[.x10], output: output)
            }
            guard let name = imports[pointer] else {
                throw Failure(description: "no metadata for the host call at 0x\(String(pointer, radix: 16))")
            }
            try answer(name, host)
        }
        guard evaluator.programCounter == Self.returnAddress else { return nil }
        return Outcome(stop: nil, result: evaluator[.x10], output: output)
    }

    private mutating func answer(_ name: String, _ host: Host) throws {
        // a0 to a5, then what the convention of polkavm has for three more.
        let arguments = [10, 11, 12, 13, 14, 15, 5, 6, 7].map { evaluator[Self.register($0)] }
        switch name {
        case "pvm_console_write":
            for index in 0..<arguments[1] {
                output.append(UInt8(truncatingIfNeeded: try evaluator.read(arguments[0] &+ index, 1)))
            }
        case "pvm_console_read":
            evaluator[.x10] = 0
        default:
            if let result = host(name, arguments) { evaluator[.x10] = result }
        }
    }

    private static func register(_ number: Int) -> RISCVRegister { RISCVRegister(rawValue: UInt8(number)) ?? .x0 }

    /// Bytes at an address, all of which must be there.
    package func bytes(at address: UInt64, count: Int) throws -> [UInt8] {
        try (0..<UInt64(count)).map { UInt8(truncatingIfNeeded: try evaluator.read(address + $0, 1)) }
    }

    /// Where a symbol lies.
    package func address(ofSymbol name: String) -> UInt64? {
        guard let symbol = elf.symbols.first(where: { $0.name == name }), case .section(let section) = symbol.place
        else { return nil }
        return elf.sections[section].address + UInt64(symbol.offset)
    }

    // MARK: Loading

    private mutating func loadSections(stackByteCount: Int) throws {
        let loaded = elf.sections.filter { $0.isAllocated && $0.byteCount > 0 }.sorted { $0.address < $1.address }
        guard let last = loaded.last else { throw Failure(description: "\(elf.name) has nothing to load") }
        for section in loaded {
            let bytes = section.hasContents ? section.contents : [UInt8](repeating: 0, count: section.byteCount)
            if let index = evaluator.regions.indices.last,
                evaluator.regions[index].isWritable == section.isWritable,
                case let end = evaluator.regions[index].start + UInt64(evaluator.regions[index].bytes.count),
                section.address >= end, section.address - end <= Self.smallestGap
            {
                evaluator.regions[index].bytes += [UInt8](repeating: 0, count: Int(section.address - end)) + bytes
            } else {
                evaluator.regions.append(
                    .init(start: section.address, bytes: bytes, isWritable: section.isWritable))
            }
        }
        // The heap begins behind everything, and so do the stubs.
        let end = last.address + UInt64(last.byteCount)
        evaluator.heapBase = (end + 0x2_0000) & ~0xffff
        evaluator.heapEnd = evaluator.heapBase
        evaluator.heapLimit = Self.heapEnd
        evaluator.heapRegion = evaluator.regions.count
        evaluator.regions.append(.init(start: evaluator.heapBase, bytes: []))
        let stack = [UInt8](repeating: 0, count: stackByteCount)
        evaluator.regions.append(.init(start: Self.stackEnd - UInt64(stack.count), bytes: stack))
    }

    private struct Place: Hashable {
        var section: Int
        var offset: Int
    }

    /// What the pointer at a place points to, by its relocation.
    private func target(of place: Place) throws -> Place {
        let found = elf.sections[place.section].relocations.first {
            $0.offset == place.offset && ($0.type == .R_RISCV_64 || $0.type == .R_RISCV_PCREL_HI20)
        }
        guard let found, case .section(let section) = elf.symbols[found.symbol].place else {
            let name = elf.sections[place.section].name
            throw Failure(description: "no pointer to a section at \(name)+\(place.offset)")
        }
        return Place(section: section, offset: Int(elf.symbols[found.symbol].offset + found.addend))
    }

    private func address(of place: Place) -> UInt64 { elf.sections[place.section].address + UInt64(place.offset) }

    private func integer(_ section: Int, _ offset: Int, _ byteCount: Int) throws -> Int {
        let bytes = elf.sections[section].contents
        guard offset >= 0, offset + byteCount <= bytes.count else {
            throw Failure(description: "a record of \(elf.sections[section].name) is cut off")
        }
        return (0..<byteCount).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }

    private func text(_ section: Int, _ offset: Int, _ byteCount: Int) throws -> String {
        _ = try integer(section, offset + byteCount, 0)
        return String(decoding: elf.sections[section].contents[offset..<offset + byteCount], as: UTF8.self)
    }

    /// The name in the metadata at a place.
    private func name(inMetadata place: Place) throws -> String {
        let byteCount = try integer(place.section, place.offset + 5, 4)
        let name = try target(of: Place(section: place.section, offset: place.offset + 9))
        return try text(name.section, name.offset, byteCount)
    }

    private mutating func readExports() throws {
        var weak: [String: UInt64] = [:]
        for (index, section) in elf.sections.enumerated() {
            if section.name == ".polkavm_exports" {
                for start in stride(from: 0, to: section.contents.count, by: 17) {
                    let name = try name(inMetadata: target(of: Place(section: index, offset: start + 1)))
                    exports[name] = address(of: try target(of: Place(section: index, offset: start + 9)))
                }
            } else if section.name == ".pvm.exports" {
                try forEachRecord(index, alignment: 8) { start in
                    let isDefault = try integer(index, start + 10, 2) == 2
                    let byteCount = try integer(index, start + 12, 4)
                    let nameStart = start + (isDefault ? 32 : 16)
                    let name = try text(index, nameStart, byteCount)
                    let condition = try? target(of: Place(section: index, offset: start + 16))
                    if !isDefault || condition != nil {
                        let function = address(of: try target(of: Place(section: index, offset: start)))
                        if isDefault { weak[name] = function } else { exports[name] = function }
                    }
                    return nameStart + byteCount
                }
            }
        }
        exports.merge(weak) { strong, _ in strong }
    }

    /// Calls `body` with the start of each record; it gives the record's end.
    private func forEachRecord(_ section: Int, alignment: Int, _ body: (Int) throws -> Int) throws {
        var start = 0
        while start < elf.sections[section].contents.count {
            start = (try body(start) + alignment - 1) / alignment * alignment
        }
    }

    // MARK: Host functions

    /// Names the host functions behind markers, and gives a stub to those that are undefined symbols.
    private mutating func addStubs() throws {
        var declared: [String] = []
        for (index, section) in elf.sections.enumerated() where section.name == ".pvm.imports" {
            try forEachRecord(index, alignment: 4) { start in
                let byteCount = try integer(index, start + 8, 4)
                declared.append(try text(index, start + 12, byteCount))
                return start + 12 + byteCount
            }
        }
        // Where the heap begins, less one page.
        let start = evaluator.heapBase - 0x1_0000
        var bytes: [UInt8] = []
        var stubs: [String: UInt64] = [:]
        for name in declared where stubs[name] == nil {
            let address = start + UInt64(bytes.count)
            stubs[name] = address
            imports[address + 4] = name
            // The marker, a pointer that is found by its own address, and ret with something to align it.
            bytes += [0x0b, 0, 0, 0] + [UInt8](repeating: 0, count: 8) + [0x82, 0x80, 0, 0]
        }
        evaluator.regions.append(.init(start: start, bytes: bytes, isWritable: false))

        for (index, section) in elf.sections.enumerated() where section.isAllocated {
            for relocation in section.relocations {
                let symbol = elf.symbols[relocation.symbol]
                if symbol.place == .undefined, let stub = stubs[symbol.name] {
                    try send(relocation, in: index, to: stub)
                } else if relocation.type == .R_RISCV_64 || relocation.type == .R_RISCV_PCREL_HI20,
                    relocation.offset >= 4, section.isExecutable,
                    try integer(index, relocation.offset - 4, 4) == 0x0b
                {
                    let place = Place(section: index, offset: relocation.offset)
                    imports[address(of: place)] = try name(inMetadata: target(of: place))
                }
            }
        }
        let code = elf.sections.first { $0.isAllocated && $0.isExecutable && $0.byteCount > 0 }
        let region = evaluator.regions.firstIndex { region in
            guard let code, !region.isWritable else { return false }
            return code.address >= region.start && code.address < region.start + UInt64(region.bytes.count)
        }
        if let region { evaluator.decode(region: region) }
    }

    /// Puts the address of a stub where a relocation asks for that of its symbol.
    private mutating func send(_ relocation: ELFRelocation, in section: Int, to stub: UInt64) throws {
        let place = address(of: Place(section: section, offset: relocation.offset))
        switch relocation.type {
        case .R_RISCV_64:
            try patch(place, 8, stub &+ UInt64(bitPattern: relocation.addend))
        case .R_RISCV_CALL_PLT, .R_RISCV_CALL:
            let distance = stub &- place
            try setUpper(at: place, distance)
            try setLower(at: place + 4, distance)
        case .R_RISCV_PCREL_HI20:
            let distance = stub &- place
            try setUpper(at: place, distance)
            for low in lowParts(of: relocation.offset, in: section) { try setLower(at: low, distance) }
        case .R_RISCV_GOT_HI20:
            let upper = UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: try evaluator.read(place, 4) & ~0xfff)))
            for low in lowParts(of: relocation.offset, in: section) {
                let word = Int32(truncatingIfNeeded: try evaluator.read(low, 4))
                try patch(place &+ upper &+ UInt64(bitPattern: Int64(word >> 20)), 8, stub)
            }
        default:
            throw Failure(description: "\(relocation.type) to a host function")
        }
    }

    /// Where the second instructions of a pair are.
    private func lowParts(of high: Int, in section: Int) -> [UInt64] {
        elf.sections[section].relocations.filter { relocation in
            guard relocation.type == .R_RISCV_PCREL_LO12_I else { return false }
            let label = elf.symbols[relocation.symbol]
            return label.place == .section(section) && label.offset == Int64(high)
        }.map { address(of: Place(section: section, offset: $0.offset)) }
    }

    /// The upper 20 bits of a distance, into auipc.
    private mutating func setUpper(at place: UInt64, _ distance: UInt64) throws {
        let word = try evaluator.read(place, 4)
        try patch(place, 4, word & 0xfff | (distance &+ 0x800) & 0xffff_f000)
    }

    /// The lower 12 bits of a distance, into addi or jalr.
    private mutating func setLower(at place: UInt64, _ distance: UInt64) throws {
        let word = try evaluator.read(place, 4)
        try patch(place, 4, word & 0xf_ffff | (distance & 0xfff) << 20)
    }

    /// Writes where the guest may not.
    private mutating func patch(_ place: UInt64, _ byteCount: Int, _ value: UInt64) throws {
        let isWritable = evaluator.regions.map(\.isWritable)
        for index in evaluator.regions.indices { evaluator.regions[index].isWritable = true }
        defer { for index in evaluator.regions.indices { evaluator.regions[index].isWritable = isWritable[index] } }
        try evaluator.write(place, byteCount, value)
    }
}
