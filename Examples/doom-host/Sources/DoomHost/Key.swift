// The keys that the game knows.

/// A key of the game's keyboard: its ASCII code in small letters, or one of the codes below, which are the game's own.
public struct Key: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The key that writes a character of ASCII; nil for others.
    public init?(_ character: Character) {
        guard let code = character.lowercased().utf8.first, character.isASCII, (32..<127).contains(code) else {
            return nil
        }
        rawValue = code
    }

    public static let right = Key(rawValue: 0xae)
    public static let left = Key(rawValue: 0xac)
    public static let up = Key(rawValue: 0xad)
    public static let down = Key(rawValue: 0xaf)
    public static let stepLeft = Key(rawValue: 0xa0)
    public static let stepRight = Key(rawValue: 0xa1)
    public static let use = Key(rawValue: 0xa2)
    public static let fire = Key(rawValue: 0xa3)
    public static let escape = Key(rawValue: 27)
    public static let enter = Key(rawValue: 13)
    public static let tab = Key(rawValue: 9)
    public static let backspace = Key(rawValue: 0x7f)
    public static let pause = Key(rawValue: 0xff)
    /// Held down, the player runs.
    public static let run = Key(rawValue: 0x80 + 0x36)
    /// Held down, the arrows step aside.
    public static let strafe = Key(rawValue: 0x80 + 0x38)

    /// F1 to F12.
    public static func function(_ number: Int) -> Key? {
        switch number {
        case 1...10: Key(rawValue: UInt8(0x80 + 0x3b + number - 1))
        case 11, 12: Key(rawValue: UInt8(0x80 + 0x57 + number - 11))
        default: nil
        }
    }
}

/// A key that went down or up.
public struct KeyEvent: Equatable, Sendable {
    public let key: Key
    public let isDown: Bool

    public init(_ key: Key, isDown: Bool) {
        self.key = key
        self.isDown = isDown
    }

    /// As the game's import returns it.
    var code: UInt64 { UInt64(key.rawValue) | (isDown ? 0x100 : 0) }
}
