// Building a project from a command: progress, warnings, the blob beside the ELF.

import PolkaBlob
import PolkaBuild
import PolkaLinker
import SystemPackage

/// A build as commands do it.
struct ProjectBuild {
    var optimization = BuildOptions.Optimization.speed
    var link = LinkOptions()
    let color: Bool
    /// Say nothing but warnings and errors.
    let quiet: Bool

    /// What was built, and where the blob is.
    struct Outcome {
        let blob: Blob
        let blobPath: FilePath
        let byteCount: Int
        let products: BuildProducts
    }

    init(
        optimization: BuildOptions.Optimization = .speed, link: LinkOptions = LinkOptions(), color: Bool, quiet: Bool
    ) {
        self.optimization = optimization
        self.link = link
        self.color = color
        self.quiet = quiet
    }

    /// Builds the project in a folder to `build/NAME.polkavm`, or to `output`.
    func build(folder: FilePath, output: FilePath? = nil) async throws -> Outcome {
        let project = try Project(folder: folder)
        return try await build(project, to: output ?? project.buildFolder.appending("\(project.name).polkavm"))
    }

    /// Builds source files to a blob.
    func build(files: [String], output: FilePath) async throws -> Outcome {
        try await build(try Project(files: files, output: output), to: output)
    }

    private func build(_ project: Project, to output: FilePath) async throws -> Outcome {
        let options = BuildOptions(optimization: optimization, link: link, colorDiagnostics: color)
        let quiet = quiet
        let builder = Builder(try Installation.locate(), Toolchain(), options) { step in
            if !quiet { Terminal.note(step) }
        }
        let products = try await builder.build(project)
        for warning in products.warnings { Terminal.note(warning) }
        let bytes = products.result.blob.serialized()
        try Files.write(bytes, to: output)
        return Outcome(blob: products.result.blob, blobPath: output, byteCount: bytes.count, products: products)
    }
}
