// The log of an invocation, and how much of it is kept: a guest writes lines for next to no gas, and the host's memory is not its own.

/// A line of the log.
package struct JAMLogLine: Sendable, Equatable {
    /// 0 fatal, 1 error, 2 warning, 3 information, 4 debugging; others mean something to whoever wrote them.
    package var level: UInt64
    /// Who speaks, empty if that was not said.
    package var target: String
    package var message: String

    package init(level: UInt64, target: String, message: String) {
        self.level = level
        self.target = target
        self.message = message
    }
}

/// Lines as far as they are kept.
struct JAMLog {
    /// Bytes of a line's target and of its message at most; what is longer is cut, and ends with an ellipsis.
    static let textByteLimit = 4096
    /// Bytes of all lines at most.
    static let byteLimit = 1 << 20
    /// What a line takes besides its texts, about.
    private static let lineByteCount = 64

    private(set) var lines: [JAMLogLine] = []
    private var byteCount = 0
    private var isFull = false

    /// Keeps a line if there is room; the first that there is none for leaves a line that says so.
    ///
    /// - Returns: the line that was added.
    mutating func append(level: UInt64, target: String, message: String) -> JAMLogLine? {
        guard !isFull else { return nil }
        byteCount += Self.lineByteCount + target.utf8.count + message.utf8.count
        isFull = byteCount > Self.byteLimit
        let line =
            isFull
            ? JAMLogLine(level: 2, target: "", message: "… more lines, of which the host keeps none")
            : JAMLogLine(level: level, target: target, message: message)
        lines.append(line)
        return line
    }

    /// The text of bytes, of which there may have been more than these.
    static func text(_ bytes: [UInt8], isCut: Bool) -> String {
        guard isCut else { return String(decoding: bytes, as: UTF8.self) }
        var kept = bytes[...]
        // A character that the cut goes through is left out.
        if let start = kept.suffix(3).lastIndex(where: { $0 & 0xc0 != 0x80 }) {
            let length = kept[start] >= 0xf0 ? 4 : kept[start] >= 0xe0 ? 3 : kept[start] >= 0xc0 ? 2 : 1
            if kept.endIndex - start < length { kept = kept[..<start] }
        }
        return String(decoding: kept, as: UTF8.self) + "…"
    }
}
