// How much memory the process uses, where the system tells.

import Foundation

enum Memory {
    /// Bytes in use now.
    static func used() -> Int? { line("VmRSS") }
    /// The most bytes that were in use at any time.
    static func most() -> Int? { line("VmHWM") }

    private static func line(_ name: String) -> Int? {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name + ":") })
        else { return nil }
        return line.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1024 }
    }
}
