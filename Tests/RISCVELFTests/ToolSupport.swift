// Runs the compiler, the linker and the disassembler of the Swift toolchain on files in a temporary folder.

import Foundation
import RISCVELF
import Testing

/// A tool that is missing or failed; the text says what to do about it.
struct ToolFailure: Error, CustomStringConvertible {
    let description: String
}

/// A temporary folder with the tools to fill it; it goes away with the value.
final class Workshop {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("riscvelf-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// What the guests are compiled with.
    static let compilerFlags = [
        "--target=riscv64-unknown-none-elf", "-march=rv64emac_zbb_xtheadcondmov", "-mabi=lp64e", "-mcmodel=medany",
        "-fPIE", "-ffreestanding", "-ffunction-sections", "-fdata-sections", "-mno-relax",
    ]

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: folder.appendingPathComponent(name))
    }

    func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// Compiles source text, in the language of the ending of `name`, and returns the object.
    func compile(_ source: String, name: String, flags: [String] = []) throws -> [UInt8] {
        try write(Array(source.utf8), to: name)
        try run("clang", Self.compilerFlags + flags + ["-c", name, "-o", name + ".o"])
        return try read(name + ".o")
    }

    /// Links objects that have been compiled here.
    func link(_ names: [String], flags: [String], output: String = "out.elf") throws -> [UInt8] {
        try run("ld.lld", ["-m", "elf64lriscv"] + flags + names.map { $0 + ".o" } + ["-o", output])
        return try read(output)
    }

    /// Runs a tool in the folder and returns what it printed.
    @discardableResult
    func run(_ tool: String, _ arguments: [String]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = try Self.find(tool)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        // Into files: a pipe would fill up while nobody reads.
        let (output, errors) = (folder.appendingPathComponent("stdout"), folder.appendingPathComponent("stderr"))
        for file in [output, errors] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let text = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
            throw ToolFailure(description: "\(tool) ended with status \(process.terminationStatus): \(text)")
        }
        return [UInt8](try Data(contentsOf: output))
    }

    /// The tool of the Swift toolchain, which lies beside `swift`.
    ///
    /// An LLVM of the system may lie earlier on the path and may be too old to know the instructions.
    private static func find(_ tool: String) throws -> URL {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        for folder in path.split(separator: ":") {
            let swift = URL(fileURLWithPath: String(folder)).appendingPathComponent("swift").resolvingSymlinksInPath()
            let candidate = swift.deletingLastPathComponent().appendingPathComponent(tool)
            if FileManager.default.isExecutableFile(atPath: swift.path),
                FileManager.default.isExecutableFile(atPath: candidate.path)
            {
                return candidate
            }
        }
        throw ToolFailure(
            description: "\(tool) not found beside swift: install the Swift 6.3 toolchain and put its usr/bin on PATH")
    }
}

extension ELFObject {
    /// The section of a name; a test that needs it fails without it.
    func section(_ name: String) throws -> ELFSection {
        try #require(sections.first { $0.name == name }, "no section \(name)")
    }

    func symbol(_ name: String) throws -> ELFSymbol {
        try #require(symbols.first { $0.name == name }, "no symbol \(name)")
    }

    /// The types of all relocations of sections whose name begins so.
    func relocationTypes(in prefix: String) -> Set<RelocationType> {
        Set(sections.filter { $0.name.hasPrefix(prefix) }.flatMap(\.relocations).map(\.type))
    }
}
