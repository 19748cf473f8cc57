// The game's data: a WAD file, checked before the game sees it.
//
// A WAD file is "IWAD" or "PWAD", the number of its lumps and the offset of their directory (4 bytes each, little-endian); the
// directory has 16 bytes for each lump: offset, size, and a name of 8 bytes, filled up with zeros.

import PolkaVM
public import SystemPackage

/// A file of game data, open for reading.
public final class GameData {
    /// The name by which the game asks for it, without folders.
    public let name: String
    public let byteCount: Int
    private let file: FileDescriptor

    private static let headerByteCount = 12
    private static let entryByteCount = 16
    /// More lumps than in any game's data.
    private static let mostLumps = 1 << 20

    /// Opens a file and makes sure that everything it announces is in it.
    ///
    /// - Throws: `GameDataError`.
    public init(_ path: FilePath) throws(GameDataError) {
        do {
            file = try FileDescriptor.open(path, .readOnly)
        } catch {
            throw GameDataError(path, .unreadable("\(error)"))
        }
        name = path.lastComponent?.string ?? path.string
        do {
            byteCount = Int(try file.seek(offset: 0, from: .end))
        } catch {
            byteCount = 0
            throw GameDataError(path, .unreadable("\(error)"))
        }
        try check(path)
    }

    deinit { try? file.close() }

    /// Reads up to so many bytes at an offset; fewer where the file ends.
    public func read(at offset: UInt64, byteCount: Int) throws -> [UInt8] {
        guard offset < UInt64(self.byteCount) else { return [] }
        let wanted = min(byteCount, self.byteCount - Int(offset))
        return try [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            count = try file.read(fromAbsoluteOffset: Int64(offset), into: UnsafeMutableRawBufferPointer(buffer))
        }
    }

    /// The hash of all of it.
    func contentHash() throws -> ContentHash {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        while bytes.count < byteCount {
            let more = try read(at: UInt64(bytes.count), byteCount: byteCount - bytes.count)
            // Another process has made the file shorter: the hash is then another one.
            if more.isEmpty { break }
            bytes += more
        }
        return ContentHash(of: bytes)
    }

    private func check(_ path: FilePath) throws(GameDataError) {
        let header = try bytes(path, at: 0, byteCount: Self.headerByteCount)
        guard header.count == Self.headerByteCount, Self.text(header[0..<4]).hasSuffix("WAD") else {
            throw GameDataError(path, .noWAD(start: Array(header.prefix(4))))
        }
        guard Self.text(header[0..<4]) == "IWAD" else { throw GameDataError(path, .addition) }
        let count = Self.number(header[4..<8])
        let offset = Self.number(header[8..<12])
        guard count <= Self.mostLumps, offset + count * Self.entryByteCount <= byteCount else {
            throw GameDataError(
                path, .truncated(part: "its directory", end: offset + count * Self.entryByteCount, byteCount: byteCount)
            )
        }
        let directory = try bytes(path, at: UInt64(offset), byteCount: count * Self.entryByteCount)
        guard directory.count == count * Self.entryByteCount else {
            throw GameDataError(path, .unreadable("the directory can not be read"))
        }
        var names: Set<String> = []
        for start in stride(from: 0, to: directory.count, by: Self.entryByteCount) {
            let name = Self.text(directory[(start + 8)..<(start + 16)].prefix { $0 != 0 })
            let size = Self.number(directory[(start + 4)..<(start + 8)])
            let end = Self.number(directory[start..<(start + 4)]) + size
            guard size == 0 || end <= byteCount else {
                throw GameDataError(path, .truncated(part: "the lump \(name)", end: end, byteCount: byteCount))
            }
            names.insert(name)
        }
        for needed in ["PLAYPAL", "COLORMAP", "TEXTURE1", "PNAMES"] where !names.contains(needed) {
            throw GameDataError(path, .noGame(missing: needed))
        }
        guard names.contains("E1M1") || names.contains("MAP01") else {
            throw GameDataError(path, .noGame(missing: "E1M1 or MAP01"))
        }
    }

    private func bytes(_ path: FilePath, at offset: UInt64, byteCount: Int) throws(GameDataError) -> [UInt8] {
        do {
            return try read(at: offset, byteCount: byteCount)
        } catch {
            throw GameDataError(path, .unreadable("\(error)"))
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reversed().reduce(0) { $0 << 8 | Int($1) } }
    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// A file that no game can be played with.
public struct GameDataError: Error, Equatable, CustomStringConvertible {
    public enum Problem: Equatable, Sendable {
        case unreadable(String)
        case noWAD(start: [UInt8])
        case addition
        case truncated(part: String, end: Int, byteCount: Int)
        case noGame(missing: String)
    }

    public let path: FilePath
    public let problem: Problem

    init(_ path: FilePath, _ problem: Problem) {
        self.path = path
        self.problem = problem
    }

    public var description: String {
        let text =
            switch problem {
            case .unreadable(let reason):
                "can not be read: \(reason); Examples/doom/fetch gets the data of Freedoom"
            case .noWAD(let start) where start.isEmpty:
                "is empty; a WAD file was expected"
            case .noWAD(let start):
                "is no WAD file: it starts with the bytes \(start.map { String($0, radix: 16) }.joined(separator: " ")), "
                    + "not with IWAD"
            case .addition:
                "is a PWAD, which adds to the data of a game; give the game's own, an IWAD"
            case .truncated(let part, let end, let byteCount):
                "is damaged or cut off: \(part) ends at byte \(end), and the file has \(byteCount)"
            case .noGame(let missing):
                "has no \(missing): it is no data of Doom"
            }
        return "\(path): \(text)"
    }
}
