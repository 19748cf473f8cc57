// Methods that ask for blocks.

import PolkaABI
import PolkaRevive

extension Node {
    static let blockMethods: [String: Method] = [
        "eth_blockNumber": Method(0) { node, _ throws(RPCError) in .quantity(node.head.number) },
        "eth_getBlockByNumber": Method(2) { node, parameters throws(RPCError) in
            let choice = try BlockChoice(parameters.required(0, "block"), "the block")
            return try node.answer(choice, parameters)
        },
        "eth_getBlockByHash": Method(2) { node, parameters throws(RPCError) in
            try node.answer(.hash(try parameters.hash(0, "hash")), parameters)
        },
        "eth_getBlockTransactionCountByNumber": Method(1) { node, parameters throws(RPCError) in
            let choice = try BlockChoice(parameters.required(0, "block"), "the block")
            return node.find(choice).map { .quantity(UInt64($0.transactions.count)) } ?? .null
        },
        "eth_getBlockTransactionCountByHash": Method(1) { node, parameters throws(RPCError) in
            let hash = try parameters.hash(0, "hash")
            return node.find(.hash(hash)).map { .quantity(UInt64($0.transactions.count)) } ?? .null
        },
        "eth_getUncleCountByBlockNumber": Method(1) { node, parameters throws(RPCError) in
            node.find(try BlockChoice(parameters.required(0, "block"), "the block")) == nil ? .null : "0x0"
        },
        "eth_getUncleCountByBlockHash": Method(1) { node, parameters throws(RPCError) in
            node.find(.hash(try parameters.hash(0, "hash"))) == nil ? .null : "0x0"
        },
        "eth_feeHistory": Method(3) { node, parameters throws(RPCError) in try node.feeHistory(parameters) },
    ]

    /// The block that is meant, nil if there is none; the one that is being filled has nothing in it yet, so it is the last one.
    func find(_ choice: BlockChoice) -> Block? {
        switch choice {
        case .earliest: chain.block(number: 0)
        case .latest, .pending: head
        case .number(let number): chain.block(number: number)
        case .hash(let hash): chain.block(hash: hash)
        }
    }

    /// The block that is meant; that there is none is an error.
    func block(_ choice: BlockChoice) throws(RPCError) -> Block {
        if let block = find(choice) { return block }
        switch choice {
        case .number(let number): throw .refused("block \(number) not found: the last one is \(head.number)")
        case .hash(let hash): throw .refused("block \(hash) not found")
        case .earliest, .latest, .pending: throw .refused("block not found")
        }
    }

    private func answer(_ choice: BlockChoice, _ parameters: Parameters) throws(RPCError) -> JSON {
        var isFull = false
        switch parameters[1] {
        case nil: break
        case .bool(let value)?: isFull = value
        case let other?:
            throw .invalidParams("parameter 'full transactions' must be true or false, not \(other.summary)")
        }
        return find(choice).map { json($0, isFull: isFull) } ?? .null
    }

    private func json(_ block: Block, isFull: Bool) -> JSON {
        let receipts = chain.receipts(of: block)
        let transactions: [JSON] =
            isFull ? receipts.map { json($0, in: block) } : block.transactions.map { .hash($0) }
        let byteCount = receipts.reduce(256) { $0 + $1.raw.count }
        return [
            "number": .quantity(block.number), "hash": .hash(block.hash), "parentHash": .hash(block.parentHash),
            "timestamp": .quantity(block.timestamp), "miner": .address(block.author),
            "gasLimit": .quantity(block.gasLimit), "gasUsed": .quantity(block.gasUsed),
            "baseFeePerGas": .quantity(block.baseFee), "size": .quantity(UInt64(byteCount)),
            "transactions": .array(transactions), "logsBloom": .data(Bloom(of: receipts.flatMap(\.events)).bytes),
            // There is one author, no proof of work, and no tree over the state.
            "uncles": [], "difficulty": "0x0", "totalDifficulty": "0x0", "extraData": "0x",
            "nonce": "0x0000000000000000", "mixHash": .hash(.zero), "sha3Uncles": .hash(Self.hashOfNoUncles),
            "stateRoot": .hash(.zero), "receiptsRoot": .hash(.zero),
            "transactionsRoot": .hash(Hash256(keccakOf: block.transactions.flatMap(\.bytes))),
        ]
    }

    private static let hashOfNoUncles = Hash256(keccakOf: RLP.list([]).encoded)

    // MARK: Fees

    private static let maximumHistory: UInt64 = 1024

    private func feeHistory(_ parameters: Parameters) throws(RPCError) -> JSON {
        let count = min(try parameters.count(0, "block count"), Self.maximumHistory)
        let newest = try block(try BlockChoice(parameters.required(1, "newest block"), "the newest block"))
        let percentiles = try percentiles(parameters[2])
        let first = newest.number + 1 - min(count, newest.number + 1)
        let blocks = count == 0 ? [] : (first...newest.number).compactMap { chain.block(number: $0) }
        var members: [JSON.Member] = [
            JSON.Member("oldestBlock", .quantity(first)),
            JSON.Member(
                "baseFeePerGas", .array((blocks.map(\.baseFee) + [chain.environment.baseFee]).map { .quantity($0) })),
            JSON.Member(
                "gasUsedRatio", .array(blocks.map { .number("\(Double($0.gasUsed) / Double(max(1, $0.gasLimit)))") })),
        ]
        if let percentiles {
            members.append(JSON.Member("reward", .array(blocks.map { rewards(in: $0, percentiles) })))
        }
        return .object(members)
    }

    private func percentiles(_ parameter: JSON?) throws(RPCError) -> [Double]? {
        guard let items = try parameter?.list("'reward percentiles'") else { return nil }
        guard items.count <= 100 else { throw .invalidParams("'reward percentiles' has more than 100 entries") }
        var percentiles: [Double] = []
        for item in items {
            guard case .number(let text) = item, let value = Double(text), 0...100 ~= value,
                value >= percentiles.last ?? 0
            else {
                throw .invalidParams("'reward percentiles' must be rising numbers from 0 to 100")
            }
            percentiles.append(value)
        }
        return percentiles
    }

    /// What authors got for a unit of gas: for each percentage the least that those paid who used that share of the gas.
    private func rewards(in block: Block, _ percentiles: [Double]) -> JSON {
        let paid = chain.receipts(of: block)
            .map { (tip: $0.gasPrice - min($0.gasPrice, block.baseFee), gas: $0.gasUsed) }.sorted { $0.tip < $1.tip }
        return .array(
            percentiles.map { percentile in
                var left = Double(block.gasUsed) * percentile / 100
                for (tip, gas) in paid {
                    left -= Double(gas)
                    if left <= 0 { return .quantity(tip) }
                }
                return .quantity(paid.last?.tip ?? .zero)
            })
    }
}
