// A guest project that is a Swift package: what is to be built of it.

import FoundationEssentials
package import SystemPackage

/// A folder with a Package.swift.
package struct GuestPackage: Sendable {
    /// The folder.
    package let root: FilePath
    /// The executable that becomes the program.
    let product: String
    /// What the program is called: as the package, or as the executable if that is one of several.
    package let name: String
    /// Whether any of its own code is in Swift.
    let hasSwift: Bool
    /// Whether its code has a main.swift; if not, every file holds declarations only.
    let hasTopLevelCode: Bool

    static let manifest = "Package.swift"

    /// Where products, map and blob go.
    package let buildFolder: FilePath
    /// Where SwiftPM works; apart for tests, whose build has other options.
    let scratchFolder: FilePath

    package static func isPackage(_ folder: FilePath) -> Bool {
        FileKind.of(folder.appending(manifest)) == .regular
    }

    /// Asks SwiftPM what is in the package.
    ///
    /// - Parameters:
    ///   - folder: the package's folder.
    ///   - wanted: the executable to build, if the package has several.
    ///   - isForTesting: whether what tests run is to be built.
    ///   - toolchain: has the SwiftPM to ask.
    /// - Throws: `BuildError`, if there is nothing to build or no telling what.
    init(folder: FilePath, product wanted: String?, isForTesting: Bool, _ toolchain: Toolchain) async throws {
        guard let root = Files.resolved(folder) else {
            throw BuildError.notAProject(path: folder.string, reason: "there is no such folder")
        }
        let arguments = ["--package-path", root.string, "describe", "--type", "json"]
        let output = try await toolchain.output(of: .swiftPackage, arguments)
        guard output.succeeded,
            let description = try? JSONDecoder().decode(Description.self, from: Data(output.standardOutput.utf8))
        else {
            throw BuildError.packageFailed(output.standardError + output.standardOutput)
        }
        let executables = description.products.filter { $0.type.executable }.map(\.name).sorted()
        guard let first = executables.first else {
            throw BuildError.notAProject(
                path: folder.string,
                reason: "its package has no executable; a guest is an '.executableTarget' of \(Self.manifest)")
        }
        if let wanted, !executables.contains(wanted) {
            throw BuildError.notAProject(
                path: folder.string,
                reason: "its package has no executable '\(wanted)'; there are \(executables.joined(separator: ", "))")
        }
        guard wanted != nil || executables.count == 1 else {
            throw BuildError.notAProject(
                path: folder.string,
                reason: "its package has several executables; choose one with --product: "
                    + executables.joined(separator: ", "))
        }
        self.root = root
        buildFolder = root.appending(BuildFolder.path(isForTesting: isForTesting))
        scratchFolder = root.appending(isForTesting ? ".build/test" : ".build")
        let product = wanted ?? first
        self.product = product
        name = executables.count == 1 ? description.name : product
        let targets = description.products.first { $0.name == product }?.targets ?? []
        hasSwift = description.targets.contains { target in
            target.sources.contains { SourceKind(of: $0) == .swift }
        }
        hasTopLevelCode = description.targets.contains { target in
            targets.contains(target.name)
                && target.sources.contains { $0 == "main.swift" || $0.hasSuffix("/main.swift") }
        }
    }

    /// The part of `swift package describe` that matters.
    private struct Description: Decodable {
        struct Product: Decodable {
            let name: String
            let targets: [String]
            let type: Kind
        }

        struct Kind: Decodable {
            let executable: Bool

            private enum Keys: String, CodingKey { case executable }

            init(from decoder: any Decoder) throws {
                executable = try decoder.container(keyedBy: Keys.self).contains(.executable)
            }
        }

        struct Target: Decodable {
            let name: String
            let sources: [String]
        }

        let name: String
        let products: [Product]
        let targets: [Target]
    }
}
