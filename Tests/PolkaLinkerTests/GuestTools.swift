// Makes guests for the tests: assembly or C text to ELF files to blobs to runs.

import Foundation
import PolkaBlob
import PolkaISA
import PolkaLinker
import PolkaVM
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
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("polkalinker-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The folder of the package.
    static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }

    func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// Compiles source text, in the language of the ending of `name`, with the flags that all guests get.
    func compile(_ source: String, name: String, flags: [String] = []) throws -> [UInt8] {
        try write(source, to: name)
        let fixed = "@" + Self.package.appendingPathComponent("toolchain/clang.rsp").path
        try run("clang", [fixed] + flags + ["-c", name, "-o", name + ".o"])
        return try read(name + ".o")
    }

    /// Runs a tool in the folder.
    func run(_ tool: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = try Self.find(tool)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        // Into a file: a pipe would fill up while nobody reads.
        let errors = folder.appendingPathComponent("\(tool).errors")
        try Data().write(to: errors)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let text = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
            throw ToolFailure(description: "\(tool) ended with status \(process.terminationStatus): \(text)")
        }
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

/// The ways in which a guest reaches the linker.
enum InputForm: CaseIterable, Sendable {
    /// As the assembler left it.
    case object
    /// As `pvm build` links it.
    case executable
    /// As a shared object, the form that the reference tools want.
    case positionIndependent
}

/// Makes ELF files from text.
enum Guest {
    /// Macros for the records that an assembly guest needs.
    static let prelude = """
        .macro metadata label, text, inputs=0, outputs=0
        .pushsection .polkavm_metadata,"",@progbits
        .Lname\\@: .ascii "\\text"
        .Lend\\@:
        \\label: .byte 1
        .word 0
        .word .Lend\\@ - .Lname\\@
        .quad .Lname\\@
        .byte \\inputs, \\outputs
        .popsection
        .endm
        .macro numbered_metadata label, text, number, inputs=0, outputs=0
        .pushsection .polkavm_metadata,"",@progbits
        .Lname\\@: .ascii "\\text"
        .Lend\\@:
        \\label: .byte 2
        .word 0
        .word .Lend\\@ - .Lname\\@
        .quad .Lname\\@
        .byte \\inputs, \\outputs, 1
        .word \\number
        .popsection
        .endm
        .macro export function
        metadata .Lexport\\@, "\\function"
        .pushsection .polkavm_exports,"R",@progbits
        .byte 1
        .quad .Lexport\\@
        .quad \\function
        .popsection
        .endm
        .macro host_call metadata
        .word 0x0000000b
        .quad \\metadata
        .endm

        """

    /// The bytes of the object that the assembler makes of the prelude and `source`.
    static func object(_ source: String, flags: [String] = []) throws -> [UInt8] {
        try Workshop().compile(prelude + source, name: "guest.s", flags: flags)
    }

    /// An ELF file in one of the forms.
    static func elf(_ source: String, as form: InputForm = .object, name: String = "guest.s") throws -> [UInt8] {
        let workshop = try Workshop()
        let object = try workshop.compile(name.hasSuffix(".s") ? prelude + source : source, name: name)
        switch form {
        case .object:
            return object
        case .executable:
            let toolchain = Workshop.package.appendingPathComponent("toolchain/lld.rsp").path
            let script = Workshop.package.appendingPathComponent("Guest/guest.ld").path
            try workshop.run("ld.lld", ["@\(toolchain)", "-T", script, "\(name).o", "-o", "guest.elf"])
        case .positionIndependent:
            try workshop.run(
                "ld.lld",
                positionIndependentFlags + ["--unresolved-symbols=ignore-all", "\(name).o", "-o", "guest.elf"])
        }
        return try workshop.read("guest.elf")
    }

    static let positionIndependentFlags = [
        "-pie", "--emit-relocs", "--unique", "--gc-sections", "--no-relax", "-Bsymbolic", "--apply-dynamic-relocs",
        "--no-dynamic-linker", "-z", "notext", "-e", "0",
    ]

    /// Links the assembly text alone.
    static func link(
        _ source: String, as form: InputForm = .object, options: LinkOptions = LinkOptions()
    ) throws -> LinkResult {
        let object = try ELFObject(parsing: try elf(source, as: form), name: "guest.o")
        return try PostLinker.link([object], options: options)
    }
}

extension LinkResult {
    /// An instance of the blob as a host would load it.
    func instance(_ linker: Linker = Linker()) throws -> Instance {
        let parsed = try Blob(parsing: blob.serialized())
        #expect(parsed == blob, "the blob does not read back as it was written")
        return try Instance(try Module(parsed), linker: linker)
    }

    /// Calls an export in a new instance and returns a0; anything but a return fails the test.
    func call(_ name: String, _ arguments: UInt64..., host: Linker = Linker()) throws -> UInt64 {
        let instance = try self.instance(host)
        let exit = try instance.call(name, arguments)
        #expect(exit == .finished, "\(instance.trapReason?.description ?? "")")
        return instance[.a0]
    }
}
