// Keys: those that play, and those that nobody knows.

import DoomHost
import PolkaVM
import Testing

@Suite struct InputTests {
    /// The menu leads to a game, and a held key moves the player: by keys alone, and the same on both backends.
    @Test func keysPlay() throws {
        var runs: [[TicState]] = []
        for backend in Doom.backends {
            let game = try Doom.game(on: backend)
            try game.start()
            _ = try game.play(10)
            let title = try game.levelState()
            // The menu, new game, the first episode, the third skill.
            try game.type([.escape, .enter, .enter, .enter])
            _ = try game.play(5)
            let standing = try game.levelState()
            #expect(standing != title)
            try game.hold(.up, tics: 30)
            runs.append(try game.play(30))
        }
        #expect(runs.allSatisfy { $0 == runs[0] })
    }

    /// Every number that a key can have, pressed at random, in a level: the game goes on, and on both backends the same way.
    @Test func unknownKeys() throws {
        var runs: [[TicState]] = []
        for backend in Doom.backends {
            let game = try Doom.game(on: backend)
            try game.start(["-warp", "1", "1"])
            var random = Random(seed: 9)
            var states: [TicState] = []
            do {
                for _ in 0..<350 {
                    for _ in 0..<(random.next() >> 60 & 3) {
                        // F10 and Y would end the game, as they should.
                        let key = Key(rawValue: UInt8(random.next() >> 56))
                        if key == .function(10) || key == Key("y") || key == .escape { continue }
                        game.host.press(KeyEvent(key, isDown: random.next() >> 63 == 0))
                    }
                    states += try game.play(1)
                }
            } catch let end as GameEnd {
                Issue.record("\(backend.name): ended in tic \(game.tics): \(end.message ?? "by the player")")
            }
            runs.append(states)
        }
        #expect(runs.allSatisfy { $0 == runs[0] })
    }

    /// A player who wants no more ends a game in the middle of a call, which may never come to its end.
    @Test func endInTheMiddle() throws {
        let game = try Doom.game(on: Doom.backends[0])
        game.host.isOver = { true }
        #expect(throws: GameEnd(message: nil)) { try game.start() }

        let other = try Doom.game(on: Doom.backends[0])
        try other.start()
        var questions = 0
        other.host.isOver = {
            questions += 1
            return questions > 1000
        }
        #expect(throws: GameEnd(message: nil)) { _ = try other.play(3000) }
        #expect(questions == 1001)
    }

    @Test func playerEndsTheGame() throws {
        let game = try Doom.game(on: Doom.backends[0])
        try game.start(["-warp", "1", "1"])
        _ = try game.play(5)
        #expect(throws: GameEnd(message: nil)) { try game.type([.function(10), Key("y")].compactMap { $0 }) }
    }
}
