// Code on the chain: what it must obey to get there, and the module that its frames are made of.

import PolkaABI
import PolkaBlob
import PolkaCheck
import PolkaISA
import PolkaVM
import Synchronization

/// A blob that the chain does not take (host-api.md 1.5).
public struct AdmissionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The rule that it breaks, by its short name.
    public let rule: String
    /// What the rule allows, and what was found.
    public let limit: String, actual: String
    /// What is wrong, and where.
    public let problem: String
    /// What mends it.
    public let remedy: String

    /// What was found and expected, for people.
    public var description: String { "the code is not admitted: \(problem) (\(rule)); \(remedy)" }
}

/// Code that has been admitted; its module is made when the first frame needs it.
final class ContractCode: Sendable {
    /// What frames are made of.
    struct Prepared: Sendable {
        let module: Module
        let deploy: Blob.Export
        let call: Blob.Export
    }

    let hash: Hash256
    let bytes: [UInt8]
    let engine: Engine
    private let lazyPrepared = Mutex<Prepared?>(nil)

    /// Code that was admitted before.
    init(hash: Hash256, bytes: [UInt8], engine: Engine) {
        self.hash = hash
        self.bytes = bytes
        self.engine = engine
    }

    /// What frames are made of.
    ///
    /// - Throws: `FrameError.unavailable` if the code can not be loaded, which admission rules out.
    func prepared() throws(FrameError) -> Prepared {
        let result: Result<Prepared, FrameError> = lazyPrepared.withLock { prepared in
            if let prepared { return .success(prepared) }
            guard let made = try? Self.prepare(Blob(parsing: bytes), engine) else {
                return .failure(.unavailable("the code \(hash) can not be loaded"))
            }
            prepared = made
            return .success(made)
        }
        return try result.get()
    }

    /// Lets frames be made of the same program with debug information, so that failures tell functions and lines.
    ///
    /// - Returns: false if it is another program, or can not be loaded.
    func describe(by blob: Blob) -> Bool {
        guard blob.serialized(strip: true) == bytes, let made = try? Self.prepare(blob, engine) else { return false }
        keep(made)
        return true
    }

    private func keep(_ made: Prepared) { lazyPrepared.withLock { $0 = made } }

    /// How contracts run: gas is taken synchronously, one unit for an instruction.
    static var configuration: ModuleConfiguration {
        var configuration = ModuleConfiguration()
        configuration.gasMetering = .synchronous
        return configuration
    }

    private static func prepare(_ blob: Blob, _ engine: Engine) throws -> Prepared {
        guard let deploy = blob.export(named: "deploy"), let call = blob.export(named: "call") else {
            throw FrameError.unavailable("there is no deploy or no call")
        }
        return Prepared(
            module: try Module(blob, configuration: configuration, engine: engine), deploy: deploy, call: call)
    }
}

// MARK: Admission

extension ContractCode {
    private static let capacity = 64
    /// Code that was admitted already, the last one last: to check it again would find the same.
    private static let admitted = Mutex<[ContractCode]>([])

    /// Checks code by all rules of the chain and makes its module.
    static func admit(_ bytes: [UInt8], engine: Engine) throws(AdmissionError) -> ContractCode {
        let backend = engine.backend.name
        // To compare bytes takes less time than to hash them.
        let known = admitted.withLock { admitted in
            admitted.last { $0.engine.backend.name == backend && $0.bytes == bytes }
        }
        if let known { return known }
        let code = try check(bytes, Hash256(keccakOf: bytes), engine)
        admitted.withLock { admitted in
            admitted.append(code)
            if admitted.count > capacity { admitted.removeFirst() }
        }
        return code
    }

    /// The first rule that a blob breaks.
    private static func violation(of blob: Blob, _ byteCount: Int) -> AdmissionError? {
        let program = CheckedProgram(blob, byteCount: byteCount, target: .revive, map: nil)
        for result in program.results() where result.verdict == .violated {
            guard let problem = result.problems.first else { continue }
            return AdmissionError(
                rule: result.rule, limit: result.limit, actual: result.actual, problem: problem.message,
                remedy: problem.remedy)
        }
        return nil
    }

    private static func check(
        _ bytes: [UInt8], _ hash: Hash256, _ engine: Engine
    ) throws(AdmissionError) -> ContractCode {
        let blob: Blob
        do throws(BlobError) { blob = try Blob(parsing: bytes) } catch {
            throw AdmissionError(
                rule: "container", limit: "a .polkavm blob", actual: "\(bytes.count) bytes that are none",
                problem: error.description, remedy: "build it with `pvm build --target revive`")
        }
        // Names take as long to find as all rules to check, and only errors tell them.
        var nameless = blob
        nameless.debug = DebugSections()
        if violation(of: nameless, bytes.count) != nil, let error = violation(of: blob, bytes.count) { throw error }
        let code = ContractCode(hash: hash, bytes: bytes, engine: engine)
        do { code.keep(try prepare(blob, engine)) } catch {
            throw AdmissionError(
                rule: "loading", limit: "a program that can be loaded", actual: "one that can not",
                problem: "\(error)", remedy: "build it with `pvm build --target revive`")
        }
        return code
    }
}
