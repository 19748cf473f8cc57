// Ways that know where a branch goes do not come by it.

import PolkaLinker
import Testing

@Suite struct ThreadJumpsTests {
    private static let passes: Pass.Names = [.threadJumps, .mergeBlocks]

    private func branches(_ code: String) throws -> Int {
        try Pass.listing(code, only: Self.passes).filter { $0.contains("jump") }.count
    }

    /// A constant is tested where ways meet.
    @Test func constants() throws {
        let code = "f: bltz a1, 1f\nli t0, 0\nj 2f\n1: addi t0, a0, 1\n2: beqz t0, 3f\nli a0, 5\nret\n3: li a0, 6\nret"
        // The way with the constant goes to the end, without the jump and the branch.
        #expect(
            try Pass.listing(code, only: Self.passes) == [
                "jump @2 if a1 <s 0", "t0 = 0", "jump @4", "t0 = a0 + 0x1", "jump @4 if t0 == 0", "a0 = 0x5", "ret",
                "a0 = 0x6", "ret",
            ])
        try Pass.expectSameResults(code, only: Self.passes, Pass.pairs)
    }

    /// What was known of a register is not known of what was written to it since: between the tests, or where the second begins.
    @Test(arguments: [
        "f: bnez a0, 1f\nli a0, 5\nret\n1: addi a0, a0, -1\nbeqz a0, 3f\nli a0, 6\nret\n3: li a0, 7\nret",
        "f: li t0, 1\nbeqz a1, 2f\nmv t0, a0\n2: addi t0, t0, -1\nbnez t0, 3f\nli a0, 6\nret\n3: li a0, 7\nret",
        "f: beq a0, a1, 1f\nli a0, 5\nret\n1: slli a1, a1, 1\nbeq a0, a1, 3f\nli a0, 6\nret\n3: li a0, 7\nret",
        "f: bltu a0, a1, 1f\nj 2f\n1: mv a1, a0\n2: bltu a0, a1, 3f\nli a0, 6\nret\n3: li a0, 7\nret",
    ])
    func registersChange(_ code: String) throws {
        for passes in [Self.passes, [.threadJumps], Set(LinkOptions.OptionalPass.allCases)] {
            try Pass.expectSameResults(code, only: passes, Pass.pairs)
        }
    }

    /// An operation before the branch is done on the way.
    @Test func operationBefore() throws {
        let code =
            "f: bltz a1, 1f\nli t0, 6\nj 2f\n1: mv t0, a0\n2: andi t1, t0, 1\nbnez t1, 3f\nli a0, 5\nadd a0, a0, t1\nret\n3: add a0, t0, t1\nret"
        #expect(try Pass.listing(code, only: Self.passes).filter { $0 == "t1 = t0 & 0x1" }.count == 2)
        try Pass.expectSameResults(code, only: Self.passes, Pass.pairs)
        // A store is done once, whichever way.
        let store =
            "f: addi sp, sp, -16\nsd zero, 8(sp)\nbltz a1, 1f\nli t0, 1\nj 2f\n1: mv t0, a0\n2: sd t0, 8(sp)\nbnez t0, 3f\nli a0, 5\n3: ld a1, 8(sp)\naddi sp, sp, 16\nret"
        try Pass.expectSameResults(store, only: Self.passes, Pass.pairs)
    }

    /// What a branch finds out holds for the next, as far as it follows; all pairs of comparisons.
    @Test(arguments: ["beq", "bne", "blt", "bge", "bltu", "bgeu"]) func branchesImply(_ first: String) throws {
        for second in ["beq", "bne", "blt", "bge", "bltu", "bgeu"] {
            for operands in ["a0, a1", "a1, a0"] {
                let code = """
                    f: \(first) a0, a1, 1f
                    li t0, 1
                    j 2f
                    1: li t0, 2
                    2: \(second) \(operands), 3f
                    li a0, 10
                    add a0, a0, t0
                    ret
                    3: li a0, 20
                    add a0, a0, t0
                    ret
                    """
                try Pass.expectSameResults(code, only: Self.passes, Pass.pairs)
            }
        }
    }

    /// The same against constants, which need not be the same ones.
    @Test(arguments: ["beq", "bne", "blt", "bge", "bltu", "bgeu"]) func constantsImply(_ first: String) throws {
        let passes = Self.passes.union([.propagateConstants, .removeDeadOperations])
        for second in ["beq", "bne", "blt", "bge", "bltu", "bgeu"] {
            for constants in [(0, 0), (5, 6), (6, 5), (-1, 0), (0, -1), (6, 6), (-6, 5)] {
                let code = """
                    f: li t1, \(constants.0)
                    li t2, \(constants.1)
                    \(first) a0, t1, 1f
                    li t0, 1
                    j 2f
                    1: li t0, 2
                    2: \(second) t2, a0, 3f
                    li a0, 10
                    add a0, a0, t0
                    li a1, 0
                    ret
                    3: li a0, 20
                    add a0, a0, t0
                    li a1, 0
                    ret
                    """
                try Pass.expectSameResults(code, only: passes, Pass.borders.map { [$0] })
            }
        }
    }

    /// A branch that follows from the one before is gone on that way.
    @Test func implied() throws {
        let code = "f: blt a0, a1, 1f\nli a0, 3\nret\n1: bge a0, a1, 2f\nli a0, 4\nret\n2: li a0, 5\nret"
        #expect(try branches(code) == 1)
        // Not where the register has changed since.
        let changed =
            "f: blt a0, a1, 1f\nli a0, 3\nret\n1: addi a1, a1, -5\nbge a0, a1, 2f\nli a0, 4\nret\n2: li a0, 5\nret"
        #expect(try branches(changed) == 2)
        try Pass.expectSameResults(changed, only: Self.passes, Pass.pairs)
    }

    /// Circles of branches that are all decided.
    @Test func circles() throws {
        let code = "f: beqz a0, 1f\nli a0, 1\nret\n1: beqz a0, 2f\nj f\n2: beqz a0, 1b\nj f\nexport g\ng: j 1b"
        #expect(try Pass.link(code).call("f", 7) == 1)
        #expect(try Pass.link(code, only: Self.passes).call("f", 7) == 1)
    }
}
