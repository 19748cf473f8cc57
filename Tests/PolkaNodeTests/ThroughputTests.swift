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

    /// Says how long something takes for each transfer: by the clock, and on a processor, which other programs do not change.
    private static func measure(_ what: String, _ body: () async throws -> Void) async rethrows {
        let start = clock()
        let time = try await ContinuousClock().measure(body)
        let processor = Double(clock() - start) / Double(CLOCKS_PER_SEC) / Double(count)
        let each = time / .seconds(1) / Double(count)
        func text(_ seconds: Double) -> String { "\((seconds * 1e7).rounded() / 10) us, \(Int(1 / seconds)) a second" }
        Swift.print("\(what): \(text(each)); processor: \(text(processor))")
    }

    /// Transactions whose signer is known: validity, execution, receipt, block.
    @Test func execution() async throws {
        let (node, token, signed) = try await Self.transfers()
        try await Self.measure("transfers, signer known") { try await node.node.acceptAll(signed) }
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
        try await Self.measure("transfers, calls of JSON-RPC") {
            for body in bodies { _ = try #require(await node.rpc.answer(body)) }
        }
        try await Self.check(node, token)
    }

    /// What recovering the signers alone takes.
    @Test func recovery() async throws {
        let (_, _, signed) = try await Self.transfers()
        try await Self.measure("decoding and recovery") {
            for transaction in signed {
                let decoded = try SignedTransaction(decoding: transaction.raw)
                #expect(decoded.sender == TestNode.accounts[0].address)
            }
        }
    }
}

extension Node {
    fileprivate func acceptAll(_ transactions: [SignedTransaction]) throws {
        for transaction in transactions { _ = try accept(transaction) }
    }
}
