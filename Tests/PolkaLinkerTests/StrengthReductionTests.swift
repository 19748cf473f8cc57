// Operations on a constant become cheaper ones, and compute the same for values at every border.

import PolkaISA
import PolkaLinker
import PolkaVM
import Testing

@Suite struct StrengthReductionTests {
    private static let passes: Pass.Names = [.propagateConstants, .removeDeadOperations]

    @Test(arguments: [
        ("mul", "8", "a0 = a0 << 0x3"), ("mul", "1", ""), ("mul", "-1", "a0 = -a0"),
        ("mulw", "8", "i32 a0 = a0 << 0x3"),
        ("mulw", "1", "i32 a0 = a0 + 0"), ("mulw", "-0x80000000", "i32 a0 = a0 << 0x1f"),
        ("divu", "8", "a0 = a0 >> 0x3"),
        ("divuw", "8", "i32 a0 = a0 >> 0x3"), ("divuw", "1", "i32 a0 = a0 + 0"), ("div", "1", ""),
        ("div", "-1", "a0 = -a0"),
        ("divw", "-1", "i32 a0 = -a0"), ("remu", "8", "a0 = a0 & 0x7"), ("remuw", "16", "a0 = a0 & 0xf"),
        ("remu", "1", "a0 = 0"), ("rem", "-1", "a0 = 0"), ("sll", "67", "a0 = a0 << 0x3"),
        ("or", "-1", "a0 = 0xffffffffffffffff"),
    ]) func constants(_ name: String, _ constant: String, _ line: String) throws {
        let code = "f: li t0, \(constant)\n\(name) a0, a0, t0\nli a1, 0\nret"
        let expected = (line.isEmpty ? [] : [line]) + ["a1 = 0", "ret"]
        let listing = try Pass.listing(code, only: Self.passes)
        #expect(listing == expected)
    }

    /// A quotient is rounded towards zero, what is shifted towards minus infinity.
    @Test(arguments: ["div", "divw", "rem", "remw"]) func signedDivisionIsNoShift(_ name: String) throws {
        let values = [-1, -7, -8, -9, -16, 7, 8, 9, Int.min, Int(Int32.min), Int(Int32.min) - 1]
        for constant in [2, 8, 1 << 30] {
            let code = "f: li t0, \(constant)\n\(name) a0, a0, t0\nli a1, 0\nret"
            let instances = try values.map { value in
                let instance = try Pass.link(code).instance()
                #expect(try instance.call("f", [UInt64(bitPattern: Int64(value))]) == .finished)
                return Int(Int64(bitPattern: instance[.a0]))
            }
            let expected = values.map { value in
                let operand = name.hasSuffix("w") ? Int(Int32(truncatingIfNeeded: value)) : value
                return name.hasPrefix("div") ? operand / constant : operand % constant
            }
            #expect(instances == expected, "\(constant)")
        }
    }

    private static let operations = [
        "mul", "mulw", "mulh", "mulhu", "mulhsu", "div", "divu", "divw", "divuw", "rem", "remu", "remw", "remuw", "add",
        "sub",
        "addw", "subw", "and", "or", "xor", "andn", "orn", "xnor", "sll", "srl", "sra", "sllw", "srlw", "sraw", "rol",
        "ror",
        "rolw", "rorw", "slt", "sltu", "max", "maxu", "min", "minu",
    ]

    private static let constants = [
        0, 1, 2, 3, 8, 31, 32, 33, 63, 64, 65, 1 << 30, Int(Int32.max), Int(Int32.min), Int(Int32.min) + 1, -1, -2, -8,
        -32, -64,
    ]

    /// Every operation with every constant on either side and with itself, against the same operation on registers.
    @Test(arguments: operations) func allValues(_ name: String) throws {
        // One function for each: 20 constants at most in one jump by number is what a table would be for.
        for constant in Self.constants {
            let code = """
                f: li t0, \(constant)
                mv t1, a0
                \(name) a0, t1, t0
                \(name) a1, t0, t1
                \(name) t1, t1, t1
                slli t1, t1, 1
                add a1, a1, t1
                ret
                """
            try Pass.expectSameResults(code, only: Self.passes, Pass.borders.map { [$0] })
        }
    }

    /// Branches have the shortest immediate that means the same.
    @Test(arguments: [
        ("blt a0, t0", 128, "a0 <=s 127"), ("bge a0, t0", 128, "a0 >s 127"), ("bltu a0, t0", 128, "a0 <=u 127"),
        ("bgeu a0, t0", 128, "a0 >u 127"), ("blt a0, t0", 1, "a0 <=s 0"), ("bltu a0, t0", 1, "a0 == 0"),
        ("bgeu a0, t0", 1, "a0 != 0"), ("blt t0, a0", -1, "a0 >=s 0"), ("bge t0, a0", -1, "a0 <s 0"),
        ("blt t0, a0", -129, "a0 >=s -128"), ("bltu t0, a0", -1, "a0 >u -1"),
        ("bltu t0, a0", -129, "a0 >=u -128"), ("bltu t0, a0", 0, "a0 != 0"), ("bgeu t0, a0", 0, "a0 == 0"),
        ("blt a0, t0", 127, "a0 <s 127"), ("blt a0, t0", Int(Int32.min), "a0 <s -2147483648"),
        ("bltu a0, t0", Int(Int32.min), "a0 <u -2147483648"), ("bltu t0, a0", Int(Int32.max), "a0 >u 2147483647"),
    ]) func branches(_ branch: String, _ constant: Int, _ condition: String) throws {
        let code = "f: li t0, \(constant)\n\(branch), 1f\nli a0, 10\nli a1, 0\nret\n1: li a0, 20\nli a1, 0\nret"
        let listing = try Pass.listing(code, only: Self.passes)
        #expect(listing.first == "jump @2 if \(condition)")
        let values =
            Pass.borders + [127, 128, 129, 0xffff_ffff_ffff_ff7f, 0xffff_ffff_ffff_ff80, 0xffff_ffff_8000_0000]
        try Pass.expectSameResults(code, only: Self.passes, values.map { [$0] })
    }

    /// Branches that always or never go.
    @Test(arguments: [
        ("beq a0, a0", 20), ("bne a0, a0", 10), ("blt a0, a0", 10), ("bge a0, a0", 20), ("bltu a0, a0", 10),
        ("bgeu a0, a0", 20), ("bltu a0, zero", 10), ("bgeu a0, zero", 20),
    ]) func decided(_ branch: String, _ result: Int) throws {
        let code = "f: \(branch), 1f\nli a0, 10\nli a1, 0\nret\n1: li a0, 20\nli a1, 0\nret"
        let listing = try Pass.listing(code)
        #expect(listing == ["a0 = 0x\(String(result, radix: 16))", "a1 = 0", "ret"])
    }
}
