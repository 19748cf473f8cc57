// What clients ask of the chain's history beyond what the chain itself tells.

import PolkaABI
import PolkaRevive

/// An event and where it is.
struct LogRecord {
    let event: ChainEvent
    let blockNumber: UInt64
    let blockHash: Hash256
    let transactionHash: Hash256
    let transactionIndex: Int
    let logIndex: Int
}

/// What a receipt says only together with those before it in the block.
struct ReceiptPlace {
    let block: Block
    /// The gas of this transaction and those before it.
    let cumulativeGasUsed: UInt64
    /// The place of its first event among those of the block.
    let firstLogIndex: Int
}

extension Chain {
    /// The receipts of a closed block.
    func receipts(of block: Block) -> [Receipt] { block.transactions.compactMap { receipt(of: $0) } }

    /// A receipt, if its block is closed.
    func closedReceipt(of hash: Hash256) -> (receipt: Receipt, place: ReceiptPlace)? {
        guard let receipt = receipt(of: hash), let block = block(number: receipt.blockNumber) else { return nil }
        var gas = receipt.gasUsed
        var logs = 0
        for earlier in receipts(of: block).prefix(receipt.index) {
            gas += earlier.gasUsed
            logs += earlier.events.count
        }
        return (receipt, ReceiptPlace(block: block, cumulativeGasUsed: gas, firstLogIndex: logs))
    }

    /// The most blocks that are looked at one by one; behind more of them it is quicker to look at all events.
    private static let fewBlocks: UInt64 = 1000

    /// Events of a range of blocks that fit, in their order, and no more than a number of them.
    func logs(_ criteria: LogCriteria, in range: ClosedRange<UInt64>, atMost limit: Int) -> [LogRecord] {
        guard range.upperBound - range.lowerBound < Self.fewBlocks else {
            return logs(
                from: range.lowerBound, to: range.upperBound,
                addresses: criteria.addresses.isEmpty ? nil : Set(criteria.addresses),
                topics: criteria.topics.map { $0.isEmpty ? nil : Set($0) }
            ).prefix(limit).compactMap { LogRecord($0) }
        }
        var found: [LogRecord] = []
        for number in range {
            guard let block = block(number: number) else { continue }
            var logIndex = 0
            for receipt in receipts(of: block) {
                for event in receipt.events {
                    if criteria.matches(event) {
                        if found.count == limit { return found }
                        found.append(
                            LogRecord(
                                event: event, blockNumber: number, blockHash: block.hash, transactionHash: receipt.hash,
                                transactionIndex: receipt.index, logIndex: logIndex))
                    }
                    logIndex += 1
                }
            }
        }
        return found
    }
}

extension LogRecord {
    /// nil while the block is open.
    init?(_ entry: LogEntry) {
        guard let hash = entry.blockHash else { return nil }
        self.init(
            event: entry.event, blockNumber: entry.blockNumber, blockHash: hash,
            transactionHash: entry.transactionHash, transactionIndex: entry.transactionIndex, logIndex: entry.logIndex)
    }

    /// The event as clients know it.
    var json: JSON {
        [
            "address": .address(event.address), "topics": .array(event.topics.map { .hash($0) }),
            "data": .data(event.data), "blockNumber": .quantity(blockNumber), "blockHash": .hash(blockHash),
            "transactionHash": .hash(transactionHash), "transactionIndex": .quantity(UInt64(transactionIndex)),
            "logIndex": .quantity(UInt64(logIndex)), "removed": false,
        ]
    }
}

extension LogCriteria {
    func matches(_ event: ChainEvent) -> Bool {
        guard addresses.isEmpty || addresses.contains(event.address) else { return false }
        guard topics.count <= event.topics.count else { return false }
        return zip(topics, event.topics).allSatisfy { choices, topic in choices.isEmpty || choices.contains(topic) }
    }
}

extension Bloom {
    init(of events: some Sequence<ChainEvent>) { self.init(events.map { ($0.address, $0.topics) }) }
}

/// Names of contracts and their functions, from what users have told the chain.
struct ContractNames {
    private var interfaces: [String: ContractABI] = [:]

    /// The name of a contract and its interface.
    mutating func find(_ address: Address, in chain: Chain) -> (name: String, abi: ContractABI?)? {
        let labels = chain.labels
        guard !labels.isEmpty,
            let (name, label) = labels.filter({ $0.value.address == address }).min(by: { $0.key < $1.key })
        else { return nil }
        if label.abi.isEmpty { return (name, nil) }
        if let abi = interfaces[label.abi] { return (name, abi) }
        let abi = try? ContractABI(text: label.abi)
        interfaces[label.abi] = abi
        return (name, abi)
    }
}
