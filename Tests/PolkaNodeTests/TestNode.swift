// A node without network, for tests: calls go in as bodies of JSON-RPC, as from the network.

import Foundation
import PolkaABI
import PolkaAccounts
import PolkaAsm
import PolkaBlob
import PolkaJIT
import PolkaRevive
import PolkaVM
import Synchronization
import Testing

@testable import PolkaNode

/// What a call was answered with.
struct RPCFailure: Error, CustomStringConvertible {
    let code: Int
    let message: String
    let data: String?

    var description: String { "\(code): \(message)" }
}

/// A clock that stands until somebody moves it.
final class TestClock: Sendable {
    private let time = Mutex<UInt64>(1_800_000_000)
    var now: UInt64 { time.withLock { $0 } }
    func advance(by seconds: UInt64) { time.withLock { $0 += seconds } }
}

struct TestNode {
    let node: Node
    let rpc: JSONRPC
    let clock = TestClock()
    static let accounts = DevelopmentAccount.first(10)
    static let chainID: UInt64 = 420_420
    /// What every account has.
    static let balance: U256 = 1_000_000_000_000_000_000

    init(interval: Duration? = nil, baseFee: U256 = .zero, gasLimit: UInt64 = 50_000_000) throws {
        var environment = BlockEnvironment.development
        environment.chainID = Self.chainID
        environment.gasLimit = gasLimit
        environment.baseFee = baseFee
        let engine = Engine(backend: Backend.whyNoCompiler == nil ? .auto : .interpreter)
        let chain = Chain(engine: engine, environment: environment)
        for account in Self.accounts { try chain.setBalance(Self.balance, of: account.address) }
        let clock = clock
        let configuration = Node.Configuration(
            accounts: Self.accounts, blockInterval: interval, clientVersion: "pvm/test", clock: { clock.now })
        let node = Node(chain: chain, configuration: configuration)
        self.node = node
        rpc = JSONRPC { (name, parameters) async throws(RPCError) in try await node.answer(name, parameters) }
    }

    /// The answer to a body.
    func answer(_ body: String) async throws -> JSON? {
        try await rpc.answer(Array(body.utf8)).map { try JSON(parsing: $0) }
    }

    /// Calls a method.
    @discardableResult
    func call(_ method: String, _ parameters: JSON...) async throws -> JSON {
        let body: JSON = [
            "jsonrpc": "2.0", "id": .number("1"), "method": .string(method), "params": .array(parameters),
        ]
        let answer = try JSON(parsing: try #require(await rpc.answer(body.bytes)))
        if let error = answer["error"] {
            guard case .number(let code)? = error["code"], case .string(let message)? = error["message"] else {
                throw Mismatch(description: "no error: \(error)")
            }
            throw RPCFailure(code: try #require(Int(code)), message: message, data: error.optionalString("data"))
        }
        return try #require(answer["result"])
    }

    func number(_ method: String, _ parameters: JSON...) async throws -> UInt64 {
        let body: JSON = [
            "jsonrpc": "2.0", "id": "x", "method": .string(method), "params": .array(parameters),
        ]
        return try JSON(parsing: try #require(await rpc.answer(body.bytes))).number("result")
    }

    /// A signed transaction of an account.
    static func transaction(
        from index: Int = 0, nonce: UInt64, to: Address?, value: U256 = .zero, input: [UInt8] = [],
        gas: UInt64 = 1_000_000, fee: U256 = 1000, chainID: UInt64 = chainID
    ) -> SignedTransaction {
        EthereumTransaction(
            kind: .dynamicFee, chainID: chainID, nonce: nonce, maxPriorityFee: fee, maxFee: fee, gasLimit: gas, to: to,
            value: value, input: input
        ).signed(by: accounts[index].key)
    }

    @discardableResult
    func send(_ signed: SignedTransaction) async throws -> JSON {
        try await call("eth_sendRawTransaction", .data(signed.raw))
    }

    func receipt(_ signed: SignedTransaction) async throws -> JSON {
        try await call("eth_getTransactionReceipt", .hash(signed.hash))
    }

    /// Puts the token on the chain, all of which the first account has.
    func deployToken(supply: UInt64 = 1_000_000) async throws -> Address {
        let code = try Token.code()
        let signed = Self.transaction(nonce: 0, to: nil, input: code + Token.word(supply))
        try await send(signed)
        let receipt = try await receipt(signed)
        #expect(receipt["status"] == "0x1")
        return try #require(Address(try receipt.string("contractAddress")))
    }
}

/// The contract of token.s, and call data for it.
enum Token {
    static func code() throws -> [UInt8] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "token.s")
        return try Assembler.assemble(String(contentsOf: file, encoding: .utf8)).serialized()
    }

    static func word(_ value: UInt64) -> [UInt8] { U256(value).bigEndianBytes }
    static func word(_ address: Address) -> [UInt8] { [UInt8](repeating: 0, count: 12) + address.bytes }

    static func transfer(_ amount: UInt64, to address: Address) -> [UInt8] {
        [0xa9, 0x05, 0x9c, 0xbb] + word(address) + word(amount)
    }

    static func balance(_ address: Address) -> [UInt8] { [0x70, 0xa0, 0x82, 0x31] + word(address) }
    static let spin = Array(Keccak256.hash("spin()".utf8).prefix(4))
    static let trap = Array(Keccak256.hash("trap()".utf8).prefix(4))

    /// The first topic of `Transfer(address,address,uint256)`.
    static let topic = Hash256(keccakOf: "Transfer(address,address,uint256)".utf8)
}
