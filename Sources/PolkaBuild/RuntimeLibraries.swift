// The guest's runtime as archives: our own sources, compiled once for each version of sources and compiler, and compiler-rt.
//
// An archive lies in the user's cache under a name that its inputs decide, and appears there only when it is complete, so
// processes that build it at the same time do no harm.

import SystemPackage

struct RuntimeLibraries: Sendable {
    let installation: Installation
    let toolchain: Toolchain

    init(_ installation: Installation, _ toolchain: Toolchain) {
        self.installation = installation
        self.toolchain = toolchain
    }

    /// The archives to link, ours first.
    func archives() async throws -> [FilePath] {
        let own = try await runtime()
        guard let builtins = Self.builtins(installation) else { return [own] }
        return [own, builtins]
    }

    /// Where `make` leaves compiler-rt for all projects of a user.
    static var builtinsInCache: FilePath { Installation.cache.appending("lib/\(builtinsName)") }

    /// compiler-rt, nil if it has not been built.
    static func builtins(_ installation: Installation?) -> FilePath? {
        let installed = installation?.home.appending("lib/\(builtinsName)")
        return [installed, builtinsInCache].compactMap { $0 }.first(where: Files.exists)
    }

    private static let builtinsName = "libcompiler_rt.a"

    /// Our runtime.
    private func runtime() async throws -> FilePath {
        let folder = installation.runtimeSources
        let sources = try Files.list(folder).filter { $0.hasSuffix(".c") }
        var hash = ContentHash()
        for name in try Files.list(folder) {
            hash.add(Array(name.utf8))
            hash.add(try Files.read(folder.appending(name)))
        }
        for name in try Files.list(installation.headers) where name.hasSuffix(".h") {
            hash.add(try Files.read(installation.headers.appending(name)))
        }
        hash.add(try Files.read(installation.options(of: "clang")))
        hash.add(Array((toolchain.path(of: .clang)?.string ?? "").utf8))
        let cache = Installation.cache.appending("runtime-\(hash.text)")
        let archive = cache.appending("libpvm.a")
        if Files.exists(archive) { return archive }

        let work = Installation.cache.appending(".runtime-\(hash.text)-\(ProcessID.current)")
        try Files.makeFolder(work)
        defer { Files.removeFolder(work) }
        let arguments =
            [
                "@\(installation.options(of: "clang"))", "-O2", "-std=gnu23", "-fno-builtin",
                "-ffile-prefix-map=\(folder)=runtime",
            ]
            + ["-I", installation.headers.string, "-c"] + sources.map { folder.appending($0).string }
        _ = try await toolchain.run(.clang, arguments, in: work)
        let objects = sources.map { "\($0.dropLast(2)).o" }
        // D: no times and owners in the archive.
        _ = try await toolchain.run(.ar, ["rcD", "libpvm.a"] + objects, in: work)
        try Files.makeFolder(cache)
        try Files.rename(work.appending("libpvm.a"), to: archive)
        return archive
    }
}

/// A hash to name contents by: FNV-1a of 64 bits.
///
/// Nothing but a stale cache depends on it.
struct ContentHash {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ bytes: [UInt8]) {
        for byte in bytes {
            state = (state ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        // The length keeps neighbours apart.
        state = (state ^ UInt64(bytes.count)) &* 0x100_0000_01b3
    }

    var text: String { String(state, radix: 16) }
}
