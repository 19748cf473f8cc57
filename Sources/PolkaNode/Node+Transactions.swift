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
            return ["raw": .data(signed.raw), "tx": node.json(signed)]
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
            if let (receipt, place) = node.chain.closedReceipt(of: hash) { return node.json(receipt, in: place.block) }
            return node.pool[hash].map { node.json($0) } ?? .null
        },
        "eth_getTransactionByBlockNumberAndIndex": Method(2) { node, parameters throws(RPCError) in
            try node.transaction(of: try BlockChoice(parameters.required(0, "block"), "the block"), parameters)
        },
        "eth_getTransactionByBlockHashAndIndex": Method(2) { node, parameters throws(RPCError) in
            try node.transaction(of: .hash(try parameters.hash(0, "block hash")), parameters)
        },
        "eth_getTransactionReceipt": Method(1) { node, parameters throws(RPCError) in
            let hash = try parameters.hash(0, "hash")
            return node.chain.closedReceipt(of: hash).map { node.json($0.receipt, $0.place) } ?? .null
        },
        "eth_getBlockReceipts": Method(1) { node, parameters throws(RPCError) in
            let choice = try BlockChoice(parameters.required(0, "block"), "the block")
            guard let block = node.find(choice) else { return .null }
            let receipts = block.transactions.compactMap { node.chain.closedReceipt(of: $0) }
            return .array(receipts.map { node.json($0.receipt, $0.place) })
        },
    ]

    private func transaction(of choice: BlockChoice, _ parameters: Parameters) throws(RPCError) -> JSON {
        let index = try parameters.quantity64(1, "index")
        guard let block = find(choice), index < UInt64(block.transactions.count),
            let receipt = chain.receipt(of: block.transactions[Int(index)])
        else { return .null }
        return json(receipt, in: block)
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

    /// A transaction that waits, as clients know it.
    func json(_ signed: SignedTransaction) -> JSON {
        .object(
            Self.place(nil, nil) + [JSON.Member("gasPrice", .quantity(signed.transaction.maxFee))]
                + Self.members(signed))
    }

    /// A transaction in a closed block, as clients know it.
    func json(_ receipt: Receipt, in block: Block) -> JSON {
        let place = Self.place(block, receipt.index) + [JSON.Member("gasPrice", .quantity(receipt.gasPrice))]
        if let signed = try? SignedTransaction(decoding: receipt.raw) { return .object(place + Self.members(signed)) }
        // Nobody signed it: a command line was at work on the same file.
        return .object(
            place + [
                JSON.Member("hash", .hash(receipt.hash)), JSON.Member("type", "0x0"),
                JSON.Member("from", .address(receipt.from)), JSON.Member("to", .address(receipt.to)),
                JSON.Member("nonce", .quantity(receipt.nonce)), JSON.Member("value", .quantity(receipt.value)),
                JSON.Member("gas", .quantity(receipt.gasLimit)), JSON.Member("input", .data(receipt.input)),
                JSON.Member("v", "0x0"), JSON.Member("r", "0x0"), JSON.Member("s", "0x0"),
            ])
    }

    private static func place(_ block: Block?, _ index: Int?) -> [JSON.Member] {
        [
            JSON.Member("blockHash", block.map { .hash($0.hash) } ?? .null),
            JSON.Member("blockNumber", block.map { .quantity($0.number) } ?? .null),
            JSON.Member("transactionIndex", index.map { .quantity(UInt64($0)) } ?? .null),
        ]
    }

    private static func members(_ signed: SignedTransaction) -> [JSON.Member] {
        let transaction = signed.transaction
        var members: [JSON.Member] = [
            JSON.Member("hash", .hash(signed.hash)), JSON.Member("type", .quantity(transaction.kind.rawValue)),
            JSON.Member("from", .address(signed.sender)), JSON.Member("to", .address(transaction.to)),
            JSON.Member("nonce", .quantity(transaction.nonce)), JSON.Member("value", .quantity(transaction.value)),
            JSON.Member("gas", .quantity(transaction.gasLimit)), JSON.Member("input", .data(transaction.input)),
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
        return members
    }

    private func json(_ receipt: Receipt, _ place: ReceiptPlace) -> JSON {
        var logs: [JSON] = []
        for (index, event) in receipt.events.enumerated() {
            let log = LogRecord(
                event: event, blockNumber: place.block.number, blockHash: place.block.hash,
                transactionHash: receipt.hash, transactionIndex: receipt.index, logIndex: place.firstLogIndex + index)
            logs.append(log.json)
        }
        // Legacy transactions are lists, which begin with higher bytes than any number of a form.
        let kind = receipt.raw.first.flatMap { EthereumTransaction.Kind(rawValue: $0) } ?? .legacy
        return [
            "transactionHash": .hash(receipt.hash), "transactionIndex": .quantity(UInt64(receipt.index)),
            "blockHash": .hash(place.block.hash), "blockNumber": .quantity(place.block.number),
            "from": .address(receipt.from), "to": .address(receipt.to),
            "contractAddress": .address(receipt.created), "gasUsed": .quantity(receipt.gasUsed),
            "cumulativeGasUsed": .quantity(place.cumulativeGasUsed),
            "effectiveGasPrice": .quantity(receipt.gasPrice), "type": .quantity(kind.rawValue),
            "status": receipt.status == .success ? "0x1" : "0x0", "logs": .array(logs),
            "logsBloom": .data(Bloom(of: receipt.events).bytes),
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
