// What the relocations of code mean: each test is a small guest that only computes the right value if they were read rightly.

import PolkaAsm
import PolkaBlob
import PolkaISA
import PolkaLinker
import PolkaVM
import RISCVELF
import Testing

extension LinkResult {
    /// The text of all instructions.
    var listing: [String] {
        var lines: [String] = []
        Disassembly(of: blob).forEachLine { lines.append($0.text) }
        return lines
    }
}

extension Guest {
    /// The types of relocations in the sections whose name begins so: proof that a test tests what it says.
    static func relocations(_ source: String, in prefix: String = ".text") throws -> Set<RelocationType> {
        let object = try ELFObject(parsing: try elf(source), name: "guest.o")
        return Set(object.sections.filter { $0.name.hasPrefix(prefix) }.flatMap(\.relocations).map(\.type))
    }
}

@Suite struct CodeRelocationTests {
    @Test(arguments: InputForm.allCases)
    func callsAndTailCalls(_ form: InputForm) throws {
        let source = """
            .section .text.double,"ax"
            double: add a0, a0, a0
            ret
            .section .text.twice,"ax"
            twice: addi sp, sp, -16
            sd ra, 8(sp)
            call double
            call double
            ld ra, 8(sp)
            addi sp, sp, 16
            ret
            export twice
            .section .text.last,"ax"
            last: addi a0, a0, 1
            tail double
            export last
            """
        #expect(try Guest.relocations(source) == [.R_RISCV_CALL_PLT])
        let result = try Guest.link(source, as: form)
        #expect(try result.call("twice", 5) == 20)
        #expect(try result.call("last", 5) == 12)
        // A tail call is a jump; only calls have addresses to return to.
        let plain = try Guest.link(source, as: form, options: LinkOptions(optimization: .basic))
        #expect(plain.blob.code.jumpTable.count == 2)
    }

    @Test(arguments: InputForm.allCases)
    func jumpsAndBranchesBetweenSections(_ form: InputForm) throws {
        let source = """
            .option norvc
            .section .text.one,"ax"
            one: li a0, 1
            ret
            .section .text.start,"ax"
            start: mv s0, ra
            .reloc ., R_RISCV_BRANCH, one
            beq a0, zero, .
            .reloc ., R_RISCV_JAL, one
            jal ra, .
            addi a0, a0, 10
            mv ra, s0
            .reloc ., R_RISCV_JAL, three
            jal zero, .
            export start
            .section .text.three,"ax"
            three: slli a0, a0, 1
            ret
            """
        #expect(try Guest.relocations(source) == [.R_RISCV_BRANCH, .R_RISCV_JAL])
        let result = try Guest.link(source, as: form)
        #expect(try result.call("start", 0) == 1)
        #expect(try result.call("start", 7) == 22)
    }

    @Test(arguments: InputForm.allCases)
    func compressedJumpsAndBranches(_ form: InputForm) throws {
        let source = """
            .option rvc
            .section .text.one,"ax"
            one: li a0, 1
            ret
            .section .text.start,"ax"
            start: c.mv s0, ra
            .reloc ., R_RISCV_RVC_BRANCH, one
            c.beqz a0, .
            .reloc ., R_RISCV_RVC_JUMP, three
            c.j .
            export start
            .section .text.three,"ax"
            three: slli a0, a0, 1
            ret
            """
        #expect(try Guest.relocations(source) == [.R_RISCV_RVC_BRANCH, .R_RISCV_RVC_JUMP])
        let result = try Guest.link(source, as: form)
        #expect(try result.call("start", 0) == 1)
        #expect(try result.call("start", 7) == 14)
    }

    /// One high part for a load and a store, before and behind other instructions, with different registers.
    @Test(arguments: InputForm.allCases)
    func addressPairs(_ form: InputForm) throws {
        let source = """
            .section .data.counter,"aw"
            .quad 0
            counter: .quad 40
            .section .text.count,"ax"
            count: addi a0, a0, 1
            1: auipc a1, %pcrel_hi(counter)
            slli a0, a0, 1
            ld a2, %pcrel_lo(1b)(a1)
            add a0, a0, a2
            sd a0, %pcrel_lo(1b)(a1)
            addi a3, a1, %pcrel_lo(1b)
            lw a0, 0(a3)
            sb zero, %pcrel_lo(1b)(a1)
            lbu a4, %pcrel_lo(1b)(a1)
            add a0, a0, a4
            ret
            export count
            # The low part stands in front of the high part; control runs through both.
            .section .text.early,"ax"
            early: j 2f
            3: ld a0, %pcrel_lo(2f)(a5)
            ret
            2: auipc a5, %pcrel_hi(counter)
            j 3b
            export early
            """
        let expected: Set<RelocationType> = [.R_RISCV_PCREL_HI20, .R_RISCV_PCREL_LO12_I, .R_RISCV_PCREL_LO12_S]
        #expect(try Guest.relocations(source) == expected)
        // As it was written: -O2 would read through the address instead.
        let result = try Guest.link(source, as: form, options: LinkOptions(optimization: .basic))
        #expect(try result.call("count", 2) == 46)
        #expect(try result.call("early") == 40)
        // Absolute accesses; only the address itself is a number.
        #expect(result.listing.contains("a2 = u64 [0x20008]"))
        #expect(result.listing.contains("u64 [0x20008] = a0"))
        #expect(result.listing.contains("a3 = 0x20008"))
        #expect(result.listing.contains("u8 [0x20008] = 0"))
    }

    @Test(arguments: InputForm.allCases)
    func globalOffsetTable(_ form: InputForm) throws {
        let source = """
            .option pic
            .data
            .globl value
            value: .quad 77
            .section .text.get,"ax"
            get: la a0, value
            ld a0, 0(a0)
            la a1, function
            jr a1
            export get
            .section .text.function,"ax"
            .globl function
            function: addi a0, a0, 1
            ret
            """
        #expect(try Guest.relocations(source) == [.R_RISCV_GOT_HI20, .R_RISCV_PCREL_LO12_I])
        let result = try Guest.link(source, as: form)
        #expect(try result.call("get") == 78)
        #expect(result.blob.readOnlyDataSize == 0, "nothing is left of the table")
    }

    @Test(arguments: [InputForm.object, .executable])
    func absolutePairs(_ form: InputForm) throws {
        let source = """
            .data
            .quad 0
            value: .quad 3, 4
            .text
            get: lui a1, %hi(value)
            ld a0, %lo(value)(a1)
            ld a2, %lo(value+8)(a1)
            add a0, a0, a2
            sd a0, %lo(value)(a1)
            lui a3, %hi(value+8)
            addi a3, a3, %lo(value+8)
            ld a3, -8(a3)
            add a0, a0, a3
            ret
            export get
            """
        #expect(try Guest.relocations(source) == [.R_RISCV_HI20, .R_RISCV_LO12_I, .R_RISCV_LO12_S])
        #expect(try Guest.link(source, as: form).call("get") == 14)
    }

    /// Code that was assembled or linked so that nothing is left for a relocation to say.
    @Test func pairsWithoutRelocations() throws {
        let source = """
            .option norvc
            .text
            start: mv s0, ra
            auipc ra, 0
            jalr ra, 36(ra)
            mv ra, s0
            auipc a1, 0
            addi a2, a1, 16
            addi a3, a1, 0
            jr a2
            four: addi a0, a0, 4
            ret
            triple: slli a1, a0, 1
            add a0, a0, a1
            ret
            export start
            """
        #expect(try Guest.relocations(source) == [])
        #expect(try Guest.link(source).call("start", 5) == 19)
    }

    @Test(arguments: InputForm.allCases)
    func functionPointers(_ form: InputForm) throws {
        let source = """
            .section .text.inc,"ax"
            inc: addi a0, a0, 1
            ret
            .section .text.dec,"ax"
            .type dec, @function
            dec: addi a0, a0, -1
            ret
            .section .data.rel.ro.table,"aw"
            .p2align 3
            table: .quad inc, dec, 0
            .section .text.pick,"ax"
            pick: lla a2, table
            slli a0, a0, 3
            add a2, a2, a0
            ld a2, 0(a2)
            mv a0, a1
            jr a2
            export pick
            .section .text.address,"ax"
            address: lla a1, inc
            ld a0, table
            sub a0, a0, a1
            ret
            export address
            .section .text.raw,"ax"
            raw: lla a0, dec
            ret
            export raw
            """
        let result = try Guest.link(source, as: form)
        #expect(try result.call("pick", 0, 10) == 11)
        #expect(try result.call("pick", 1, 10) == 9)
        // However the address was taken, it is the same number, and that of a slot of the jump table.
        #expect(try result.call("address") == 0)
        #expect(result.blob.code.jumpTable.count == 2)
        #expect(try result.call("raw") == 4)
        let dec = try #require(result.map.functions.first { $0.name == "dec" })
        #expect(UInt64(result.blob.code.jumpTable[1]) == dec.address)
    }

    /// A null pointer traps, as does any number that is no code address.
    @Test(arguments: [UInt64(0), 1, 3, 5, 1000])
    func wrongFunctionPointers(_ pointer: UInt64) throws {
        let source = """
            .text
            call_it: mv s0, ra
            jalr a0
            mv ra, s0
            ret
            export call_it
            """
        let instance = try Guest.link(source).instance()
        #expect(try instance.call("call_it", [pointer]) == .trap)
        #expect(instance.trapReason == .badJump)
    }

    /// The register that holds the target is the one that the return address goes to.
    @Test func callThroughTheLinkRegister() throws {
        let source = """
            .text
            start: mv s0, ra
            lla ra, one
            jalr ra, 0(ra)
            addi a0, a0, 10
            lla t0, one_back_to_t0
            jalr t0, 0(t0)
            mv ra, s0
            ret
            one: li a0, 1
            ret
            one_back_to_t0: addi a0, a0, 100
            jr t0
            export start
            """
        #expect(try Guest.link(source).call("start") == 111)
    }

    @Test(arguments: InputForm.allCases)
    func weakUndefinedSymbols(_ form: InputForm) throws {
        let source = """
            .weak missing
            .section .text.address,"ax"
            address: lla a0, missing
            ret
            export address
            .section .text.guarded,"ax"
            guarded: lla a1, missing
            li a0, 5
            beqz a1, 1f
            tail missing
            1: ret
            export guarded
            .section .text.careless,"ax"
            careless: call missing
            ret
            export careless
            .section .data.pointer,"aw"
            .p2align 3
            pointer: .quad missing
            .section .text.stored,"ax"
            stored: ld a0, pointer
            ret
            export stored
            """
        let result = try Guest.link(source, as: form)
        #expect(try result.call("address") == 0)
        #expect(try result.call("guarded") == 5)
        #expect(try result.call("stored") == 0)
        let instance = try result.instance()
        #expect(try instance.call("careless") == .trap)
        #expect(instance.trapReason == .trapInstruction)
    }

    /// What follows a weak symbol that nobody defined: everything that needs the symbol traps, nothing is dropped.
    @Test func weakUndefinedSymbolsInOtherPlaces() throws {
        let source = """
            .weak missing
            .section .text.load,"ax"
            load: lui a1, %hi(missing)
            bnez a1, 1f
            li a0, 6
            ret
            1: lw a0, %lo(missing)(a1)
            ret
            export load
            .section .text.careless_load,"ax"
            careless_load: lui a1, %hi(missing)
            lw a0, %lo(missing)(a1)
            ret
            export careless_load
            .section .text.careless_store,"ax"
            careless_store: lui a1, %hi(missing)
            sw a0, %lo(missing)(a1)
            ret
            export careless_store
            .option norvc
            .section .text.branch,"ax"
            branch: .reloc ., R_RISCV_BRANCH, missing
            beq a0, zero, .
            ret
            export branch
            """
        let result = try Guest.link(source)
        #expect(try result.call("load") == 6)
        #expect(try result.call("branch", 9) == 9)
        for (name, argument) in [("careless_load", UInt64(1)), ("careless_store", 1), ("branch", 0)] {
            #expect(try result.instance().call(name, [argument]) == .trap, "\(name)")
        }
    }
}
