// The order of blocks, and ends that are copied.

import PolkaBlob
import PolkaLinker
import Testing

@Suite struct BlockOrderTests {
    /// Two branches have the same other side, which can follow only one of them; `condition` is when the second is taken.
    private func twoBranches(_ condition: String) -> String {
        """
        f: beqz a0, 2f
        1: addi a0, a0, 7
        slli a0, a0, 1
        xor a0, a0, a1
        ret
        2: \(condition), 3f
        j 1b
        3: addi a0, a0, 9
        slli a0, a0, 3
        xor a0, a0, a1
        ret
        """
    }

    /// A branch whose taken side comes next is turned round; without it a jump would be executed.
    @Test(arguments: ["beq", "bne", "blt", "bltu", "bge", "bgeu"])
    func branchIsTurnedRound(_ branch: String) throws {
        for condition in ["\(branch) a0, a1", "\(branch) a1, a0", "\(branch) zero, a1", "\(branch) a1, zero"] {
            // Nothing is below 0 without a sign.
            if branch.hasSuffix("u") && condition.hasSuffix("zero") { continue }
            let code = twoBranches(condition)
            func jumps(_ passes: Pass.Names) throws -> Int {
                try Pass.listing(code, only: passes).count { $0.hasPrefix("jump @") && !$0.contains(" if ") }
            }
            #expect(try jumps([.mergeBlocks]) == 1)
            #expect(try jumps([.mergeBlocks, .arrangeBlocks]) == 0)
            try Pass.expectSameResults(code, only: [.arrangeBlocks, .mergeBlocks], Pass.pairs)
        }
    }

    /// A loop stays a loop.
    @Test func circles() throws {
        let code = "f: j 3f\n1: addi a0, a0, 1\nj 2f\n3: li a0, 0\n2: addi a1, a1, -1\nbgtz a1, 1b\nret"
        try Pass.expectSameResults(code, only: [.arrangeBlocks], [[0, 0], [0, 5]])
        let endless = "f: beqz a0, 1f\nret\n1: j 2f\n2: j 1b"
        #expect(try Pass.link(endless).call("f", 3) == 3)
    }

    /// A block behind which there is nothing but a branch branches itself.
    @Test func branchesAreCopied() throws {
        let code = "f: li a2, 9\nj 2f\n1: addi a1, a1, 1\naddi a0, a0, -1\n2: bltu a1, a0, 1b\nmv a0, a1\nret"
        let before = try Pass.link(code, only: [.arrangeBlocks, .mergeBlocks])
        let after = try Pass.link(code, only: [.duplicateTails, .arrangeBlocks, .mergeBlocks])
        #expect(before.listing.count { $0.contains("jump @") && $0.contains(" if ") } == 1)
        #expect(after.listing.count { $0.contains("jump @") && $0.contains(" if ") } == 2)
        try Pass.expectSameResults(
            code, only: [.duplicateTails, .arrangeBlocks, .mergeBlocks], [[0, 0], [9, 2], [2, 9]])
    }
}
