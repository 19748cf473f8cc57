// How a benchmark ends early.

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Ends the program with a message, by the name under which it was called.
package func fail(_ message: String, code: Int32 = 1) -> Never {
    let name = CommandLine.arguments.first?.split(separator: "/").last ?? "benchmarks"
    let text = Array("\(name): \(message)\n".utf8)
    _ = write(STDERR_FILENO, text, text.count)
    exit(code)
}
