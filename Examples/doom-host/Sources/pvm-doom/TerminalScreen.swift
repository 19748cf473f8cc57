// Playing in a terminal: pictures of half blocks, keys from standard input. No sound.

import DoomHost
import Foundation

/// The terminal that the program was started in.
final class TerminalScreen {
    /// Whether standard input and output are a terminal.
    static var isAvailable: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

    private let before: termios
    private var blocks = HalfBlocks(terminalColumns: 80, terminalRows: 24)
    private var size = (columns: 0, rows: 0)
    private var keys = TerminalKeys()
    private var events: [KeyEvent] = []
    private var isInterrupted = false
    private var lastRead = ContinuousClock.now
    private static let longestDeafness = Duration.milliseconds(100)
    private let speed = Speed()
    private var status = ""

    init() {
        var settings = termios()
        tcgetattr(STDIN_FILENO, &settings)
        before = settings
        cfmakeraw(&settings)
        // Reading never waits.
        withUnsafeMutableBytes(of: &settings.c_cc) { bytes in
            bytes[Int(VMIN)] = 0
            bytes[Int(VTIME)] = 0
        }
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        for signal in [SIGTERM, SIGHUP, SIGINT] { Foundation.signal(signal) { _ in Interruption.happened = 1 } }
        // Another screen, no cursor.
        Self.write("\u{1b}[?1049h\u{1b}[?25l" + TerminalKeys.request)
    }

    deinit { restore() }

    /// Leaves the terminal as it was.
    private func restore() {
        Self.write(TerminalKeys.release + "\u{1b}[0m\u{1b}[?25h\u{1b}[?1049l")
        var settings = before
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
    }

    // MARK: Playing

    /// Plays until Control and C, until the game ends or so many tics are over.
    func play(_ game: DoomGame, beginning: DoomGame.Beginning, backend: String, tics: UInt64?) throws {
        game.host.onPicture = { [unowned self] picture in speed.show { show(picture) } }
        game.host.isOver = { [unowned self] in
            // Control and C must end a game, too, that is busy for long.
            if ContinuousClock.now - lastRead > Self.longestDeafness { speed.pause { readKeys() } }
            return isOver
        }
        try game.begin(beginning)
        var pace = Pace()
        while !isOver, game.tics < tics ?? .max {
            readKeys()
            guard pace.isDue else {
                usleep(1000)
                continue
            }
            events.forEach(game.host.press)
            events = []
            pace.beginTic()
            try speed.tic {
                try game.tic()
                try game.draw()
            }
            status = "\(backend)" + (speed.text.isEmpty ? "" : ": \(speed.text)") + "; Control-C ends"
        }
    }

    private var isOver: Bool { isInterrupted || Interruption.happened != 0 }

    /// The game waits, while one screen melts into another.
    func wait(_ milliseconds: UInt64) {
        speed.pause {
            readKeys()
            usleep(UInt32(milliseconds) * 1000)
        }
    }

    private func show(_ picture: Picture) {
        let now = Self.currentSize()
        var text = ""
        if now != size {
            size = now
            // The last line is for the status.
            blocks = HalfBlocks(terminalColumns: now.columns, terminalRows: now.rows - 1)
            text += "\u{1b}[2J"
        }
        text += blocks.draw(picture)
        text += "\u{1b}[\(size.rows);1H\u{1b}[0m\(status.prefix(size.columns))\u{1b}[K"
        // Terminals that know this show the picture in one step.
        Self.write("\u{1b}[?2026h" + text + "\u{1b}[?2026l")
    }

    private func readKeys() {
        lastRead = .now
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = Foundation.read(STDIN_FILENO, &buffer, buffer.count)
        // The terminal is gone.
        if count < 0, errno != EINTR, errno != EAGAIN { isInterrupted = true }
        for input in keys.read(Array(buffer.prefix(max(0, count))), at: .now) {
            switch input {
            case .key(let event): events.append(event)
            case .interrupt: isInterrupted = true
            }
        }
    }

    private static func currentSize() -> (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 1 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    private static func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR || errno == EAGAIN else { return }
            bytes = bytes.dropFirst(max(0, count))
        }
    }
}

/// Whether a signal asked the program to end.
private enum Interruption {
    // SAFETY: a signal handler only ever writes 1, and one byte is written at once.
    nonisolated(unsafe) static var happened: UInt8 = 0
}
