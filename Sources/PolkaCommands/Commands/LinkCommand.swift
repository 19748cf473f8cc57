// `pvm link`: ELF to blob.

import ArgumentParser
import PolkaBlob
import PolkaBuild
import PolkaCheck
import PolkaISA
import PolkaLinker
import RISCVELF
import SystemPackage

struct LinkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link",
        abstract: "Post-link ELF files into a PVM program.",
        discussion: """
            Takes what ld.lld leaves with --emit-relocs, or relocatable objects, and writes a .polkavm file, or what --format says. \
            A .jam file is entered through --dispatch: refine,accumulate for a service, is_authorized for an authorizer. \
            Documentation: spec of the records in Guest/README.md.
            """)

    @Argument(help: ArgumentHelp("ELF files that together form one program.", valueName: "elf"))
    var inputs: [String]

    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "blob"))
    var output: String

    @Option(help: "The instruction set of the program (default: latest64; for --format jam jam_v1).")
    var isa: InstructionSetChoice?

    @OptionGroup var optimization: OptimizationOptions

    @Flag(help: "Leave out debug information.")
    var strip = false

    @Option(help: ArgumentHelp("Exports with a fixed entry at the start of the code, in order.", valueName: "a,b,..."))
    var dispatch: String?

    @Option(help: ArgumentHelp("Stack to reserve at least.", valueName: "bytes"))
    var minStackSize: UInt32 = LinkOptions.defaultStackSize

    @Option(help: "The container to write.")
    var format: ProgramForm = .polkavm

    @Option(help: ArgumentHelp("Also write which function and variable lies where.", valueName: "file"))
    var map: String?

    @Flag(help: "Say what each pass left and saved, on standard error.")
    var printPasses = false

    @Option(help: ArgumentHelp("A pass of -O2 to leave out; --print-passes names them.", valueName: "pass"))
    var disablePass: [PassChoice] = []

    func validate() throws {
        if inputs.isEmpty { throw ValidationError("expected at least one ELF file") }
        if format == .jam, (dispatch ?? "").isEmpty {
            throw ValidationError(
                "a .jam file is entered at fixed places: name the exports there, as in --dispatch refine,accumulate")
        }
    }

    func run() throws {
        let objects = try inputs.map { path in
            try ELFObject(parsing: Files.read(FilePath(path)), name: path)
        }
        var options = LinkOptions(
            instructionSet: isa?.instructionSet ?? (format == .jam ? .jamV1 : .latest64),
            optimization: optimization.optimization,
            minimumStackSize: minStackSize, dispatch: dispatch?.split(separator: ",").map(String.init) ?? [])
        options.disabledPasses = Set(disablePass.map(\.pass))
        options.stripsDebugInfo = strip || format != .polkavm
        options.callsByNumber = format == .jam
        options.reportsPasses = printPasses
        let result = try PostLinker.link(objects, options: options)
        result.warn(color: DiagnosticsOptions.defaultColor)
        try Files.write(bytes(of: result.blob), to: FilePath(output))
        if let map { try Files.write(Array(result.map.text.utf8), to: FilePath(map)) }
        if printPasses { PassReport.print(result.passes) }
    }

    private func bytes(of blob: Blob) throws -> [UInt8] {
        switch format {
        case .polkavm: return blob.serialized()
        case .raw: return blob.code.rawProgram
        case .jam:
            // Of a kind that no version of JAM has, only what means the same in all versions can be used.
            let sets = DeployTarget.jam(reading: blob.instructionSet).map { [$0.instructionSet] }
            return try StandardProgram(blob, for: sets ?? [.jamV1, .reviveV1]).serialized()
        }
    }
}

extension LinkResult {
    /// Says what is missing in the blob although it is right.
    func warn(color: Bool) {
        for note in notes {
            Terminal.warning("debug information was left out: \(Terminal.printable(note))", color: color)
        }
    }
}

extension PassReport {
    /// A table on standard error: what each pass left, and what it took away.
    static func print(_ passes: [PassReport]) {
        let header = ["pass", "round", "blocks", "operations", "about bytes", "operations saved", "bytes saved"]
        var rows = [header]
        for (index, pass) in passes.enumerated() {
            let before = index > 0 ? passes[index - 1] : pass
            rows.append([
                pass.name, pass.round.map(String.init) ?? "", "\(pass.blockCount)", "\(pass.operationCount)",
                "\(pass.byteCount)", "\(before.operationCount - pass.operationCount)",
                "\(before.byteCount - pass.byteCount)",
            ])
        }
        let widths = header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = zip(row, widths).enumerated().map { column, cell in
                let padding = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + padding : padding + cell.0
            }
            Terminal.note(cells.joined(separator: "  "))
        }
    }
}
