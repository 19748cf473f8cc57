// What goes to the terminal: results on standard output, everything else on standard error, colour where a person reads.

import ArgumentParser
import PolkaBuild
import Synchronization
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Colour choice, shared by all commands.
struct DiagnosticsOptions: ParsableArguments {
    @Flag(inversion: .prefixedNo, help: "Colour messages; by default only on a terminal.")
    var colorDiagnostics: Bool?

    /// Whether messages on standard error are coloured.
    var usesColor: Bool {
        colorDiagnostics ?? Self.defaultColor
    }

    /// Colour for a person at a terminal who has not asked for none.
    static var defaultColor: Bool {
        Environment["NO_COLOR"] == nil && isatty(FileDescriptor.standardError.rawValue) != 0
    }
}

enum Terminal {
    /// Writes a result; a closed pipe is not an error.
    static func write(_ text: String) {
        write(Array(text.utf8), to: .standardOutput)
    }

    static func print(_ line: String) { write(line + "\n") }

    /// Writes progress, a warning or an error.
    static func note(_ line: String) {
        write(Array((line + "\n").utf8), to: .standardError)
    }

    static func error(_ message: String, color: Bool) {
        note(color ? "\u{1b}[1;31merror:\u{1b}[0m \(message)" : "error: \(message)")
    }

    static func warning(_ message: String, color: Bool) {
        note(color ? "\u{1b}[1;35mwarning:\u{1b}[0m \(message)" : "warning: \(message)")
    }

    static func write(_ bytes: [UInt8], to file: FileDescriptor) {
        do {
            try file.writeAll(bytes)
        } catch {
            // A reader that has gone has what it wanted, and whoever closes the stream wants nothing; a full disk has not.
            guard file == .standardOutput, let error = error as? Errno, Self.losses.contains(error) else { return }
            failure.withLock { $0 = $0 ?? error }
        }
    }

    private static let losses: [Errno] = [.noSpace, .ioError, .fileTooLarge]

    /// Why results were lost.
    private static let failure = Mutex<Errno?>(nil)

    /// Fails if a result could not be written.
    static func checkOutput() throws {
        guard let error = failure.withLock({ $0 }) else { return }
        throw CommandError("standard output: can not write: \("\(error)".lowercased())")
    }
}
