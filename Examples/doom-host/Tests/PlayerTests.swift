// `pvm-doom` as a user starts it: without a screen, in a terminal, in a window.

import CPNG
import DoomHost
import Foundation
import Subprocess
import SystemPackage
import Testing

/// What a run of a program left.
struct Outcome {
    let code: Int32
    let output: String
    let errors: String
}

/// Runs a program; its standard input is empty.
func run(
    _ program: FilePath, _ arguments: [String], in folder: FilePath = "/",
    environment: [Subprocess.Environment.Key: String?] = [:]
) async throws -> Outcome {
    let result = try await Subprocess.run(
        .path(program), arguments: Arguments(arguments), environment: .inherit.updating(environment),
        workingDirectory: folder, output: .string(limit: 64 << 20), error: .string(limit: 1 << 20))
    guard case .exited(let code) = result.terminationStatus else {
        Issue.record("\(program) crashed: \(result.standardError)")
        return Outcome(code: -1, output: result.standardOutput, errors: result.standardError)
    }
    return Outcome(code: code, output: result.standardOutput, errors: result.standardError)
}

@Suite struct PlayerTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func play(_ arguments: String...) async throws -> Outcome {
        try await run(
            Doom.player, arguments, in: folder.path,
            environment: ["DISPLAY": nil, "WAYLAND_DISPLAY": nil, "XDG_DATA_HOME": folder.path.string])
    }

    @Test func hashes() async throws {
        let outcome = try await play(Doom.program.string, "--data", Doom.data.string, "--hash", "--tics", "30")
        #expect(outcome.code == 0)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 31)
        #expect(lines[29].hasPrefix("30 30 "))
        #expect(lines[30].wholeMatch(of: /state [0-9a-f]{64}/) != nil)
        #expect(outcome.errors.hasPrefix("30 tics, 30 pictures in "))
        // Nothing is saved by a run that nobody plays.
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path.string) == [])
    }

    @Test func gasOfATic() async throws {
        var gas: Set<Substring> = []
        for backend in ["interpreter", "auto"] {
            let outcome = try await play(
                Doom.program.string, "--data", Doom.data.string, "--demo", "demo1", "--tics", "50", "--gas",
                "--backend",
                backend)
            #expect(outcome.code == 0)
            gas.insert(try #require(outcome.errors.split(separator: ";").last { $0.contains(" gas a tic") }))
        }
        #expect(gas.count == 1, "\(gas)")
    }

    @Test func frames() async throws {
        let outcome = try await play(
            Doom.program.string, "--data", Doom.data.string, "--frames", "pictures", "--tics", "3")
        #expect(outcome.code == 0)
        let pictures = folder.path.appending("pictures")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: pictures.string).sorted()
                == ["frame-000001.png", "frame-000002.png", "frame-000003.png"])
        let picture = try Bitmap(png: pictures.appending("frame-000003.png"))
        #expect(picture.width == 320 && picture.height == 200)
        #expect(picture.colorCount > 20)
    }

    // MARK: Bad input

    @Test func noScreen() async throws {
        let outcome = try await play(Doom.program.string, "--data", Doom.data.string, "--tics", "100")
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("there is nothing to show the game on"))
        #expect(outcome.errors.contains("--demo NAME, --hash or --frames FOLDER"))
    }

    @Test func noProgram() async throws {
        let missing = try await play("none.polkavm", "--data", Doom.data.string, "--hash")
        #expect(missing.code == 1)
        #expect(missing.errors.contains("pvm-doom: none.polkavm can not be read; 'pvm build Examples/doom' makes"))
        let other = try await play(Doom.data.string, "--data", Doom.data.string, "--hash")
        #expect(other.code == 1)
        #expect(other.errors.contains("freedoom1.wad: blob offset 0x0"))
    }

    @Test func wrongOptions() async throws {
        #expect(try await play(Doom.program.string).code == 64)
        #expect(try await play(Doom.program.string, "--data", "x", "--scale", "0").code == 64)
        #expect(try await play(Doom.program.string, "--data", "x", "--terminal", "--hash").code == 64)
        let unknown = try await play(Doom.program.string, "--data", Doom.data.string, "--demo", "demo9")
        #expect(unknown.code == 1)
        #expect(unknown.errors.contains("pvm-doom: W_GetNumForName: demo9 not found!"))
    }

    @Test func unwritableFrames() async throws {
        let outcome = try await play(
            Doom.program.string, "--data", Doom.data.string, "--frames", Doom.data.string, "--tics", "1")
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("freedoom1.wad"))
    }

    // MARK: Terminal

    /// A picture appears, keys arrive, and the terminal is left as it was.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"), "util-linux has 'script'"))
    func terminal() async throws {
        let command =
            "stty rows 30 columns 100; TERM=xterm-256color '\(Doom.player)' '\(Doom.program)' --data '\(Doom.data)'"
            + " --terminal --tics 90 --saves saves -- -warp 1 1"
        let outcome = try await run("/usr/bin/script", ["-qec", command, "out"], in: folder.path)
        #expect(outcome.code == 0)
        let text = outcome.output
        #expect(text.contains("▀"))
        #expect(text.firstMatch(of: /auto: \d+ fps, \d+ possible; Control-C ends/) != nil)
        // The other screen and the hidden cursor, and both back.
        for (on, off) in [
            ("\u{1b}[?1049h", "\u{1b}[?1049l"), ("\u{1b}[?25l", "\u{1b}[?25h"),
            (TerminalKeys.request, TerminalKeys.release),
        ] {
            let start = try #require(text.range(of: on))
            let end = try #require(text.range(of: off))
            #expect(start.upperBound < end.lowerBound)
        }
    }
}

/// The pixels of a picture file.
struct Bitmap {
    let width: Int
    let height: Int
    /// Red, green, blue.
    let bytes: [UInt8]

    init(png path: FilePath) throws {
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        try #require(png_image_begin_read_from_file(&image, path.string) != 0, "\(path) is no PNG")
        image.format = UInt32(PNG_FORMAT_FLAG_COLOR)
        (width, height) = (Int(image.width), Int(image.height))
        var bytes = [UInt8](repeating: 0, count: width * height * 3)
        try #require(png_image_finish_read(&image, nil, &bytes, Int32(width * 3), nil) != 0, "\(path) is damaged")
        self.bytes = bytes
    }

    subscript(x: Int, y: Int) -> [UInt8] { Array(bytes[(3 * (y * width + x))..<(3 * (y * width + x) + 3)]) }

    var colorCount: Int {
        var colors: Set<[UInt8]> = []
        for y in 0..<height {
            for x in 0..<width { colors.insert(self[x, y]) }
        }
        return colors.count
    }
}
