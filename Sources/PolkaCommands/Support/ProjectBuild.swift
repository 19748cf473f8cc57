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

    /// Builds the project in a folder to `build/NAME.polkavm`, or to `output`.
    func build(folder: FilePath, output: FilePath? = nil) async throws -> Outcome {
        guard GuestPackage.isPackage(folder) else {
            let project = try Project(folder: folder)
            return try await build(project, to: output ?? project.buildFolder.appending("\(project.name).polkavm"))
        }
        let builder = PackageBuilder(
            try await GuestSDK.locate(Installation.locate()) { Terminal.note($0) }, Toolchain(), options,
            progress: progress)
        let package = try await builder.package(in: folder, product: product)
        let products = try await builder.build(package)
        return try write(products, to: output ?? package.buildFolder.appending("\(package.product).polkavm"))
    }

    /// Builds source files to a blob.
    func build(files: [String], output: FilePath) async throws -> Outcome {
        try await build(try Project(files: files, output: output), to: output)
    }

    private func build(_ project: Project, to output: FilePath) async throws -> Outcome {
        let installation = try Installation.locate()
        let sdk = try await GuestSDK.locate(installation) { Terminal.note($0) }
        let builder = Builder(installation, sdk, Toolchain(), options, progress: progress)
        return try write(try await builder.build(project), to: output)
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
