// From sources to a blob: compiles, links with ld.lld, post-links.
//
// The compilers run in the project's folder on relative paths and with prefix maps, and objects are linked in the order of
// their names, so the same sources give the same bytes in any folder.

package import PolkaLinker
import RISCVELF
package import SystemPackage

/// How to build.
package struct BuildOptions: Sendable {
    package enum Configuration: String, Sendable, CaseIterable {
        case debug, release
    }

    /// What the compilers aim at.
    package enum Optimization: String, Sendable, CaseIterable {
        case none, size, speed

        var clang: [String] {
            switch self {
            case .none: ["-O0"]
            case .size: ["-Os"]
            case .speed: ["-O2"] + Self.unrolling
            }
        }

        /// Small loops take up to four turns at a time.
        ///
        /// clang does so for processors that it knows better than a plain RISC-V one; a turn costs two or three
        /// instructions besides its work.
        private static let unrolling =
            ["-unroll-allow-partial", "-unroll-max-count=4", "-unroll-partial-threshold=40"].flatMap { ["-mllvm", $0] }

        var swiftc: String {
            switch self {
            case .none: "-Onone"
            case .size: "-Osize"
            case .speed: "-O"
            }
        }
    }

    package var optimization: Optimization
    package var link: LinkOptions
    /// Whether the compilers shall colour what they say.
    package var colorDiagnostics: Bool

    package init(optimization: Optimization, link: LinkOptions, colorDiagnostics: Bool) {
        self.optimization = optimization
        self.link = link
        self.colorDiagnostics = colorDiagnostics
    }
}

/// What a build left.
package struct BuildProducts: Sendable {
    package let elf: FilePath
    package let map: FilePath
    package let result: LinkResult
    /// What the compilers said although they succeeded.
    package let warnings: [String]
}

/// Builds projects.
package struct Builder: Sendable {
    let installation: Installation
    let toolchain: Toolchain
    let options: BuildOptions
    let progress: @Sendable (String) -> Void

    package init(
        _ installation: Installation, _ toolchain: Toolchain, _ options: BuildOptions,
        progress: @escaping @Sendable (String) -> Void
    ) {
        self.installation = installation
        self.toolchain = toolchain
        self.options = options
        self.progress = progress
    }

    /// A run of a compiler.
    private struct Compilation: Sendable {
        let tool: Tool
        let arguments: [String]
        let inputs: [String]
        let object: String
    }

    private static let objectFolder = ".objects"

    /// Builds a project; ELF and map lie beside the blob, which the caller writes.
    package func build(_ project: Project) async throws -> BuildProducts {
        let objects = project.buildFolder.appending(Self.objectFolder)
        try Files.makeFolder(objects)
        let compilations = compilations(of: project, objects)
        try writeCompilationDatabase(compilations, project)

        // The runtime is compiled beside the project when it is not there yet.
        async let libraries = RuntimeLibraries(installation, toolchain).archives()
        let warnings = try await compile(compilations, project.root)
        let elf = project.buildFolder.appending("\(project.name).elf")
        let objectPaths = compilations.map { objects.appending($0.object).string }
        let linkWarnings = try await link(objectPaths, try await libraries, to: elf)
        let result = try Self.link(elf: elf, options: options.link)
        let map = project.buildFolder.appending("\(project.name).map")
        try Files.write(Array(result.map.text.utf8), to: map)
        return BuildProducts(
            elf: elf, map: map, result: result, warnings: (warnings + [linkWarnings]).filter { !$0.isEmpty })
    }

    /// Post-links an ELF file that ld.lld left.
    package static func link(elf: FilePath, options: LinkOptions) throws -> LinkResult {
        try Linker.link([ELFObject(parsing: Files.read(elf), name: elf.lastComponent?.string ?? "")], options: options)
    }

    // MARK: Compiling

    private func compilations(of project: Project, _ objects: FilePath) -> [Compilation] {
        var result: [Compilation] = []
        let headers = project.headerFolders.flatMap { ["-I", $0] } + ["-I", installation.headers.string]
        let prefixMap = "-ffile-prefix-map=\(project.root)=."
        for source in project.sources where SourceKind(of: source) != .swift {
            let object = source.map { $0 == "/" ? "_" : $0 } + ".o"
            let name = String(object.drop { $0 == "." || $0 == "_" })
            let color = options.colorDiagnostics ? ["-fcolor-diagnostics"] : []
            let arguments =
                [
                    "@\(installation.options(of: "clang"))", "-g", "-std=gnu23", "-Wall", prefixMap,
                ]
                + options.optimization.clang + color + headers + ["-c", source, "-o", objects.appending(name).string]
            result.append(Compilation(tool: .clang, arguments: arguments, inputs: [source], object: name))
        }
        let swift = project.sources.filter { SourceKind(of: $0) == .swift }
        if !swift.isEmpty {
            // All files are one module, as whole-module optimisation needs; a module name is an identifier.
            let name = "\(project.name).swift.o"
            let color = options.colorDiagnostics ? ["-color-diagnostics"] : []
            let bridging = project.bridgingHeader.map { ["-import-objc-header", $0] } ?? []
            let arguments =
                [
                    "@\(installation.options(of: "swiftc"))", options.optimization.swiftc, "-g", "-module-name",
                    "Program",
                ]
                + ["-file-prefix-map", "\(project.root)=.", "-Xcc", prefixMap]
                + color + headers + bridging + ["-c"] + swift + ["-o", objects.appending(name).string]
            result.append(Compilation(tool: .swiftc, arguments: arguments, inputs: swift, object: name))
        }
        return result
    }

    /// Runs the compilers, as many at a time as there are processors; the order of the result is that of the input.
    private func compile(_ compilations: [Compilation], _ root: FilePath) async throws -> [String] {
        try await withThrowingTaskGroup(of: (Int, String).self) { group in
            var outputs = [String](repeating: "", count: compilations.count)
            var next = 0
            func start() {
                guard next < compilations.count else { return }
                let (index, compilation) = (next, compilations[next])
                next += 1
                progress("compiling \(compilation.inputs.joined(separator: " "))")
                group.addTask {
                    (index, try await toolchain.run(compilation.tool, compilation.arguments, in: root))
                }
            }
            for _ in 0..<ProcessorCount.available { start() }
            while let (index, output) = try await group.next() {
                outputs[index] = output
                start()
            }
            return outputs
        }
    }

    // MARK: Linking

    private func link(_ objects: [String], _ archives: [FilePath], to elf: FilePath) async throws -> String {
        progress("linking \(elf.lastComponent?.string ?? "")")
        let arguments =
            ["@\(installation.options(of: "lld"))", "-T", installation.linkerScript.string, "-o", elf.string]
            + objects + ["--start-group"] + archives.map(\.string) + ["--end-group"]
        return try await toolchain.run(.lld, arguments)
    }

    // MARK: Editors

    /// Writes `compile_commands.json`, from which clangd and sourcekit-lsp learn how each file of a project is compiled.
    package func writeCompilationDatabase(of project: Project) throws {
        try Files.makeFolder(project.buildFolder)
        let objects = project.buildFolder.appending(Self.objectFolder)
        try writeCompilationDatabase(compilations(of: project, objects), project)
    }

    private func writeCompilationDatabase(_ compilations: [Compilation], _ project: Project) throws {
        guard project.isFolder else { return }
        var entries: [String] = []
        for compilation in compilations {
            guard let tool = toolchain.path(of: compilation.tool) else { continue }
            let arguments = ([tool.string] + compilation.arguments).map(JSONText.quoted).joined(separator: ", ")
            for input in compilation.inputs {
                entries.append(
                    "  {\"directory\": \(JSONText.quoted(project.root.string)), \"file\": \(JSONText.quoted(input)),"
                        + " \"arguments\": [\(arguments)]}")
            }
        }
        let text = "[\n" + entries.joined(separator: ",\n") + "\n]\n"
        try Files.write(Array(text.utf8), to: project.buildFolder.appending("compile_commands.json"))
    }
}

/// Strings in JSON.
enum JSONText {
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{0}"..<" ":
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
