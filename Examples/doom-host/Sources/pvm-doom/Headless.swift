// Playing without a screen: demos against the clock, hashes to compare runs, pictures to look at.

import DoomHost
import Foundation
import PolkaVM
import SystemPackage

struct Headless {
    let beginning: DoomGame.Beginning
    /// Plays a game that ends itself.
    let isDemo: Bool
    let tics: UInt64?
    let printsHashes: Bool
    let frames: FilePath?
    /// Where the game's state goes when its tics are over.
    let state: FilePath?
    let began: ContinuousClock.Instant

    /// How far a game goes that nobody ends.
    private static let usualTics: UInt64 = 300
    /// Bytes that are kept of what the game says; the engine's start takes 3 KB.
    private static let mostText = 1 << 16

    func run(_ game: DoomGame) throws {
        let ready = ContinuousClock.now
        if let frames {
            try FileManager.default.createDirectory(atPath: frames.string, withIntermediateDirectories: true)
        }
        var hash = FNV1a()
        var problem: (any Error)?
        var firstPicture: ContinuousClock.Instant?
        var said: [UInt8] = []
        game.host.onText = { if said.count < Self.mostText { said += $0.prefix(Self.mostText - said.count) } }
        game.host.onPicture = { [unowned game] picture in
            if firstPicture == nil { firstPicture = .now }
            if printsHashes { hash.mix(picture) }
            guard let frames, problem == nil else { return }
            do {
                try picture.writePNG(to: frames.appending(Self.name(game.host.pictures)))
            } catch {
                problem = error
            }
        }
        var ending: GameEnd?
        var before: (tics: UInt64, pictures: UInt64) = (0, 0)
        do {
            try game.begin(beginning)
            before = (game.tics, game.host.pictures)
            let last = tics ?? (isDemo ? .max : game.tics + Self.usualTics)
            while game.tics < last {
                hash = FNV1a()
                try game.tic()
                try game.draw()
                if let problem { throw problem }
                if printsHashes {
                    let state = try game.state()
                    print("\(game.tics) \(game.host.pictures) \(Self.hex(hash.value)) \(Self.hex(state))")
                }
            }
        } catch let end as GameEnd {
            ending = end
        }
        let ended = ContinuousClock.now
        if let ending, ending.message != nil {
            FileHandle.standardError.write(Data(said))
            throw ending
        }
        if printsHashes { print("state \(try game.stateHash)") }
        report(game, since: before, ready: ready, firstPicture: firstPicture ?? ended, ended: ended)
        guard let state else { return }
        guard ending == nil else {
            throw StateFileError(
                description: "\(state) is not written: the game ended in tic \(game.tics); save it earlier, with --tics"
            )
        }
        try StateFile.write(try game.save(), to: state)
    }

    /// One line for people, on the error stream: the hashes are the output.
    private func report(
        _ game: DoomGame, since before: (tics: UInt64, pictures: UInt64), ready: ContinuousClock.Instant,
        firstPicture: ContinuousClock.Instant, ended: ContinuousClock.Instant
    ) {
        let (tics, pictures) = (game.tics - before.tics, game.host.pictures - before.pictures)
        let seconds = (ended - firstPicture) / .seconds(1)
        var text = "\(tics) tics, \(pictures) pictures in \(Self.text(seconds)) s: "
        text += "\(Int(Double(pictures) / max(seconds, 1e-9))) fps"
        text += "; loading \(Self.milliseconds(ready - began))"
        if let time = game.compileTime { text += ", compiling meanwhile \(Self.milliseconds(time))" }
        text += ", first picture after \(Self.milliseconds(firstPicture - began))"
        if let bytes = game.nativeByteCount { text += "; \(bytes) bytes of machine code" }
        if game.gasUsed > 0, tics > 0 {
            text += "; \(game.gasUsed / Int64(tics)) gas a tic"
        }
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    private static func name(_ number: UInt64) -> String {
        let digits = String(number)
        return "frame-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".png"
    }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func text(_ value: Double) -> String { String(format: "%.2f", value) }
    private static func milliseconds(_ duration: Duration) -> String { text(duration / .milliseconds(1)) + " ms" }
}
