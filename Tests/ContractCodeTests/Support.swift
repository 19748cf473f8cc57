// Contracts made of generated code, on a chain.

import ContractCode
import Foundation
import PolkaABI
import PolkaBlob
import PolkaBuild
import PolkaLinker
import PolkaRevive
import PolkaVM
import SystemPackage
import Testing

/// An account with a balance.
let alice = Address("0x00000000000000000000000000000000000000aa") ?? .zero

/// Lines of a table below Tests, each a list of columns.
func vectors(_ name: String) throws -> [[String]] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "\(name).tsv")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
        $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
}

enum Contract {
    /// Builds a contract of an interface, and of what its author writes.
    static func build(_ interface: String, _ sources: (ContractCode) -> String) async throws -> [UInt8] {
        let folder = FilePath(NSTemporaryDirectory()).appending("pvm-echo-\(UInt64.random(in: 0 ... .max))")
        defer { Files.removeFolder(folder) }
        try Files.makeFolder(folder.appending("Sources"))
        func write(_ text: String, _ name: String) throws {
            try Files.write(Array(text.utf8), to: folder.appending("Sources/\(name)"))
        }
        let code = try ContractCode(interface, file: "echo.abi")
        try write(code.header, "echo_abi.h")
        try write(try #require(code.source), "echo_abi.c")
        try write(sources(code), "echo.c")
        let installation = try Installation.locate()
        let sdk = try await GuestSDK.locate(installation) { _ in }
        let options = BuildOptions(target: .revive, optimization: .speed, colorDiagnostics: false)
        let products = try await Builder(installation, sdk, Toolchain(), options) { _ in }
            .build(Project(folder: folder))
        #expect(products.warnings == [])
        #expect(
            try ContractInterface.read(elf: products.elf)?.json
                == ContractABI(lines: ContractABI(lines: interface).lines.joined(separator: "\n")).json)
        return products.result.blob.serialized()
    }

    /// Puts it on a chain of its own.
    static func deploy(_ code: [UInt8], _ input: [UInt8] = []) throws -> (Chain, Address) {
        let chain = Chain(engine: Engine())
        try chain.setBalance(U256.max >> 1, of: alice)
        let outcome = try chain.execute(Transaction(from: alice, target: .create(code: code, salt: nil), input: input))
        #expect(outcome.status == .success)
        return (chain, try #require(outcome.created))
    }
}
