// The decoder where no disassembler can be asked: the instructions of PVM guests, the boundaries of what is refused,
// and the texts that say why.

import RISCVELF
import TestSupport
import Testing

@Suite struct DecoderTests {
    /// The exact words of the guest ABI, and neighbours of each that must not pass for it.
    @Test func guestInstructions() {
        func operation(_ word: UInt32) -> RISCVOperation? { RISCVInstruction.decode(word)?.operation }

        #expect(operation(0x0000_000b) == .hostCallMarker)
        #expect(operation(0x0000_200b) == .memset)
        for word: UInt32 in [0x0000_000b, 0x0000_200b] {
            for bit in 7..<32 where ![12, 13, 14].contains(bit) { #expect(operation(word | 1 << bit) == nil) }
        }
        for number in UInt32(1)..<32 {
            let register = RISCVRegister(rawValue: UInt8(number))
            #expect(operation(0x0000_100b | number << 7 | 5 << 15) == register.map { .sbrk(rd: $0, rs1: .x5) })
            #expect(operation(0x0000_100b | 5 << 7 | number << 15) == register.map { .sbrk(rd: .x5, rs1: $0) })
            #expect(operation(0x0000_300b | number << 7) == register.map { .heapBase(rd: $0) })
            #expect(operation(0x0000_300b | number << 15) == nil)
            #expect(operation(0x0000_300b | number << 20) == nil)
            #expect(operation(0x0000_100b | 5 << 7 | 5 << 15 | number << 20) == nil)
        }
        #expect(operation(0x0000_300b) == .heapBase(rd: .x0))
        #expect(operation(0x0000_100b | 5 << 7) == nil)
        #expect(operation(0x0000_100b | 5 << 15) == nil)
    }

    @Test func conditionalMoves() {
        func rType(_ funct7: UInt32, _ rs2: UInt32, _ rs1: UInt32, _ funct3: UInt32, _ rd: UInt32) -> RISCVOperation? {
            RISCVInstruction.decode(funct7 << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | 0x0b)?.operation
        }
        #expect(rType(0x20, 12, 11, 1, 10) == .moveIfZero(rd: .x10, rs1: .x11, rs2: .x12))
        #expect(rType(0x21, 12, 11, 1, 10) == .moveIfNotZero(rd: .x10, rs1: .x11, rs2: .x12))
        #expect(
            rType(13 << 2 | 3, 12, 11, 3, 10) == .select(rd: .x10, condition: .x12, ifTrue: .x11, ifFalse: .x13))
        for funct7 in UInt32(0)..<128 where ![0, 0x20, 0x21].contains(funct7) {
            #expect(rType(funct7, 12, 11, 1, 10) == nil)
        }
        for funct7 in UInt32(1)..<128 where funct7 & 3 != 3 { #expect(rType(funct7, 0, 0, 3, 10) == nil) }
    }

    /// The rules of the guest ABI for encodings that decoders disagree about.
    @Test(
        arguments: [
            // c.nop, and what writes x0 without being one
            (0x0001, "addi zero, zero, 0"), (0x0005, "addi zero, zero, 1"), (0x107d, "addi zero, zero, -1"),
            (0x0002, nil), (0x0006, "slli zero, zero, 1"),
            // c.addi rd, 0; c.li x0; c.lui x0; c.lui rd, 0; c.addi16sp 0
            (0x0501, nil), (0x4005, nil), (0x6005, nil), (0x6501, nil), (0x6101, nil),
            // c.addi4spn with 0; shifts by 0; c.mv x0; c.add x0
            (0x0004, nil), (0x8101, nil), (0x8501, nil), (0x0502, nil), (0x802a, nil), (0x902a, nil),
            // the zero parcel, ebreak, jumps through x0, c.addiw x0, c.lwsp x0
            (0x0000, "unimp"), (0x9002, nil), (0x8002, nil), (0x2005, nil), (0x4012, nil),
            (0xc000_1073, "unimp"), (0x0000_0073, "ecall"), (0x0010_0073, nil), (0x1050_0073, nil),
            // fence in all modes, fence.i only in the one form
            (0x0ff0_000f, "fence"), (0x8330_000f, "fence"), (0x0100_000f, "fence"), (0x0000_100f, "fence"),
            (0x0ff0_008f, nil), (0x0ff0_800f, nil), (0x0010_100f, nil), (0x0000_108f, nil),
            // lr with a second operand; zext.h against packw
            (0x1000_252f, "lr.w a0, (zero)"), (0x1010_252f, nil), (0x0805_453b, "zext.h a0, a0"), (0x0815_453b, nil),
        ] as [(UInt32, String?)])
    func disputedEncodings(word: UInt32, expected: String?) {
        #expect(RISCVInstruction.decode(word)?.description == expected)
    }

    @Test func registerNames() {
        let names = (UInt8(0)..<32).compactMap { RISCVRegister(rawValue: $0)?.description }
        #expect(
            names.joined(separator: " ") == "zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 "
                + "s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6")
        #expect(RISCVRegister(rawValue: 32) == nil)
    }

    /// One instruction of each refused family, assembled by clang, and a word that the answer must contain.
    @Test func reasonsNameTheFamily() throws {
        let cases: [(assembly: String, reason: String)] = [
            ("fadd.s fa0, fa1, fa2", "floating-point"), ("fmadd.d fa0, fa1, fa2, fa3", "floating-point"),
            ("flw fa0, 0(a0)", "floating-point"), ("fsd fa0, 0(a0)", "floating-point"),
            ("c.fld fa0, 0(a0)", "floating-point"), ("c.fsdsp fa0, 0(sp)", "floating-point"),
            ("vadd.vv v0, v1, v2", "vector"), ("vle8.v v0, (a0)", "vector"), ("vse64.v v0, (a0)", "vector"),
            ("csrrw a0, 0x300, a1", "control register"), ("rdcycle a0", "control register"),
            ("csrrwi a0, 0x300, 1", "control register"),
            ("ebreak", "unimp"), ("c.ebreak", "unimp"), ("wfi", "wfi"), ("mret", "privileged"),
            ("sfence.vma", "privileged"),
            ("sh1add a0, a1, a2", "Zba"), ("sh3add.uw a0, a1, a2", "Zba"), ("add.uw a0, a1, a2", "Zba"),
            ("slli.uw a0, a1, 3", "Zba"),
            ("bset a0, a1, a2", "Zbs"), ("bexti a0, a1, 40", "Zbs"), ("binvi a0, a1, 3", "Zbs"),
            ("bclr a0, a1, a2", "Zbs"), ("clmul a0, a1, a2", "Zbc"), ("clmulr a0, a1, a2", "Zbc"),
            ("pack a0, a1, a2", "Zbkb"), ("packw a0, a1, a2", "Zbkb"), ("brev8 a0, a1", "Zbkb"),
            ("czero.eqz a0, a1, a2", "Zicond"), ("czero.nez a0, a1, a2", "Zicond"),
            ("amoadd.b a0, a1, (a2)", "Zabha"), ("amocas.d a0, a1, (a2)", "Zacas"),
            ("c.mul a0, a1", "Zcb"), ("c.lbu a0, 0(a1)", "Zcb"), ("c.zext.b a0", "Zcb"),
            ("cbo.clean (a0)", "cache block"), (".2byte 0x4505 - 0x500", "hint"), (".4byte 0x0000007f", "longer"),
            (".4byte 0xffffffff", "data in a code section"), (".4byte 0x7f00000b", "custom-0"),
            (".4byte 0x0000002b", "custom-1"),
        ]
        let source = "# all\n" + cases.enumerated().map { ".section .text.\($0), \"ax\"\n\($1.assembly)\n" }.joined()
        let workshop = try Workshop()
        let march = "-march=rv64gcv_zba_zbs_zbc_zbkb_zicond_zacas_zabha_zcb_zicbom"
        let bytes = try workshop.compile(source, name: "families.S", flags: [march, "-mabi=lp64"])
        let object = try ELFObject(parsing: bytes, name: "families.o")
        for (index, (assembly, reason)) in cases.enumerated() {
            let contents = try object.section(".text.\(index)").contents
            let word = contents.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            #expect(RISCVInstruction.decode(word) == nil, "\(assembly)")
            let text = whyUnsupported(word)
            #expect(text.contains(reason), "\(assembly): \(text)")
        }
    }

    /// Whatever word is refused has a reason, and asking for it never fails.
    @Test func everyRefusedWordHasAReason() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<100_000 {
            let word = UInt32.random(in: 0...(.max), using: &generator)
            if RISCVInstruction.decode(word) == nil { #expect(!whyUnsupported(word).isEmpty) }
        }
    }
}
