// Waiting for sources to change: looks at their times a few times a second, which works on every file system.

import PolkaBuild
import SystemPackage

/// The sources of a build, as something that changes.
struct SourceWatch {
    /// A project folder, nil if files are watched.
    let folder: FilePath?
    let files: [String]

    /// Calls `body` now and after every change, until the process is interrupted.
    func run(_ body: () async throws -> Void) async throws {
        while true {
            let before = state()
            try await body()
            Terminal.note("waiting for changes; interrupt with control-C")
            // What changed while the build ran counts as well.
            while state() == before { try await Task.sleep(for: .milliseconds(250)) }
        }
    }

    /// Stands for the sources with their times of change.
    private func state() -> String {
        if let folder { return BuildStamp.state(of: folder) }
        return files.map { FileTime.text(of: FilePath($0)) }.joined(separator: " ")
    }
}
