// Text and instructions back and forth: every opcode of every kind, and random programs, well formed and not.

import PolkaAsm
import PolkaBlob
import PolkaISA
import TestSupport
import Testing

@Suite struct RoundTripTests {
    static let edges: [Int32] = [
        0, 1, -1, 2, 0x7f, -0x80, 0x80, -0x81, 255, 4095, -4095, -4096, 0x7fff, -0x8000, 0x8000, 0x7f_ffff, -0x80_0000,
        0x80_0000, .max, .min,
    ]

    /// An instruction that uses just the operands of its format.
    static func example(
        of opcode: Opcode, x: Int32, y: Int32, _ registers: [Register] = [.a1, .a5, .ra]
    ) -> Instruction {
        let wide = Int64(x) << 32 | Int64(UInt32(bitPattern: y))
        let (first, second, third) = (registers[0], registers[1], registers[2])
        return switch opcode.format {
        case .none: Instruction(opcode)
        case .immediate: Instruction(opcode, x: Int64(x))
        case .registerWideImmediate: Instruction(opcode, first, x: wide)
        case .immediateImmediate: Instruction(opcode, x: Int64(x), y: y)
        case .offset: Instruction(opcode, target: UInt32(bitPattern: y))
        case .registerImmediate: Instruction(opcode, first, x: Int64(x))
        case .registerImmediateImmediate: Instruction(opcode, first, x: Int64(x), y: y)
        case .registerImmediateOffset: Instruction(opcode, first, x: Int64(x), target: UInt32(bitPattern: y))
        case .registerRegister: Instruction(opcode, first, second)
        case .registerRegisterImmediate: Instruction(opcode, first, second, x: Int64(x))
        case .registerRegisterOffset: Instruction(opcode, first, second, target: UInt32(bitPattern: y))
        case .registerRegisterImmediateImmediate: Instruction(opcode, first, second, x: Int64(x), y: y)
        case .registerRegisterRegister: Instruction(opcode, first, second, third)
        }
    }

    static func formatters(_ set: InstructionSet) -> [InstructionFormatter] {
        var plain = InstructionFormatter(set)
        plain.usesPlainNames = true
        var unaliased = InstructionFormatter(set)
        unaliased.prefersUnaliased = true
        return [InstructionFormatter(set), plain, unaliased]
    }

    /// The text of each instruction assembles to that instruction, whatever the immediates and the options.
    @Test(arguments: InstructionSet.allCases)
    func everyInstruction(_ set: InstructionSet) throws {
        for opcode in Opcode.allCases where set.contains(opcode) {
            var expected: [Instruction] = []
            for x in Self.edges {
                for y in Self.edges {
                    expected.append(Self.example(of: opcode, x: x, y: y))
                    // Equal registers: some forms differ.
                    expected.append(Self.example(of: opcode, x: x, y: y, [.ra, .ra, .ra]))
                }
            }
            for formatter in Self.formatters(set) {
                let text = expected.map { instruction in
                    // The text of a small wide number is that of `load_imm`; the length tells them apart.
                    (opcode == .loadImm64 ? "%length = 10\n" : "") + formatter.text(of: instruction)
                }.joined(separator: "\n")
                #expect(try AssemblerTests.instructions(text, set) == expected, "\(opcode.mnemonic)")
            }
        }
    }

    /// isa.md 8.2, one row for each written form, and the short forms.
    @Test func texts() {
        let rows: [(Instruction, String)] = [
            (Instruction(.memset), "[a0..a0 + a2] = u8 a1"),
            (Instruction(.ecalli, x: -1), "ecalli 4294967295"),
            (Instruction(.loadImm64, .a0, x: 5), "a0 = 0x5"),
            (Instruction(.loadImm64, .a0, x: -1), "a0 = 0xffffffffffffffff"),
            (Instruction(.loadImm, .a0, x: -256), "a0 = 0xffffffffffffff00"),
            (Instruction(.loadImm, .a0), "a0 = 0"),
            (Instruction(.storeImmU8, x: 0x10000, y: 1), "u8 [0x10000] = 0x1"),
            (Instruction(.storeImmIndirectU16, .a0, x: -8, y: 1), "u16 [a0 + -8] = 0x1"),
            (Instruction(.storeImmIndirectU16, .a0, y: 1), "u16 [a0 + 0] = 0x1"),
            (Instruction(.jumpIndirect, .ra), "ret"),
            (Instruction(.jumpIndirect, .a0), "jump [a0]"),
            (Instruction(.jumpIndirect, .ra, x: 4), "jump [ra + 0x4]"),
            (Instruction(.loadImmAndJump, .ra, x: -4, target: 9), "ra = -4, jump 9"),
            (Instruction(.loadImmAndJumpIndirect, .ra, .a0, x: -4, y: 9), "ra = -4, jump [a0 + 0x9]"),
            (Instruction(.loadImmAndJumpIndirect, .ra, .ra, x: 4), "tmp = ra, ra = 4, jump [tmp]"),
            (Instruction(.branchLessOrEqualSignedImm, .a0, x: -4, target: 9), "jump 9 if a0 <=s -4"),
            (Instruction(.branchGreaterOrEqualUnsigned, .a0, .a1, target: 9), "jump 9 if a0 >=u a1"),
            (Instruction(.sbrk, .a0, .a1), "a0 = sbrk a1"),
            (Instruction(.countLeadingZeroBits32, .a0, .a1), "i32 a0 = clz a1"),
            (Instruction(.loadIndirectU16, .a0, .a1), "a0 = u16 [a1]"),
            (Instruction(.loadIndirectU16, .a0, .a1, x: -2), "a0 = u16 [a1 + 0xfffffffffffffffe]"),
            (Instruction(.storeIndirectU8, .a0, .a1, x: 2), "u8 [a1 + 0x2] = a0"),
            (Instruction(.addImm64, .a0, .a1, x: -4095), "a0 = a1 - 4095"),
            (Instruction(.addImm64, .a0, .a1, x: -4096), "a0 = a1 + 0xfffffffffffff000"),
            (Instruction(.addImm32, .a0, .a1, x: -1), "i32 a0 = a1 - 1"),
            (Instruction(.negateAndAddImm64, .a0, .a1), "a0 = -a1"),
            (Instruction(.negateAndAddImm32, .a0, .a1, x: 1), "i32 a0 = 0x1 - a1"),
            (Instruction(.shiftArithmeticRightImmAlt64, .a0, .a1, x: 1), "a0 = 0x1 >>a a1"),
            (Instruction(.rotateRightImm32, .a0, .a1, x: 1), "i32 a0 = a1 >>r 0x1"),
            (Instruction(.cmovIfNotZeroImm, .a0, .a1, x: 1), "a0 = 0x1 if a1 != 0"),
            (Instruction(.cmovIfZero, .a0, .a1, .a2), "a2 = a0 if a1 == 0"),
            (Instruction(.andInverted, .a0, .a1, .a2), "a2 = a0 & ~a1"),
            (Instruction(.mulUpperSignedUnsigned, .a0, .a1, .a2), "a2 = a0 mulhsu a1"),
            (Instruction(.xnor, .a0, .a1, .a2), "a2 = ~(a0 ^ a1)"),
            (Instruction(.minimumUnsigned, .a0, .a1, .a2), "a2 = minu(a0, a1)"),
        ]
        let formatter = InstructionFormatter(.latest64)
        for (instruction, text) in rows { #expect(formatter.text(of: instruction) == text) }
        #expect(formatter.text(of: nil) == "invalid")
        #expect(formatter.text(of: Instruction(.jump, target: 4)) { "@\($0)" } == "jump @4")

        let narrow = InstructionFormatter(.latest32)
        #expect(narrow.text(of: Instruction(.loadImm, .a0, x: -256)) == "a0 = 0xffffff00")
        #expect(narrow.text(of: Instruction(.rotateRightImm32, .a0, .a1, x: 1)) == "a0 = a1 >>r 0x1")

        var unaliased = InstructionFormatter(.latest64)
        unaliased.prefersUnaliased = true
        #expect(unaliased.text(of: Instruction(.jumpIndirect, .ra)) == "jump [ra + 0]")
        #expect(unaliased.text(of: Instruction(.addImm64, .a0, .a1, x: -1)) == "a0 = a1 + 0xffffffffffffffff")
        #expect(unaliased.text(of: Instruction(.negateAndAddImm64, .a0, .a1)) == "a0 = 0 - a1")
        #expect(unaliased.text(of: Instruction(.loadIndirectU8, .a0, .a1)) == "a0 = u8 [a1 + 0]")
    }

    // MARK: Programs

    /// Checks that the listing of a program, in each of its forms, assembles to the program.
    static func check(_ blob: Blob, _ comment: Comment) throws {
        for raw in [false, true] {
            for plain in [false, true] {
                let listing = DisassemblyTests.listing(blob) { options in
                    options.showsRawBytes = raw
                    options.usesPlainNames = plain
                    options.prefersUnaliased = plain
                    if raw { options.blockCost = { Int64($0) } }
                }
                let result = try Assembler.assemble(listing, for: .latest64)
                #expect(result == blob, comment)
                if result != blob { return }
            }
        }
    }

    static func symbol(_ generator: inout SeededGenerator) -> [UInt8] {
        let symbols: [[UInt8]] = [
            Array("name".utf8), Array("größe 多".utf8), Array("it's] //\n".utf8), [0xff, 0], [], Array("0x41".utf8),
            Array("a // b".utf8), Array("#]: '".utf8.dropLast()),
        ]
        return symbols[Int.random(in: 0..<symbols.count, using: &generator)]
    }

    /// Jumps to anywhere, encoded one after the other as short as they can be at their place.
    static func program(_ set: InstructionSet, _ generator: inout SeededGenerator) -> Blob {
        let opcodes = Opcode.allCases.filter(set.contains)
        let count = Int.random(in: 1...60, using: &generator)
        let reach = UInt32(count * 5)
        var code: [UInt8] = []
        var starts: [Int] = []
        for _ in 0..<count {
            let opcode = opcodes[Int.random(in: 0..<opcodes.count, using: &generator)]
            let registers = (0..<3).map { _ in Register(nibble: UInt8.random(in: 0...15, using: &generator)) }
            let x = edges[Int.random(in: 0..<edges.count, using: &generator)]
            let y = edges[Int.random(in: 0..<edges.count, using: &generator)]
            var instruction = example(of: opcode, x: x, y: y, registers)
            if opcode.format.hasTarget, Int.random(in: 0..<4, using: &generator) > 0 {
                instruction.target = UInt32.random(in: 0...reach, using: &generator)
                if Bool.random(using: &generator), let start = starts.randomElement(using: &generator) {
                    instruction.target = UInt32(start)
                }
            }
            starts.append(code.count)
            instruction.encode(into: &code, at: UInt32(code.count), for: set)
        }
        let mask = CodeMap.bitmask(ofStarts: starts, byteCount: code.count)
        return dressed(Blob(instructionSet: set, code: CodeMap(bytes: code, bitmask: mask)), &generator)
    }

    /// Any bytes with any bits.
    static func noise(_ set: InstructionSet, _ generator: inout SeededGenerator) -> Blob {
        let count = Int.random(in: 0...200, using: &generator)
        let density = Int.random(in: 1...60, using: &generator)
        let code = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let starts = (0..<count).filter { _ in Int.random(in: 0..<density, using: &generator) == 0 }
        let mask = CodeMap.bitmask(ofStarts: starts, byteCount: count)
        return dressed(Blob(instructionSet: set, code: CodeMap(bytes: code, bitmask: mask)), &generator)
    }

    /// Adds data, imports, exports and a jump table.
    private static func dressed(_ plain: Blob, _ generator: inout SeededGenerator) -> Blob {
        var blob = plain
        let end = UInt32(blob.code.bytes.count)
        let starts = (0...end).filter { blob.code.startsInstruction(at: Int($0)) }
        func place() -> UInt32 {
            if Bool.random(using: &generator), let start = starts.randomElement(using: &generator) { return start }
            return UInt32.random(in: 0...(end + 9), using: &generator)
        }
        for _ in 0..<Int.random(in: 0...5, using: &generator) { blob.code.jumpTable.append(place()) }
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            blob.exports.append(Blob.Export(codeOffset: place(), symbol: symbol(&generator)))
        }
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            blob.imports.append(Bool.random(using: &generator) ? symbol(&generator) : nil)
        }
        let data = (0..<Int.random(in: 0...100, using: &generator)).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        blob.readOnlyData = data
        blob.readOnlyDataSize = UInt32(data.count) + UInt32.random(in: 0...9, using: &generator)
        blob.readWriteData = Array(data.prefix(7))
        blob.readWriteDataSize = 7
        blob.stackSize = UInt32.random(in: 0...0x10000, using: &generator)
        if data.count < 7 { blob.readWriteDataSize = UInt32(data.count) }
        return blob
    }

    @Test(arguments: InstructionSet.allCases)
    func programs(_ set: InstructionSet) throws {
        for seed in 0..<300 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            try Self.check(Self.program(set, &generator), "program, seed \(seed)")
            try Self.check(Self.noise(set, &generator), "noise, seed \(seed)")
        }
    }

    /// A jump of three bytes over 125 bytes, which two would cover: both lengths are consistent, the listing says which.
    @Test func lengthsThatAreNotTheSmallest() throws {
        var code: [UInt8] = [40, 128, 0]
        code += [UInt8](repeating: 0, count: 126)
        let blob = Blob(
            instructionSet: .latest64,
            code: CodeMap(
                bytes: code, bitmask: CodeMap.bitmask(ofStarts: [0] + Array(3..<code.count), byteCount: code.count)))
        let listing = DisassemblyTests.listing(blob)
        #expect(listing.contains("%length = 3\n     0: jump @126\n"))
        #expect(try Assembler.assemble(listing) == blob)
    }
}
