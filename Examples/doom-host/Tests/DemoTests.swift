// Demos of the data, played on both backends and as a native program of the same sources: the same pictures, the same states.

import DoomHost
import Foundation
import PolkaVM
import Subprocess
import SystemPackage
import Testing

@Suite struct DemoTests {
    /// The same on both backends, to the last gas and pixel, and on this machine's own processor.
    @Test func threeHundredTics() async throws {
        let native = try await Native.play(tics: 300, words: [])
        var gas: [Int64] = []
        for backend in Doom.backends {
            let game = try Doom.game(on: backend)
            try game.start()
            #expect(try game.play(300) == native, "\(backend.name)")
            gas.append(game.gasUsed)
        }
        #expect(Set(gas).count == 1, "\(gas)")
    }

    /// Longer, and the state still is that of the native program.
    ///
    /// Pictures differ from its in a few tics: where a wall is higher than its texture, Doom draws what lies behind the
    /// texture in its heap, and that are addresses, which are not the same in two programs.
    @Test func twoThousandTics() async throws {
        let words = ["-playdemo", "demo2"]
        let native = try await Native.play(tics: 2000, words: words)
        var runs: [[TicState]] = []
        for backend in Doom.backends {
            let game = try Doom.game(on: backend, gasLimit: nil)
            try game.start(words)
            runs.append(try game.play(2000))
        }
        for run in runs.dropFirst() { #expect(run == runs[0]) }
        #expect(runs[0].map(\.gameState) == native.map(\.gameState))
        #expect(runs[0].map(\.pictures) == native.map(\.pictures))
        let differing = zip(runs[0], native).filter { $0.pictureHash != $1.pictureHash }.map { $0.0.tic }
        #expect(differing.count <= 8, "pictures differ in tics \(differing)")
    }

    /// What is heard is the same on both backends, and is something: a demo shoots.
    @Test func sounds() throws {
        var heard: [[GameHost.Sound]] = []
        for backend in Doom.backends {
            let game = try Doom.game(on: backend)
            var sounds: [GameHost.Sound] = []
            game.host.onSound = { sounds.append($0) }
            try game.start(["-playdemo", "demo1"])
            _ = try game.play(200)
            heard.append(sounds)
        }
        #expect(heard.allSatisfy { $0 == heard[0] })
        let starts = heard[0].compactMap { sound -> (rate: Int, count: Int)? in
            guard case .start(_, let samples, let rate, _, _) = sound else { return nil }
            return (rate, samples.count)
        }
        #expect(starts.count > 5)
        #expect(starts.allSatisfy { [11_025, 22_050, 44_100].contains($0.rate) && $0.count > 500 })
    }

    /// A demo that is over ends the game, without a complaint.
    @Test func demoEnds() throws {
        let game = try Doom.game(on: Doom.backends[Doom.backends.count - 1])
        try game.start(["-playdemo", "demo3"])
        #expect(throws: GameEnd(message: nil)) { _ = try game.play(3000) }
        #expect(game.tics > 1000)
    }

    /// Reads in small pieces change nothing.
    @Test func shortReads() throws {
        let whole = try Doom.game(on: Doom.backends[Doom.backends.count - 1])
        try whole.start()
        let files = try Doom.files()
        files.longestRead = 1000
        let pieces = try Doom.game(on: Doom.backends[Doom.backends.count - 1], files: files)
        try pieces.start()
        #expect(try whole.play(200) == pieces.play(200))
    }
}

/// The game built for this machine (Examples/doom/native).
enum Native {
    /// Built once, whichever test is first.
    private static let program = Task {
        let build = try await Subprocess.run(
            .path(Doom.guest.appending("native/build")), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20)
        )
        #expect(build.terminationStatus == .exited(0), "\(build.standardError)")
        return Doom.guest.appending("build/native/doom")
    }

    static func play(tics: Int, words: [String]) async throws -> [TicState] {
        let folder = try TemporaryFolder()
        let result = try await Subprocess.run(
            .path(try await program.value), arguments: Arguments([Doom.data.string, String(tics)] + words),
            workingDirectory: folder.path, output: .string(limit: 16 << 20), error: .string(limit: 1 << 20))
        try #require(result.terminationStatus == .exited(0), "\(result.standardError)")
        // Lines that are not of four numbers are what the engine says while it starts.
        return result.standardOutput.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 4, let tic = UInt64(words[0]), let pictures = UInt64(words[1]),
                let picture = UInt64(words[2], radix: 16), let state = UInt64(words[3], radix: 16)
            else { return nil }
            return TicState(tic: tic, pictures: pictures, pictureHash: picture, gameState: state)
        }
    }
}

/// A folder that goes when the test is over.
final class TemporaryFolder: Sendable {
    let path: FilePath

    init() throws {
        path = FilePath(FileManager.default.temporaryDirectory.path).appending("pvm-doom-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path.string) }
}
