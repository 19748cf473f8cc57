// Strings of the debug sections, each read once.

/// Reads strings by their place.
struct StringReader {
    private let data: DebugData
    private var known: [StringPlace: String?] = [:]
    private var budget: ReadingBudget

    /// The longest string that is read, in bytes; a mangled name can take some thousands.
    static let mostBytes = 1 << 14

    init(_ data: DebugData) {
        self.data = data
        // Strings may share their ends, so each offset of a long one could name another.
        budget = ReadingBudget(
            data.strings.count + data.lineStrings.count + data.info.count + data.lines.count, times: 4)
    }

    /// The text at a place, up to its zero; nil if there is none, or more of it than can be.
    mutating func text(_ place: StringPlace) -> String? {
        let bytes: [UInt8]
        switch place.section {
        case .none, .index: return nil
        case .info: bytes = data.info
        case .strings: bytes = data.strings
        case .lineStrings: bytes = data.lineStrings
        }
        if let text = known[place] { return text }
        let text = read(bytes, at: place.offset)
        known[place] = .some(text)
        return text
    }

    /// The text at an offset of some bytes.
    mutating func read(_ bytes: [UInt8], at offset: UInt64) -> String? {
        guard offset < UInt64(bytes.count), !budget.isExhausted else { return nil }
        let rest = bytes[Int(offset)...].prefix(Self.mostBytes)
        guard let end = rest.firstIndex(of: 0) else {
            budget.spend(rest.count)
            return nil
        }
        budget.spend(end - rest.startIndex + 1)
        return end == rest.startIndex ? nil : String(decoding: rest[..<end], as: UTF8.self)
    }

    /// Counts text that was made of other text.
    mutating func spend(_ byteCount: Int) { budget.spend(byteCount) }
    var isExhausted: Bool { budget.isExhausted }
}
