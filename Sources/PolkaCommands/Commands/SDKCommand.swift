// `pvm sdk`: the guest SDK for `swift build --swift-sdk pvm` and for editors.

import ArgumentParser
import PolkaBuild

struct SDKCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sdk",
        abstract: "Install the guest SDK for swift build and editors.",
        discussion: "'pvm build' needs none of this: it knows where the SDK is.",
        subcommands: [Install.self, Path.self, Remove.self])

    /// The SDK, which is made first if it has not been.
    private static func located() async throws -> GuestSDK {
        try await GuestSDK.locate(Installation.locate()) { Terminal.note($0) }
    }

    struct Install: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let SwiftPM and editors find the SDK: swift build --swift-sdk \(GuestSDK.name) -c release")

        func run() async throws {
            let sdk = try await SDKCommand.located()
            try sdk.install()
            Terminal.print("\(GuestSDK.name): \(sdk.bundle)")
        }
    }

    struct Path: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print where the SDK's artifact bundle is.")

        func run() async throws { Terminal.print("\(try await SDKCommand.located().bundle)") }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Undo 'pvm sdk install'.")

        func run() throws {
            if !GuestSDK.remove() { throw CommandError("the SDK is not installed") }
        }
    }
}
