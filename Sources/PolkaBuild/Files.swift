// Whole files in and out. What is written appears under its name complete or not at all.

package import SystemPackage

/// A file that could not be read or written.
package struct FileError: Error, CustomStringConvertible {
    package let path: FilePath
    let action: String
    let reason: String

    package var description: String { "\(path): can not \(action): \(reason)" }
}

package enum Files {
    /// More than any input of the tool can be.
    package static let maximumByteCount = 1 << 30

    /// The contents of a file.
    package static func read(_ path: FilePath) throws(FileError) -> [UInt8] {
        do {
            let file = try FileDescriptor.open(path, .readOnly)
            return try file.closeAfter {
                var bytes: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 1 << 16)
                while true {
                    let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
                    if count == 0 { return bytes }
                    bytes += buffer[..<count]
                    if bytes.count > maximumByteCount { throw Errno.fileTooLarge }
                }
            }
        } catch {
            throw FileError(path: path, action: "read", reason: describe(error))
        }
    }

    /// The contents of a text file.
    package static func readText(_ path: FilePath) throws(FileError) -> String {
        guard let text = String(validating: try read(path), as: UTF8.self) else {
            throw FileError(path: path, action: "read", reason: "expected text in UTF-8, found other bytes")
        }
        return text
    }

    /// Writes a file under a temporary name in the same folder, then renames it.
    package static func write(_ bytes: [UInt8], to path: FilePath) throws(FileError) {
        // A device or a pipe is written as it is.
        let isSpecial = FileKind.of(path).map { $0 != .regular } ?? false
        if isSpecial {
            if FileKind.of(path) == .directory {
                throw FileError(path: path, action: "write", reason: "it is a folder; name a file")
            }
            try write(bytes, directlyTo: path)
            return
        }
        let temporary = path.removingLastComponent()
            .appending(".\(path.lastComponent?.string ?? "output").\(ProcessID.current).tmp")
        do {
            try write(bytes, directlyTo: temporary)
            try rename(temporary, to: path)
        } catch {
            remove(temporary)
            throw FileError(path: path, action: "write", reason: error.reason)
        }
    }

    private static func write(_ bytes: [UInt8], directlyTo path: FilePath) throws(FileError) {
        do {
            let file = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite, .groupRead, .otherRead])
            _ = try file.closeAfter { try file.writeAll(bytes) }
        } catch {
            throw FileError(path: path, action: "write", reason: describe(error))
        }
    }

    static func describe(_ error: any Error) -> String {
        (error as? Errno)?.description.lowercasedFirst ?? "\(error)"
    }
}

extension String {
    /// Messages start with a small letter wherever they come from.
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
