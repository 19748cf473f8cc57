// `pvm disasm`: the listing of a program (isa.md 8.3).

import ArgumentParser
import PolkaAsm
import PolkaBlob
import PolkaBuild
import PolkaISA
import PolkaVM
import SystemPackage

struct DisasmCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disasm",
        abstract: "List the instructions of a program.",
        discussion: "What is printed can be assembled again: pvm asm.")

    @Argument(help: ArgumentHelp("A .polkavm file.", valueName: "blob"))
    var input: String

    @Flag(help: "Show the bytes of each instruction.")
    var raw = false

    @Flag(help: "Show what each block costs (one unit an instruction).")
    var gas = false

    @Flag(help: "Show the machine code of the compiler backend.")
    var native = false

    @Flag(help: "Show source lines.")
    var source = false

    @Flag(help: "Print one JSON object instead.")
    var json = false

    func validate() throws {
        if native { throw ValidationError("'--native' is not available yet: there is no compiler backend") }
        if source { throw ValidationError("'--source' is not available yet: blobs have no line numbers") }
    }

    /// A listing for programs.
    private struct Listing: Encodable {
        struct Line: Encodable {
            let offset: UInt32
            let bytes: [UInt8]
            let text: String
            let mnemonic: String
            let block: Int
        }
        let kind: String
        let instructions: [Line]
    }

    func run() throws {
        let blob = try ProgramInput.read(input)
        var options = Disassembly.Options()
        options.showsRawBytes = raw
        if gas {
            let module = try Module(blob)
            options.blockCost = { module.gasCost(ofBlockAt: $0) ?? 0 }
        }
        let disassembly = Disassembly(of: blob, options: options)
        guard json else {
            Terminal.write(disassembly.text)
            return
        }
        var lines: [Listing.Line] = []
        disassembly.forEachLine { line in
            lines.append(
                Listing.Line(
                    offset: line.offset, bytes: line.bytes, text: line.text, mnemonic: line.mnemonic, block: line.block)
            )
        }
        try JSONOutput.print(Listing(kind: blob.instructionSet.name, instructions: lines))
    }
}
