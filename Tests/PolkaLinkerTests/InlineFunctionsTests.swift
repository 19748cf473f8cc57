// Functions in the place of calls: which ones, and what must stay a call.

import PolkaBlob
import PolkaLinker
import PolkaVM
import Testing

@Suite struct InlineFunctionsTests {
    private static let passes: Pass.Names = [
        .inlineFunctions, .removeDeadOperations, .propagateConstants, .mergeBlocks,
    ]

    @Test func smallFunction() throws {
        let code = """
            f: mv s0, ra
            call g
            call g
            jr s0
            g: slli a0, a0, 1
            ret
            """
        #expect(
            try Pass.listing(code, only: Self.passes) == ["s0 = ra", "a0 = a0 << 0x1", "a0 = a0 << 0x1", "jump [s0]"])
        try Pass.expectSameResults(code, only: Self.passes, [[3], [1 << 63]])
    }

    /// All ways through the function lead behind the call.
    @Test func severalBlocks() throws {
        let code = """
            f: mv s0, ra
            call g
            addi a0, a0, 10
            call g
            jr s0
            g: bltz a0, 1f
            addi a0, a0, 1
            ret
            1: neg a0, a0
            ret
            """
        #expect(try Pass.link(code, only: Self.passes).blob.code.jumpTable.isEmpty)
        try Pass.expectSameResults(code, only: Self.passes, [[0], [5], [.max], [.max - 9], [.max - 10], [1 << 63]])
    }

    /// The loop goes round within each copy.
    @Test func loop() throws {
        let code = """
            f: mv s0, ra
            mv a1, a0
            call g
            mv a1, a0
            call g
            jr s0
            g: addi a0, a0, 3
            addi a1, a1, -1
            bgtz a1, g
            ret
            """
        #expect(try Pass.link(code, only: Self.passes).blob.code.jumpTable.isEmpty)
        try Pass.expectSameResults(code, only: Self.passes, [[0], [1], [4]])
    }

    /// Who reads the address to return to, in the function or behind it, finds it.
    @Test func linkIsRead() throws {
        let inside = """
            f: mv s0, ra
            call g
            call g
            jr s0
            g: add a0, a0, ra
            ret
            """
        try Pass.expectSameResults(inside, only: Self.passes, [[0]])
        let behind = """
            f: mv s0, ra
            call g
            add a1, a1, ra
            call g
            add a1, a1, ra
            jr s0
            g: addi a0, a0, 1
            ret
            """
        try Pass.expectSameResults(behind, only: Self.passes, [[0, 0]])
    }

    /// A function that changes the register it returns by, that calls, or that is long, is called.
    @Test(arguments: [
        "g: ld ra, 0(sp)\nret", "g: mv t0, ra\ncall h\njr t0\nh: addi a0, a0, 1\nret\n",
        "g: " + String(repeating: "addi a0, a0, 1\nxor a0, a0, a1\n", count: 4) + "ret",
    ])
    func staysCalled(_ function: String) throws {
        let code = "f: mv s0, ra\ncall g\ncall g\njr s0\n" + function
        #expect(
            try Pass.listing(code, only: [.inlineFunctions]).count { $0.hasPrefix("ra = ") && $0.contains("jump") } >= 2
        )
    }

    /// The wrapper of a host function disappears.
    @Test func hostCall() throws {
        let code = """
            f: mv s0, ra
            call g
            call g
            jr s0
            metadata one, "one"
            g: host_call one
            ret
            """
        let result = try Pass.link(code)
        #expect(result.listing.filter { $0.hasPrefix("ecalli") }.count == 2)
        #expect(result.blob.code.jumpTable.isEmpty)
    }

    /// A function that never returns keeps its calls if it has several: they are the trace of who called.
    @Test func neverReturns() throws {
        let code = "f: beqz a0, 1f\nli a0, 1\ncall g\n1: li a0, 2\ncall g\ng: sd a0, 0(a1)\nj g"
        let listing = try Pass.listing(code)
        #expect(listing.count { $0.hasPrefix("ra = ") && $0.contains("jump") } == 2)
    }
}
