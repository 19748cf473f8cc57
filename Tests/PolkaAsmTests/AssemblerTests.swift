// What each line of assembly input means (isa.md 8.4 and the additions of Documentation/assembly.md).

import PolkaAsm
import PolkaBlob
import PolkaISA
import Testing

@Suite struct AssemblerTests {
    /// The instructions of a text, jump targets as code offsets.
    static func instructions(_ text: String, _ set: InstructionSet = .latest64) throws -> [Instruction] {
        let blob = try Assembler.assemble(text, for: set)
        var found: [Instruction] = []
        blob.code.forEachPosition(in: blob.instructionSet) { position in
            if let instruction = position.instruction { found.append(instruction) }
        }
        return found
    }

    /// Each row is one line and its instruction in Latest64.
    static let lines: [(String, Instruction)] = [
        ("trap", Instruction(.trap)),
        ("fallthrough", Instruction(.fallthrough)),
        ("unlikely", Instruction(.unlikely)),
        ("nop", Instruction(.moveReg, .ra, .ra)),
        ("ret", Instruction(.jumpIndirect, .ra)),
        ("ecalli 0", Instruction(.ecalli)),
        ("ecalli 1023", Instruction(.ecalli, x: 1023)),
        ("ecalli 4294967295", Instruction(.ecalli, x: -1)),
        ("jump [a0]", Instruction(.jumpIndirect, .a0)),
        ("jump [a0 + 4]", Instruction(.jumpIndirect, .a0, x: 4)),
        ("jump [a0 - 4]", Instruction(.jumpIndirect, .a0, x: -4)),
        ("jump 7", Instruction(.jump, target: 7)),
        ("ra = 5, jump 0", Instruction(.loadImmAndJump, .ra, x: 5, target: 0)),
        ("ra = -5, jump [a1 + 8]", Instruction(.loadImmAndJumpIndirect, .ra, .a1, x: -5, y: 8)),
        ("ra = 2, jump [a1]", Instruction(.loadImmAndJumpIndirect, .ra, .a1, x: 2)),
        ("tmp = ra, ra = 4, jump [tmp + 8]", Instruction(.loadImmAndJumpIndirect, .ra, .ra, x: 4, y: 8)),
        ("tmp = a0, ra = 4, jump [tmp]", Instruction(.loadImmAndJumpIndirect, .ra, .a0, x: 4)),

        ("a0 = a1", Instruction(.moveReg, .a0, .a1)),
        ("r7 = r12", Instruction(.moveReg, .a0, .a5)),
        ("a0 = 0", Instruction(.loadImm, .a0)),
        ("a0 = -1", Instruction(.loadImm, .a0, x: -1)),
        ("a0 = 0x7fffffff", Instruction(.loadImm, .a0, x: 0x7fff_ffff)),
        ("a0 = 0xffffffff80000000", Instruction(.loadImm, .a0, x: -0x8000_0000)),
        ("a0 = 0b101", Instruction(.loadImm, .a0, x: 5)),
        ("a0 = 0x80000000", Instruction(.loadImm64, .a0, x: 0x8000_0000)),
        ("a0 = 2147483648", Instruction(.loadImm64, .a0, x: 0x8000_0000)),
        ("a0 = 18446744073709551615", Instruction(.loadImm64, .a0, x: -1)),
        ("a0 = i64 5", Instruction(.loadImm64, .a0, x: 5)),
        ("a0 = i64 -1", Instruction(.loadImm64, .a0, x: -1)),

        ("a0 = a1 if a2 == 0", Instruction(.cmovIfZero, .a1, .a2, .a0)),
        ("a0 = a1 if a2 != 0", Instruction(.cmovIfNotZero, .a1, .a2, .a0)),
        ("a0 = 3 if a2 == 0", Instruction(.cmovIfZeroImm, .a0, .a2, x: 3)),
        ("a0 = 0xffffffff if a2 != 0", Instruction(.cmovIfNotZeroImm, .a0, .a2, x: -1)),

        ("a0 = a1 + a2", Instruction(.add64, .a1, .a2, .a0)),
        ("i32 a0 = a1 + a2", Instruction(.add32, .a1, .a2, .a0)),
        ("a0 = a1 + 3", Instruction(.addImm64, .a0, .a1, x: 3)),
        ("a0 = 3 + a1", Instruction(.addImm64, .a0, .a1, x: 3)),
        ("i32 a0 = a1 + 0xffffffff", Instruction(.addImm32, .a0, .a1, x: -1)),
        ("a0 = a1 - a2", Instruction(.sub64, .a1, .a2, .a0)),
        ("a0 = a1 - 3", Instruction(.addImm64, .a0, .a1, x: -3)),
        ("a0 = a1 - -3", Instruction(.addImm64, .a0, .a1, x: 3)),
        ("i32 a0 = a1 - 3", Instruction(.addImm32, .a0, .a1, x: -3)),
        ("a0 = 3 - a1", Instruction(.negateAndAddImm64, .a0, .a1, x: 3)),
        ("i32 a0 = 3 - a1", Instruction(.negateAndAddImm32, .a0, .a1, x: 3)),
        ("a0 = -a1", Instruction(.negateAndAddImm64, .a0, .a1)),
        ("i32 a0 = -a1", Instruction(.negateAndAddImm32, .a0, .a1)),
        ("a0 = a1 * a2", Instruction(.mul64, .a1, .a2, .a0)),
        ("a0 = 7 * a2", Instruction(.mulImm64, .a0, .a2, x: 7)),
        ("i32 a0 = a1 * 7", Instruction(.mulImm32, .a0, .a1, x: 7)),
        ("a0 = a1 mulh a2", Instruction(.mulUpperSignedSigned, .a1, .a2, .a0)),
        ("a0 = a1 mulhu a2", Instruction(.mulUpperUnsignedUnsigned, .a1, .a2, .a0)),
        ("a0 = a1 mulhsu a2", Instruction(.mulUpperSignedUnsigned, .a1, .a2, .a0)),
        ("a0 = a1 & a2", Instruction(.and, .a1, .a2, .a0)),
        ("a0 = a1 | a2", Instruction(.or, .a1, .a2, .a0)),
        ("a0 = a1 ^ a2", Instruction(.xor, .a1, .a2, .a0)),
        ("a0 = a1 & 0xff", Instruction(.andImm, .a0, .a1, x: 0xff)),
        ("a0 = 0xff | a1", Instruction(.orImm, .a0, .a1, x: 0xff)),
        ("a0 = a1 ^ -1", Instruction(.xorImm, .a0, .a1, x: -1)),
        ("a0 = a1 & ~a2", Instruction(.andInverted, .a1, .a2, .a0)),
        ("a0 = a1 | ~a2", Instruction(.orInverted, .a1, .a2, .a0)),
        ("a0 = ~(a1 ^ a2)", Instruction(.xnor, .a1, .a2, .a0)),
        ("a0 = a1 /u a2", Instruction(.divUnsigned64, .a1, .a2, .a0)),
        ("i32 a0 = a1 /s a2", Instruction(.divSigned32, .a1, .a2, .a0)),
        ("a0 = a1 %u a2", Instruction(.remUnsigned64, .a1, .a2, .a0)),
        ("i32 a0 = a1 %s a2", Instruction(.remSigned32, .a1, .a2, .a0)),
        ("a0 = a1 << a2", Instruction(.shiftLogicalLeft64, .a1, .a2, .a0)),
        ("a0 = a1 << 4", Instruction(.shiftLogicalLeftImm64, .a0, .a1, x: 4)),
        ("a0 = 4 << a1", Instruction(.shiftLogicalLeftImmAlt64, .a0, .a1, x: 4)),
        ("i32 a0 = a1 >> 4", Instruction(.shiftLogicalRightImm32, .a0, .a1, x: 4)),
        ("i32 a0 = 4 >>a a1", Instruction(.shiftArithmeticRightImmAlt32, .a0, .a1, x: 4)),
        ("a0 = a1 >>a a2", Instruction(.shiftArithmeticRight64, .a1, .a2, .a0)),
        ("a0 = a1 >>a0", Instruction(.shiftLogicalRight64, .a1, .a0, .a0)),
        ("a0 = a1 <<r a2", Instruction(.rotateLeft64, .a1, .a2, .a0)),
        ("i32 a0 = a1 >>r a2", Instruction(.rotateRight32, .a1, .a2, .a0)),
        ("a0 = a1 >>r 4", Instruction(.rotateRightImm64, .a0, .a1, x: 4)),
        ("a0 = 4 >>r a1", Instruction(.rotateRightImmAlt64, .a0, .a1, x: 4)),
        ("a0 = a1 <u a2", Instruction(.setLessThanUnsigned, .a1, .a2, .a0)),
        ("a0 = a1 >u a2", Instruction(.setLessThanUnsigned, .a2, .a1, .a0)),
        ("a0 = a1 >s a2", Instruction(.setLessThanSigned, .a2, .a1, .a0)),
        ("a0 = a1 <s 5", Instruction(.setLessThanSignedImm, .a0, .a1, x: 5)),
        ("a0 = a1 >u 5", Instruction(.setGreaterThanUnsignedImm, .a0, .a1, x: 5)),
        ("a0 = 5 >u a1", Instruction(.setLessThanUnsignedImm, .a0, .a1, x: 5)),
        ("a0 = maxs(a1, a2)", Instruction(.maximum, .a1, .a2, .a0)),
        ("a0 = maxu(a1, a2)", Instruction(.maximumUnsigned, .a1, .a2, .a0)),
        ("a0 = mins(a1, a2)", Instruction(.minimum, .a1, .a2, .a0)),
        ("a0 = minu(a1, a2)", Instruction(.minimumUnsigned, .a1, .a2, .a0)),

        ("a0 = cpop a1", Instruction(.countSetBits64, .a0, .a1)),
        ("i32 a0 = clz a1", Instruction(.countLeadingZeroBits32, .a0, .a1)),
        ("a0 = ctz a1", Instruction(.countTrailingZeroBits64, .a0, .a1)),
        ("a0 = sext8 a1", Instruction(.signExtend8, .a0, .a1)),
        ("a0 = sext16 a1", Instruction(.signExtend16, .a0, .a1)),
        ("a0 = zext16 a1", Instruction(.zeroExtend16, .a0, .a1)),
        ("a0 = reverse a1", Instruction(.reverseByte, .a0, .a1)),
        ("a0 = sbrk a1", Instruction(.sbrk, .a0, .a1)),
        ("[a0..a0 + a2] = u8 a1", Instruction(.memset)),

        ("a0 = u8 [a1 + 4]", Instruction(.loadIndirectU8, .a0, .a1, x: 4)),
        ("a0 = i32 [a1]", Instruction(.loadIndirectI32, .a0, .a1)),
        ("a0 = u64 [sp + 0xfffffff8]", Instruction(.loadIndirectU64, .a0, .sp, x: -8)),
        ("a0 = u64 [sp + -8]", Instruction(.loadIndirectU64, .a0, .sp, x: -8)),
        ("a0 = i16 [0x20000]", Instruction(.loadI16, .a0, x: 0x20000)),
        ("a0 = u32 [0xfffffffc]", Instruction(.loadU32, .a0, x: -4)),
        ("u8 [a1 + 4] = a0", Instruction(.storeIndirectU8, .a0, .a1, x: 4)),
        ("u64 [0x20000] = a0", Instruction(.storeU64, .a0, x: 0x20000)),
        ("u16 [a1 + 4] = 65535", Instruction(.storeImmIndirectU16, .a1, x: 4, y: 65535)),
        ("u32 [a1] = 0xdeadbeef", Instruction(.storeImmIndirectU32, .a1, y: Int32(bitPattern: 0xdead_beef))),
        ("u8 [131072] = 255", Instruction(.storeImmU8, x: 0x20000, y: 255)),
        ("u64 [131072] = -1", Instruction(.storeImmU64, x: 0x20000, y: -1)),
    ]

    @Test(arguments: lines.indices)
    func line(_ index: Int) throws {
        let (text, instruction) = Self.lines[index]
        #expect(try Self.instructions(text + "\n") == [instruction], "\(text)")
        // Blanks count for nothing, and a comment may follow.
        let spread = "\t " + text.replacing(" ", with: "  ") + " // why"
        #expect(try Self.instructions(spread) == [instruction], "\(spread)")
    }

    /// All ten comparisons, with registers, with an immediate on either side.
    @Test func conditions() throws {
        let rows: [(String, Instruction)] = [
            ("a0 == a1", Instruction(.branchEq, .a0, .a1, target: 0)),
            ("a0 != a1", Instruction(.branchNotEq, .a0, .a1, target: 0)),
            ("a0 <u a1", Instruction(.branchLessUnsigned, .a0, .a1, target: 0)),
            ("a0 <s a1", Instruction(.branchLessSigned, .a0, .a1, target: 0)),
            ("a0 >=u a1", Instruction(.branchGreaterOrEqualUnsigned, .a0, .a1, target: 0)),
            ("a0 >=s a1", Instruction(.branchGreaterOrEqualSigned, .a0, .a1, target: 0)),
            ("a0 >u a1", Instruction(.branchLessUnsigned, .a1, .a0, target: 0)),
            ("a0 >s a1", Instruction(.branchLessSigned, .a1, .a0, target: 0)),
            ("a0 <=u a1", Instruction(.branchGreaterOrEqualUnsigned, .a1, .a0, target: 0)),
            ("a0 <=s a1", Instruction(.branchGreaterOrEqualSigned, .a1, .a0, target: 0)),
            ("a0 == 5", Instruction(.branchEqImm, .a0, x: 5, target: 0)),
            ("a0 != -5", Instruction(.branchNotEqImm, .a0, x: -5, target: 0)),
            ("a0 <u 0xffffffff", Instruction(.branchLessUnsignedImm, .a0, x: -1, target: 0)),
            ("a0 <=u 5", Instruction(.branchLessOrEqualUnsignedImm, .a0, x: 5, target: 0)),
            ("a0 >u 5", Instruction(.branchGreaterUnsignedImm, .a0, x: 5, target: 0)),
            ("a0 >=u 5", Instruction(.branchGreaterOrEqualUnsignedImm, .a0, x: 5, target: 0)),
            ("a0 <s 5", Instruction(.branchLessSignedImm, .a0, x: 5, target: 0)),
            ("a0 <=s 5", Instruction(.branchLessOrEqualSignedImm, .a0, x: 5, target: 0)),
            ("a0 >s 5", Instruction(.branchGreaterSignedImm, .a0, x: 5, target: 0)),
            ("a0 >=s 5", Instruction(.branchGreaterOrEqualSignedImm, .a0, x: 5, target: 0)),
            ("5 == a0", Instruction(.branchEqImm, .a0, x: 5, target: 0)),
            ("5 <u a0", Instruction(.branchGreaterUnsignedImm, .a0, x: 5, target: 0)),
            ("5 >=s a0", Instruction(.branchLessOrEqualSignedImm, .a0, x: 5, target: 0)),
        ]
        for (text, instruction) in rows {
            #expect(try Self.instructions("@here:\njump @here if \(text)") == [instruction], "\(text)")
        }
    }

    /// In Latest32 there are only 32-bit operations, `i32` or not, and numbers are 32 bits.
    @Test func latest32() throws {
        let rows: [(String, Instruction)] = [
            ("a0 = a1 + a2", Instruction(.add32, .a1, .a2, .a0)),
            ("i32 a0 = a1 + a2", Instruction(.add32, .a1, .a2, .a0)),
            ("a0 = 0xffffffff", Instruction(.loadImm, .a0, x: -1)),
            ("a0 = 4294967295", Instruction(.loadImm, .a0, x: -1)),
            ("a0 = a1 >>r 3", Instruction(.rotateRightImm32, .a0, .a1, x: 3)),
            ("a0 = a1 & 0xffffff00", Instruction(.andImm, .a0, .a1, x: -256)),
            ("a0 = cpop a1", Instruction(.countSetBits32, .a0, .a1)),
        ]
        for (text, instruction) in rows {
            #expect(try Self.instructions(text, .latest32) == [instruction], "\(text)")
        }
    }

    @Test func labels() throws {
        let text = """
            // A loop.
            %isa = jam_v1
            pub @main:
              a0 = 3
            @loop:
              a0 = a0 - 1
              jump @loop if a0 != 0
            @end:
              ret
            """
        let blob = try Assembler.assemble(text)
        #expect(blob.instructionSet == .jamV1)
        #expect(blob.exports == [Blob.Export(codeOffset: 0, symbol: Array("main".utf8))])
        #expect(
            try Self.instructions(text) == [
                Instruction(.loadImm, .a0, x: 3), Instruction(.fallthrough), Instruction(.addImm64, .a0, .a0, x: -1),
                Instruction(.branchNotEqImm, .a0, x: 0, target: 4), Instruction(.jumpIndirect, .ra),
            ])
    }

    /// Without the `fallthrough` the label points into the block, which is fine for an export.
    @Test func labelWithoutFallthrough() throws {
        let blob = try Assembler.assemble("nop\npub @inside: %no_fallthrough\nret")
        #expect(blob.exports == [Blob.Export(codeOffset: 2, symbol: Array("inside".utf8))])
        #expect(blob.code.bytes == [100, 0, 50, 0])
    }

    /// Each load of a label's address has a jump table entry of its own.
    @Test func labelAddresses() throws {
        let text = "a0 = @f\na1 = @f\na2 = @g\nret\n@f:\nret\n@g:\nret"
        let blob = try Assembler.assemble(text)
        #expect(blob.code.jumpTable == [11, 11, 13])
        let loads = try Self.instructions(text).prefix(3)
        #expect(loads.map(\.x) == [2, 4, 6])
        // Numbered entries come first.
        let more = try Assembler.assemble("%jump_table 1 = @g\n%jump_table 2 = 77\n" + text)
        #expect(more.code.jumpTable == [13, 77, 11, 11, 13])
        #expect(more.code.instruction(at: 0, in: .latest64) == Instruction(.loadImm, .a0, x: 6))
    }

    @Test func data() throws {
        let text = """
            %ro_data_size = 8
            %ro_data = 61 62 6 3
            %ro_data = 64
            %rw_data = DEADbeef
            %stack_size = 4096
            %import 1 = 'write'
            trap
            """
        let blob = try Assembler.assemble(text)
        #expect(blob.readOnlyData == Array("abcd".utf8))
        #expect(blob.readOnlyDataSize == 8)
        #expect(blob.readWriteData == [0xde, 0xad, 0xbe, 0xef])
        #expect(blob.readWriteDataSize == 4)
        #expect(blob.stackSize == 4096)
        #expect(blob.imports == [[], Array("write".utf8)])
    }

    /// Distances at the edge of each length, forwards and backwards; the offset counts from the jump itself.
    @Test(arguments: [(125, 2), (126, 3), (32764, 3), (32765, 4)])
    func forwardLengths(_ between: Int, _ count: Int) throws {
        let filler = String(repeating: "trap\n", count: between)
        let blob = try Assembler.assemble("jump @end\n\(filler)@end:\ntrap")
        #expect(blob.code.skip(at: 0) + 1 == count)
        #expect(blob.code.instruction(at: 0, in: .latest64)?.target == UInt32(between + count))
    }

    @Test(arguments: [(128, 2), (129, 3), (32768, 3), (32769, 4)])
    func backwardLengths(_ between: Int, _ count: Int) throws {
        let filler = String(repeating: "trap\n", count: between)
        let blob = try Assembler.assemble("@start:\n\(filler)jump @start")
        #expect(blob.code.bytes.count == between + count)
        #expect(blob.code.instruction(at: between, in: .latest64)?.target == 0)
    }

    /// Dispatch tables need jumps of a fixed length.
    @Test func fixedLength() throws {
        let blob = try Assembler.assemble("%length = 5\njump @f\n%length = 5\njump @f\n@f:\n%length = 10\na0 = 1")
        #expect(blob.code.bytes == [40, 10, 0, 0, 0, 40, 5, 0, 0, 0, 20, 7, 1, 0, 0, 0, 0, 0, 0, 0])
        #expect(blob.code.bitmask == [0x21, 0x04, 0])
    }

    @Test func exactBytes() throws {
        let text = "%gap = 01 02\ninvalid\n%bytes = ff ee\ninvalid\n%bytes = c8 f7 0f\na5 = a0 + a5\nadd"
        #expect(throws: AsmErrors.self) { try Assembler.assemble(text) }
        let blob = try Assembler.assemble(String(text.dropLast(4)))
        #expect(blob.code.bytes == [1, 2, 0xff, 0xee, 0xc8, 0xf7, 0x0f])
        #expect(blob.code.bitmask == [0b0001_0100])
    }
}
