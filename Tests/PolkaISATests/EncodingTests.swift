// Encoding and decoding of every instruction of every kind, and the numbering of the kinds.

import PolkaISA
import Testing

@Suite struct EncodingTests {
    /// Immediates at the edges of every encoded length (isa.md 4.2), and their lengths.
    static let edges: [(Int32, Int)] = [
        (0, 0), (1, 1), (-1, 1), (0x7f, 1), (-0x80, 1), (0x80, 2), (-0x81, 2), (0x7fff, 2), (-0x8000, 2), (0x8000, 3),
        (0x7f_ffff, 3), (-0x80_0000, 3), (0x80_0000, 4), (.max, 4), (.min, 4),
    ]

    @Test func immediateLengths() {
        for (value, count) in Self.edges { #expect(Instruction.byteCount(of: value) == count, "\(value)") }
    }

    @Test(arguments: InstructionSet.allCases)
    func roundTrip(_ set: InstructionSet) {
        for opcode in Opcode.allCases {
            #expect((set.byte(of: opcode) != nil) == set.contains(opcode))
            if set.contains(opcode) { roundTrip(opcode, set) }
        }
    }

    private func roundTrip(_ opcode: Opcode, _ set: InstructionSet) {
        for (x, _) in Self.edges {
            for (y, _) in Self.edges {
                for offset: UInt32 in [0, 1000, 0xffff_ff00] {
                    check(Self.example(of: opcode, x: x, y: y), at: offset, set)
                }
            }
        }
    }

    /// Bytes behind the instruction must not change what it decodes to.
    private func check(_ instruction: Instruction, at offset: UInt32, _ set: InstructionSet) {
        // A large offset stands for a large program: targets wrap, but the code itself starts at 0.
        var encoded: [UInt8] = []
        instruction.encode(into: &encoded, at: offset, for: set)
        #expect(encoded.count == instruction.encodedByteCount(at: offset))
        let code = encoded + [0xa5, 0x5a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
        let opcode = set.opcode(of: code[0])
        #expect(opcode == instruction.opcode)
        var decoded = Instruction(decoding: instruction.opcode, in: code.span, at: 0, skip: encoded.count - 1)
        if decoded.opcode.format.hasTarget { decoded.target &+= offset }
        #expect(decoded == instruction)
    }

    /// An instruction that uses just the operands of its format.
    static func example(of opcode: Opcode, x: Int32, y: Int32) -> Instruction {
        let wide = Int64(x) << 32 | Int64(UInt32(bitPattern: y))
        return switch opcode.format {
        case .none: Instruction(opcode)
        case .immediate: Instruction(opcode, x: Int64(x))
        case .registerWideImmediate: Instruction(opcode, .s1, x: wide)
        case .immediateImmediate: Instruction(opcode, x: Int64(x), y: y)
        case .offset: Instruction(opcode, target: UInt32(bitPattern: y))
        case .registerImmediate: Instruction(opcode, .a5, x: Int64(x))
        case .registerImmediateImmediate: Instruction(opcode, .t2, x: Int64(x), y: y)
        case .registerImmediateOffset: Instruction(opcode, .a0, x: Int64(x), target: UInt32(bitPattern: y))
        case .registerRegister: Instruction(opcode, .sp, .a4)
        case .registerRegisterImmediate: Instruction(opcode, .a1, .ra, x: Int64(x))
        case .registerRegisterOffset: Instruction(opcode, .a2, .a3, target: UInt32(bitPattern: y))
        case .registerRegisterImmediateImmediate: Instruction(opcode, .ra, .t0, x: Int64(x), y: y)
        case .registerRegisterRegister: Instruction(opcode, .t1, .s0, .a5)
        }
    }

    /// isa.md 2: what each kind lacks, and the two shifts of JamV1.
    @Test func kinds() {
        let count = { (set: InstructionSet) in Opcode.allCases.filter(set.contains).count }
        #expect(Opcode.allCases.count == 141)
        #expect(count(.latest64) == 141)
        #expect(count(.reviveV1) == 138)
        #expect(count(.jamV1) == 139)
        #expect(InstructionSet.jamV1.byte(of: .unlikely) == 2)
        #expect(InstructionSet.jamV1.byte(of: .countSetBits64) == 101)
        #expect(InstructionSet.jamV1.byte(of: .reverseByte) == 110)
        #expect(InstructionSet.jamV1.opcode(of: 111) == nil)
        #expect(InstructionSet.latest64.byte(of: .unlikely) == 3)
        for set in InstructionSet.allCases { #expect(set.opcode(of: 255) == nil) }
        #expect(!InstructionSet.latest32.contains(.loadIndirectU32))
        #expect(InstructionSet.latest32.contains(.loadIndirectI32))
        #expect(!InstructionSet.latest32.contains(.rotateLeft64))
    }

    @Test func mnemonics() {
        #expect(Opcode.branchLessOrEqualUnsignedImm.mnemonic == "branch_less_or_equal_unsigned_imm")
        #expect(Opcode.loadImm64.mnemonic == "load_imm64")
        #expect(Opcode.storeImmIndirectU16.mnemonic == "store_imm_indirect_u16")
        #expect(Opcode.shiftLogicalLeftImmAlt32.mnemonic == "shift_logical_left_imm_alt_32")
        #expect(Opcode.signExtend8.mnemonic == "sign_extend_8")
        #expect(Opcode.fallthrough.mnemonic == "fallthrough")
        #expect(Set(Opcode.allCases.map(\.mnemonic)).count == 141)
    }

    /// isa.md 3.3 and 4: registers clamp to 12, lengths to 4, and operands are read past the end as zeros.
    @Test func malformedOperands() {
        let wild: [UInt8] = [200, 0xfe, 0xff]
        let add = Instruction(decoding: .add64, in: wild.span, at: 0, skip: 2)
        #expect(add == Instruction(.add64, .a5, .a5, .a5))
        let cut: [UInt8] = [149]
        #expect(
            Instruction(decoding: .addImm64, in: cut.span, at: 0, skip: 0) == Instruction(.addImm64, .ra, .ra, x: 0))
        let long: [UInt8] = [30, 7, 1, 2, 3, 4, 5, 6, 7, 8]
        let store = Instruction(decoding: .storeImmU8, in: long.span, at: 0, skip: 9)
        #expect(store == Instruction(.storeImmU8, x: 0x0403_0201, y: 0x0807_0605))
        // The first immediate of four bytes reaches beyond a skip of 1: it is read all the same.
        let short = Instruction(decoding: .storeImmU8, in: long.span, at: 0, skip: 1)
        #expect(short == Instruction(.storeImmU8, x: 0x0403_0201, y: 0))
    }
}
