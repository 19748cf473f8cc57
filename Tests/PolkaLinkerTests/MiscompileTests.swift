// Programs that the optimiser once got wrong, as small as they could be made.

import PolkaBlob
import PolkaISA
import PolkaLinker
import PolkaVM
import RISCVELF
import Testing

@Suite struct MiscompileTests {
    /// A load whose value nobody needs stayed, and the register of its address had been given up.
    @Test func deadLoadThatStays() throws {
        let code = """
            f: addi sp, sp, -16
            sd zero, 0(sp)
            lla t1, z + 256
            mv a5, t1
            1: li a0, 6
            ld a1, 0(sp)
            addi a1, a1, -1
            sd a1, 0(sp)
            bgtz a1, 1b
            srli a2, a0, 60
            add t1, a5, a2
            lh a3, 37(t1)
            addi sp, sp, 16
            ret
            export f
            .bss
            z: .space 512
            """
        var options = LinkOptions(optimization: .full)
        options.disabledPasses = [.removeDeadOperations]
        #expect(try Guest.link(code, options: options).call("f") == 6)
    }

    /// What the code at `f` gives at each level.
    private func results(_ code: String, _ arguments: UInt64...) throws -> [UInt64] {
        try LinkOptions.Optimization.allCases.map { level in
            let linked = try Guest.link(code + "\nexport f\n", options: LinkOptions(optimization: level))
            let instance = try linked.instance()
            #expect(try instance.call("f", arguments) == .finished)
            return instance[.a0]
        }
    }

    /// An address moved by the one distance that has no positive counterpart: the linker stopped with an overflow.
    @Test func addressMovedByTheLeastNumber() throws {
        let code = """
            f: lla a2, d
            li a1, -0x8000000000000000
            add a0, a2, a1
            add a0, a0, a1
            sub a0, a0, a2
            ret
            .data
            d: .quad 0
            """
        #expect(try results(code).allSatisfy { $0 == 0 })
    }

    /// The same at the highest levels, and with each pass of them alone and left out.
    private func expectSame(
        _ code: String, _ arguments: UInt64..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var variants: [(String, LinkOptions)] = LinkOptions.Optimization.allCases.map {
            ("\($0)", LinkOptions(optimization: $0))
        }
        for level in [LinkOptions.Optimization.full, .size] {
            for pass in LinkOptions.OptionalPass.allCases {
                var options = LinkOptions(optimization: level)
                options.disabledPasses = [pass]
                variants.append(("\(level) without \(pass.rawValue)", options))
                options.disabledPasses = Set(LinkOptions.OptionalPass.allCases).subtracting([pass])
                variants.append(("\(level) with \(pass.rawValue) alone", options))
            }
        }
        let object = try ELFObject(parsing: try Guest.object(code + "\nexport f\n"), name: "guest.o")
        var expected: UInt64?
        var wrong: [String] = []
        for (name, options) in variants {
            let instance = try PostLinker.link([object], options: options).instance()
            let result = try instance.call("f", arguments) == .finished ? instance[.a0] : nil
            expected = expected ?? result
            if result == nil || result != expected { wrong.append(name) }
        }
        #expect(wrong == [], sourceLocation: sourceLocation)
    }

    /// A small function of several blocks within a small function, both put in the place of their calls in one go: the
    /// linker asked what is read in blocks that it had made since it found out.
    @Test func inlinedIntoInlined() throws {
        let functions = (0..<20).map { number in
            """
            g\(number): jal t0, h
            ret

            """
        }
        let calls = (0..<20).map { "call g\($0)\n" }
        let code = """
            h: beqz a0, 1f
            addi a0, a0, 3
            1: jr t0
            \(functions.joined())
            f: mv s0, ra
            \(calls.joined())
            jr s0
            """
        try expectSame(code, 1)
    }

    /// The first block of a function becomes part of one that jumps there, and with it what lets the address of the frame out.
    @Test func frameOfTheFunctionThatJumpedHere() throws {
        let code = """
            .type f, @function
            f: addi a5, a0, 1
            j g
            .size f, . - f
            .type x, @function
            x: ret
            .size x, . - x
            .type g, @function
            g: addi sp, sp, -32
            addi a1, sp, 8
            beqz a0, 1f
            addi a5, a5, 7
            sd a5, 16(sp)
            1: sd a0, 8(sp)
            sd a5, 0(a1)
            ld a0, 8(sp)
            addi sp, sp, 32
            ret
            .size g, . - g
            """
        try expectSame(code, 5)
    }

    /// A piece that several functions have in common, and that works in their frames, lets the address out.
    @Test func frameOfTheFunctionThatCalledHere() throws {
        let piece = """
            .type piece, @function
            piece: addi a1, sp, 8
            \((0..<10).map { "addi a5, a5, \($0)\nsd a5, \(16 + 8 * $0)(sp)\n" }.joined())
            jr t0
            .size piece, . - piece

            """
        let code =
            piece + """
                .type f, @function
                f: addi sp, sp, -128
                jal t0, piece
                sd a0, 8(sp)
                jal t0, piece
                sd a0, 8(sp)
                sd a5, 0(a1)
                ld a0, 8(sp)
                addi sp, sp, 128
                ret
                .size f, . - f
                """
        try expectSame(code, 5)
    }

    /// The same where the piece is the end of the function.
    @Test func frameThatAJumpHandsOver() throws {
        let code = """
            .type piece, @function
            piece: sd a0, 8(sp)
            \((0..<10).map { "addi a5, a5, \($0)\nsd a5, \(16 + 8 * $0)(sp)\n" }.joined())
            sd a5, 0(a1)
            ld a0, 8(sp)
            addi sp, sp, 128
            ret
            .size piece, . - piece
            .type f, @function
            f: addi sp, sp, -128
            addi a1, sp, 8
            bnez a0, piece
            addi a5, a5, 1
            j piece
            .size f, . - f
            """
        try expectSame(code, 5)
    }

    /// A new thread begins with a return to where its function starts, which reads registers that no caller reads.
    @Test func firstReturnOfAThread() throws {
        let code = """
            .type f, @function
            f: addi sp, sp, -16
            sd ra, 8(sp)
            sd s0, 0(sp)
            lla a1, main
            lla a2, thread
            lla a3, entry
            sd a3, 0(a2)
            lla a3, stack + 256
            sd a3, 8(a2)
            li a3, 40
            sd a3, 16(a2)
            sd a0, 24(a2)
            call switch
            lla a1, main
            ld a0, 32(a1)
            ld ra, 8(sp)
            ld s0, 0(sp)
            addi sp, sp, 16
            ret
            .size f, . - f
            .type switch, @function
            switch: sd ra, 0(a1)
            sd sp, 8(a1)
            sd s0, 16(a1)
            sd s1, 24(a1)
            ld ra, 0(a2)
            ld sp, 8(a2)
            ld s0, 16(a2)
            ld s1, 24(a2)
            ret
            .size switch, . - switch
            .type entry, @function
            entry: add s0, s0, s1
            lla a1, main
            sd s0, 32(a1)
            lla a2, main
            lla a1, thread
            call switch
            unimp
            .size entry, . - entry
            .bss
            .p2align 3
            main: .space 64
            thread: .space 64
            stack: .space 256
            """
        try expectSame(code, 2)
    }

    /// `setjmp` in the place of a call returns once more to where no call is any more.
    @Test func secondReturn() throws {
        let code = """
            .type f, @function
            f: addi sp, sp, -16
            sd ra, 8(sp)
            sd s0, 0(sp)
            addi s0, a0, 5
            lla a0, buffer
            call setjmp
            bnez a0, 1f
            lla a0, other
            call setjmp
            lla a0, buffer
            mul s0, s0, s0
            sd s0, 56(a0)
            li a1, 3
            call longjmp
            unimp
            1: add a0, a0, s0
            ld ra, 8(sp)
            ld s0, 0(sp)
            addi sp, sp, 16
            ret
            .size f, . - f
            .type setjmp, @function
            setjmp: sd ra, 0(a0)
            sd sp, 8(a0)
            sd s0, 16(a0)
            li a0, 0
            ret
            .size setjmp, . - setjmp
            .type longjmp, @function
            longjmp: ld ra, 0(a0)
            ld sp, 8(a0)
            ld s0, 16(a0)
            seqz a0, a1
            add a0, a0, a1
            ret
            .size longjmp, . - longjmp
            .bss
            .p2align 3
            buffer: .space 64
            other: .space 64
            """
        try expectSame(code, 2)
    }
}
