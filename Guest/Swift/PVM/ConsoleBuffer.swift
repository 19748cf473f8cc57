// Text on its way to the host's console: pieces gather in a buffer, so that one `print` is one host call.
//
// The buffer is a stack. What is being put together begins at a base and ends at `end`; a `print` inside an interpolation of
// another one begins at the end of what the outer has so far, and takes its own away again. A piece that does not fit pushes
// out what is before it, and one that is larger than the buffer goes to the host as it is. Without a console (PVM_NO_CONSOLE)
// nothing of this exists.

/// One of the console's two streams, as a type, so that a text knows where it goes before it is complete.
public protocol ConsoleStream {
    /// The stream's number at the host.
    static var number: UInt32 { get }
}

/// What `print` writes to.
public enum StandardOutput: ConsoleStream {
    public static var number: UInt32 { 1 }
}

/// What failures are reported on.
public enum StandardError: ConsoleStream {
    public static var number: UInt32 { 2 }
}

/// What a failure's message with interpolations is put together for: it stays in the buffer, at most as long as that, until
/// the place of the failure has been written.
public enum FailureReport: ConsoleStream {
    public static var number: UInt32 { 0 }
}

#if !PVM_NO_CONSOLE
@_extern(c, "pvm_console_put")
func consolePut(_ bytes: UnsafeRawPointer, _ count: Int, _ stream: UInt32)

@_extern(c, "pvm_console_get")
func consoleGet(_ buffer: UnsafeMutableRawPointer, _ size: Int) -> Int

private let consoleCapacity = 256

// SAFETY: a guest has one thread.
nonisolated(unsafe) private var consoleBytes = InlineArray<256, UInt8>(repeating: 0)
nonisolated(unsafe) private var consoleEnd = 0
#endif

/// A text that is being put together for a stream.
struct ConsoleLine<Stream: ConsoleStream> {
    #if PVM_NO_CONSOLE
    @inline(__always) init() {}
    @inline(__always) func append(_ bytes: UnsafeRawBufferPointer) {}
    @inline(__always) func append(_ text: StaticString) {}
    @_disfavoredOverload @inline(__always) func append(_ text: String) {}
    @inline(__always) func append(_ value: some FixedWidthInteger, radix: UInt64 = 10) {}
    @inline(__always) func append(hex bytes: UnsafeRawBufferPointer) {}
    @inline(__always) func append(described value: some CustomStringConvertible) {}
    @inline(__always) func send() {}
    #else
    let base: Int

    init() { base = consoleEnd }

    func append(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        appendToConsole(start, bytes.count, base, Stream.number)
    }

    func append(_ text: StaticString) {
        appendToConsole(text.utf8Start, text.utf8CodeUnitCount, base, Stream.number)
    }

    @_disfavoredOverload func append(_ text: String) {
        appendToConsole(text, base, Stream.number)
    }

    func append(_ value: some FixedWidthInteger, radix: UInt64 = 10) {
        // Types of more than 64 bits keep their own way.
        guard value.bitWidth <= 64 else { return append(String(value, radix: Int(radix))) }
        appendToConsole(UInt64(truncatingIfNeeded: value.magnitude), value < 0, radix, base, Stream.number)
    }

    func append(hex bytes: UnsafeRawBufferPointer) {
        for byte in bytes {
            var digits: InlineArray<2, UInt8> = [Hex.digit(byte >> 4), Hex.digit(byte & 0xf)]
            withUnsafeBytes(of: &digits) { append($0) }
        }
    }

    func append(described value: some CustomStringConvertible) {
        append(value.description)
    }

    /// Hands the text to the host.
    func send() {
        sendFromConsole(base, Stream.number)
    }
    #endif
}

#if !PVM_NO_CONSOLE
@inline(never)
private func appendToConsole(_ bytes: UnsafeRawPointer, _ count: Int, _ base: Int, _ stream: UInt32) {
    var count = count
    if stream == FailureReport.number { count = min(count, consoleCapacity &- consoleEnd) }
    if count > consoleCapacity &- consoleEnd { sendFromConsole(base, stream) }
    guard count <= consoleCapacity &- consoleEnd else { return consolePut(bytes, count, stream) }
    withUnsafeMutableBytes(of: &consoleBytes) { buffer in
        guard let start = buffer.baseAddress else { return }
        (start + consoleEnd).copyMemory(from: bytes, byteCount: count)
    }
    consoleEnd &+= count
}

@inline(never)
private func appendToConsole(_ text: String, _ base: Int, _ stream: UInt32) {
    // All strings of Embedded Swift are contiguous. `withUTF8` brings the code that makes others so.
    _ = text.utf8.withContiguousStorageIfAvailable { bytes in
        guard let start = bytes.baseAddress else { return }
        appendToConsole(start, bytes.count, base, stream)
    }
}

/// Appends digits without making a string, which would need the allocator.
@inline(never)
private func appendToConsole(
    _ magnitude: UInt64, _ isNegative: Bool, _ radix: UInt64, _ base: Int, _ stream: UInt32
) {
    // Sixty-four binary digits and a sign.
    withUnsafeTemporaryAllocation(byteCount: 65, alignment: 1) { digits in
        guard let end = digits.baseAddress.map({ $0 + 65 }) else { return }
        var start = end
        var rest = magnitude
        repeat {
            let digit = UInt8(truncatingIfNeeded: rest % radix)
            start -= 1
            start.storeBytes(of: digit &+ (digit < 10 ? 0x30 : 0x57), as: UInt8.self)
            rest /= radix
        } while rest != 0
        if isNegative {
            start -= 1
            start.storeBytes(of: 0x2d, as: UInt8.self)
        }
        appendToConsole(start, end - start, base, stream)
    }
}

/// Writes "FILE:LINE: kind: message" and a line end; the colon before the message only if there is one.
///
/// Texts end with a zero byte, as those of literals do, so that a caller passes few registers.
@inline(never)
func report(
    _ kind: UnsafePointer<UInt8>, _ file: UnsafePointer<UInt8>, _ line: UInt, _ message: UnsafePointer<UInt8>
) {
    let report = beginReport(kind, file, line)
    if message.pointee != 0 {
        report.append(": ")
        appendToConsole(message, report.base)
    }
    report.append("\n")
    report.send()
}

/// The same for a message that lies in the buffer, from a base on.
@inline(never)
func report(_ kind: UnsafePointer<UInt8>, _ file: UnsafePointer<UInt8>, _ line: UInt, _ base: Int) {
    withUnsafeTemporaryAllocation(byteCount: consoleCapacity, alignment: 1) { message in
        // The message makes way for what comes before it.
        let count = consoleEnd &- base
        withUnsafeBytes(of: &consoleBytes) { buffer in
            guard let source = buffer.baseAddress, let target = message.baseAddress else { return }
            target.copyMemory(from: source + base, byteCount: count)
        }
        consoleEnd = base
        let report = beginReport(kind, file, line)
        report.append(": ")
        report.append(UnsafeRawBufferPointer(rebasing: message[..<count]))
        report.append("\n")
        report.send()
    }
}

/// Begins a report, which the caller completes and sends.
@inline(never)
func beginReport(
    _ kind: UnsafePointer<UInt8>, _ file: UnsafePointer<UInt8>, _ line: UInt
) -> ConsoleLine<StandardError> {
    let report = ConsoleLine<StandardError>()
    appendToConsole(file, report.base)
    report.append(":")
    report.append(line)
    report.append(": ")
    appendToConsole(kind, report.base)
    return report
}

/// Appends what precedes a zero byte to a report.
@inline(never)
private func appendToConsole(_ text: UnsafePointer<UInt8>, _ base: Int) {
    var count = 0
    while text[count] != 0 { count &+= 1 }
    appendToConsole(text, count, base, StandardError.number)
}

@inline(never)
private func sendFromConsole(_ base: Int, _ stream: UInt32) {
    let count = consoleEnd &- base
    consoleEnd = base
    guard count > 0 else { return }
    withUnsafeBytes(of: &consoleBytes) { buffer in
        guard let start = buffer.baseAddress else { return }
        consolePut(start + base, count, stream)
    }
}
#endif
