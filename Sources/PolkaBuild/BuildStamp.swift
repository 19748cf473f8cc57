// Whether a project has to be built again: what went into the last build, in short, beside its products.
//
// A build that changes nothing costs SwiftPM half a second. Looking at the times and sizes of a project's files takes a few
// milliseconds.

package import SystemPackage

/// What decides a build's outcome.
package struct BuildStamp: Sendable {
    private let file: FilePath
    private let inputs: String
    private let products: [FilePath]

    /// Folders of the project that builds write to, and version control.
    private static let ignored: Set<String> = ["build", ".build", ".git", ".swiftpm", ".cache"]

    /// - Parameters:
    ///   - folder: the project; everything below it counts, and so do the local packages that it depends on.
    ///   - name: the program, of several that may be built of one project.
    ///   - settings: what else decides the outcome, spelled out.
    ///   - products: what the build leaves; a build is needed if one is missing or has been changed.
    ///   - buildFolder: where the stamp is kept.
    package init(folder: FilePath, name: String, settings: [String], products: [FilePath], in buildFolder: FilePath) {
        file = buildFolder.appending(".\(name).stamp")
        self.products = products
        var hash = ContentHash()
        for text in settings + [name, Files.resolved(folder)?.string ?? folder.string] { hash.add(text) }
        // The tool itself, in case it has learnt something.
        hash.add(FileTime.text(of: "/proc/self/exe"))
        hash.add(Self.state(of: folder))
        inputs = hash.text
    }

    /// Stands for the names, times and sizes of all files of a project and of the local packages that it depends on.
    package static func state(of folder: FilePath) -> String {
        var hash = ContentHash()
        for folder in [folder] + localDependencies(of: folder) { add(folder, to: &hash) }
        return hash.text
    }

    /// Whether the last build had the same inputs, and its products are as it left them.
    package var isCurrent: Bool { (try? Files.readText(file)) == text }

    /// Notes that the products are made of the inputs.
    package func save() throws {
        guard let text else { return }
        try Files.write(Array(text.utf8), to: file)
    }

    private var text: String? {
        var hash = ContentHash()
        for product in products {
            guard let time = FileTime(of: product) else { return nil }
            hash.add(time.description)
        }
        return "\(inputs) \(hash.text)\n"
    }

    /// The same for the project alone, without what a build itself may write to it.
    ///
    /// A source that changes during a build is in it or not; where this is not the same before and after, no stamp is saved.
    package static func ownState(of folder: FilePath) -> String {
        var hash = ContentHash()
        add(folder, to: &hash, without: ["Package.resolved"])
        return hash.text
    }

    private static func add(_ folder: FilePath, to hash: inout ContentHash, without others: Set<String> = []) {
        for name in (try? Files.list(folder)) ?? [] where !ignored.contains(name) && !others.contains(name) {
            let path = folder.appending(name)
            hash.add(path.string)
            switch FileKind.of(path) {
            case .directory: add(path, to: &hash)
            case .regular: hash.add(FileTime.text(of: path))
            default: break
            }
        }
    }

    /// Folders outside of the package that it depends on, from SwiftPM's notes on the last resolution.
    private static func localDependencies(of folder: FilePath) -> [FilePath] {
        guard let root = Files.resolved(folder),
            let text = try? Files.readText(root.appending(".build/workspace-state.json"))
        else { return [] }
        return text.split(separator: "\n").compactMap { line in
            guard let start = line.firstRange(of: "\"path\" : \"/")?.upperBound else { return nil }
            let path = FilePath("/" + line[start...].prefix { $0 != "\"" })
            return path.starts(with: root) || FileKind.of(path) != .directory ? nil : path
        }
    }
}
