// `--watch`: builds and tests again when a source changes.

import PolkaBuild
import Subprocess
import SystemPackage
import Testing

@Suite struct WatchTests {
    /// A test that passes, until its source is changed; then the same process reports the failure.
    @Test(.timeLimit(.minutes(10))) func testsRunAgain() async throws {
        let workspace = try Workspace()
        try #require(
            try await workspace.pvm("new", "w", "--template", "program", "--language", "c").exitCode == 0)
        let source = workspace.folder.appending("w/Sources/program.c")
        let text = try Files.readText(source)
        let result = try await Subprocess.run(
            .path(Workspace.tool), arguments: ["test", "--watch"],
            environment: .inherit.updating(workspace.variables), workingDirectory: workspace.folder.appending("w"),
            input: .none, output: .sequence, error: .discarded
        ) { execution in
            var lines: [String] = []
            for try await line in execution.standardOutput.strings(separatedBy: .lineBreaks) {
                lines.append(line)
                if line.hasPrefix("1 passed") {
                    try Files.write(
                        Array((text + "PVM_TEST(wrong) { PVM_ASSERT(fibonacci(2) == 2); }\n").utf8), to: source)
                }
                if line.hasPrefix("1 passed, 1 failed") {
                    try execution.send(signal: .kill)
                    break
                }
            }
            return lines
        }
        let lines = result.closureResult
        #expect(lines.contains("1 passed, 0 failed"))
        #expect(lines.contains { $0.contains("assertion failed: fibonacci(2) == 2") }, "\(lines)")
    }
}
