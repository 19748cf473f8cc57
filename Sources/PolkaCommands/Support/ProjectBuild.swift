// Building a project from a command: progress, warnings, the blob beside the ELF.

import PolkaBlob
import PolkaBuild
import PolkaCheck
import PolkaLinker
import SystemPackage

/// A build as commands do it.
struct ProjectBuild {
    var options: BuildOptions
    /// The executable to build of a package that has several.
    var product: String?
    /// Say nothing but warnings and errors.
    let quiet: Bool

    /// What was built, and where the blob is.
    struct Outcome {
        let blob: Blob
        let blobPath: FilePath
        /// The file for the target: the blob, or what was made of it.
        let path: FilePath
        /// The size of that file.
        let byteCount: Int
        /// The same program with its debug information, if the file for the target has none.
        let debugPath: FilePath?
        /// What the rules of the target say, nil for one without rules.
        let check: CheckOutcome?
    }

    /// What the target's file is called.
    var fileExtension: String { isJAM ? "jam" : "polkavm" }

    private var isJAM: Bool { !options.isForTesting && options.target.deployment?.isJAM ?? false }

    /// Whether the target's file is a container without debug information, which a chain would have to keep.
    private var isContract: Bool { !options.isForTesting && options.target == .revive }

    /// Where a contract lies with its debug information if the target's file is at a path.
    static func debugPath(beside path: FilePath) -> FilePath {
        path.removingLastComponent().appending("\(path.stem ?? "program").debug.polkavm")
    }

    private var buildFolder: String { BuildFolder.path(isForTesting: options.isForTesting) }

    init(options: BuildOptions, product: String? = nil, quiet: Bool) {
        self.options = options
        self.product = product
        self.quiet = quiet
    }

    /// What commands do that need a program and are given a project: for the target that it says.
    init(color: Bool, target: BuildOptions.Target = .polkavm, isForTesting: Bool = false) {
        self.init(
            options: BuildOptions(
                target: target, isForTesting: isForTesting, optimization: .speed, colorDiagnostics: color),
            quiet: true)
    }

    /// Builds the project in a folder to `build/NAME.polkavm`, or to `output`; nothing if nothing has changed since.
    func build(folder: FilePath, output: FilePath? = nil) async throws -> Outcome {
        let installation = try Installation.locate()
        let sdk = try await GuestSDK.locate(installation) { Terminal.note($0) }
        let folder = Files.resolved(folder) ?? folder
        let name = lastProduct(of: folder) ?? folder.lastComponent?.string ?? "program"
        let wanted = product ?? name
        let usual = folder.appending("\(buildFolder)/\(wanted).\(fileExtension)")
        if let outcome = upToDate(folder, wanted, output ?? usual, sdk) {
            progress("\(wanted) is up to date")
            return outcome
        }
        try InterfaceSources.update(in: folder)
        let before = BuildStamp.ownState(of: folder)
        let products: BuildProducts
        let builtName: String
        if GuestPackage.isPackage(folder) {
            let builder = PackageBuilder(sdk, Toolchain(), options, progress: progress)
            let package = try await builder.package(in: folder, product: product)
            builtName = package.name
            products = try await builder.build(package)
        } else {
            let project = try Project(folder: folder, isForTesting: options.isForTesting)
            builtName = project.name
            products = try await Builder(installation, sdk, Toolchain(), options, progress: progress).build(project)
        }
        let outcome = try write(
            products, to: output ?? folder.appending("\(buildFolder)/\(builtName).\(fileExtension)"))
        // What breaks a rule is built again, to be told again.
        if !(outcome.check?.isViolated ?? false), BuildStamp.ownState(of: folder) == before {
            try stamp(folder, builtName, outcome.path, sdk).save()
        }
        return outcome
    }

    /// Builds source files to a blob.
    func build(files: [String], output: FilePath) async throws -> Outcome {
        let installation = try Installation.locate()
        let sdk = try await GuestSDK.locate(installation) { Terminal.note($0) }
        let builder = Builder(installation, sdk, Toolchain(), options, progress: progress)
        return try write(try await builder.build(Project(files: files, output: output)), to: output)
    }

    // MARK: Builds that are not needed

    /// What the last build left, if it is what a build would give.
    private func upToDate(_ folder: FilePath, _ name: String, _ path: FilePath, _ sdk: GuestSDK) -> Outcome? {
        guard stamp(folder, name, path, sdk).isCurrent, let bytes = try? Files.read(path),
            let blobBytes = isJAM ? try? Files.read(blobPath(beside: path)) : bytes,
            let debugBytes = isContract ? try? Files.read(Self.debugPath(beside: path)) : blobBytes,
            let blob = try? Blob(parsing: debugBytes)
        else { return nil }
        let map = (try? Files.readText(folder.appending("\(buildFolder)/\(name).map"))).flatMap(MapText.init)
        return outcome(blob, bytes, blobBytes, path, map)
    }

    private func stamp(_ folder: FilePath, _ name: String, _ path: FilePath, _ sdk: GuestSDK) -> BuildStamp {
        let build = folder.appending(buildFolder)
        // Only contracts have one.
        let interface = ContractInterface.path(beside: path)
        return BuildStamp(
            folder: folder, name: name, settings: options.summary + [sdk.key],
            products: [path] + (isJAM ? [blobPath(beside: path)] : [])
                + (isContract ? [Self.debugPath(beside: path)] : []) + [
                    build.appending("\(name).elf"), build.appending("\(name).map"),
                ] + (Files.exists(interface) ? [interface] : []), in: build)
    }

    /// The name of what was built last in a folder, which tells the product without asking SwiftPM.
    private func lastProduct(of folder: FilePath) -> String? {
        guard GuestPackage.isPackage(folder) else { return nil }
        let maps = ((try? Files.list(folder.appending(buildFolder))) ?? []).filter { $0.hasSuffix(".map") }
        return maps.count == 1 ? FilePath(maps[0]).stem : nil
    }

    private var progress: @Sendable (String) -> Void {
        let quiet = quiet
        return { step in
            if !quiet { Terminal.note(step) }
        }
    }

    private func write(_ products: BuildProducts, to output: FilePath) throws -> Outcome {
        for warning in products.warnings { Terminal.note(warning) }
        products.result.warn(color: options.colorDiagnostics)
        let blob = products.result.blob
        let blobBytes = blob.serialized(strip: isContract)
        // The container has the names, for debugging.
        try Files.write(blobBytes, to: blobPath(beside: output))
        if isContract { try Files.write(blob.serialized(), to: Self.debugPath(beside: output)) }
        var bytes = blobBytes
        if isJAM {
            do {
                bytes = try StandardProgram(blob, for: [options.target.instructionSet]).serialized()
            } catch {
                throw CommandError("\(output): \(error)")
            }
            try Files.write(bytes, to: output)
        }
        try ContractInterface.write(of: products.elf, beside: output)
        return outcome(blob, bytes, blobBytes, output, MapText(products.result.map.text))
    }

    /// Where the container lies if the target's file is at a path.
    private func blobPath(beside path: FilePath) -> FilePath {
        guard isJAM else { return path }
        return path.removingLastComponent().appending("\(path.stem ?? "program").polkavm")
    }

    private func outcome(
        _ blob: Blob, _ bytes: [UInt8], _ blobBytes: [UInt8], _ path: FilePath, _ map: MapText?
    ) -> Outcome {
        let check = (options.isForTesting ? nil : options.target.deployment).map { target in
            let program = CheckedProgram(blob, byteCount: blobBytes.count, target: target, map: map)
            return CheckOutcome(program.results(), target: target, program: path.string)
        }
        return Outcome(
            blob: blob, blobPath: blobPath(beside: path), path: path, byteCount: bytes.count,
            debugPath: isContract ? Self.debugPath(beside: path) : nil, check: check)
    }
}
