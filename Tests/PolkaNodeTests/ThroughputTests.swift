// How long a transfer of a token takes in the node, on one thread and without network. It always does the same work; times are only
// printed: PVM_NODE_TRANSFERS=50000 swift test … --filter ThroughputTests.

import Foundation
import PolkaABI
import PolkaAccounts
import Testing

@testable import PolkaNode

@Suite(.serialized) struct ThroughputTests {
    private static let count = UInt64(ProcessInfo.processInfo.environment["PVM_NODE_TRANSFERS"] ?? "") ?? 500

    private static func transfers() async throws -> (node: TestNode, token: Address, signed: [SignedTransaction]) {
        let node = try TestNode()
        let token = try await node.deployToken(supply: 1 << 40)
        let signed = (1...count).map { nonce in
            TestNode.transaction(
                nonce: nonce, to: token, input: Token.transfer(1, to: TestNode.accounts[1].address), gas: 200_000,
                fee: 1)
        }
        return (node, token, signed)
    }

    private static func check(_ node: TestNode, _ token: Address) async throws {
        let call: JSON = ["to": .address(token), "data": .data(Token.balance(TestNode.accounts[1].address))]
        #expect(try await node.call("eth_call", call) == .data(Token.word(count)))
        #expect(try await node.number("eth_blockNumber") == count + 1)
    }

    private static func print(_ what: String, _ time: Duration) {
        let rate = Double(count) / (time / .seconds(1))
        Swift.print("\(what): \(time / Int(count)) each, \(Int(rate)) a second")
    }

    /// Transactions whose signer is known: validity, execution, receipt, block.
    @Test func execution() async throws {
        let (node, token, signed) = try await Self.transfers()
        let time = try await ContinuousClock().measure {
            try await node.node.acceptAll(signed)
        }
        Self.print("transfers, signer known", time)
        try await Self.check(node, token)
    }

    /// From the text of a call to the text of its answer: JSON, RLP, recovery of the signer, and all of the above.
    @Test func calls() async throws {
        let (node, token, signed) = try await Self.transfers()
        let bodies = signed.map { transaction -> [UInt8] in
            let call: JSON = [
                "jsonrpc": "2.0", "id": .number("\(transaction.transaction.nonce)"), "method": "eth_sendRawTransaction",
                "params": [.data(transaction.raw)],
            ]
            return call.bytes
        }
        let time = try await ContinuousClock().measure {
            for body in bodies { _ = try #require(await node.rpc.answer(body)) }
        }
        Self.print("transfers, calls of JSON-RPC", time)
        try await Self.check(node, token)
    }

    /// What recovering the signers alone takes.
    @Test func recovery() async throws {
        let (_, _, signed) = try await Self.transfers()
        let time = try ContinuousClock().measure {
            for transaction in signed {
                let decoded = try SignedTransaction(decoding: transaction.raw)
                #expect(decoded.sender == TestNode.accounts[0].address)
            }
        }
        Self.print("decoding and recovery", time)
    }
}

extension Node {
    fileprivate func acceptAll(_ transactions: [SignedTransaction]) throws {
        for transaction in transactions { _ = try accept(transaction) }
    }
}
