// Rows of sizes: counted by hand, and their sum for files of every form.

import PolkaBlob
import PolkaISA
import TestSupport
import Testing

@testable import PolkaCheck

@Suite struct SizeTests {
    /// Code of 2 + 1 + 2 bytes; 6 stored bytes of read-only data of 8, 3 of read-write data of 64.
    private static func example() throws -> Blob {
        var blob = try blob(contract)
        blob.readOnlyData = [1, 2, 3, 4, 5, 6]
        blob.readOnlyDataSize = 8
        blob.readWriteData = [1, 2, 3]
        blob.readWriteDataSize = 64
        return blob
    }

    private static let map = """
        code
          00000000        2  deploy
          00000002        3  call
        read-only data
          00010000        4  .rodata
            00010001        2  table
          00010006        2  .rodata.zeros
        read-write data
          00030000        3  .data
            00030000        3  counter
          00030004       60  .bss

        """

    private func report(_ blob: Blob, _ map: String?) throws -> SizeReport {
        try SizeReport(blob, parts: FileParts.ofContainer(blob.serialized()), map: map.flatMap(MapText.init))
    }

    @Test func rows() throws {
        let report = try report(Self.example(), Self.map)
        #expect(report.namesFrom == .map)
        func bytes(_ name: String) -> Int? { report.rows.first { $0.name == name }?.bytes }
        #expect(bytes("deploy") == 2 && bytes("call") == 3)
        // The section has four bytes, two of which are the table's; two more lie between the sections.
        #expect(bytes("table") == 2 && bytes(".rodata") == 2 && bytes("(padding)") == 2)
        #expect(bytes("counter") == 3)
        #expect(bytes(".bss") == nil && bytes(".data") == nil)
        // One bit for each of five bytes.
        #expect(bytes("(instruction bitmask)") == 1)
        #expect(report.rows.map(\.bytes) == report.rows.map(\.bytes).sorted(by: >))
        #expect(report.rows.reduce(0) { $0 + $1.bytes } == report.byteCount)
        #expect(report.byteCount == (try Self.example()).serialized().count)
    }

    @Test func withoutAMap() throws {
        let report = try report(Self.example(), nil)
        #expect(report.namesFrom == .exports)
        #expect(report.rows.contains(.init(name: "call", kind: .code, bytes: 3)))
        #expect(report.rows.contains(.init(name: "(read-only data)", kind: .readOnlyData, bytes: 6)))
        #expect(report.rows.reduce(0) { $0 + $1.bytes } == report.byteCount)
        // A map whose code ends elsewhere is of another program.
        let other = try self.report(Self.example(), Self.map.replacing("       3  call", with: "       4  call"))
        #expect(other.namesFrom == .exports)
        var nameless = try Self.example()
        nameless.exports = []
        #expect(try self.report(nameless, nil).namesFrom == .nothing)
    }

    @Test func difference() throws {
        var old = try Self.example()
        old.readWriteData = []
        let report = SizeDifference(from: try report(old, Self.map), to: try report(Self.example(), Self.map))
        // The section's id and length go with its data.
        #expect(
            report.rows == [
                .init(name: "counter", kind: .readWriteData, old: 0, new: 3),
                .init(name: "(headers)", kind: .format, old: headers(old), new: headers(try Self.example())),
            ])
        #expect(report.rows.reduce(0) { $0 + $1.change } == report.newByteCount - report.oldByteCount)
        #expect(headers(try Self.example()) - headers(old) == 2)
    }

    private func headers(_ blob: Blob) -> Int {
        (try? FileParts.ofContainer(blob.serialized()))?.filter { $0.kind == .framing }.reduce(0) {
            $0 + $1.bytes.count
        }
            ?? 0
    }

    /// Rows add up whatever the map says.
    @Test func hostileMaps() throws {
        var random = SeededGenerator(seed: 11)
        let blob = try Self.example()
        let parts = try FileParts.ofContainer(blob.serialized())
        for _ in 0..<2000 {
            var text = Array(Self.map.utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let byte = Array("0123456789abcdef \nx".utf8).randomElement(using: &random) ?? 0
                text[Int.random(in: 0..<text.count, using: &random)] = byte
            }
            let map = MapText(String(decoding: text, as: UTF8.self))
            let report = SizeReport(blob, parts: parts, map: map)
            #expect(report.rows.reduce(0) { $0 + $1.bytes } == report.byteCount)
            _ = results(blob, for: .revive, map: String(decoding: text, as: UTF8.self))
        }
        #expect(MapText("") == nil && MapText("hello\n") == nil)
    }
}
