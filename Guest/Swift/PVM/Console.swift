// The console beyond `print`: errors, bytes, and what can be read.

/// The host's console.
///
/// On hosts without one, writing does nothing and reading finds the end.
public enum Console {
    /// Where bytes can be written.
    public enum Stream: UInt32, Sendable {
        case output = 1
        case error = 2
    }

    /// Writes bytes as they are.
    @inline(__always)
    public static func write(bytes: UnsafeRawBufferPointer, to stream: Stream = .output) {
        #if !PVM_NO_CONSOLE
        guard let start = bytes.baseAddress else { return }
        consolePut(start, bytes.count, stream.rawValue)
        #endif
    }

    /// Writes bytes as they are.
    @inline(__always)
    public static func write(bytes: RawSpan, to stream: Stream = .output) {
        #if !PVM_NO_CONSOLE
        bytes.withUnsafeBytes { write(bytes: $0, to: stream) }
        #endif
    }

    /// Writes a literal with its interpolations and a line end to standard error.
    @inline(__always)
    public static func error(_ text: ConsoleText<StandardError>, terminator: StaticString = "\n") {
        text.line.append(terminator)
        text.line.send()
    }

    /// Writes a string and a line end to standard error.
    @_disfavoredOverload
    @inline(__always)
    public static func error(_ text: String, terminator: StaticString = "\n") {
        let line = ConsoleLine<StandardError>()
        line.append(text)
        line.append(terminator)
        line.send()
    }
}

// MARK: Reading

extension Console {
    /// Reads what there is, up to the size of the buffer.
    ///
    /// - Returns: The number of bytes that were read, 0 at the end of the input.
    public static func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        #if PVM_NO_CONSOLE
        return 0
        #else
        guard let start = buffer.baseAddress, buffer.count > 0 else { return 0 }
        var count = 0
        while count < buffer.count, let byte = Input.takeKept() {
            buffer[count] = byte
            count += 1
        }
        return count > 0 ? count : consoleGet(start, buffer.count)
        #endif
    }

    /// Reads a line.
    ///
    /// - Parameter strippingNewline: Whether the line end is left out.
    /// - Returns: The line, in which bytes that are not UTF-8 have been repaired; nil at the end of the input.
    public static func readLine(strippingNewline: Bool = true) -> String? {
        #if PVM_NO_CONSOLE
        return nil
        #else
        var line: [UInt8] = []
        var isEnd = true
        while let byte = Input.take() {
            isEnd = false
            if byte != 0x0a || !strippingNewline { line.append(byte) }
            if byte == 0x0a { break }
        }
        return isEnd ? nil : String(decoding: line, as: UTF8.self)
        #endif
    }

    #if !PVM_NO_CONSOLE
    /// What the host gave beyond the line that was asked for.
    private enum Input {
        private static let capacity = 256

        // SAFETY: a guest has one thread.
        nonisolated(unsafe) private static var bytes = InlineArray<256, UInt8>(repeating: 0)
        nonisolated(unsafe) private static var next = 0
        nonisolated(unsafe) private static var end = 0

        static func takeKept() -> UInt8? {
            guard next < end else { return nil }
            defer { next += 1 }
            return bytes[next]
        }

        static func take() -> UInt8? {
            if next == end {
                next = 0
                end = withUnsafeMutableBytes(of: &bytes) { buffer in
                    buffer.baseAddress.map { min(consoleGet($0, capacity), capacity) } ?? 0
                }
            }
            return takeKept()
        }
    }
    #endif
}
