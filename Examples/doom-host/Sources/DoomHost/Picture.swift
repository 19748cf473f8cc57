// A picture as the game draws it: indices into a palette.

/// One picture of the game, 320 by 200.
public struct Picture: Equatable, Sendable {
    public static let width = 320
    public static let height = 200
    static let pixelCount = width * height
    static let paletteByteCount = 256 * 3

    /// Indices into the palette, row by row from the top left.
    public let pixels: [UInt8]
    /// 256 colours: red, green, blue.
    public let palette: [UInt8]

    package init(pixels: [UInt8], palette: [UInt8]) {
        precondition(pixels.count == Self.pixelCount && palette.count == Self.paletteByteCount)
        self.pixels = pixels
        self.palette = palette
    }

    /// The palette as numbers 0xRRGGBB.
    public var colors: [UInt32] {
        (0..<256).map { index in
            UInt32(palette[3 * index]) << 16 | UInt32(palette[3 * index + 1]) << 8 | UInt32(palette[3 * index + 2])
        }
    }
}

/// The hash FNV-1a of 64 bits, over bytes (http://www.isthe.com/chongo/tech/comp/fnv/).
public struct FNV1a: Sendable {
    public private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    public init() {}

    public mutating func mix(_ bytes: [UInt8]) {
        var value = value
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
        self.value = value
    }

    public mutating func mix(_ picture: Picture) {
        mix(picture.pixels)
        mix(picture.palette)
    }
}
