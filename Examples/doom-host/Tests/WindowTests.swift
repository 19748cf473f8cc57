// A game in a real window, on a display of its own: keys are sent to it, and its picture is looked at.

import DoomHost
import Foundation
import Subprocess
import SystemPackage
import Testing

/// An X server without a screen, and what types and takes pictures there.
private enum Display {
    static let tools = ["Xvfb", "xdotool", "import"].map { FilePath("/usr/bin").appending($0) }
    static let isAvailable = tools.allSatisfy { FileManager.default.isExecutableFile(atPath: $0.string) }
}

@Suite(.serialized) struct WindowTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The menu is walked through, a level begins, the player goes ahead; then the game is halted, saves what it shows, and the
    /// window shows just that, at three times its size.
    ///
    /// The pauses are what a player would make; on a machine of any speed the game gets the keys in their order.
    @Test(
        .enabled(if: Display.isAvailable, "'toolchain/setup play test' brings Xvfb, xdotool, import"),
        .timeLimit(.minutes(15)))
    func plays() async throws {
        // The server looks for a number that is free, and writes it down when it is there.
        let numberFile = folder.path.appending("display")
        let server = Task {
            try await Subprocess.run(
                .path("/bin/sh"),
                arguments: [
                    "-c", "exec \"$0\" -displayfd 3 -screen 0 1000x760x24 3>\"$1\"", Display.tools[0].string,
                    numberFile.string,
                ], output: .discarded, error: .discarded)
        }
        defer { server.cancel() }
        var display = ""
        try await until("the display is there") {
            guard let text = try? String(contentsOfFile: numberFile.string, encoding: .utf8), text.hasSuffix("\n")
            else {
                return false
            }
            display = ":" + text.dropLast()
            return true
        }
        let shown = display
        let folder = folder
        let player = Task {
            try await run(
                Doom.player, [Doom.program.string, "--data", Doom.data.string, "--saves", "saves"], in: folder.path,
                environment: ["DISPLAY": shown, "SDL_AUDIODRIVER": "dummy", "SDL_VIDEODRIVER": "x11"])
        }
        defer { player.cancel() }
        let type: ([String]) async throws -> Outcome = { words in
            try await run(Display.tools[1], words, environment: ["DISPLAY": shown])
        }
        // The title says how fast it plays after a second: then the window is there and the game goes on.
        try await until("the game plays") {
            try await type(["search", "--name", "Doom, auto: "]).code == 0
        }
        for key in ["Escape", "Return", "Return", "Return"] {
            _ = try await type(["key", "--delay", "100", key])
            try await Task.sleep(for: .milliseconds(300))
        }
        // The screen melts into the level, and the player goes a few steps.
        try await Task.sleep(for: .seconds(2))
        _ = try await type(["keydown", "Up"])
        try await Task.sleep(for: .milliseconds(700))
        _ = try await type(["keyup", "Up"])
        _ = try await type(["key", "--delay", "100", "Pause"])
        try await Task.sleep(for: .milliseconds(300))
        // On a busy machine the first pictures may be of the moment before the halt.
        let screen = folder.path.appending("screen.png")
        try await until("the window shows what the game draws") {
            if let earlier = try savedPicture() { try FileManager.default.removeItem(atPath: earlier.string) }
            _ = try await type(["key", "--delay", "100", "F12"])
            try await until("the picture is saved") { try savedPicture() != nil }
            let shot = try await run(
                Display.tools[2], ["-silent", "-window", "root", screen.string], environment: ["DISPLAY": shown])
            #expect(shot.code == 0, "\(shot.errors)")
            return Self.shows(
                try Bitmap(png: screen), try Bitmap(png: try #require(try savedPicture())))
        }
        #expect(try Bitmap(png: screen).colorCount > 50)
        if let wanted = ProcessInfo.processInfo.environment["PVM_DOOM_SCREENSHOT"] {
            try? FileManager.default.removeItem(atPath: wanted)
            try FileManager.default.copyItem(atPath: screen.string, toPath: wanted)
        }

        // The player wants to leave, and is sure.
        for key in ["F10", "y"] {
            _ = try await type(["key", "--delay", "100", key])
            try await Task.sleep(for: .milliseconds(300))
        }
        let outcome = try await player.value
        #expect(outcome.code == 0, "\(outcome.errors)")
    }

    /// Whether a screen has a window with a picture in its middle.
    private static func shows(_ screen: Bitmap, _ picture: Bitmap) -> Bool {
        let (left, top) = ((screen.width - 960) / 2, (screen.height - 720) / 2)
        var equal = 0
        for y in 0..<200 {
            for x in 0..<320 where screen[left + 3 * x + 1, top + (18 * y + 9) / 5] == picture[x, y] { equal += 1 }
        }
        // Lines of the game are 3.6 of the window's high, so that a few lines' middles belong to a neighbour.
        return equal > 320 * 200 * 95 / 100
    }

    private func savedPicture() throws -> FilePath? {
        try FileManager.default.contentsOfDirectory(atPath: folder.path.string)
            .first { $0.hasPrefix("doom-") && $0.hasSuffix(".png") }.map { folder.path.appending($0) }
    }

    /// Waits for something to become true, for at most some minutes.
    private func until(_ what: String, _ condition: () async throws -> Bool) async throws {
        for _ in 0..<2400 {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("in vain: \(what)")
        throw CancellationError()
    }
}
