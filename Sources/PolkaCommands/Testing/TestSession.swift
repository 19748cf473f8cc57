// The tests of a program or project, built and ready to run: what `pvm test` and `pvm gas` do alike.

import PolkaBlob
import PolkaBuild
import PolkaJAM
import PolkaJIT
import PolkaVM
import SystemPackage

/// How often properties run, and with which values.
struct PropertyOptions {
    /// More runs than anybody waits for.
    static let mostRuns = 100_000_000

    /// Runs of each property.
    var runCount = 100
    /// Begins the values; nil: one that each test has of its own, the same every time.
    var seed: UInt64?
}

/// The tests of a program.
struct TestSession {
    /// The names of all tests, in the order of the program.
    let names: [String]
    /// What runs them.
    let runner: any TestRunner

    /// Builds what is to be tested.
    ///
    /// - Parameters:
    ///   - path: a project's folder, or a program.
    ///   - backend: what executes; nil: all that there is.
    ///   - properties: how tests run that ask for random values.
    ///   - color: whether compilers shall colour what they say.
    /// - Throws: what building throws, and `CommandError` if there is no test.
    init(
        _ path: String, backend: BackendChoice?, properties: PropertyOptions = PropertyOptions(), color: Bool
    ) async throws {
        let engines = try Self.engines(backend)
        let folder = FilePath(path)
        let isFolder = FileKind.of(folder) == .directory
        let settings = isFolder ? try ProjectSettings(of: folder) : ProjectSettings()
        switch settings.target {
        case .revive:
            let subject = try await ContractSubject(folder, settings, color: color)
            names = Self.tests(of: subject.tests)
            runner = try ContractTestRunner(subject, engines: engines, properties)
        case .jam072, .jam080:
            guard let version = JAMVersion(settings.target) else { preconditionFailure("both are versions of JAM") }
            let services = try await ServiceTestRunner(
                folder, settings.target, version, engines: engines, color: color)
            names = Self.tests(of: services.tests)
            runner = services
        case .polkavm:
            let blob = try await ProgramInput.load(path, color: color)
            names = Self.tests(of: blob)
            runner = ProgramTestRunner(engines: engines, blob: blob)
        }
        if names.isEmpty {
            throw CommandError("\(path): no test: a test is an export whose name begins with '\(Blob.testPrefix)'")
        }
    }

    /// The names that contain a text.
    func names(containing filter: String?, _ path: String) throws -> [String] {
        let chosen = names.filter { name in filter.map { name.contains($0) } ?? true }
        if chosen.isEmpty {
            throw CommandError(
                "\(path): no test contains '\(filter ?? "")'; there are \(names.joined(separator: ", "))")
        }
        return chosen
    }

    private static func tests(of blob: Blob) -> [String] {
        blob.exports.map(\.symbol).filter(Blob.isTest).map(Blob.text)
    }

    private static func engines(_ backend: BackendChoice?) throws -> [Engine] {
        if let backend { return [try backend.engine()] }
        return try [BackendChoice.interpreter, .compiler]
            .filter { $0 != .compiler || Backend.whyNoCompiler == nil }.map { try $0.engine() }
    }
}

/// Runs tests by name.
protocol TestRunner {
    func run(_ name: String) throws -> TestReport
    /// What the functions of contracts used in all tests that ran; empty for what is no contract.
    var functionGas: [FunctionGas] { get }
}

/// Runs tests of ordinary programs: exports without parameters, each in a fresh instance on every backend.
struct ProgramTestRunner: TestRunner {
    let engines: [Engine]
    let blob: Blob

    /// Enough for any test that ends; one that does not end fails after a minute or so instead of hanging.
    static let gas: Int64 = 100_000_000_000

    func run(_ name: String) throws -> TestReport {
        TestReport(
            runs: try engines.map { engine in
                try ProgramRun(
                    engine: engine, blob: blob, export: name, arguments: [], gas: Self.gas, offersConsole: true,
                    collectsOutput: true
                ).execute()
            })
    }

    var functionGas: [FunctionGas] { [] }
}
