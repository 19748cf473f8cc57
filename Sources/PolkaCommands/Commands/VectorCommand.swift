// `pvm vector`: runs conformance vectors and says which differ, and in what.

import ArgumentParser
import FoundationEssentials
import PolkaBuild
import PolkaVM
import SystemPackage

struct VectorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vector",
        abstract: "Run conformance vectors.",
        discussion: "Reads the published JSON forms. Ends with exit code 1 if any vector failed.")

    @Argument(help: ArgumentHelp("Vector files.", valueName: "file"))
    var files: [String]

    @Option(help: "What executes the programs.")
    var backend: BackendChoice = .auto

    @Flag(help: "Print one JSON object at the end.")
    var json = false

    private struct Summary: Encodable {
        struct Failure: Encodable {
            let file: String
            let reasons: [String]
        }
        let passed: Int
        let failed: Int
        let failures: [Failure]
    }

    func validate() throws {
        if files.isEmpty { throw ValidationError("expected at least one vector file") }
    }

    func run() throws {
        let engine = try backend.engine()
        var failures: [Summary.Failure] = []
        for file in files {
            let reasons = reasons(against: file, on: engine)
            guard !reasons.isEmpty else { continue }
            failures.append(Summary.Failure(file: file, reasons: reasons))
            for reason in reasons { Terminal.note("\(file): \(reason)") }
        }
        let passed = files.count - failures.count
        if json {
            try JSONOutput.print(Summary(passed: passed, failed: failures.count, failures: failures))
        } else {
            Terminal.print("\(passed) passed, \(failures.count) failed")
        }
        if !failures.isEmpty { throw ExitStatus.failure.code }
    }

    /// Why a vector did not pass; empty if it did.
    private func reasons(against file: String, on engine: Engine) -> [String] {
        do {
            let vector = try VectorFile(parsing: Data(try Files.read(FilePath(file))))
            switch try vector.run(on: engine) {
            case .passed: return []
            case .failed(let differences): return differences
            }
        } catch {
            return ["\(error)"]
        }
    }
}
