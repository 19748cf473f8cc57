// Methods that send transactions, sign, and tell what became of a transaction.

import PolkaABI
import PolkaAccounts
import PolkaRevive

extension Node {
    static let transactionMethods: [String: Method] = [
        "eth_sendTransaction": Method(1) { node, parameters throws(RPCError) in
            .hash(try node.accept(try node.sign(try CallRequest(try parameters.required(0, "transaction")))))
        },
        "eth_signTransaction": Method(1) { node, parameters throws(RPCError) in
            let signed = try node.sign(try CallRequest(try parameters.required(0, "transaction")))
            return ["raw": .data(signed.raw), "tx": node.json(signed, nil)]
        },
        "eth_sign": Method(2) { node, parameters throws(RPCError) in
            let address = try parameters.address(0, "address")
            return .data(try node.key(of: address).sign(message: try parameters.bytes(1, "message")).bytes)
        },
        "personal_sign": Method(3) { node, parameters throws(RPCError) in
            let address = try parameters.address(1, "address")
            return .data(try node.key(of: address).sign(message: try parameters.bytes(0, "message")).bytes)
        },
        "eth_getTransactionByHash": Method(1) { node, parameters throws(RPCError) in
            let hash = try parameters.hash(0, "hash")
            if let record = node.ledger.transaction(hash) { return node.json(record.signed, record) }
            return node.pool[hash].map { node.json($0, nil) } ?? .null
        },
        "eth_getTransactionByBlockNumberAndIndex": Method(2) { node, parameters throws(RPCError) in
            try node.transaction(of: try BlockChoice(parameters.required(0, "block"), "the block"), parameters)
        },
        "eth_getTransactionByBlockHashAndIndex": Method(2) { node, parameters throws(RPCError) in
            try node.transaction(of: .hash(try parameters.hash(0, "block hash")), parameters)
        },
        "eth_getTransactionReceipt": Method(1) { node, parameters throws(RPCError) in
            let hash = try parameters.hash(0, "hash")
            return node.ledger.transaction(hash).map { node.receipt($0) } ?? .null
        },
        "eth_getBlockReceipts": Method(1) { node, parameters throws(RPCError) in
            let choice = try BlockChoice(parameters.required(0, "block"), "the block")
            guard let block = node.find(choice) else { return .null }
            return .array(
                block.transactions.compactMap { node.ledger.transaction($0) }.map { node.receipt($0) })
        },
    ]

    private func transaction(of choice: BlockChoice, _ parameters: Parameters) throws(RPCError) -> JSON {
        let index = try parameters.quantity64(1, "index")
        guard let block = find(choice), index < UInt64(block.transactions.count),
            let record = ledger.transaction(block.transactions[Int(index)])
        else { return .null }
        return json(record.signed, record)
    }

    private func key(of address: Address) throws(RPCError) -> PrivateKey {
        guard let key = keys[address] else {
            throw .refused("unknown account \(address): the node signs for its own accounts only (eth_accounts)")
        }
        return key
    }

    /// Fills in what a request leaves out, and signs.
    private func sign(_ request: CallRequest) throws(RPCError) -> SignedTransaction {
        guard let from = request.from else { throw .invalidParams("'from' is missing") }
        let key = try key(of: from)
        let kind: EthereumTransaction.Kind =
            request.gasPrice == nil ? .dynamicFee : request.accessList == nil ? .legacy : .accessList
        let tip = request.maxPriorityFee ?? min(gasPrice - chain.environment.baseFee, request.maxFee ?? .max)
        // Twice the base fee, so that the transaction may wait while that rises.
        let fee = request.maxFee ?? (tip &+ chain.environment.baseFee &* 2)
        let gasLimit: UInt64
        if let gas = request.gas { gasLimit = gas } else { gasLimit = try estimateGas(request) }
        return EthereumTransaction(
            kind: kind, chainID: request.chainID ?? chainID,
            nonce: request.nonce ?? pool.nonceBehind(from, from: chain.nonce(of: from)),
            maxPriorityFee: request.gasPrice ?? tip, maxFee: request.gasPrice ?? fee,
            gasLimit: gasLimit, to: request.to, value: request.value,
            input: request.input, accessList: request.accessList ?? []
        ).signed(by: key)
    }

    // MARK: Answers

    /// A transaction as clients know it.
    func json(_ signed: SignedTransaction, _ record: TransactionRecord?) -> JSON {
        let transaction = signed.transaction
        let block = record.flatMap { ledger.block($0.blockNumber) }
        var members: [JSON.Member] = [
            JSON.Member("hash", .hash(signed.hash)), JSON.Member("type", .quantity(transaction.kind.rawValue)),
            JSON.Member("blockHash", block.map { .hash($0.hash) } ?? .null),
            JSON.Member("blockNumber", block.map { .quantity($0.number) } ?? .null),
            JSON.Member("transactionIndex", record.map { .quantity(UInt64($0.index)) } ?? .null),
            JSON.Member("from", .address(signed.sender)), JSON.Member("to", .address(transaction.to)),
            JSON.Member("nonce", .quantity(transaction.nonce)), JSON.Member("value", .quantity(transaction.value)),
            JSON.Member("gas", .quantity(transaction.gasLimit)),
            JSON.Member("gasPrice", .quantity(record?.gasPrice ?? transaction.maxFee)),
            JSON.Member("input", .data(transaction.input)),
            JSON.Member("v", .quantity(transaction.v(of: signed.signature))),
            JSON.Member("r", .quantity(signed.signature.r)), JSON.Member("s", .quantity(signed.signature.s)),
        ]
        if let chainID = transaction.chainID { members.append(JSON.Member("chainId", .quantity(chainID))) }
        if transaction.kind != .legacy {
            members += [
                JSON.Member("accessList", .array(transaction.accessList.map { $0.json })),
                JSON.Member("yParity", .quantity(UInt8(signed.signature.isOddY ? 1 : 0))),
            ]
        }
        if transaction.kind == .dynamicFee {
            members += [
                JSON.Member("maxFeePerGas", .quantity(transaction.maxFee)),
                JSON.Member("maxPriorityFeePerGas", .quantity(transaction.maxPriorityFee)),
            ]
        }
        return .object(members)
    }

    private func receipt(_ record: TransactionRecord) -> JSON {
        guard let block = ledger.block(record.blockNumber) else { return .null }
        let transaction = record.signed.transaction
        var logs: [JSON] = []
        for (index, event) in record.events.enumerated() {
            let log = LogRecord(
                event: event, block: block, transaction: record.signed.hash, transactionIndex: record.index,
                logIndex: record.firstLogIndex + index)
            logs.append(log.json)
        }
        return [
            "transactionHash": .hash(record.signed.hash), "transactionIndex": .quantity(UInt64(record.index)),
            "blockHash": .hash(block.hash), "blockNumber": .quantity(block.number),
            "from": .address(record.signed.sender), "to": .address(transaction.to),
            "contractAddress": .address(record.created), "gasUsed": .quantity(record.gasUsed),
            "cumulativeGasUsed": .quantity(record.cumulativeGasUsed),
            "effectiveGasPrice": .quantity(record.gasPrice), "type": .quantity(transaction.kind.rawValue),
            "status": record.isSuccess ? "0x1" : "0x0", "logs": .array(logs),
            "logsBloom": .data(Bloom(of: record.events).bytes),
        ]
    }
}

extension EthereumTransaction.Access {
    fileprivate var json: JSON {
        ["address": .address(address), "storageKeys": .array(keys.map { .hash($0) })]
    }
}

extension PrivateKey {
    /// Signs a message for people, which can not be mistaken for a transaction (EIP-191).
    fileprivate func sign(message: [UInt8]) -> Signature {
        sign(Hash256(keccakOf: Array("\u{19}Ethereum Signed Message:\n\(message.count)".utf8) + message))
    }
}

extension LogRecord {
    var json: JSON {
        [
            "address": .address(event.address), "topics": .array(event.topics.map { .hash($0) }),
            "data": .data(event.data), "blockNumber": .quantity(block.number), "blockHash": .hash(block.hash),
            "transactionHash": .hash(transaction), "transactionIndex": .quantity(UInt64(transactionIndex)),
            "logIndex": .quantity(UInt64(logIndex)), "removed": false,
        ]
    }
}
