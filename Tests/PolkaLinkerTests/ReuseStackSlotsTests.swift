// Stack slots whose value a register still has, and what ends that.

import PolkaBlob
import PolkaLinker
import Testing

@Suite struct ReuseStackSlotsTests {
    private static let passes: Pass.Names = [.reuseStackSlots]

    /// A function with a frame around the code.
    private func frame(_ code: String) -> String {
        ".type f, @function\nf: addi sp, sp, -32\n\(code)\naddi sp, sp, 32\nret\n.size f, . - f"
    }

    private func loads(_ code: String) throws -> Int {
        try Pass.listing(frame(code), only: Self.passes).count { $0.contains("= u64 [sp") }
    }

    @Test func loadBehindStore() throws {
        let code = frame("sd a0, 8(sp)\naddi a1, a0, 1\nld a2, 8(sp)\nadd a0, a1, a2")
        #expect(
            try Pass.listing(code, only: Self.passes)
                == [
                    "sp = sp - 32", "u64 [sp + 0x8] = a0", "a1 = a0 + 0x1", "a2 = a0", "a0 = a1 + a2", "sp = sp + 0x20",
                    "ret",
                ])
        try Pass.expectSameResults(code, only: Self.passes, [[7, 0]])
    }

    @Test func loadBehindLoad() throws {
        #expect(try loads("sd a0, 0(sp)\nli a0, 0\nld a1, 0(sp)\nld a2, 0(sp)\nadd a0, a1, a2") == 1)
    }

    /// The distance counts from where the stack pointer is.
    @Test func stackPointerMoves() throws {
        let code = frame("sd a0, 8(sp)\naddi sp, sp, -16\nld a1, 24(sp)\nld a2, 8(sp)\naddi sp, sp, 16\nmv a0, a1")
        #expect(try Pass.listing(code, only: Self.passes).contains("a1 = a0"))
        #expect(try Pass.listing(code, only: Self.passes).contains("a2 = u64 [sp + 0x8]"))
        try Pass.expectSameResults(code, only: Self.passes, [[7, 0]])
    }

    @Test(arguments: [
        // The register, or some byte of the slot, has changed; or another register points into the frame.
        "sd a0, 8(sp)\naddi a0, a0, 1\nld a1, 8(sp)", "sd a0, 8(sp)\nsb a1, 15(sp)\nld a1, 8(sp)",
        "sd a0, 8(sp)\nsd a1, 1(sp)\nld a1, 8(sp)", "addi a2, sp, 8\nsd a0, 8(sp)\nsb a1, 0(a2)\nld a1, 8(sp)",
        "sd a0, 8(sp)\nmv sp, a1\nld a1, 8(sp)\nmv sp, a1",
    ])
    func loadStays(_ code: String) throws {
        #expect(try loads(code) >= 1)
    }

    /// No pointer leads to a frame whose address is in the stack pointer alone.
    @Test func storesElsewhere() throws {
        #expect(try loads("sd a0, 8(sp)\nsd a0, 0(a1)\nld a1, 8(sp)") == 0)
        // Without a function symbol nothing says where the frame ends.
        let code = "f: addi sp, sp, -32\nsd a0, 8(sp)\nsd a0, 0(a1)\nld a1, 8(sp)\naddi sp, sp, 32\nret"
        #expect(try Pass.listing(code, only: Self.passes).contains("a1 = u64 [sp + 0x8]"))
    }

    /// Where ways meet, the register must have it on each.
    @Test func meetingWays() throws {
        #expect(try loads("sd a0, 8(sp)\nbeqz a1, 1f\naddi a1, a1, 1\n1: ld a2, 8(sp)\nadd a0, a1, a2") == 0)
        #expect(try loads("sd a0, 8(sp)\nbeqz a1, 1f\naddi a0, a0, 1\n1: ld a2, 8(sp)\nadd a0, a0, a2") == 1)
        let loop = frame("sd a0, 8(sp)\n1: ld a2, 8(sp)\nadd a0, a0, a2\naddi a1, a1, -1\nbgtz a1, 1b")
        #expect(try Pass.listing(loop, only: Self.passes).contains("a2 = u64 [sp + 0x8]"))
        try Pass.expectSameResults(loop, only: Self.passes, [[3, 4]])
    }

    /// What is called may change its arguments on the stack.
    @Test func calls() throws {
        let code = """
            .type f, @function
            f: addi sp, sp, -16
            sd ra, 8(sp)
            sd a0, 0(sp)
            call g
            ld a1, 0(sp)
            ld ra, 8(sp)
            addi sp, sp, 16
            add a0, a0, a1
            ret
            .size f, . - f
            .type g, @function
            g: ld a0, 0(sp)
            addi t0, a0, 1
            sd t0, 0(sp)
            ret
            """
        #expect(try Pass.listing(code, only: Self.passes).count { $0.contains("= u64 [sp") } == 3)
        try Pass.expectSameResults(code, only: Self.passes, [[7]])
    }
}
