// JAM's standard program: a worked example by hand from blob-format.md 6, conversions from and to containers, damaged input.

import PolkaBlob
import PolkaISA
import TestSupport
import Testing

@Suite struct StandardProgramTests {
    /// The code of the worked example of blob-format.md 4, which means the same in every instruction set of 64 bits.
    private static let code = BlobTests.program().code
    /// As the payload of section 6 there: 19 bytes.
    private static let rawCode: [UInt8] =
        [0x01, 0x01, 0x0d, 0x0a]
        + [0xc8, 0x87, 0x07, 0x51, 0x07, 0x07, 0x33, 0x08, 0x02, 0x01, 0x0a, 0x32, 0x00]
        + [0x49, 0x0e]

    /// Three bytes of read-only data, two of read-write data, one page of zeros, 4096 bytes of stack.
    private static let example: [UInt8] =
        [0x03, 0x00, 0x00] + [0x02, 0x00, 0x00] + [0x01, 0x00] + [0x00, 0x10, 0x00]
        + Array("abc".utf8) + Array("xy".utf8)
        + [0x13, 0x00, 0x00, 0x00] + rawCode

    private static let program = StandardProgram(
        readOnlyData: Array("abc".utf8), readWriteData: Array("xy".utf8), heapPages: 1, stackSize: 4096, code: code)

    @Test func workedExample() throws {
        #expect(Self.program.serialized() == Self.example)
        #expect(try StandardProgram(parsing: Self.example) == Self.program)
    }

    /// Addresses by the formulas of 6.2.
    @Test func memory() throws {
        let map = try #require(Self.program.memoryMap)
        #expect(map.readOnly == 0x10000..<0x11000)
        #expect(map.readWrite == 0x30000..<0x32000)
        #expect(map.stack == 0xfefd_f000..<0xfefe_0000)
        #expect(map.auxiliary == 0xfeff_0000..<0xffff_0000)
        #expect(map.stackTop == 0xfefe_0000)
        let empty = try #require(StandardProgram(code: Self.code).memoryMap)
        #expect(empty.readWrite == 0x20000..<0x20000)
    }

    @Test func damage() {
        for count in 0..<Self.example.count {
            #expect(throws: BlobError.self, "cut to \(count)") {
                try StandardProgram(parsing: Array(Self.example[..<count]))
            }
        }
        func kind(_ bytes: [UInt8]) -> BlobError.Kind? {
            do throws(BlobError) {
                _ = try StandardProgram(parsing: bytes)
                return nil
            } catch {
                return error.kind
            }
        }
        #expect(kind([1, 2, 3, 4]) == .truncated(what: "size of read-write data", needed: 3, available: 1))
        #expect(kind(Self.example + [0]) == .trailingBytes(what: "the code", count: 1))
        var longer = Self.example
        longer[16] = 0x14
        #expect(kind(longer) == .truncated(what: "the code", needed: 20, available: 19))
        // Sizes are looked at before memory is asked for.
        var larger = Self.example
        larger.replaceSubrange(0..<3, with: [0xff, 0xff, 0xff])
        let available = Self.example.count - 11
        #expect(kind(larger) == .truncated(what: "read-only data", needed: 0xff_ffff, available: available))
        var bitmask = Self.example
        bitmask[bitmask.count - 1] = 0x2e
        #expect(kind(bitmask) == .bitmaskPadding)
    }

    /// What is read is written as the same bytes, unless the jump table's entries were longer than they need to be.
    @Test func hostileBytes() {
        var random = SeededGenerator(seed: 6)
        for _ in 0..<3000 {
            var bytes = Self.example
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0...bytes.count, using: &random)) }
            if let program = try? StandardProgram(parsing: bytes) {
                #expect(program.serialized().count <= bytes.count)
                #expect((try? StandardProgram(parsing: program.serialized())) == program)
            }
        }
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = try? StandardProgram(parsing: bytes)
        }
    }

    // MARK: Conversion (blob-format.md 7)

    @Test func fromContainer() throws {
        var blob = BlobTests.program()
        blob.readWriteData = [7]
        blob.readWriteDataSize = 3 * 4096 + 1
        let program = try StandardProgram(blob, for: [.jamV1, .reviveV1])
        // Read-only data has no count of zeros; read-write data has, in pages: four, of which the first is stored.
        #expect(program.readOnlyData == Array("abc\0".utf8))
        #expect(program.readWriteData == [7])
        #expect(program.heapPages == 3)
        #expect(program.stackSize == 4096)
        #expect(program.code == blob.code)
        #expect(try StandardProgram(blob, for: [.jamV1], heapPages: 5).heapPages == 8)
        // The zones are where they were.
        let map = try #require(program.memoryMap)
        let old = try #require(blob.memoryMap(auxiliarySize: 1 << 24))
        #expect(map.readOnly == old.readOnly && map.readWrite == old.readWrite && map.stack == old.stack)
    }

    @Test func toContainer() throws {
        let blob = Self.program.blob(for: .jamV1)
        #expect(blob.instructionSet == .jamV1)
        #expect(blob.readOnlyDataSize == 3)
        // P(2) and one page.
        #expect(blob.readWriteDataSize == 2 * 4096)
        #expect(blob.readWriteData == Array("xy".utf8))
        #expect(blob.stackSize == 4096)
        // No block starts at 5.
        #expect(blob.exports.map(\.codeOffset) == [0, 0])
        var noHeap = Self.program
        noHeap.heapPages = 0
        #expect(noHeap.blob(for: .jamV1).readWriteDataSize == 2)
    }

    private func problems(_ blob: Blob, _ sets: [InstructionSet] = [.jamV1]) -> [ConversionError.Problem] {
        do throws(ConversionError) {
            _ = try StandardProgram(blob, for: sets)
            return []
        } catch {
            return error.problems
        }
    }

    @Test func whatDoesNotFit() {
        var blob = BlobTests.program()
        blob.readOnlyDataSize = 1 << 24
        blob.stackSize = 1 << 24
        blob.readWriteDataSize = 65536 * 4096
        let expected: [ConversionError.Problem] = [
            .tooLarge(what: "bytes of read-only data", size: 0x100_0000, limit: 0xff_ffff),
            .tooLarge(what: "bytes of stack", size: 0x100_0000, limit: 0xff_ffff),
            .tooLarge(what: "pages of zeros behind the read-write data", size: 65536, limit: 65535),
        ]
        #expect(problems(blob) == expected)
        blob.readOnlyDataSize -= 1
        blob.stackSize -= 1
        blob.readWriteDataSize -= 4096
        #expect(problems(blob) == [])
        blob.readOnlyDataSize = 0xffff_ffff
        #expect(problems(blob).last == .memory)
    }

    /// `memset`, `unlikely`, `sbrk` and the numbers that JAM's newer set shifts (isa.md 2).
    @Test func instructionsOfOneSetOnly() {
        func blob(_ byte: UInt8, _ set: InstructionSet) -> Blob {
            // The byte with an operand, then a trap.
            Blob(instructionSet: set, code: CodeMap(bytes: [byte, 0, 0], bitmask: [0b101]))
        }
        #expect(problems(blob(101, .latest64)) == [.instruction(mnemonic: "sbrk", codeOffset: 0, in: .jamV1)])
        #expect(problems(blob(2, .latest64)) == [.instruction(mnemonic: "memset", codeOffset: 0, in: .jamV1)])
        #expect(
            problems(blob(111, .reviveV1)) == [.instruction(mnemonic: "reverse_byte", codeOffset: 0, in: .jamV1)])
        #expect(problems(blob(111, .reviveV1), [.reviveV1]) == [])
        #expect(problems(blob(110, .jamV1), [.jamV1]) == [])
        #expect(problems(blob(100, .latest64), [.jamV1, .reviveV1]) == [])
    }

    @Test func kindsThatCodeCanHave() {
        func kinds(_ byte: UInt8) -> CodeMap.Kinds {
            CodeMap(bytes: [byte, 0, 0], bitmask: [0b101]).agreeing([.jamV1, .reviveV1, .latest64])
        }
        // move_reg is the same everywhere, 111 is reverse_byte in all but JamV1, which has no 111.
        #expect(kinds(100) == .one(.jamV1))
        #expect(kinds(111) == .one(.reviveV1))
        // sbrk or count_set_bits_64; unlikely or memset; zero_extend_16 or reverse_byte.
        #expect(kinds(101) == .several([.jamV1, .latest64]))
        #expect(kinds(2) == .several([.jamV1, .latest64]))
        #expect(kinds(110) == .several([.jamV1, .reviveV1, .latest64]))
        #expect(kinds(255) == .none)
    }

    // MARK: Parts of files

    /// The worked example of blob-format.md 4, counted by hand.
    @Test func partsOfAContainer() throws {
        let expected: [(FilePart.Kind, Int)] = [
            (.framing, 13), (.framing, 15), (.memoryConfig, 19), (.framing, 21), (.readOnlyData, 24), (.framing, 26),
            (.imports, 34), (.framing, 36), (.exports, 43), (.framing, 45), (.framing, 48), (.jumpTable, 49),
            (.code, 62), (.bitmask, 64), (.framing, 66), (.debugStrings, 76), (.framing, 78), (.debugLinePrograms, 91),
            (.framing, 93), (.debugRanges, 105), (.framing, 106),
        ]
        let parts = try FileParts.ofContainer(BlobTests.withDebug())
        #expect(parts.map(\.kind) == expected.map(\.0))
        #expect(parts.map(\.bytes.upperBound) == expected.map(\.1))
    }

    @Test func partsCoverEveryFile() throws {
        var unknown = Array(BlobTests.withDebug().dropLast()) + [0xc8, 0x02, 1, 2, 0]
        unknown[5] += 4
        let files: [([UInt8], [FilePart])] = [
            (unknown, try FileParts.ofContainer(unknown)),
            (Self.example, try FileParts.ofStandardProgram(Self.example)),
            (Self.rawCode, try FileParts.ofRawProgram(Self.rawCode)),
        ]
        for (bytes, parts) in files {
            var end = 0
            for part in parts {
                #expect(part.bytes.lowerBound == end)
                end = part.bytes.upperBound
            }
            #expect(end == bytes.count)
        }
        #expect(files[0].1.contains(FilePart(kind: .unknown, bytes: 105..<109)))
        #expect(throws: BlobError.self) { try FileParts.ofContainer([1, 2, 3]) }
    }
}
