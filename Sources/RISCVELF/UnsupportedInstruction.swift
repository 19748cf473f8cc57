// Why an instruction was refused: names the extension it belongs to, because that is what the user can switch off.

/// The compiler options that keep a guest inside the accepted instruction set, as messages quote them.
package let guestCompilerOptions = "-march=rv64emac_zbb_xtheadcondmov -mabi=lp64e"

/// Says what a word is that `RISCVInstruction.decode(_:)` refused, and how to avoid it where there is a way.
///
/// - Parameter word: As for `decode`. For a word that `decode` accepts the answer has no meaning.
/// - Returns: A phrase without a place and without a final stop, such as "control register access (Zicsr): ...".
package func whyUnsupported(_ word: UInt32) -> String {
    word & 3 == 3 ? unsupportedStandard(InstructionFields(word: word)) : unsupportedCompressed(word & 0xffff)
}

/// The families of refused instructions, with the text for each.
private enum Family {
    static let floatingPoint = "floating-point instruction (F or D extension): compile with \(guestCompilerOptions)"
    static let vector = "vector instruction (V extension): compile with \(guestCompilerOptions)"
    static let reserved = "reserved or unknown encoding: this may be data in a code section"
    static let breakpoint = "ebreak: a guest has no debugger to stop in; use unimp to trap"

    static func bitManipulation(_ name: String) -> String {
        "\(name) instruction: of the bit manipulation extensions only Zbb is supported; "
            + "compile with \(guestCompilerOptions)"
    }

    static func other(_ name: String) -> String { "\(name): compile with \(guestCompilerOptions)" }
}

private func unsupportedStandard(_ f: InstructionFields) -> String {
    if f.word == .max { return Family.reserved }
    if f.word & 0x1f == 0x1f { return "instruction longer than 32 bits: no extension supported by the linker has one" }
    return switch f.opcode {
    case 0x07, 0x27:
        // One opcode for both: the width field tells scalar loads and stores from those of vectors.
        (1...4).contains(f.funct3) ? Family.floatingPoint : Family.vector
    case 0x43, 0x47, 0x4b, 0x4f, 0x53: Family.floatingPoint
    case 0x57, 0x77: Family.vector
    case 0x73: unsupportedSystem(f)
    case 0x13, 0x1b, 0x33, 0x3b: unsupportedArithmetic(f)
    case 0x0f:
        f.funct3 == 2
            ? Family.other("cache block instruction (Zicbom, Zicboz or Zicbop)") : "reserved form of fence or fence.i"
    case 0x2f: unsupportedAtomic(f)
    case 0x0b, 0x2b, 0x5b, 0x7b:
        "unknown custom-\([0x0b: 0, 0x2b: 1, 0x5b: 2][f.opcode] ?? 3) instruction: "
            + "supported are the PVM guest instructions, th.mveqz, th.mvnez and mips.ccmov"
    default: Family.reserved
    }
}

private func unsupportedSystem(_ f: InstructionFields) -> String {
    switch (f.funct3, f.word) {
    case (0, 0x0010_0073): Family.breakpoint
    case (0, 0x1050_0073): "wfi: a guest has no interrupts to wait for"
    case (0, _), (4, _): "privileged instruction: a guest has no privilege levels"
    default: "control register access (Zicsr): a guest has no control registers, counters or clock"
    }
}

private func unsupportedArithmetic(_ f: InstructionFields) -> String {
    let isRegister = f.opcode & 0x20 != 0
    let is32 = f.opcode & 0x08 != 0
    if isRegister {
        switch (f.funct7, f.funct3) {
        case (0x10, 2), (0x10, 4), (0x10, 6): return Family.bitManipulation("Zba")
        case (0x04, 0) where is32: return Family.bitManipulation("Zba")
        case (0x05, 1...3) where !is32: return Family.bitManipulation("Zbc")
        case (0x14, 1), (0x24, 1), (0x24, 5), (0x34, 1): return is32 ? Family.reserved : Family.bitManipulation("Zbs")
        case (0x04, 4), (0x04, 7): return Family.bitManipulation("Zbkb")
        case (0x07, 5), (0x07, 7): return is32 ? Family.reserved : Family.other("conditional operation (Zicond)")
        default: return Family.reserved
        }
    }
    switch (f.funct6, f.funct3) {
    case (0x02, 1) where is32: return Family.bitManipulation("Zba")
    case (0x0a, 1), (0x12, 1), (0x12, 5), (0x1a, 1): return is32 ? Family.reserved : Family.bitManipulation("Zbs")
    case (0x1a, 5) where f.funct12 == 0x687: return Family.bitManipulation("Zbkb")
    default: return Family.reserved
    }
}

private func unsupportedAtomic(_ f: InstructionFields) -> String {
    switch (f.funct3, f.bits(27, 5)) {
    case (0...1, _): Family.other("byte or halfword atomic (Zabha)")
    case (_, 0x05): Family.other("compare and swap (Zacas)")
    default: "reserved atomic encoding"
    }
}

private func unsupportedCompressed(_ parcel: UInt32) -> String {
    switch (parcel & 3, parcel >> 13) {
    case (0, 1), (0, 5), (2, 1), (2, 5): Family.floatingPoint
    case (0, 4): Family.other("Zcb instruction")
    // c.zext.b and its siblings, c.mul: the two free rows of the compressed arithmetic.
    case (1, 4) where parcel >> 10 & 7 == 7 && parcel & 0x40 != 0: Family.other("Zcb instruction")
    case (2, 4) where parcel == 0x9002: Family.breakpoint
    case (0, _): Family.reserved
    case (1, 1), (2, 2), (2, 3): "reserved compressed encoding with destination x0"
    case (1, 3) where parcel >> 7 & 31 != 0: "reserved compressed encoding with an immediate of zero"
    case (2, 4) where parcel == 0x8002: "reserved compressed encoding: c.jr through x0"
    default: "compressed hint without effect: the linker takes only c.nop"
    }
}
