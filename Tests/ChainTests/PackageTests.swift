// Swift packages to result: those of Tests/Packages, built by SwiftPM as guests and natively, must compute the same.

import PolkaBlob
import PolkaBuild
import PolkaISA
import PolkaJIT
import PolkaLinker
import PolkaVM
import Subprocess
import SystemPackage
import Testing

/// A package that runs both as a guest and natively, where it prints `run` of each of its arguments.
struct TestPackage: Sendable, CustomStringConvertible {
    let name: String
    let inputs: [UInt64]

    var description: String { name }

    /// SwiftPM works beside the sources; a copy keeps those clean, and does not find what an earlier run left.
    func copy(to folder: FilePath) throws -> FilePath {
        let original = Guest.packageRoot.appending("Tests/Packages").appending(name)
        let copy = folder.appending(name)
        for file in try Files.listRecursively(original)
        where !file.hasPrefix(".build/") && !file.hasPrefix("build/") {
            let target = copy.pushing(FilePath(file))
            try Files.makeFolder(target.removingLastComponent())
            try Files.write(Files.read(original.pushing(FilePath(file))), to: target)
        }
        return copy
    }

    /// What the same package computes when SwiftPM builds it for this computer.
    func nativeResults(in folder: FilePath) async throws -> [UInt64] {
        let scratch = folder.appending(".native")
        _ = try await Toolchain().run(
            .swiftBuild,
            ["--package-path", folder.string, "--scratch-path", scratch.string, "-c", "release", "--product", name])
        let result = try await Subprocess.run(
            .path(scratch.appending("release").appending(name)), arguments: Arguments(inputs.map { "\($0)" }),
            output: .string(limit: 1 << 16))
        return result.standardOutput.split(separator: "\n").compactMap { UInt64($0) }
    }
}

@Suite struct PackageTests {
    /// Debug builds are made of other objects, and one per file.
    @Test(arguments: [BuildOptions.Configuration.debug, .release])
    func twoLanguagesAndThreeTargets(_ configuration: BuildOptions.Configuration) async throws {
        let package = TestPackage(name: "mixed", inputs: [0, 1, 10, 300])
        for optimization in BuildOptions.Optimization.allCases {
            try await compare(package, configuration, optimization)
        }
    }

    /// Published packages, unchanged; SwiftPM fetches them, or has them from an earlier fetch.
    @Test(arguments: [
        TestPackage(name: "collections", inputs: [0, 1, 10, 100]),
        TestPackage(name: "numerics", inputs: [0, 1, 10, 100]),
    ])
    func unchangedDependencies(_ package: TestPackage) async throws {
        try await compare(package, .release, .speed)
    }

    private func compare(
        _ package: TestPackage, _ configuration: BuildOptions.Configuration, _ optimization: BuildOptions.Optimization
    ) async throws {
        let folder = try TemporaryFolder(package.name)
        let copy = try package.copy(to: folder.path)
        let expected = try await package.nativeResults(in: copy)
        try #require(expected.count == package.inputs.count)

        let sdk = try await GuestSDK.locate(Installation.locate()) { _ in }
        let options = BuildOptions(
            configuration: configuration, optimization: optimization, link: LinkOptions(), colorDiagnostics: false)
        let builder = PackageBuilder(sdk, Toolchain(), options) { _ in }
        let products = try await builder.build(try await builder.package(in: copy, product: nil))
        for level in LinkOptions.Optimization.allCases {
            let blob = try Builder.link(elf: products.elf, options: LinkOptions(optimization: level)).blob
            let parsed = try Blob(parsing: blob.serialized())
            for backend in Backend.all {
                let module = try Module(parsed, configuration: ModuleConfiguration(), engine: Engine(backend: backend))
                for (input, expected) in zip(package.inputs, expected) {
                    let instance = try Instance(module, linker: Guest.linker())
                    instance.gas = 1 << 40
                    let exit = try instance.call("run", [input])
                    let what = "\(package) \(configuration) \(optimization) -O\(level.rawValue) run(\(input))"
                    #expect(exit == .finished, "\(what) \(backend.name)")
                    #expect(instance[.a0] == expected, "\(what) \(backend.name)")
                }
            }
        }
    }
}
