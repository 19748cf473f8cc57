// What tests ask of a node, as far as it is at the edge: the last nonces, mining that is switched on late, ranges of blocks that are not there yet.

import PolkaABI
import PolkaAccounts
import Testing

@testable import PolkaNode

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
}
