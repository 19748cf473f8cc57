// What tests ask of a node, as far as it is at the edge: the last nonces, mining that is switched on late, ranges of blocks that are not there yet.

import Foundation
import PolkaABI
import PolkaAccounts
import PolkaAsm
import PolkaBlob
import Synchronization
import Testing

@testable import PolkaNode
@testable import PolkaRevive

extension Node {
    /// Lets writing to the chain's file fail, or not any more.
    fileprivate func setFileFails(_ fails: Bool) throws {
        try chain.file?.database.runAll("PRAGMA query_only = \(fails ? "ON" : "OFF")")
    }
}

/// What was told, by whomever.
private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

@Suite struct DevelopmentTests {
    private let accounts = TestNode.accounts

    private func failure(_ body: () async throws -> Void) async -> RPCFailure? {
        do {
            try await body()
            return nil
        } catch { return error as? RPCFailure }
    }

    /// EIP-2681: no account gets so far that 2^64 - 1 would be a transaction's nonce.
    @Test func lastNonces() async throws {
        let node = try TestNode()
        let address = JSON.address(accounts[0].address)
        let last = UInt64.max - 1
        let error = await failure { try await node.call("hardhat_setNonce", address, .quantity(UInt64.max)) }
        #expect(error?.message.hasPrefix("nonce has max value") == true)
        try await node.call("hardhat_setNonce", address, .quantity(last))
        try await node.call("evm_setAutomine", false)
        let final = TestNode.transaction(nonce: last, to: accounts[1].address, value: 1)
        try await node.send(final)
        let beyond = TestNode.transaction(nonce: .max, to: accounts[1].address, value: 1)
        #expect(await failure { try await node.send(beyond) }?.message.hasPrefix("nonce has max value") == true)
        #expect(try await node.number("eth_getTransactionCount", address, "pending") == .max)
        let request: JSON = ["from": address, "to": .address(accounts[1].address), "value": "0x1"]
        #expect(await failure { try await node.call("eth_sendTransaction", request) }?.code == -32000)
        try await node.call("evm_mine")
        #expect(try await node.receipt(final)["status"] == "0x1")
        #expect(try await node.number("eth_getTransactionCount", address, "latest") == .max)
        #expect(await failure { try await node.call("eth_sendTransaction", request) }?.code == -32000)
    }

    /// More than fits into a block is mined all the same once transactions are mined as they come.
    @Test func automineThatIsSwitchedOn() async throws {
        let node = try TestNode()
        try await node.call("evm_setAutomine", false)
        let transactions = [0, 1, 2, 4].map {
            TestNode.transaction(nonce: $0, to: accounts[1].address, gas: 20_000_000, fee: .zero)
        }
        for transaction in transactions { try await node.send(transaction) }
        #expect(try await node.number("eth_blockNumber") == 0)
        try await node.call("evm_setAutomine", true)
        for transaction in transactions.dropLast() { #expect(try await node.receipt(transaction)["status"] == "0x1") }
        // It lacks one before it.
        #expect(try await node.receipt(transactions[3]) == .null)
        #expect(try await node.number("eth_blockNumber") == 2)
        // Nothing to do is nothing to close.
        try await node.call("evm_setAutomine", true)
        #expect(try await node.number("eth_blockNumber") == 2)
    }

    /// A file that can not be written: what would have been in the block waits, somebody hears of it, and a snapshot is not used up.
    @Test func filesThatCanNotBeWritten() async throws {
        let path = "/tmp/pvm-node-\(UInt64.random(in: 0 ... .max)).db"
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
        let chain = try Chain(file: path)
        for account in accounts { try chain.setBalance(TestNode.balance, of: account.address) }
        let lines = Lines()
        let node = Node(
            chain: chain, configuration: Node.Configuration(accounts: accounts, blockInterval: .seconds(1)),
            report: { lines.add("\($0.blockNumber) \($0.hash)") }, trouble: { lines.add($0) })
        let snapshot = try await node.answer("evm_snapshot", [])
        let signed = TestNode.transaction(nonce: 0, to: accounts[1].address, value: 77)
        _ = try await node.answer("eth_sendRawTransaction", [.data(signed.raw)])
        try await node.setFileFails(true)
        await node.sealOnClock()
        #expect(lines.all.count == 1)
        #expect(lines.all.first?.hasPrefix("no block was closed, and its transactions wait: ") == true)
        #expect(try await node.answer("eth_blockNumber", []) == "0x0")
        try await node.setFileFails(false)
        await node.sealOnClock()
        #expect(lines.all.dropFirst() == ["1 \(signed.hash)"])
        #expect(try await node.answer("eth_blockNumber", []) == "0x1")
        try await node.setFileFails(true)
        await #expect(throws: RPCError.self) { try await node.answer("evm_revert", [snapshot]) }
        #expect(try await node.answer("eth_blockNumber", []) == "0x1")
        try await node.setFileFails(false)
        #expect(try await node.answer("evm_revert", [snapshot]) == true)
        #expect(try await node.answer("eth_blockNumber", []) == "0x0")
    }

    /// A call has the gas of a block at most, however much that is, and if nobody says how much, all of it.
    @Test(arguments: [1_000_000, 3_000_000_000] as [UInt64]) func gasOfCalls(limit: UInt64) async throws {
        let node = try TestNode(gasLimit: limit)
        let code = try Assembler.assemble(
            """
            %isa = revive_v1
            %rw_data = 00
            %rw_data_size = 4096
            %stack_size = 4096
            %import 0 = 'ref_time_left'
            %import 1 = 'seal_return'
            pub @deploy: %no_fallthrough
                ret
            pub @call: %no_fallthrough
                ecalli 0
                u64 [0x20000] = a0
                a0 = 0
                a1 = 0x20000
                a2 = 8
                ecalli 1
                trap
            """
        ).serialized()
        let signed = TestNode.transaction(nonce: 0, to: nil, input: code)
        try await node.send(signed)
        let contract = JSON.string(try await node.receipt(signed).string("contractAddress"))
        for call: JSON in [["to": contract], ["to": contract, "gas": .quantity(UInt64.max)]] {
            guard case .string(let text) = try await node.call("eth_call", call) else {
                Issue.record("an answer must be text")
                continue
            }
            let bytes = try #require(Hex.bytes(text))
            let left = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            #expect(left <= limit)
            #expect(left > limit - 100_000)
        }
        let estimate = try await node.number("eth_estimateGas", ["to": contract])
        #expect(estimate < 100_000)
    }

    @Test func trapsAreNamedOnce() async throws {
        let node = try TestNode()
        let token = try await node.deployToken()
        let trap: JSON = ["to": .address(token), "data": .data(Token.trap)]
        let message = try #require(await failure { try await node.call("eth_call", trap) }?.message)
        #expect(message.hasPrefix("execution failed: trapped: "))
        #expect(message.components(separatedBy: "trapped").count == 2)
    }

    /// A clock that moves on whenever it is looked at.
    @Test func clocksThatMoveOn() async throws {
        let time = Mutex<UInt64>(1_900_000_000)
        let node = Node(
            chain: Chain(),
            configuration: Node.Configuration(
                accounts: [],
                clock: {
                    time.withLock {
                        $0 += 1000
                        return $0
                    }
                }))
        for timestamp: UInt64 in [1_850_000_000, 1_900_008_000, 1_950_000_000] {
            _ = try await node.answer("evm_mine", [.quantity(timestamp)])
            let block = try await node.answer("eth_getBlockByNumber", ["latest", false])
            #expect(block["timestamp"] == .quantity(timestamp))
            _ = try await node.answer("evm_mine", [])
        }
    }

    /// Who asks for what comes next, as clients do that have seen all, gets nothing; a range that runs backwards is an
    /// error.
    @Test func eventsOfBlocksToCome() async throws {
        let node = try TestNode()
        _ = try await node.deployToken()
        for filter: JSON in [
            ["fromBlock": "0x2"], ["fromBlock": "0x2", "toBlock": "latest"],
            ["fromBlock": "0x7", "toBlock": "pending"],
            ["fromBlock": "0x2", "toBlock": "0x3"],
        ] {
            #expect(try await node.call("eth_getLogs", filter) == [])
        }
        let backwards: JSON = ["fromBlock": "0x2", "toBlock": "0x1"]
        #expect(await failure { try await node.call("eth_getLogs", backwards) }?.code == -32602)
    }
}
