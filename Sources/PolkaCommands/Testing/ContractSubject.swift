// A project of a contract, built twice: as it is deployed, and as its tests run. Other projects whose contracts the tests deploy
// are built as well.

import PolkaABI
import PolkaBlob
import PolkaBuild
import SystemPackage

/// What tests of a contract need.
struct ContractSubject {
    /// The program with the tests.
    let tests: Blob
    /// The contracts by the names that tests know; the project's own has none.
    let contracts: [String: BuiltContract]

    init(_ folder: FilePath, _ settings: ProjectSettings, color: Bool) async throws {
        var contracts = ["": try await BuiltContract(folder, color: color)]
        for (name, path) in settings.contracts.sorted(by: { $0.key < $1.key }) {
            do {
                contracts[name] = try await BuiltContract(path, color: color)
            } catch {
                throw CommandError("\(folder.appending(ProjectSettings.fileName)): contract '\(name)': \(error)")
            }
        }
        self.contracts = contracts
        tests = try await ProjectBuild(color: color, target: .revive, isForTesting: true).build(folder: folder).blob
    }
}

/// A contract as it is deployed.
struct BuiltContract {
    /// What people call it: the program's file without its extension.
    let name: String
    let bytes: [UInt8]
    /// The same program with debug information, if it lies beside.
    let debugBytes: [UInt8]?
    /// Its interface; nil if nobody has written it down.
    let abi: ContractABI?

    /// Reads a contract, or builds the project in a folder.
    init(_ path: FilePath, color: Bool) async throws {
        var file = path
        if FileKind.of(path) == .directory {
            let outcome = try await ProjectBuild(color: color, target: .revive).build(folder: path)
            if let check = outcome.check, check.isViolated {
                throw CommandError("\(outcome.path) would not be admitted\n\(check.violations)")
            }
            file = outcome.blobPath
        }
        bytes = try Files.read(file)
        let debugPath = ProjectBuild.debugPath(beside: file)
        debugBytes = Files.exists(debugPath) ? try Files.read(debugPath) : nil
        name = file.stem ?? "contract"
        abi = try ContractABI.beside(file)
    }
}

extension ContractABI {
    /// The interface in the file NAME.abi.json beside a program, nil if there is none.
    static func beside(_ program: FilePath) throws -> ContractABI? {
        let path = program.removingLastComponent().appending("\(program.stem ?? "").abi.json")
        guard Files.exists(path) else { return nil }
        let text = try Files.readText(path)
        do throws(ABIError) { return try ContractABI(text: text) } catch { throw CommandError("\(path): \(error)") }
    }
}
