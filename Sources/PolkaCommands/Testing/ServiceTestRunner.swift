// Tests of JAM services: each on a chain of its own, which it sets up, with the code that is deployed beside it.

import PolkaBlob
import PolkaBuild
import PolkaJAM
import PolkaVM
import SystemPackage

/// Runs the tests of a service, on every backend.
struct ServiceTestRunner: TestRunner {
    let engines: [Engine]
    /// The program with the tests.
    let tests: Blob
    let version: JAMVersion
    /// The standard program that is deployed.
    let program: [UInt8]

    /// Builds a project twice: as it is deployed, and as its tests run.
    init(
        _ folder: FilePath, _ target: BuildOptions.Target, _ version: JAMVersion, engines: [Engine], color: Bool
    ) async throws {
        let outcome = try await ProjectBuild(color: color, target: target).build(folder: folder)
        if let check = outcome.check, check.isViolated {
            throw CommandError("\(outcome.path) would not be admitted\n\(check.violations)")
        }
        program = try Files.read(outcome.path)
        tests = try await ProjectBuild(color: color, target: target, isForTesting: true).build(folder: folder).blob
        self.version = version
        self.engines = engines
    }

    func run(_ name: String) throws -> TestReport {
        TestReport(
            runs: try engines.map { engine in
                let host = JAMTestHost(version: version, program: program, engine: engine)
                var run = ProgramRun(
                    engine: engine, blob: tests, export: name, arguments: [], gas: ProgramTestRunner.gas,
                    offersConsole: true, collectsOutput: true)
                run.offers = { (linker, console) throws(LinkerError) in
                    try host.define(in: &linker)
                    host.onLog = { console.add(Array(($0.line + "\n").utf8)) }
                }
                return try run.execute()
            })
    }

    var functionGas: [FunctionGas] { [] }
}
