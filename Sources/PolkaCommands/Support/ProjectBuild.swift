// Building a project from a command: progress, warnings, the blob beside the ELF.

import PolkaBlob
import PolkaBuild
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
        let byteCount: Int
    }

    init(options: BuildOptions, product: String? = nil, quiet: Bool) {
        self.options = options
        self.product = product
        self.quiet = quiet
    }

    /// What commands do that need a program and are given a project.
    init(color: Bool) {
        self.init(options: BuildOptions(optimization: .speed, colorDiagnostics: color), quiet: true)
    }

    /// Builds the project in a folder to `build/NAME.polkavm`, or to `output`; nothing if nothing has changed since.
    func build(folder: FilePath, output: FilePath? = nil) async throws -> Outcome {
        let installation = try Installation.locate()
        let sdk = try await GuestSDK.locate(installation) { Terminal.note($0) }
        let folder = Files.resolved(folder) ?? folder
        let name = Self.lastProduct(of: folder) ?? folder.lastComponent?.string ?? "program"
        let wanted = product ?? name
        let usual = folder.appending("build/\(wanted).polkavm")
        if let outcome = upToDate(folder, wanted, output ?? usual, sdk) {
            progress("\(wanted) is up to date")
            return outcome
        }
        let before = BuildStamp.ownState(of: folder)
        let products: BuildProducts
        let builtName: String
        if GuestPackage.isPackage(folder) {
            let builder = PackageBuilder(sdk, Toolchain(), options, progress: progress)
            let package = try await builder.package(in: folder, product: product)
            builtName = package.name
            products = try await builder.build(package)
        } else {
            let project = try Project(folder: folder)
            builtName = project.name
            products = try await Builder(installation, sdk, Toolchain(), options, progress: progress).build(project)
        }
        let outcome = try write(products, to: output ?? folder.appending("build/\(builtName).polkavm"))
        if BuildStamp.ownState(of: folder) == before { try stamp(folder, builtName, outcome.blobPath, sdk).save() }
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

    /// The blob, if it is what a build would give.
    private func upToDate(_ folder: FilePath, _ name: String, _ blobPath: FilePath, _ sdk: GuestSDK) -> Outcome? {
        guard stamp(folder, name, blobPath, sdk).isCurrent, let bytes = try? Files.read(blobPath),
            let blob = try? Blob(parsing: bytes)
        else { return nil }
        return Outcome(blob: blob, blobPath: blobPath, byteCount: bytes.count)
    }

    private func stamp(_ folder: FilePath, _ name: String, _ blobPath: FilePath, _ sdk: GuestSDK) -> BuildStamp {
        let build = folder.appending("build")
        return BuildStamp(
            folder: folder, name: name, settings: options.summary + [sdk.key],
            products: [blobPath, build.appending("\(name).elf"), build.appending("\(name).map")], in: build)
    }

    /// The name of what was built last in a folder, which tells the product without asking SwiftPM.
    private static func lastProduct(of folder: FilePath) -> String? {
        guard GuestPackage.isPackage(folder) else { return nil }
        let maps = ((try? Files.list(folder.appending("build"))) ?? []).filter { $0.hasSuffix(".map") }
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
        let bytes = products.result.blob.serialized()
        try Files.write(bytes, to: output)
        return Outcome(blob: products.result.blob, blobPath: output, byteCount: bytes.count)
    }
}
