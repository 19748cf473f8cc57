// Values that are computed where they are wanted.

import PolkaBlob
import PolkaLinker
import Testing

@Suite struct CoalesceMovesTests {
    private static let passes: Pass.Names = [.coalesceMoves, .removeDeadOperations, .propagateConstants]

    @Test func moveGoes() throws {
        let code = "f: add t0, a0, a1\nxor a1, a1, t0\nmv a0, t0\nret"
        #expect(try Pass.listing(code, only: Self.passes) == ["a0 = a0 + a1", "a1 = a1 ^ a0", "ret"])
        try Pass.expectSameResults(code, only: Self.passes, [[3, 4]])
    }

    @Test(arguments: [
        // The target is read or written in between; the original is read afterwards, or comes from elsewhere.
        "f: add t0, a0, a1\nxor a1, a1, a0\nmv a0, t0\nret",
        "f: add t0, a0, a1\nld a0, -16(sp)\nsd a0, -8(sp)\nmv a0, t0\nret",
        "f: add t0, a0, a1\nmv a0, t0\nxor a1, a1, t0\nret",
        "f: add t0, a0, a1\n1: mv a0, t0\naddi a1, a1, -1\nbgtz a1, 1b\nret",
    ])
    func moveStays(_ code: String) throws {
        #expect(try Pass.listing(code, only: Self.passes).contains("a0 = t0"))
        try Pass.expectSameResults(code, only: Self.passes, [[3, 4]])
    }

    /// A conditional move keeps what its target held.
    @Test func conditionalMove() throws {
        let code = "f: mv t0, a1\n.insn r 0xb, 1, 0x20, t0, a0, a1\nmv a0, t0\nret"
        try Pass.expectSameResults(code, only: Self.passes, [[3, 0], [3, 4]])
    }
}
