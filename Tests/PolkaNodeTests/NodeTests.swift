// What wallets and scripts do with a node, without network.

import PolkaABI
import PolkaAccounts
import Testing

@testable import PolkaNode

@Suite struct NodeTests {
    private let accounts = TestNode.accounts

    private func failure(_ body: () async throws -> Void) async -> RPCFailure? {
        do {
            try await body()
            return nil
        } catch { return error as? RPCFailure }
    }

    // MARK: Transactions

    @Test func deployTransferAndAsk() async throws {
        let node = try TestNode()
        let token = try await node.deployToken()
        #expect(try await node.call("eth_getCode", .address(token)) == .data(try Token.code()))
        let signed = TestNode.transaction(nonce: 1, to: token, input: Token.transfer(250, to: accounts[1].address))
        #expect(try await node.send(signed) == .hash(signed.hash))

        let receipt = try await node.receipt(signed)
        #expect(receipt["status"] == "0x1")
        #expect(receipt["to"] == .address(token))
        #expect(receipt["contractAddress"] == .null)
        #expect(receipt["blockNumber"] == "0x2")
        let gasUsed: UInt64 = try receipt.number("gasUsed")
        #expect(gasUsed > 0)
        let log = try #require(receipt["logs"]).items[0]
        #expect(log["address"] == .address(token))
        #expect(
            log["topics"] == [
                .hash(Token.topic), .data(Token.word(accounts[0].address)), .data(Token.word(accounts[1].address)),
            ])
        #expect(log["data"] == .data(Token.word(250)))
        #expect(log["transactionHash"] == .hash(signed.hash))

        let block = try await node.call("eth_getBlockByNumber", "latest", true)
        #expect(block["hash"] == receipt["blockHash"])
        #expect(try #require(block["transactions"]).items[0]["hash"] == .hash(signed.hash))
        #expect(block["logsBloom"] == receipt["logsBloom"])
        #expect(try await node.call("eth_getBlockByHash", try #require(receipt["blockHash"]), true) == block)
        let parent = try await node.call("eth_getBlockByNumber", "0x1", false)
        #expect(block["parentHash"] == parent["hash"])

        for (account, amount) in [(0, UInt64(999_750)), (1, 250), (2, 0)] {
            let call: JSON = ["to": .address(token), "data": .data(Token.balance(accounts[account].address))]
            #expect(try await node.call("eth_call", call, "latest") == .data(Token.word(amount)))
        }
        // Fees went from the sender.
        let left = try await node.call("eth_getBalance", .address(accounts[0].address)).asNumber()
        let spent = TestNode.balance - left
        let deployment = try #require(parent["transactions"]).items[0]
        let deployGas: UInt64 = try await node.call("eth_getTransactionReceipt", deployment).number("gasUsed")
        #expect(spent == U256(gasUsed + deployGas) * 1000)
        #expect(try await node.number("eth_getTransactionCount", .address(accounts[0].address)) == 2)
    }

    @Test func plainTransfers() async throws {
        let node = try TestNode()
        let signed = TestNode.transaction(nonce: 0, to: accounts[1].address, value: 77, gas: 21000)
        try await node.send(signed)
        #expect(try await node.receipt(signed)["status"] == "0x1")
        #expect(
            try await node.call("eth_getBalance", .address(accounts[1].address)).asNumber() == TestNode.balance + 77)
    }

    @Test func replays() async throws {
        let node = try TestNode()
        let signed = TestNode.transaction(nonce: 0, to: accounts[1].address, value: 77)
        try await node.send(signed)
        let error = await failure { try await node.send(signed) }
        #expect(error?.code == -32000)
        #expect(error?.message == "nonce too low: next nonce 1, tx nonce 0")
        #expect(
            try await node.call("eth_getBalance", .address(accounts[1].address)).asNumber() == TestNode.balance + 77)
        #expect(try await node.number("eth_blockNumber") == 1)
    }

    @Test func otherChains() async throws {
        let node = try TestNode()
        let other = TestNode.transaction(nonce: 0, to: accounts[1].address, value: 77, chainID: 1)
        let error = await failure { try await node.send(other) }
        #expect(error?.code == -32000)
        #expect(error?.message == "invalid chain id for signer: have 1, want 420420")
        let unprotected = EthereumTransaction(
            kind: .legacy, chainID: nil, nonce: 0, maxPriorityFee: 1, maxFee: 1, gasLimit: 21000,
            to: accounts[1].address, value: 1
        ).signed(by: accounts[0].key)
        #expect(await failure { try await node.send(unprotected) }?.code == -32000)
        #expect(try await node.number("eth_blockNumber") == 0)
    }

    @Test func whatCanNotBePaid() async throws {
        let node = try TestNode()
        let tooMuch = TestNode.transaction(nonce: 0, to: accounts[1].address, value: TestNode.balance)
        let error = await failure { try await node.send(tooMuch) }
        #expect(error?.code == -32000)
        #expect(error?.message.hasPrefix("insufficient funds for gas * price + value") == true)
        let overflow = TestNode.transaction(nonce: 0, to: accounts[1].address, value: .max, fee: .max)
        #expect(await failure { try await node.send(overflow) }?.message.hasPrefix("insufficient funds") == true)
        let tooMuchGas = TestNode.transaction(nonce: 0, to: accounts[1].address, gas: .max, fee: .zero)
        #expect(await failure { try await node.send(tooMuchGas) }?.message.hasPrefix("exceeds block gas limit") == true)
    }

    @Test func baseFees() async throws {
        let node = try TestNode(baseFee: 500)
        let tooLow = TestNode.transaction(nonce: 0, to: accounts[1].address, fee: 499)
        #expect(await failure { try await node.send(tooLow) }?.message.hasPrefix("max fee per gas less than") == true)
        var transaction = TestNode.transaction(nonce: 0, to: accounts[1].address, fee: 700).transaction
        transaction.maxPriorityFee = 100
        let signed = transaction.signed(by: accounts[0].key)
        try await node.send(signed)
        #expect(try await node.receipt(signed)["effectiveGasPrice"] == .quantity(U256(600)))
        #expect(try await node.call("eth_gasPrice") == .quantity(U256(1000)))
        #expect(try await node.call("eth_maxPriorityFeePerGas") == .quantity(U256(500)))
        let history = try await node.call("eth_feeHistory", "0x5", "latest", [.number("50")])
        #expect(history["oldestBlock"] == "0x0")
        #expect(history["baseFeePerGas"] == ["0x1f4", "0x1f4", "0x1f4"])
        #expect(history["reward"] == [["0x0"], ["0x64"]])
    }

    @Test func failures() async throws {
        let node = try TestNode()
        let token = try await node.deployToken()
        let from = JSON.address(accounts[1].address)
        let input = JSON.data(Token.transfer(1, to: accounts[2].address))
        let call: JSON = ["from": from, "to": .address(token), "data": input]
        for method in ["eth_call", "eth_estimateGas"] {
            let error = await failure { try await node.call(method, call) }
            #expect(error?.code == 3)
            #expect(error?.message == "execution reverted: insufficient balance")
            #expect(error?.data?.hasPrefix("0x08c379a0") == true)
        }
        // A transaction that fails is one, too.
        let signed = TestNode.transaction(
            from: 1, nonce: 0, to: token, input: Token.transfer(1, to: accounts[2].address))
        try await node.send(signed)
        let receipt = try await node.receipt(signed)
        #expect(receipt["status"] == "0x0")
        #expect(receipt["logs"] == [])
        #expect(try await node.number("eth_getTransactionCount", from) == 1)

        let spin: JSON = ["to": .address(token), "data": .data(Token.spin), "gas": .quantity(UInt64(100_000))]
        #expect(await failure { try await node.call("eth_call", spin) }?.message.hasPrefix("out of gas") == true)
        let trap: JSON = ["to": .address(token), "data": .data(Token.trap)]
        #expect(await failure { try await node.call("eth_call", trap) }?.message.contains("trapped") == true)
        let unknown: JSON = ["to": .address(token), "data": "0x12345678"]
        let error = await failure { try await node.call("eth_call", unknown) }
        #expect(error?.message == "execution reverted")
        #expect(error?.data == "0x")

        let lost = TestNode.transaction(from: 1, nonce: 1, to: token, input: Token.spin, gas: 50_000)
        try await node.send(lost)
        #expect(try await node.receipt(lost)["status"] == "0x0")
        #expect(try await node.receipt(lost)["gasUsed"] == .quantity(UInt64(50_000)))
    }

    @Test func codeThatIsNone() async throws {
        let node = try TestNode()
        for input in [[], [0x60, 0x80], Array(try Token.code().dropLast()), [UInt8](repeating: 0x50, count: 100)] {
            let signed = TestNode.transaction(nonce: 0, to: nil, input: input)
            #expect(await failure { try await node.send(signed) }?.code == -32000)
        }
        #expect(try await node.number("eth_getTransactionCount", .address(accounts[0].address)) == 0)
    }

    /// A transaction with the gas that was estimated succeeds.
    @Test func estimates() async throws {
        let node = try TestNode()
        let token = try await node.deployToken()
        let input = Token.transfer(9, to: accounts[3].address)
        let call: JSON = ["from": .address(accounts[0].address), "to": .address(token), "data": .data(input)]
        let gas = try await node.call("eth_estimateGas", call).asNumber()
        let signed = TestNode.transaction(nonce: 1, to: token, input: input, gas: UInt64(gas))
        try await node.send(signed)
        #expect(try await node.receipt(signed)["status"] == "0x1")
        let plain: JSON = ["from": .address(accounts[0].address), "to": .address(accounts[1].address), "value": "0x1"]
        #expect(try await node.call("eth_estimateGas", plain) == .quantity(UInt64(21_000)))
    }

    @Test func nodesSign() async throws {
        let node = try TestNode()
        let request: JSON = [
            "from": .address(accounts[2].address), "to": .address(accounts[3].address), "value": "0x5",
        ]
        let hash = try await node.call("eth_sendTransaction", request)
        let transaction = try await node.call("eth_getTransactionByHash", hash)
        #expect(transaction["from"] == .address(accounts[2].address))
        #expect(transaction["type"] == "0x2")
        #expect(try await node.call("eth_getTransactionReceipt", hash)["status"] == "0x1")
        let strange: JSON = ["from": .address(.zero), "to": .address(accounts[3].address)]
        #expect(await failure { try await node.call("eth_sendTransaction", strange) }?.code == -32000)
        #expect(try await node.call("eth_accounts").items.count == 10)
        let raw = try await node.call("eth_signTransaction", request).bytes("raw")
        #expect(try SignedTransaction(decoding: raw).sender == accounts[2].address)
    }

    // MARK: Transactions that wait

    @Test func gapsInNonces() async throws {
        let node = try TestNode()
        let transactions = (0..<4).map { TestNode.transaction(nonce: $0, to: accounts[1].address, value: 1) }
        for index in [2, 3, 1] { try await node.send(transactions[index]) }
        #expect(try await node.number("eth_blockNumber") == 0)
        #expect(try await node.call("eth_getTransactionByHash", .hash(transactions[2].hash))["blockHash"] == .null)
        #expect(try await node.receipt(transactions[2]) == .null)
        try await node.send(transactions[0])
        #expect(try await node.number("eth_blockNumber") == 4)
        for transaction in transactions { #expect(try await node.receipt(transaction)["status"] == "0x1") }
    }

    @Test func blocksByTheClock() async throws {
        let node = try TestNode(interval: .seconds(1))
        let transactions = (0..<3).map { TestNode.transaction(nonce: $0, to: accounts[1].address, value: 1) }
        for transaction in transactions { try await node.send(transaction) }
        #expect(await failure { try await node.send(transactions[0]) }?.message == "already known")
        let cheaper = TestNode.transaction(nonce: 0, to: accounts[1].address, value: 2, fee: 1099)
        #expect(await failure { try await node.send(cheaper) }?.message.contains("underpriced") == true)
        let better = TestNode.transaction(nonce: 0, to: accounts[1].address, value: 2, fee: 1100)
        try await node.send(better)
        let address = JSON.address(accounts[0].address)
        #expect(try await node.number("eth_getTransactionCount", address, "pending") == 3)
        #expect(try await node.number("eth_getTransactionCount", address, "latest") == 0)
        node.clock.advance(by: 5)
        await node.node.sealOnClock()
        let block = try await node.call("eth_getBlockByNumber", "0x1", false)
        #expect(
            block["transactions"] == [.hash(better.hash), .hash(transactions[1].hash), .hash(transactions[2].hash)])
        #expect(block["timestamp"] == .quantity(UInt64(1_800_000_005)))
        #expect(try await node.call("eth_getTransactionByHash", .hash(transactions[0].hash)) == .null)
        #expect(try await node.receipt(transactions[2])["transactionIndex"] == "0x2")
        await node.node.sealOnClock()
        #expect(try await node.call("eth_getBlockTransactionCountByNumber", "0x2") == "0x0")
    }

    /// A block has no more gas than it has; the rest waits.
    @Test func fullBlocks() async throws {
        let node = try TestNode(interval: .seconds(1))
        for nonce in 0..<3 {
            try await node.send(
                TestNode.transaction(nonce: UInt64(nonce), to: accounts[1].address, gas: 20_000_000, fee: .zero))
        }
        await node.node.sealOnClock()
        #expect(try await node.call("eth_getBlockTransactionCountByNumber", "0x1") == "0x2")
        await node.node.sealOnClock()
        #expect(try await node.call("eth_getBlockTransactionCountByNumber", "0x2") == "0x1")
    }

    @Test func manyClients() async throws {
        let node = try TestNode()
        let token = try await node.deployToken()
        for index in 1..<10 {
            try await node.send(
                TestNode.transaction(
                    nonce: UInt64(index), to: token, input: Token.transfer(1000, to: accounts[index].address)))
        }
        try await withThrowingTaskGroup { group in
            for index in 1..<10 {
                group.addTask {
                    for nonce in 0..<50 {
                        try await node.send(
                            TestNode.transaction(
                                from: index, nonce: UInt64(nonce), to: token,
                                input: Token.transfer(1, to: TestNode.accounts[0].address)))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await node.number("eth_blockNumber") == 460)
        let logs = try await node.call("eth_getLogs", ["fromBlock": "0x0", "address": .address(token)]).items
        #expect(logs.count == 459)
        for index in 1..<10 {
            let call: JSON = ["to": .address(token), "data": .data(Token.balance(accounts[index].address))]
            #expect(try await node.call("eth_call", call) == .data(Token.word(950)))
        }
    }

    // MARK: Events

    @Test func searchingEvents() async throws {
        let node = try TestNode()
        let token = try await node.deployToken()
        let filter = try await node.call("eth_newFilter", ["address": .address(token)])
        let blocks = try await node.call("eth_newBlockFilter")
        let pending = try await node.call("eth_newPendingTransactionFilter")
        var sent: [SignedTransaction] = []
        for index in 1...4 {
            let signed = TestNode.transaction(
                nonce: UInt64(index), to: token, input: Token.transfer(UInt64(index), to: accounts[index].address))
            try await node.send(signed)
            sent.append(signed)
        }
        func count(_ filter: JSON) async throws -> Int { try await node.call("eth_getLogs", filter).items.count }
        #expect(try await count([:]) == 1)
        #expect(try await count(["fromBlock": "earliest"]) == 4)
        #expect(try await count(["fromBlock": "0x3", "toBlock": "0x4"]) == 2)
        #expect(try await count(["fromBlock": "0x0", "toBlock": "0xffff"]) == 4)
        #expect(try await count(["fromBlock": "0x0", "address": .address(accounts[1].address)]) == 0)
        #expect(
            try await count(["fromBlock": "0x0", "address": [.address(accounts[1].address), .address(token)]]) == 4)
        #expect(try await count(["fromBlock": "0x0", "topics": [.hash(Token.topic)]]) == 4)
        #expect(
            try await count(["fromBlock": "0x0", "topics": [.null, .null, .data(Token.word(accounts[2].address))]]) == 1
        )
        let two: JSON = [.data(Token.word(accounts[2].address)), .data(Token.word(accounts[3].address))]
        #expect(try await count(["fromBlock": "0x0", "topics": [.null, .null, two]]) == 2)
        #expect(try await count(["fromBlock": "0x0", "topics": [.hash(.zero)]]) == 0)
        #expect(try await count(["fromBlock": "0x0", "topics": [.null, .null, .null, .null]]) == 0)
        let hash = try await node.receipt(sent[1])["blockHash"] ?? .null
        #expect(try await count(["blockHash": hash]) == 1)
        #expect(await failure { _ = try await count(["blockHash": .hash(.zero)]) }?.code == -32000)
        #expect(await failure { _ = try await count(["fromBlock": "0x4", "toBlock": "0x3"]) }?.code == -32602)

        #expect(try await node.call("eth_getFilterChanges", filter).items.count == 4)
        #expect(try await node.call("eth_getFilterChanges", filter) == [])
        #expect(try await node.call("eth_getFilterChanges", blocks).items.count == 4)
        #expect(try await node.call("eth_getFilterChanges", pending) == .array(sent.map { .hash($0.hash) }))
        #expect(try await node.call("eth_uninstallFilter", filter) == true)
        #expect(try await node.call("eth_uninstallFilter", filter) == false)
        #expect(await failure { try await node.call("eth_getFilterChanges", filter) }?.message == "filter not found")
    }

    @Test func bloomsOfOthers() throws {
        for vector in try Vectors.read("blooms.json").items {
            var bloom = Bloom([])
            for value in try #require(vector["values"]).items {
                guard case .string(let text) = value else { continue }
                bloom.insert(try #require(Hex.bytes(text)))
            }
            #expect(Hex.text(bloom.bytes) == (try vector.string("bloom")))
        }
    }

    // MARK: Development

    @Test func snapshots() async throws {
        let node = try TestNode()
        let token = try await node.deployToken()
        let before = try await node.call("eth_getBlockByNumber", "latest", true)
        let first = try await node.call("evm_snapshot")
        let signed = TestNode.transaction(nonce: 1, to: token, input: Token.transfer(250, to: accounts[1].address))
        try await node.send(signed)
        let second = try await node.call("evm_snapshot")
        try await node.call("evm_mine")
        #expect(try await node.call("evm_revert", first) == true)
        #expect(try await node.call("evm_revert", second) == false)
        #expect(try await node.call("evm_revert", first) == false)
        #expect(try await node.call("eth_getBlockByNumber", "latest", true) == before)
        #expect(try await node.receipt(signed) == .null)
        let call: JSON = ["to": .address(token), "data": .data(Token.balance(accounts[1].address))]
        #expect(try await node.call("eth_call", call) == .data(Token.word(0)))
        // The same once more is no replay now.
        try await node.send(signed)
        #expect(try await node.call("eth_call", call) == .data(Token.word(250)))
    }

    @Test func time() async throws {
        let node = try TestNode()
        func latest() async throws -> UInt64 {
            try await node.call("eth_getBlockByNumber", "latest", false).number("timestamp")
        }
        try await node.call("evm_mine")
        #expect(try await latest() == 1_800_000_000)
        #expect(try await node.call("evm_increaseTime", .number("3600")) == .number("3600"))
        try await node.call("evm_mine")
        #expect(try await latest() == 1_800_003_600)
        try await node.call("evm_setNextBlockTimestamp", .number("1900000000"))
        try await node.call("evm_mine")
        #expect(try await latest() == 1_900_000_000)
        node.clock.advance(by: 7)
        try await node.call("evm_mine")
        #expect(try await latest() == 1_900_000_007)
        #expect(await failure { try await node.call("evm_setNextBlockTimestamp", .number("5")) }?.code == -32602)
        try await node.call("hardhat_mine", "0x3", "0xa")
        #expect(try await latest() == 1_900_000_027)
        #expect(try await node.number("eth_blockNumber") == 7)
        #expect(await failure { try await node.call("anvil_mine", "0xffffffffff") }?.code == -32602)
        #expect(await failure { try await node.call("evm_increaseTime", .quantity(UInt64.max)) }?.code == -32602)
    }

    @Test func settingState() async throws {
        let node = try TestNode()
        let address = JSON.address(accounts[5].address)
        try await node.call("anvil_setBalance", address, "0x64")
        #expect(try await node.call("eth_getBalance", address, "latest") == "0x64")
        try await node.call("hardhat_setBalance", address, .quantity(U256.max))
        #expect(try await node.call("eth_getBalance", address, "pending") == .quantity(U256.max))
        try await node.call("hardhat_setNonce", address, "0x5")
        #expect(try await node.call("eth_getTransactionCount", address) == "0x5")
        let contract = JSON.address(.zero)
        try await node.call("anvil_setCode", contract, .data(try Token.code()))
        let slot = Token.word(accounts[5].address)
        try await node.call("anvil_setStorageAt", contract, .data(slot), .data([99] + [UInt8](repeating: 0, count: 31)))
        #expect(
            try await node.call("eth_getStorageAt", contract, .data(slot), "latest")
                == .data([99] + [UInt8](repeating: 0, count: 31)))
        let call: JSON = ["to": contract, "data": .data(Token.balance(accounts[5].address))]
        #expect(try await node.call("eth_call", call) == .data(Token.word(99)))
        #expect(await failure { try await node.call("anvil_setCode", contract, "0x6080") }?.code == -32000)
    }

    @Test func oldStates() async throws {
        let node = try TestNode()
        try await node.call("evm_mine")
        let address = JSON.address(accounts[0].address)
        #expect(try await node.call("eth_getBalance", address, "0x1") == .quantity(TestNode.balance))
        #expect(await failure { try await node.call("eth_getBalance", address, "0x0") }?.code == -32000)
        #expect(await failure { try await node.call("eth_getBalance", address, "0x2") }?.code == -32000)
        #expect(try await node.call("eth_getBlockByNumber", "0x2", false) == .null)
    }
}

extension JSON {
    /// A quantity.
    fileprivate func asNumber() throws -> U256 { try quantity("an answer") }
}
