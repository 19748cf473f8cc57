// Which computations branches do without, and that the new branches mean the same for every value at a border.

import PolkaLinker
import Testing

@Suite struct FormBranchesTests {
    private static let passes: Pass.Names = [.formBranches, .propagateConstants, .removeDeadOperations]

    /// A function that computes a test in t0 from a0 and a1, branches, and returns where it went.
    private static func function(_ test: String, _ branch: String) -> String {
        "f: \(test)\n\(branch) t0, 1f\nli a0, 10\nli a1, 0\nret\n1: li a0, 20\nli a1, 0\nret"
    }

    /// The branch of each, which must be the first instruction.
    @Test(arguments: [
        ("slt t0, a0, a1", "bnez", "jump @2 if a0 <s a1"), ("slt t0, a0, a1", "beqz", "jump @2 if a0 >=s a1"),
        ("sltu t0, a0, a1", "bnez", "jump @2 if a0 <u a1"), ("sltu t0, a0, a1", "beqz", "jump @2 if a0 >=u a1"),
        ("slti t0, a0, 6", "bnez", "jump @2 if a0 <s 6"), ("slti t0, a0, 6", "beqz", "jump @2 if a0 >=s 6"),
        ("sltiu t0, a0, -6", "bnez", "jump @2 if a0 <u -6"),
        ("sltiu t0, a0, -6", "beqz", "jump @2 if a0 >=u -6"),
        ("li t1, 6\nslt t0, t1, a0", "bnez", "jump @2 if a0 >s 6"),
        ("li t1, 6\nsltu t0, t1, a0", "beqz", "jump @2 if a0 <=u 6"),
        ("seqz t0, a0", "bnez", "jump @2 if a0 == 0"), ("seqz t0, a0", "beqz", "jump @2 if a0 != 0"),
        ("snez t0, a0", "bnez", "jump @2 if a0 != 0"), ("snez t0, a0", "beqz", "jump @2 if a0 == 0"),
        ("sltz t0, a0", "bnez", "jump @2 if a0 <s 0"), ("sgtz t0, a0", "bnez", "jump @2 if a0 >s 0"),
        ("sltz t0, a0\nxori t0, t0, 1", "bnez", "jump @2 if a0 >=s 0"),
        ("xor t0, a0, a1", "beqz", "jump @2 if a0 == a1"), ("xor t0, a0, a1", "bnez", "jump @2 if a0 != a1"),
        ("sub t0, a0, a1", "beqz", "jump @2 if a0 == a1"), ("xori t0, a0, 6", "bnez", "jump @2 if a0 != 6"),
        ("addi t0, a0, -6", "beqz", "jump @2 if a0 == 6"),
        ("addi t0, a0, 6", "bnez", "jump @2 if a0 != -6"),
        ("li t1, 6\nsub t0, t1, a0", "beqz", "jump @2 if a0 == 6"),
        ("srli t0, a0, 3", "beqz", "jump @2 if a0 <u 8"), ("srli t0, a0, 30", "bnez", "jump @2 if a0 >=u 1073741824"),
    ]) func fused(_ test: String, _ branch: String, _ line: String) throws {
        let code = Self.function(test, branch)
        let listing = try Pass.listing(code, only: Self.passes)
        #expect(listing.first == line)
        try Pass.expectSameResults(code, only: Self.passes, Pass.pairs)
    }

    /// Where nobody needs the register, the operation need not change it.
    @Test func inPlace() throws {
        func code(_ last: String) -> String {
            "f: addi a0, a0, -6\nbnez a0, 1f\nli a0, 10\nli a1, 0\nret\n1: \(last)\nli a1, 0\nret"
        }
        #expect(try Pass.listing(code("li a0, 20"), only: Self.passes).first == "jump @2 if a0 != 6")
        #expect(try Pass.listing(code("addi a0, a0, 20"), only: Self.passes).first == "a0 = a0 - 6")
        for last in ["li a0, 20", "addi a0, a0, 20"] {
            try Pass.expectSameResults(code(last), only: Self.passes, Pass.pairs)
        }
    }

    /// What is no test of 64 bits, or of nothing but zero, stays.
    @Test(arguments: [
        "addiw t0, a0, -6", "subw t0, a0, a1", "and t0, a0, a1", "add t0, a0, a1", "andi t0, a0, 6", "srli t0, a0, 31",
        "srliw t0, a0, 3", "srai t0, a0, 3", "slli t0, a0, 3", "or t0, a0, a1",
    ]) func others(_ test: String) throws {
        let code = Self.function(test, "beqz")
        #expect(try Pass.listing(code, only: Self.passes)[1] == "jump @2 if t0 == 0")
        try Pass.expectSameResults(code, only: Self.passes, Pass.pairs)
    }

    /// The operands are not what they were.
    @Test func changedOperands() throws {
        let code = Self.function("slt t0, a0, a1\naddi a1, a1, 1\nsd a1, 0(sp)", "bnez")
        #expect(try Pass.listing(code, only: Self.passes)[3] == "jump @2 if t0 != 0")
        let inPlace = Self.function("slt a1, a0, a1\nsd a1, 0(sp)\nmv t0, a1", "bnez")
        #expect(try Pass.listing(inPlace, only: Self.passes.union([.propagateCopies]))[2] == "jump @2 if a1 != 0")
    }

    /// A result that somebody else reads is computed, and then a longer branch is no gain.
    @Test func sharedResults() throws {
        let short = "f: slt t0, a0, a1\nbnez t0, 1f\nli a0, 10\nadd a0, a0, t0\nret\n1: add a0, a0, t0\nret"
        #expect(try Pass.listing(short, only: [.formBranches]).contains("jump @2 if a0 <s a1"))
        try Pass.expectSameResults(short, only: Self.passes, Pass.pairs)
        let long = "f: addi t0, a0, -6\nbnez t0, 1f\nli a0, 10\n1: add a0, a0, t0\nret"
        #expect(try Pass.listing(long, only: [.formBranches]).contains("jump @2 if t0 != 0"))
        try Pass.expectSameResults(long, only: Self.passes, Pass.pairs)
    }
}
