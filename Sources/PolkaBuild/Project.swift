// What there is to build: a project folder, or some files.
//
// A project needs no manifest: every .c, .swift and .S file below `Sources` belongs to it, `Sources` and folders called `include`
// hold its headers, and a header `Sources/bridging.h` is what Swift sees of C.

package import SystemPackage

/// Sources, and where their products go.
package struct Project: Sendable {
    /// The name of the products.
    package let name: String
    /// The folder that paths of sources are relative to, in which the compilers run: so messages and `__FILE__` do not depend
    /// on where the project lies.
    package let root: FilePath
    /// Relative to `root`, sorted.
    package let sources: [String]
    /// Folders with headers, relative to `root`.
    package let headerFolders: [String]
    /// A header that Swift imports, relative to `root`.
    package let bridgingHeader: String?
    /// Whether it is a folder of its own, not some files anywhere.
    let isFolder: Bool
    /// Where objects, ELF, map and blob go.
    package let buildFolder: FilePath

    /// What Swift calls the project's module, which shows in messages: its name, if that is an identifier.
    var moduleName: String {
        let name = String(name.map { $0 == "-" ? "_" : $0 })
        let isIdentifier =
            name.first.map { $0.isLetter || $0 == "_" } ?? false
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        return isIdentifier && !Self.takenModuleNames.contains(name) ? name : "Program"
    }

    private static let takenModuleNames: Set<String> = ["Swift", "PVM", "Synchronization", "Builtin", "main"]

    package static let sourceFolder = "Sources"
    static let bridgingHeaderName = "bridging.h"

    /// The project in a folder; `isForTesting` if it is to be built for its tests.
    package init(folder: FilePath, isForTesting: Bool = false) throws {
        guard let root = Files.resolved(folder) else {
            throw BuildError.notAProject(path: folder.string, reason: "there is no such folder")
        }
        let sourceFolder = root.appending(Self.sourceFolder)
        guard FileKind.of(sourceFolder) == .directory else {
            throw BuildError.notAProject(
                path: folder.string,
                reason: "it has no folder '\(Self.sourceFolder)'; 'pvm new NAME' makes a project")
        }
        let files = try Files.listRecursively(sourceFolder).map { "\(Self.sourceFolder)/\($0)" }
        if let foreign = files.first(where: { file in
            [".cpp", ".cc", ".cxx", ".m", ".mm", ".rs"].contains { file.hasSuffix($0) }
        }) {
            throw BuildError.unknownSource(path: foreign)
        }
        let sources = files.filter { SourceKind(of: $0) != nil }
        guard !sources.isEmpty else {
            throw BuildError.notAProject(
                path: folder.string,
                reason: "its folder '\(Self.sourceFolder)' has no file that ends in .c, .swift or .S")
        }
        name = root.lastComponent?.string ?? "program"
        self.root = root
        self.sources = sources
        var headerFolders = [Self.sourceFolder]
        for file in files {
            let folder = FilePath(file).removingLastComponent()
            if folder.lastComponent?.string == "include", !headerFolders.contains(folder.string) {
                headerFolders.append(folder.string)
            }
        }
        self.headerFolders = headerFolders
        bridgingHeader = files.first { $0 == "\(Self.sourceFolder)/\(Self.bridgingHeaderName)" }
        isFolder = true
        buildFolder = root.appending(BuildFolder.path(isForTesting: isForTesting))
    }

    /// Some source files as a program, built where the output goes.
    package init(files: [String], output: FilePath) throws {
        for file in files {
            guard SourceKind(of: file) != nil else { throw BuildError.unknownSource(path: file) }
            if FileKind.of(FilePath(file)) != .regular {
                throw FileError(path: FilePath(file), action: "read", reason: "no such file")
            }
        }
        name = output.stem ?? "program"
        root = Files.currentFolder
        sources = files
        headerFolders = []
        bridgingHeader = nil
        isFolder = false
        let folder = output.removingLastComponent()
        buildFolder = folder.isEmpty ? "." : folder
    }
}

/// Where a project's products go.
package enum BuildFolder {
    /// Relative to the project's folder.
    package static func path(isForTesting: Bool) -> String { isForTesting ? "build/test" : "build" }
}

/// The language of a source file.
enum SourceKind: Sendable {
    case c, swift, assembly

    init?(of path: String) {
        if path.hasSuffix(".c") {
            self = .c
        } else if path.hasSuffix(".swift") {
            self = .swift
        } else if path.hasSuffix(".S") {
            self = .assembly
        } else {
            return nil
        }
    }
}
