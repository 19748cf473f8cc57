// `pvm inspect`: what a program consists of.

import ArgumentParser
import PolkaBlob
import PolkaBuild
import PolkaISA
import SystemPackage

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show the parts of a program: memory map, imports, exports, sizes.")

    @Argument(help: ArgumentHelp("A .polkavm file.", valueName: "blob"))
    var input: String

    @Flag(help: "Print one JSON object instead.")
    var json = false

    func run() throws {
        let bytes = try Files.read(FilePath(input))
        let report = try InspectReport(try ProgramInput.read(input), byteCount: bytes.count, input)
        if json { try JSONOutput.print(report) } else { Terminal.write(report.text) }
    }
}

/// What `inspect` says.
private struct InspectReport: Encodable {
    struct Zone: Encodable {
        let name: String
        let address: UInt64
        let size: UInt64
        /// Bytes that the blob stores; the rest is zeros.
        let stored: Int
        let access: String
    }
    struct Export: Encodable {
        let name: String
        let offset: UInt32
    }
    struct Import: Encodable {
        let number: Int
        let name: String
    }
    struct Sizes: Encodable {
        let blob: Int
        let code: Int
        let bitmask: Int
        let jumpTable: Int
        let debug: Int
    }

    let kind: String
    let instructions: Int
    let sizes: Sizes
    let jumpTableEntries: Int
    let memory: [Zone]
    let heapBase: UInt32
    let maximumHeapSize: UInt32
    let imports: [Import]
    let exports: [Export]
    let hasDebugInformation: Bool

    init(_ blob: Blob, byteCount: Int, _ path: String) throws {
        guard let map = blob.memoryMap() else {
            throw CommandError(
                "\(path): its memory does not fit into 32 bits: \(blob.readOnlyDataSize) bytes read-only,"
                    + " \(blob.readWriteDataSize) read-write, \(blob.stackSize) of stack")
        }
        kind = blob.instructionSet.name
        var count = 0
        blob.code.forEachPosition(in: blob.instructionSet) { _ in count += 1 }
        instructions = count
        let entryBytes = blob.code.rawProgram.count - blob.code.bytes.count - blob.code.bitmask.count
        sizes = Sizes(
            blob: byteCount, code: blob.code.bytes.count, bitmask: blob.code.bitmask.count, jumpTable: entryBytes,
            debug: blob.debug.strings.count + blob.debug.linePrograms.count + blob.debug.ranges.count)
        jumpTableEntries = blob.code.jumpTable.count
        memory = [
            Zone(
                name: "read-only data", address: map.readOnly.lowerBound, size: UInt64(blob.readOnlyDataSize),
                stored: blob.readOnlyData.count, access: "r"),
            Zone(
                name: "read-write data", address: map.readWrite.lowerBound, size: UInt64(blob.readWriteDataSize),
                stored: blob.readWriteData.count, access: "rw"),
            Zone(
                name: "stack", address: map.stack.lowerBound, size: UInt64(map.stack.count), stored: 0, access: "rw"),
        ]
        heapBase = map.heapBase
        maximumHeapSize = map.maximumHeapSize
        imports = blob.imports.enumerated().map { Import(number: $0.offset, name: $0.element.map(Blob.text) ?? "") }
        exports = blob.exports.map { Export(name: Blob.text(of: $0.symbol), offset: $0.codeOffset) }
        hasDebugInformation = !blob.debug.isEmpty
    }

    var text: String {
        var lines = ["kind          \(kind)", "size          \(sizes.blob) bytes"]
        lines.append("code          \(sizes.code) bytes, \(instructions) instructions")
        lines.append("jump table    \(jumpTableEntries) entries, \(sizes.jumpTable) bytes")
        lines.append("debug         \(hasDebugInformation ? "\(sizes.debug) bytes" : "none")")
        lines.append("memory")
        for zone in memory {
            let name = zone.name + String(repeating: " ", count: 15 - zone.name.count)
            let range = "\(Self.hex(zone.address))..\(Self.hex(zone.address + zone.size))"
            let stored = zone.name == "stack" ? "" : ", \(zone.stored) stored"
            lines.append("  \(name)  \(range)  \(zone.access)  \(zone.size) bytes\(stored)")
        }
        lines.append("  heap             from \(Self.hex(UInt64(heapBase))), at most \(maximumHeapSize) bytes")
        lines.append("exports")
        for export in exports { lines.append("  \(export.name) at \(export.offset)") }
        if !imports.isEmpty {
            lines.append("imports")
            for host in imports { lines.append("  \(host.number) \(host.name)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return "0x" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }
}
