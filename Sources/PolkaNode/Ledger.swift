// What has happened on the chain: blocks, transactions with their receipts, events.

import PolkaABI
import PolkaRevive

/// A closed block.
struct BlockRecord: Sendable {
    let number: UInt64
    let parent: Hash256
    let timestamp: UInt64
    let author: Address
    let gasLimit: UInt64
    let gasUsed: UInt64
    let baseFee: U256
    let transactions: [Hash256]
    /// Keccak-256 of all that is above.
    let hash: Hash256

    init(environment: BlockEnvironment, parent: Hash256, gasUsed: UInt64, transactions: [Hash256]) {
        number = environment.number
        self.parent = parent
        timestamp = environment.timestamp
        author = environment.author
        gasLimit = environment.gasLimit
        self.gasUsed = gasUsed
        baseFee = environment.baseFee
        self.transactions = transactions
        let content = RLP.list([
            .bytes(parent.bytes), .number(number), .number(timestamp), .bytes(author.bytes), .number(gasLimit),
            .number(gasUsed), .number(baseFee), .list(transactions.map { .bytes($0.bytes) }),
        ])
        hash = Hash256(keccakOf: content.encoded)
    }
}

/// A transaction in a block, and what came of it.
struct TransactionRecord: Sendable {
    let signed: SignedTransaction
    let blockNumber: UInt64
    /// Its place in the block.
    let index: Int
    let isSuccess: Bool
    let gasUsed: UInt64
    /// Of this transaction and those before it in the block.
    let cumulativeGasUsed: UInt64
    let gasPrice: U256
    let created: Address?
    let events: [ChainEvent]
    /// The place of its first event among those of the block.
    let firstLogIndex: Int
}

/// An event and where it is.
struct LogRecord: Sendable {
    let event: ChainEvent
    let block: BlockRecord
    let transaction: Hash256
    let transactionIndex: Int
    let logIndex: Int
}

/// Blocks from a first one on without gap.
struct Ledger: Sendable {
    private var blocks: [BlockRecord]
    private var numbers: [Hash256: UInt64]
    private var transactions: [Hash256: TransactionRecord] = [:]

    init(genesis: BlockRecord) {
        blocks = [genesis]
        numbers = [genesis.hash: genesis.number]
    }

    private var firstNumber: UInt64 { blocks[0].number }

    /// The last block.
    var head: BlockRecord { blocks[blocks.count - 1] }

    func block(_ number: UInt64) -> BlockRecord? {
        guard number >= firstNumber, number <= head.number else { return nil }
        return blocks[Int(number - firstNumber)]
    }

    func block(_ hash: Hash256) -> BlockRecord? { numbers[hash].flatMap { block($0) } }

    func transaction(_ hash: Hash256) -> TransactionRecord? { transactions[hash] }

    mutating func append(_ block: BlockRecord, _ records: [TransactionRecord]) {
        blocks.append(block)
        numbers[block.hash] = block.number
        for record in records { transactions[record.signed.hash] = record }
    }

    /// Forgets the blocks behind one.
    mutating func removeAll(behind number: UInt64) {
        while blocks.count > 1, let last = blocks.last, last.number > number {
            blocks.removeLast()
            numbers[last.hash] = nil
            for hash in last.transactions { transactions[hash] = nil }
        }
    }

    /// Shows events of a range of blocks, in their order, until `body` gives false.
    func forEachEvent(in range: ClosedRange<UInt64>, _ body: (LogRecord) -> Bool) {
        let lower = max(range.lowerBound, firstNumber)
        let upper = min(range.upperBound, head.number)
        guard lower <= upper else { return }
        for block in blocks[Int(lower - firstNumber)...Int(upper - firstNumber)] {
            for hash in block.transactions {
                guard let record = transactions[hash] else { continue }
                for (index, event) in record.events.enumerated() {
                    let log = LogRecord(
                        event: event, block: block, transaction: hash, transactionIndex: record.index,
                        logIndex: record.firstLogIndex + index)
                    guard body(log) else { return }
                }
            }
        }
    }
}
