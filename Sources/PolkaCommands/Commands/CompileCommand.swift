// `pvm compile`: a program to a compiled module, which `pvm run` and embedders load without compiling.

import ArgumentParser
import PolkaBlob
import PolkaBuild
import PolkaJIT
import PolkaVM
import SystemPackage

struct CompileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compile",
        abstract: "Compile a program to machine code, to be loaded without compiling.",
        discussion: """
            The file holds the program and its machine code, for x86-64 Linux, this version of pvm and processors with the same \
            instruction set extensions; 'pvm inspect' shows which. Everything else refuses it. \
            What it is executed by trusts it as an executable: keep it where nobody else can write.
            """)

    @Argument(
        help: ArgumentHelp(
            "A .polkavm, .jam or raw program, or a project folder, which is built first.", valueName: "blob|path"))
    var path: String = "."

    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"))
    var output: String

    @OptionGroup var form: ProgramFormOptions

    @Option(help: GasModelChoice.help)
    var gasModel: GasModelChoice = .none

    @OptionGroup var diagnostics: DiagnosticsOptions

    func run() async throws {
        let file = try await ProgramInput.load(path, form, color: diagnostics.usesColor)
        if file.compiled != nil {
            throw CommandError("\(path): this is a compiled module; give the program that it was made of")
        }
        let configuration = ModuleConfiguration.ofCommands(
            file.blob.instructionSet, answersBytes: file.form == .jam, try gasModel.settings())
        do {
            let engine = try BackendChoice.compiler.engine()
            let module = try Module(file.blob, configuration: configuration, engine: engine)
            let compiled = try CompiledModule(module, form: CompiledModule.Form(file.form))
            try Files.write(compiled.bytes, to: FilePath(output))
            Terminal.print(
                "\(output): \(compiled.bytes.count) bytes (machine code \(compiled.nativeByteCount), program"
                    + " \(compiled.programBytes.count))")
        } catch let error as ModuleError {
            throw CommandError("\(path): \(error)")
        } catch let error as CompiledModuleError {
            throw CommandError("\(path): \(error)")
        }
    }
}

extension CompiledModule.Form {
    fileprivate init(_ form: ProgramForm) {
        switch form {
        case .polkavm: self = .container
        case .jam: self = .standardProgram
        case .raw: self = .rawProgram
        }
    }
}

extension ProgramFile {
    /// The program in a compiled module.
    init(path: String, _ compiled: CompiledModule) {
        let form: ProgramForm =
            switch compiled.form {
            case .container: .polkavm
            case .standardProgram: .jam
            case .rawProgram: .raw
            }
        self.init(
            path: path, form: form, bytes: compiled.programBytes, blob: compiled.blob, standardProgram: nil,
            compiled: compiled)
    }
}
