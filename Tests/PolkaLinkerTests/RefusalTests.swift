// Programs that can not be linked, and what is said about them: the whole text, because it is all that a user gets.

import PolkaISA
import PolkaLinker
import RISCVELF
import Testing

/// A program, and the errors that it must give.
struct Refusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let source: String
    var options = LinkOptions()
    let expected: String

    init(_ name: String, _ source: String, options: LinkOptions = LinkOptions(), _ expected: String) {
        testDescription = name
        self.source = source
        self.options = options
        self.expected = expected
    }
}

@Suite struct RefusalTests {
    @Test(arguments: instructions + symbols + sections + records + imports)
    func refusal(_ refusal: Refusal) throws {
        let object = try ELFObject(parsing: try Guest.elf(refusal.source), name: "guest.o")
        #expect(failure([object], refusal.options) == refusal.expected)
    }

    private func failure(_ objects: [ELFObject], _ options: LinkOptions = LinkOptions()) -> String? {
        do throws(LinkFailure) {
            _ = try PostLinker.link(objects, options: options)
            return nil
        } catch {
            return error.description
        }
    }

    /// A function `f` that is exported, with this body.
    private static func function(_ body: String) -> String {
        ".text\n.option norvc\n.type f, @function\nf: nop\n\(body)\nret\n.size f, .-f\nexport f\n"
    }

    private static let instructions = [
        Refusal(
            "registers", function(".word 0x003100b3\nadd a0, tp, a0\n.word 0x00a80833\n.word 0x00000fb3"),
            """
            guest.o: .text+0x4 (in 'f'): 'add ra, sp, gp': register gp (x3), which a PVM guest does not have; \
            compile everything with -march=rv64emac_zbb_xtheadcondmov -mabi=lp64e
            guest.o: .text+0x8 (in 'f'): 'add a0, tp, a0': register tp (x4), which a PVM guest does not have; \
            compile everything with -march=rv64emac_zbb_xtheadcondmov -mabi=lp64e
            guest.o: .text+0xc (in 'f'): 'add a6, a6, a0': register a6 (x16), which a PVM guest does not have;\
             compile everything with -march=rv64emac_zbb_xtheadcondmov -mabi=lp64e
            guest.o: .text+0x10 (in 'f'): 'add t6, zero, zero': register t6 (x31), which a PVM guest does not \
            have; compile everything with -march=rv64emac_zbb_xtheadcondmov -mabi=lp64e
            """),
        Refusal(
            "floating point", function(".word 0x02a5f553\n.word 0x0005b507\n.half 0x2188\n.half 0x0001"),
            """
            guest.o: .text+0x4 (in 'f'): unsupported instruction 0x2a5f553: floating-point instruction (F or D\
             extension): compile with -march=rv64emac_zbb_xtheadcondmov -mabi=lp64e
            guest.o: .text+0x8 (in 'f'): unsupported instruction 0x5b507: floating-point instruction (F or D \
            extension): compile with -march=rv64emac_zbb_xtheadcondmov -mabi=lp64e
            guest.o: .text+0xc (in 'f'): unsupported instruction 0x2188: floating-point instruction (F or D \
            extension): compile with -march=rv64emac_zbb_xtheadcondmov -mabi=lp64e
            """),
        Refusal(
            "control registers", function("csrr a0, 0xc00\n.word 0x00100073\n.word 0x10500073\n.half 0x9002\n.half 1"),
            """
            guest.o: .text+0x4 (in 'f'): unsupported instruction 0xc0002573: control register access (Zicsr): \
            a guest has no control registers, counters or clock
            guest.o: .text+0x8 (in 'f'): unsupported instruction 0x100073: ebreak: a guest has no debugger to \
            stop in; use unimp to trap
            guest.o: .text+0xc (in 'f'): unsupported instruction 0x10500073: wfi: a guest has no interrupts to\
             wait for
            guest.o: .text+0x10 (in 'f'): unsupported instruction 0x9002: ebreak: a guest has no debugger to \
            stop in; use unimp to trap
            """),
        Refusal(
            "system call", function("ecall"),
            """
            guest.o: .text+0x4 (in 'f'): 'ecall': a system call, which no host of a PVM guest answers; declare\
             a host function with PVM_IMPORT
            """),
        Refusal(
            "other extensions", function(".word 0x20b52533\n.word 0x48b51533\n.word 0x0eb55533"),
            """
            guest.o: .text+0x4 (in 'f'): unsupported instruction 0x20b52533: Zba instruction: of the bit \
            manipulation extensions only Zbb is supported; compile with -march=rv64emac_zbb_xtheadcondmov \
            -mabi=lp64e
            guest.o: .text+0x8 (in 'f'): unsupported instruction 0x48b51533: Zbs instruction: of the bit \
            manipulation extensions only Zbb is supported; compile with -march=rv64emac_zbb_xtheadcondmov \
            -mabi=lp64e
            guest.o: .text+0xc (in 'f'): unsupported instruction 0xeb55533: conditional operation (Zicond): \
            compile with -march=rv64emac_zbb_xtheadcondmov -mabi=lp64e
            """),
        Refusal(
            "indirect jumps", function("jalr ra, 4(a0)\njr zero"),
            """
            guest.o: .text+0x4 (in 'f'): 'jalr ra, 4(a0)': an indirect jump with an offset or through no \
            register; code addresses are no numbers to add to, jump through a register with offset 0
            guest.o: .text+0x8 (in 'f'): 'jalr zero, 0(zero)': an indirect jump with an offset or through no \
            register; code addresses are no numbers to add to, jump through a register with offset 0
            """),
        Refusal(
            "bare auipc", function("auipc a0, 1\nadd a0, a0, a0"),
            """
            guest.o: .text+0x4 (in 'f'): 'auipc a0, 0x1': an address relative to the program counter without a\
             relocation; link with ld.lld --emit-relocs
            """),
        Refusal(
            "auipc to nowhere", function("auipc a0, 1\naddi a0, a0, 1"),
            """
            guest.o: .text+0x4 (in 'f'): computes the address of a place 4097 bytes from here, where no \
            section is; link with ld.lld --emit-relocs
            """),
        Refusal(
            "middle of an instruction", function("j .+2\nbnez a0, .-2"),
            """
            guest.o: .text+0x4 (in 'f'): jumps or points to guest.o: .text+0x6 (in 'f'), which is in the \
            middle of an instruction, or of two that belong together; expected the start of an instruction
            """),
        Refusal(
            "relocation in the middle", function(".reloc .+2, R_RISCV_JAL, f\nnop"),
            """
            guest.o: .text+0x6 (in 'f'): a relocation in the middle of an instruction, or of a pair that belongs together; \
            keep data out of code sections
            """),
        Refusal(
            "jump out of the section", function("j .-2000"),
            """
            guest.o: .text+0x4 (in 'f'): refers to guest.o: .text-0x7cc, which is not the start of an \
            instruction; expected an even offset from 0 to 0xc
            """),
        Refusal(
            "sbrk", function(".insn r 0x0b, 1, 0, a0, a0, zero"), options: LinkOptions(instructionSet: .jamV1),
            """
            guest.o: .text+0x4 (in 'f'): the instruction 'sbrk' does not exist in jam_v1; reserve the heap when\
             the program is built (PVM_HEAP); only latest64 has it
            """),
        Refusal(
            "memset", function(".word 0x200b"), options: LinkOptions(instructionSet: .reviveV1),
            """
            guest.o: .text+0x4 (in 'f'): the instruction 'memset' does not exist in revive_v1; call the function\
             memset; only latest64 has the instruction
            """),
        Refusal(
            "odd code", ".text\nf: ret\n.byte 1\nexport f\n",
            """
            guest.o: .text+0x0: a code section of 3 bytes; expected an even number, keep data out of code \
            sections
            """),
        Refusal(
            "marker at the end", ".text\nf: .word 0x0b\n.half 1\nexport f\n",
            """
            guest.o: .text+0x0: an import marker must be followed by a pointer of 8 bytes; 2 follow: declare \
            host functions with PVM_IMPORT
            """),
        Refusal(
            "marker without a pointer", function(".word 0x0b\n.quad 0"),
            """
            guest.o: .text+0x8 (in 'f'): expected a relocation for the pointer to the metadata of an import; \
            link with ld.lld --emit-relocs so that relocations survive
            """),
    ]

    private static let symbols = [
        Refusal(
            "undefined symbols",
            function("call one\ncall two\ncall one\nlla a0, three\n")
                + ".data\n.quad two, four\n.text\nlla a0, .data\n",
            """
            guest.o: .text+0x1c (in 'f'): undefined symbol 'three'; define it, add the file or library that \
            does, or declare it as a host function with PVM_IMPORT
            guest.o: .text+0x4 (in 'f'): undefined symbol 'one'; define it, add the file or library that does,\
             or declare it as a host function with PVM_IMPORT
            guest.o: .text+0xc (in 'f'): undefined symbol 'two'; define it, add the file or library that does,\
             or declare it as a host function with PVM_IMPORT
            guest.o: .data+0x8: undefined symbol 'four'; define it, add the file or library that does, or \
            declare it as a host function with PVM_IMPORT
            """),
        Refusal(
            "common symbol", function("lla a0, tentative") + ".comm tentative, 8, 8\n",
            """
            guest.o: .text+0x4 (in 'f'): the variable 'tentative' has no place yet; compile with -fno-common, \
            or link the objects with ld.lld first
            """),
        Refusal(
            "far away", function("lla a0, d+0x7fffffffffffffff\nlla a1, d-0x200000001") + ".data\nd: .quad 0\n",
            """
            guest.o: .text+0x4 (in 'f'): relocation R_RISCV_PCREL_HI20 points 9223372036854775807 bytes behind\
             guest.o: .data+0x0; expected a place of the guest's 32-bit address space
            guest.o: .text+0xc (in 'f'): relocation R_RISCV_PCREL_HI20 points -8589934593 bytes behind \
            guest.o: .data+0x0; expected a place of the guest's 32-bit address space
            """),
        Refusal(
            "jump into data", function("call d\n.reloc ., R_RISCV_BRANCH, d\nbeqz a0, .") + ".data\nd: .quad 0\n",
            """
            guest.o: .text+0x4 (in 'f'): jumps to guest.o: .data+0x0, which is data; expected a function
            guest.o: .text+0xc (in 'f'): jumps to guest.o: .data+0x0, which is data; expected a function
            """),
        Refusal(
            "code as data", function("lui a1, %hi(f)\nlw a0, %lo(f)(a1)\nsw a0, %lo(f)(a1)"),
            """
            guest.o: .text+0x8 (in 'f'): reads or writes code as data; code is not in the guest's memory, make\
             it a table of data
            guest.o: .text+0xc (in 'f'): reads or writes code as data; code is not in the guest's memory, make\
             it a table of data
            """),
        Refusal(
            "fixed address", function(".reloc ., R_RISCV_LO12_I, 0x12345678\nlw a0, 0(a0)"),
            """
            guest.o: .text+0x4 (in 'f'): reads or writes the fixed address 0x12345678; the linker decides \
            where data lies, take the address of a variable instead
            """),
        Refusal(
            "thread-local code",
            function("lui a0, %tprel_hi(t)\nadd a0, a0, tp, %tprel_add(t)\nlw a0, %tprel_lo(t)(a0)"),
            """
            guest.o: .text+0x4 (in 'f'): thread-local access (R_RISCV_TPREL_HI20); a PVM guest has one thread \
            and no thread pointer: make the variable an ordinary global (remove _Thread_local or thread_local)
            guest.o: .text+0x8 (in 'f'): thread-local access (R_RISCV_TPREL_ADD); a PVM guest has one thread \
            and no thread pointer: make the variable an ordinary global (remove _Thread_local or thread_local)
            guest.o: .text+0xc (in 'f'): thread-local access (R_RISCV_TPREL_LO12_I); a PVM guest has one \
            thread and no thread pointer: make the variable an ordinary global (remove _Thread_local or \
            thread_local)
            guest.o: .text+0x8 (in 'f'): 'add a0, a0, tp': register tp (x4), which a PVM guest does not have; \
            compile everything with -march=rv64emac_zbb_xtheadcondmov -mabi=lp64e
            """),
        Refusal(
            "thread-local data",
            function("lla a0, t\nlla a1, pointer") + ".section .tdata,\"awT\",@progbits\nt: .word 0\n"
                + ".data\n.p2align 3\npointer: .reloc ., R_RISCV_TLS_DTPREL64, f\n.quad 0\n",
            """
            guest.o: .tdata+0x0: thread-local data; a PVM guest has one thread and no thread pointer: make the\
             variable an ordinary global (remove _Thread_local or thread_local); used by guest.o: .text+0x8 \
            (in 'f')
            guest.o: .data+0x0: thread-local address (R_RISCV_TLS_DTPREL64); a PVM guest has one thread and no\
             thread pointer: make the variable an ordinary global (remove _Thread_local or thread_local)
            """),
        Refusal(
            "relocations that do not fit",
            function(
                """
                .reloc ., R_RISCV_CALL_PLT, f
                nop
                nop
                .reloc ., R_RISCV_JAL, f
                nop
                .reloc ., R_RISCV_64, f
                nop
                nop
                .reloc .+2, R_RISCV_JAL, f
                nop
                .reloc ., R_RISCV_BRANCH, f
                .reloc ., R_RISCV_JAL, f
                j .
                .reloc ., R_RISCV_PCREL_LO12_I, f
                addi a0, a0, 0
                .reloc ., R_RISCV_PCREL_LO12_I, d
                addi a0, a0, 0
                .reloc ., R_RISCV_TLSDESC_CALL, f
                .reloc ., R_RISCV_SUB8, f
                nop
                """) + ".data\nd: .quad 0\n",
            """
            guest.o: .text+0x10 (in 'f'): relocation R_RISCV_64 in code, which has no meaning there; compile \
            with -fPIE -mcmodel=medany, and keep data out of code sections
            guest.o: .text+0x1c (in 'f'): two relocations for one instruction, the second is R_RISCV_JAL; \
            expected one that the compiler or assembler makes
            guest.o: .text+0x20 (in 'f'): relocation R_RISCV_PCREL_LO12_I names guest.o: .text+0x0 (in 'f'), \
            which has no R_RISCV_PCREL_HI20; expected the label of the auipc
            guest.o: .text+0x24 (in 'f'): relocation R_RISCV_PCREL_LO12_I does not name an instruction of its \
            own section; expected the label of the auipc
            guest.o: .text+0x28 (in 'f'): thread-local access (R_RISCV_TLSDESC_CALL); a PVM guest has one \
            thread and no thread pointer: make the variable an ordinary global (remove _Thread_local or \
            thread_local)
            guest.o: .text+0x28 (in 'f'): relocation R_RISCV_SUB8 in code, which has no meaning there; compile\
             with -fPIE -mcmodel=medany, and keep data out of code sections
            guest.o: .text+0x4 (in 'f'): a call relocation on something else than auipc and jalr with the same\
             register; link with --no-relax
            guest.o: .text+0xc (in 'f'): the relocation does not fit the instruction 'addi zero, zero, 0'; \
            expected what the compiler or assembler makes of it
            """),
        Refusal(
            "relocations of data",
            function("lla a0, d") + """
                .data
                d: .reloc ., R_RISCV_ADD32, d
                .word 0
                .reloc ., R_RISCV_SUB32, d
                .word 0
                .reloc ., R_RISCV_JAL, d
                .word 0
                .reloc ., R_RISCV_ADD32, f
                .reloc ., R_RISCV_SUB32, f
                .word 0
                .reloc ., R_RISCV_ADD64, f
                .reloc ., R_RISCV_SUB64, d
                .quad 0
                .reloc ., R_RISCV_ADD32, five
                .reloc ., R_RISCV_SUB32, d
                .word 0
                .reloc ., R_RISCV_ADD32, d
                .reloc ., R_RISCV_SUB32, five
                .word 0
                .reloc ., R_RISCV_ADD32, d
                .reloc ., R_RISCV_SUB64, d
                .quad 0
                .set five, 5
                """,
            """
            guest.o: .data+0x0: relocation R_RISCV_ADD32 without its counterpart; expected a pair that adds \
            and subtracts
            guest.o: .data+0x4: relocation R_RISCV_SUB32 without its counterpart; expected a pair that adds \
            and subtracts
            guest.o: .data+0x8: relocation R_RISCV_JAL in data; expected an absolute address or a difference \
            of two addresses
            guest.o: .data+0xc: a difference of 4 bytes that involves guest.o: .text+0x0 (in 'f'); code has no\
             fixed distances in a PVM guest, expected a 32-bit jump table entry or a difference between data
            guest.o: .data+0x10: a difference of 8 bytes that involves guest.o: .data+0x0; code has no fixed \
            distances in a PVM guest, expected a 32-bit jump table entry or a difference between data
            guest.o: .data+0x18: a difference that involves a number; where an address lies is not known yet, \
            expected two addresses
            guest.o: .data+0x1c: a difference that involves a number; where an address lies is not known yet, \
            expected two addresses
            guest.o: .data+0x20: relocation R_RISCV_ADD32 with R_RISCV_SUB64 in data; expected an absolute \
            address or a difference of two addresses
            """),
        Refusal(
            "values that do not fit",
            function("lla a0, d")
                + ".data\nd: .reloc ., R_RISCV_SET8, d\n.byte 0\n.reloc ., R_RISCV_SET16, 0x12345\n.half 0\n",
            """
            guest.o: .data+0x0: the value 131072 does not fit into 8 bits; addresses take 32 or 64, use a \
            wider field
            guest.o: .data+0x1: the value 74565 does not fit into 16 bits; addresses take 32 or 64, use a \
            wider field
            """),
    ]

    private static let sections = [
        Refusal(
            "no exports", ".text\nf: ret\n",
            """
            guest.o: no function is exported, so nothing would be left of the program; export one with \
            PVM_EXPORT in C or @Export in Swift, or write a main
            """),
        Refusal(
            "no code", ".data\n.quad 0\n",
            """
            guest.o: no function is exported, so nothing would be left of the program; export one with \
            PVM_EXPORT in C or @Export in Swift, or write a main
            """),
        Refusal(
            "sections of other kinds",
            function("lla a0, n\nlla a1, w\nlla a2, d\nlla a3, c") + """
                .section .note.mine,"a",@note
                n: .word 0
                .section .text.writable,"awx"
                w: ret
                .section .debug_info,"",@progbits
                d: .word 0
                .section .comment,"",@progbits
                c: .word 0
                """,
            """
            guest.o: .note.mine+0x0: a loaded section of a kind that a PVM guest can not have (ELF type 7, \
            flags 0x2); expected code, data, zero-initialised data or metadata; used by guest.o: .text+0x8 (in\
             'f')
            guest.o: .text.writable+0x0: code that is writable; expected code sections to be read-only (flags \
            'ax'); used by guest.o: .text+0x10 (in 'f')
            guest.o: .text+0x18 (in 'f'): refers to guest.o: .debug_info+0x0, which is not loaded into the \
            guest; expected code or data in a section with the flag 'a'
            guest.o: .text+0x20 (in 'f'): refers to guest.o: .comment+0x0, which is not loaded into the guest;\
             expected code or data in a section with the flag 'a'
            """),
        Refusal(
            "alignment", function("lla a0, d") + ".data\n.p2align 17\nd: .quad 0\n",
            """
            guest.o: .data+0x0: data aligned to 131072 bytes; a guest can align to at most 65536, align it \
            less
            """),
        Refusal(
            "too much data",
            function("lla a0, a\nlla a1, b")
                + ".bss\na: .space 0x70000000\n.section .bss.b,\"aw\",@nobits\nb: .space 0x70000000\n",
            """
            guest.o: .bss+0x0: data would take 3758227456 bytes of address space, this section most of all; a \
            guest has 2 GiB for all its data, make arrays smaller or allocate them from the heap
            """),
        Refusal(
            "too much stack", function("") + ".section .polkavm_min_stack_size,\"\",@progbits\n.word 0xffffffff\n",
            """
            guest.o: data and stack do not fit into the guest's 32-bit address space: 0 bytes read-only, 0 \
            bytes read-write, 4294967296 bytes of stack; make them smaller
            """),
        Refusal(
            "stack size cut off", function("") + ".section .polkavm_min_stack_size,\"\",@progbits\n.half 1\n",
            """
            guest.o: .polkavm_min_stack_size+0x0: 2 bytes of stack sizes, expected a multiple of 4; state \
            stack sizes with PVM_MIN_STACK
            """),
    ]

    private static let records = [
        Refusal(
            "two exports of one name", function("") + "export f\n",
            """
            guest.o: .polkavm_exports+0x11: two exports are named 'f', the other one at guest.o: \
            .polkavm_exports+0x0; rename one
            """),
        Refusal(
            "export of data", ".data\nd: .quad 0\nexport d\n",
            """
            guest.o: .polkavm_exports+0x0: export 'd' is not a function: it lies at guest.o: .data+0x0; export\
             functions and let them return data
            """),
        Refusal(
            "export of an undefined symbol", "export missing\n",
            """
            guest.o: .polkavm_exports+0x9: the pointer to an exported function is the undefined symbol \
            'missing'; define it, or add the file that does
            """),
        Refusal(
            "dispatch", function(""), options: LinkOptions(dispatch: ["f", "g", "h"]),
            """
            guest.o: the dispatch table names 'g', which is not exported; export it, or name one of: f
            guest.o: the dispatch table names 'h', which is not exported; export it, or name one of: f
            """),
        Refusal(
            "export record version", ".section .polkavm_exports,\"\"\n.byte 2\n.space 16\n",
            """
            guest.o: .polkavm_exports+0x0: export record of version 2, expected version 1; write records with \
            the macros of pvm.h
            """),
        Refusal(
            "export record cut off", ".section .polkavm_exports,\"\"\n.byte 1\n.space 10\n",
            """
            guest.o: .polkavm_exports+0x0: export record cut off: expected 17 bytes, found 11; write records \
            with the macros of pvm.h
            """),
        Refusal(
            "no relocations", ".section .polkavm_exports,\"\"\n.byte 1\n.quad 1, 2\n",
            """
            guest.o: .polkavm_exports+0x1: expected a relocation for the pointer to the metadata of an export;\
             link with ld.lld --emit-relocs so that relocations survive
            """),
        Refusal(
            "metadata version",
            ".text\nf: ret\n.section .polkavm_exports,\"\"\n.byte 1\n.quad m, f\n.section .polkavm_metadata,\"\"\nm: .byte 3\n.space 30\n",
            """
            guest.o: .polkavm_metadata+0x0: metadata record of version 3, expected version 1 or 2; write \
            records with the macros of pvm.h
            """),
        Refusal(
            "metadata flags",
            ".text\nf: ret\n.section .polkavm_exports,\"\"\n.byte 1\n.quad m, f\n.section .polkavm_metadata,\"\"\nm: .byte 1\n.word 0x11\n.space 30\n",
            """
            guest.o: .polkavm_metadata+0x0: metadata record with unknown flags 0x11, expected 0; write records\
             with the macros of pvm.h
            """),
        Refusal(
            "metadata cut off",
            ".text\nf: ret\n.section .polkavm_exports,\"\"\n.byte 1\n.quad m, f\n.byte 1\n.quad n, f\n.section .polkavm_metadata,\"\"\nm: .byte 2\n.space 19\nn: .byte 1\n",
            """
            guest.o: .polkavm_metadata+0x0: metadata record cut off: version 2 takes 24 bytes, found 21; write\
             records with the macros of pvm.h
            guest.o: .polkavm_metadata+0x14: metadata record cut off: expected 19 bytes, found 1; write \
            records with the macros of pvm.h
            """),
        Refusal(
            "metadata registers",
            ".text\nf: ret\n.section .polkavm_exports,\"\"\n.byte 1\n.quad m, f\n.section .polkavm_metadata,\"\"\nm: .byte 1\n.space 8\n.quad m\n.byte 10, 3\n",
            """
            guest.o: .polkavm_metadata+0x0: record declares 10 argument and 3 result registers; at most 9 and \
            2 exist, pass more in memory
            """),
        Refusal(
            "metadata name",
            ".text\nf: ret\n.section .polkavm_exports,\"\"\n.byte 1\n.quad m, f\n.byte 1\n.quad n, f\n.section .polkavm_metadata,\"\"\nm: .byte 1\n.word 0, 1000\n.quad m\n.byte 1, 1\nn: .byte 1\n.word 0, 2000\n.quad m\n.byte 1, 1\n",
            """
            guest.o: .polkavm_metadata+0x0: metadata gives a name of 1000 bytes here, which does not fit into \
            the section's 38 bytes; expected the name's own length
            guest.o: .polkavm_metadata+0x13: record declares a name of 2000 bytes, at most 1024 are allowed; \
            choose a shorter name
            """),
        Refusal(
            "aligned export version",
            ".text\nf: ret\n.section .pvm.exports,\"a\"\n.quad f\n.byte 0, 0\n.half 3\n.word 1\n.ascii \"x\"\n",
            """
            guest.o: .pvm.exports+0x0: record of version 3, expected a version from 1 to 2; Guest/README.md \
            describes the record
            """),
        Refusal(
            "aligned export name",
            ".text\nf: ret\n.section .pvm.exports,\"a\"\n.quad f\n.byte 0, 0\n.half 1\n.word 9\n.ascii \"x\"\n",
            """
            guest.o: .pvm.exports+0x0: record declares a name of 9 bytes, but only 1 follow; Guest/README.md \
            describes the record
            """),
        Refusal(
            "aligned export without a name",
            ".text\nf: ret\n.section .pvm.exports,\"a\"\n.quad f\n.byte 0, 0\n.half 1\n.word 0\n",
            """
            guest.o: .pvm.exports+0x0: record declares a name of 0 bytes, expected at least 1; Guest/README.md\
             describes the record
            """),
        Refusal(
            "aligned export registers",
            ".text\nf: ret\n.section .pvm.exports,\"a\"\n.quad f\n.byte 10, 0\n.half 1\n.word 1\n.ascii \"x\"\n",
            """
            guest.o: .pvm.exports+0x0: record declares 10 argument and 0 result registers; at most 9 and 2 \
            exist, pass more in memory
            """),
        Refusal(
            "aligned export cut off", ".text\nf: ret\n.section .pvm.exports,\"a\"\n.quad f\n.byte 1\n",
            """
            guest.o: .pvm.exports+0x0: record cut off: expected at least 16 bytes, found 9; Guest/README.md \
            describes the record
            """),
        Refusal(
            "aligned export without a relocation",
            ".section .pvm.exports,\"a\"\n.quad 5\n.byte 0, 0\n.half 1\n.word 1\n.ascii \"x\"\n",
            """
            guest.o: .pvm.exports+0x0: expected a relocation for the pointer to an exported function; link \
            with ld.lld --emit-relocs so that relocations survive
            """),
    ]

    private static let imports = [
        Refusal(
            "two declarations",
            "metadata a, \"x\", 1, 1\nmetadata b, \"x\", 2, 1\n" + function("host_call a\nhost_call b"),
            """
            guest.o: .text+0x10 (in 'f'): import 'x' is declared twice with different arguments, results or \
            numbers, the other one is used at guest.o: .text+0x4 (in 'f'); make the declarations equal
            """),
        Refusal(
            "two declarations and a number that is missing",
            "metadata a, \"x\", 1, 1\nmetadata b, \"x\", 2, 1\nnumbered_metadata c, \"y\", 7\n"
                + function("host_call a\nhost_call b\nhost_call c"),
            """
            guest.o: .text+0x10 (in 'f'): import 'x' is declared twice with different arguments, results or \
            numbers, the other one is used at guest.o: .text+0x4 (in 'f'); make the declarations equal
            guest.o: .text+0x4 (in 'f'): import 'x' has no number, but others do; give it one with \
            PVM_IMPORT_INDEX
            guest.o: .text+0x10 (in 'f'): import 'x' has no number, but others do; give it one with \
            PVM_IMPORT_INDEX
            """),
        Refusal(
            "two aligned declarations",
            function("call x") + ImportExportTests.alignedImport("x", inputs: 1, outputs: 1)
                + ImportExportTests.alignedImport("x", inputs: 2, outputs: 1),
            """
            guest.o: .pvm.imports+0x10: import 'x' is declared twice with different arguments, results or \
            numbers; make the declarations equal
            """),
        Refusal(
            "one number twice",
            "numbered_metadata a, \"x\", 7\nnumbered_metadata b, \"y\", 7\n" + function("host_call a\nhost_call b"),
            """
            guest.o: .text+0x10 (in 'f'): imports 'x' and 'y' have the same number 7; give one of them another
            """),
        Refusal(
            "missing numbers",
            "numbered_metadata a, \"x\", 7\nmetadata b, \"y\"\nmetadata c, \"z\"\n"
                + function("host_call a\nhost_call b\nhost_call c"),
            """
            guest.o: .text+0x10 (in 'f'): import 'y' has no number, but others do; give it one with \
            PVM_IMPORT_INDEX
            guest.o: .text+0x1c (in 'f'): import 'z' has no number, but others do; give it one with \
            PVM_IMPORT_INDEX
            """),
        Refusal(
            "large numbers", "numbered_metadata a, \"x\", 0xfffffffe\n" + function("host_call a"),
            """
            guest.o: the import table would have 4294967295 entries, a blob can have 1024; use fewer imports, \
            or lower numbers
            """),
    ]
}

extension RefusalTests {
    /// What ld leaves without `--emit-relocs`.
    @Test func withoutRelocations() throws {
        let workshop = try Workshop()
        _ = try workshop.compile(Guest.prelude + Self.function("call f"), name: "guest.s")
        try workshop.run("ld.lld", ["-e", "0", "guest.s.o", "-o", "guest.elf"])
        let object = try ELFObject(parsing: try workshop.read("guest.elf"), name: "guest.elf")
        #expect(
            failure([object]) == """
                guest.elf: .polkavm_exports+0x1: expected a relocation for the pointer to the metadata of an export; link \
                with ld.lld --emit-relocs so that relocations survive
                """)
    }

    @Test func twoDefinitions() throws {
        let source = ".globl twice\n.text\ntwice: ret\n"
        let objects = try ["one.o", "two.o"].map { try ELFObject(parsing: try Guest.elf(source), name: $0) }
        #expect(
            failure(objects) == """
                two.o: .text+0x0: symbol 'twice' is defined here and at one.o: .text+0x0; rename one, or make it \
                static
                """)
    }

    /// Only what is reached must be right: libraries are full of code that no guest can run.
    @Test func unreachedErrors() throws {
        let source = Self.function("") + ".section .text.other,\"ax\"\necall\ncall nowhere\nret\n"
        _ = try Guest.link(source)
        #expect(throws: LinkFailure.self) { try Guest.link(source, options: LinkOptions(optimization: .none)) }
    }

    /// A section that is data in truth gives thousands of errors: all are counted, a few are kept and shown.
    @Test func manyErrors() throws {
        let source = Self.function(".rept 5000\n.word 0x0000000f + 0x70\n.endr")
        let object = try ELFObject(parsing: try Guest.elf(source), name: "guest.o")
        let error = #expect(throws: LinkFailure.self) { try PostLinker.link([object], options: LinkOptions()) }
        #expect(error?.errors.count == 1000)
        #expect(error?.description.split(separator: "\n").last == "4980 more errors")
    }

    // MARK: All at once

    /// How many errors there are, and none of them hides another.
    private func places(_ source: String, _ options: LinkOptions = LinkOptions()) throws -> [String] {
        let object = try ELFObject(parsing: try Guest.elf(source), name: "guest.o")
        let error = #expect(throws: LinkFailure.self) { try PostLinker.link([object], options: options) }
        return error?.errors.map(\.place) ?? []
    }

    /// Two errors of each pass that reads the file, and of several together.
    @Test(arguments: [
        // Records.
        (
            ".text\nf: ret\n.section .polkavm_exports,\"\"\n.byte 2\n.space 16\n.byte 3\n.space 16\n",
            [".polkavm_exports+0x0", ".polkavm_exports+0x11"]
        ),
        (
            ".text\nf: ret\n.section .pvm.exports,\"a\"\n.quad f\n.byte 10, 0\n.half 1\n.word 1\n.ascii \"f\"\n.p2align 3\n"
                + ".quad f\n.byte 0, 3\n.half 1\n.word 1\n.ascii \"g\"\n",
            [".pvm.exports+0x0", ".pvm.exports+0x18"]
        ),
        // Records and code.
        (
            ".option norvc\n.text\nf: ecall\nebreak\nret\nexport f\n.section .pvm.imports,\"\"\n.half 2\n.space 10\n",
            [".pvm.imports+0x0", ".text+0x0", ".text+0x4"]
        ),
        // Instructions, their relocations, and relocations of data.
        (
            ".option norvc\n.text\nf: ecall\ncsrr a0, cycle\n.reloc ., R_RISCV_TPREL_HI20, f\nlui a0, 0\nlla a0, d\nret\n"
                + "export f\n.data\nd: .word 0\n.reloc d, R_RISCV_PLT32, f\n.quad nowhere\n",
            [".text+0x8", ".text+0x0", ".text+0x4", ".data+0x0", ".data+0x4"]
        ),
        // Two undefined symbols, each once.
        (
            ".text\nf: call one\ncall two\ncall one\nret\nexport f\n", [".text+0x0", ".text+0x8"]
        ),
        // Targets that are no instructions.
        (
            ".option norvc\n.text\nf: j .+6\nj .+6\nlui a0, 1\nret\nexport f\n",
            [".text+0x0", ".text+0x4"]
        ),
    ])
    func independentErrors(_ source: String, _ expected: [String]) throws {
        let found = try places(source).map { String($0.dropFirst("guest.o: ".count).prefix { $0 != " " }) }
        #expect(found == expected)
    }

    /// Two instructions that the target does not have, and two addresses that do not fit.
    @Test func independentErrorsOfSelection() throws {
        let source = ".option norvc\n.text\nf: .word 0x200b\nnop\n.word 0x200b\nret\nexport f\n"
        let found = try places(source, LinkOptions(instructionSet: .reviveV1))
        #expect(found == ["guest.o: .text+0x0", "guest.o: .text+0x8"])
        let narrow =
            ".text\nf: lla a0, d\nret\nexport f\n.data\nd: .half 0, 0\n.reloc d, R_RISCV_SET16, d\n.reloc d + 2, R_RISCV_SET16, d\n"
        #expect(try places(narrow) == ["guest.o: .data+0x0", "guest.o: .data+0x2"])
    }
}
