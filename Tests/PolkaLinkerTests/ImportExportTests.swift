// Functions between guest and host: records in both forms, numbers, names, pointers to host functions.

import PolkaBlob
import PolkaISA
import PolkaLinker
import PolkaVM
import RISCVELF
import Testing

@Suite struct ImportExportTests {
    /// Answers every host function with its number plus its first argument.
    private var numbers: Linker {
        var host = Linker()
        host.fallback = { $0.setResult(UInt64($0.number) * 1000 + $0.argument(0)) }
        return host
    }

    private func names(_ blob: Blob) -> [String] { blob.imports.map { $0.map { Blob.text(of: $0) } ?? "-" } }

    @Test(arguments: InputForm.allCases)
    func importsInTheOrderOfTheirNames(_ form: InputForm) throws {
        let source = """
            metadata zebra_metadata, "zebra", 1, 1
            metadata ant_metadata, "ant", 1, 1
            metadata ant_again, "ant", 1, 1
            metadata unused_metadata, "aaa", 1, 1
            .section .text.zebra,"ax"
            zebra: host_call zebra_metadata
            ret
            .section .text.ant,"ax"
            ant: host_call ant_metadata
            ret
            .section .text.ant2,"ax"
            ant2: host_call ant_again
            ret
            .section .text.unused,"ax"
            unused: host_call unused_metadata
            ret
            .section .text.start,"ax"
            start: mv s0, ra
            call zebra
            mv s1, a0
            li a0, 1
            call ant
            add s1, s1, a0
            li a0, 2
            # In the middle of a function.
            host_call ant_again
            add a0, a0, s1
            mv ra, s0
            tail zebra
            export start
            """
        let result = try Guest.link(source, as: form)
        // Equal metadata is one import; what no reached code calls is none.
        #expect(names(result.blob) == ["ant", "zebra"])
        #expect(try result.call("start", 5, host: numbers) == 1000 + 1005 + 1 + 2)
    }

    @Test func numberedImportsLeaveHoles() throws {
        let source = """
            numbered_metadata late_metadata, "late", 4, 1, 1
            numbered_metadata early_metadata, "early", 1, 1, 1
            .text
            start: host_call late_metadata
            host_call early_metadata
            ret
            export start
            """
        let result = try Guest.link(source)
        #expect(result.blob.imports.count == 5)
        #expect(result.blob.imports[1] == Array("early".utf8) && result.blob.imports[4] == Array("late".utf8))
        for hole in [0, 2, 3] { #expect(result.blob.imports[hole]?.isEmpty != false) }
        #expect(try result.call("start", 7, host: numbers) == 1000 + 4000 + 7)
    }

    /// Registers that a host call may change are not kept over it; the others are.
    @Test func registersAroundHostCalls() throws {
        let source = """
            metadata scramble_metadata, "scramble", 0, 0
            .text
            start: li s0, 1
            li s1, 2
            # Temporaries may use what the host call destroys, and nothing else.
            orc.b s0, s0
            host_call scramble_metadata
            orc.b s1, s1
            add a0, s0, s1
            ret
            export start
            """
        var host = Linker()
        host.fallback = { context in
            for register in Register.arguments { context.instance[register] = 0xdead_beef }
        }
        #expect(try Guest.link(source).call("start", host: host) == 0xff + 0xff)
    }

    /// The address of a host function is that of a small function that calls it, one for all pointers.
    @Test func pointersToHostFunctions() throws {
        let source =
            Self.alignedImport("twice", inputs: 1, outputs: 1) + """
                .section .data.rel.ro.pointer,"aw"
                .p2align 3
                pointer: .quad twice
                .text
                start: mv s0, ra
                ld a1, pointer
                lla s1, twice
                bne a1, s1, 1f
                jalr a1
                jalr s1
                call twice
                mv ra, s0
                tail twice
                1: unimp
                export start
                """
        for form in InputForm.allCases {
            var host = Linker()
            try host.define("twice") { $0.setResult($0.argument(0) * 2) }
            let result = try Guest.link(source, as: form)
            #expect(names(result.blob) == ["twice"])
            #expect(try result.call("start", 3, host: host) == 48)
        }
    }

    /// Records as Swift attributes write them: aligned, with the name in line.
    @Test(arguments: [InputForm.object, .executable])
    func alignedRecords(_ form: InputForm) throws {
        let source =
            Self.alignedImport("host_add", inputs: 2, outputs: 1) + Self.alignedImport("never", inputs: 0, outputs: 0)
            + Self.alignedImport("abc", inputs: 0, outputs: 1) + """
                .section .text.f,"ax"
                f: mv s0, ra
                call host_add
                mv s1, a0
                call abc
                add a0, a0, s1
                mv ra, s0
                ret
                .section .text.g,"ax"
                g: li a0, 3
                ret
                .section .pvm.exports,"awR",@progbits
                .p2align 3
                .quad f
                .byte 2, 1
                .half 1
                .word 5
                .ascii "first"
                .p2align 3
                .quad g
                .byte 0, 1
                .half 1
                .word 8
                .ascii "eightlet"
                .p2align 3
                .quad g
                .byte 0, 1
                .half 1
                .word 1
                .ascii "x"
                """
        var host = Linker()
        try host.define("host_add") { $0.setResult($0.argument(0) + $0.argument(1)) }
        try host.define("abc") { $0.setResult(100) }
        let result = try Guest.link(source, as: form)
        #expect(names(result.blob) == ["abc", "host_add"])
        #expect(result.blob.exports.map { Blob.text(of: $0.symbol) } == ["first", "eightlet", "x"])
        #expect(try result.call("first", 20, 3, host: host) == 123)
        #expect(try result.call("eightlet") == 3)
        #expect(try result.call("x") == 3)
    }

    static func alignedImport(_ name: String, inputs: Int, outputs: Int, number: UInt32 = .max) -> String {
        """
        .section .pvm.imports,"aR",@progbits
        .p2align 2
        .half 1
        .byte \(inputs), \(outputs)
        .word \(number)
        .word \(name.utf8.count)
        .ascii "\(name)"

        """
    }

    /// Exports come in the order of the code, those of one function in the order of their records.
    @Test func exportOrder() throws {
        let source = """
            .text
            one: li a0, 1
            ret
            two: li a0, 2
            ret
            .set alias, one
            export two
            export one
            export alias
            """
        let result = try Guest.link(source)
        #expect(result.blob.exports.map { Blob.text(of: $0.symbol) } == ["one", "alias", "two"])
        #expect(result.blob.exports[0].codeOffset == result.blob.exports[1].codeOffset)
    }

    @Test func dispatchTable() throws {
        let source = """
            .text
            refine: li a0, 1
            ret
            accumulate: li a0, 2
            ret
            other: li a0, 3
            ret
            export accumulate
            export refine
            export other
            """
        let options = LinkOptions(instructionSet: .jamV1, dispatch: ["refine", "accumulate"])
        let result = try Guest.link(source, options: options)
        let instance = try result.instance()
        for (offset, value) in [(UInt32(0), UInt64(1)), (5, 2)] {
            try instance.prepareCall(at: offset)
            #expect(try instance.run() == .finished)
            #expect(instance[.a0] == value)
        }
        #expect(try result.call("other") == 3)
        #expect(result.listing.prefix(2).allSatisfy { $0.hasPrefix("jump @") })
    }

    /// Every kind has what ordinary code needs.
    @Test(arguments: InstructionSet.allCases.filter(\.is64Bit))
    func instructionSets(_ set: InstructionSet) throws {
        let source = """
            .text
            f: clz a1, a0
            max a0, a0, a1
            ret
            export f
            """
        let result = try Guest.link(source, options: LinkOptions(instructionSet: set))
        #expect(result.blob.instructionSet == set)
        #expect(try result.call("f", 1) == 63)
    }
}
