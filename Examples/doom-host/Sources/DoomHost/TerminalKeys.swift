// Keys out of what a terminal sends.
//
// Terminals say when a key went down and, while it is held, again and again, but not when it came up. With the keyboard
// protocol of kitty (sw.kovidgoyal.net/kitty/keyboard-protocol), which several terminals have, they say that as well: it is
// asked for, and where it is not understood a key counts as up when it has not been heard of for a while.

/// Reads keys from the bytes of a terminal.
public struct TerminalKeys {
    /// What a terminal sent means.
    public enum Input: Equatable {
        case key(KeyEvent)
        /// Control and C: the program has to end.
        case interrupt
    }

    /// Asks for reports of keys that come up, letters and Control alone among them (1, 2 and 8), and takes that back.
    public static let request = "\u{1b}[>11u"
    public static let release = "\u{1b}[<u"

    /// How long a key counts as held after it was heard of.
    ///
    /// Terminals wait longer before they repeat a key for the first time, so that a step is a step.
    static let holdTime: Duration = .milliseconds(160)

    private var pending: [UInt8] = []
    private var held: [Key: Held] = [:]
    private var reportsReleases = false

    private struct Held {
        /// When it was last heard of.
        let time: ContinuousClock.Instant
        /// A key that came as a letter is none whose end is reported.
        let isLetter: Bool
    }

    public init() {}

    /// - Parameters:
    ///   - bytes: what has arrived, maybe none.
    ///   - now: the time, by which keys come up.
    /// - Returns: what has happened, in its order.
    public mutating func read(_ bytes: [UInt8], at now: ContinuousClock.Instant) -> [Input] {
        pending += bytes
        var inputs: [Input] = []
        while let (keys, action, length) = next(isLast: bytes.isEmpty) {
            let isLetter = pending[0] != 0x1b
            pending.removeFirst(length)
            if action == .interrupt {
                inputs.append(.interrupt)
                continue
            }
            for key in keys {
                if action == .up {
                    held[key] = nil
                    inputs.append(.key(KeyEvent(key, isDown: false)))
                    continue
                }
                let state = Held(time: now, isLetter: isLetter)
                if held.updateValue(state, forKey: key) == nil { inputs.append(.key(KeyEvent(key, isDown: true))) }
            }
        }
        let over = held.filter { _, state in
            (!reportsReleases || state.isLetter) && now - state.time > Self.holdTime
        }
        for key in over.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            held[key] = nil
            inputs.append(.key(KeyEvent(key, isDown: false)))
        }
        return inputs
    }

    private enum Action { case down, up, interrupt, none }

    /// The next key and the number of its bytes; nil if none is complete.
    private mutating func next(isLast: Bool) -> (keys: [Key], action: Action, length: Int)? {
        guard let first = pending.first else { return nil }
        guard first == 0x1b else {
            // Control and C.
            if first == 3 { return ([], .interrupt, 1) }
            return (Self.keys(of: UInt32(first)), .down, 1)
        }
        guard pending.count > 1 else {
            // Escape alone, unless more is on its way.
            return isLast ? ([.escape], .down, 1) : nil
        }
        guard pending[1] == UInt8(ascii: "[") || pending[1] == UInt8(ascii: "O") else { return ([.escape], .down, 1) }
        guard let end = pending.dropFirst(2).firstIndex(where: { (0x40...0x7e).contains($0) }) else {
            // A sequence has few parameters; this is none.
            return isLast || pending.count > 32 ? ([], .none, pending.count) : nil
        }
        return sequence(parameters: pending[2..<end], final: pending[end], length: end + 1)
    }

    /// A sequence `CSI parameters final`: parameters are separated by semicolons, their parts by colons.
    private mutating func sequence(
        parameters: ArraySlice<UInt8>, final: UInt8, length: Int
    ) -> (keys: [Key], action: Action, length: Int) {
        let numbers = parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map {
            parameter in
            parameter.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map { part in
                UInt32(String(decoding: part, as: UTF8.self))
            }
        }
        let code = numbers.first?.first ?? nil
        let modifiers = (numbers.count > 1 ? numbers[1].first ?? nil : nil) ?? 1
        let event = (numbers.count > 1 && numbers[1].count > 1 ? numbers[1][1] : nil) ?? 1
        let action = event == 3 ? Action.up : .down
        if event == 3 { reportsReleases = true }
        let keys: [Key]
        switch final {
        case UInt8(ascii: "A"): keys = [.up]
        case UInt8(ascii: "B"): keys = [.down]
        case UInt8(ascii: "C"): keys = [.right]
        case UInt8(ascii: "D"): keys = [.left]
        case UInt8(ascii: "P")...UInt8(ascii: "S"):
            keys = Key.function(Int(final - UInt8(ascii: "P")) + 1).map { [$0] } ?? []
        case UInt8(ascii: "~"): keys = Self.functionKeys[code ?? 0].flatMap { Key.function($0) }.map { [$0] } ?? []
        case UInt8(ascii: "u"):
            // Bit 2 of modifiers minus 1 is Control.
            if code == 99, (modifiers &- 1) & 4 != 0 { return ([], action == .down ? .interrupt : .none, length) }
            keys = Self.keys(of: code ?? 0)
        default: keys = []
        }
        return (keys, keys.isEmpty ? .none : action, length)
    }

    /// What terminals send for the function keys: CSI number ~.
    private static let functionKeys: [UInt32: Int] = [
        11: 1, 12: 2, 13: 3, 14: 4, 15: 5, 17: 6, 18: 7, 19: 8, 20: 9, 21: 10, 23: 11, 24: 12,
    ]

    /// The keys for a character.
    ///
    /// Letters that play are also letters, for the names of saved games.
    private static func keys(of code: UInt32) -> [Key] {
        switch code {
        case 27: return [.escape]
        case 13, 10: return [.enter]
        case 9: return [.tab]
        case 8, 127: return [.backspace]
        // Both control keys and both shift keys, as the kitty protocol numbers them.
        case 57442, 57448: return [.fire]
        case 57441, 57447: return [.run]
        case 57443, 57449: return [.strafe]
        case 57362: return [.pause]
        default: break
        }
        guard let scalar = Unicode.Scalar(code), let key = Key(Character(scalar)) else { return [] }
        return [key] + (PlayKeys.meanings[Character(scalar)].map { [$0] } ?? [])
    }
}

/// Letters that play, besides arrows, Control and Shift.
public enum PlayKeys {
    public static let meanings: [Character: Key] = [
        "w": .up, "s": .down, "a": .stepLeft, "d": .stepRight, ",": .stepLeft, ".": .stepRight, "f": .fire, " ": .use,
        "e": .use, "p": .pause,
    ]
}
