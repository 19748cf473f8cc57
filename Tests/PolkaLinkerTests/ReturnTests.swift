// What is known to be read where control goes by an address.

import PolkaBlob
import PolkaLinker
import Testing

@Suite struct ReturnTests {
    private static let passes: Pass.Names = [.propagateConstants, .removeDeadOperations]

    /// Where a function returns to is somewhere behind a call, even if the address was in memory.
    @Test func returnThroughMemory() throws {
        #expect(try Pass.listing("f: ld ra, 0(a0)\nli t0, 1\nret", only: Self.passes) == ["ra = u64 [a0]", "ret"])
        // Behind this call t0 is read.
        let code = """
            f: addi sp, sp, -16
            sd ra, 8(sp)
            call g
            add a0, a0, t0
            ld ra, 8(sp)
            addi sp, sp, 16
            ret
            g: sd ra, 0(sp)
            li t0, 1
            li t1, 2
            ld ra, 0(sp)
            ret
            """
        let listing = try Pass.listing(code, only: Self.passes)
        #expect(listing.contains("t0 = 0x1") && !listing.contains("t1 = 0x2"))
        try Pass.expectSameResults(code, only: Self.passes, [[5]])
    }

    /// A jump through another register may go anywhere that has an address.
    @Test func jumpThroughMemory() throws {
        let code = """
            f: la t2, table
            ld t2, 0(t2)
            li t0, 40
            li t1, 2
            jr t2
            1: add a0, t0, t1
            ret
            .data
            .p2align 3
            table: .quad 1b
            """
        #expect(try Pass.link(code).call("f") == 42)
        let call = """
            f: addi sp, sp, -16
            sd ra, 8(sp)
            la t2, table
            ld t2, 0(t2)
            li t0, 40
            jalr t2
            ld ra, 8(sp)
            addi sp, sp, 16
            ret
            g: addi a0, t0, 2
            ret
            .data
            .p2align 3
            table: .quad g
            """
        try Pass.expectSameResults(call, only: Self.passes, [[5]])
    }

    /// A function returns to every one of many callers.
    @Test func manyCallers() throws {
        let calls = (0..<200).map { "call g\nadd a0, a0, t\($0 % 3)\n" }.joined()
        let code = "f: mv s0, ra\n\(calls)jr s0\ng: addi t0, a0, 1\naddi t1, a0, 2\naddi t2, a0, 3\nli a5, 9\nret"
        #expect(!(try Pass.listing(code, only: Self.passes).contains("a5 = 0x9")))
        try Pass.expectSameResults(code, only: Self.passes, [[1]])
    }

    /// Callers that are callees: a tail call returns where its function returns.
    @Test func tailCalls() throws {
        let code = """
            f: mv s0, ra
            call g
            add a0, a0, t1
            call h
            add a0, a0, t2
            jr s0
            g: addi a0, a0, 1
            beqz a1, h
            li t1, 8
            ret
            h: li t1, 4
            li t2, 2
            bnez a0, g
            ret
            """
        try Pass.expectSameResults(code, only: Self.passes, [[1, 0], [1, 1]].dropFirst().map { $0 })
    }
}
