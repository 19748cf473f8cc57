// Data: what its relocations mean, where it goes, and the memory around it.

import PolkaBlob
import PolkaISA
import PolkaLinker
import PolkaVM
import RISCVELF
import Testing

@Suite struct DataTests {
    /// The table that compilers make for position-independent code: differences between code and the table.
    @Test(arguments: InputForm.allCases)
    func relativeJumpTable(_ form: InputForm) throws {
        let source = """
            .section .text.choose,"ax"
            choose: lla a1, table
            slli a0, a0, 2
            add a0, a0, a1
            lw a0, 0(a0)
            add a0, a0, a1
            jr a0
            first: li a0, 11
            ret
            second: li a0, 22
            ret
            export choose
            .section .rodata.choose,"a"
            .p2align 2
            table: .word first - table, second - table, first - table
            """
        #expect(try Guest.relocations(source, in: ".rodata") == [.R_RISCV_ADD32, .R_RISCV_SUB32])
        let result = try Guest.link(source, as: form)
        #expect(try (0..<3).map { try result.call("choose", $0) } == [11, 22, 11])
        #expect(result.blob.code.jumpTable.count == 2)
    }

    @Test(arguments: InputForm.allCases)
    func absoluteJumpTable(_ form: InputForm) throws {
        let source = """
            .section .text.choose,"ax"
            choose: lla a1, table
            slli a0, a0, 3
            add a0, a0, a1
            ld a0, 0(a0)
            jr a0
            first: li a0, 11
            ret
            second: li a0, 22
            ret
            export choose
            .section .rodata.choose,"a"
            .p2align 3
            table: .quad second, first
            """
        #expect(try Guest.relocations(source, in: ".rodata") == [.R_RISCV_64])
        let result = try Guest.link(source, as: form)
        #expect(try (0..<2).map { try result.call("choose", $0) } == [22, 11])
    }

    @Test func differencesBetweenData() throws {
        let source = """
            .section .data.far,"aw"
            far: .quad 0
            .section .rodata.table,"a"
            near: .byte 7
            .p2align 3
            table: .quad end - near, far - near
            .word far - near, near - far
            .half end - near
            .reloc ., R_RISCV_ADD8, end
            .reloc ., R_RISCV_SUB8, table
            .byte 0
            .reloc ., R_RISCV_32_PCREL, near
            .byte 0, 0, 0, 0
            .reloc ., R_RISCV_SET8, 0x45
            .byte 0
            end:
            .text
            get: lla a0, table
            ret
            export get
            """
        // In the object the assembler has left a relocation for what it could not know.
        #expect(try Guest.relocations(source, in: ".rodata").contains(.R_RISCV_SUB64))
        let instance = try Guest.link(source).instance()
        #expect(try instance.call("get") == .finished)
        let table = UInt32(truncatingIfNeeded: instance[.a0])
        let byteCount: UInt64 = 8 + 16 + 8 + 2 + 1 + 4 + 1
        #expect(table == 0x10008)
        let memory = instance.memory
        #expect(try memory.readInteger(at: table, as: UInt64.self) == byteCount)
        #expect(try memory.readInteger(at: table + 8, as: UInt64.self) == 0x20000)
        #expect(try memory.readInteger(at: table + 16, as: Int32.self) == 0x20000)
        #expect(try memory.readInteger(at: table + 20, as: Int32.self) == -0x20000)
        #expect(try memory.readInteger(at: table + 24, as: UInt16.self) == UInt16(byteCount))
        #expect(try memory.readInteger(at: table + 26, as: UInt8.self) == UInt8(byteCount - 8))
        #expect(try memory.readInteger(at: table + 27, as: Int32.self) == -35)
        #expect(try memory.readInteger(at: table + 31, as: UInt8.self) == 0x45)
    }

    /// Swift's way of keeping a long string in a word: the address of its bytes, less 32, and a bit above all addresses.
    @Test(arguments: InputForm.allCases)
    func addressesWithFlagsInTheSameWord(_ form: InputForm) throws {
        let source = """
            .section .text.get,"ax"
            get: lla a1, words
            slli a0, a0, 3
            add a0, a0, a1
            ld a0, 0(a0)
            lbu a1, 32(a0)
            srli a0, a0, 32
            or a0, a0, a1
            ret
            export get
            .section .rodata.before,"a"
            .zero 8
            .section .rodata.text,"a"
            text: .ascii "ab"
            .section .data.rel.ro.words,"aw"
            .p2align 3
            words: .quad text + 0x7fffffffffffffe0, text + 0x7fffffffffffffe1, text + 0x123400000000 - 32
            """
        let result = try Guest.link(source, as: form)
        #expect(try (0..<3).map { try result.call("get", $0) } == [0x8000_0061, 0x8000_0062, 0x1234 | 0x61])
    }

    /// As constructors of C and C++ are run: the guest walks the table itself.
    @Test func constructors() throws {
        let source = """
            .section .init_array,"aw",@init_array
            .p2align 3
            first: .quad add_one, times_three
            last:
            .section .text.add_one,"ax"
            add_one: addi a0, a0, 1
            ret
            .section .text.times_three,"ax"
            times_three: slli a1, a0, 1
            add a0, a0, a1
            ret
            .section .text.start,"ax"
            start: mv t0, ra
            lla s0, first
            lla s1, last
            1: beq s0, s1, 2f
            ld a2, 0(s0)
            jalr a2
            addi s0, s0, 8
            j 1b
            2: mv ra, t0
            jr ra
            export start
            """
        #expect(try Guest.link(source).call("start", 4) == 15)
        let viaScript = source.replacing("last:\n", with: "").replacing("first:", with: "")
            .replacing("lla s0, first", with: "lla s0, __init_array_start")
            .replacing("lla s1, last", with: "lla s1, __init_array_end")
        #expect(try Guest.link(viaScript, as: .executable).call("start", 4) == 15)
    }

    /// Zones, in them sections in input order, each on its alignment; zeros last, and not stored.
    @Test func layout() throws {
        let source = """
            .section .bss.zeros,"aw",@nobits
            .p2align 12
            zeros: .space 100
            .section .rodata.byte,"a"
            byte: .byte 1
            .section .rodata.wide,"a"
            .p2align 6
            wide: .byte 2, 0, 0
            .section .data.byte,"aw"
            data_byte: .byte 3
            .section .data.wide,"aw"
            .p2align 4
            data_wide: .byte 4
            .section .rodata.unused,"a"
            .space 1000, 9
            .text
            addresses: lla a0, byte
            lla a1, wide
            lla a2, data_byte
            lla a3, data_wide
            lla a4, zeros
            .insn r 0x0b, 3, 0, a5, zero, zero
            ret
            export addresses
            """
        // Of six registers a host reads two, and -O2 knows that.
        let result = try Guest.link(source, options: LinkOptions(optimization: .basic))
        let instance = try result.instance()
        #expect(try instance.call("addresses") == .finished)
        let expected: [UInt64] = [0x10000, 0x10040, 0x30000, 0x30010, 0x31000, 0x31064]
        #expect([Register.a0, .a1, .a2, .a3, .a4, .a5].map { instance[$0] } == expected)
        #expect(result.blob.readOnlyData == [1] + [UInt8](repeating: 0, count: 63) + [2])
        #expect(result.blob.readOnlyDataSize == 0x43)
        #expect(result.blob.readWriteData == [3] + [UInt8](repeating: 0, count: 15) + [4])
        #expect(result.blob.readWriteDataSize == 0x1064)
        #expect(instance.module.memoryMap?.heapBase == 0x31064)
        #expect(result.map.readOnlyData.map(\.name) == [".rodata.byte", ".rodata.wide"])
        #expect(result.map.readWriteData.map(\.name) == [".data.byte", ".data.wide", ".bss.zeros"])
    }

    @Test func heap() throws {
        let source = """
            .bss
            zeros: .space 24
            .text
            grow: lla a1, zeros
            .insn r 0x0b, 3, 0, a1, zero, zero
            .insn r 0x0b, 1, 0, a0, a0, zero
            sub a0, a0, a1
            sd a0, 0(a1)
            ret
            export grow
            fill: lla a0, zeros
            mv a3, a0
            li a1, 0x17f
            li a2, 9
            .word 0x200b
            lbu a4, 8(a3)
            lbu a5, 9(a3)
            sub a0, a0, a3
            add a0, a0, a2
            sub a4, a4, a5
            add a0, a0, a4
            ret
            export fill
            """
        let result = try Guest.link(source)
        #expect(try result.call("grow", 4096) == 4096)
        #expect(try result.call("fill") == 9 + 0x7f)
    }

    @Test(arguments: [(0, [], 4096), (8192, [], 8192), (8192, [8193, 1], 12288), (100_000, [5], 102_400)])
    func stackSize(_ option: UInt32, _ wishes: [Int], _ expected: UInt32) throws {
        var source = ".text\nf: mv a0, sp\nret\nexport f\n"
        for wish in wishes { source += ".section .polkavm_min_stack_size,\"\",@progbits\n.word \(wish)\n" }
        for form in InputForm.allCases where form != .positionIndependent {
            var options = LinkOptions()
            options.minimumStackSize = max(1, option)
            let result = try Guest.link(source, as: form, options: options)
            #expect(result.blob.stackSize == expected)
            #expect(try result.call("f") == 0xfffe_0000)
        }
    }

    /// A symbol may mark the end of a section, or lie outside of it.
    @Test func symbolsAtTheEnd() throws {
        let source = """
            .section .data.table,"aw"
            table: .quad 1, 2, 3
            end:
            .text
            count: lla a1, table
            lla a2, end
            lla a0, end+16
            sub a0, a0, a1
            sub a2, a2, a1
            slli a2, a2, 8
            or a0, a0, a2
            ret
            export count
            """
        #expect(try Guest.link(source).call("count") == 24 << 8 | 40)
    }
}
