// The interface of a contract: from a program's section .pvm.abi to the file NAME.abi.json beside it; and from the .abi files of a
// project to the C that is compiled with it.

import ContractCode
package import PolkaABI
import RISCVELF
package import SystemPackage

/// The interface that a program says it has.
package enum ContractInterface {
    private static let section = ".pvm.abi"

    /// Where the interface lies if the program is at a path.
    package static func path(beside program: FilePath) -> FilePath {
        program.removingLastComponent().appending("\(program.stem ?? "program").abi.json")
    }

    /// The interface in an ELF file, nil if it has none.
    ///
    /// Records of all objects lie behind each other; those of one header may be there several times.
    package static func read(elf: FilePath) throws -> ContractABI? {
        let name = elf.lastComponent?.string ?? ""
        let object = try ELFObject(parsing: Files.read(elf), name: name)
        let sections = object.sections.filter { $0.name == section && $0.hasContents }
        guard !sections.isEmpty else { return nil }
        let text = sections.map { String(decoding: $0.contents, as: UTF8.self) }.joined(separator: "\n")
        let abi: ContractABI
        do throws(ABIError) {
            abi = try ContractABI(lines: text)
        } catch {
            throw badLine(error, of: text, in: name)
        }
        return abi.isEmpty ? nil : abi
    }

    private static func badLine(_ error: ABIError, of text: String, in name: String) -> BuildError {
        var line = ""
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if let number = error.line, number <= lines.count { line = lines[number - 1].filter { $0 != "\0" } }
        return .badInterface(place: "\(name): \(section)", problem: "'\(line)': \(error.message)")
    }

    /// Writes the interface of an ELF file beside the program that is made of it; removes one that it no longer has.
    package static func write(of elf: FilePath, beside program: FilePath) throws {
        let path = path(beside: program)
        guard let abi = try read(elf: elf) else {
            Files.remove(path)
            return
        }
        try Files.write(Array(abi.json.utf8), to: path)
    }
}

/// The files of a project that declare interfaces of contracts.
package enum InterfaceSources {
    private static let fileExtension = ".abi"
    private static let mark = "by `pvm build`; changes belong there."

    /// Brings the C of all .abi files below a project's sources up to date, beside them.
    ///
    /// - Throws: what is wrong in one of them, or in the way of what would be written.
    package static func update(in folder: FilePath) throws {
        let sources = folder.appending(Project.sourceFolder)
        guard FileKind.of(sources) == .directory else { return }
        for file in try Files.listRecursively(sources) where file.hasSuffix(fileExtension) {
            let path = sources.appending(file)
            let name = path.lastComponent?.string ?? file
            let code: ContractCode
            do throws(ABIError) {
                code = try ContractCode(try text(of: path), file: name)
            } catch {
                throw BuildError.badInterface(
                    place: "\(Project.sourceFolder)/\(file)"
                        + { if case .text(let line, let column) = error.place { ":\(line):\(column)" } else { "" } }(),
                    problem: error.message)
            }
            let stem = path.removingLastComponent().appending(ContractCode.outputStem(of: name)).string
            try put(code.header, to: FilePath(stem + ".h"))
            if let source = code.source { try put(source, to: FilePath(stem + ".c")) }
        }
    }

    private static func text(of path: FilePath) throws(ABIError) -> String {
        do {
            return try Files.readText(path)
        } catch {
            throw ABIError(.syntax, expected: "a file with declarations", found: "\(error)")
        }
    }

    /// Writes a file unless it has the text already, since compilers look at its time.
    ///
    /// What somebody wrote by hand stays.
    private static func put(_ text: String, to path: FilePath) throws {
        if Files.exists(path) {
            let old = try Files.readText(path)
            if old == text { return }
            guard old.contains(mark) else {
                throw BuildError.badInterface(
                    place: path.string,
                    problem: "it would be replaced by generated code, and was not generated; rename it or the .abi file"
                )
            }
        }
        try Files.write(Array(text.utf8), to: path)
    }
}
