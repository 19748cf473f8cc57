// -Os: what is the same is there once, and constants are short.

import PolkaBlob
import PolkaISA
import PolkaLinker
import PolkaVM
import Testing

@Suite struct SizePassesTests {
    private func link(_ code: String, only passes: Pass.Names? = nil) throws -> LinkResult {
        var options = LinkOptions(optimization: .size)
        if let passes { options.disabledPasses = Set(LinkOptions.OptionalPass.allCases).subtracting(passes) }
        return try Guest.link(code + "\nexport f\n", options: options)
    }

    private func expectSameResults(_ code: String, _ passes: Pass.Names, _ arguments: [[UInt64]]) throws {
        let variants = [
            try Guest.link(code + "\nexport f\n", options: LinkOptions(optimization: .none)),
            try link(code, only: passes),
            try link(code), try Pass.link(code),
        ]
        for list in arguments {
            let results = try variants.map { result in
                let instance = try result.instance()
                return try instance.call("f", list) == .finished ? [instance[.a0], instance[.a1]] : []
            }
            #expect(results.allSatisfy { $0 == results[0] }, "f(\(list)): \(results)")
        }
    }

    // MARK: merge-tails

    private static let tails: Pass.Names = [.mergeTails, .mergeBlocks]

    /// What everybody who goes to a place does last is done there, also at -O2, as it costs nothing.
    @Test func sinking() throws {
        let code = """
            f: beqz a0, 1f
            addi a0, a0, 7
            slli a0, a0, 3
            xor a0, a0, a1
            j 2f
            1: addi a1, a1, 9
            slli a0, a0, 3
            xor a0, a0, a1
            2: addi a0, a0, 1
            ret
            """
        #expect(try link(code, only: Self.tails).listing.filter { $0 == "a0 = a0 << 0x3" }.count == 1)
        #expect(try Pass.listing(code, only: Self.tails).filter { $0 == "a0 = a0 << 0x3" }.count == 1)
        try expectSameResults(code, Self.tails, Pass.pairs)
    }

    /// At -O2 a load that can fail names its own line; on the stack it can not fail.
    @Test func sinkingKeepsLines() throws {
        func code(_ base: String) -> String {
            "f: beqz a0, 1f\naddi a0, a1, 7\nld a1, 0(\(base))\nj 2f\n1: ld a1, 0(\(base))\n2: addi a0, a0, 1\nret"
        }
        #expect(try Pass.listing(code("a1"), only: Self.tails).filter { $0 == "a1 = u64 [a1]" }.count == 2)
        #expect(try Pass.listing(code("sp"), only: Self.tails).filter { $0 == "a1 = u64 [sp]" }.count == 1)
        #expect(try link(code("a1"), only: Self.tails).listing.filter { $0 == "a1 = u64 [a1]" }.count == 1)
    }

    /// Some of the ends are shared: the longest first, and what is left of these with others.
    @Test func sharing() throws {
        let long = "slli a0, a0, 3\nxori a0, a0, 0x55\naddi a0, a0, 0x77"
        let code = """
            f: beqz a1, 1f
            li t0, 1
            beq a1, t0, 2f
            li t0, 2
            beq a1, t0, 3f
            add a0, a0, a0
            \(long)
            slli a1, a1, 1
            ret
            1: addi a0, a0, 4
            \(long)
            slli a1, a1, 1
            ret
            2: addi a0, a0, 6
            addi a0, a0, 0x77
            slli a1, a1, 1
            ret
            3: sub a0, a0, a1
            ret
            """
        let listing = try link(code, only: Self.tails).listing
        #expect(listing.filter { $0 == "a0 = a0 ^ 0x55" }.count == 1)
        #expect(listing.filter { $0 == "a0 = a0 + 0x77" }.count == 1)
        #expect(listing.filter { $0 == "ret" }.count == 2)
        try expectSameResults(code, Self.tails, Pass.borders.flatMap { a in (0..<5).map { [a, $0] } })
        // An executed jump more is too much for -O2.
        #expect(try Pass.listing(code, only: Self.tails).filter { $0 == "a0 = a0 ^ 0x55" }.count == 2)
    }

    /// A block that goes to itself is one of those that go there.
    @Test func loops() throws {
        let code = """
            f: slli a1, a1, 1
            addi a0, a0, 3
            1: xor a1, a1, a0
            andi a0, a0, 31
            beqz a0, 2f
            addi a0, a0, -1
            slli a1, a1, 1
            addi a0, a0, 3
            andi a0, a0, 7
            addi a0, a0, -1
            j 1b
            2: ret
            """
        try expectSameResults(code, Self.tails, (0..<40).map { [$0, 5] })
    }

    // MARK: fold-equal-code

    private static let folding: Pass.Names = [.foldEqualCode, .mergeBlocks]

    /// Functions that are the same but for whom they call, which is the same again; and that call each other.
    @Test func functions() throws {
        func function(_ name: String, _ other: String) -> String {
            """
            \(name): addi sp, sp, -16
            sd ra, 0(sp)
            addi a1, a1, 3
            addi a0, a0, -1
            blez a0, 1f
            call \(other)
            slli a1, a1, 1
            1: ld ra, 0(sp)
            addi sp, sp, 16
            ret
            """
        }
        let code = """
            f: mv s0, ra
            call g
            call h
            mv ra, s0
            ret
            \(function("g", "i"))
            \(function("h", "j"))
            \(function("i", "h"))
            \(function("j", "g"))
            """
        let result = try link(code, only: Self.folding)
        #expect(result.listing.filter { $0 == "a1 = a1 + 0x3" }.count == 1)
        try expectSameResults(code, Self.folding, [[0, 1], [1, 1], [5, 2]])
        // -O2 keeps functions apart, whose names backtraces give.
        #expect(try Pass.listing(code).filter { $0 == "a1 = a1 + 0x3" }.count > 1)
    }

    /// What differs at the end of a long way is not the same.
    @Test func almostEqual() throws {
        func function(_ name: String, _ last: Int) -> String {
            let blocks = (0..<20).map { "addi a0, a0, \($0)\nbeqz a0, 1f" }.joined(separator: "\n")
            return "\(name): \(blocks)\naddi a0, a0, \(last)\n1: ret"
        }
        let code = """
            f: mv s0, ra
            beqz a1, 2f
            call g
            mv ra, s0
            ret
            2: call h
            mv ra, s0
            ret
            \(function("g", 1))
            \(function("h", 2))
            """
        try expectSameResults(code, Self.folding, [[0, 0], [0, 1], [.max, 0], [.max - 1, 1], [7, 0], [7, 1]])
        #expect(try link(code, only: Self.folding).listing.filter { $0 == "a0 = a0 + 0x13" }.count == 2)
    }

    /// Programs may compare the addresses of functions; what the host calls stays as well.
    @Test func addressesStayDifferent() throws {
        let body = "addi a0, a0, 0x123\nslli a0, a0, 3\naddi a0, a0, 0x321\nret"
        let code = """
            f: lla t0, table
            ld t1, 0(t0)
            ld t2, 8(t0)
            xor a1, t1, t2
            snez a1, a1
            mv s0, ra
            jalr t1
            mv ra, s0
            ret
            g: \(body)
            h: \(body)
            .data
            .p2align 3
            table: .quad g, h
            .text
            export g
            """
        let result = try link(code)
        #expect(result.listing.filter { $0 == "a0 = a0 + 0x321" }.count == 1)
        try expectSameResults(code, Self.folding, [[0, 0], [5, 0]])
        let instance = try result.instance()
        #expect(try instance.call("f", [0]) == .finished)
        #expect(instance[.a1] == 1)
        #expect(try result.call("g", 1) == (1 + 0x123) << 3 + 0x321)
    }

    /// Calls that return to the same code share a slot.
    @Test func jumpTable() throws {
        let code = """
            f: mv s0, ra
            beqz a0, 1f
            li a0, 7
            call g
            add a0, a0, a1
            mv ra, s0
            ret
            1: li a0, 8
            call g
            add a0, a0, a1
            mv ra, s0
            ret
            g: addi a0, a0, 1
            bnez a1, 2f
            addi a0, a0, 0x234
            xori a0, a0, 0x123
            slli a0, a0, 7
            addi a0, a0, 0x123
            2: ret
            """
        #expect(try link(code).blob.code.jumpTable.count == 1)
        try expectSameResults(code, Self.folding, [[0, 0], [0, 1], [1, 0], [1, 1]])
    }

    // MARK: shorten-constants

    @Test(arguments: [
        ("0x7f00000000000000", ["a0 = 0x7f", "a0 = a0 << 0x38"]),
        ("0x0000ffffffffffff", ["a0 = 0xffffffffffffffff", "a0 = a0 >> 0x10"]),
        ("0xffffffff", ["a0 = 0xffffffffffffffff", "a0 = a0 >> 0x20"]),
        ("0x80000000", ["a0 = 0x1", "a0 = a0 << 0x1f"]),
        ("0x8000000000000000", ["a0 = 0xffffffffffffffff", "a0 = a0 << 0x3f"]),
        ("0x7fffffff", ["a0 = 0x7fffffff"]), ("-1", ["a0 = 0xffffffffffffffff"]),
    ]) func constants(_ constant: String, _ lines: [String]) throws {
        let code = "f: li a0, \(constant)\nli a1, 0\nret"
        let passes: Pass.Names = [.shortenConstants, .propagateConstants, .removeDeadOperations]
        let listing = try link(code, only: passes).listing
        #expect(listing == lines + ["a1 = 0", "ret"])
        try expectSameResults(code, passes, [[]])
    }

    /// Constants of every shape.
    @Test func shapes() throws {
        for shift in [3, 24, 31, 32, 33, 40, 63] {
            for pattern: UInt64 in [1, 0x80, 0x1234, .max] {
                for constant in [pattern << UInt64(shift), pattern >> UInt64(shift), ~(pattern << UInt64(shift))] {
                    let text = String(Int64(bitPattern: constant))
                    #expect(try link("f: li a0, \(text)\nret").call("f") == constant)
                }
            }
        }
    }
}
