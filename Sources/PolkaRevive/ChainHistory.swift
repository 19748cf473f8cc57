// What has happened on a chain: blocks, what became of transactions, events to search, names of contracts. Contracts see of it no more than
// the hashes of the last blocks.

public import PolkaABI

/// A block that is closed.
public struct Block: Sendable, Hashable {
    /// How many came before, from where the chain began to count.
    public let number: UInt64
    /// Keccak-256 of parent, number, time, author and transactions.
    public let hash: Hash256
    /// The block before.
    public let parentHash: Hash256
    /// In seconds.
    public let timestamp: UInt64
    /// Who made it.
    public let author: Address
    /// The base fee.
    public let baseFee: U256
    /// The gas that it could have used.
    public let gasLimit: UInt64
    /// The gas that its transactions used.
    public let gasUsed: UInt64
    /// Their hashes.
    public let transactions: [Hash256]

    /// The block of an environment, with a hash of its contents unless somebody knows another one.
    init(
        _ environment: BlockEnvironment, after parent: Hash256, gasUsed: UInt64, transactions: [Hash256],
        hash: Hash256? = nil
    ) {
        number = environment.number
        timestamp = environment.timestamp
        author = environment.author
        baseFee = environment.baseFee
        gasLimit = environment.gasLimit
        parentHash = parent
        self.gasUsed = gasUsed
        self.transactions = transactions
        if let hash {
            self.hash = hash
        } else {
            let head = parent.bytes + Self.bytes(number) + Self.bytes(timestamp) + author.bytes
            self.hash = Hash256(keccakOf: head + transactions.flatMap(\.bytes))
        }
    }

    init(
        number: UInt64, hash: Hash256, parentHash: Hash256, timestamp: UInt64, author: Address, baseFee: U256,
        gasLimit: UInt64, gasUsed: UInt64, transactions: [Hash256]
    ) {
        self.number = number
        self.hash = hash
        self.parentHash = parentHash
        self.timestamp = timestamp
        self.author = author
        self.baseFee = baseFee
        self.gasLimit = gasLimit
        self.gasUsed = gasUsed
        self.transactions = transactions
    }

    static func bytes(_ number: UInt64) -> [UInt8] { U256(limbs: number).bigEndianBytes.suffix(8) }
}

/// What became of a transaction.
public struct Receipt: Sendable, Hashable {
    /// How it ended, as far as that is kept.
    public enum Status: Sendable, Hashable {
        case success
        /// The output says why.
        case reverted
        /// A trap, too little gas, or an error of the host, as text.
        case failed(String)

        init(_ status: Outcome.Status) {
            self =
                switch status {
                case .success: .success
                case .reverted: .reverted
                case .trapped(let text): .failed(text)
                case .outOfGas: .failed(FrameError.outOfGas.description)
                case .failed(let error): .failed(error.description)
                }
        }
    }

    /// The transaction's hash.
    public let hash: Hash256
    /// The transaction as its signer sent it; empty if nobody signed it.
    public let raw: [UInt8]
    /// Who sent it.
    public let from: Address
    /// Whom it was for; nil for one that made a contract.
    public let to: Address?
    /// The contract that it made.
    public let created: Address?
    /// The sender's nonce.
    public let nonce: UInt64
    /// What it brought along.
    public let value: U256
    /// Its call data; for a new contract, what the constructor got.
    public let input: [UInt8]
    /// The gas that it could have used.
    public let gasLimit: UInt64
    /// What it paid for a unit.
    public let gasPrice: U256
    /// The gas that it used.
    public let gasUsed: UInt64
    /// How it ended.
    public let status: Status
    /// What it returned.
    public let output: [UInt8]
    /// What contracts have left.
    public let events: [ChainEvent]
    /// The block that it is in, which may not be closed yet.
    public let blockNumber: UInt64
    /// Its place in the block.
    public let index: Int
}

/// An event with where it is to be found.
public struct LogEntry: Sendable, Hashable {
    /// The event.
    public let event: ChainEvent
    /// The block.
    public let blockNumber: UInt64
    /// Its hash; nil while the block is not closed.
    public let blockHash: Hash256?
    /// The transaction.
    public let transactionHash: Hash256
    /// Its place in the block.
    public let transactionIndex: Int
    /// The event's place among all events of the block.
    public let logIndex: Int
}

/// A name that a user has given to a contract.
public struct ContractLabel: Sendable, Hashable {
    /// The contract.
    public var address: Address
    /// Its interface as JSON, empty if nobody has said.
    public var abi: String

    /// Makes a value of its properties.
    public init(address: Address, abi: String = "") { (self.address, self.abi) = (address, abi) }
}

/// All of it.
struct ChainHistory: Sendable {
    private(set) var blocks: [Block] = []
    private(set) var receipts: [Receipt] = []
    var labels: [String: ContractLabel] = [:]
    private var blocksByNumber: [UInt64: Int] = [:]
    private var blocksByHash: [Hash256: Int] = [:]
    private var receiptsByHash: [Hash256: Int] = [:]
    /// Where the receipts of the block that is open begin.
    private(set) var openStart = 0

    var openReceipts: ArraySlice<Receipt> { receipts[openStart...] }

    func block(number: UInt64) -> Block? { blocksByNumber[number].map { blocks[$0] } }
    func block(hash: Hash256) -> Block? { blocksByHash[hash].map { blocks[$0] } }
    func receipt(of hash: Hash256) -> Receipt? { receiptsByHash[hash].map { receipts[$0] } }

    mutating func append(_ block: Block) {
        blocksByNumber[block.number] = blocks.count
        blocksByHash[block.hash] = blocks.count
        blocks.append(block)
        openStart = receipts.count
    }

    mutating func append(_ receipt: Receipt) {
        receiptsByHash[receipt.hash] = receipts.count
        receipts.append(receipt)
    }

    /// Goes back to when there was less.
    mutating func truncate(blockCount: Int, receiptCount: Int, openStart: Int) {
        for index in blockCount..<max(blockCount, blocks.count) {
            let block = blocks[index]
            if blocksByNumber[block.number] == index { blocksByNumber[block.number] = nil }
            if blocksByHash[block.hash] == index { blocksByHash[block.hash] = nil }
        }
        for index in receiptCount..<max(receiptCount, receipts.count)
        where receiptsByHash[receipts[index].hash] == index {
            receiptsByHash[receipts[index].hash] = nil
        }
        blocks.removeLast(max(0, blocks.count - blockCount))
        receipts.removeLast(max(0, receipts.count - receiptCount))
        self.openStart = openStart
    }

    /// For a file: where the open block begins.
    mutating func load(openStart: Int) { self.openStart = openStart }
}

extension Chain {
    // MARK: Blocks

    /// The last block that is closed.
    public var latestBlock: Block {
        guard let block = history.blocks.last else { preconditionFailure("a chain begins with a block") }
        return block
    }

    /// A block by its number, nil if there is none, or none that is closed.
    public func block(number: UInt64) -> Block? { history.block(number: number) }

    /// A block by its hash.
    public func block(hash: Hash256) -> Block? { history.block(hash: hash) }

    /// Closes the block that is being made, with the transactions that were recorded, and begins the next one.
    ///
    /// - Parameters:
    ///   - hash: the block's hash, if somebody else has a rule for it; nil: that of its contents.
    ///   - nextTimestamp: the time of the next block, in seconds; nil: six seconds later.
    /// - Returns: the block.
    /// - Throws: `TransactionError.store` if the file can not be written.
    @discardableResult
    public func seal(hash: Hash256? = nil, nextTimestamp: UInt64? = nil) throws -> Block {
        let open = history.openReceipts
        var environment = environment
        environment.number = openNumber
        let block = Block(
            environment, after: latestBlock.hash, gasUsed: open.reduce(0) { $0 &+ $1.gasUsed },
            transactions: open.map(\.hash), hash: hash)
        try atomically {
            history.append(block)
            self.environment.number = block.number &+ 1
            self.environment.timestamp = nextTimestamp ?? environment.timestamp &+ 6
        }
        return block
    }

    /// The number of the block that is being made: blocks count on, also if somebody has set their number back.
    private var openNumber: UInt64 { max(environment.number, latestBlock.number &+ 1) }

    /// The hash of one of the last 256 blocks, as contracts see it; numbers that were skipped have hashes as well.
    func recentBlockHash(_ number: UInt64) -> Hash256? {
        guard number < environment.number, environment.number - number <= 256 else { return nil }
        return blockHashes?(number) ?? history.block(number: number)?.hash ?? Hash256(keccakOf: Block.bytes(number))
    }

    // MARK: Transactions

    /// Keeps what became of a transaction, as one of the block that is being made.
    ///
    /// - Parameters:
    ///   - transaction: the transaction; its nonce should be the one that it was executed with.
    ///   - outcome: what `execute` returned.
    ///   - hash: what it is found by.
    ///   - raw: as its signer sent it.
    /// - Returns: what is kept.
    /// - Throws: `TransactionError.store` if the file can not be written.
    @discardableResult
    public func record(
        _ transaction: Transaction, _ outcome: Outcome, hash: Hash256, raw: [UInt8] = []
    ) throws -> Receipt {
        let to: Address? = if case .call(let address) = transaction.target { address } else { nil }
        let receipt = Receipt(
            hash: hash, raw: raw, from: transaction.from, to: to, created: outcome.created,
            nonce: transaction.nonce ?? max(1, nonce(of: transaction.from)) - 1, value: transaction.value,
            input: transaction.input, gasLimit: transaction.gasLimit, gasPrice: transaction.gasPrice,
            gasUsed: outcome.gasUsed, status: Receipt.Status(outcome.status), output: outcome.output,
            events: outcome.events, blockNumber: openNumber, index: history.openReceipts.count)
        try atomically { history.append(receipt) }
        return receipt
    }

    /// What became of a transaction.
    public func receipt(of hash: Hash256) -> Receipt? { history.receipt(of: hash) }

    /// The transactions of the block that is being made.
    public var openReceipts: [Receipt] { Array(history.openReceipts) }

    /// How many transactions have been recorded.
    public var receiptCount: Int { history.receipts.count }

    /// Events of recorded transactions, oldest first.
    ///
    /// - Parameters:
    ///   - from: the first block.
    ///   - to: the last one.
    ///   - addresses: whose; nil: anybody's.
    ///   - topics: for each place the words that may stand there, nil: any; events with fewer topics do not fit.
    /// - Returns: the events with where they are.
    public func logs(
        from: UInt64 = 0, to: UInt64 = .max, addresses: Set<Address>? = nil, topics: [Set<Hash256>?] = []
    ) -> [LogEntry] {
        var entries: [LogEntry] = []
        var logIndex = 0
        for receipt in history.receipts {
            if receipt.index == 0 { logIndex = 0 }
            defer { logIndex += receipt.events.count }
            guard receipt.blockNumber >= from, receipt.blockNumber <= to else { continue }
            for (place, event) in receipt.events.enumerated() {
                guard addresses?.contains(event.address) ?? true, topics.count <= event.topics.count,
                    zip(topics, event.topics).allSatisfy({ $0?.contains($1) ?? true })
                else { continue }
                entries.append(
                    LogEntry(
                        event: event, blockNumber: receipt.blockNumber,
                        blockHash: history.block(number: receipt.blockNumber)?.hash, transactionHash: receipt.hash,
                        transactionIndex: receipt.index, logIndex: logIndex + place))
            }
        }
        return entries
    }

    // MARK: Names

    /// Contracts by the names that users have given them.
    public var labels: [String: ContractLabel] { history.labels }

    /// Gives a name to a contract, or takes it away.
    public func setLabel(_ label: ContractLabel?, named name: String) throws {
        try atomically { history.labels[name] = label }
    }
}
