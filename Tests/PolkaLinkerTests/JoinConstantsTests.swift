// Constants that take several instructions in RISC-V, and what may not be joined.

import PolkaLinker
import Testing

@Suite struct JoinConstantsTests {
    private static let passes: Pass.Names = [.joinConstants, .removeDeadOperations]

    @Test(arguments: [
        "0x123456789abcdef1", "0x100000000", "-0x7654321076543210", "0xffffffff", "0x8000000000000000", "0x80000001",
    ]) func chains(_ constant: String) throws {
        let code = "f: li a0, \(constant)\nli a1, 0\nret"
        let listing = try Pass.listing(code, only: Self.passes)
        #expect(listing.count == 3)
        try Pass.expectSameResults(code, only: Self.passes, [[]])
    }

    /// Operations of one register, and constants on either side.
    @Test func operations() throws {
        let code = "f: li a0, 5\nslli a0, a0, 60\nrev8 a0, a0\nneg a0, a0\nli a1, 0\nret"
        // 5 << 60 is 5 in the upper byte's upper half, which becomes the lower byte.
        #expect(try Pass.listing(code, only: Self.passes).first == "a0 = 0xffffffffffffffb0")
        try Pass.expectSameResults(code, only: Self.passes, [[]])
    }

    /// Somebody reads the constant in between.
    @Test func constantsInUse() throws {
        for use in ["add a1, a1, t0", "sd t0, 0(sp)", "mv a1, t0", "th.mveqz a1, a1, t0", "beqz t0, 1f"] {
            let code = "f: mv a1, a0\nli t0, 5\n\(use)\nslli t0, t0, 3\n1: add a0, a1, t0\nret"
            #expect(try Pass.listing(code, only: Self.passes).contains("t0 = t0 << 0x3"))
            try Pass.expectSameResults(code, only: Self.passes, [[3]])
        }
        // Another block may read it.
        let branch = "f: li t0, 5\nbeqz a0, 1f\nslli t0, t0, 3\n1: add a0, a0, t0\nret"
        try Pass.expectSameResults(branch, only: Self.passes, [[0], [1]])
    }
}
