// The passes of -O2, one by one: what they make of a few instructions, and what they must leave alone.

import PolkaBlob
import PolkaISA
import PolkaLinker
import PolkaVM
import RISCVELF
import TestSupport
import Testing

@Suite struct OptimizerTests {
    /// The listing of code that is exported as `f`, linked with some of the passes, or all.
    private func listing(_ code: String, _ passes: Set<LinkOptions.OptionalPass>? = nil) throws -> [String] {
        try link(code, passes).listing
    }

    private func link(_ code: String, _ passes: Set<LinkOptions.OptionalPass>? = nil) throws -> LinkResult {
        var options = LinkOptions(optimization: .full)
        if let passes { options.disabledPasses = Set(LinkOptions.OptionalPass.allCases).subtracting(passes) }
        return try Guest.link(code + "\nexport f\n", options: options)
    }

    // MARK: propagate-constants

    private static let constants: Set<LinkOptions.OptionalPass> = [.propagateConstants, .removeDeadOperations]

    @Test func constantsBecomeImmediates() throws {
        // The comparison, and the sum of two parts of a constant.
        let code = "f: li a3, 5\nlui a2, 0x12345\naddi a2, a2, 0x67\nbeq a0, a3, 1f\nadd a0, a0, a2\n1: ret"
        #expect(
            try listing(code, Self.constants) == ["jump @2 if a0 == 5", "a0 = a0 + 0x12345067", "fallthrough", "ret"])
        #expect(try link(code).call("f", 5) == 5)
        #expect(try link(code).call("f", 6) == 0x1234506d)
    }

    /// A constant that somebody needs in its register stays there, and its other users use that: immediates take bytes.
    @Test func neededConstantsStay() throws {
        let code = "f: li a1, 0x7654321\nadd a0, a0, a1\nret"
        // a1 is a result as well.
        #expect(try listing(code) == ["a1 = 0x7654321", "a0 = a0 + a1", "ret"])
    }

    /// A large constant with many users stays in its register.
    @Test func immediatesAreNotFree() throws {
        let code = "f: li a2, 0x7654321\nadd a0, a0, a2\nxor a0, a0, a2\nadd a0, a0, a2\nret"
        #expect(try listing(code).first == "a2 = 0x7654321")
    }

    @Test func addressesBecomeAbsolute() throws {
        let code = "f: lla a1, data\nld a0, 8(a1)\nli a1, 0\nret\n.data\n.p2align 3\ndata: .quad 7, 9"
        #expect(try listing(code) == ["a0 = u64 [0x20008]", "a1 = 0", "ret"])
        #expect(try link(code).call("f") == 9)
    }

    /// What a branch has found out is known where it leads.
    @Test func branchesTell() throws {
        #expect(
            try listing("f: bnez a0, 1f\nli a0, 0\nret\n1: li a0, 3\nret").filter { $0.hasPrefix("a0") } == ["a0 = 0x3"]
        )
        let code = "f: li a2, 9\nbne a0, a2, 1f\nadd a0, a0, a2\n1: ret"
        #expect(try link(code).call("f", 9) == 18)
        #expect(try link(code).call("f", 8) == 8)
    }

    /// A branch that always goes one way is a jump, and the other way goes.
    @Test func decidedBranches() throws {
        #expect(try listing("f: li a1, 4\nli a2, 5\nblt a1, a2, 1f\nli a0, 1\n1: ret") == ["a1 = 0x4", "ret"])
    }

    /// Around a loop a constant is one only if the loop leaves it alone.
    @Test func loops() throws {
        let code = "f: li a1, 0\nli a2, 3\n1: add a1, a1, a2\naddi a0, a0, -1\nbnez a0, 1b\nmv a0, a1\nret"
        #expect(try link(code).call("f", 5) == 15)
        let changing =
            "f: li a1, 0\nli a2, 3\n1: add a1, a1, a2\naddi a2, a2, 1\naddi a0, a0, -1\nbnez a0, 1b\nmv a0, a1\nret"
        #expect(try link(changing).call("f", 3) == 3 + 4 + 5)
    }

    /// Division of 0 by 0, and shifts by more than there are bits, are folded as the machine computes them.
    @Test func foldedAsExecuted() throws {
        let code = "f: li a1, 0\nli a2, 0\ndivu a0, a1, a2\nret"
        #expect(try link(code).call("f") == .max)
        let shift = "f: li a1, 65\nli a2, 3\nsll a0, a2, a1\nret"
        #expect(try link(shift).call("f") == 6)
    }

    // MARK: remove-dead-operations

    @Test func deadOperations() throws {
        // Where a function returns to is found out along with the constants.
        let dead: Set<LinkOptions.OptionalPass> = [.propagateConstants, .removeDeadOperations]
        // t0 is nothing that a host reads; the store is.
        #expect(
            try listing("f: addi t0, a0, 1\nslli t0, t0, 3\nsd a0, 0(a1)\nret", dead) == ["u64 [a1] = a0", "ret"])
        // In a loop only the dead register itself keeps its operation.
        #expect(
            try listing("f: addi t0, t0, 1\naddi a0, a0, -1\nbnez a0, f\nret", dead)
                == ["a0 = a0 - 1", "jump @0 if a0 != 0", "ret"])
    }

    /// Functions of hand-written code pass values in any register.
    @Test func unusualConventions() throws {
        let code = """
            f: mv s0, ra
            li t2, 40
            call g
            add a0, t1, t2
            call g
            add a0, a0, t1
            mv ra, s0
            ret
            g: addi t1, t2, 2
            ret
            """
        #expect(try link(code).call("f") == 40 + 42 + 42)
    }

    /// A function that the host calls as well returns to either.
    @Test func exportedAndCalled() throws {
        let code = """
            f: mv s0, ra
            call g
            add a0, a0, t0
            mv ra, s0
            ret
            g: li t0, 7
            addi a0, a0, 1
            ret
            export g
            """
        let result = try link(code)
        #expect(try result.call("f", 1) == 9)
        #expect(try result.call("g", 1) == 2)
    }

    // MARK: propagate-copies

    @Test func copies() throws {
        let code = "f: mv t0, a0\nadd a1, t0, t0\nmv a0, t0\nret"
        let passes: Set<LinkOptions.OptionalPass> = [.propagateCopies, .propagateConstants, .removeDeadOperations]
        #expect(try listing(code, passes) == ["a1 = a0 + a0", "ret"])
        // The original is changed before the copy is read.
        let changed = "f: mv t0, a0\naddi a0, a0, 1\nadd a0, a0, t0\nret"
        #expect(try link(changed).call("f", 5) == 11)
    }

    // MARK: Control

    /// A function with one caller becomes part of it.
    @Test func oneCaller() throws {
        let code = "f: mv t1, ra\ncall g\naddi a0, a0, 1\njr t1\ng: slli a0, a0, 1\nret"
        let result = try link(code)
        #expect(result.blob.code.jumpTable.isEmpty)
        #expect(!result.listing.contains { $0.contains("jump @") })
        #expect(try result.call("f", 4) == 9)
    }

    @Test func shortTails() throws {
        let code =
            "f: beqz a0, 1f\naddi a0, a0, 5\nj 2f\n1: addi a0, a0, 9\nslli a0, a0, 2\naddi a0, a0, 1\n2: addi a0, a0, 3\nret"
        #expect(!(try listing(code).contains { $0.hasPrefix("jump @") && !$0.contains("if") }))
        for argument in [UInt64(0), 1] {
            let expected = try Guest.link(code + "\nexport f\n", options: LinkOptions(optimization: .none)).call(
                "f", argument)
            #expect(try link(code).call("f", argument) == expected)
        }
    }

    @Test func equalBlocks() throws {
        let code = "f: beqz a0, 1f\nbeqz a1, 2f\nli a0, 3\nret\n1: li a0, 4\nli a1, 4\nret\n2: li a0, 4\nli a1, 4\nret"
        #expect(try listing(code).filter { $0 == "a1 = 0x4" }.count == 1)
        #expect(try link(code).call("f", 0, 1) == 4)
        #expect(try link(code).call("f", 1, 0) == 4)
        #expect(try link(code).call("f", 1, 1) == 3)
    }

    // MARK: All of them

    /// Random programs of several functions give the same results and leave the same memory at every level and without each
    /// pass.
    @Test(arguments: 0..<8) func randomPrograms(_ batch: Int) throws {
        var generator = SeededGenerator(seed: UInt64(100 + batch))
        for number in 0..<25 {
            let source = RandomProgram(&generator).text
            let elf = try Guest.elf(source)
            let arguments = (0..<3).map { _ in generator.next() >> UInt64(generator.next() & 63) }
            var expected: [[UInt64]]?
            var variants: [(String, LinkOptions)] = [
                ("-O0", LinkOptions(optimization: .none)), ("-O1", LinkOptions(optimization: .basic)),
                ("-O2", LinkOptions(optimization: .full)), ("-Os", LinkOptions(optimization: .size)),
            ]
            for pass in LinkOptions.OptionalPass.allCases {
                var options = LinkOptions(optimization: .full)
                options.disabledPasses = [pass]
                variants.append(("-O2 without \(pass.rawValue)", options))
                options.optimization = .size
                variants.append(("-Os without \(pass.rawValue)", options))
            }
            for (name, options) in variants {
                let results = try RandomProgram.results(elf, options, arguments)
                if let expected {
                    #expect(results == expected, "batch \(batch), program \(number), \(name):\n\(source)")
                } else {
                    expected = results
                }
            }
        }
    }
}

/// Functions that call each other, branch, loop a few times, and write to memory.
private struct RandomProgram {
    let text: String

    /// All but the stack pointer, and ra and t2: these hold addresses of code, which differ from level to level.
    private static let registers = ["a0", "a1", "a2", "a3", "a4", "a5", "t0", "t1", "s0", "s1"]
    static let functionCount = 4
    private static let bufferByteCount = 256

    init(_ generator: inout SeededGenerator) {
        // The buffer comes first, so that it has the same address whatever else is dropped.
        var lines = [
            ".data", ".p2align 4", "buffer: .space \(Self.bufferByteCount)", ".section .data.table,\"aw\"",
            ".p2align 3",
            "table: .quad f\(Self.functionCount - 1)", ".text",
        ]
        for function in 0..<Self.functionCount {
            lines += Self.function(function, &generator)
            if function < 2 || generator.next() & 3 == 0 { lines.append("export f\(function)") }
        }
        text = lines.joined(separator: "\n") + "\n"
    }

    private static func function(_ number: Int, _ generator: inout SeededGenerator) -> [String] {
        func pick(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }
        func register() -> String { registers[pick(registers.count)] }
        let isLeaf = number == functionCount - 1
        var lines = ["f\(number):"]
        if !isLeaf { lines += ["addi sp, sp, -16", "sd ra, 0(sp)"] }
        let blockCount = 1 + pick(5)
        for block in 0..<blockCount {
            lines.append(".Lf\(number)b\(block):")
            for _ in 0..<(1 + pick(6)) {
                let (d, a, b) = (register(), register(), register())
                switch pick(14) {
                case 0, 1: lines.append("li \(d), \(Int64(bitPattern: generator.next()) >> Int64(pick(64)))")
                case 2: lines.append("addi \(d), \(a), \(pick(4096) - 2048)")
                case 3:
                    lines.append(
                        "\(["add", "sub", "xor", "and", "or", "mul", "addw", "subw"][pick(8)]) \(d), \(a), \(b)")
                case 4:
                    lines.append(
                        "\(["sltu", "slt", "divu", "rem", "sll", "sra", "rol", "minu"][pick(8)]) \(d), \(a), \(b)")
                case 5: lines.append("\(["slli", "srli", "srai"][pick(3)]) \(d), \(a), \(pick(64))")
                case 6: lines.append("mv \(d), \(a)")
                case 7: lines += ["lla \(d), buffer", "\(["sd", "sw", "sb"][pick(3)]) \(a), \(8 * pick(16))(\(d))"]
                case 8: lines += ["lla \(d), buffer", "\(["ld", "lw", "lbu"][pick(3)]) \(d), \(8 * pick(16))(\(d))"]
                case 9: lines.append("\(["th.mveqz", "th.mvnez"][pick(2)]) \(d), \(a), \(b)")
                case 10: lines.append("lla \(d), buffer+\(pick(64))")
                case 11:
                    lines.append(
                        "\(["sext.w \(d), \(a)", "zext.h \(d), \(a)", "not \(d), \(a)", "neg \(d), \(a)"][pick(4)])")
                case 12 where !isLeaf:
                    let target = number + 1 + pick(functionCount - number - 1)
                    if pick(4) == 0 {
                        lines += ["lla t2, table", "ld t2, 0(t2)", "jalr t2"]
                    } else {
                        lines.append("call f\(target)")
                    }
                default: lines.append("li \(d), \(pick(16))")
                }
            }
            // Forward only: every program ends.
            if pick(3) > 0 {
                let target = block + 1 + pick(blockCount - block)
                let label = ".Lf\(number)b\(target)"
                switch pick(4) {
                case 0: lines.append("j \(label)")
                case 1: lines.append("\(["beqz", "bnez", "bltz", "bgez"][pick(4)]) \(register()), \(label)")
                default:
                    lines.append("\(["beq", "bne", "blt", "bgeu"][pick(4)]) \(register()), \(register()), \(label)")
                }
            }
        }
        lines.append(".Lf\(number)b\(blockCount):")
        if !isLeaf { lines += ["ld ra, 0(sp)", "addi sp, sp, 16"] }
        lines.append("ret")
        return lines
    }

    /// For each export: how it ended, its results, and what it left in the buffer.
    static func results(_ elf: [UInt8], _ options: LinkOptions, _ arguments: [UInt64]) throws -> [[UInt64]] {
        let linked = try PostLinker.link([try ELFObject(parsing: elf, name: "random.o")], options: options)
        let blob = linked.blob
        let buffer = linked.map.readWriteData.first { $0.name == ".data" }
        var results: [[UInt64]] = []
        for export in blob.exports {
            let instance = try Instance(try Module(blob))
            let exit = try instance.call(export, arguments[0], arguments[1], arguments[2])
            var result: [UInt64] = [exit == .finished ? 1 : 0, instance[.a0], instance[.a1]]
            if let buffer {
                #expect(buffer.address == 0x20000)
                let bytes = try instance.memory.read(at: UInt32(buffer.address), byteCount: bufferByteCount)
                result += bytes.map(UInt64.init)
            } else {
                // Nobody writes to it.
                result += [UInt64](repeating: 0, count: bufferByteCount)
            }
            results.append(result)
        }
        return results
    }
}
