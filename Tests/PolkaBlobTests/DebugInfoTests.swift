// Debug sections: the worked example of blob-format.md 4, each operation of line programs, each thing that can be wrong.

import PolkaBlob
import Testing

@Suite struct DebugInfoTests {
    /// Strings at 1 ("main"), 6 ("a.c"), 10 ("std").
    static let strings: [UInt8] = [0, 4] + Array("main".utf8) + [3] + Array("a.c".utf8) + [3] + Array("std".utf8)

    static func info(_ program: [UInt8], ranges: [UInt8] = [0, 0, 0, 0, 100, 0, 0, 0, 1, 0, 0, 0]) throws -> DebugInfo {
        try DebugInfo(DebugSections(strings: strings, linePrograms: [1] + program, ranges: ranges))
    }

    static func frame(_ kind: SourceFrame.Kind, _ line: UInt32?, function: String? = nil) -> SourceFrame {
        SourceFrame(kind: kind, namespace: nil, function: function, path: nil, line: line, column: nil)
    }

    @Test func workedExample() throws {
        let blob = try Blob(parsing: BlobTests.withDebug())
        let info = try #require(try blob.debugInfo())
        let frame = SourceFrame(kind: .enter, namespace: nil, function: "main", path: "a.c", line: 5, column: nil)
        #expect(info.ranges.map(\.code) == [0..<13])
        for offset in 0..<13 as Range<UInt32> { #expect(try info.frames(at: offset) == [frame]) }
        #expect(try info.frames(at: 13) == [])
        #expect(frame.qualifiedName == "main")
        #expect(frame.location == "a.c:5")
        #expect(try Blob(parsing: BlobTests.example).debugInfo() == nil)
    }

    @Test func operations() throws {
        let info = try Self.info([
            10, 1, 8, 7, 14,  // one byte in line 7
            11, 15, 2,  // two bytes in line 8
            12, 10, 16,  // one in line 18, then deeper
            1, 1, 3, 8, 9, 5, 10, 6, 1, 9, 4, 17, 2,  // a call in line 9, two bytes, then deeper
            1, 2, 4, 13, 1, 19, 3,  // line 2^32 - 1, three bytes, then shallower
            18,  // one byte, then shallower
            1, 99, 8, 1, 14,  // too deep to matter
            10, 0, 14, 0, 14,
        ])
        var regions: [(Range<UInt32>, [SourceFrame])] = []
        try info.forEachRegion(of: info.ranges[0]) { regions.append(($0, $1)) }
        #expect(regions.map(\.0) == [0..<1, 1..<3, 3..<4, 4..<6, 6..<9, 9..<10, 10..<11, 11..<12])
        let outer = Self.frame(.line, 18)
        let call = SourceFrame(kind: .call, namespace: "std", function: "main", path: nil, line: 9, column: 4)
        #expect(
            regions.map(\.1) == [
                [Self.frame(.line, 7)], [Self.frame(.line, 8)], [outer], [outer, call],
                [outer, call, Self.frame(.line, .max)], [outer, call], [outer], [],
            ])
        #expect(call.qualifiedName == "std::main")
        #expect(try info.frames(at: 7).count == 3)
        #expect(try info.frames(at: 50) == [])
    }

    @Test func lookup() throws {
        let ranges: [UInt8] = [4, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 16, 0, 0, 0, 20, 0, 0, 0, 8, 0, 0, 0]
        let info = try Self.info([10, 1, 8, 1, 15, 4, 0, 10, 1, 8, 2, 15, 4, 0], ranges: ranges)
        let lines = try (0..<24 as Range<UInt32>).map { try info.frames(at: $0).first?.line ?? 0 }
        #expect(lines == [0, 0, 0, 0, 1, 1, 1, 1] + [UInt32](repeating: 0, count: 8) + [2, 2, 2, 2, 0, 0, 0, 0])
    }

    @Test func damage() throws {
        func expect(_ text: String, _ body: () throws -> Void) {
            let error = #expect(throws: BlobError.self, performing: body)
            #expect(error?.description == "debug section offset " + text)
        }
        expect("0x0: debug information: line programs have version 2, expected 1") {
            _ = try DebugInfo(DebugSections(linePrograms: [2], ranges: [0]))
        }
        expect("0x0: debug information: the ranges take 13 bytes, which is no multiple of 12") {
            _ = try Self.info([], ranges: [UInt8](repeating: 0, count: 13))
        }
        expect("0x0: debug information: a range begins at 5 and ends at 4") {
            _ = try Self.info([], ranges: [5, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0])
        }
        expect("0xc: debug information: a range begins at 0, the one before it at 1; expected ascending order") {
            _ = try Self.info([], ranges: [1, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 12))
        }
        expect("0x3: debug information: line programs: a line program ends within an operation") {
            _ = try Self.info([10, 1]).frames(at: 0)
        }
        expect("0x2: debug information: line programs: a line program ends within the argument of an operation") {
            _ = try Self.info([10]).frames(at: 0)
        }
        expect("0x1: debug information: line programs: unknown operation 20") { _ = try Self.info([20]).frames(at: 0) }
        expect("0x201: debug information: line programs: more than 512 operations for one region") {
            _ = try Self.info([UInt8](repeating: 11, count: 600)).frames(at: 0)
        }
        expect("0x3: debug information: line programs: a region reaches beyond 32 bits of code") {
            _ = try Self.info([10, 1, 14], ranges: [255, 255, 255, 255, 255, 255, 255, 255, 1, 0, 0, 0]).forEachRegion(
                of: DebugInfo(
                    DebugSections(linePrograms: [1], ranges: [255, 255, 255, 255, 255, 255, 255, 255, 1, 0, 0, 0])
                ).ranges[0]
            ) { _, _ in }
        }
        expect("0x63: debug information: string offset 99 lies outside of the 14 bytes of strings") {
            _ = try Self.info([10, 1, 6, 99, 14]).frames(at: 0)
        }
        expect("0x2: debug information: the string at offset 2 is cut off") {
            _ = try Self.info([10, 1, 6, 2, 14]).frames(at: 0)
        }
    }

    /// 511 operations and the one that emits are within the limit.
    @Test func operationLimit() throws {
        let info = try Self.info([10, 1] + [UInt8](repeating: 11, count: 509) + [14])
        #expect(try info.frames(at: 0).first?.line == 509)
    }

    /// No flipped bit in the sections makes reading them crash or run on.
    @Test func hostileSections() {
        let sections = BlobTests.debug
        func flipped(_ bytes: [UInt8], _ bit: Int) -> [UInt8] {
            var bytes = bytes
            if bit / 8 < bytes.count { bytes[bit / 8] ^= 1 << UInt8(bit % 8) }
            return bytes
        }
        for bit in 0..<(14 * 8) {
            for which in 0..<3 {
                var damaged = sections
                if which == 0 { damaged.strings = flipped(damaged.strings, bit) }
                if which == 1 { damaged.linePrograms = flipped(damaged.linePrograms, bit) }
                if which == 2 { damaged.ranges = flipped(damaged.ranges, bit) }
                guard let info = try? DebugInfo(damaged) else { continue }
                for offset in 0..<20 as Range<UInt32> { _ = try? info.frames(at: offset) }
                for range in info.ranges { try? info.forEachRegion(of: range) { _, _ in } }
            }
        }
    }
}
