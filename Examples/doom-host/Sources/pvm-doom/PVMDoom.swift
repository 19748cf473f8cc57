// `pvm-doom`: plays Doom, a guest, on the virtual machine.

import ArgumentParser
import DoomHost
import PolkaBlob
import PolkaJIT
import PolkaVM
import SystemPackage

@main
struct PVMDoom: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pvm-doom",
        abstract: "Play Doom, a guest, on the virtual machine.",
        discussion: """
            Opens a window, or draws in the terminal where there is no display. With --demo, --hash or --frames it needs \
            neither, and runs as fast as it can. Words behind '--' go to the game: -warp 1 2, -skill 4, …
            Keys: arrows or W A S D, Control or F fires, Space or E opens, Shift runs, Alt steps aside, Escape is the menu. \
            In the window F12 saves a picture.
            """)

    @Argument(help: ArgumentHelp("The game, built with 'pvm build Examples/doom'.", valueName: "blob"))
    var program: String

    @Option(help: ArgumentHelp("The game's data, an IWAD.", valueName: "file"))
    var data: String

    @Option(help: "What executes the game.")
    var backend: BackendChoice = .auto

    @Flag(help: "Draw in the terminal even where there is a display.")
    var terminal = false

    @Flag(help: "No sound.")
    var mute = false

    @Option(help: ArgumentHelp("The window's size, in pixels for each of the game's.", valueName: "factor"))
    var scale = 3

    @Option(help: ArgumentHelp("Where saved games are.", valueName: "folder"))
    var saves: String?

    @Option(help: ArgumentHelp("Play a demo of the data, as fast as it goes, and say how fast.", valueName: "name"))
    var demo: String?

    @Flag(
        help: """
            Print a line for each tic: tic, pictures so far, hash of its pictures, hash of the game's state; then the hash \
            of the machine.
            """)
    var hash = false

    @Option(help: ArgumentHelp("Write each picture to a folder, as PNG.", valueName: "folder"))
    var frames: String?

    @Option(help: ArgumentHelp("End after so many tics of the game.", valueName: "number"))
    var tics: UInt64?

    @Option(help: ArgumentHelp("Save the state that the game has after --tics.", valueName: "file"))
    var saveState: String?

    @Option(help: ArgumentHelp("Go on with a state that was saved, on any backend.", valueName: "file"))
    var loadState: String?

    @Flag(help: "Count gas, and say how much a tic takes.")
    var gas = false

    @Argument(parsing: .postTerminator, help: ArgumentHelp("The game's own options.", valueName: "word"))
    var words: [String] = []

    func validate() throws {
        guard (1...16).contains(scale) else { throw ValidationError("--scale \(scale): from 1 to 16 fit on screens") }
        if terminal && isHeadless {
            throw ValidationError("--terminal shows the game; --demo, --hash, --frames and --save-state do not")
        }
        if saveState != nil && tics == nil {
            throw ValidationError("--save-state needs --tics, after which the state is saved")
        }
        if loadState != nil && (demo != nil || !words.isEmpty) {
            throw ValidationError("--load-state goes on with a game that has begun; --demo and words begin one")
        }
    }

    private var isHeadless: Bool { demo != nil || hash || frames != nil || saveState != nil }

    func run() throws {
        do {
            try play()
        } catch let end as GameEnd {
            guard let message = end.message else { return }
            Complaint.print(message)
            throw ExitCode.failure
        } catch let error as GameStateError {
            Complaint.print("\(loadState ?? ""): \(error)")
            throw ExitCode.failure
        } catch {
            Complaint.print("\(error)")
            throw ExitCode.failure
        }
    }

    private func play() throws {
        let began = ContinuousClock.now
        let blob = try ProgramFile.read(FilePath(program))
        let gameData = try GameData(FilePath(data))
        let beginning = try beginning
        // A state that was saved without a limit could not be played on with one.
        let countsGas = gas || !isHeadless || saveState != nil || loadState != nil
        let files = GameFiles(data: gameData, store: store)
        let make: (GameHost.Clock) throws -> DoomGame = { clock in
            try DoomGame(
                blob, host: GameHost(files: files, clock: clock), backend: backend.backend,
                gasLimit: countsGas ? Self.gasLimit : nil)
        }
        if isHeadless {
            try Headless(
                beginning: beginning, isDemo: demo != nil, tics: tics, printsHashes: hash,
                frames: frames.map { FilePath($0) }, state: saveState.map { FilePath($0) }, began: began
            ).run(try make(.virtual))
            return
        }
        if !terminal {
            switch Window.open(title: "Doom", scale: scale, isMute: mute) {
            case .success(let window):
                let game = try make(.real { window.wait($0) })
                try window.play(game, beginning: beginning, backend: backend.rawValue, tics: tics)
                return
            case .failure(let problem):
                guard TerminalScreen.isAvailable else {
                    throw NoScreen(reason: problem.description)
                }
                Complaint.print("no window (\(problem.description)); playing in the terminal")
            }
        }
        guard TerminalScreen.isAvailable else { throw NoScreen(reason: "this is no terminal") }
        let screen = TerminalScreen()
        let game = try make(.real { screen.wait($0) })
        try screen.play(game, beginning: beginning, backend: backend.rawValue, tics: tics)
    }

    private var beginning: DoomGame.Beginning {
        get throws {
            if let loadState { return .load(try StateFile.read(FilePath(loadState))) }
            return .start((demo.map { ["-playdemo", $0] } ?? []) + words)
        }
    }

    /// A hundred times what loading a level takes, and a few seconds: a game that runs in circles ends, and its window with it.
    private static let gasLimit: Int64 = 3_000_000_000

    private var store: GameFiles.Store {
        if let saves { return .folder(FilePath(saves)) }
        return isHeadless ? .memory : .folder(SaveFolder.usual)
    }
}

enum BackendChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, interpreter, compiler

    var backend: Backend {
        switch self {
        case .auto: .auto
        case .interpreter: .interpreter
        case .compiler: .compiler
        }
    }
}

/// Neither a window nor a terminal.
struct NoScreen: Error, CustomStringConvertible {
    let reason: String

    var description: String {
        "there is nothing to show the game on: \(reason); start it in a terminal, or with --demo NAME, --hash or --frames FOLDER"
    }
}
