// Branches around moves become conditional moves where no way gets longer by it.

import PolkaLinker
import Testing

@Suite struct FormConditionalMovesTests {
    private static let passes: Pass.Names = [.formConditionalMoves, .mergeBlocks]

    private static let arguments: [[UInt64]] = Pass.pairs

    /// The listing in full, and the same results for all values.
    private func expect(_ code: String, _ listing: [String], sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(try Pass.listing(code, only: Self.passes) == listing, sourceLocation: sourceLocation)
        try Pass.expectSameResults(code, only: Self.passes, Self.arguments, sourceLocation: sourceLocation)
    }

    @Test func triangles() throws {
        try expect("f: bnez a0, 1f\nmv a0, a1\n1: ret", ["a0 = a1 if a0 == 0", "ret"])
        try expect("f: beqz a0, 1f\nli a1, 7\n1: ret", ["a1 = 0x7 if a0 != 0", "ret"])
        // The block of the move lies elsewhere.
        try expect(
            "f: addi a0, a0, -1\nbeqz a0, 2f\n1: ret\n2: li a0, 7\nj 1b", ["a0 = a0 - 1", "a0 = 0x7 if a0 == 0", "ret"])
    }

    @Test func diamonds() throws {
        // One register: the first move is unconditional.
        try expect("f: beqz a1, 1f\nli a0, 7\nj 2f\n1: li a0, 8\n2: ret", ["a0 = 0x8", "a0 = 0x7 if a1 != 0", "ret"])
        // Two registers, of which one is what the other is set to.
        try expect(
            "f: beqz a1, 1f\nmv t0, a0\nj 2f\n1: mv a0, t0\n2: add a0, a0, t0\nret",
            ["a0 = t0 if a1 == 0", "t0 = a0 if a1 != 0", "a0 = a0 + t0", "ret"])
        // The other side needs what was there.
        try expect(
            "f: beqz a1, 1f\nj 2f\n1: mv a0, a1\n2: ret", ["a0 = a1 if a1 == 0", "ret"])
    }

    /// The register that is tested may be set last only.
    @Test func conditionIsSet() throws {
        try expect(
            "f: beqz a0, 1f\nli a0, 7\nj 2f\n1: li a1, 8\n2: ret",
            ["a1 = 0x8 if a0 == 0", "a0 = 0x7 if a0 != 0", "ret"])
        let code = "f: bnez a0, 1f\nli a1, 7\nj 2f\n1: li a0, 8\n2: ret"
        #expect(try Pass.listing(code, only: Self.passes) == ["a1 = 0x7 if a0 == 0", "a0 = 0x8 if a0 != 0", "ret"])
        try Pass.expectSameResults(code, only: Self.passes, Self.arguments)
        let first = "f: bnez a0, 1f\nli a0, 7\nj 2f\n1: li a1, 8\n2: ret"
        #expect(try Pass.listing(first, only: Self.passes).contains("jump @2 if a0 != 0"))
        try Pass.expectSameResults(first, only: Self.passes, Self.arguments)
    }

    /// What would take longer on one of the ways stays, and so does what is not only moved.
    @Test(arguments: [
        // Two moves, where the other way has a branch alone.
        "f: bnez a0, 1f\nli a0, 7\nli a1, 8\n1: ret",
        // The meeting has other ways in, so that one instruction more leads to it.
        "f: beqz a1, 2f\nbnez a0, 1f\nli a0, 7\n1: ret\n2: addi a0, a0, 1\nbltz a0, 1b\nli a0, 0\nret",
        // The moves are reached from elsewhere as well.
        "f: bltz a1, 2f\nbnez a0, 1f\n2: li a0, 7\n1: ret",
        "f: bnez a0, 1f\nld a0, 0(sp)\n1: ret", "f: bnez a0, 1f\nli a0, 0x123456789ab\n1: ret",
        "f: bltz a0, 1f\nli a0, 7\n1: ret", "f: beq a0, a1, 1f\nli a0, 7\n1: ret",
    ]) func others(_ code: String) throws {
        #expect(!(try Pass.listing(code, only: Self.passes).contains { $0.contains("= 0x7 if") }))
        try Pass.expectSameResults(code, only: Self.passes, Self.arguments)
    }

    /// A loop back to the branch itself.
    @Test func loops() throws {
        let code = "f: addi a0, a0, 1\n1: bnez a1, 2f\nli a1, 1\nj 1b\n2: ret"
        try Pass.expectSameResults(code, only: Self.passes, Self.arguments)
    }
}
