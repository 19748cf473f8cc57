// Lines of the guest's sources, to be shown beside a message: found where the paths in debug information may lead to.
//
// A blob may come from anywhere, and so may the paths in it: only what is named like a source is opened, only so much of it
// is read, and nothing that a terminal would act on is printed.

import PolkaBuild
import SystemPackage

/// Source files by the paths that compilers were given.
final class SourceLines {
    /// Folders that relative paths may start from, the likeliest first.
    private let folders: [FilePath]
    private var files: [String: [Substring.UTF8View]] = [:]

    private static let endings: Set<String> = [
        "c", "h", "swift", "S", "s", "cc", "cpp", "cxx", "hh", "hpp", "inc", "m", "rs", "zig", "go", "def",
    ]
    private static let largestFile = 16 << 20
    /// Characters of a line that are shown.
    private static let widest = 160

    /// - Parameter program: what was run, a blob or a project folder.
    init(program: String) {
        var folders = [FilePath(".")]
        var folder = FilePath(program)
        if FileKind.of(folder) != .directory { folder.removeLastComponent() }
        folders.append(folder)
        // A project's blob lies in a folder of its own.
        let resolved = Files.resolved(folder.isEmpty ? FilePath(".") : folder) ?? folder
        if resolved.lastComponent?.string == "build" { folders.append(resolved.removingLastComponent()) }
        self.folders = folders
    }

    /// A line without its end, nil if the file or the line is not there.
    func line(_ number: UInt32, of path: String) -> String? {
        let lines: [Substring.UTF8View]
        if let known = files[path] {
            lines = known
        } else {
            lines =
                read(path).map { text in
                    text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
                        Substring($0).utf8
                    }
                } ?? []
            files[path] = lines
        }
        guard number > 0, Int(number) <= lines.count else { return nil }
        let line = Substring(lines[Int(number) - 1])
        return String(line.last == "\r" ? line.dropLast() : line)
    }

    private func read(_ path: String) -> String? {
        var named = FilePath(path)
        if path.hasPrefix("~/"), let home = Environment["HOME"] {
            named = FilePath(home).appending(String(path.dropFirst(2)))
        }
        guard let ending = named.extension, Self.endings.contains(ending) else { return nil }
        let candidates = named.isAbsolute ? [named] : folders.map { $0.pushing(named) }
        for candidate in candidates where FileKind.of(candidate) == .regular {
            guard let size = FileTime.byteCount(of: candidate), size <= Self.largestFile else { return nil }
            return try? Files.readText(candidate)
        }
        return nil
    }

    /// The line as text to show below a message, with a mark below the column; nil if it is not there.
    ///
    /// - Parameters:
    ///   - number: the line, from 1.
    ///   - column: in bytes from 1, nil for no mark.
    ///   - path: the file, as the debug information names it.
    ///   - color: whether to show it in colours.
    /// - Returns: the lines of the text.
    func excerpt(_ number: UInt32, column: UInt32? = nil, of path: String, color: Bool) -> [String]? {
        guard let line = line(number, of: path) else { return nil }
        let shown = line.prefix(Self.widest)
        let isCut = shown.endIndex < line.endIndex
        let margin = String(repeating: " ", count: max(0, 6 - "\(number)".count)) + "\(number)"
        var result = ["\(margin) | \(Terminal.printable(shown))\(isCut ? "…" : "")"]
        if let column, column > 0, Int(column) <= line.utf8.count {
            let place = line.utf8.index(line.startIndex, offsetBy: Int(column) - 1)
            if place < shown.endIndex {
                // Tabs stay tabs, so that the mark stands where the terminal has put the place.
                let indent = String(line[..<place].map { $0 == "\t" ? "\t" : " " })
                let mark = color ? "\u{1b}[1;32m^\u{1b}[0m" : "^"
                result.append(String(repeating: " ", count: margin.count) + " | \(indent)\(mark)")
            }
        }
        return result
    }
}

extension Terminal {
    /// Text of a guest without what a terminal would act on.
    static func printable(_ text: some StringProtocol) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where scalar != "\t", .format, .lineSeparator, .paragraphSeparator, .surrogate: result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
