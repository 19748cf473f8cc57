// The relocations of a data section, from ELF pairs to values (guest-abi.md 7.2).
//
// A difference is expressed by two relocations at one offset: one adds (or sets) the target, one subtracts the origin. The
// difference between a place in code and a place in data is an entry of a jump table: the guest adds the address of the table
// back and jumps there, so what is stored must be the code address of the block minus the data address of the table.

import RISCVELF

/// What one relocation contributes to the value at its offset.
private struct Part {
    enum Kind { case set, add, subtract, relativeToPlace }
    let kind: Kind
    let byteCount: Int
}

extension Discovery {
    func readDataRelocations(_ section: Int) -> [DataRelocation] {
        let elf = input[section].elf
        var result: [DataRelocation] = []
        var start = 0
        while start < elf.relocations.count {
            var end = start + 1
            while end < elf.relocations.count, elf.relocations[end].offset == elf.relocations[start].offset { end += 1 }
            let group = elf.relocations[start..<end].filter { !$0.type.meansNothing }
            start = end
            if let relocation = dataRelocation(of: group, in: section) { result.append(relocation) }
        }
        return result
    }

    private func dataRelocation(of group: [ELFRelocation], in section: Int) -> DataRelocation? {
        guard let first = group.first else { return nil }
        let place = Location(section: section, offset: first.offset)
        let parts = group.compactMap { $0.type.part }
        guard parts.count == group.count, parts.count <= 2, parts.allSatisfy({ $0.byteCount == parts[0].byteCount })
        else {
            if let local = group.first(where: \.type.isThreadLocal) {
                report(place, "thread-local address (\(local.type)); \(SectionRole.noThreads)")
                return nil
            }
            // A hostile file may have any number of them at one place.
            let names = group.prefix(4).map(\.type.description).joined(separator: " with ")
            report(place, "relocation \(names) in data; expected an absolute address or a difference of two addresses")
            return nil
        }
        let byteCount = parts[0].byteCount
        guard byteCount <= input[section].elf.contents.count - first.offset else {
            report(place, "relocation of \(byteCount) bytes reaches over the end of the section")
            return nil
        }
        switch (parts[0].kind, parts.count) {
        case (.set, 1):
            return value(of: first, in: section).map {
                DataRelocation(offset: first.offset, byteCount: byteCount, value: $0)
            }
        case (.relativeToPlace, 1):
            return difference(first, originAt: place, byteCount, in: section)
        case (_, 2):
            guard let target = zip(group, parts).first(where: { $0.1.kind != .subtract })?.0,
                let origin = zip(group, parts).first(where: { $0.1.kind == .subtract })?.0
            else { break }
            guard let originReferent = referent(of: origin, in: section) else { return nil }
            guard case .location(let location) = originReferent else {
                report(place, Self.differenceOfNumbers)
                return nil
            }
            return difference(target, originAt: location, byteCount, in: section)
        default:
            break
        }
        report(place, "relocation \(first.type) without its counterpart; expected a pair that adds and subtracts")
        return nil
    }

    private static let differenceOfNumbers =
        "a difference that involves a number; where an address lies is not known yet, expected two addresses"

    private func value(of relocation: ELFRelocation, in section: Int) -> DataRelocation.Value? {
        let tag = relocation.tag
        guard let referent = referent(of: relocation, in: section, addend: relocation.addend &- tag) else { return nil }
        if case .absolute(let value) = referent { return .number(value &+ tag) }
        let place = Location(section: section, offset: relocation.offset)
        guard let address = address(of: referent, from: place) else { return nil }
        guard tag != 0 else { return .address(address) }
        guard case .data(let location) = address else {
            report(
                place,
                "the address of code with 0x\(String(UInt64(bitPattern: tag), radix: 16)) in the same word; expected data"
            )
            return nil
        }
        return .taggedAddress(location, tag: tag)
    }

    private func difference(
        _ relocation: ELFRelocation, originAt origin: Location, _ byteCount: Int, in section: Int
    ) -> DataRelocation? {
        let place = Location(section: section, offset: relocation.offset)
        guard let referent = referent(of: relocation, in: section) else { return nil }
        guard let target = address(of: referent, from: place), let base = address(of: origin, from: place) else {
            if case .absolute = referent {
                report(place, Self.differenceOfNumbers)
            }
            return nil
        }
        let value: DataRelocation.Value
        switch (target, base) {
        case (.data(let target), .data(let origin)):
            value = .difference(target: target, origin: origin)
        case (.code(let block), .data(let table)) where byteCount == 4:
            value = .codeTableEntry(block, base: table)
        default:
            report(
                place,
                "a difference of \(byteCount) bytes that involves \(input.describe(origin)); code has no fixed distances in"
                    + " a PVM guest, expected a 32-bit jump table entry or a difference between data")
            return nil
        }
        return DataRelocation(offset: relocation.offset, byteCount: byteCount, value: value)
    }
}

extension ELFRelocation {
    /// The part of the addend that is no distance: a multiple of 2^32, 0 unless the addend is more than any distance.
    ///
    /// Swift keeps the address of a long string literal, less 32, and the kind of string in the high bits of one word. The
    /// distance is from the symbol, whichever section lies there, since such an address can point before its string.
    fileprivate var tag: Int64 {
        guard type == .R_RISCV_64, addend.magnitude > LinkInput.farthestOffset else { return 0 }
        return addend &- Int64(Int32(truncatingIfNeeded: addend))
    }
}

extension RelocationType {
    /// Whether the relocation asks for nothing.
    var meansNothing: Bool { self == .R_RISCV_NONE || self == .R_RISCV_RELAX || self == .R_RISCV_ALIGN }

    fileprivate var part: Part? {
        switch self {
        case .R_RISCV_64: Part(kind: .set, byteCount: 8)
        case .R_RISCV_32, .R_RISCV_SET32: Part(kind: .set, byteCount: 4)
        case .R_RISCV_SET16: Part(kind: .set, byteCount: 2)
        case .R_RISCV_SET8: Part(kind: .set, byteCount: 1)
        case .R_RISCV_ADD8: Part(kind: .add, byteCount: 1)
        case .R_RISCV_ADD16: Part(kind: .add, byteCount: 2)
        case .R_RISCV_ADD32: Part(kind: .add, byteCount: 4)
        case .R_RISCV_ADD64: Part(kind: .add, byteCount: 8)
        case .R_RISCV_SUB8: Part(kind: .subtract, byteCount: 1)
        case .R_RISCV_SUB16: Part(kind: .subtract, byteCount: 2)
        case .R_RISCV_SUB32: Part(kind: .subtract, byteCount: 4)
        case .R_RISCV_SUB64: Part(kind: .subtract, byteCount: 8)
        case .R_RISCV_32_PCREL: Part(kind: .relativeToPlace, byteCount: 4)
        default: nil
        }
    }
}
