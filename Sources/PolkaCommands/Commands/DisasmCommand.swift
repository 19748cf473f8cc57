// `pvm disasm`: the listing of a program (isa.md 8.3).

import ArgumentParser
import PolkaAsm
import PolkaBlob
import PolkaBuild
import PolkaISA
import PolkaVM
import SystemPackage

struct DisasmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disasm",
        abstract: "List the instructions of a program.",
        discussion: "What is printed can be assembled again: pvm asm.")

    @Argument(help: ArgumentHelp("A .polkavm, .jam or raw program.", valueName: "blob"))
    var input: String

    @OptionGroup var form: ProgramFormOptions

    @Flag(help: "Show the bytes of each instruction.")
    var raw = false

    @Flag(help: "Show what each block costs.")
    var gas = false

    @Option(help: GasModelChoice.help)
    var gasModel: GasModelChoice = .naive

    @Flag(help: "Show the machine code of the compiler backend.")
    var native = false

    @Flag(help: "Show source lines.")
    var source = false

    @Flag(help: "Print one JSON object instead.")
    var json = false

    /// A listing for programs.
    private struct Listing: Encodable {
        struct Line: Encodable {
            let offset: UInt32
            let bytes: [UInt8]
            let text: String
            let mnemonic: String
            let block: Int
            /// With `--gas`, what the block costs that starts here.
            var gas: Int64?
            /// With `--native`: the check of gas in front of it, its machine code, and whether the next one's does its work.
            var gasCheck: [NativeCode.Line]?
            var native: [NativeCode.Line]?
            var isJoinedWithNext: Bool?
            /// With `--source`: where the instruction came from, as far as known.
            var function: String?
            var file: String?
            var line: UInt32?
            var column: UInt32?

            enum CodingKeys: String, CodingKey {
                case offset, bytes, text, mnemonic, block, gas, native, function, file, line, column
                case gasCheck = "gas_check"
                case isJoinedWithNext = "joined_with_next"
            }
        }
        /// What belongs to no instruction.
        struct Native: Encodable {
            let bytes: Int
            let waysOut: [NativeCode.WayOut]
            let end: [NativeCode.Line]
            let outOfGas: [NativeCode.OutOfGas]

            enum CodingKeys: String, CodingKey {
                case bytes, end
                case waysOut = "ways_out"
                case outOfGas = "out_of_gas"
            }
        }
        let kind: String
        let instructions: [Line]
        let native: Native?
    }

    @OptionGroup var diagnostics: DiagnosticsOptions

    func validate() throws {
        if gasModel == .none || gasModel == .perInstruction {
            throw ValidationError("--gas-model \(gasModel.defaultValueDescription): a block then has no cost to show")
        }
        if gasModel != .naive, !gas { throw ValidationError("--gas-model is for --gas, which is missing") }
    }

    func run() async throws {
        let blob = try ProgramInput.file(input, form).blob
        var options = Disassembly.Options()
        options.showsRawBytes = raw
        let gasSettings = gas ? try gasModel.settings() : nil
        if let gasSettings {
            var configuration = ModuleConfiguration()
            // Of whatever form the program is, it may end as some form may.
            configuration.endRule = .graypaper
            configuration.costModel = gasSettings.model
            let module = try Module(blob, configuration: configuration)
            options.blockCost = { module.gasCost(ofBlockAt: $0) }
        }
        let nativeCode = native ? try await machineCode(of: blob, gasSettings) : nil
        options.margin = nativeCode?.margin(for: blob)
        let listing = source ? SourceListing(of: blob, sources: SourceLines(program: input)) : nil
        if let problem = listing?.problem {
            Terminal.warning("\(input): source lines are not shown: \(problem)", color: diagnostics.usesColor)
        }
        if let listing, !json { options.source = listing.lines }
        let disassembly = Disassembly(of: blob, options: options)
        guard json else {
            Terminal.write(disassembly.text)
            return
        }
        var lines: [Listing.Line] = []
        disassembly.forEachLine { line in
            var entry = Listing.Line(
                offset: line.offset, bytes: line.bytes, text: line.text, mnemonic: line.mnemonic, block: line.block)
            if line.startsBlock { entry.gas = options.blockCost?(line.offset) }
            if let nativeCode {
                entry.gasCheck = nativeCode.gasChecks[line.offset]
                entry.native = nativeCode.instructions[line.offset] ?? []
                entry.isJoinedWithNext = nativeCode.joined.contains(line.offset)
            }
            if let frame = listing?.frames(at: line.offset).last {
                entry.function = frame.qualifiedName
                entry.file = frame.path
                entry.line = frame.line
                entry.column = frame.column
            }
            lines.append(entry)
        }
        let end = UInt32(blob.code.bytes.count)
        let rest = nativeCode.map { code in
            Listing.Native(
                bytes: code.byteCount, waysOut: code.waysOut,
                end: (code.gasChecks[end] ?? []) + (code.instructions[end] ?? []), outOfGas: code.outOfGas)
        }
        try JSONOutput.print(Listing(kind: blob.instructionSet.name, instructions: lines, native: rest))
    }

    private func machineCode(of blob: Blob, _ gas: GasSettings?) async throws -> NativeCode {
        let code = try await NativeCode(of: blob, gas: gas, toolchain: Toolchain())
        if let reason = code.whyNoText {
            Terminal.warning("machine code is shown as bytes: \(reason)", color: diagnostics.usesColor)
        }
        return code
    }
}
