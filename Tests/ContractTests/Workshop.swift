// Contracts in Swift, built from the files of Guests, on a chain of their own.

import Foundation
import PolkaABI
import PolkaBlob
import PolkaBuild
import PolkaJIT
import PolkaLinker
import PolkaRevive
import PolkaVM
import SystemPackage
import Testing

/// The code of a contract, built once.
enum Workshop {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()

    /// The blob of one of the files of Guests as it would be deployed.
    static func code(_ name: String) async throws -> [UInt8] {
        try await build(String(contentsOf: folder.appending(path: "Guests/\(name).swift"), encoding: .utf8), name)
    }

    private static func build(_ source: String, _ name: String) async throws -> [UInt8] {
        try await link(source, name, for: .revive).serialized()
    }

    /// The functions of the host that a program calls, by their numbers.
    static func imports(of source: String, for target: BuildOptions.Target) async throws -> [Int: String] {
        var names: [Int: String] = [:]
        for (number, symbol) in try await link(source, "guest", for: target).imports.enumerated() {
            if let symbol, !symbol.isEmpty { names[number] = Blob.text(of: symbol) }
        }
        return names
    }

    private static func link(_ source: String, _ name: String, for target: BuildOptions.Target) async throws -> Blob {
        let unique = UInt64.random(in: 0 ... .max)
        let root = FilePath(NSTemporaryDirectory()).appending("pvm-contract-\(String(unique, radix: 36))/\(name)")
        defer { Files.removeFolder(root.removingLastComponent()) }
        let sources = root.appending(Project.sourceFolder)
        try Files.makeFolder(sources)
        try Files.write(Array(source.utf8), to: sources.appending("\(name).swift"))
        let installation = try Installation.locate()
        let sdk = try await GuestSDK.locate(installation) { _ in }
        let options = BuildOptions(target: target, optimization: .speed, colorDiagnostics: false)
        let products = try await Builder(installation, sdk, Toolchain(), options) { _ in }
            .build(Project(folder: root))
        #expect(products.warnings == [], "the compilers warn")
        return products.result.blob
    }

    /// The lines of a table, each a list of columns.
    static func lines(_ path: String) throws -> [[String]] {
        try String(contentsOf: folder.appending(path: path), encoding: .utf8).split(separator: "\n")
            .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
    }
}

/// A contract on a chain.
struct Deployed {
    let chain: Chain
    let address: Address
    static let account = Address(bytes: [UInt8](repeating: 0xa1, count: 20)) ?? .zero

    init(_ name: String, backend: Backend, input: [UInt8] = []) async throws {
        let code = try await Workshop.code(name)
        chain = Chain(engine: Engine(backend: backend))
        try chain.setBalance(1_000_000, of: Self.account)
        let outcome = try chain.execute(
            Transaction(from: Self.account, target: .create(code: code, salt: nil), input: input))
        #expect(outcome.status == .success)
        address = try #require(outcome.created)
    }

    func call(_ input: [UInt8], value: U256 = 0) throws -> Outcome {
        try chain.execute(Transaction(from: Self.account, target: .call(address), value: value, input: input))
    }

    /// Calls a function with words.
    func call(_ signature: String, _ words: [U256] = []) throws -> Outcome {
        try call(selector(signature) + words.flatMap(\.bigEndianBytes))
    }
}

func selector(_ signature: String) -> [UInt8] { Array(Keccak256.hash(signature.utf8).prefix(4)) }

/// Types of a list.
func types(_ list: String) throws -> [ABIType] { try list.split(separator: ",").map { try ABIType(String($0)) } }

extension Backend {
    /// Every backend that runs on this machine.
    static var all: [Backend] { whyNoCompiler == nil ? [.interpreter, .compiler] : [.interpreter] }
}
