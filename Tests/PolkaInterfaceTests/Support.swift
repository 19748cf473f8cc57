// The interfaces and headers of the package, and the tools that guests are made with.

import PolkaBlob
import PolkaBuild
import PolkaInterface
import PolkaLinker
import RISCVELF
import SystemPackage
import Testing

enum Package {
    static let root: FilePath = {
        var path = FilePath(#filePath)
        for _ in 0..<3 { path.removeLastComponent() }
        return path
    }()

    static let hosts = root.appending("Guest/hosts")
    static let headers = root.appending("Guest/include")

    static func interface(_ name: String) throws -> HostInterface {
        let file = "\(name).json"
        return try HostInterface(parsing: Files.read(hosts.appending(file)), file: file)
    }

    static func interfaces() throws -> [HostInterface] {
        try Files.list(hosts).filter { $0.hasSuffix(".json") }.map {
            try HostInterface(parsing: Files.read(hosts.appending($0)), file: $0)
        }
    }
}

/// A folder with C sources in it; it goes away with the value.
final class Workshop: Sendable {
    let folder: FilePath

    init() throws {
        let unique = UInt64.random(in: 0 ... .max)
        folder = FilePath(Environment["TMPDIR"] ?? "/tmp").appending("pvm-interface-\(String(unique, radix: 36))")
        try Files.makeFolder(folder)
    }

    deinit { Files.removeFolder(folder) }

    enum Machine: CaseIterable {
        case guest, native
    }

    /// Runs clang; warnings are errors.
    ///
    /// The option `-idirafter` for our headers lets the machine's own come first.
    func compile(
        _ source: String, for machine: Machine, flags: [String] = [], headerOption: String = "-I"
    ) async throws -> ToolOutput {
        try Files.write(Array(source.utf8), to: folder.appending("guest.c"))
        let fixed = machine == .guest ? ["@" + Package.root.appending("toolchain/clang.rsp").string] : []
        return try await Toolchain().output(
            of: .clang,
            fixed + ["-std=gnu23", "-O1", "-Wall", "-Wextra", "-Werror", headerOption, Package.headers.string] + flags
                + [
                    "-c", "guest.c", "-o", "guest.o",
                ],
            in: folder)
    }

    /// The blob of a source that needs nothing of the runtime.
    func link(_ source: String, flags: [String] = [], options: LinkOptions = LinkOptions()) async throws -> Blob {
        let output = try await compile(source, for: .guest, flags: flags)
        try #require(output.succeeded, "\(output.standardError)")
        let object = try ELFObject(parsing: Files.read(folder.appending("guest.o")), name: "guest.o")
        return try PostLinker.link([object], options: options).blob
    }
}

extension Blob {
    /// The names of imports by their numbers, without the holes.
    var importNames: [Int: String] {
        var names: [Int: String] = [:]
        for (number, symbol) in imports.enumerated() {
            if let symbol, !symbol.isEmpty { names[number] = Blob.text(of: symbol) }
        }
        return names
    }
}
