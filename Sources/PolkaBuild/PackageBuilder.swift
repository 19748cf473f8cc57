// Swift packages to a blob: SwiftPM compiles and links with the guest SDK, then the ELF file is post-linked.
//
// SwiftPM decides what is to be compiled again. The same options go to it for each folder but for prefix maps, so the same
// sources give the same bytes in any folder.

package import SystemPackage

package struct PackageBuilder: Sendable {
    let sdk: GuestSDK
    let toolchain: Toolchain
    let options: BuildOptions
    let progress: @Sendable (String) -> Void

    package init(
        _ sdk: GuestSDK, _ toolchain: Toolchain, _ options: BuildOptions,
        progress: @escaping @Sendable (String) -> Void
    ) {
        self.sdk = sdk
        self.toolchain = toolchain
        self.options = options
        self.progress = progress
    }

    /// Reads a package's manifest.
    package func package(in folder: FilePath, product: String?) async throws -> GuestPackage {
        progress("reading \(GuestPackage.manifest)")
        return try await GuestPackage(
            folder: folder, product: product, isForTesting: options.isForTesting, toolchain)
    }

    /// Builds a package; ELF and map lie beside the blob, which the caller writes.
    package func build(_ package: GuestPackage) async throws -> BuildProducts {
        let messages = try await compile(package)
        let built = package.scratchFolder
            .appending("\(GuestSDK.triple)/\(options.configuration.rawValue)/\(package.product)")
        try Files.makeFolder(package.buildFolder)
        let elf = package.buildFolder.appending("\(package.name).elf")
        try Files.write(Files.read(built), to: elf)
        let commands = CompilationDatabase(ofPackage: package, options.configuration)
        try commands.write(to: package.buildFolder)
        try await checkVariadics(commands)
        progress("linking \(package.name)")
        return try BuildProducts(
            linking: elf, options.link.forGuest(inSwift: package.hasSwift), name: package.name, in: package.buildFolder,
            warnings: messages, sdk)
    }

    /// Runs `swift build`; returns what it said besides its progress.
    private func compile(_ package: GuestPackage) async throws -> [String] {
        try discardWorkOfAnotherSDK(package)
        let root = package.root.string
        var arguments = [
            "--package-path", root, "--scratch-path", package.scratchFolder.string, "--swift-sdks-path",
            sdk.folder.string, "--swift-sdk", options.swiftSDK,
            "-c", options.configuration.rawValue, "--product", package.product,
        ]
        // Messages, assertions and debug information name files from the package's folder on.
        for map in sdk.prefixMaps(root: package.root) {
            arguments += ["-Xcc", "-ffile-prefix-map=\(map)", "-Xswiftc", "-file-prefix-map", "-Xswiftc", map]
        }
        if !package.hasTopLevelCode { arguments += ["-Xswiftc", "-parse-as-library"] }
        arguments += options.optimization.swiftBuild
        let progress = progress
        let output = try await toolchain.stream(.swiftBuild, arguments) { line in
            // [3/17] Compiling app main.swift
            if line.hasPrefix("["), line.dropFirst().first?.isNumber ?? false, let end = line.firstIndex(of: "]") {
                let step = line[end...].dropFirst(2)
                if !step.hasPrefix("Write ") { progress(String(step)) }
                return false
            }
            return !Self.isChatter(line)
        }
        // SwiftPM names files in full.
        let message = output.kept.map { $0.split(separator: "\(root)/", omittingEmptySubsequences: false).joined() }
            .joined(separator: "\n")
        guard output.exitCode == 0 else { throw BuildError.packageFailed(message) }
        return message.isEmpty ? [] : [message]
    }

    /// Removes what was compiled with other libraries and modules: SwiftPM does not know that these are inputs.
    private func discardWorkOfAnotherSDK(_ package: GuestPackage) throws {
        let work = package.scratchFolder.appending(GuestSDK.triple)
        let note = work.appending("pvm-sdk")
        if (try? Files.readText(note)) == sdk.key { return }
        Files.removeFolder(work)
        try Files.makeFolder(work)
        try Files.write(Array(sdk.key.utf8), to: note)
    }

    /// Looks for calls that clang compiles wrongly, if any C file of the package asks for that.
    private func checkVariadics(_ commands: CompilationDatabase) async throws {
        guard VariadicCheck.isNeeded(for: commands.entries.map { FilePath($0.file) }) else { return }
        let check = VariadicCheck(toolchain: toolchain)
        for entry in commands.entries {
            try await check.check(Array(entry.arguments.dropFirst()), in: FilePath(entry.directory))
        }
    }

    /// What SwiftPM says when all is well.
    private static func isChatter(_ line: String) -> Bool {
        line.isEmpty
            || ["Building for ", "Build of product ", "Build complete!", "Planning build"].contains(
                where: line.hasPrefix)
    }
}
