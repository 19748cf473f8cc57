// What the game imports (Examples/doom/Sources/doom/host.h), answered: pictures, keys, sounds, the clock, files.

import PolkaHost
import PolkaVM

/// The world as the game knows it.
public final class GameHost {
    /// The clock that the game sees.
    public enum Clock {
        /// Goes on with the tics, and with what the game sleeps: the same in every run.
        case virtual
        /// The machine's. The closure waits so many milliseconds.
        case real(wait: (UInt64) -> Void)
    }

    public enum Sound: Equatable, Sendable {
        /// Unsigned samples, of which there are `rate` in a second. Volume is 0 to 127, separation 0 (left) to 254 (right).
        case start(channel: Int, samples: [UInt8], rate: Int, volume: Int, separation: Int)
        case change(channel: Int, volume: Int, separation: Int)
        case stop(channel: Int)
    }

    public static let channelCount = 32
    /// Samples that a sound may have: a minute and a half at the usual rate of the loudspeaker.
    package static let longestSound = 1 << 22

    /// Receives each picture as it is drawn.
    public var onPicture: (Picture) -> Void = { _ in }
    public var onSound: (Sound) -> Void = { _ in }
    /// Receives what the game says while it starts.
    public var onText: ([UInt8]) -> Void = { _ in }
    /// Asked whenever the game calls the host: whether the player wants no more of it.
    ///
    /// A game that goes astray may call for ever, and that costs it little gas.
    public var isOver: () -> Bool = { false }

    public let files: GameFiles
    public private(set) var tics: UInt64 = 0
    public private(set) var pictures: UInt64 = 0

    private let clock: Clock
    private var began = ContinuousClock.now
    /// Milliseconds that the machine's clock had shown when the game was played elsewhere.
    private var earlierMilliseconds: UInt64 = 0
    /// Milliseconds that the virtual clock is ahead of the tics.
    private var clockLead: Int64 = 0
    private var keys: [KeyEvent] = []

    public init(files: GameFiles, clock: Clock = .virtual) {
        self.files = files
        self.clock = clock
    }

    /// A key went down or up; the game hears of it in its next tic.
    public func press(_ event: KeyEvent) { keys.append(event) }

    func beginTic() { tics += 1 }

    // MARK: For another process

    /// What the game can see of its host.
    ///
    /// Sounds are not in it: the game asks nobody whether they are over.
    package struct State: Equatable {
        package var tics: UInt64
        package var pictures: UInt64
        /// Milliseconds that the clock is ahead of the tics.
        package var clockLead: Int64
        package var keys: [KeyEvent]
        package var files: GameFiles.State

        package init(tics: UInt64, pictures: UInt64, clockLead: Int64, keys: [KeyEvent], files: GameFiles.State) {
            self.tics = tics
            self.pictures = pictures
            self.clockLead = clockLead
            self.keys = keys
            self.files = files
        }
    }

    package var state: State {
        State(
            tics: tics, pictures: pictures,
            clockLead: Int64(milliseconds) - Int64(Self.milliseconds(ofTics: tics)), keys: keys, files: files.state)
    }

    func adopt(_ state: State) {
        (tics, pictures, keys, clockLead) = (state.tics, state.pictures, state.keys, state.clockLead)
        began = .now
        earlierMilliseconds = UInt64(Int64(Self.milliseconds(ofTics: tics)) + clockLead)
        files.adopt(state.files)
    }

    // MARK: What the game imports

    func linker() throws(LinkerError) -> Linker {
        var linker = Linker()
        try ConsoleHost { [self] _, bytes in
            try goOn()
            onText(bytes)
        }.define(in: &linker)
        try defineVideo(in: &linker)
        try defineSound(in: &linker)
        try defineFiles(in: &linker)
        try define("doom_key", in: &linker) { [self] context in
            context.setResult(keys.isEmpty ? 0 : keys.removeFirst().code)
        }
        try define("doom_time", in: &linker) { [self] context in context.setResult(milliseconds) }
        try define("doom_sleep", in: &linker) { [self] context in
            // A wait of more than a second is none of this game's.
            let milliseconds = min(context.argument(0), 1000)
            switch clock {
            case .virtual: clockLead += Int64(milliseconds)
            case .real(let wait): wait(milliseconds)
            }
        }
        try define("doom_end", in: &linker) { context in
            let message = try context.text(0)
            throw GameEnd(message: message.isEmpty ? nil : message)
        }
        return linker
    }

    private func goOn() throws {
        if isOver() { throw GameEnd(message: nil) }
    }

    private func define(
        _ name: String, in linker: inout Linker, _ answer: @escaping Linker.Function
    ) throws(LinkerError) {
        try linker.define(name) { [self] context in
            try goOn()
            try answer(context)
        }
    }

    private var milliseconds: UInt64 {
        switch clock {
        case .virtual: UInt64(Int64(Self.milliseconds(ofTics: tics)) + clockLead)
        case .real: earlierMilliseconds + UInt64((ContinuousClock.now - began) / .milliseconds(1))
        }
    }

    static func milliseconds(ofTics tics: UInt64) -> UInt64 { tics * 1000 / DoomGame.ticRate }

    private func defineVideo(in linker: inout Linker) throws(LinkerError) {
        try define("doom_video", in: &linker) { [self] context in
            pictures += 1
            onPicture(
                Picture(
                    pixels: try context.bytes(at: context.argument(0), count: UInt64(Picture.pixelCount)),
                    palette: try context.bytes(at: context.argument(1), count: UInt64(Picture.paletteByteCount))))
        }
    }

    private func defineSound(in linker: inout Linker) throws(LinkerError) {
        func channel(_ context: HostContext) throws -> Int {
            guard let channel = Int(exactly: context.argument(0)), channel < Self.channelCount else {
                throw HostTrap("there is no sound channel \(context.argument(0)), only 0 to \(Self.channelCount - 1)")
            }
            return channel
        }
        try define("doom_sound_start", in: &linker) { [self] context in
            let channel = try channel(context)
            guard (1...192_000).contains(context.argument(3)) else {
                throw HostTrap("a sound with \(context.argument(3)) samples in a second; 1 to 192000 can be played")
            }
            guard context.argument(2) <= UInt64(Self.longestSound) else {
                throw HostTrap("a sound of \(context.argument(2)) samples; up to \(Self.longestSound) can be played")
            }
            onSound(
                .start(
                    channel: channel, samples: try context.bytes(at: context.argument(1), count: context.argument(2)),
                    rate: Int(context.argument(3)), volume: Int(min(context.argument(4), 127)),
                    separation: Int(min(context.argument(5), 254))))
        }
        try define("doom_sound_change", in: &linker) { [self] context in
            onSound(
                .change(
                    channel: try channel(context), volume: Int(min(context.argument(1), 127)),
                    separation: Int(min(context.argument(2), 254))))
        }
        try define("doom_sound_stop", in: &linker) { [self] context in
            onSound(.stop(channel: try channel(context)))
        }
    }

    private func defineFiles(in linker: inout Linker) throws(LinkerError) {
        /// What the guest gets where something can not be done.
        let refused = UInt64(bitPattern: -1)
        func define(
            _ name: String, _ answer: @escaping (GameFiles, HostContext) throws -> Int?
        ) throws(LinkerError) {
            try self.define(name, in: &linker) { [files] context in
                context.setResult(try answer(files, context).map { UInt64($0) } ?? refused)
            }
        }
        try define("doom_file_open") { files, context in
            files.open(try context.text(0), writing: context.argument(2) == 1)
        }
        try define("doom_file_size") { files, context in files.byteCount(context.argument(0)) }
        try define("doom_file_read") { files, context in
            let count = Int(clamping: min(context.argument(3), UInt64(UInt32.max)))
            guard let bytes = files.read(context.argument(0), at: context.argument(1), byteCount: count) else {
                return nil
            }
            try context.write(bytes, at: context.argument(2))
            return bytes.count
        }
        try define("doom_file_write") { files, context in
            guard context.argument(3) <= UInt64(GameFiles.largestFile) else { return nil }
            return files.write(
                try context.bytes(at: context.argument(2), count: context.argument(3)), to: context.argument(0),
                at: context.argument(1))
        }
        try define("doom_file_close") { files, context in files.close(context.argument(0)) ? 0 : nil }
        try define("doom_file_remove") { files, context in files.remove(try context.text(0)) ? 0 : nil }
        try define("doom_file_rename") { files, context in
            files.rename(try context.text(0), to: try context.text(2)) ? 0 : nil
        }
    }
}

extension HostContext {
    /// A text whose address and length are in two arguments.
    fileprivate func text(_ index: Int) throws(HostTrap) -> String {
        String(decoding: try bytes(at: argument(index), count: min(argument(index + 1), 1024)), as: UTF8.self)
    }
}
