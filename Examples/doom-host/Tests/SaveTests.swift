// Saved games: what was saved comes back, on both backends, and a damaged one harms nobody.

import DoomHost
import Foundation
import PolkaVM
import Testing

@Suite struct SaveTests {
    /// F2, the first slot, a name, Enter.
    private static let save: [Key] = [.function(2), .enter, Key("a"), Key("b"), .enter].compactMap { $0 }
    /// F3, the first slot.
    private static let load: [Key] = [.function(3), .enter].compactMap { $0 }
    private static let file = "doomsav0.dsg"

    /// Plays a while in the first level, with monsters that have seen the player.
    private static func played(on backend: Backend, files: GameFiles) throws -> DoomGame {
        let game = try Doom.game(on: backend, files: files)
        try game.start(["-warp", "1", "1", "-skill", "4"])
        _ = try game.play(20)
        try game.hold(.up, tics: 60)
        try game.hold(.fire, tics: 20)
        try game.hold(.left, tics: 15)
        try game.hold(.up, tics: 40)
        return game
    }

    @Test func savedGameComesBack() throws {
        var states: [[UInt64]] = []
        var saved: [[UInt8]?] = []
        for backend in Doom.backends {
            let files = try Doom.files()
            let game = try Self.played(on: backend, files: files)
            #expect(files.saved(Self.file) == nil)
            try game.type(Self.save)
            saved.append(files.saved(Self.file))
            _ = try game.play(35)
            let later = try game.levelState()

            try game.type(Self.load)
            let loaded = try game.play(1).map(\.gameState)
            #expect(try game.levelState() != later)

            // Another game, in another instance, that loads the same.
            let other = try Doom.game(on: backend, files: files)
            try other.start(["-loadgame", "0"])
            _ = try other.play(1)
            states.append(loaded + [try other.levelState()])
        }
        #expect(saved.allSatisfy { $0 != nil && $0 == saved[0] })
        #expect(states.allSatisfy { $0 == states[0] }, "\(states)")
    }

    /// The level right after loading is the level as it was saved.
    @Test(arguments: 0..<Doom.backends.count) func stateIsTheSame(_ backend: Int) throws {
        let files = try Doom.files()
        let game = try Self.played(on: Doom.backends[backend], files: files)
        try game.type(Array(Self.save.dropLast()))
        // The game is saved in one of the next tics, before the level goes on: the state before that tic is what is saved.
        game.host.press(KeyEvent(.enter, isDown: true))
        var before = try game.levelState()
        while files.saved(Self.file) == nil {
            before = try game.levelState()
            _ = try game.play(1)
            try #require(game.tics < 400, "nothing was saved")
        }
        // A game is loaded in a tic as well, the one of the start, which then goes on; but not while the menu is open.
        let other = try Doom.game(on: Doom.backends[backend], files: files)
        other.host.press(KeyEvent(.escape, isDown: true))
        try other.start(["-loadgame", "0"])
        #expect(try other.levelState() == before)
    }

    /// Cut off or with other bytes in it: the game goes on, ends itself with a message, or is stopped.
    ///
    /// The host lives.
    @Test func damagedSavedGames() throws {
        let backend = Doom.backends[Doom.backends.count - 1]
        let files = try Doom.files()
        let game = try Self.played(on: backend, files: files)
        try game.type(Self.save)
        let saved = try #require(files.saved(Self.file))
        var random = Random(seed: 5)
        var damaged = [[], Array(saved.prefix(1)), Array(saved.dropLast()), [UInt8](repeating: 0xff, count: 50_000)]
        for _ in 0..<12 { damaged.append(Array(saved.prefix(Int(random.next() % UInt64(saved.count))))) }
        for _ in 0..<40 {
            var bytes = saved
            for _ in 0..<(1 + random.next() % 20) {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(random.next() & 0xff)
            }
            damaged.append(bytes)
        }
        var outcomes: [String: Int] = [:]
        for bytes in damaged {
            let files = try Doom.files()
            try files.save(bytes, as: Self.file)
            let game = try Doom.game(on: backend, files: files)
            do {
                try game.start(["-loadgame", "0"])
                _ = try game.play(10)
                outcomes["plays", default: 0] += 1
            } catch let end as GameEnd {
                #expect(end.message?.isEmpty == false)
                outcomes["message", default: 0] += 1
            } catch let error as DoomError {
                #expect(!error.description.isEmpty)
                outcomes["stopped", default: 0] += 1
            }
        }
        #expect(outcomes.values.reduce(0, +) == damaged.count)
        #expect((outcomes["message"] ?? 0) > 0, "\(outcomes)")
    }
}

/// Numbers that are the same in each run (xorshift*, Marsaglia 2003 and Vigna 2016).
struct Random {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_f491_4f6c_dd1d
    }
}
