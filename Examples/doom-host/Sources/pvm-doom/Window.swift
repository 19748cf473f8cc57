// Playing in a window: picture, keyboard and sound through SDL.

import CSDL2
import DoomHost
import Glibc
import SystemPackage

/// A window that a game is played in.
final class Window {
    /// What SDL says about a window that it can not open.
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    private static let soundRate: Int32 = 44_100
    /// Sound that waits to be played: enough that none is missing between two tics, and little enough to be in time.
    private static let soundLead = 2 * 4 * soundRate / Int32(DoomGame.ticRate)

    private let title: String
    private let window: OpaquePointer
    private let renderer: OpaquePointer
    private let texture: OpaquePointer
    private let sound: SDL_AudioDeviceID
    private let speed = Speed()
    private var mixer = Mixer(rate: Int(soundRate))
    private var keys: [KeyEvent] = []
    private var held: Set<Key> = []
    private var isClosed = false
    private var lastRead = ContinuousClock.now
    private static let longestDeafness = Duration.milliseconds(100)
    private var picture: Picture?
    private var savesPicture = false

    static func open(title: String, scale: Int, isMute: Bool) -> Result<Window, Problem> {
        guard quietly({ SDL_Init(SDL_INIT_VIDEO) }) == 0 else { return .failure(problem()) }
        // Without a display SDL may draw where nobody looks. That is right for those who ask for it.
        let driver = SDL_GetCurrentVideoDriver().map { String(cString: $0) } ?? "none"
        if SDL_getenv("SDL_VIDEODRIVER") == nil, ["offscreen", "dummy", "evdev", "none"].contains(driver) {
            SDL_Quit()
            return .failure(Problem(description: "there is no display"))
        }
        // Pixels of 1993 are higher than wide: 320 by 200 filled a screen of 4 to 3.
        let (width, height) = (Int32(Picture.width * scale), Int32(Picture.height * scale * 6 / 5))
        let centered = Int32(bitPattern: 0x2fff_0000)
        guard
            let window = SDL_CreateWindow(
                title, centered, centered, width, height,
                SDL_WINDOW_RESIZABLE.rawValue | SDL_WINDOW_ALLOW_HIGHDPI.rawValue),
            let renderer = SDL_CreateRenderer(window, -1, 0),
            let texture = SDL_CreateTexture(
                renderer, SDL_PIXELFORMAT_ARGB8888.rawValue, Int32(bitPattern: SDL_TEXTUREACCESS_STREAMING.rawValue),
                Int32(Picture.width), Int32(Picture.height))
        else {
            let problem = problem()
            SDL_Quit()
            return .failure(problem)
        }
        SDL_RenderSetLogicalSize(renderer, width, height)
        return .success(
            Window(
                title: title, window: window, renderer: renderer, texture: texture, sound: isMute ? 0 : openSound()))
    }

    private static func problem() -> Problem { Problem(description: "SDL: " + String(cString: SDL_GetError())) }

    private init(
        title: String, window: OpaquePointer, renderer: OpaquePointer, texture: OpaquePointer, sound: SDL_AudioDeviceID
    ) {
        self.title = title
        self.window = window
        self.renderer = renderer
        self.texture = texture
        self.sound = sound
    }

    deinit {
        if sound != 0 { SDL_CloseAudioDevice(sound) }
        SDL_DestroyTexture(texture)
        SDL_DestroyRenderer(renderer)
        SDL_DestroyWindow(window)
        SDL_Quit()
    }

    /// A machine without loudspeaker plays without sound.
    private static func openSound() -> SDL_AudioDeviceID {
        let device = quietly { soundDevice() }
        if device == 0 { Complaint.print("no sound (\(problem()))") }
        return device
    }

    /// The libraries below SDL print pages about what is missing; SDL's own line is enough.
    private static func quietly<T>(_ body: () -> T) -> T {
        let errors = dup(STDERR_FILENO)
        let nowhere = Glibc.open("/dev/null", O_WRONLY)
        dup2(nowhere, STDERR_FILENO)
        defer {
            dup2(errors, STDERR_FILENO)
            close(errors)
            close(nowhere)
        }
        return body()
    }

    private static func soundDevice() -> SDL_AudioDeviceID {
        guard SDL_InitSubSystem(SDL_INIT_AUDIO) == 0 else { return 0 }
        var wanted = SDL_AudioSpec()
        wanted.freq = soundRate
        wanted.format = SDL_AudioFormat(0x8010)  // AUDIO_S16LSB, a macro that Swift does not see
        wanted.channels = 2
        wanted.samples = 512
        let device = SDL_OpenAudioDevice(nil, 0, &wanted, nil, 0)
        if device != 0 { SDL_PauseAudioDevice(device, 0) }
        return device
    }

    // MARK: Playing

    /// Plays until the window is closed, the game ends or so many tics are over.
    func play(_ game: DoomGame, beginning: DoomGame.Beginning, backend: String, tics: UInt64?) throws {
        game.host.onPicture = { [unowned self] picture in speed.show { show(picture) } }
        game.host.onSound = { [unowned self] in mixer.play($0) }
        game.host.isOver = { [unowned self] in
            // A game that is busy for long must not look as if the window were dead.
            if ContinuousClock.now - lastRead > Self.longestDeafness { speed.pause { readEvents() } }
            return isClosed
        }
        try game.begin(beginning)
        var pace = Pace()
        while !isClosed, game.tics < tics ?? .max {
            readEvents()
            guard pace.isDue else {
                SDL_Delay(1)
                continue
            }
            keys.forEach(game.host.press)
            keys = []
            pace.beginTic()
            try speed.tic {
                try game.tic()
                try game.draw()
            }
            feedSound()
            SDL_SetWindowTitle(window, "\(title), \(backend)" + (speed.text.isEmpty ? "" : ": \(speed.text)"))
            if savesPicture, let picture {
                savesPicture = false
                save(picture, as: FilePath("doom-\(game.tics).png"))
            }
        }
    }

    /// A picture that can not be saved does not end the game.
    private func save(_ picture: Picture, as path: FilePath) {
        do {
            try picture.writePNG(to: path)
            Complaint.print("wrote \(path)")
        } catch {
            Complaint.print("\(error)")
        }
    }

    /// The game waits, while one screen melts into another: the window goes on living.
    func wait(_ milliseconds: UInt64) {
        speed.pause {
            readEvents()
            feedSound()
            SDL_Delay(UInt32(milliseconds))
        }
    }

    private func show(_ picture: Picture) {
        self.picture = picture
        let colors = picture.colors
        var (pixels, pitch): (UnsafeMutableRawPointer?, Int32) = (nil, 0)
        guard SDL_LockTexture(texture, nil, &pixels, &pitch) == 0, let pixels else { return }
        for y in 0..<Picture.height {
            let line = (pixels + y * Int(pitch)).assumingMemoryBound(to: UInt32.self)
            for x in 0..<Picture.width { line[x] = 0xff00_0000 | colors[Int(picture.pixels[y * Picture.width + x])] }
        }
        SDL_UnlockTexture(texture)
        redraw()
    }

    private func redraw() {
        SDL_SetRenderDrawColor(renderer, 0, 0, 0, 255)
        SDL_RenderClear(renderer)
        SDL_RenderCopy(renderer, texture, nil, nil)
        SDL_RenderPresent(renderer)
    }

    private func feedSound() {
        guard sound != 0 else { return }
        let missing = Self.soundLead - Int32(clamping: SDL_GetQueuedAudioSize(sound))
        guard missing > 0 else { return }
        let samples = mixer.samples(Int(missing) / 4)
        SDL_QueueAudio(sound, samples, UInt32(samples.count * 2))
    }

    // MARK: Keys

    private func readEvents() {
        lastRead = .now
        var event = SDL_Event()
        while SDL_PollEvent(&event) != 0 {
            switch SDL_EventType(event.type) {
            case SDL_QUIT:
                isClosed = true
            case SDL_WINDOWEVENT:
                if event.window.event == UInt8(SDL_WINDOWEVENT_FOCUS_LOST.rawValue) { releaseAll() }
                redraw()
            case SDL_KEYDOWN where event.key.repeat == 0:
                if event.key.keysym.sym == Int32(bitPattern: UInt32(SDLK_F12.rawValue)) { savesPicture = true }
                press(event.key.keysym, isDown: true)
            case SDL_KEYUP:
                press(event.key.keysym, isDown: false)
            default:
                break
            }
        }
    }

    private func press(_ symbol: SDL_Keysym, isDown: Bool) {
        for key in Self.keys(of: symbol) {
            if isDown { held.insert(key) } else { held.remove(key) }
            keys.append(KeyEvent(key, isDown: isDown))
        }
    }

    /// The keys of a window that nobody types in any more come up elsewhere.
    private func releaseAll() {
        for key in held.sorted(by: { $0.rawValue < $1.rawValue }) { keys.append(KeyEvent(key, isDown: false)) }
        held = []
    }

    /// The game's keys for one of the keyboard's; none for those it does not know.
    ///
    /// A letter that plays is a letter as well, for the names of saved games.
    private static func keys(of symbol: SDL_Keysym) -> [Key] {
        let code = SDL_KeyCode(UInt32(bitPattern: symbol.sym))
        if let key = named[code.rawValue] { return [key] }
        let functions = SDLK_F1.rawValue...SDLK_F11.rawValue
        if functions.contains(code.rawValue) {
            return Key.function(Int(code.rawValue - SDLK_F1.rawValue) + 1).map { [$0] } ?? []
        }
        guard let scalar = Unicode.Scalar(code.rawValue), let key = Key(Character(scalar)) else { return [] }
        return [key] + (PlayKeys.meanings[Character(scalar)].map { [$0] } ?? [])
    }

    private static let named: [UInt32: Key] = [
        SDLK_RIGHT.rawValue: .right, SDLK_LEFT.rawValue: .left, SDLK_UP.rawValue: .up, SDLK_DOWN.rawValue: .down,
        SDLK_LCTRL.rawValue: .fire, SDLK_RCTRL.rawValue: .fire, SDLK_LSHIFT.rawValue: .run, SDLK_RSHIFT.rawValue: .run,
        SDLK_LALT.rawValue: .strafe, SDLK_RALT.rawValue: .strafe, SDLK_ESCAPE.rawValue: .escape,
        SDLK_RETURN.rawValue: .enter, SDLK_KP_ENTER.rawValue: .enter, SDLK_TAB.rawValue: .tab,
        SDLK_BACKSPACE.rawValue: .backspace, SDLK_PAUSE.rawValue: .pause,
    ]
}
