// Folders, kinds of files and names: what the system library of Swift does not offer yet, over the C library.

package import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a path names.
package enum FileKind: Sendable {
    case regular, directory, other

    /// nil if there is nothing, or nothing that may be looked at.
    package static func of(_ path: FilePath) -> FileKind? {
        var status = stat()
        guard path.withPlatformString({ stat($0, &status) }) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .regular
        case S_IFDIR: return .directory
        default: return .other
        }
    }
}

/// When a file changed last, and how large it is.
package struct FileTime: Equatable, Sendable, CustomStringConvertible {
    private let seconds: Int
    private let nanoseconds: Int
    private let byteCount: Int

    package var description: String { "\(seconds).\(nanoseconds) \(byteCount)" }

    /// The time and size of a file as text, empty if there is none.
    package static func text(of path: FilePath) -> String { FileTime(of: path)?.description ?? "" }

    /// The size of a file in bytes, nil if there is none.
    package static func byteCount(of path: FilePath) -> Int? { FileTime(of: path)?.byteCount }

    /// nil if there is no such file.
    package init?(of path: FilePath) {
        var status = stat()
        guard path.withPlatformString({ stat($0, &status) }) == 0 else { return nil }
        #if canImport(Darwin)
        let time = status.st_mtimespec
        #else
        let time = status.st_mtim
        #endif
        seconds = Int(time.tv_sec)
        nanoseconds = Int(time.tv_nsec)
        byteCount = Int(status.st_size)
    }
}

enum ProcessID {
    static var current: Int32 { getpid() }
}

enum ProcessorCount {
    /// Processors that may be used, at least one.
    static var available: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}

extension Files {
    package static func exists(_ path: FilePath) -> Bool { FileKind.of(path) != nil }

    package static func isExecutable(_ path: FilePath) -> Bool {
        FileKind.of(path) == .regular && path.withPlatformString { access($0, X_OK) } == 0
    }

    package static func isWritable(_ path: FilePath) -> Bool {
        path.withPlatformString { access($0, W_OK) } == 0
    }

    /// The names in a folder, sorted by their bytes.
    package static func list(_ folder: FilePath) throws(FileError) -> [String] {
        guard let stream = folder.withPlatformString({ opendir($0) }) else {
            throw FileError(path: folder, action: "list", reason: describe(Errno(rawValue: errno)))
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }

    /// The regular files below a folder, as paths relative to it, in sorted order; names that start with a dot are included.
    package static func listRecursively(_ folder: FilePath) throws(FileError) -> [String] {
        var result: [String] = []
        for name in try list(folder) {
            let path = folder.appending(name)
            if FileKind.of(path) == .directory {
                result += try listRecursively(path).map { "\(name)/\($0)" }
            } else if FileKind.of(path) == .regular {
                result.append(name)
            }
        }
        return result
    }

    /// Makes a folder and the folders above it.
    package static func makeFolder(_ path: FilePath) throws(FileError) {
        if path.isEmpty || FileKind.of(path) == .directory { return }
        try makeFolder(path.removingLastComponent())
        guard path.withPlatformString({ mkdir($0, 0o777) }) == 0 || errno == EEXIST else {
            throw FileError(path: path, action: "make the folder", reason: describe(Errno(rawValue: errno)))
        }
    }

    static func rename(_ from: FilePath, to target: FilePath) throws(FileError) {
        let status = from.withPlatformString { from in
            #if canImport(Glibc)
            target.withPlatformString { Glibc.rename(from, $0) }
            #elseif canImport(Musl)
            target.withPlatformString { Musl.rename(from, $0) }
            #else
            target.withPlatformString { Darwin.rename(from, $0) }
            #endif
        }
        if status != 0 {
            throw FileError(path: target, action: "write", reason: describe(Errno(rawValue: errno)))
        }
    }

    /// Whether a path is a symbolic link, whatever that names.
    static func isLink(_ path: FilePath) -> Bool {
        var status = stat()
        return path.withPlatformString { lstat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// Makes a symbolic link.
    static func link(_ path: FilePath, to target: FilePath) throws(FileError) {
        let status = target.withPlatformString { target in path.withPlatformString { symlink(target, $0) } }
        if status != 0 {
            throw FileError(path: path, action: "make the link", reason: describe(Errno(rawValue: errno)))
        }
    }

    package static func remove(_ path: FilePath) {
        _ = path.withPlatformString { unlink($0) }
    }

    /// Removes a folder with all that is in it, as far as possible; links are not followed.
    package static func removeFolder(_ path: FilePath) {
        for name in (try? list(path)) ?? [] {
            let entry = path.appending(name)
            var status = stat()
            let isFolder = entry.withPlatformString { lstat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFDIR
            if isFolder { removeFolder(entry) } else { remove(entry) }
        }
        _ = path.withPlatformString { rmdir($0) }
    }

    /// The path without links and relative parts, nil if it does not exist.
    package static func resolved(_ path: FilePath) -> FilePath? {
        path.withPlatformString { text in
            guard let real = realpath(text, nil) else { return nil }
            defer { free(real) }
            return FilePath(platformString: real)
        }
    }

    package static var currentFolder: FilePath {
        guard let text = getcwd(nil, 0) else { return "." }
        defer { free(text) }
        return FilePath(platformString: text)
    }
}

/// Environment variables.
package enum Environment {
    package static subscript(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }

    /// The user's home folder as Foundation sees it, which SwiftPM asks: what the system's list of users says, whatever `HOME` is.
    static var home: FilePath {
        if let fixed = self["CFFIXED_USER_HOME"] { return FilePath(fixed) }
        if let folder = getpwuid(geteuid())?.pointee.pw_dir { return FilePath(platformString: folder) }
        return FilePath(self["HOME"] ?? "/")
    }
}
