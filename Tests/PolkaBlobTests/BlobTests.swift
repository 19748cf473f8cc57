// The worked examples of blob-format.md 4, and one input for every rule of 2.5.

import PolkaBlob
import PolkaISA
import Testing

@Suite struct BlobTests {
    static let debug = DebugSections(
        strings: [0, 4] + Array("main".utf8) + [3] + Array("a.c".utf8),
        linePrograms: [1, 0x0a, 1, 2, 6, 1, 7, 6, 8, 5, 0x0f, 0x0d, 0],
        ranges: [0, 0, 0, 0, 0x0d, 0, 0, 0, 1, 0, 0, 0])

    static let example: [UInt8] =
        [0x50, 0x56, 0x4d, 0x00, 0x02, 0x41, 0, 0, 0, 0, 0, 0, 0]
        + [0x01, 0x04, 0x04, 0x10, 0x90, 0x00]
        + [0x02, 0x03, 0x61, 0x62, 0x63]
        + [0x04, 0x08, 0x01, 0, 0, 0, 0, 0x61, 0x64, 0x64]
        + [0x05, 0x07, 0x01, 0x00, 0x04, 0x6d, 0x61, 0x69, 0x6e]
        + [0x06, 0x13, 0x01, 0x01, 0x0d, 0x0a]
        + [0xc8, 0x87, 0x07, 0x51, 0x07, 0x07, 0x33, 0x08, 0x02, 0x01, 0x0a, 0x32, 0x00]
        + [0x49, 0x0e, 0x00]

    static func withDebug() -> [UInt8] {
        var bytes = Array(example.dropLast())
        bytes[5] = 0x6a
        bytes += [0x80, 0x0a] + debug.strings + [0x81, 0x0d] + debug.linePrograms + [0x82, 0x0c] + debug.ranges + [0]
        return bytes
    }

    /// The program of the example, assembled from instructions.
    static func program() -> Blob {
        let instructions: [Instruction] = [
            Instruction(.add64, .a0, .a1, .a0), Instruction(.branchEqImm, .a0, x: 0, target: 10),
            Instruction(.loadImm, .a1, x: 2), Instruction(.fallthrough), Instruction(.ecalli, x: 0),
            Instruction(.jumpIndirect, .ra, x: 0),
        ]
        var code: [UInt8] = []
        var starts: [Int] = []
        for instruction in instructions {
            starts.append(code.count)
            instruction.encode(into: &code, at: UInt32(code.count), for: .latest64)
        }
        let mask = CodeMap.bitmask(ofStarts: starts, byteCount: code.count)
        var blob = Blob(instructionSet: .latest64, code: CodeMap(bytes: code, bitmask: mask, jumpTable: [10]))
        blob.readOnlyData = Array("abc".utf8)
        blob.readOnlyDataSize = 4
        blob.readWriteDataSize = 16
        blob.stackSize = 4096
        blob.imports = [Array("add".utf8)]
        blob.exports = [Blob.Export(codeOffset: 0, symbol: Array("main".utf8))]
        return blob
    }

    @Test func workedExample() throws {
        var blob = Self.program()
        #expect(blob.serialized() == Self.example)
        #expect(try Blob(parsing: Self.example) == blob)
        blob.debug = Self.debug
        #expect(blob.serialized() == Self.withDebug())
        #expect(try Blob(parsing: Self.withDebug()) == blob)
        #expect(blob.serialized(strip: true) == Self.example)
    }

    @Test func rawProgram() throws {
        let code = Self.program().code
        let bytes = code.rawProgram
        #expect(bytes.prefix(4) == [0x01, 0x01, 0x0d, 0x0a])
        #expect(try CodeMap(rawProgram: bytes) == code)
        #expect(throws: BlobError.self) { try CodeMap(rawProgram: bytes + [0]) }
    }

    /// Entries need the smallest size that holds the largest of them, and never none (blob-format.md 2.4).
    @Test(arguments: [(0, 1), (0xff, 1), (0x100, 2), (0x1_0005, 3), (0x100_0000, 4)] as [(UInt32, UInt8)])
    func jumpTableEntrySize(_ entry: UInt32, _ size: UInt8) throws {
        let code = CodeMap(bytes: [0], bitmask: [1], jumpTable: [0, entry])
        #expect(code.rawProgram[1] == size)
        #expect(try CodeMap(rawProgram: code.rawProgram) == code)
    }

    @Test(
        arguments: [
            (0, [0]), (0x7f, [0x7f]), (0x80, [0x80, 0x80]), (0x3fff, [0xbf, 0xff]), (0x4000, [0xc0, 0x00, 0x40]),
            (0x1f_ffff, [0xdf, 0xff, 0xff]), (0x20_0000, [0xe0, 0x00, 0x00, 0x20]),
            (0xfff_ffff, [0xef, 0xff, 0xff, 0xff]),
            (0x1000_0000, [0xf0, 0x00, 0x00, 0x00, 0x10]), (0xffff_ffff, [0xf0, 0xff, 0xff, 0xff, 0xff]),
        ] as [(UInt32, [UInt8])])
    func varint(_ value: UInt32, _ bytes: [UInt8]) throws {
        var out: [UInt8] = []
        ByteWriter.append(varint: value, to: &out)
        #expect(out == bytes)
        var reader = ByteReader(bytes)
        #expect(try reader.varint("value") == value)
        #expect(reader.remaining == 0)
    }

    /// One damaged input per rule; the offset says where it is damaged.
    @Test func rules() {
        func edited(_ edit: (inout [UInt8]) -> Void) -> [UInt8] {
            var bytes = Self.example
            edit(&bytes)
            bytes[5] = UInt8(bytes.count)
            return bytes
        }
        func expect(_ kind: BlobError.Kind, at offset: Int, _ bytes: [UInt8], line: Int = #line) {
            #expect(throws: BlobError(kind, at: offset), "line \(line)") { try Blob(parsing: bytes) }
        }
        expect(.badMagic(found: [0x7f, 0x45, 0x4c, 0x46]), at: 0, [0x7f, 0x45, 0x4c, 0x46, 2])
        expect(.badMagic(found: []), at: 0, [])
        expect(.unsupportedVersion(4), at: 4, edited { $0[4] = 4 })
        expect(.wrongLength(declared: 0x41, actual: 64), at: 5, Array(Self.example.dropLast()))
        expect(.trailingBytes(what: "the memory config", count: 1), at: 18, edited { $0[17] = 0x10 })
        expect(.dataTooLarge(what: "read-only data", stored: 3, declared: 2), at: 21, edited { $0[15] = 2 })
        expect(.unexpectedSection(7), at: 19, edited { $0[19] = 7 })
        expect(.unexpectedSection(1), at: 24, edited { $0[24] = 1 })
        expect(.badVarint(what: "length of section 6"), at: 44, edited { $0[44] = 0xf8 })
        expect(.truncated(what: "section 6", needed: 127, available: 20), at: 45, edited { $0[44] = 127 })
        expect(.overLimit(what: "jump table entry size", found: 5, limit: 4), at: 46, edited { $0[46] = 5 })
        expect(
            .bitmaskLength(found: 7, expected: 1), at: 57,
            edited { $0[47] = 8 })
        expect(.bitmaskPadding, at: 63, edited { $0[63] = 0x2e })
        expect(.unexpectedSection(9), at: 64, edited { $0[64] = 9 })
        expect(.trailingBytes(what: "the end marker", count: 1), at: 65, edited { $0.append(0) })
        expect(.truncated(what: "section id", needed: 1, available: 0), at: 64, edited { $0.removeLast() })
        expect(.noCode, at: 43, edited { $0.replaceSubrange(43..., with: [0]) })
        expect(
            .overLimit(what: "import count", found: 1025, limit: 1024), at: 26,
            edited {
                $0.replaceSubrange(26..<27, with: [0x84, 0x01]); $0[25] = 9
            })
    }

    /// Unknown optional sections behind the known ones are skipped.
    @Test func unknownOptionalSection() throws {
        var bytes = Array(Self.example.dropLast()) + [200, 2, 1, 2, 0]
        bytes[5] = UInt8(bytes.count)
        #expect(try Blob(parsing: bytes) == Self.program())
    }

    /// Damaged offsets cost the import, damaged entries the exports behind them (blob-format.md 2.2, 2.3).
    @Test func lenientTables() throws {
        var bytes = Self.example
        bytes[27] = 9
        #expect(try Blob(parsing: bytes).imports == [nil])
        bytes = Self.example
        bytes[36] = 5
        #expect(try Blob(parsing: bytes).exports == Self.program().exports)
    }

    /// No truncation and no flipped bit makes the reader crash; what it accepts it can write and read again.
    @Test func hostileBytes() {
        let whole = Self.withDebug()
        for count in 0..<whole.count {
            #expect(throws: BlobError.self) { try Blob(parsing: Array(whole.prefix(count))) }
        }
        for bit in 0..<(whole.count * 8) {
            var bytes = whole
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            if let blob = try? Blob(parsing: bytes) {
                #expect((try? Blob(parsing: blob.serialized())) != nil, "bit \(bit)")
                blob.code.forEachPosition(in: blob.instructionSet) { _ in }
            }
        }
    }
}
