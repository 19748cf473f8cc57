// Constants that loads and stores add themselves.

import PolkaLinker
import Testing

@Suite struct FoldAddressesTests {
    private static let passes: Pass.Names = [.foldAddresses, .propagateConstants, .removeDeadOperations]

    @Test func additionGoes() throws {
        let code = "f: addi t0, sp, -32\nsd a0, 8(t0)\nsw a1, 4(t0)\nld a0, 8(t0)\nlw a1, 4(t0)\nret"
        #expect(
            try Pass.listing(code, only: Self.passes)
                == [
                    "u64 [sp + 0xffffffffffffffe8] = a0", "u32 [sp + 0xffffffffffffffe4] = a1",
                    "a0 = u64 [sp + 0xffffffffffffffe8]", "a1 = i32 [sp + 0xffffffffffffffe4]", "ret",
                ])
        try Pass.expectSameResults(code, only: Self.passes, Pass.pairs)
    }

    /// The base itself was changed, and nobody needs either value afterwards.
    @Test func sumInPlaceOfItsBase() throws {
        let code = "f: addi a5, sp, -64\nsd a0, 24(a5)\naddi a5, a5, 16\nld a0, 8(a5)\nret"
        #expect(
            try Pass.listing(code, only: Self.passes)
                == ["u64 [sp + 0xffffffffffffffd8] = a0", "a0 = u64 [sp + 0xffffffffffffffd8]", "ret"])
        try Pass.expectSameResults(code, only: Self.passes, [[7]])
    }

    /// A load may end the range of the sum that is its address.
    @Test func loadOntoTheSum() throws {
        let code = "f: sd a0, -8(sp)\naddi a1, sp, -16\nld a1, 8(a1)\nret"
        #expect(try Pass.listing(code, only: Self.passes).contains("a1 = u64 [sp + 0xfffffffffffffff8]"))
        try Pass.expectSameResults(code, only: Self.passes, [[7]])
    }

    @Test(arguments: [
        // Used as a value: stored, compared, behind the block, behind a change of its base; or the offset becomes too large.
        "addi t0, sp, -32\nsd t0, 0(t0)\nld a0, 0(t0)\nsub a0, a0, sp",
        "addi t0, a0, 8\nsd a0, -8(sp)\nbeq t0, a1, 1f\nli a0, 5\n1:",
        "mv a2, sp\naddi t0, a2, -16\nli a2, 0\nsd a0, 0(t0)\nadd a0, a0, a2",
        "addi t0, a0, 2047\nli t1, 0x7ffff801\nadd t0, a0, t1\nsltu a0, a0, t0",
    ])
    func additionStays(_ body: String) throws {
        let code = "f: \(body)\nret"
        #expect(try Pass.listing(code, only: [.foldAddresses]).contains { $0.contains("t0 = ") })
        try Pass.expectSameResults(code, only: Self.passes, Pass.pairs)
    }

    /// Each use takes bytes: what was short and used often stays so.
    @Test func manyUses() throws {
        let uses = (0..<8).map { "sd a0, \($0 * 8)(t0)\n" }.joined()
        let code = "f: addi t0, sp, -2000\n\(uses)ret"
        #expect(try Pass.listing(code, only: Self.passes).first == "t0 = sp - 2000")
    }
}
