// Constants of the container that reader and writer share (blob-format.md 2).

enum BlobFormat {
    /// "PVM" and a zero.
    static let magic: [UInt8] = [0x50, 0x56, 0x4d, 0x00]
    /// Magic, version byte and the length of the whole in eight bytes.
    static let headerByteCount = 13

    /// Section ids, in the order in which sections must appear.
    enum Section: UInt8 {
        case end = 0
        case memoryConfig = 1
        case readOnlyData = 2
        case readWriteData = 3
        case imports = 4
        case exports = 5
        case code = 6
        case debugStrings = 128
        case debugLinePrograms = 129
        case debugRanges = 130
    }

    /// From here on a section that the reader does not know may be skipped.
    static let firstOptionalSection: UInt8 = 128
}
