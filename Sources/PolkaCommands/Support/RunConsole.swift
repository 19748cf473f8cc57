// The console of a guest that runs in a terminal.

import PolkaHost
import SystemPackage

/// Passes what a guest writes to the terminal line by line, or keeps it; and gives it what is typed.
///
/// Guests write as little as a character at a time, and a system call for each would cost more than all the rest.
final class RunConsole {
    private let collects: Bool
    private(set) var collected: [UInt8] = []
    /// What has been written to standard output since the last end of a line.
    private var line: [UInt8] = []

    private static let longestLine = 4096

    init(collects: Bool) { self.collects = collects }

    /// What is offered to the guest.
    var host: ConsoleHost {
        ConsoleHost(
            read: { [self] in
                // A question is on the screen before its answer is waited for.
                flush()
                var bytes = [UInt8](repeating: 0, count: $0)
                do {
                    let count = try bytes.withUnsafeMutableBytes { try FileDescriptor.standardInput.read(into: $0) }
                    return Array(bytes[..<count])
                } catch {
                    throw CommandError(
                        "standard input can not be read: \(error); if it is closed, give '< /dev/null' for no input")
                }
            },
            write: { [self] in write($1, to: $0) })
    }

    /// The same for a guest whose input is known already.
    var hostWithoutInput: ConsoleHost { ConsoleHost { [self] in write($1, to: $0) } }

    private func write(_ bytes: [UInt8], to stream: ConsoleHost.Stream) {
        if collects {
            collected += bytes
        } else if stream == .error {
            flush()
            Terminal.write(bytes, to: .standardError)
        } else {
            line += bytes
            if bytes.contains(UInt8(ascii: "\n")) || line.count >= Self.longestLine { flush() }
        }
    }

    /// Says something as if the guest had.
    func add(_ bytes: [UInt8]) { write(bytes, to: .output) }

    /// Shows what has been held back.
    func flush() {
        guard !line.isEmpty else { return }
        Terminal.write(line, to: .standardOutput)
        line.removeAll(keepingCapacity: true)
    }
}
