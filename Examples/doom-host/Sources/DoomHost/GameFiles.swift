// The files that the game sees: its data, and what it saves, in a folder or in memory.
//
// A guest is not trusted with names or sizes: a name is a few letters, digits and signs, and can not leave the folder.

import Foundation
public import SystemPackage

/// The game's files, behind the numbers it knows them by.
public final class GameFiles {
    /// Where saved games go.
    public enum Store {
        /// Gone when the program ends.
        case memory
        /// A folder, made when something is first saved.
        case folder(FilePath)
    }

    /// Bytes that a file of the game's own may have; saved games take less than 300 KB.
    package static let largestFile = 4 << 20
    static let mostOpenFiles = 16
    /// Names that files may get in one game; this one has six slots, and one for what is being saved.
    static let mostNames = 32

    package enum OpenFile: Equatable {
        case data
        case reading([UInt8])
        case writing(String, [UInt8])
    }

    /// Bytes that reading gives at once, at most.
    public var longestRead = Int.max

    let data: GameData
    /// The name of the data.
    public var dataName: String { data.name }
    private let store: Store
    private var inMemory: [String: [UInt8]] = [:]
    private var openFiles: [OpenFile?] = []
    private var usedNames: Set<String> = []

    public init(data: GameData, store: Store) {
        self.data = data
        self.store = store
    }

    /// What has been saved under a name, nil if nothing has.
    public func saved(_ name: String) -> [UInt8]? {
        guard Self.isName(name) else { return nil }
        switch store {
        case .memory:
            return inMemory[name]
        case .folder(let folder):
            let path = folder.appending(name).string
            guard let byteCount = Self.byteCount(path), byteCount <= Self.largestFile,
                let contents = FileManager.default.contents(atPath: path)
            else { return nil }
            return Array(contents)
        }
    }

    /// The size of a file; nil if there is none, or something else: a folder, a pipe.
    private static func byteCount(_ path: String) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// Saves a file, in place of one that has the name.
    public func save(_ bytes: [UInt8], as name: String) throws {
        switch store {
        case .memory:
            inMemory[name] = bytes
        case .folder(let folder):
            try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
            try Data(bytes).write(to: URL(fileURLWithPath: folder.appending(name).string), options: .atomic)
        }
    }

    // MARK: What the guest calls; nil says that it can not be done.

    package func open(_ name: String, writing: Bool) -> Int? {
        let file: OpenFile
        if !writing, name == data.name {
            file = .data
        } else if !Self.isName(name) {
            return nil
        } else if writing {
            guard admits(name) else { return nil }
            file = .writing(name, [])
        } else if let bytes = saved(name) {
            file = .reading(bytes)
        } else {
            return nil
        }
        if let free = openFiles.firstIndex(where: { $0 == nil }) {
            openFiles[free] = file
            return free
        }
        guard openFiles.count < Self.mostOpenFiles else { return nil }
        openFiles.append(file)
        return openFiles.count - 1
    }

    package func byteCount(_ number: UInt64) -> Int? {
        switch file(number) {
        case .data: data.byteCount
        case .reading(let bytes), .writing(_, let bytes): bytes.count
        case nil: nil
        }
    }

    package func read(_ number: UInt64, at offset: UInt64, byteCount: Int) -> [UInt8]? {
        let wanted = min(byteCount, longestRead)
        switch file(number) {
        case .data:
            return try? data.read(at: offset, byteCount: wanted)
        case .reading(let bytes), .writing(_, let bytes):
            guard let start = Int(exactly: offset), start < bytes.count else { return [] }
            return Array(bytes[start...].prefix(wanted))
        case nil:
            return nil
        }
    }

    package func write(_ bytes: [UInt8], to number: UInt64, at offset: UInt64) -> Int? {
        guard case .writing(let name, var contents)? = file(number),
            let start = Int(exactly: offset), start <= Self.largestFile - bytes.count
        else { return nil }
        // The copy in the list would make this one unique at each write.
        openFiles[Int(number)] = nil
        if contents.count < start + bytes.count {
            contents += [UInt8](repeating: 0, count: start + bytes.count - contents.count)
        }
        contents.replaceSubrange(start..<(start + bytes.count), with: bytes)
        openFiles[Int(number)] = .writing(name, contents)
        return bytes.count
    }

    package func close(_ number: UInt64) -> Bool {
        guard let file = file(number) else { return false }
        openFiles[Int(number)] = nil
        if case .writing(let name, let bytes) = file {
            return (try? save(bytes, as: name)) != nil
        }
        return true
    }

    package func remove(_ name: String) -> Bool {
        guard Self.isName(name) else { return false }
        switch store {
        case .memory: return inMemory.removeValue(forKey: name) != nil
        case .folder(let folder):
            return unlink(folder.appending(name).string) == 0
        }
    }

    package func rename(_ old: String, to new: String) -> Bool {
        guard Self.isName(old), Self.isName(new), admits(new) else { return false }
        switch store {
        case .memory:
            guard let bytes = inMemory.removeValue(forKey: old) else { return false }
            inMemory[new] = bytes
            return true
        case .folder(let folder):
            let path = folder.appending(old).string
            return Self.byteCount(path) != nil && Foundation.rename(path, folder.appending(new).string) == 0
        }
    }

    // MARK: For another process

    /// What there is besides the data and a folder.
    package struct State: Equatable {
        package var saved: [String: [UInt8]] = [:]
        package var names: Set<String> = []
        package var open: [OpenFile?] = []

        package init() {}
    }

    var state: State {
        var state = State()
        (state.saved, state.names, state.open) = (inMemory, usedNames, openFiles)
        return state
    }

    /// Becomes what a state says.
    ///
    /// In a folder lies what the player saved, and nothing in its place.
    func adopt(_ state: State) {
        if case .memory = store { inMemory = state.saved }
        (usedNames, openFiles) = (state.names, state.open)
    }

    /// Whether a file may get this name.
    private func admits(_ name: String) -> Bool {
        guard usedNames.contains(name) || usedNames.count < Self.mostNames else { return false }
        usedNames.insert(name)
        return true
    }

    private func file(_ number: UInt64) -> OpenFile? {
        number < UInt64(openFiles.count) ? openFiles[Int(number)] : nil
    }

    /// Letters, digits, points, lines and underscores, and not the folder itself or the one above.
    package static func isName(_ name: String) -> Bool {
        let allowed = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return allowed && (1...64).contains(name.utf8.count) && name != "." && name != ".."
    }
}
