// From sources to a blob: compiles, links with ld.lld, post-links.
//
// The compilers run in the project's folder on relative paths and with prefix maps, and objects are linked in the order of
// their names, so the same sources give the same bytes in any folder.

package import PolkaCheck
package import PolkaISA
package import PolkaLinker
import RISCVELF
package import SystemPackage

/// How to build.
package struct BuildOptions: Sendable {
    package enum Configuration: String, Sendable, CaseIterable {
        case debug, release
    }

    /// The host to build for.
    package enum Target: String, Sendable, CaseIterable {
        case polkavm, revive
        case jam072 = "jam-0.7.2"
        case jam080 = "jam-0.8.0"

        /// The host with rules of admission that the target is, nil for the tool's own machine.
        package var deployment: DeployTarget? { DeployTarget(rawValue: rawValue) }

        package var instructionSet: InstructionSet { deployment?.instructionSet ?? .latest64 }

        /// Macros that choose the host's functions (pvm_host.h, pvm_jam.h).
        fileprivate var macros: [String] {
            switch self {
            case .polkavm: []
            case .revive: ["-DPVM_TARGET_REVIVE=1"]
            case .jam072: ["-DPVM_TARGET_JAM=1", "-DPVM_JAM_VERSION=702"]
            case .jam080: ["-DPVM_TARGET_JAM=1", "-DPVM_JAM_VERSION=800"]
            }
        }

        /// What Swift sources can ask with `#if`.
        fileprivate var conditions: [String] {
            switch self {
            case .polkavm: []
            case .revive: ["PVM_TARGET_REVIVE"]
            case .jam072: ["PVM_TARGET_JAM", "PVM_JAM_0_7_2"]
            case .jam080: ["PVM_TARGET_JAM", "PVM_JAM_0_8_0"]
            }
        }
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

        /// The same as options of `swift build`, which hands those for clang to swiftc as well.
        var swiftBuild: [String] { clang.flatMap { ["-Xcc", $0] } + ["-Xswiftc", swiftc] }
    }

    package var target: Target
    /// Whether to build what tests run: the host's functions, and beside them a console and a heap that grows.
    package var isForTesting: Bool
    package var configuration: Configuration
    package var optimization: Optimization
    package var link: LinkOptions
    /// Whether the compilers shall colour what they say.
    package var colorDiagnostics: Bool

    package init(
        target: Target = .polkavm, isForTesting: Bool = false, configuration: Configuration = .release,
        optimization: Optimization, link: LinkOptions = LinkOptions(), colorDiagnostics: Bool
    ) {
        self.target = target
        self.isForTesting = isForTesting
        self.configuration = configuration
        self.optimization = optimization
        self.link = link
        self.link.instructionSet = isForTesting ? .latest64 : target.instructionSet
        if let deployment = target.deployment, deployment.isJAM, !isForTesting {
            self.link.entrySlots = deployment.entrySlots
            self.link.callsByNumber = true
        }
        // What goes on a chain has no use for them, and pays by the byte.
        self.link.dropsTests = target.deployment != nil && !isForTesting
        if optimization == .size { self.link.optimization = .size }
        self.colorDiagnostics = colorDiagnostics
    }
}

extension LinkOptions {
    /// The stack of guests in Swift that ask for none, in bytes: ordinary code faults with what is enough for C.
    private static let swiftStackSize: UInt32 = 65536

    /// The options for a guest, with the stack that its languages want.
    func forGuest(inSwift: Bool) -> LinkOptions {
        var options = self
        if inSwift { options.minimumStackSize = max(minimumStackSize, Self.swiftStackSize) }
        return options
    }
}

extension BuildOptions {
    /// Whether the machine has neither a console nor a heap that grows by `sbrk`.
    var isBare: Bool { target != .polkavm && !isForTesting }

    /// The folder of the host's modules in the SDK, nil where the module PVM is all.
    var hostModules: String? { target == .polkavm ? nil : target.rawValue + (isForTesting ? "-test" : "") }

    /// The Swift SDK of the bundle.
    var swiftSDK: String { hostModules.map { "\(GuestSDK.name)-\($0)" } ?? GuestSDK.name }

    /// Macros that choose what the host has.
    var clangMacros: [String] {
        if target == .polkavm { return [] }
        return target.macros + (isForTesting ? ["-DPVM_CONSOLE=1", "-DPVM_TESTING=1"] : ["-DPVM_CONSOLE=0"])
    }

    /// What decides in Swift sources.
    var swiftConditions: [String] {
        if target == .polkavm { return [] }
        return (target.conditions + (isForTesting ? ["PVM_TESTING"] : [])).flatMap { ["-D", $0] }
    }

    /// What decides the bytes of a blob, for `BuildStamp`.
    package var summary: [String] {
        [
            hostModules ?? target.rawValue, configuration.rawValue, optimization.rawValue, "\(link.instructionSet)",
            "\(link.optimization)",
            "\(link.minimumStackSize)", "\(link.dispatch)",
        ]
    }
}

/// What a build left.
package struct BuildProducts: Sendable {
    package let elf: FilePath
    package let map: FilePath
    package let result: LinkResult
    /// What the compilers said although they succeeded.
    package let warnings: [String]

    /// Post-links an ELF file, and leaves the map of that in a folder.
    init(
        linking elf: FilePath, _ options: LinkOptions, name: String, in folder: FilePath, warnings: [String],
        _ sdk: GuestSDK
    ) throws {
        self.elf = elf
        do {
            result = try Builder.link(elf: elf, options: options)
        } catch let failure as LinkFailure {
            throw BuildError.linkFailed(MissingSymbols.explained(failure, sdk))
        }
        map = folder.appending("\(name).map")
        try Files.write(Array(result.map.text.utf8), to: map)
        self.warnings = warnings
    }
}

/// Builds projects.
package struct Builder: Sendable {
    let installation: Installation
    let sdk: GuestSDK
    let toolchain: Toolchain
    let options: BuildOptions
    let progress: @Sendable (String) -> Void

    package init(
        _ installation: Installation, _ sdk: GuestSDK, _ toolchain: Toolchain, _ options: BuildOptions,
        progress: @escaping @Sendable (String) -> Void
    ) {
        self.installation = installation
        self.sdk = sdk
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

        let warnings = try await compile(compilations, project.root)
        let elf = project.buildFolder.appending("\(project.name).elf")
        let objectPaths = compilations.map { objects.appending($0.object).string }
        let linkWarnings = try await link(objectPaths, to: elf)
        return try BuildProducts(
            linking: elf, options.link.forGuest(inSwift: project.sources.contains { SourceKind(of: $0) == .swift }),
            name: project.name, in: project.buildFolder,
            warnings: (warnings + [linkWarnings]).filter { !$0.isEmpty }, sdk)
    }

    /// Post-links an ELF file that ld.lld left.
    package static func link(elf: FilePath, options: LinkOptions) throws -> LinkResult {
        try PostLinker.link(
            [ELFObject(parsing: Files.read(elf), name: elf.lastComponent?.string ?? "")], options: options)
    }

    // MARK: Compiling

    private func compilations(of project: Project, _ objects: FilePath) -> [Compilation] {
        var result: [Compilation] = []
        let headers = project.headerFolders.flatMap { ["-I", $0] }
        let prefixMaps = sdk.prefixMaps(root: project.root)
        let clangMaps = prefixMaps.map { "-ffile-prefix-map=\($0)" }
        for source in project.sources where SourceKind(of: source) != .swift {
            let object = source.map { $0 == "/" ? "_" : $0 } + ".o"
            let name = String(object.drop { $0 == "." || $0 == "_" })
            let color = options.colorDiagnostics ? ["-fcolor-diagnostics"] : []
            let arguments =
                [
                    "@\(installation.options(of: "clang"))", "-g", "-std=gnu23", "-Wall",
                ]
                + clangMaps + options.optimization.clang + options.clangMacros + color + headers + sdk.clangOptions + [
                    "-c", source, "-o", objects.appending(name).string,
                ]
            result.append(Compilation(tool: .clang, arguments: arguments, inputs: [source], object: name))
        }
        let swift = project.sources.filter { SourceKind(of: $0) == .swift }
        if !swift.isEmpty {
            // All files are one module, as whole-module optimisation needs.
            let name = "\(project.name).swift.o"
            let color = options.colorDiagnostics ? ["-color-diagnostics"] : []
            let bridging = project.bridgingHeader.map { ["-import-objc-header", $0] } ?? []
            let arguments =
                [
                    "@\(installation.options(of: "swiftc"))", options.optimization.swiftc, "-g", "-module-name",
                    project.moduleName,
                ]
                + prefixMaps.flatMap { ["-file-prefix-map", $0] } + clangMaps.flatMap { ["-Xcc", $0] }
                + options.clangMacros.flatMap { ["-Xcc", $0] } + options.swiftConditions
                + color + headers + sdk.swiftOptions(isBare: options.isBare, host: options.hostModules) + bridging
                + ["-c"] + swift + [
                    "-o", objects.appending(name).string,
                ]
            result.append(Compilation(tool: .swiftc, arguments: arguments, inputs: swift, object: name))
        }
        return result
    }

    /// Runs the compilers, as many at a time as there are processors; the order of the result is that of the input.
    private func compile(_ compilations: [Compilation], _ root: FilePath) async throws -> [String] {
        try await withThrowingTaskGroup(of: (Int, String).self) { group in
            let checksVariadics = VariadicCheck.isNeeded(
                for: compilations.filter { $0.tool == .clang }.flatMap(\.inputs).map { root.pushing(FilePath($0)) })
            var outputs = [String](repeating: "", count: compilations.count)
            var next = 0
            func start() {
                guard next < compilations.count else { return }
                let (index, compilation) = (next, compilations[next])
                next += 1
                progress("compiling \(compilation.inputs.joined(separator: " "))")
                group.addTask {
                    let output = try await toolchain.run(compilation.tool, compilation.arguments, in: root)
                    if compilation.tool == .clang && checksVariadics {
                        try await VariadicCheck(toolchain: toolchain).check(compilation.arguments, in: root)
                    }
                    return (index, output)
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

    private func link(_ objects: [String], to elf: FilePath) async throws -> String {
        progress("linking \(elf.lastComponent?.string ?? "")")
        let arguments =
            ["@\(installation.options(of: "lld"))", "-T", sdk.linkerScript.string, "-o", elf.string]
            + objects + sdk.linkOptions(isBare: options.isBare)
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
        let entries = compilations.flatMap { compilation in
            compilation.inputs.compactMap { input in
                toolchain.path(of: compilation.tool).map {
                    CompilationDatabase.Entry(
                        directory: project.root.string, file: input, arguments: [$0.string] + compilation.arguments)
                }
            }
        }
        try CompilationDatabase(entries).write(to: project.buildFolder)
    }
}
