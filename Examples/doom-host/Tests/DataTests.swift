// Data that is none: each is refused with what was found and what was expected.

import DoomHost
import Foundation
import PolkaVM
import SystemPackage
import Testing

@Suite struct DataTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What is wrong with a file of these bytes.
    private func problem(_ bytes: [UInt8]) throws -> GameDataError.Problem? {
        let path = folder.path.appending("data.wad")
        try Data(bytes).write(to: URL(fileURLWithPath: path.string))
        do {
            _ = try GameData(path)
            return nil
        } catch {
            #expect(error.description.hasPrefix(path.string + ": "))
            return error.problem
        }
    }

    /// A WAD file with empty lumps of these names.
    private func wad(_ start: String = "IWAD", lumps: [String]) -> [UInt8] {
        var bytes = Array(start.utf8) + little(UInt32(lumps.count)) + little(12)
        for name in lumps {
            bytes += little(12) + little(0) + Array(name.utf8) + [UInt8](repeating: 0, count: 8 - name.utf8.count)
        }
        return bytes
    }

    private func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }

    private static let needed = ["PLAYPAL", "COLORMAP", "TEXTURE1", "PNAMES", "E1M1"]

    @Test func missingFile() throws {
        let path = folder.path.appending("none.wad")
        do {
            _ = try GameData(path)
            Issue.record("no error")
        } catch {
            #expect("\(error)".contains("can not be read: No such file or directory"))
            #expect("\(error)".contains("Examples/doom/fetch"))
        }
    }

    @Test func wrongFiles() throws {
        #expect(try problem([]) == .noWAD(start: []))
        #expect(try problem(Array("GIF89a, a picture".utf8)) == .noWAD(start: Array("GIF8".utf8)))
        #expect(try problem(wad("PWAD", lumps: Self.needed)) == .addition)
        #expect(try problem(wad(lumps: [])) == .noGame(missing: "PLAYPAL"))
        #expect(try problem(wad(lumps: Self.needed.dropLast())) == .noGame(missing: "E1M1 or MAP01"))
        #expect(try problem(wad(lumps: Self.needed)) == nil)
    }

    @Test func truncatedFiles() throws {
        let whole = wad(lumps: Self.needed)
        #expect(try problem(Array(whole.prefix(11))) == .noWAD(start: Array("IWAD".utf8)))
        for length in 12..<whole.count {
            #expect(
                try problem(Array(whole.prefix(length)))
                    == .truncated(part: "its directory", end: whole.count, byteCount: length))
        }
        // A lump that ends behind the file.
        var longer = whole
        longer.replaceSubrange((12 + 4)..<(12 + 8), with: little(1000))
        #expect(try problem(longer) == .truncated(part: "the lump PLAYPAL", end: 1012, byteCount: whole.count))
        // More lumps than there can be.
        var many = whole
        many.replaceSubrange(4..<8, with: [0xff, 0xff, 0xff, 0xff])
        guard case .truncated(part: "its directory", _, _) = try problem(many) else {
            Issue.record("the number of lumps was believed")
            return
        }
    }

    @Test func folderAsData() throws {
        do {
            _ = try GameData(folder.path)
            Issue.record("no error")
        } catch {
            #expect("\(error)".contains("can not be read: Is a directory"))
        }
    }

    /// Data with the right names and nothing in it passes the host's look, and stops the game with a message.
    @Test func emptyLumps() throws {
        let path = folder.path.appending("doom.wad")
        try Data(wad(lumps: Self.needed)).write(to: URL(fileURLWithPath: path.string))
        let files = GameFiles(data: try GameData(path), store: .memory)
        let game = try Doom.game(on: Doom.backends[0], files: files)
        #expect {
            try game.start()
        } throws: { error in
            (error as? GameEnd)?.message?.isEmpty == false || error is DoomError
        }
    }

    /// A host that has no data any more.
    @Test func readsNothing() throws {
        let files = try Doom.files()
        files.longestRead = 0
        let game = try Doom.game(on: Doom.backends[0], files: files)
        #expect {
            try game.start()
        } throws: { error in
            (error as? GameEnd)?.message?.hasPrefix("the game's data is damaged: 12 bytes at offset 0") == true
        }
    }
}

@Suite struct FileTests {
    @Test func names() {
        for name in ["doomsav0.dsg", ".default.cfg", "A-1_b"] { #expect(GameFiles.isName(name)) }
        for name in ["", ".", "..", "a/b", "/etc/passwd", "a b", "ä", String(repeating: "a", count: 65)] {
            #expect(!GameFiles.isName(name))
        }
    }

    /// A folder holds what memory does, and nothing half-written.
    @Test func folder() throws {
        let folder = try TemporaryFolder()
        let saves = folder.path.appending("saves")
        let files = GameFiles(data: try GameData(Doom.data), store: .folder(saves))
        #expect(files.saved("x") == nil)
        let number = UInt64(try #require(files.open("x", writing: true)))
        #expect(files.write([1, 2, 3], to: number, at: 0) == 3)
        #expect(files.write([9], to: number, at: 5) == 1)
        #expect(!FileManager.default.fileExists(atPath: saves.string))
        #expect(files.close(number))
        #expect(files.saved("x") == [1, 2, 3, 0, 0, 9])
        #expect(files.rename("x", to: "y"))
        #expect(files.saved("x") == nil)
        #expect(files.remove("y"))
        #expect(!files.remove("y"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: saves.string) == [])
        #expect(files.write([1], to: number, at: 0) == nil)
        #expect(!files.close(99))
    }

    /// The player may have folders and large files beside what the game saved: they are none of its business.
    @Test func whatIsNotTheGames() throws {
        let folder = try TemporaryFolder()
        let files = GameFiles(data: try GameData(Doom.data), store: .folder(folder.path))
        let inside = folder.path.appending("letters").appending("a")
        try FileManager.default.createDirectory(
            atPath: inside.removingLastComponent().string, withIntermediateDirectories: false)
        try Data("a".utf8).write(to: URL(fileURLWithPath: inside.string))
        #expect(!files.remove("letters"))
        #expect(!files.rename("letters", to: "x"))
        #expect(files.saved("letters") == nil)
        #expect(FileManager.default.fileExists(atPath: inside.string))
        // More bytes than any memory has, none of them on the disk.
        let large = try FileDescriptor.open(
            folder.path.appending("large"), .writeOnly, options: .create, permissions: .ownerReadWrite)
        try large.closeAfter { try large.resize(to: 8 << 40) }
        #expect(files.saved("large") == nil)
        // A pipe, in which nobody ever writes.
        #expect(mkfifo(folder.path.appending("pipe").string, 0o600) == 0)
        #expect(files.saved("pipe") == nil)
    }

    /// A game that saves under ever new names is refused before the disk or the memory is full.
    @Test func manyNames() throws {
        let files = try Doom.files()
        for index in 0..<200 {
            guard let number = files.open("f\(index)", writing: true) else { continue }
            #expect(files.close(UInt64(number)))
            _ = files.rename("f\(index)", to: "g\(index)")
        }
        let kept = (0..<200).filter { files.saved("f\($0)") != nil || files.saved("g\($0)") != nil }
        #expect((12...64).contains(kept.count), "\(kept.count)")
        // What is known can be written again.
        let again = try #require(kept.last)
        let name = files.saved("g\(again)") == nil ? "f\(again)" : "g\(again)"
        #expect(files.open(name, writing: true) != nil)
    }

    @Test func limits() throws {
        let files = try Doom.files()
        let number = UInt64(try #require(files.open("x", writing: true)))
        #expect(files.write([1], to: number, at: UInt64(GameFiles.largestFile)) == nil)
        #expect(files.write([1], to: number, at: .max) == nil)
        let others = (0..<40).compactMap { files.open("f\($0)", writing: true) }
        #expect(others.count == 15)
    }
}
