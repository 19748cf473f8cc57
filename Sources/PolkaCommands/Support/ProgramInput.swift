// The program that a command works on: a program file of any form, or a project folder that is built first.
//
// A container begins with its magic, and so does a compiled module, which has its program in it. Standard programs and raw programs begin with sizes that must come out to the last byte,
// which other files hardly do; where both forms fit, the file's extension decides. Neither says for which instruction set it
// is: where that makes a difference, a container with the same code beside it does, or else the user must.

import ArgumentParser
import PolkaBlob
import PolkaBuild
import PolkaCheck
import PolkaISA
import PolkaJIT
import SystemPackage

/// What a program file can be.
enum ProgramForm: String, ExpressibleByArgument, CaseIterable {
    /// The container.
    case polkavm
    /// JAM's standard program.
    case jam
    /// Code, bitmask and jump table alone.
    case raw

    /// Kinds to consider for code that does not say its own, in order of preference.
    fileprivate var instructionSets: [InstructionSet] {
        switch self {
        case .polkavm: []
        case .jam: [.jamV1, .reviveV1, .latest64]
        case .raw: [.latest64, .reviveV1, .jamV1]
        }
    }
}

/// What programs that do not say it themselves are.
struct ProgramFormOptions: ParsableArguments {
    @Option(help: "What the file is; by default what its contents say.")
    var format: ProgramForm?

    @Option(
        help:
            "The instruction set of a .jam or raw program: jam_v1 for JAM 0.8.0, revive_v1 for 0.7.2. Needed where it matters."
    )
    var isa: InstructionSetChoice?
}

/// A program file that has been read.
struct ProgramFile {
    let path: String
    let form: ProgramForm
    let bytes: [UInt8]
    /// The program; of other forms than the container what a container would have.
    let blob: Blob
    /// The program as it is, if it is a standard program.
    let standardProgram: StandardProgram?
    /// What it was read from, if that is a compiled module; `bytes` are then the container in it, whatever its form was.
    var compiled: CompiledModule?

    /// The other instruction sets that give its code the same meaning, if it does not say which is its own.
    var equalInstructionSets: [InstructionSet] {
        guard compiled == nil else { return [] }
        return form.instructionSets.filter { set in
            set != blob.instructionSet && blob.code.firstDifference(between: blob.instructionSet, and: set) == nil
        }
    }

    /// The parts of the file.
    func parts() throws -> [FilePart] {
        switch form {
        case _ where compiled != nil, .polkavm: try FileParts.ofContainer(bytes)
        case .jam: try FileParts.ofStandardProgram(bytes)
        case .raw: try FileParts.ofRawProgram(bytes)
        }
    }

    /// Where the link map of a file would be.
    static func mapPath(of path: String) -> String { Self.path(of: path, with: "map") }

    /// The same name with another extension.
    static func path(of path: String, with extension: String) -> String {
        let path = FilePath(path)
        return path.removingLastComponent().appending("\(path.stem ?? "").\(`extension`)").string
    }

    /// The container beside a file if it has the same code.
    static func container(beside path: String, with code: CodeMap) -> Blob? {
        guard let bytes = try? Files.read(FilePath(Self.path(of: path, with: "polkavm"))),
            let blob = try? Blob(parsing: bytes), blob.code == code
        else { return nil }
        return blob
    }

    var containerBeside: Blob? { Self.container(beside: path, with: blob.code) }

    /// The link map beside the file, if there is one and it is readable.
    func map() -> MapText? {
        (try? Files.readText(FilePath(Self.mapPath(of: path)))).flatMap(MapText.init)
    }
}

enum ProgramInput {
    /// Reads a program, or builds the project in a folder.
    static func load(_ path: String, _ options: ProgramFormOptions, color: Bool) async throws -> ProgramFile {
        guard FileKind.of(FilePath(path)) == .directory else { return try file(path, options) }
        let outcome = try await build(path, color: color)
        return ProgramFile(path: path, form: .polkavm, bytes: [], blob: outcome.blob, standardProgram: nil)
    }

    /// Reads a container, or builds the project in a folder and returns its blob.
    static func load(_ path: String, color: Bool) async throws -> Blob {
        guard FileKind.of(FilePath(path)) == .directory else { return try read(path) }
        return try await build(path, color: color).blob
    }

    /// Builds the project in a folder, for the target that it names.
    static func build(_ path: String, color: Bool) async throws -> ProjectBuild.Outcome {
        let target = try ProjectSettings(of: FilePath(path)).target
        return try await ProjectBuild(color: color, target: target).build(folder: FilePath(path))
    }

    /// Reads a container from a file.
    static func read(_ path: String) throws -> Blob {
        let bytes = try bytes(of: path)
        do {
            if CompiledModule.isCompiledModule(bytes) { return try CompiledModule(parsing: bytes).blob }
            return try Blob(parsing: bytes)
        } catch {
            throw CommandError("\(path): \(error)")
        }
    }

    /// Reads a program of any form from a file.
    static func file(_ path: String, _ options: ProgramFormOptions) throws -> ProgramFile {
        let file = try file(path, options.format, readAs: options.isa?.instructionSet)
        if let isa = options.isa?.instructionSet, isa != file.blob.instructionSet {
            let own = file.blob.instructionSet.name
            throw CommandError("\(path): --isa \(isa.name) is for programs that do not say it; this one is of \(own)")
        }
        return file
    }

    /// Reads a program of any form from a file, or of the given one; if it does not say for which instruction set it is, for
    /// `set`, or else for the one that its code leaves no doubt about.
    static func file(
        _ path: String, _ format: ProgramForm? = nil, readAs set: InstructionSet?
    ) throws -> ProgramFile {
        let bytes = try bytes(of: path)
        do {
            if CompiledModule.isCompiledModule(bytes) {
                return ProgramFile(path: path, try CompiledModule(parsing: bytes))
            }
            switch try format ?? form(of: bytes, path) {
            case .polkavm:
                let blob = try Blob(parsing: bytes)
                return ProgramFile(path: path, form: .polkavm, bytes: bytes, blob: blob, standardProgram: nil)
            case .jam:
                let program = try StandardProgram(parsing: bytes)
                let set = try set ?? instructionSet(of: program.code, .jam, path)
                var blob = program.blob(for: set)
                blob.imports = hostNames(of: blob)
                return ProgramFile(path: path, form: .jam, bytes: bytes, blob: blob, standardProgram: program)
            case .raw:
                let code = try CodeMap(rawProgram: bytes)
                let set = try set ?? instructionSet(of: code, .raw, path)
                let blob = Blob(instructionSet: set, code: code)
                return ProgramFile(path: path, form: .raw, bytes: bytes, blob: blob, standardProgram: nil)
            }
        } catch {
            throw CommandError("\(path): \(error)")
        }
    }

    private static func bytes(of path: String) throws -> [UInt8] {
        let bytes = try Files.read(FilePath(path))
        if bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]) {
            throw CommandError("\(path): this is an ELF file; 'pvm link \(path) -o NAME.polkavm' makes a program of it")
        }
        return bytes
    }

    /// What a file is by its contents, or else by its extension.
    private static func form(of bytes: [UInt8], _ path: String) throws -> ProgramForm {
        if Blob.isContainer(bytes) { return .polkavm }
        let named = FilePath(path).extension.flatMap(ProgramForm.init(rawValue:))
        // What is called a container and is none is a damaged one.
        if named == .polkavm { return .polkavm }
        let isStandard = (try? StandardProgram(parsing: bytes)) != nil
        let isRaw = (try? CodeMap(rawProgram: bytes)) != nil
        switch (isStandard, isRaw) {
        case (true, false): return .jam
        case (false, true): return .raw
        case (false, false): return named ?? .polkavm
        case (true, true):
            if let named { return named }
            throw CommandError("it can be a standard program or a raw one; say which: --format jam, --format raw")
        }
    }

    /// The instruction set of code, if there is no doubt about it.
    private static func instructionSet(
        of code: CodeMap, _ form: ProgramForm, _ path: String
    ) throws -> InstructionSet {
        switch code.agreeing(form.instructionSets) {
        case .one(let set): return set
        case .several(let sets):
            if let blob = ProgramFile.container(beside: path, with: code) { return blob.instructionSet }
            let names = sets.map { "--isa \($0.name)" }.joined(separator: " or ")
            throw CommandError(
                "its instructions mean different things to different versions of JAM, and it does not say which it is for;"
                    + " say \(names) (jam_v1 is JAM 0.8.0, revive_v1 is 0.7.2)")
        case .none:
            let names = form.instructionSets.map(\.name).joined(separator: ", ")
            throw CommandError(
                "some of its bytes are no instructions in any of \(names); to take it all the same, say one with --isa")
        }
    }

    /// The names of the host functions that code of JAM calls, by number, as an import table would have them.
    private static func hostNames(of blob: Blob) -> [[UInt8]?] {
        let target = DeployTarget.jam(reading: blob.instructionSet) ?? .jam072
        var names: [UInt32: String] = [:]
        blob.code.forEachPosition(in: blob.instructionSet) { position in
            guard let instruction = position.instruction, instruction.opcode == .ecalli else { return }
            let number = UInt32(truncatingIfNeeded: instruction.x)
            if let function = target.table.function(number: number) { names[number] = function.name }
        }
        guard let last = names.keys.max() else { return [] }
        return (0...last).map { Array((names[$0] ?? "").utf8) }
    }
}
