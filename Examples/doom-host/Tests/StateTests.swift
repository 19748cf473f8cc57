// A game that is saved on one backend and goes on, on the other, in another process: as if nothing had happened. And what is no
// such state, refused.

import DoomHost
import Foundation
import PolkaVM
import Subprocess
import SystemPackage
import Testing

@Suite struct StateTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func play(_ arguments: [String]) async throws -> Outcome {
        try await run(
            Doom.player, [Doom.program.string, "--data", Doom.data.string] + arguments, in: folder.path,
            environment: ["DISPLAY": nil, "WAYLAND_DISPLAY": nil])
    }

    /// A demo to its end in one go, and in two: each picture, each state of the game, and the machine at the end are the same.
    @Test(
        .enabled(if: Doom.backends.count == 2, "needs both backends"),
        arguments: [("interpreter", "compiler"), ("compiler", "interpreter")])
    func otherBackendOtherProcess(_ first: String, _ second: String) async throws {
        let demo = ["--demo", "demo3", "--hash", "--backend", first]
        let whole = try await play(demo + ["--gas"])
        #expect(whole.code == 0, "\(whole.errors)")
        let start = try await play(demo + ["--tics", "600", "--save-state", "half"])
        #expect(start.code == 0, "\(start.errors)")
        let rest = try await play(["--load-state", "half", "--hash", "--tics", "5000", "--backend", second])
        #expect(rest.code == 0, "\(rest.errors)")

        let (lines, half, others) = (whole.lines, start.lines, rest.lines)
        #expect(half.count == 601 && lines.count > 1000)
        #expect(Array(half.dropLast()) + others == lines)
        #expect(lines.last?.hasPrefix("state ") == true)
        // A state that is loaded and saved at once is the same file, whatever saves it.
        let again = try await play([
            "--load-state", "half", "--save-state", "again", "--tics", "600", "--backend", second,
        ])
        #expect(again.code == 0, "\(again.errors)")
        #expect(try contents("again") == contents("half"))
    }

    private func contents(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: folder.path.appending(name).string))
    }

    /// Keys that the game has not heard of, files, the clock: all that it can see of its host.
    @Test func whatTheHostKeeps() throws {
        let game = try Doom.game(on: Doom.backends[0])
        try game.start(["-warp", "1", "1", "-skill", "4"])
        // The screen melts, and the clock goes on meanwhile.
        _ = try game.play(30)
        let files = game.host.files
        try files.save([1, 2, 3], as: "doomsav5.dsg")
        let written = UInt64(try #require(files.open("doomsav4.dsg", writing: true)))
        #expect(files.write([4, 5], to: written, at: 1) == 2)
        let read = UInt64(try #require(files.open("doomsav5.dsg", writing: false)))
        for (key, isDown) in [(Key.up, true), (.fire, true), (.fire, false)] {
            game.host.press(KeyEvent(key, isDown: isDown))
        }
        let state = try game.save()

        let other = try Doom.game(on: Doom.backends[Doom.backends.count - 1])
        try other.load(state)
        #expect(other.host.state == game.host.state)
        #expect(game.host.state.clockLead > 0)
        #expect(try other.stateHash == game.stateHash)
        #expect(other.host.files.read(read, at: 1, byteCount: 9) == [2, 3])
        #expect(other.host.files.close(written))
        #expect(other.host.files.saved("doomsav4.dsg") == [0, 4, 5])
        #expect(try other.play(100) == game.play(100))
        #expect(try other.stateHash == game.stateHash)
    }

    /// What a player saved in a folder is not replaced by what was saved in memory elsewhere.
    @Test func folderStays() throws {
        let game = try Doom.game(on: Doom.backends[0])
        try game.start()
        try game.host.files.save([1], as: "doomsav0.dsg")
        let files = GameFiles(data: try GameData(Doom.data), store: .folder(folder.path))
        try files.save([2], as: "doomsav0.dsg")
        let other = try Doom.game(on: Doom.backends[0], files: files)
        try other.load(try game.save())
        #expect(files.saved("doomsav0.dsg") == [2])
    }

    // MARK: Bad input

    /// Refused, and the game is as it was.
    @Test func otherGames() throws {
        let game = try Doom.game(on: Doom.backends[0])
        try game.start()
        _ = try game.play(5)
        let (hash, host) = (try game.stateHash, game.host.state)
        let saved = try game.save()
        var state = try GameState(parsing: saved)
        #expect(state.bytes == saved)

        func refusal(_ bytes: [UInt8]) throws -> GameStateError? {
            do {
                try game.load(bytes)
                return nil
            } catch let error as GameStateError {
                #expect(try game.stateHash == hash)
                #expect(game.host.state == host)
                #expect(!error.description.isEmpty)
                return error
            }
        }
        state.host.tics += 1
        state.dataHash = ContentHash(of: [])
        #expect(try refusal(state.bytes) == .otherData(found: "freedoom1.wad", expected: "freedoom1.wad"))
        state = try GameState(parsing: saved)
        state.host.tics += 1
        state.snapshot.removeLast()
        #expect(try refusal(state.bytes) == .snapshot(.damaged))
        state.snapshot = []
        guard case .snapshot? = try refusal(state.bytes) else {
            Issue.record("a state without a snapshot was loaded")
            return
        }
        // Without a limit of gas it is another program.
        let free = try Doom.game(on: Doom.backends[0], gasLimit: nil)
        try free.start()
        guard case .snapshot(.otherModule)? = try refusal(try free.save()) else {
            Issue.record("a state without gas was loaded")
            return
        }
        #expect(try refusal(saved) == nil)
    }

    /// A state in which something of everything is.
    private static var small: GameState {
        var files = GameFiles.State()
        files.saved = ["a": [1, 2], "b": []]
        files.names = ["a", "b", "c"]
        files.open = [.data, nil, .reading([3]), .writing("c", [4, 5])]
        return GameState(
            dataName: "doom.wad", dataHash: ContentHash(of: [7]),
            host: GameHost.State(
                tics: 70, pictures: 71, clockLead: -3,
                keys: [KeyEvent(.up, isDown: true), KeyEvent(.pause, isDown: false)], files: files),
            snapshot: [8, 9, 10])
    }

    @Test func damagedFiles() throws {
        let bytes = Self.small.bytes
        #expect(try GameState(parsing: bytes) == Self.small)
        #expect(throws: GameStateError.notAState) { _ = try GameState(parsing: []) }
        #expect(throws: GameStateError.notAState) { _ = try GameState(parsing: Array("IWAD".utf8)) }
        #expect(throws: GameStateError.damaged) { _ = try GameState(parsing: bytes + [0]) }
        for count in 1..<bytes.count {
            #expect(throws: GameStateError.truncated(byteCount: count)) {
                _ = try GameState(parsing: Array(bytes.prefix(count)))
            }
        }
        for bit in 0..<(bytes.count * 8) {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: GameStateError.self) { _ = try GameState(parsing: damaged) }
        }
        var newer = bytes
        newer[8] = 2
        #expect(throws: GameStateError.unknownVersion(found: 2, expected: 1)) { _ = try GameState(parsing: newer) }
    }

    /// With a checksum that is right: what is read is a state that would be written the same way, or it is refused.
    @Test func forgedFiles() throws {
        let bytes = Array(Self.small.bytes.dropLast(ContentHash.byteCount))
        var forged: [[UInt8]] = (20..<bytes.count).map { Array(bytes.prefix($0)) }
        for bit in (20 * 8)..<(bytes.count * 8) {
            var other = bytes
            other[bit / 8] ^= 1 << (bit % 8)
            forged.append(other)
        }
        var random = Random(seed: 7)
        for _ in 0..<2000 {
            var other = bytes
            for _ in 0...(random.next() >> 61) {
                other[20 + Int(random.next() % UInt64(bytes.count - 20))] = UInt8(random.next() >> 56)
            }
            forged.append(other)
        }
        var refused = 0
        for bytes in forged {
            let sealed = GameState.sealed(bytes)
            do throws(GameStateError) {
                let state = try GameState(parsing: sealed)
                // A name of the data that is no UTF-8 is read as one that is.
                if state.dataName == Self.small.dataName { #expect(state.bytes == sealed) }
            } catch {
                guard case .malformed(let offset, _) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect((20...sealed.count).contains(offset))
                refused += 1
            }
        }
        #expect(refused > bytes.count - 20)
    }

    @Test func wrongOptions() async throws {
        for options in [
            ["--save-state", "x"], ["--save-state", "x", "--tics", "5", "--terminal"],
            ["--load-state", "x", "--demo", "demo1"], ["--load-state", "x", "--", "-warp", "1", "1"],
        ] {
            #expect(try await play(options).code == 64, "\(options)")
        }
    }

    @Test func wrongFiles() async throws {
        let missing = try await play(["--load-state", "none", "--hash"])
        #expect(missing.code == 1 && missing.errors.contains("pvm-doom: none can not be read"))
        let other = try await play(["--load-state", Doom.data.string, "--hash"])
        #expect(other.code == 1 && other.errors.contains("freedoom1.wad: not a game's state"))
        let nowhere = try await play(["--save-state", "none/x", "--tics", "1"])
        #expect(nowhere.code == 1 && nowhere.errors.contains("none/x can not be written: No such file or directory"))
        // The demo is over before that.
        let late = try await play(["--demo", "demo3", "--save-state", "late", "--tics", "5000"])
        #expect(late.code == 1 && late.errors.contains("late is not written: the game ended in tic "))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path.string) == [])
    }
}

extension Outcome {
    fileprivate var lines: [Substring] { output.split(separator: "\n") }
}
