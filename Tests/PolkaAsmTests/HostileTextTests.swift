// Text that is wrong: every error with its place and its words, garbage and mutated listings, and texts so large or so
// contrived that a quadratic step would show.

import PolkaAsm
import PolkaBlob
import PolkaISA
import TestSupport
import Testing

@Suite struct HostileTextTests {
    /// The errors of a text, `line:column: message` each.
    static func errors(_ text: String, _ set: InstructionSet = .latest64) -> [String] {
        do throws(AsmErrors) {
            _ = try Assembler.assemble(text, for: set)
            return []
        } catch {
            return error.errors.map { "\($0.line):\($0.column): \($0.message)" }
        }
    }

    static let rows: [(String, [String])] = [
        ("add a0", ["1:1: expected an instruction, found `add`"]),
        ("42", ["1:1: expected an instruction, found `42`"]),
        ("a0", ["1:3: expected `=`, found the end of the line"]),
        ("a0 =", ["1:5: expected a register or a number, found the end of the line"]),
        ("a0 = foo", ["1:6: expected a register, a number or an operation, found `foo`"]),
        ("a0 = a1 +", ["1:10: expected a register or a number, found the end of the line"]),
        ("a0 = a1 ? a2", ["1:9: expected an operator, found `?`"]),
        ("a0 = a1 + a2 + a3", ["1:14: expected the end of the line, found `+`"]),
        ("a0 = größe", ["1:6: expected a register, a number or an operation, found `größe`"]),
        (
            "a0 = 0xg",
            [
                "1:6: `0xg` is not a number; write decimal, 0x and hex digits, or 0b and binary digits, of at most 64 bits"
            ]
        ),
        (
            "a0 = 99999999999999999999",
            [
                "1:6: `99999999999999999999` is not a number; write decimal, 0x and hex digits, or 0b and binary digits, of at most 64 bits"
            ]
        ),
        (
            "a0 = a1 + 0x80000000",
            [
                "1:11: 0x80000000 is out of range, which is -2147483648 to 2147483647 (in hex up to 0x7fffffff, or sign extended to 64 bits)"
            ]
        ),
        (
            "a0 = a1 + 4294967296",
            [
                "1:11: 4294967296 is out of range, which is -2147483648 to 2147483647 (in hex up to 0x7fffffff, or sign extended to 64 bits)"
            ]
        ),
        ("u8 [a0] = 256", ["1:11: 256 is out of range, which is 0 to 255"]),
        ("u16 [a0] = -1", ["1:12: -1 is out of range, which is 0 to 65535"]),
        ("i8 [a0] = a1", ["1:1: expected `u8`, `u16`, `u32` or `u64` to store, or a register, found `i8`"]),
        ("ecalli -1", ["1:8: -1 is out of range, which is 0 to 4294967295"]),
        ("ecalli", ["1:7: expected the number of an import, found the end of the line"]),
        ("jump", ["1:5: expected a label, a code offset or a register in brackets, found the end of the line"]),
        ("jump @", ["1:6: expected a label such as @main, found `@`"]),
        ("jump [4]", ["1:7: `jump [ ]` needs a register on at least one side"]),
        ("jump @a\njump @a", ["1:6: no label @a; define it with a line `@a:` before the instruction that it names"]),
        ("jump @a\n@a:", ["1:6: no instruction follows the label @a, so nothing can jump to it"]),
        ("@a:\nnop\n@a:\nnop", ["3:1: label @a is defined already in line 1"]),
        (
            "@a:\njump @a if a0 ~ a1",
            [
                "2:15: expected a comparison, one of `==` `!=` `<u` `<s` `<=u` `<=s` `>u` `>s` `>=u` `>=s`, found `~`"
            ]
        ),
        ("@a:\njump @a if 1 == 2", ["2:14: `==` needs a register on at least one side"]),
        ("@a:\njump @a when a0", ["2:9: expected `if` or the end of the line, found `when`"]),
        ("a0 = 1 + 2", ["1:8: `+` needs a register on at least one side"]),
        ("a0 = a1 /u 2", ["1:9: `/u` takes only registers here; load the number into a register first"]),
        ("i32 a0 = a1 & a2", ["1:13: there is no 32-bit form of `&`; leave out the `i32`"]),
        ("i32 a0 = sext8 a1", ["1:10: there is no 32-bit form of `sext8`; leave out the `i32`"]),
        (
            "ra = 1, jump [ra]",
            [
                "1:15: the jump reads ra after it was written; to jump where it pointed before, write `tmp = ra, ra = …, jump [tmp + …]`"
            ]
        ),
        ("tmp = a0, ra = 1, jump [a0]", ["1:25: expected `tmp`, found another address"]),
        ("a0 = a1 if a2 <u 0", ["1:15: expected `==` or `!=`, found `<u`"]),
        ("a0 = a1 if a2 == 1", ["1:18: expected `0`, found another number"]),
        ("[a0..a0 + a1] = u8 a1", ["1:11: expected `a2`, as in `[a0..a0 + a2] = u8 a1`, found `a1`"]),
        (
            "%isa = rv64",
            ["1:8: unknown instruction set rv64; there are revive_v1, latest32, latest64, jam_v1"]
        ),
        (
            "%isa = jam_v1\n%isa = latest64",
            ["2:8: instruction set latest64 contradicts line 1; a file has only one"]
        ),
        (
            "%isa = jam_v1\na0 = sbrk a1",
            ["2:1: the instruction set jam_v1 has no sbrk; choose another with a line `%isa = …`"]
        ),
        (
            "%isa = latest32\na0 = u64 [a1]",
            [
                "2:1: the instruction set latest32 has no load_indirect_u64; choose another with a line `%isa = …`"
            ]
        ),
        (
            "%rodata = 00",
            [
                "1:1: unknown directive %rodata; there are %isa, %ro_data_size, %rw_data_size, %stack_size, %ro_data, %rw_data, %import, %export, %jump_table, %length, %bytes and %gap"
            ]
        ),
        ("%ro_data = 0", ["1:13: expected pairs of hex digits, found an odd number of digits"]),
        ("%rw_data = 0x00", ["1:13: expected pairs of hex digits, found `x`"]),
        ("%stack_size = 4294967296", ["1:15: 4294967296 is out of range, which is 0 to 4294967295"]),
        ("%ro_data_size = 1\n%ro_data = 0102", ["1:1: %ro_data has 2 bytes, but %ro_data_size is only 1"]),
        ("%import 0 = 'a\ntrap", ["1:13: the name has no closing `'`"]),
        ("%import 1024 = 'a'", ["1:9: the number of the import is 1024, the limit is 1023"]),
        ("%import 0 = 'a'\n%import 0 = 'b'", ["2:1: import 0 is defined already in line 1"]),
        (
            "%export 0 = name\ntrap",
            ["1:13: expected a name in single quotes, or its bytes as 0x and hex digits, found `name`"]
        ),
        ("%export 0 = 0x1\ntrap", ["1:15: expected pairs of hex digits, found an odd number of digits"]),
        ("%jump_table 0 = 0", ["1:13: 0 is out of range, which is 1 to 16777216"]),
        (
            "%jump_table 2 = 0",
            ["1:1: jump table entry 1 is not defined, but a later one is; numbers must not have gaps"]
        ),
        ("%length = 26\ntrap", ["1:11: 26 is out of range, which is 1 to 25"]),
        ("%length = 2\na0 = 300", ["2:1: the instruction needs 4 bytes and may have at most 25, not 2"]),
        (
            "%bytes = 64 10\na1 = a0",
            [
                "2:1: the bytes of %bytes mean `ra = sp` here, the line says `a1 = a0`; change one, or remove the %bytes line"
            ]
        ),
        (
            "nop\n%gap = 00\ninvalid",
            [
                "3:1: the instruction in front would take these bytes as its own; a gap can only stand at the start of the code, behind 25 bytes of one instruction or behind another gap"
            ]
        ),
        (
            "invalid\nnop",
            [
                "1:1: `invalid` stands for bytes that are no instruction; say which with a line `%bytes = …` or `%gap = …` before it"
            ]
        ),
        ("nop\n%length = 3", ["2:1: no instruction follows this %length"]),
        (
            "%length = 3\n%bytes = 00\nnop",
            ["2:1: expected the instruction that it describes, found %bytes behind the %length of line 1"]
        ),
        ("      : 0", ["1:9: expected a label such as @main, found `0`"]),
        ("      : @0 [dyn 1]\ntrap", ["1:13: expected `@dyn` or `export`, found `dyn`"]),
        ("pub main:", ["1:5: expected a label such as @main, found `main`"]),
        ("@main", ["1:6: expected `:`, found the end of the line"]),
        // All errors of a text at once.
        (
            "foo\nnop\n  bar\n",
            ["1:1: expected an instruction, found `foo`", "3:3: expected an instruction, found `bar`"]
        ),
    ]

    @Test(arguments: rows.indices)
    func message(_ index: Int) {
        let (text, expected) = Self.rows[index]
        #expect(Self.errors(text) == expected, "\(text)")
    }

    /// The line is shown with a caret, blanks or tabs in front of it as in the line, and only a part of it if it is long.
    @Test func caret() throws {
        let error = #expect(throws: AsmErrors.self) { try Assembler.assemble("nop\n\tgrün = 5\r\n") }
        #expect(
            error?.description == """
                line 2, column 2: expected an instruction, found `grün`
                    \tgrün = 5
                    \t^
                """)
        let long = "a0 = " + String(repeating: "ü", count: 500) + "\u{1b}[31m"
        let text = try #require(#expect(throws: AsmErrors.self) { try Assembler.assemble(long) }?.description)
        #expect(text.utf8.count < 400)
        #expect(!text.contains("\u{1b}"))
    }

    // MARK: Garbage

    @Test func garbage() {
        var generator = SeededGenerator(seed: 1)
        let words = [
            "a0", "r12", "=", "jump", "@x", "@x:", "if", "==", "<u", "[", "]", "+", "-", "~", "(", ")", ",", "tmp",
            "i32",
            "u8", "0x7f", "5", "%", "%bytes", "%gap", "%length", "%isa", "invalid", "\n", "\n", "\n", ":", "'", "//",
            "..",
            "%export", "%jump_table", "#", "at", "ret", "<f>:", "99999999999999999999999", "ecalli", "maxs", "mulh",
            "trap",
        ]
        for _ in 0..<3000 {
            let count = Int.random(in: 0...40, using: &generator)
            var bytes: [UInt8] = []
            for _ in 0..<count {
                if Int.random(in: 0..<10, using: &generator) == 0 {
                    bytes.append(UInt8.random(in: 0...255, using: &generator))
                } else {
                    bytes += words[Int.random(in: 0..<words.count, using: &generator)].utf8
                    if Bool.random(using: &generator) { bytes.append(0x20) }
                }
            }
            Self.survive(bytes)
        }
    }

    @Test func mutatedListings() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<200 {
            let set = InstructionSet.allCases[Int.random(in: 0..<4, using: &generator)]
            let blob =
                Bool.random(using: &generator)
                ? RoundTripTests.program(set, &generator) : RoundTripTests.noise(set, &generator)
            let raw = Bool.random(using: &generator)
            let listing = Array(DisassemblyTests.listing(blob) { $0.showsRawBytes = raw }.utf8)
            for _ in 0..<50 { Self.survive(Self.mutated(listing, &generator)) }
        }
    }

    private static func mutated(_ listing: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = listing
        for _ in 0...Int.random(in: 0...4, using: &generator) {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            let end = min(bytes.count, place + Int.random(in: 1...30, using: &generator))
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes[place] = UInt8.random(in: 0x20...0x7e, using: &generator)
            case 2 where bytes.count > 40: bytes.removeSubrange(place..<end)
            case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
            default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &generator))
            }
        }
        return bytes
    }

    /// Whatever the text is, it gives errors that can be shown, or a blob that is well formed and lists to itself.
    private static func survive(_ bytes: [UInt8]) {
        do throws(AsmErrors) {
            let blob = try Assembler.assemble(bytes)
            let parsed = try? Blob(parsing: blob.serialized())
            #expect(parsed?.code == blob.code)
            #expect((try? Assembler.assemble(DisassemblyTests.listing(blob))) == blob)
        } catch {
            #expect(!error.errors.isEmpty)
            #expect(!error.description.isEmpty)
        }
    }

    // MARK: Size

    private static func time(_ what: String, _ body: () throws -> Void) rethrows {
        let elapsed = try ContinuousClock().measure(body)
        print("\(what): \(elapsed)")
        // Far above what it takes, even unoptimized on a busy machine, and far below what a quadratic step would.
        #expect(elapsed < .seconds(30), "\(what)")
    }

    /// About a megabyte of code with a label in every tenth line.
    @Test func largeProgram() throws {
        var generator = SeededGenerator(seed: 3)
        var text = "pub @main:\n"
        for index in 0..<30000 {
            let near = max(0, index - 20)...min(29999, index + 20)
            let label = Int.random(in: index % 50 == 0 ? 0...29999 : near, using: &generator)
            text += """
                @l\(index):
                a0 = a1 + a2
                a1 = u64 [sp + \(index % 512)]
                u32 [a0 + 4] = a2
                a2 = 0x12345678
                i32 a3 = a2 * a1
                a4 = a3 >>r 7
                s0 = maxu(s1, a0)
                a0 = a1 if a2 != 0
                jump @l\(label) if a0 <u \(index)

                """
        }
        var blob: Blob?
        try Self.time("assembling \(text.utf8.count) bytes") { blob = try Assembler.assemble(text) }
        let first = try #require(blob)
        print("code: \(first.code.bytes.count) bytes")
        var listing = ""
        Self.time("listing") { listing = Disassembly(of: first).text }
        try Self.time("assembling the listing, \(listing.utf8.count) bytes") {
            let second = try Assembler.assemble(listing)
            #expect(second == first)
        }
    }

    /// Data, imports and tables are linear too.
    @Test func largeTables() throws {
        var blob = try Assembler.assemble("trap\ntrap")
        blob.readOnlyData = (0..<4_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        blob.readOnlyDataSize = 4_000_000
        blob.code.jumpTable = (0..<200_000).map { UInt32($0 % 3) }
        blob.exports = (0..<50_000).map { Blob.Export(codeOffset: UInt32($0 % 4), symbol: Array("f\($0)".utf8)) }
        blob.imports = (0..<1024).map { Array("import\($0)".utf8) }
        try Self.time("large tables") {
            let again = try Assembler.assemble(Disassembly(of: blob).text)
            #expect(again == blob)
        }
    }

    /// Each jump spans 127 bytes, the most that two bytes reach; one more at the end makes all grow, 63 at a time.
    @Test func chainOfJumps() throws {
        let count = 20000
        var text = ""
        for index in 0..<count {
            text += "@l\(index):\njump @l\(min(index + 63, count))\n"
            if index % 63 == 0 { text += "trap\n" }
        }
        let start = "trap\n@l\(count):\n"
        try Self.time("chain of jumps") {
            let short = try Assembler.assemble(text + "@l\(count):\ntrap\n")
            #expect(short.code.skip(at: 0) == 1)
            let blob = try Assembler.assemble(text + start + "trap\n")
            // Growing takes too many passes: all jumps got room for any distance.
            #expect(blob.code.skip(at: 0) == 4)
            let again = try Assembler.assemble(Disassembly(of: blob).text)
            #expect(again == blob)
        }
    }

    @Test func longLines() {
        Self.time("long lines") {
            for line in ["a0 = ", "@", "%ro_data = ", "jump [", "'", "<", "     0: "] {
                for filler in ["0", "a0 ", "'", "~", "00 ", " "] {
                    Self.survive(Array((line + String(repeating: filler, count: 200_000)).utf8))
                }
            }
            Self.survive(Array(String(repeating: "x\n", count: 100_000).utf8))
            Self.survive(Array(String(repeating: "invalid\n", count: 100_000).utf8))
        }
    }
}
