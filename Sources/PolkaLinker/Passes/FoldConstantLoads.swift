// What a load from read-only data gives, so that constants, pointers to functions in constant tables, and the tables behind
// them are known while linking.
//
// `PropagateConstants` asks for every load whose address it knows. The answer is the bytes of the section, if it is in the
// read-only zone of the machine and all bytes lie inside its contents. A byte that a relocation covers has no value before the
// layout; but if the load is exactly one pointer, it gives the address of that place, and a call by it becomes a direct one.
//
// Constants of 64 bits take more bytes in code than in data and a load of it. They go into the code if the data then goes.

import PolkaISA
import RISCVELF

/// The contents of read-only data.
struct ConstantData {
    private let input: LinkInput
    /// By section number, ascending by offset.
    private let relocations: [[DataRelocation]]

    /// What a load gives.
    enum Loaded {
        case number(Int64)
        case address(Address)
    }

    init(_ program: Program, _ input: LinkInput) {
        self.input = input
        relocations = input.sections.indices.map { program.dataRelocations[$0] ?? [] }
    }

    /// What a load by this opcode, the indirect form, gives at a place; nil if that is not known.
    func loaded(by opcode: Opcode, at place: Location) -> Loaded? {
        guard place.section != Location.spillSection, input[place.section].role == .readOnlyData,
            let byteCount = opcode.loadedByteCount
        else { return nil }
        let elf = input[place.section].elf
        // A section without contents has none of these bytes, and a compressed one has others.
        guard !elf.isCompressed, place.offset >= 0, place.offset <= elf.contents.count - byteCount else { return nil }
        let bytes = place.offset..<place.offset + byteCount
        let patches = patches(in: place.section, bytes)
        guard let patch = patches.first else { return .number(opcode.extended(elf.contents[bytes])) }
        guard patches.count == 1, patch.offset == place.offset, patch.byteCount == 8, byteCount == 8 else { return nil }
        switch patch.value {
        case .number(let number): return .number(number)
        case .address(.code(let block)): return .address(.code(block))
        case .address(.data(let target)):
            // What points far outside is no address that an instruction could have.
            return target.isNear ? .address(.data(target)) : nil
        case .taggedAddress, .difference, .codeTableEntry: return nil
        }
    }

    private static let mostPatchedBytes = 8

    /// The relocations that cover one of the bytes.
    private func patches(in section: Int, _ bytes: Range<Int>) -> ArraySlice<DataRelocation> {
        let all = relocations[section]
        // The first that is not too far before the bytes to reach them.
        var (low, high) = (0, all.count)
        while low < high {
            let middle = (low + high) / 2
            if all[middle].offset <= bytes.lowerBound - Self.mostPatchedBytes {
                low = middle + 1
            } else {
                high = middle
            }
        }
        var end = low
        while end < all.count, all[end].offset < bytes.upperBound { end += 1 }
        // At most eight bytes before, so few; and a hostile file may have any number of them at one place.
        while low < end, all[low].offset + all[low].byteCount <= bytes.lowerBound { low += 1 }
        return all[low..<end]
    }
}

extension Program {
    /// Puts constants in place of all loads from a section, where the section then goes and the program becomes smaller.
    ///
    /// Compilers keep constants of 64 bits in memory. Loading one from there is shorter than the instruction that has it in
    /// itself, but not by as much as the constant takes in the data.
    mutating func dissolveSections(_ data: ConstantData, _ input: LinkInput) {
        // By section number: bytes by which the code grows; nil if something needs the section.
        var growth = [Int?](repeating: 0, count: input.sections.count)
        func need(_ place: Location) { if place.section != Location.spillSection { growth[place.section] = nil } }
        func load(_ operation: Operation) -> (Operation, Location)? {
            guard case .load(let opcode, let destination, .absolute(let place)) = operation,
                case .number(let number)? = data.loaded(by: opcode, at: place)
            else { return nil }
            return (.loadImmediate(destination, number), place)
        }
        for id in order {
            for placed in self[id].operations {
                switch placed.operation {
                case .load(_, _, .absolute(let place)):
                    if let (constant, place) = load(placed.operation) {
                        let more = constant.estimatedByteCount - placed.operation.estimatedByteCount
                        growth[place.section] = growth[place.section].map { $0 + more }
                    } else {
                        need(place)
                    }
                case .store(_, _, .absolute(let place)), .loadAddress(_, .data(let place)): need(place)
                default: break
                }
            }
        }
        for section in reachability().dataSections {
            for relocation in dataRelocations[section] ?? [] { relocation.value.forEachPlace(need) }
        }
        func dissolves(_ section: Int) -> Bool {
            growth[section].map { $0 < input[section].elf.byteCount } ?? false
        }
        for id in order {
            for index in self[id].operations.indices {
                if let (constant, place) = load(self[id].operations[index].operation), dissolves(place.section) {
                    blocks[id.rawValue].operations[index].operation = constant
                }
            }
        }
    }
}

extension DataRelocation.Value {
    /// Calls `body` for each place in data that the value depends on.
    fileprivate func forEachPlace(_ body: (Location) -> Void) {
        switch self {
        case .address(.data(let place)), .taggedAddress(let place, _), .codeTableEntry(_, let place): body(place)
        case .difference(let target, let origin):
            body(target)
            body(origin)
        case .address(.code), .number: break
        }
    }
}

extension Opcode {
    /// How many bytes a load of the indirect form reads.
    fileprivate var loadedByteCount: Int? {
        switch self {
        case .loadIndirectU8, .loadIndirectI8: 1
        case .loadIndirectU16, .loadIndirectI16: 2
        case .loadIndirectU32, .loadIndirectI32: 4
        case .loadIndirectU64: 8
        default: nil
        }
    }

    /// The register that a load leaves of these bytes.
    fileprivate func extended(_ bytes: ArraySlice<UInt8>) -> Int64 {
        let bits = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return switch self {
        case .loadIndirectI8: Int64(Int8(truncatingIfNeeded: bits))
        case .loadIndirectI16: Int64(Int16(truncatingIfNeeded: bits))
        case .loadIndirectI32: Int64(Int32(truncatingIfNeeded: bits))
        default: Int64(bitPattern: bits)
        }
    }
}
