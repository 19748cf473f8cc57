// `pvm dev` as a process: with web3.py as its client, and what it does when told to stop, or when it can not begin.

import Foundation
import PolkaBuild
import Subprocess
import SystemPackage
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

@Suite struct DevTests {
    private static let repository = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent()

    /// A Python with web3.py; nil if there is no Python at all.
    private func python() async throws -> FilePath? {
        let isThere = try? await Subprocess.run(
            .name("python3"), arguments: ["--version"], output: .discarded, error: .discarded)
        guard isThere?.terminationStatus.isSuccess == true else { return nil }
        let result = try await Subprocess.run(
            .path(Self.repository.appending("toolchain/python-web3")), output: .string(limit: 4096),
            error: .string(limit: 1 << 16))
        try #require(result.terminationStatus.isSuccess, "\(result.standardError)")
        return FilePath(result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private func token(in workspace: Workspace) async throws -> FilePath {
        let source = Self.repository.appending("Tests/PolkaNodeTests/token.s")
        let outcome = try await workspace.pvm("asm", source.string, "-o", "token.polkavm")
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
        return workspace.folder.appending("token.polkavm")
    }

    @Test(.timeLimit(.minutes(30))) func web3() async throws {
        let workspace = try Workspace()
        guard let python = try await python() else { return }
        let blob = try await token(in: workspace)
        let node = try await RunningNode(workspace, ["--chain-id", "5150"])
        let result = try await Subprocess.run(
            .path(python),
            arguments: [Self.repository.appending("Tests/CLITests/dev_client.py").string, node.url, blob.string],
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        #expect(result.standardOutput == "ok\n", "\(result.standardError)")
        let output = try await node.stop()
        // Every transaction has a line.
        #expect(output.contains(" alice -> new contract 0x"))
        #expect(output.contains(".0xa9059cbb  gas "))
    }

    /// What was done is still there when the node runs again.
    @Test(.timeLimit(.minutes(30))) func stateFiles() async throws {
        let workspace = try Workspace()
        func height(_ node: RunningNode) async throws -> String {
            try await node.call(#"{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber"}"#)
        }
        var node = try await RunningNode(workspace, ["--state", "chain.db", "--quiet"])
        _ = try await node.call(#"{"jsonrpc":"2.0","id":1,"method":"anvil_mine","params":["0x5"]}"#)
        #expect(try await height(node) == #"{"jsonrpc":"2.0","id":1,"result":"0x5"}"#)
        // One chain, one node.
        let second = try await workspace.pvm("dev", "--state", "chain.db", "--port", "0")
        #expect(second.exitCode == 1)
        #expect(second.errors.hasPrefix("error: chain.db: "), "\(second.errors)")
        #expect(try await node.stop().split(separator: "\n").count == 1)
        node = try await RunningNode(workspace, ["--state", "chain.db"])
        #expect(try await height(node) == #"{"jsonrpc":"2.0","id":1,"result":"0x5"}"#)
        _ = try await node.stop()
        let other = try await workspace.pvm("dev", "--state", "chain.db", "--port", "0", "--chain-id", "7")
        #expect(other.exitCode == 1)
        #expect(other.errors.contains("has number 420420, not 7"), "\(other.errors)")
    }

    @Test(.timeLimit(.minutes(30))) func blocksByTheClock() async throws {
        let workspace = try Workspace()
        let node = try await RunningNode(workspace, ["--block-time", "1"])
        // However slow the machine is, the second block comes.
        while try await node.call(#"{"jsonrpc":"2.0","id":1,"method":"eth_getBlockByNumber","params":["0x2",false]}"#)
            .contains(#""result":null"#)
        {
            try await Task.sleep(for: .milliseconds(50))
        }
        _ = try await node.stop()
    }

    @Test(.timeLimit(.minutes(30))) func whatCanNotBegin() async throws {
        let workspace = try Workspace()
        let node = try await RunningNode(workspace, [])
        let taken = try await workspace.pvm("dev", "--port", "\(node.port)")
        #expect(taken.exitCode == 1)
        #expect(
            taken.errors
                == "error: 127.0.0.1:\(node.port) is in use by another program; stop it or choose another port with --port\n"
        )
        _ = try await node.stop()

        try workspace.write("no database, but long enough to be one", to: "damaged.db")
        let damaged = try await workspace.pvm("dev", "--state", "damaged.db", "--port", "0")
        #expect(damaged.exitCode == 1)
        #expect(damaged.errors.hasPrefix("error: damaged.db: "), "\(damaged.errors)")

        for arguments in [
            ["--host", "0.0.0.0"], ["--chain-id", "0"], ["--block-time", "0"], ["--accounts", "-1"],
            ["--accounts", "1001"], ["--gas-limit", "0"], ["--port", "65536"],
        ] {
            #expect(try await workspace.pvm(["dev"] + arguments).exitCode == 64, "\(arguments)")
        }
        let strange = try await workspace.pvm("dev", "--host", "192.0.2.1", "--allow-remote", "--port", "0")
        #expect(strange.exitCode == 1)
        #expect(strange.errors.hasPrefix("error: can not listen on 192.0.2.1:0: "), "\(strange.errors)")
    }
}

/// A node in a process of its own, which ends with the value.
private final class RunningNode {
    private let process = Process()
    private let output = Pipe()
    private var text = ""
    private(set) var url = ""

    var port: String { String(url.split(separator: ":").last ?? "") }

    init(_ workspace: Workspace, _ arguments: [String]) async throws {
        process.executableURL = URL(filePath: Workspace.tool.string)
        process.arguments = ["dev", "--port", "0"] + arguments
        process.currentDirectoryURL = URL(filePath: workspace.folder.string)
        process.standardOutput = output
        try process.run()
        while true {
            let bytes = output.fileHandleForReading.availableData
            try #require(!bytes.isEmpty, "the node has ended: \(text)")
            text += String(decoding: bytes, as: UTF8.self)
            if text.hasSuffix("\n"), let line = text.split(separator: "\n").last, line.hasPrefix("http://") {
                url = String(line)
                return
            }
        }
    }

    /// What the node answers to a body.
    func call(_ body: String) async throws -> String {
        var request = URLRequest(url: try #require(URL(string: url)))
        request.httpMethod = "POST"
        request.httpBody = Data(body.utf8)
        return String(decoding: try await URLSession.shared.data(for: request).0, as: UTF8.self)
    }

    /// Tells the node to stop, and gives all that it has printed.
    func stop() async throws -> String {
        process.terminate()
        while true {
            let bytes = output.fileHandleForReading.availableData
            if bytes.isEmpty { break }
            text += String(decoding: bytes, as: UTF8.self)
        }
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 0)
        return text
    }

    deinit { if process.isRunning { process.terminate() } }
}
