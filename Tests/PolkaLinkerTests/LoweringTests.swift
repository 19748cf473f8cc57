// Every instruction that a guest may contain, in every arrangement of its operands, against the evaluator.

import PolkaLinker
import RISCVELF
import TestSupport
import Testing

/// Instructions of one operand shape.
enum InstructionGroup: CaseIterable, Sendable {
    case immediates, registers, unary, conditionalMoves, selects, loadsAndStores, atomics, reservations, branches
    case others, compressed

    /// x0, then three registers so that every way in which operands can coincide comes up.
    private static let few: [RISCVRegister] = [.x0, .x10, .x11, .x12]
    /// The rest of the registers, in turns.
    private static let all: [RISCVRegister] = (0..<16).compactMap { RISCVRegister(rawValue: $0) }
        .filter { $0.rawValue != 3 && $0.rawValue != 4 }

    var snippets: [Snippet] {
        switch self {
        case .immediates: Self.immediatesSnippets
        case .registers:
            RISCVRegisterOperation.allCases.flatMap { operation in
                Self.triples.map { Snippet([.register(operation, rd: $0, rs1: $1, rs2: $2)]) }
            }
        case .unary:
            RISCVUnaryOperation.allCases.flatMap { operation in
                Self.pairs.map { Snippet([.unary(operation, rd: $0, rs1: $1)]) }
            }
        case .conditionalMoves:
            Self.triples.flatMap { rd, rs1, rs2 in
                [
                    Snippet([.moveIfZero(rd: rd, rs1: rs1, rs2: rs2)]),
                    Snippet([.moveIfNotZero(rd: rd, rs1: rs1, rs2: rs2)]),
                ]
            }
        case .selects:
            Self.triples.flatMap { rd, condition, ifTrue in
                Self.few.map { Snippet([.select(rd: rd, condition: condition, ifTrue: ifTrue, ifFalse: $0)]) }
            }
        case .loadsAndStores: Self.loadsAndStoresSnippets
        case .atomics:
            RISCVAtomicOperation.allCases.flatMap { operation in
                RISCVAtomicWidth.allCases.flatMap { width in
                    Self.triples.filter { $0.2 != .x0 }.map { rd, source, address in
                        Snippet(
                            [.atomic(operation, width, rd: rd, source: source, address: address)], pointer: address)
                    }
                }
            }
        case .reservations: Self.reservationsSnippets
        case .branches: Self.branchesSnippets
        case .others: Self.othersSnippets
        case .compressed: Self.compressedSnippets
        }
    }

    private static var pairs: [(RISCVRegister, RISCVRegister)] {
        few.flatMap { a in few.map { (a, $0) } } + zip(all, all.dropFirst(5) + all.prefix(5)).map { ($0, $1) }
    }

    private static var triples: [(RISCVRegister, RISCVRegister, RISCVRegister)] {
        few.flatMap { a in few.flatMap { b in few.map { (a, b, $0) } } }
            + all.indices.map { (all[$0], all[($0 + 3) % all.count], all[($0 + 7) % all.count]) }
    }

    private static var immediatesSnippets: [Snippet] {
        RISCVImmediateOperation.allCases.flatMap { operation -> [Snippet] in
            let values: [Int32] =
                switch operation {
                case .slli, .srli, .srai, .rori: [0, 1, 7, 31, 32, 33, 63]
                case .slliw, .srliw, .sraiw, .roriw: [0, 1, 7, 15, 16, 31]
                default: [0, 1, -1, 2, 127, 128, 255, -256, 2047, -2048]
                }
            return values.flatMap { value in
                pairs.map { Snippet([.immediate(operation, rd: $0, rs1: $1, value)]) }
            }
        }
    }

    private static var loadsAndStoresSnippets: [Snippet] {
        let offsets: [Int32] = [0, 1, -1, 3, 8, -8, 127, 128, -129, 2047, -2048]
        return offsets.flatMap { offset in
            pairs.filter { $0.1 != .x0 }.flatMap { register, base in
                RISCVLoadWidth.allCases.map {
                    Snippet([.load($0, rd: register, base: base, offset: offset)], pointer: base)
                }
                    + RISCVStoreWidth.allCases.map {
                        Snippet([.store($0, source: register, base: base, offset: offset)], pointer: base)
                    }
            }
        }
    }

    private static var reservationsSnippets: [Snippet] {
        RISCVAtomicWidth.allCases.flatMap { width in
            triples.filter { $0.2 != .x0 }.map { rd, source, address in
                Snippet([.storeConditional(width, rd: rd, source: source, address: address)], pointer: address)
            }
                + pairs.filter { $0.1 != .x0 }.map { rd, address in
                    Snippet([.loadReserved(width, rd: rd, address: address)], pointer: address)
                }
        }
    }

    private static var branchesSnippets: [Snippet] {
        RISCVCondition.allCases.flatMap { condition in
            pairs.flatMap { a, b in
                [
                    // Taken or not, over an instruction that shows it.
                    Snippet([.branch(condition, a, b, offset: 8), .immediate(.addi, rd: .x13, rs1: .x13, 5)]),
                    // To the instruction that follows anyway.
                    Snippet([.branch(condition, a, b, offset: 4), .immediate(.addi, rd: .x13, rs1: .x13, 7)]),
                    // Backward, into code in front of the branch.
                    Snippet(
                        "j 2f\n1: addi a3, a3, 9\nj 3f\n2: \(condition.rawValue) \(a), \(b), 1b\naddi a3, a3, 17\n3:"),
                ]
            }
        }
    }

    private static var othersSnippets: [Snippet] {
        let constants: [Int32] = [0, 4096, -4096, 0x7fff_f000, .min, 0x1234_5000]
        return all.flatMap { rd in
            constants.map { Snippet([.lui(rd: rd, immediate: $0)]) } + [Snippet([.heapBase(rd: rd)])]
        } + [
            Snippet([.fence]), Snippet("fence.i"), Snippet("nop"),
            // Longer constants, in one instruction of the machine or several.
            Snippet("li a0, 0x12345678"), Snippet("li a0, -1234567890123456789"), Snippet("li a1, 0x80000000"),
            Snippet("lui a0, 0x80000\naddiw a0, a0, -1"), Snippet("lui a0, 0x7ffff\naddi a1, a0, 2047"),
            // Instructions that share temporaries and save registers of each other.
            Snippet("orc.b a0, a1\norc.b a1, a0\namomaxu.w a2, a3, (s0)\norc.b ra, ra", pointer: .x8),
            Snippet("1: addi a0, a0, -1\norc.b a1, a0\nandi a0, a0, 15\nbnez a0, 1b"),
        ]
    }

    private static var compressedSnippets: [Snippet] {
        let plain = [
            "c.nop", "c.li a0, -32", "c.li ra, 31", "c.lui a5, 31", "c.lui t0, 0xfffe0", "c.addi a0, -1",
            "c.addi t2, 31",
            "c.addiw s1, -32", "c.addiw a0, 0", "c.addi16sp sp, -512", "c.addi16sp sp, 496", "c.addi4spn a3, sp, 1020",
            "c.slli a0, 63", "c.slli sp, 1", "c.srli a1, 33", "c.srai a5, 63", "c.andi s0, -17", "c.and a0, a1",
            "c.or a2, a3", "c.xor s1, a5", "c.sub a0, s0", "c.subw a1, a2", "c.addw a3, a3", "c.mv ra, sp",
            "c.mv t0, a5", "c.add t1, t1", "c.add a0, ra", "c.beqz a0, 1f\nc.addi a1, 1\n1:",
            "c.bnez s1, 1f\nc.addi a1, 1\n1:", "c.j 1f\nc.addi a1, 1\n1:",
        ].map { Snippet($0) }
        let memory = ["c.lw a0, 124(a1)", "c.ld a1, 248(a1)", "c.sw a2, 4(a1)", "c.sd a1, 0(a1)"]
            .map { Snippet($0, pointer: .x11) }
        let stack = ["c.lwsp ra, 252(sp)", "c.ldsp sp, 504(sp)", "c.swsp t2, 0(sp)", "c.sdsp sp, 504(sp)"]
            .map { Snippet($0, pointer: .x2) }
        return plain + memory + stack
    }
}

@Suite struct LoweringTests {
    @Test(arguments: InstructionGroup.allCases, LinkOptions.Optimization.allCases)
    func everyInstruction(_ group: InstructionGroup, _ optimization: LinkOptions.Optimization) throws {
        let snippets = group.snippets
        let comparison = try Comparison(snippets, optimization, isCompressed: group == .compressed)
        let count = try comparison.run(stateCount: group == .loadsAndStores ? 2 : 24, seed: 1)
        #expect(count > 100)
    }

    /// Straight code, with branches over single instructions, at random.
    @Test(arguments: LinkOptions.Optimization.allCases, [UInt64(11), 12, 13])
    func randomSequences(_ optimization: LinkOptions.Optimization, _ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let snippets = (0..<1000).map { _ in
            Snippet(RandomCode.sequence(&generator), pointer: RandomCode.pointer)
        }
        try Comparison(snippets, optimization, savesRegisters: true).run(stateCount: 3, seed: seed)
    }
}

/// Random instructions of all kinds; memory is reached through one register that nothing changes.
private enum RandomCode {
    static let pointer = RISCVRegister.x8
    private static let sources: [RISCVRegister] = [
        .x0, .x1, .x2, .x5, .x6, .x7, .x8, .x9, .x10, .x11, .x12, .x13, .x14, .x15,
    ]
    private static let destinations = sources.filter { $0 != pointer }

    static func sequence(_ generator: inout SeededGenerator) -> [RISCVOperation] {
        let count = Int.random(in: 1...20, using: &generator)
        var result: [RISCVOperation] = []
        for _ in 0..<count {
            if Int.random(in: 0..<8, using: &generator) == 0 {
                let condition = pick(RISCVCondition.allCases, &generator)
                result.append(.branch(condition, source(&generator), source(&generator), offset: 8))
            }
            result.append(operation(&generator))
        }
        return result
    }

    private static func operation(_ generator: inout SeededGenerator) -> RISCVOperation {
        let (rd, rs1, rs2) = (pick(destinations, &generator), source(&generator), source(&generator))
        let width = pick(RISCVAtomicWidth.allCases, &generator)
        let offset = Int32.random(in: -64...64, using: &generator)
        switch Int.random(in: 0..<13, using: &generator) {
        case 0, 1:
            let operation = pick(RISCVImmediateOperation.allCases, &generator)
            let value =
                switch operation {
                case .slli, .srli, .srai, .rori: Int32.random(in: 0...63, using: &generator)
                case .slliw, .srliw, .sraiw, .roriw: Int32.random(in: 0...31, using: &generator)
                default: Int32.random(in: -2048...2047, using: &generator)
                }
            return .immediate(operation, rd: rd, rs1: rs1, value)
        case 2, 3, 4:
            return .register(pick(RISCVRegisterOperation.allCases, &generator), rd: rd, rs1: rs1, rs2: rs2)
        case 5: return .unary(pick(RISCVUnaryOperation.allCases, &generator), rd: rd, rs1: rs1)
        case 6: return .lui(rd: rd, immediate: Int32(truncatingIfNeeded: generator.next()) & ~0xfff)
        case 7: return .moveIfZero(rd: rd, rs1: rs1, rs2: rs2)
        case 8: return .select(rd: rd, condition: rs1, ifTrue: rs2, ifFalse: source(&generator))
        case 9: return .load(pick(RISCVLoadWidth.allCases, &generator), rd: rd, base: pointer, offset: offset)
        case 10: return .store(pick(RISCVStoreWidth.allCases, &generator), source: rs1, base: pointer, offset: offset)
        case 11: return .storeConditional(width, rd: rd, source: rs1, address: pointer)
        default:
            let operation = pick(RISCVAtomicOperation.allCases, &generator)
            return .atomic(operation, width, rd: rd, source: rs1, address: pointer)
        }
    }

    private static func source(_ generator: inout SeededGenerator) -> RISCVRegister { pick(sources, &generator) }

    private static func pick<T>(_ list: [T], _ generator: inout SeededGenerator) -> T {
        list[Int.random(in: list.indices, using: &generator)]
    }
}
