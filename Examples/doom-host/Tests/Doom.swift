// The game as the tests play it: built before they run, with the data that was fetched, and nothing left on disk.

import DoomHost
import Foundation
import PolkaBlob
import PolkaJIT
import PolkaVM
import SystemPackage
import Testing

enum Doom {
    static let examples = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    static let guest = examples.appending("doom")
    static let program = guest.appending("build/doom.polkavm")
    static let data = guest.appending("data/freedoom1.wad")

    /// The program that was built with the tests lies beside them.
    static let player = FilePath((try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "")
        .removingLastComponent().appending("pvm-doom")

    static func blob() throws -> Blob {
        guard let bytes = FileManager.default.contents(atPath: program.string) else {
            throw Missing(
                description: "\(program) is missing; 'Examples/doom/fetch && pvm build Examples/doom' makes it")
        }
        return try Blob(parsing: Array(bytes))
    }

    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// More than any call of a game needs that has not gone astray.
    static let gasLimit: Int64 = 3_000_000_000

    static func files() throws -> GameFiles { GameFiles(data: try GameData(data), store: .memory) }

    static func game(
        on backend: Backend, files: GameFiles? = nil, gasLimit: Int64? = Doom.gasLimit
    ) throws -> DoomGame {
        try DoomGame(
            try blob(), host: GameHost(files: try files ?? Self.files()), backend: backend, gasLimit: gasLimit)
    }

    /// Backends that can run here.
    static let backends: [Backend] = Backend.whyNoCompiler == nil ? [.interpreter, .compiler] : [.interpreter]
}

/// What a tic left, as `pvm-doom --hash` prints it.
struct TicState: Equatable, CustomStringConvertible {
    let tic: UInt64
    /// Pictures since the game began.
    let pictures: UInt64
    let pictureHash: UInt64
    let gameState: UInt64

    var description: String {
        "tic \(tic): \(pictures) pictures, the last \(String(pictureHash, radix: 16)), state \(String(gameState, radix: 16))"
    }
}

extension DoomGame {
    /// Plays so many tics.
    func play(_ count: Int) throws -> [TicState] {
        try (0..<count).map { _ in
            var hash = FNV1a()
            host.onPicture = { hash.mix($0) }
            try tic()
            try draw()
            return TicState(tic: tics, pictures: host.pictures, pictureHash: hash.value, gameState: try state())
        }
    }

    /// Presses keys one after the other, each for two tics and then left alone for as many.
    func type(_ keys: [Key]) throws {
        for key in keys {
            host.press(KeyEvent(key, isDown: true))
            _ = try play(2)
            host.press(KeyEvent(key, isDown: false))
            _ = try play(2)
        }
    }

    /// Holds a key for so many tics.
    func hold(_ key: Key, tics: Int) throws {
        host.press(KeyEvent(key, isDown: true))
        _ = try play(tics)
        host.press(KeyEvent(key, isDown: false))
        _ = try play(1)
    }
}
