// The listing: the worked example of isa.md 8.3, its options, and what it adds for the assembler.

import PolkaAsm
import PolkaBlob
import PolkaISA
import Testing

@Suite struct DisassemblyTests {
    /// The program of isa.md 8.3.
    static func example() throws -> Blob {
        try Assembler.assemble(
            """
            pub @main:
                a0 = a0 + a1
                jump @end if a0 == 0
            @next:
                a1 = 2
            @end:
                ret
            """)
    }

    static func listing(_ blob: Blob, _ change: (inout Disassembly.Options) -> Void = { _ in }) -> String {
        var options = Disassembly.Options()
        change(&options)
        return Disassembly(of: blob, options: options).text
    }

    @Test func workedExample() throws {
        let text = Self.listing(try Self.example()) { options in
            options.showsRawBytes = true
            options.includesDirectives = false
        }
        #expect(
            text == """
                // RO data = 0/0 bytes
                // RW data = 0/0 bytes
                // Stack size = 0 bytes

                // Instructions = 5
                // Code size = 12 bytes

                      :                          @0 [export #0: 'main']
                     0: c8 87 07                 a0 = a0 + a1
                     3: 51 07 07                 jump @2 if a0 == 0
                      :                          @1
                     6: 33 08 02                 a1 = 0x2
                     9: 01                       fallthrough
                      :                          @2
                    10: 32 00                    ret

                """)
    }

    /// The program of blob-format.md 4 with its debug information.
    @Test func everythingElse() throws {
        var blob = try Assembler.assemble(
            """
            pub @main:
                a0 = a0 + a1
                jump @end if a0 == 0
            @next:
                a1 = 2
            @end:
                ecalli 0
                ecalli 1
                ret
            %ro_data = 616263
            %ro_data_size = 4
            %rw_data_size = 16
            %stack_size = 4096
            %import 0 = 'add'
            %jump_table 1 = @end
            %jump_table 2 = @end
            %jump_table 3 = 1
            %export 1 = 0xff at 100
            """)
        blob.exports.append(Blob.Export(codeOffset: 11, symbol: Array("it's".utf8)))
        blob.debug = DebugSections(
            strings: [0, 4] + Array("main".utf8) + [3] + Array("a.c".utf8),
            linePrograms: [1, 0x0a, 1, 2, 6, 1, 7, 6, 8, 5, 0x0f, 0x0d, 0],
            ranges: [3, 0, 0, 0, 0x0b, 0, 0, 0, 1, 0, 0, 0])
        let text = Self.listing(blob) { $0.blockCost = { Int64($0) + 1 } }
        #expect(
            text == """
                // RO data = 3/4 bytes
                // RW data = 0/16 bytes
                // Stack size = 4096 bytes

                // Instructions = 7
                // Code size = 15 bytes

                      : @0 [export #0: 'main'] (gas: 1)
                     0: a0 = a0 + a1

                <main>:
                     3: jump @2 if a0 == 0
                      : @1 (gas: 7)
                     6: a1 = 0x2
                     9: fallthrough
                      : @2 [@dyn 1] (gas: 11)
                    10: ecalli 0 // 'add'

                %export 2 = 0x69742773
                    11: ecalli 1 // INVALID
                    13: ret

                %isa = latest64
                %ro_data_size = 4
                %ro_data = 616263
                %rw_data_size = 16
                %stack_size = 4096
                %import 0 = 'add'
                %export 1 = 0xff at 100
                %jump_table 2 = @2
                %jump_table 3 = 1

                """)
        blob.debug = DebugSections()
        #expect(try Assembler.assemble(text) == blob)
        #expect(try Assembler.assemble(text).serialized() == blob.serialized())
    }

    @Test func malformedCode() throws {
        // A gap, an unknown opcode, a jump of a fixed length, one to the middle of a block, a wide load of a small number,
        // a register beyond the last, an instruction cut short by the end of the code.
        let code = CodeMap(
            bytes: [9, 9, 255, 40, 15, 0, 0, 0, 40, 12, 20, 0, 5, 0, 0, 0, 0, 0, 0, 0, 100, 0xef, 100],
            bitmask: CodeMap.bitmask(ofStarts: [2, 3, 8, 10, 20, 22], byteCount: 23))
        let text = Disassembly(of: code, in: .latest64).text
        #expect(
            text.split(separator: "\n\n").dropFirst(2).joined(separator: "\n\n") == """
                      : @0
                %gap = 09 09
                     0: invalid
                %bytes = ff
                     2: invalid
                %length = 5
                     3: jump 18
                      : @1
                %length = 2
                     8: jump 20
                      : @2
                %length = 10
                    10: ra = 0x5
                %bytes = 64 ef
                    20: a5 = a5
                %bytes = 64
                    22: ra = ra
                    23: invalid

                %isa = latest64

                """)
        #expect(try Assembler.assemble(text).code == code)
    }

    @Test func lines() throws {
        var lines: [Disassembly.Line] = []
        Disassembly(of: try Self.example()).forEachLine { lines.append($0) }
        #expect(lines.map(\.offset) == [0, 3, 6, 9, 10])
        #expect(lines.map(\.block) == [0, 0, 1, 1, 2])
        #expect(lines.map(\.startsBlock) == [true, false, true, false, true])
        #expect(lines.map(\.mnemonic) == ["add_64", "branch_eq_imm", "load_imm", "fallthrough", "jump_indirect"])
        #expect(lines[1].bytes == [0x51, 0x07, 0x07])
        #expect(lines[1].text == "jump @2 if a0 == 0")
    }
}
