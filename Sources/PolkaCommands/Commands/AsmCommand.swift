// `pvm asm`: assembly text to blob.

import ArgumentParser
import PolkaAsm
import PolkaBlob
import PolkaBuild
import PolkaISA
import SystemPackage

struct AsmCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "asm",
        abstract: "Assemble text to a PVM program.",
        discussion: "Accepts what 'pvm disasm' prints; Documentation/assembly.md describes the language.")

    @Argument(help: ArgumentHelp("The assembly file.", valueName: "file"))
    var input: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "blob"))
    var output: String

    @Option(help: "The instruction set, unless the text names one.")
    var isa: AssemblerSetChoice = .latest64

    /// All four kinds: the assembler also knows the 32-bit one.
    enum AssemblerSetChoice: String, ExpressibleByArgument, CaseIterable {
        case reviveV1 = "revive_v1"
        case jamV1 = "jam_v1"
        case latest32, latest64
    }

    func run() throws {
        let text = try Files.read(FilePath(input))
        do {
            let blob = try Assembler.assemble(text, for: .init(name: isa.rawValue) ?? .latest64)
            try Files.write(blob.serialized(), to: FilePath(output))
        } catch let errors as AsmErrors {
            throw CommandError(errors.errors.map { $0.described(in: input) }.joined(separator: "\n"))
        }
    }
}
