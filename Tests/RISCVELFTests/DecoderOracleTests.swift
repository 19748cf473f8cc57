// Compares the decoder with llvm-objdump over every compressed parcel and some half a million 32-bit words.
//
// Both must accept the same encodings and read the same operands, except for the differences that are listed here with
// their reason; each of those must really occur, so that the list can not go stale.

import RISCVELF
import TestSupport
import Testing

@Suite struct DecoderOracleTests {
    /// Where our answer differs from LLVM's on purpose.
    enum Difference: CaseIterable {
        /// Traps into a debugger or a supervisor, control registers: LLVM has them in the base instruction set.
        case privileged
        /// Hints that no compiler emits. LLVM prints them as the instruction that they look like.
        case compressedHint
        /// fence with a mode that is reserved for later. Executing it as a fence is what the architecture asks for.
        case fenceMode
        /// The instructions of PVM guests in the custom-0 space.
        case guestInstruction

        /// The difference between two readings of a word, each nil if the word was refused.
        init?(word: UInt32, ours: String?, llvm: String?) {
            switch (ours, llvm) {
            case (nil, let llvm?):
                let mnemonic = llvm.prefix { $0 != " " }
                let isPrivileged =
                    mnemonic.hasPrefix("csrr") || mnemonic.hasPrefix("sfence") || mnemonic.hasPrefix("hfence")
                    || ["ebreak", "wfi", "mret", "sret", "uret", "dret", "mnret"].contains(String(mnemonic))
                if isPrivileged {
                    self = .privileged
                } else if word & 3 != 3, Self.isRefusedHint(word) {
                    self = .compressedHint
                } else {
                    return nil
                }
            case ("fence"?, nil) where word & 0xf00f_ffff == word & 0xf000_000f && word >> 28 != 0: self = .fenceMode
            case ("host call"?, nil) where word == 0x0000_000b: self = .guestInstruction
            case ("memset"?, nil) where word == 0x0000_200b: self = .guestInstruction
            case (let ours?, nil) where ours.hasPrefix("sbrk ") && word & 0xfff0_707f == 0x0000_100b:
                self = .guestInstruction
            case (let ours?, nil) where ours.hasPrefix("heap base ") && word & 0xffff_f07f == 0x0000_300b:
                self = .guestInstruction
            default: return nil
            }
        }

        /// c.addi rd, 0; c.li, c.lui, c.mv and c.add to x0; c.lui rd, 0; the shifts by 0.
        private static func isRefusedHint(_ parcel: UInt32) -> Bool {
            let destination = parcel >> 7 & 31
            let hasNoImmediate = parcel & 0x107c == 0
            switch (parcel & 3, parcel >> 13) {
            case (1, 0): return destination != 0 && hasNoImmediate
            case (1, 2): return destination == 0
            case (1, 3): return destination == 0
            case (1, 4): return parcel >> 11 & 1 == 0 && hasNoImmediate
            case (2, 0): return hasNoImmediate
            case (2, 4): return destination == 0 && parcel >> 2 & 31 != 0
            default: return false
            }
        }
    }

    @Test func agreesWithTheDisassembler() throws {
        let words = Self.words()
        let parcels = (0...UInt32(UInt16.max)).filter { $0 & 3 != 3 }
        #expect(parcels.count == 49152)
        var code = words.flatMap { ELFBuilder.little($0) }
        code += parcels.flatMap { ELFBuilder.little(UInt16($0)) }
        let workshop = try Workshop()
        let file = ELFBuilder([SectionSketch(name: ".text", flags: 6, contents: code, alignment: 4)])
        try workshop.write(file.bytes, to: "sweep.o")
        let listing = try workshop.run(
            "llvm-objdump",
            [
                "-d", "-M", "no-aliases", "--mattr=+m,+a,+c,+zbb,+xtheadcondmov,+xmipscmov", "--no-show-raw-insn",
                "sweep.o",
            ])

        var position = 0
        var seen: [Difference: Int] = [:]
        var mismatches: [String] = []
        var acceptedCount = 0
        for line in listing.split(separator: UInt8(ascii: "\n")) {
            guard let (address, text) = ObjdumpLine.split(line) else { continue }
            let isWord = position < words.count
            let expectedAddress = isWord ? position * 4 : words.count * 4 + (position - words.count) * 2
            try #require(address == expectedAddress, "the disassembler lost its way at \(text)")
            let word = isWord ? words[position] : parcels[position - words.count]
            position += 1

            let llvm = ObjdumpLine.canonical(text, address: Int64(address))
            let decoded = RISCVInstruction.decode(word)
            if decoded != nil { acceptedCount += 1 }
            let ours = decoded?.description
            if ours == llvm {
                if let decoded { #expect(decoded.byteCount == (isWord ? 4 : 2)) }
            } else if let difference = Difference(word: word, ours: ours, llvm: llvm) {
                seen[difference, default: 0] += 1
            } else {
                mismatches.append(
                    "0x\(String(word, radix: 16)): we say \(ours ?? "refused"), LLVM says \(text) (\(llvm ?? "refused"))"
                )
            }
        }
        #expect(position == words.count + parcels.count)
        #expect(mismatches.isEmpty, "\(mismatches.count) mismatches, first: \(mismatches.prefix(20))")
        for difference in Difference.allCases { #expect(seen[difference] != nil, "\(difference) did not occur") }
        // A sweep that both refuse would prove nothing.
        #expect(acceptedCount > 150_000)
    }

    /// Encodings longer than 32 bits never decode; the disassembler can not be asked about them in a row of words.
    @Test func refusesLongEncodings() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<10_000 {
            let word = UInt32.random(in: 0...(.max), using: &generator) | 0x1f
            #expect(RISCVInstruction.decode(word) == nil)
        }
    }

    @Test func ignoresTheUpperHalfOfACompressedWord() {
        var generator = SeededGenerator(seed: 4)
        for parcel in UInt32(0)...0xffff where parcel & 3 != 3 {
            let upper = UInt32.random(in: 0...0xffff, using: &generator) << 16
            #expect(RISCVInstruction.decode(parcel | upper) == RISCVInstruction.decode(parcel))
        }
    }

    /// All upper twelve bits of the opcodes that assign them sparsely, and random words of every opcode.
    private static func words() -> [UInt32] {
        var generator = SeededGenerator(seed: 1)
        var words: [UInt32] = [
            0x0000_000b, 0x0000_100f, 0x0000_200b, 0x0000_0073, 0x0010_0073, 0x1050_0073, 0xc000_1073,
        ]
        words += (0..<32).flatMap { [0x0000_300b | $0 << 7, 0x0000_900b | $0 << 7] }
        for opcode: UInt32 in [0x0b, 0x0f, 0x13, 0x1b, 0x2f, 0x33, 0x3b, 0x73] {
            for high in UInt32(0)..<4096 {
                for funct3 in UInt32(0)..<8 {
                    let registers = UInt32.random(in: 0..<1024, using: &generator)
                    let (rs1, rd) = high % 8 == 0 ? (0, 0) : (registers >> 5, registers & 31)
                    words.append(high << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode)
                }
            }
        }
        let opcodes: [UInt32] = [0x03, 0x0b, 0x13, 0x17, 0x1b, 0x23, 0x2f, 0x33, 0x37, 0x3b, 0x63, 0x67, 0x6f]
        for _ in 0..<200_000 {
            let opcode = opcodes[Int.random(in: 0..<opcodes.count, using: &generator)]
            words.append(UInt32.random(in: 0...(.max), using: &generator) & ~0x7f | opcode)
        }
        for _ in 0..<20_000 {
            let word = UInt32.random(in: 0...(.max), using: &generator) | 3
            if word & 0x1f != 0x1f { words.append(word) }
        }
        return words
    }
}

/// Reads the lines of a listing and brings them into the form of our own text.
private enum ObjdumpLine {
    /// "      4c: <tab>c.addi<tab>a0, 0x1 <.text+...>" into address and text; nil for other lines.
    static func split(_ line: ArraySlice<UInt8>) -> (address: Int, text: String)? {
        guard line.first == UInt8(ascii: " "), let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let digits = line[..<colon].drop { $0 == UInt8(ascii: " ") }
        guard let address = Int(String(decoding: digits, as: UTF8.self), radix: 16) else { return nil }
        let rest = line[(colon + 1)...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        return (address, String(decoding: rest, as: UTF8.self))
    }

    /// Our text for an instruction as LLVM prints it; nil if LLVM does not know it.
    static func canonical(_ text: String, address: Int64) -> String? {
        let parts = text.split(separator: "\t")
        guard let first = parts.first, first != "<unknown>" else { return nil }
        var mnemonic = String(first)
        var operands: [String] = []
        if parts.count > 1 {
            // What follows a space and an angle bracket is the symbol that LLVM found near a target.
            operands = parts[1].split(separator: " <")[0].split(separator: ",").map { operand in
                number(operand.drop { $0 == " " })
            }
        }
        if mnemonic.hasPrefix("c.") { expand(&mnemonic, &operands) }
        if mnemonic.hasPrefix("amo") || mnemonic.hasPrefix("lr.") || mnemonic.hasPrefix("sc.") {
            for suffix in [".aqrl", ".aq", ".rl"] where mnemonic.hasSuffix(suffix) {
                mnemonic.removeLast(suffix.count)
                break
            }
        }
        switch mnemonic {
        case "fence", "fence.tso", "fence.i": return "fence"
        case "jal", "beq", "bne", "blt", "bge", "bltu", "bgeu":
            guard let target = operands.last.flatMap({ Int64($0) }) else { return text }
            let distance = target &- address
            operands[operands.count - 1] = distance < 0 ? ".\(distance)" : ".+\(distance)"
        case "lui", "auipc":
            guard let value = operands.last.flatMap({ Int64($0) }) else { return text }
            operands[operands.count - 1] = "0x" + String(value & 0xfffff, radix: 16)
        default: break
        }
        return operands.isEmpty ? mnemonic : "\(mnemonic) \(operands.joined(separator: ", "))"
    }

    /// Rewrites a compressed instruction into the one that the specification says it abbreviates.
    private static func expand(_ mnemonic: inout String, _ operands: inout [String]) {
        mnemonic.removeFirst(2)
        switch mnemonic {
        case "unimp", "ebreak": break
        case "addi4spn": mnemonic = "addi"
        case "lw", "ld", "sw", "sd": break
        case "lwsp", "ldsp", "swsp", "sdsp": mnemonic.removeLast(2)
        case "nop": (mnemonic, operands) = ("addi", ["zero", "zero", operands.first ?? "0"])
        case "addi16sp": (mnemonic, operands) = ("addi", ["sp", "sp", operands[1]])
        case "li": (mnemonic, operands) = ("addi", [operands[0], "zero", operands[1]])
        case "lui": break
        case "j": (mnemonic, operands) = ("jal", ["zero", operands[0]])
        case "beqz", "bnez":
            mnemonic.removeLast()
            operands.insert("zero", at: 1)
        case "jr": (mnemonic, operands) = ("jalr", ["zero", "0(\(operands[0]))"])
        case "jalr": (mnemonic, operands) = ("jalr", ["ra", "0(\(operands[0]))"])
        case "mv": (mnemonic, operands) = ("add", [operands[0], "zero", operands[1]])
        default: operands.insert(operands[0], at: 0)
        }
    }

    /// "0x18(sp)" as "24(sp)", "-0x8" as "-8", 64-bit addresses as signed numbers; registers stay.
    private static func number(_ operand: Substring) -> String {
        let isNegative = operand.hasPrefix("-0x")
        guard isNegative || operand.hasPrefix("0x") else { return String(operand) }
        let digits = operand.dropFirst(isNegative ? 3 : 2).prefix { $0.isHexDigit }
        guard let magnitude = UInt64(digits, radix: 16) else { return String(operand) }
        let rest = operand.dropFirst((isNegative ? 3 : 2) + digits.count)
        let value = Int64(bitPattern: magnitude)
        return "\(isNegative ? 0 &- value : value)\(rest)"
    }
}
