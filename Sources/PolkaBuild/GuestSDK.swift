// The guest SDK: headers, libraries and modules that guests are compiled with and linked to. `toolchain/build-sdk` makes it and
// describes its folder.

import Subprocess
package import SystemPackage

package struct GuestSDK: Sendable {
    /// The folder that holds the bundle.
    package let folder: FilePath

    /// The name of the Swift SDK, for `swift build --swift-sdk`.
    package static let name = "pvm"
    package static let triple = "riscv64-none-none-eabi"
    static let bundleName = "pvm.artifactbundle"

    package var bundle: FilePath { folder.appending(Self.bundleName) }
    private var parts: FilePath { bundle.appending("pvm") }
    package var headers: FilePath { parts.appending("sysroot/include") }
    package var libraries: FilePath { parts.appending("sysroot/lib") }
    package var linkerScript: FilePath { libraries.appending("guest.ld") }
    var modules: FilePath { parts.appending("swift") }
    var macros: FilePath { parts.appending("macros/libPVMMacros.so") }

    /// What the SDK was made of, in short.
    package var key: String { (try? Files.readText(folder.appending("key"))) ?? "" }

    /// Where the SDK is, nil if it has not been made: `sdk` in an installation, `.build/sdk` in a checkout.
    package static func find(_ installation: Installation) -> GuestSDK? {
        ["sdk", ".build/sdk"].map { GuestSDK(folder: installation.home.appending($0)) }
            .first { Files.exists($0.bundle.appending("info.json")) && !$0.key.isEmpty }
    }

    /// The SDK, which is made first if it has not been.
    package static func locate(
        _ installation: Installation, progress: @Sendable (String) -> Void
    ) async throws -> GuestSDK {
        if let found = find(installation) { return found }
        progress("making the guest SDK, once; this takes about two minutes")
        let script = command(installation)
        let result = try await Subprocess.run(
            .path(FilePath(script)), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess, let made = find(installation) else {
            throw BuildError.toolFailed(
                tool: script, status: "\(result.terminationStatus)", output: result.standardError)
        }
        return made
    }

    /// What makes the SDK.
    static func command(_ installation: Installation) -> String {
        installation.home.appending("toolchain/build-sdk").string
    }

    // MARK: Installing

    /// Where SwiftPM and editors look for SDKs.
    private static var installed: FilePath {
        Environment.home.appending(".swiftpm/swift-sdks/\(bundleName)")
    }

    /// Whether `swift build --swift-sdk pvm` and editors find this SDK.
    package var isInstalled: Bool { Files.resolved(Self.installed) == Files.resolved(bundle) }

    /// Lets SwiftPM and editors find the SDK: a link, so that they always see what `pvm build` uses.
    ///
    /// - Throws: `FileError`, also where something that is not a link of ours has the place.
    package func install() throws(FileError) {
        if isInstalled { return }
        try Files.makeFolder(Self.installed.removingLastComponent())
        if FileKind.of(Self.installed) == .directory, !Files.isLink(Self.installed) {
            throw FileError(
                path: Self.installed, action: "install the SDK",
                reason: "another SDK of that name is there; 'swift sdk remove \(Self.name)' removes it")
        }
        Files.remove(Self.installed)
        try Files.link(Self.installed, to: bundle)
    }

    /// Undoes `install`.
    ///
    /// - Returns: whether there was anything to undo.
    package static func remove() -> Bool {
        guard Files.isLink(installed) else { return false }
        Files.remove(installed)
        return true
    }

    // MARK: Options of the tools

    /// What clang needs to know besides the fixed options.
    var clangOptions: [String] { ["-isystem", headers.string] }

    /// What swiftc needs to know besides the fixed options: where the module PVM is, and the one of the host.
    package func swiftOptions(isBare: Bool, host: String? = nil) -> [String] {
        ["-Xcc", "-isystem", "-Xcc", headers.string]
            + (host.map { ["-I", modules.appending($0).string] } ?? [])
            + ["-I", (isBare ? modules.appending("bare") : modules).string, "-load-plugin-library", macros.string]
    }

    /// Folders that what is compiled must not depend on, each with what debug information calls it: the project, from which
    /// on its files are named, and our headers.
    package func prefixMaps(root: FilePath) -> [String] { ["\(root)=.", "\(headers)=pvm"] }

    /// What follows the objects on the linker's command line.
    package func linkOptions(isBare: Bool) -> [String] {
        (isBare ? ["-L", libraries.appending("bare").string] : []) + ["-L", libraries.string, "--start-group"]
            + Self.libraryNames.map { "-l\($0)" } + ["--end-group"]
    }

    /// In the order in which the linker looks into them: ours have some functions that the C library has as well.
    private static let libraryNames = ["pvm", "unicode", "c", "compiler_rt"]
}
