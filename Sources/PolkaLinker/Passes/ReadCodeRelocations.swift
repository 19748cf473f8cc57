// The relocations of a code section, from ELF types to what the instruction at an offset means (guest-abi.md 7.1).
//
// A program counter has no meaning in the guest, so the pairs that compute addresses relative to it (auipc and a second
// instruction) are taken apart: the second instruction gets the whole address, the auipc does nothing. The relocation of the
// second names the auipc by a label; its address is the one that the auipc's relocation carries.

import RISCVELF

/// What a relocation says of the instruction at its offset.
enum CodeFixup: Sendable {
    /// auipc and jalr: a call or a jump.
    case call(Referent)
    /// jal, c.j.
    case jump(Referent)
    case branch(Referent)
    /// auipc of a pair; the other instruction has the address.
    case upperHalf
    /// lui of a pair, which may be used alone.
    case upperAddress(Referent)
    /// The second instruction of a pair: addi, a load or a store.
    case address(Referent)
    /// A load of an address from the global offset table.
    case addressThroughTable(Referent)
    /// The pointer behind an import marker, which is read there.
    case pointer
}

extension Discovery {
    func readCodeRelocations(_ section: Int) -> [Int: CodeFixup] {
        let relocations = input[section].elf.relocations
        var fixups: [Int: CodeFixup] = [:]
        // By offset; nil if the symbol is undefined, which has been reported then.
        var highParts: [Int: HighPart?] = [:]
        fixups.reserveCapacity(relocations.count)
        // A low part may stand before its high part.
        for relocation in relocations
        where relocation.type == .R_RISCV_PCREL_HI20 || relocation.type == .R_RISCV_GOT_HI20 {
            // Behind an import marker this is the pointer to the metadata.
            if relocation.type == .R_RISCV_PCREL_HI20, isImportMarker(section, relocation.offset - 4) { continue }
            let high = referent(of: relocation, in: section).map {
                HighPart(referent: $0, throughTable: relocation.type == .R_RISCV_GOT_HI20)
            }
            highParts[relocation.offset] = .some(high)
        }
        for relocation in relocations where !relocation.type.meansNothing {
            guard let fixup = fixup(for: relocation, in: section, highParts) else { continue }
            if fixups.updateValue(fixup, forKey: relocation.offset) != nil {
                report(
                    Location(section: section, offset: relocation.offset),
                    "two relocations for one instruction, the second is \(relocation.type); expected one that the compiler"
                        + " or assembler makes")
            }
        }
        return fixups
    }

    /// The relocation of an auipc, which says what the pair is about.
    private struct HighPart {
        let referent: Referent
        let throughTable: Bool
    }

    private func fixup(
        for relocation: ELFRelocation, in section: Int, _ highParts: [Int: HighPart?]
    ) -> CodeFixup? {
        switch relocation.type {
        case .R_RISCV_CALL_PLT, .R_RISCV_CALL:
            return referent(of: relocation, in: section).map(CodeFixup.call)
        case .R_RISCV_JAL, .R_RISCV_RVC_JUMP:
            return referent(of: relocation, in: section).map(CodeFixup.jump)
        case .R_RISCV_BRANCH, .R_RISCV_RVC_BRANCH:
            return referent(of: relocation, in: section).map(CodeFixup.branch)
        case .R_RISCV_PCREL_HI20:
            return isImportMarker(section, relocation.offset - 4) ? .pointer : .upperHalf
        case .R_RISCV_GOT_HI20:
            return .upperHalf
        case .R_RISCV_PCREL_LO12_I, .R_RISCV_PCREL_LO12_S:
            return lowPart(relocation, in: section, highParts)
        case .R_RISCV_HI20:
            return referent(of: relocation, in: section).map(CodeFixup.upperAddress)
        case .R_RISCV_LO12_I, .R_RISCV_LO12_S:
            return referent(of: relocation, in: section).map(CodeFixup.address)
        case .R_RISCV_64 where isImportMarker(section, relocation.offset - 4):
            return .pointer
        default:
            let place = Location(section: section, offset: relocation.offset)
            if relocation.type.isThreadLocal {
                report(
                    place,
                    "thread-local access (\(relocation.type)); \(SectionRole.noThreads)")
            } else {
                report(
                    place,
                    "relocation \(relocation.type) in code, which has no meaning there; compile with -fPIE"
                        + " -mcmodel=medany, and keep data out of code sections"
                )
            }
            return nil
        }
    }

    private func lowPart(
        _ relocation: ELFRelocation, in section: Int, _ highParts: [Int: HighPart?]
    ) -> CodeFixup? {
        let place = Location(section: section, offset: relocation.offset)
        guard case .location(let label) = input.definition(ofSymbol: relocation.symbol, in: input[section].object),
            label.section == section
        else {
            report(
                place,
                "relocation \(relocation.type) does not name an instruction of its own section; expected the label of the"
                    + " auipc")
            return nil
        }
        guard let known = highParts[label.offset] else {
            report(
                place,
                "relocation \(relocation.type) names \(input.describe(label)), which has no R_RISCV_PCREL_HI20; expected"
                    + " the label of the auipc")
            return nil
        }
        guard let high = known else { return nil }
        return high.throughTable ? .addressThroughTable(high.referent) : .address(high.referent)
    }

    func isImportMarker(_ section: Int, _ offset: Int) -> Bool {
        let bytes = input[section].elf.contents
        return offset >= 0 && offset + 4 <= bytes.count
            && bytes[offset] == 0x0b && bytes[offset + 1] == 0 && bytes[offset + 2] == 0 && bytes[offset + 3] == 0
    }
}
