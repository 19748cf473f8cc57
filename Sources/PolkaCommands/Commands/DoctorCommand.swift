// `pvm doctor`: what is missing on this machine, and the command that mends it.

import ArgumentParser
import PolkaBuild

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check what building and running need.")

    func run() async throws {
        let findings = await Doctor(Toolchain()).findings()
        let width = findings.map(\.what.count).max() ?? 0
        for finding in findings {
            let mark =
                switch finding.verdict {
                case .good: "ok     "
                case .degraded: "partly "
                case .missing: "MISSING"
                }
            let padding = String(repeating: " ", count: width - finding.what.count)
            Terminal.print("\(mark)  \(finding.what)\(padding)  \(finding.detail)")
            if !finding.remedy.isEmpty { Terminal.print("         \(finding.remedy)") }
        }
        if findings.contains(where: { $0.verdict == .missing }) { throw ExitStatus.failure.code }
    }
}
