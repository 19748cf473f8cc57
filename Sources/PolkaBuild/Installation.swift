// Where the tool's own files are: headers, linker script and runtime of guests, compiler flags, templates.

package import SystemPackage

/// The folder that holds `Guest`, `toolchain` and `Templates`.
package struct Installation: Sendable {
    package let home: FilePath

    /// Finds the folder: `PVM_HOME`; else `share/pvm` beside the executable's `bin`; else the package that the executable was
    /// built in.
    package static func locate() throws(BuildError) -> Installation {
        if let home = Environment["PVM_HOME"] {
            guard isHome(FilePath(home)) else { throw .missingInstallation(searched: ["PVM_HOME=\(home)"]) }
            return Installation(home: Files.resolved(FilePath(home)) ?? FilePath(home))
        }
        var candidates: [FilePath] = []
        if let executable = Files.resolved("/proc/self/exe") {
            var folder = executable.removingLastComponent()
            candidates.append(folder.removingLastComponent().appending("share/pvm"))
            // .build/x86_64-unknown-linux-gnu/release/pvm lies some folders below the package.
            for _ in 0..<5 {
                folder = folder.removingLastComponent()
                candidates.append(folder)
            }
        }
        if let home = candidates.first(where: isHome) { return Installation(home: home) }
        throw .missingInstallation(searched: candidates.prefix(2).map(\.string))
    }

    private static func isHome(_ folder: FilePath) -> Bool {
        Files.exists(folder.appending("Guest/include/pvm.h")) && Files.exists(folder.appending("toolchain/clang.rsp"))
    }

    package var templates: FilePath { home.appending("Templates") }

    /// The options that every run of a tool gets: a file that the tool reads itself.
    package func options(of tool: String) -> FilePath { home.appending("toolchain/\(tool).rsp") }

    /// Where what is built once for all projects is kept: `PVM_CACHE`, else the user's cache folder.
    package static var cache: FilePath {
        if let cache = Environment["PVM_CACHE"] { return FilePath(cache) }
        if let cache = Environment["XDG_CACHE_HOME"] { return FilePath(cache).appending("pvm") }
        return FilePath(Environment["HOME"] ?? "/tmp").appending(".cache/pvm")
    }
}
