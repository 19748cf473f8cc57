// Damaged and malicious ELF files: whatever they hold, the answer is a typed error or a blob that reads back.

import Foundation
import PolkaBlob
import PolkaISA
import PolkaLinker
import RISCVELF
import TestSupport
import Testing

@Suite struct HostileInputTests {
    /// Links at one level after the other; false if the file is refused.
    ///
    /// A blob that is made must read back.
    @discardableResult
    private func survives(
        _ bytes: [UInt8], _ levels: [LinkOptions.Optimization] = LinkOptions.Optimization.allCases
    ) -> Bool {
        guard let object = try? ELFObject(parsing: bytes, name: "bad.o") else { return false }
        var isLinked = true
        for level in levels {
            do throws(LinkFailure) {
                let result = try PostLinker.link([object], options: LinkOptions(optimization: level))
                let parsed = try? Blob(parsing: result.blob.serialized())
                #expect(parsed == result.blob)
                _ = result.map.text
            } catch {
                isLinked = false
                #expect(!error.errors.isEmpty)
                for error in error.errors { #expect(error.place.hasPrefix("bad.o")) }
            }
        }
        return isLinked
    }

    /// `PVM_FUZZ_FACTOR=100` makes a quick test a long one, with other numbers.
    private static let factor = ProcessInfo.processInfo.environment["PVM_FUZZ_FACTOR"].flatMap { Int($0) } ?? 1

    /// The optimiser has the most to go wrong with.
    private static func level(_ round: Int) -> LinkOptions.Optimization {
        switch round / 3 % 5 {
        case 0: .none
        case 1: .basic
        case 2: .size
        default: .full
        }
    }

    private static let guests = ["function_pointers", "data_tables", "atomics", "imports", "computed_goto"]

    /// Small guests of the test suite in all forms.
    private static func victims() throws -> [[UInt8]] {
        let sources = Workshop.package.appendingPathComponent("Tests/Guests")
        let include = Workshop.package.appendingPathComponent("Guest/include").path
        var victims: [[UInt8]] = []
        for name in guests {
            let workshop = try Workshop()
            let source = try String(contentsOf: sources.appendingPathComponent("\(name).c"), encoding: .utf8)
            let flags = ["-O1", "-I", include, "-I", sources.path]
            victims.append(try workshop.compile(source, name: "guest.c", flags: flags))
            let toolchain = Workshop.package.appendingPathComponent("toolchain/lld.rsp").path
            let script = Workshop.package.appendingPathComponent("Guest/guest.ld").path
            try workshop.run("ld.lld", ["@\(toolchain)", "-T", script, "guest.c.o", "-o", "guest.elf"])
            victims.append(try workshop.read("guest.elf"))
        }
        return victims
    }

    @Test func truncation() throws {
        for bytes in try Self.victims() {
            for count in stride(from: 0, to: bytes.count, by: 509) { survives(Array(bytes.prefix(count)), [.full]) }
        }
    }

    @Test(arguments: [UInt64(1), 2])
    func flippedBits(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var linked = 0
        for bytes in try Self.victims() {
            for round in 0..<500 * Self.factor {
                var damaged = bytes
                for _ in 0...round % 3 {
                    let position = Int.random(in: 64..<bytes.count, using: &generator)
                    damaged[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                }
                if survives(damaged, [Self.level(round)]) { linked += 1 }
            }
        }
        // Neither is everything refused by the ELF reader, nor is everything taken.
        #expect(linked > 100 * Self.factor && linked < 4900 * Self.factor)
    }

    /// Extreme numbers in the places of sizes, offsets, addends and indices.
    @Test func extremeNumbers() throws {
        var generator = SeededGenerator(seed: 3)
        let extremes: [UInt64] = [
            0, 1, 2, 0x7f, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 1 << 32, 1 << 33, 1 << 62, 1 << 63, .max,
            .max - 7, .max >> 1,
        ]
        for bytes in try Self.victims() {
            for round in 0..<600 * Self.factor {
                var damaged = bytes
                let byteCount = round % 2 == 0 ? 8 : 4
                // Sections with tables are aligned to 8.
                let position = Int.random(in: 8..<bytes.count / 8, using: &generator) * 8
                let value = extremes[Int.random(in: extremes.indices, using: &generator)]
                for index in 0..<min(byteCount, bytes.count - position) {
                    damaged[position + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
                }
                survives(damaged, [Self.level(round)])
            }
        }
    }

    /// Each of the rest was a crash, a hang or gigabytes of memory, or could have been.
    @Test func sumsOfExtremeOffsets() throws {
        for (offset, addend) in [
            ("0x7fffffffffffffff", "0x7fffffffffffffff"), ("0x7fffffffffffffff", "1"), ("-0x8000000000000000", "-1"),
            ("-0x8000000000000000", "0"), ("0x200000000", "0"), ("0x7ffffff8", "0"),
        ] {
            let source = """
                .globl far
                .type far, @function
                .set far, d + \(offset)
                .data
                d: .quad far + \(addend), 0
                .reloc ., R_RISCV_ADD64, far + \(addend)
                .reloc ., R_RISCV_SUB64, d
                .quad 0
                .text
                f: lla a0, far + \(addend)
                lla a1, d
                ret
                .word 0xb
                .quad far + \(addend)
                export f
                metadata m, "g"
                .section .polkavm_exports,"R"
                .byte 1
                .quad m, far + \(addend)
                """
            survives(try Guest.elf(source))
        }
    }

    /// The second half of a pair is cut off by the end of the section.
    @Test func truncatedPairs() throws {
        for tail in [".half 0x8093", ".half 0x80e7", ".half 0x0093", ".byte 1"] {
            let source = ".option norvc\n.text\nf: auipc ra, 0\n\(tail)\nexport f\n"
            #expect(!survives(try Guest.elf(source)))
        }
    }

    /// A few bytes that ask for much memory.
    @Test func hugeSections() throws {
        let alignments = """
            .section .rodata.one,"a"
            one: .quad two
            .section .rodata.two,"a"
            .p2align 31
            two: .byte 1
            .text
            f: lla a0, one
            ret
            export f
            """
        #expect(!survives(try Guest.elf(alignments)))
        var padding = ".text\nf: lla a0, d0\nret\nexport f\n"
        for index in 0..<1500 {
            padding += ".section .data.d\(index),\"aw\"\n.p2align 16\nd\(index): .quad d\((index + 1) % 1500)\n"
        }
        #expect(!survives(try Guest.elf(padding)))
        let bss = ".text\nf: lla a0, b\nret\nexport f\n.bss\nb: .space 0x7ff00000\n"
        #expect(survives(try Guest.elf(bss)))
    }

    /// Relocations without end at one place, and as many that search them.
    @Test func manyRelocationsAtOnePlace() throws {
        let source = """
            .option norvc
            .text
            f: nop
            .rept 50000
            .reloc f, R_RISCV_RELAX
            .reloc ., R_RISCV_PCREL_LO12_I, f
            addi a0, a0, 0
            .endr
            ret
            export f
            """
        #expect(!survives(try Guest.elf(source), [.basic]))
    }

    /// Many small records that share one large name.
    @Test func sharedNames() throws {
        let source = """
            .text
            f: ret
            .section .polkavm_metadata,""
            name: .space 1000000, 0x61
            m:
            .rept 20000
            .byte 1
            .word 0, 1000000
            .quad name
            .byte 0, 0
            .endr
            .section .polkavm_exports,"R"
            .set index, 0
            .rept 20000
            .byte 1
            .quad m + 19 * index, f
            .set index, index + 1
            .endr
            """
        #expect(!survives(try Guest.elf(source), [.basic]))
    }

    /// Instructions that become dozens of operations each.
    @Test func instructionsThatGrow() throws {
        func source(_ count: Int) -> String {
            // orc.b a0, a1
            ".option norvc\n.text\n.p2align 2\nf: .fill \(count), 4, 0x2875d513\nret\nexport f\n"
        }
        #expect(survives(try Guest.elf(source(100_000))))
        #expect(!survives(try Guest.elf(source(2_400_000)), [.basic]))
    }

    /// Addresses that have to be looked up, in a file of many sections.
    @Test func manyAddresses() throws {
        var source = ".option norvc\n.text\nf:\n.rept 20000\nauipc a0, 0\naddi a0, a0, 0\n.endr\nret\nexport f\n"
        for index in 0..<2000 { source += ".section .text.g\(index),\"ax\"\nret\n" }
        let workshop = try Workshop()
        _ = try workshop.compile(Guest.prelude + source, name: "guest.s")
        let toolchain = Workshop.package.appendingPathComponent("toolchain/lld.rsp").path
        try workshop.run("ld.lld", ["@\(toolchain)", "--no-gc-sections", "guest.s.o", "-o", "guest.elf"])
        let object = try ELFObject(parsing: try workshop.read("guest.elf"), name: "bad.o")
        _ = try PostLinker.link([object], options: LinkOptions())
    }

    // MARK: Programs that go round in circles

    /// Data and code that refer to themselves and to each other, with and without a way out.
    @Test(arguments: [
        // Pointers.
        "f: lla a0, a\nret\n.section .data.a,\"aw\"\na: .quad b\n.section .data.b,\"aw\"\nb: .quad a, b",
        "f: lla a0, a\nret\n.data\na: .quad a, a + 4, a - 4",
        // Distances.
        "f: lla a0, a\nret\n.data\na: .word a - a, b - a\n.section .data.b,\"aw\"\nb: .word a - b, f - b",
        // A table in the function that it leads to.
        "f: lla a0, t\nlw a1, 0(a0)\nadd a1, a1, a0\njr a1\n1: j 1b\n.section .rodata\nt: .word f - t, 1b - t",
        // Jumps.
        "f: j f", "f: beqz a0, f\nj f", "f: j 1f\n1: j 2f\n2: j 1b", "f: nop\nj f", "f: call f", "f: tail f",
        "f: tail g\n.section .text.g,\"ax\"\ng: tail f", "f: call g\ng: call f\nret",
        "f: bnez a0, g\ng: bnez a0, f\nh: j i\ni: j h", "f: lla a0, f\njr a0", "f: lla a0, 1f\n1: jr a0",
        "f: lla ra, f\nret", "f: auipc ra, 0\njalr ra, 0(ra)", "f: jal 1f\n1: jal f",
        // Functions that return to each other.
        "f: lla ra, g\nret\ng: lla ra, f\nret",
        "f: mv t0, ra\njal g\nmv ra, t0\nret\ng: mv t1, ra\njal h\njr t1\nh: mv t2, ra\njal t0, g\njr t2",
    ])
    func circles(_ source: String) throws {
        #expect(survives(try Guest.elf(".text\n" + source + "\nexport f\n")))
    }

    /// Low parts whose high part is themselves, another low part, or one that refers back.
    @Test(arguments: ["1b", "2f", "f"]) func circlesOfParts(_ label: String) throws {
        let source = """
            .option norvc
            .text
            f: nop
            1: .reloc ., R_RISCV_PCREL_LO12_I, \(label)
            addi a0, a0, 0
            2: .reloc ., R_RISCV_PCREL_LO12_I, 1b
            addi a0, a0, 0
            3: .reloc ., R_RISCV_PCREL_HI20, 3b
            auipc a0, 0
            .reloc ., R_RISCV_PCREL_LO12_I, 3b
            addi a0, a0, 0
            ret
            export f
            """
        #expect(!survives(try Guest.elf(source)))
    }

    // MARK: Symbols

    /// Symbols that lie, over code that is right.
    @Test(arguments: [
        // One in the other, over the end, and over each other.
        "f: nop\ng: nop\nret\n.type f, @function\n.type g, @function\n.size f, 8\n.size g, 2\nexport g",
        "f: ret\ng: ret\n.type f, @function\n.size f, 0x7fffffffffffffff\n.type g, @function\n.size g, -1\nexport g",
        "f:\ng:\nh: ret\n.type f, @function\n.type g, @function\n.size f, 2\n.size g, 1\nexport g\nexport h",
        // No bytes at all: the function behind it, and the end of a section.
        "f: g: ret\n.type f, @function\n.size f, 0\nexport g",
        "f: ret\n.section .text.empty,\"ax\"\ng:\n.type g, @function\n.size g, 0\nexport g",
        "f: call g\nret\n.section .text.empty,\"ax\"\n.type g, @function\ng:",
        "f: tail g\n.section .text.g,\"ax\"\nret\n.type g, @function\ng:",
        "f: ret\n.section .text.none,\"ax\"\n.data\n.section .data.none,\"aw\"\nd:\n.text\nlla a0, d",
        // Every place is a function.
        "f: .altmacro\n.macro one number\nl\\number: nop\n.type l\\number, @function\n.endm\n.set i, 0\n.rept 500\none %i\n.set i, i + 1\n.endr\nret",
    ])
    func symbolsThatLie(_ source: String) throws {
        #expect(survives(try Guest.elf(".text\n" + source + "\nexport f\n")))
    }

    /// Places in code that are no instructions.
    @Test(arguments: [
        "f: ret\nnop\n.set g, f + 1\nexport g", "f: j g\nlui a0, 5\nret\n.set g, f + 6", "f: lla a0, f + 3\njr a0",
        "f: lla a0, d\nret\n.data\nd: .quad f + 1", "f: ret\n.byte 1", "f: ret\n.set g, f + 0x10000\nexport g",
        "f: ret\n.set g, f - 2\nexport g", "f: lla a0, t\nret\n.section .rodata\nt: .word f + 1 - t",
    ])
    func placesInsideOfInstructions(_ source: String) throws {
        #expect(!survives(try Guest.elf(".option norvc\n.text\n" + source + "\nexport f\n")))
    }

    // MARK: Constants

    /// Numbers at which what is computed beforehand could overflow, over addresses and without.
    @Test func constantsAtTheirEnds() throws {
        let constants = [
            "-0x8000000000000000", "0x7fffffffffffffff", "-1", "0x80000000", "-0x80000000", "0x100000", "0",
        ]
        var source = ".text\n"
        var number = 0
        for a in constants + ["d"] {
            for b in constants {
                for operation in ["add", "sub", "mul", "div", "rem", "divw", "remw", "sll", "mulhsu", "rolw", "sraw"] {
                    source += "f\(number): \(a == "d" ? "lla a0, d" : "li a0, \(a)")\nli a1, \(b)\n"
                    source += "\(operation) a0, a0, a1\nld a2, 2040(a0)\nsd a2, -2048(a0)\n"
                    source += "beq a0, a1, 1f\nsub a0, a1, a0\n1: ret\nexport f\(number)\n"
                    number += 1
                }
            }
        }
        #expect(survives(try Guest.elf(source + ".data\nd: .quad 1\n")))
    }
}
