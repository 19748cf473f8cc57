// `pvm inspect`: what a program consists of.

import ArgumentParser
import PolkaBlob
import PolkaBuild
import PolkaISA
import PolkaJIT
import PolkaVM
import SystemPackage

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show the parts of a program: memory map, imports, exports, sizes.")

    @Argument(help: ArgumentHelp("A .polkavm, .jam or raw program, or a compiled module.", valueName: "blob"))
    var input: String

    @OptionGroup var form: ProgramFormOptions

    @Flag(help: "Print one JSON object instead.")
    var json = false

    func run() throws {
        let report = try InspectReport(try ProgramInput.file(input, form))
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

    struct Compiled: Encodable {
        /// What made the machine code.
        let compiler: String
        let nativeBytes: Int
        /// What the processor must have.
        let features: [String]
        let isMetered: Bool
        /// Of the program that it was made of, as a container.
        let programHash: String
    }

    let format: String
    /// Of a compiled module; nil for a program.
    let compiled: Compiled?
    let kind: String
    /// Of a program that does not say its kind: the others that it could have as well.
    let equalKinds: [String]
    let instructions: Int
    let sizes: Sizes
    let jumpTableEntries: Int
    let memory: [Zone]
    let heapBase: UInt32
    let maximumHeapSize: UInt32
    let imports: [Import]
    let exports: [Export]
    let hasDebugInformation: Bool

    init(_ file: ProgramFile) throws {
        let blob = file.blob
        let argumentSize = file.form == .jam ? StandardProgram.argumentAreaSize : 0
        guard let map = blob.memoryMap(auxiliarySize: argumentSize) else {
            throw CommandError(
                "\(file.path): its memory does not fit into 32 bits: \(blob.readOnlyDataSize) bytes read-only,"
                    + " \(blob.readWriteDataSize) read-write, \(blob.stackSize) of stack")
        }
        format = file.form.rawValue
        compiled = file.compiled.map { compiled in
            Compiled(
                compiler: CompiledModule.compiler, nativeBytes: compiled.nativeByteCount,
                features: compiled.requiredFeatures, isMetered: compiled.configuration.gasMetering != .none,
                programHash: compiled.programHash.description)
        }
        kind = blob.instructionSet.name
        equalKinds = file.equalInstructionSets.map(\.name)
        var count = 0
        blob.code.forEachPosition(in: blob.instructionSet) { _ in count += 1 }
        instructions = count
        let entryBytes = blob.code.rawProgram.count - blob.code.bytes.count - blob.code.bitmask.count
        sizes = Sizes(
            blob: file.bytes.count, code: blob.code.bytes.count, bitmask: blob.code.bitmask.count,
            jumpTable: entryBytes,
            debug: blob.debug.strings.count + blob.debug.linePrograms.count + blob.debug.ranges.count)
        jumpTableEntries = blob.code.jumpTable.count
        var zones = [
            Zone(
                name: "read-only data", address: map.readOnly.lowerBound, size: UInt64(blob.readOnlyDataSize),
                stored: blob.readOnlyData.count, access: "r"),
            Zone(
                name: "read-write data", address: map.readWrite.lowerBound, size: UInt64(blob.readWriteDataSize),
                stored: blob.readWriteData.count, access: "rw"),
            Zone(
                name: "stack", address: map.stack.lowerBound, size: UInt64(map.stack.count), stored: 0, access: "rw"),
        ]
        if !map.auxiliary.isEmpty {
            zones.append(
                Zone(
                    name: "arguments", address: map.auxiliary.lowerBound, size: UInt64(map.auxiliary.count), stored: 0,
                    access: "r"))
        }
        memory = zones
        heapBase = map.heapBase
        maximumHeapSize = map.maximumHeapSize
        imports = blob.imports.enumerated().map { Import(number: $0.offset, name: $0.element.map(Blob.text) ?? "") }
        exports = blob.exports.map { Export(name: Blob.text(of: $0.symbol), offset: $0.codeOffset) }
        hasDebugInformation = !blob.debug.isEmpty
    }

    var text: String {
        var lines = format == "polkavm" ? [] : ["format        \(format)"]
        if let compiled {
            let features = compiled.features.isEmpty ? "none" : compiled.features.joined(separator: ", ")
            lines += [
                "compiled      by \(compiled.compiler), \(compiled.isMetered ? "with" : "without") gas",
                "machine code  \(compiled.nativeBytes) bytes, features: \(features)",
                "program hash  \(compiled.programHash)",
            ]
        }
        let others = equalKinds.isEmpty ? "" : ", the same as \(equalKinds.joined(separator: ", "))"
        lines += ["kind          \(kind)\(others)", "size          \(sizes.blob) bytes"]
        lines.append("code          \(sizes.code) bytes, \(instructions) instructions")
        lines.append("jump table    \(jumpTableEntries) entries, \(sizes.jumpTable) bytes")
        lines.append("debug         \(hasDebugInformation ? "\(sizes.debug) bytes" : "none")")
        lines.append("memory")
        for zone in memory {
            let name = zone.name + String(repeating: " ", count: 15 - zone.name.count)
            let range = "\(Self.hex(zone.address))..\(Self.hex(zone.address + zone.size))"
            let stored = zone.name.hasSuffix("data") ? ", \(zone.stored) stored" : ""
            lines.append("  \(name)  \(range)  \(zone.access)  \(zone.size) bytes\(stored)")
        }
        lines.append("  heap             from \(Self.hex(UInt64(heapBase))), at most \(maximumHeapSize) bytes")
        lines.append("exports")
        for export in exports { lines.append("  \(export.name) at \(export.offset)") }
        if imports.contains(where: { !$0.name.isEmpty }) {
            lines.append("imports")
            for host in imports where !host.name.isEmpty { lines.append("  \(host.number) \(host.name)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return "0x" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }
}
