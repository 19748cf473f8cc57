// `pvm link`: ELF to blob.

import ArgumentParser
import PolkaBlob
import PolkaBuild
import PolkaLinker
import RISCVELF
import SystemPackage

struct LinkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link",
        abstract: "Post-link ELF files into a PVM program.",
        discussion: """
            Takes what ld.lld leaves with --emit-relocs, or relocatable objects, and writes a .polkavm file. \
            Documentation: spec of the records in Guest/README.md.
            """)

    @Argument(help: ArgumentHelp("ELF files that together form one program.", valueName: "elf"))
    var inputs: [String]

    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "blob"))
    var output: String

    @Option(help: "The instruction set of the program.")
    var isa: InstructionSetChoice = .latest64

    @OptionGroup var optimization: OptimizationOptions

    @Flag(help: "Leave out debug information.")
    var strip = false

    @Option(help: ArgumentHelp("Exports with a fixed entry at the start of the code, in order.", valueName: "a,b,..."))
    var dispatch: String?

    @Option(help: ArgumentHelp("Stack to reserve at least.", valueName: "bytes"))
    var minStackSize: UInt32 = LinkOptions.defaultStackSize

    @Option(help: "The container to write.")
    var format: OutputFormat = .polkavm

    @Flag(help: "Say what each pass left, on standard error.")
    var printPasses = false

    @Option(help: ArgumentHelp("A pass of -O2 to leave out; --print-passes names them.", valueName: "pass"))
    var disablePass: [PassChoice] = []

    /// What the linker can write.
    enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
        case polkavm
        case jam
    }

    func validate() throws {
        if inputs.isEmpty { throw ValidationError("expected at least one ELF file") }
        if format == .jam {
            throw ValidationError("'--format jam' is not available yet; '--format polkavm' is")
        }
    }

    func run() throws {
        let objects = try inputs.map { path in
            try ELFObject(parsing: Files.read(FilePath(path)), name: path)
        }
        var options = LinkOptions(
            instructionSet: isa.instructionSet, optimization: optimization.optimization,
            minimumStackSize: minStackSize, dispatch: dispatch?.split(separator: ",").map(String.init) ?? [])
        options.disabledPasses = Set(disablePass.map(\.pass))
        options.stripsDebugInfo = strip
        let result = try Linker.link(objects, options: options)
        try Files.write(result.blob.serialized(), to: FilePath(output))
        if printPasses { PassReport.print(result.passes) }
    }
}

extension PassReport {
    /// A table on standard error.
    static func print(_ passes: [PassReport]) {
        let width = passes.map(\.name.count).max() ?? 0
        for pass in passes {
            let padding = String(repeating: " ", count: width - pass.name.count)
            Terminal.note("\(pass.name)\(padding)  \(pass.blockCount) blocks  \(pass.operationCount) operations")
        }
    }
}
