// The objects that methods take: calls, blocks, and what events are searched by.

import PolkaABI

/// A call or transaction as clients describe it; what they leave out the node fills in.
struct CallRequest {
    var from: Address?
    var to: Address?
    var gas: UInt64?
    var gasPrice: U256?
    var maxFee: U256?
    var maxPriorityFee: U256?
    var value = U256.zero
    var input: [UInt8] = []
    var nonce: UInt64?
    var chainID: UInt64?
    var accessList: [EthereumTransaction.Access]?

    init(_ json: JSON) throws(RPCError) {
        guard case .object = json else { throw .invalidParams("a call must be an object, not \(json.summary)") }
        from = try json.member("from")?.address("'from'")
        to = try json.member("to")?.address("'to'")
        gas = try json.member("gas")?.quantity64("'gas'")
        gasPrice = try json.member("gasPrice")?.quantity("'gasPrice'")
        maxFee = try json.member("maxFeePerGas")?.quantity("'maxFeePerGas'")
        maxPriorityFee = try json.member("maxPriorityFeePerGas")?.quantity("'maxPriorityFeePerGas'")
        value = try json.member("value")?.quantity("'value'") ?? .zero
        nonce = try json.member("nonce")?.quantity64("'nonce'")
        chainID = try json.member("chainId")?.quantity64("'chainId'")
        accessList = try Self.accessList(json)
        // The older name and the newer one.
        let data = try json.member("data")?.bytes("'data'")
        let input = try json.member("input")?.bytes("'input'")
        if let data, let input, data != input {
            throw .invalidParams("'data' and 'input' are two names for the same, and differ")
        }
        self.input = input ?? data ?? []
        if gasPrice != nil, maxFee != nil || maxPriorityFee != nil {
            throw .invalidParams("'gasPrice' and 'maxFeePerGas' or 'maxPriorityFeePerGas' exclude each other")
        }
        if let maxFee, let maxPriorityFee, maxPriorityFee > maxFee {
            throw .invalidParams("'maxPriorityFeePerGas' is higher than 'maxFeePerGas'")
        }
    }

    private static func accessList(_ json: JSON) throws(RPCError) -> [EthereumTransaction.Access]? {
        guard let entries = try json.member("accessList")?.list("'accessList'") else { return nil }
        var list: [EthereumTransaction.Access] = []
        for entry in entries {
            guard let address = try entry.member("address")?.address("'address' of 'accessList'") else {
                throw .invalidParams("an entry of 'accessList' must have an 'address'")
            }
            var keys: [Hash256] = []
            for key in try entry.member("storageKeys")?.list("'storageKeys' of 'accessList'") ?? [] {
                keys.append(try key.hash("a key of 'storageKeys'"))
            }
            list.append(EthereumTransaction.Access(address: address, keys: keys))
        }
        return list
    }
}

/// Which block is meant.
enum BlockChoice: Hashable {
    case earliest
    /// The last one that is closed; nothing is undone here, so it is the safe one and the final one as well.
    case latest
    /// The one that is being filled.
    case pending
    case number(UInt64)
    case hash(Hash256)

    init(_ json: JSON?, _ place: String) throws(RPCError) {
        switch json {
        case nil: self = .latest
        case .string("earliest")?: self = .earliest
        case .string("latest")?, .string("safe")?, .string("finalized")?: self = .latest
        case .string("pending")?: self = .pending
        case .string(let text)?:
            guard text.hasPrefix("0x") else {
                throw .invalidParams(
                    "\(place) must be a number in hexadecimal digits behind 0x, or earliest, latest, pending, safe or finalized, not \(json?.summary ?? "")"
                )
            }
            self = .number(try JSON.string(text).quantity64(place))
        case .object?:
            if let hash = try json?.member("blockHash")?.hash("'blockHash'") {
                self = .hash(hash)
            } else if let number = try json?.member("blockNumber")?.quantity64("'blockNumber'") {
                self = .number(number)
            } else {
                throw .invalidParams("\(place) must have a 'blockHash' or a 'blockNumber'")
            }
        case let other?: throw .invalidParams("\(place) must be a text or an object, not \(other.summary)")
        }
    }
}

/// What events are searched by.
struct LogCriteria {
    var from: BlockChoice
    var to: BlockChoice
    /// Of contracts at these addresses; none: of all.
    var addresses: [Address] = []
    /// For each topic of an event those that it may be; none: any.
    var topics: [[Hash256]] = []

    private static let maximumChoices = 1000

    init(_ json: JSON) throws(RPCError) {
        guard case .object = json else { throw .invalidParams("a filter must be an object, not \(json.summary)") }
        if let hash = try json.member("blockHash")?.hash("'blockHash'") {
            guard json.member("fromBlock") == nil, json.member("toBlock") == nil else {
                throw .invalidParams("'blockHash' and 'fromBlock' or 'toBlock' exclude each other")
            }
            from = .hash(hash)
            to = .hash(hash)
        } else {
            from = try BlockChoice(json.member("fromBlock"), "'fromBlock'")
            to = try BlockChoice(json.member("toBlock"), "'toBlock'")
        }
        switch json.member("address") {
        case nil: break
        case .array(let items)?:
            try Self.check(items, "'address'")
            for item in items { addresses.append(try item.address("'address'")) }
        case let item?: addresses = [try item.address("'address'")]
        }
        let places = try json.member("topics")?.list("'topics'") ?? []
        guard places.count <= 4 else {
            throw .invalidParams("'topics' has \(places.count) places; events have at most 4 topics")
        }
        for place in places {
            switch place {
            case .null: topics.append([])
            case .array(let items):
                try Self.check(items, "a place of 'topics'")
                var choices: [Hash256] = []
                for item in items where item != .null { choices.append(try item.hash("a topic")) }
                topics.append(items.contains(.null) ? [] : choices)
            default: topics.append([try place.hash("a topic")])
            }
        }
    }

    private static func check(_ items: [JSON], _ place: String) throws(RPCError) {
        guard items.count <= maximumChoices else {
            throw .invalidParams("\(place) has \(items.count) choices; at most \(maximumChoices) are searched for")
        }
    }
}
