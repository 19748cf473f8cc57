// Debug information that lies: nothing crashes, runs on or fills the memory; what can be read is read.

import PolkaBlob
import RISCVELF
import TestSupport
import Testing

@testable import DWARFReader

@Suite struct HostileTests {
    /// All frames of all code, so that every table is looked up.
    @discardableResult
    static func walk(_ object: ELFObject, _ map: SourceMap) -> Int {
        var count = 0
        for section in object.sections where section.isExecutable {
            for offset in stride(from: 0, to: section.byteCount, by: 2) {
                count += map.frames(section: section.index, offset: offset).count
            }
        }
        return count
    }

    /// The object of assembly text with code of 64 bytes in `.text`, and a map of it.
    static func map(_ debugSections: String) throws -> (object: ELFObject, map: SourceMap) {
        let text = ".text\n.globl f\n.type f, @function\nf: .fill 16, 4, 0x13\n.size f, 64\n" + debugSections
        let object = try ELFObject(parsing: try Workshop().compile(text, "a.s"), name: "a.o")
        return (object, SourceMap(object))
    }

    static func frames(_ debugSections: String, at offset: Int = 4) throws -> [SourceFrame] {
        let (object, map) = try map(debugSections)
        let section = try #require(object.sections.first { $0.name == ".text" })
        return map.frames(section: section.index, offset: offset)
    }

    static let enterF = SourceFrame(kind: .enter, namespace: nil, function: "f", path: nil, line: nil, column: nil)

    /// Random damage to the debug sections of real guests.
    @Test(arguments: [
        Compilation(name: "a.c", flags: ["-g", "-O2"]), Compilation(name: "a.c", flags: ["-gdwarf-4", "-O2"]),
        Compilation(name: "a.swift", flags: ["-g", "-O"]), Compilation(name: "a.swift", flags: ["-g", "-Onone"]),
    ])
    func damage(_ compilation: Compilation) throws {
        let workshop = try Workshop()
        let objectBytes = try workshop.compile(compilation.source, compilation.name, compilation.flags)
        let linkedBytes = try workshop.link([compilation.name])
        for bytes in [objectBytes, linkedBytes] {
            let whole = try ELFObject(parsing: bytes, name: "a")
            let headers = Int(Self.little(bytes, at: 40, 8))
            let ranges = whole.sections.filter {
                $0.name.hasPrefix(".debug_") && ![".debug_frame", ".debug_loc", ".debug_loclists"].contains($0.name)
                    && $0.byteCount > 0
            }.map { section in
                let start = Int(Self.little(bytes, at: headers + 64 * section.index + 24, 8))
                return start..<start + section.byteCount
            }
            let count = Self.walk(whole, SourceMap(whole))
            #expect(count > 20)
            var random = SeededGenerator(seed: 7)
            for _ in 0..<(compilation.name == "a.c" ? 1000 : 50) {
                var damaged = bytes
                for _ in 0...Int.random(in: 0..<8, using: &random) {
                    let range = ranges.randomElement(using: &random) ?? 0..<1
                    Self.damage(&damaged, range.lowerBound, range.count, &random)
                }
                guard let object = try? ELFObject(parsing: damaged, name: "a") else { continue }
                Self.walk(object, SourceMap(object))
            }
        }
    }

    private static func little(_ bytes: [UInt8], at offset: Int, _ count: Int) -> UInt64 {
        bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func damage(_ bytes: inout [UInt8], _ start: Int, _ count: Int, _ random: inout SeededGenerator) {
        // The headers at the start decide about all that follows.
        let offset = Int.random(in: 0..<(Bool.random(using: &random) ? count : min(count, 64)), using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[start + offset] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes[start + offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes[start + offset] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
        default:
            for index in offset..<min(count, offset + 4) {
                bytes[start + index] = Bool.random(using: &random) ? 0xff : 0
            }
        }
    }

    /// A section that ends anywhere.
    @Test func truncation() throws {
        let workshop = try Workshop()
        let bytes = try workshop.compile(Sample.c, "a.c", ["-g", "-O2"])
        let whole = try ELFObject(parsing: bytes, name: "a.o")
        let headers = Int(Self.little(bytes, at: 40, 8))
        for section in whole.sections where section.name.hasPrefix(".debug_") && section.byteCount > 0 {
            for count in 0..<section.byteCount {
                var shorter = bytes
                let field = headers + 64 * section.index + 32
                for index in 0..<8 { shorter[field + index] = UInt8(truncatingIfNeeded: count >> (8 * index)) }
                // Relocations behind the end are refused by the ELF reader; here they are none.
                for other in whole.sections where other.name == ".rela" + section.name {
                    let type = headers + 64 * other.index + 4
                    for index in 0..<4 { shorter[type + index] = index == 0 ? 1 : 0 }
                }
                guard let object = try? ELFObject(parsing: shorter, name: "a.o") else { continue }
                Self.walk(object, SourceMap(object))
            }
        }
    }

    @Test(arguments: [0, 1, 6, 7, 65535])
    func unknownVersions(version: Int) throws {
        let (object, map) = try Self.map(
            """
            .section .debug_info,"",@progbits
            .word 8
            .half \(version)
            .fill 6, 1, 0
            """)
        #expect(map.notes == [".debug_info+0x0: a unit of DWARF version \(version), expected 2 to 5"])
        #expect(
            map.frames(section: try #require(object.sections.first { $0.name == ".text" }).index, offset: 0) == [
                Self.enterF
            ])
    }

    /// Abbreviations of a unit, a function with a name in place and its code, and functions that only refer.
    private static let abbreviations = """
        .section .debug_abbrev,"",@progbits
        .byte 1, 0x11, 1, 0, 0
        .byte 2, 0x2e, 1, 0x11, 1, 0x12, 6, 0x31, 0x13, 0, 0
        .byte 3, 0x2e, 0, 0x31, 0x13, 0, 0
        .byte 4, 0x2e, 0, 3, 8, 0, 0
        .byte 5, 0x1d, 1, 0x11, 1, 0x12, 6, 0x31, 0x13, 0x59, 0xb, 0, 0
        .byte 6, 0x39, 1, 3, 8, 0, 0
        .byte 0

        """

    private static func unit(_ entries: String) -> String {
        abbreviations + """
            .section .debug_info,"",@progbits
            .word .Lend - .Lstart
            .Lstart: .half 4
            .word 0
            .byte 8
            .byte 1
            \(entries)
            .Lend:
            """
    }

    /// Functions that say that another one says what they are called: in circles, of themselves, of nothing.
    @Test func circles() throws {
        // The header has 11 bytes, the unit's entry one.
        let circle = ".byte 2\n.quad f\n.word 32\n.word 30\n.byte 0\n.byte 3\n.word 35\n.byte 3\n.word 30\n.byte 0"
        let frames = try Self.frames(Self.unit(circle))
        #expect(frames.map(\.kind) == [.enter])
        #expect(frames.map(\.function) == [nil])
        for reference in ["12", "0", "0xffffffff", "13"] {
            _ = try Self.frames(Self.unit(".byte 2\n.quad f\n.word 32\n.word \(reference)\n.byte 0\n.byte 0"))
        }
        let named = ".byte 2\n.quad f\n.word 32\n.word 30\n.byte 0\n.byte 4\n.asciz \"good\"\n.byte 0"
        #expect(try Self.frames(Self.unit(named)).map(\.function) == ["good"])
        #expect(try Self.frames(Self.unit(named), at: 40) == [Self.enterF], "behind its end the symbol counts")
    }

    /// Ten thousand functions inlined into each other: some are told apart, among them the outermost.
    @Test func depth() throws {
        let count = 10_000
        let inlined = String(repeating: ".byte 5\n.quad f\n.word 32\n.word 12\n.byte 7\n", count: count)
        let text =
            ".byte 4\n.asciz \"g\"\n.byte 2\n.quad f\n.word 32\n.word 12\n" + inlined + ".fill \(count + 2), 1, 0"
        let frames = try Self.frames(Self.unit(text))
        #expect(frames.filter { $0.kind == .enter }.count == 64)
        #expect(frames.allSatisfy { $0.function == "g" })
        #expect(frames.filter { $0.kind == .call }.allSatisfy { $0.line == 7 })
        // Namespaces too.
        let namespaces = String(repeating: ".byte 6\n.asciz \"n\"\n", count: count)
        _ = try Self.frames(Self.unit(namespaces + ".byte 4\n.asciz \"g\"\n"))
    }

    /// Code of no size, of negative size, that begins or ends where no code is.
    @Test func badCode() throws {
        for (low, size) in [
            ("f", "0"), ("0", "64"), ("f + 64", "4"), ("-1", "-1"), ("f + 4", "0xffffffff"), ("f - 4", "8"),
        ] {
            let text = ".byte 2\n.quad \(low)\n.word \(size)\n.word 30\n.byte 0\n.byte 4\n.asciz \"good\"\n.byte 0"
            let frames = try Self.frames(Self.unit(text))
            #expect(frames.map(\.function) == [low == "f + 4" ? "good" : "f"], "\(low) \(size)")
        }
    }

    /// Twenty thousand units that all use the last entry of one table of twenty thousand.
    @Test func sharedAbbreviations() throws {
        let count = 20_000
        var text = ".section .debug_abbrev,\"\",@progbits\n"
        for code in 1...count { text += ".uleb128 \(code), 0x11, 0, 3, 8, 0, 0\n" }
        text += ".byte 0\n.section .debug_info,\"\",@progbits\n"
        text += ".rept \(count)\n.word 11\n.half 4\n.word 0\n.byte 8\n.uleb128 \(count)\n.byte 0\n.endr\n"
        #expect(try Self.map(text).map.notes == [])
    }

    /// Units each with another part of one table, and tables of lines that lie in each other.
    @Test func overlappingTables() throws {
        let count = 20_000
        var text = ".section .debug_abbrev,\"\",@progbits\n.rept \(count)\n.byte 1, 0x11, 0, 0x10, 0x17, 0, 0\n.endr\n"
        text += ".section .debug_info,\"\",@progbits\n.set i, 0\n"
        text += ".rept \(count)\n.word 12\n.half 4\n.word i * 7\n.byte 8\n.byte 1\n.word i * 26\n.set i, i + 1\n.endr\n"
        // Each header says that its table goes on to the end; the operations of one are the headers of others.
        text += ".section .debug_line,\"\",@progbits\n.set i, 0\n.rept \(count)\n"
        text +=
            ".word \(count * 26) - i * 26 - 4\n.half 2\n.word 16\n.byte 1, 1, 0xfb, 14, 10, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0\n"
        text += ".set i, i + 1\n.endr\n"
        let map = try Self.map(text).map
        #expect(map.notes.contains { $0.contains("more often than in any honest file") })
    }

    /// A table of lines in which no file has a name, and one that says that it has 2^60 files of no bytes.
    @Test func filesWithoutNames() throws {
        func table(_ files: String) -> String {
            """
            .section .debug_abbrev,"",@progbits
            .byte 1, 0x11, 0, 0x10, 0x17, 0, 0, 0
            .section .debug_info,"",@progbits
            .word 12
            .half 4
            .word 0
            .byte 8, 1
            .word 0
            .section .debug_line,"",@progbits
            .word .Lend - .Lstart
            .Lstart: .half 5
            .byte 8, 0
            .word .Lprogram - .Lheader
            .Lheader: .byte 1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1
            \(files)
            .Lprogram: .byte 0, 9, 2
            .quad f
            .byte 3, 41, 1, 2, 64, 0, 1, 1
            .Lend:
            """
        }
        func line(_ line: UInt32?, _ path: String?) -> SourceFrame {
            SourceFrame(kind: .line, namespace: nil, function: "f", path: path, line: line, column: nil)
        }
        #expect(try Self.frames(table(".byte 0, 0, 0, 0")) == [Self.enterF, line(42, nil)])
        let named = ".byte 1, 1, 8, 1\n.asciz \"/d\"\n.byte 1, 1, 8, 2\n.asciz \"a\"\n.asciz \"b\""
        #expect(try Self.frames(table(named)) == [Self.enterF, line(42, "/d/b")])
        let endless = ".byte 1, 1, 0x19, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f"
        let (_, map) = try Self.map(table(endless))
        #expect(map.notes == [".debug_line+0x0: the names of the files of a table of lines are cut off"])
        #expect(
            try Self.map(table(".byte 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0")).map.notes.count == 1)
    }

    @Test func compressedSections() throws {
        let workshop = try Workshop()
        let object = try ELFObject(
            parsing: try workshop.compile(Sample.c, "a.c", ["-g", "-O2", "-gz=zlib"]), name: "a.o")
        let map = SourceMap(object)
        #expect(
            map.notes.contains(".debug_info is compressed; link without --compress-debug-sections to keep its lines"))
        Self.walk(object, map)
    }

    /// Without debug information functions are known by their symbols, those of Swift by readable names.
    @Test func symbolsAlone() throws {
        let text = """
            .text
            .type plain, @function
            plain: .fill 4, 4, 0x13
            .size plain, 16
            .fill 1, 4, 0x13
            .type "$e1a5third2of_SiSaySiG_SitF", @function
            "$e1a5third2of_SiSaySiG_SitF": .fill 4, 4, 0x13
            """
        let object = try ELFObject(parsing: try Workshop().compile(text, "a.s"), name: "a.o")
        let map = SourceMap(object)
        let section = try #require(object.sections.first { $0.name == ".text" }).index
        func frames(_ offset: Int) -> [SourceFrame] { map.frames(section: section, offset: offset) }
        func enter(_ name: String) -> [SourceFrame] {
            [SourceFrame(kind: .enter, namespace: nil, function: name, path: nil, line: nil, column: nil)]
        }
        #expect(frames(0) == enter("plain"))
        #expect(frames(14) == enter("plain"))
        #expect(frames(16) == [])
        #expect(frames(20) == enter("third(of:_:)"))
        #expect(frames(34) == enter("third(of:_:)"))
        #expect(frames(36) == [])
        #expect(frames(-1) == [])
        #expect(map.frames(section: 0, offset: 0) == [])
        #expect(map.notes == [])
    }

    /// Assembly with `-g` has lines and files but no functions.
    @Test func linesOfAssembly() throws {
        let text = ".text\n.globl f\n.type f, @function\nf:\n  nop\n  nop\n.size f, 4\n"
        let object = try ELFObject(parsing: try Workshop().compile(text, "a.s", ["-g"]), name: "a.o")
        let section = try #require(object.sections.first { $0.name == ".text" }).index
        let frames = SourceMap(object).frames(section: section, offset: 2)
        #expect(frames.map(\.kind) == [.enter, .line])
        #expect(frames.last?.location == "/src/a.s:6")
        #expect(frames.map(\.function) == ["f", "f"])
    }
}
