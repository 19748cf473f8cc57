// `compile_commands.json`, from which clangd and sourcekit-lsp learn how each file of a project is compiled.

import FoundationEssentials
import SystemPackage

struct CompilationDatabase {
    struct Entry: Encodable {
        let directory: String
        let file: String
        let arguments: [String]
    }

    private(set) var entries: [Entry]

    init(_ entries: [Entry]) { self.entries = entries }

    /// The compilers' runs that SwiftPM has planned for a package, C files only: sourcekit-lsp asks SwiftPM itself for Swift.
    ///
    /// SwiftPM keeps its plan as a YAML file in which each command has its arguments on a line. If that should change, editors
    /// see an older database; a build does not depend on it.
    init(ofPackage package: GuestPackage, _ configuration: BuildOptions.Configuration) {
        entries = []
        let plan = package.scratchFolder.appending("\(configuration.rawValue).yaml")
        for line in ((try? Files.readText(plan)) ?? "").split(separator: "\n") {
            guard let start = line.firstRange(of: "args: [")?.upperBound, line.hasSuffix("]"),
                let arguments = try? JSONDecoder().decode([String].self, from: Data("[\(line[start...])".utf8)),
                let index = arguments.lastIndex(of: "-c"), index + 1 < arguments.count,
                SourceKind(of: arguments[index + 1]) == .c
            else { continue }
            entries.append(
                Entry(directory: package.root.string, file: arguments[index + 1], arguments: arguments))
        }
    }

    func write(to folder: FilePath) throws {
        guard !entries.isEmpty else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .withoutEscapingSlashes, .sortedKeys]
        let path = folder.appending("compile_commands.json")
        let bytes = Array(try encoder.encode(entries)) + [UInt8(ascii: "\n")]
        // Editors read it anew when it changes.
        if (try? Files.read(path)) != bytes { try Files.write(bytes, to: path) }
    }
}
