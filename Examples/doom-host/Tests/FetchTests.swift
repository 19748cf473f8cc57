// Getting what others publish: from the cache, and what is said where there is no network or another file.

import Foundation
import Subprocess
import SystemPackage
import Testing

@Suite struct FetchTests {
    private static let fetch = Doom.examples.removingLastComponent().appending("toolchain/fetch")
    private let cache: TemporaryFolder

    init() throws { cache = try TemporaryFolder() }

    /// Runs `fetch` where nobody answers.
    private func fetch(_ arguments: [String]) async throws -> Outcome {
        let nowhere = "http://127.0.0.1:1"
        return try await run(
            Self.fetch, arguments,
            environment: [
                "PVM_CACHE": cache.path.string, "http_proxy": nowhere, "https_proxy": nowhere, "PIP_RETRIES": "0",
            ])
    }

    /// What "abc" hashes to (FIPS 180-4).
    private static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    @Test(arguments: [
        ["python", "cydoomgeneric", "0.1.0", "game.tar.gz", abc],
        ["debian", "freedoom", "0.12.1-2", "bookworm", "game.tar.gz", abc],
        ["debian-source", "picolibc", "1.8.10-1", "trixie", "game.tar.gz", abc],
    ])
    func cacheAndNoNetwork(_ arguments: [String]) async throws {
        let file = cache.path.appending("game.tar.gz")
        let missing = try await fetch(arguments)
        #expect(missing.code == 1)
        #expect(missing.output == "")
        #expect(
            missing.errors.hasSuffix(
                "fetch: error: can not fetch \(arguments[1]) \(arguments[2]); with another way to get it, put game.tar.gz "
                    + "into \(cache.path)\n"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: cache.path.string) == [])

        // One that came another way.
        try Data("abc".utf8).write(to: URL(fileURLWithPath: file.string))
        let cached = try await fetch(arguments)
        #expect(cached.code == 0 && cached.output == "\(file)\n" && cached.errors == "")
    }

    /// A cache in a folder whose name has spaces: what apt gets as words of its command line are whole names.
    ///
    /// The apt-get of this test downloads nothing.
    @Test func spaces() async throws {
        let tools = cache.path.appending("tools")
        try FileManager.default.createDirectory(atPath: tools.string, withIntermediateDirectories: false)
        let apt = """
            #!/bin/sh
            for word; do
                case $word in
                *=*"/my cache/fetch."*) ;;
                *cache/fetch.*|*/my) exit 1 ;;
                download) printf abc >game.deb ;;
                esac
            done
            """
        _ = FileManager.default.createFile(
            atPath: tools.appending("apt-get").string, contents: Data(apt.utf8), attributes: [.posixPermissions: 0o755])
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let folder = cache.path.appending("my cache")
        let outcome = try await run(
            Self.fetch, ["debian", "freedoom", "0.12.1-2", "bookworm", "game.deb", Self.abc],
            environment: ["PVM_CACHE": folder.string, "PATH": "\(tools):\(path)"])
        #expect(outcome.code == 0 && outcome.output == "\(folder)/game.deb\n", "\(outcome.errors)")
    }

    @Test func usage() async throws {
        let outcome = try await fetch(["nothing"])
        #expect(outcome.code == 64)
        #expect(outcome.errors.hasPrefix("usage: fetch debian-source PACKAGE VERSION SUITE FILE SHA256"))
    }
}
