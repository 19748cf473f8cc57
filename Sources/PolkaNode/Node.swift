// A chain with what makes it a node: transactions that wait, blocks that are closed, time that passes.

public import PolkaABI
public import PolkaAccounts
import PolkaBlob
public import PolkaRevive

/// A chain that answers Ethereum's JSON-RPC; one client's call after the other.
public actor Node {
    /// What is to be known of a transaction when it has run, for one line in a terminal.
    public struct Report: Sendable {
        public let hash: Hash256
        public let from: Address
        /// Who was called, nil for a new contract.
        public let to: Address?
        /// The contract that was made.
        public let created: Address?
        /// The first four bytes of call data, if there are as many.
        public let selector: UInt32?
        /// The name of the contract that was called, if somebody has given it one.
        public let contract: String?
        /// The name of the function, if the contract's interface is known.
        public let function: String?
        public let gasUsed: UInt64
        public let blockNumber: UInt64
        /// Why it failed; nil if it did not.
        public let problem: String?
    }

    /// How a node behaves.
    public struct Configuration: Sendable {
        /// Accounts that the node signs for.
        public var accounts: [DevelopmentAccount]
        /// The time between blocks; nil: each transaction gets a block of its own at once.
        public var blockInterval: Duration?
        /// The program and its version, for those who ask.
        public var clientVersion: String
        /// Seconds since 1970.
        public var clock: @Sendable () -> UInt64

        /// A configuration of its parts.
        public init(
            accounts: [DevelopmentAccount] = DevelopmentAccount.first(10), blockInterval: Duration? = nil,
            clientVersion: String = "pvm", clock: @escaping @Sendable () -> UInt64 = Node.systemTime
        ) {
            self.accounts = accounts
            self.blockInterval = blockInterval
            self.clientVersion = clientVersion
            self.clock = clock
        }
    }

    nonisolated let blockInterval: Duration?
    var names = ContractNames()
    let clientVersion: String
    let accounts: [DevelopmentAccount]
    let keys: [Address: PrivateKey]
    let chain: Chain
    var pool = TransactionPool()
    var filters = Filters()
    var snapshots = NodeSnapshots()
    /// Whether transactions are mined when they come.
    var minesAtOnce: Bool
    let clock: @Sendable () -> UInt64
    /// By how much the chain's time is ahead of the clock.
    var timeOffset: UInt64 = 0
    /// The time of the next block, if somebody set it.
    var nextTimestamp: UInt64?
    private let report: @Sendable (Report) -> Void
    private let trouble: @Sendable (String) -> Void
    /// Of the block that is being closed: they are made when it lasts.
    private var reports: [Report] = []

    /// A node over a chain, which nobody else may use any more.
    ///
    /// - Parameters:
    ///   - chain: the chain.
    ///   - configuration: how the node behaves.
    ///   - report: gets each transaction that has run, or that can not.
    ///   - trouble: gets what went wrong when nobody waited for an answer.
    public init(
        chain: sending Chain, configuration: Configuration = Configuration(),
        report: @escaping @Sendable (Report) -> Void = { _ in },
        trouble: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.chain = chain
        blockInterval = configuration.blockInterval
        minesAtOnce = configuration.blockInterval == nil
        clientVersion = configuration.clientVersion
        accounts = configuration.accounts
        keys = Dictionary(accounts.map { ($0.address, $0.key) }) { first, _ in first }
        clock = configuration.clock
        self.report = report
        self.trouble = trouble
        // A chain that has been moved ahead in time stays there.
        let (last, now) = (chain.latestBlock.timestamp, configuration.clock())
        timeOffset = last > now ? last - now : 0
    }

    /// The last block that is closed.
    var head: Block { chain.latestBlock }

    /// The system's clock.
    public static let systemTime: @Sendable () -> UInt64 = { UInt64(clamping: SystemTime.seconds) }

    // MARK: Calls

    /// Answers a call.
    nonisolated func answer(_ name: String, _ values: [JSON]) async throws(RPCError) -> JSON {
        if name == "eth_sendRawTransaction" {
            // Who signed is the most expensive question of all, and needs nothing of the chain.
            let parameters = try Parameters(values, atMost: 1)
            let signed = try Self.decode(try parameters.bytes(0, "transaction"))
            return try await answer { node throws(RPCError) in .hash(try node.accept(signed)) }
        }
        guard let method = Self.methods[name] else {
            throw .methodNotFound("the method \(name.prefix(100)) does not exist or is not available")
        }
        let parameters = try Parameters(values, atMost: method.parameterLimit)
        return try await answer { node throws(RPCError) in try method.body(node, parameters) }
    }

    private func answer(
        _ body: @Sendable (isolated Node) throws(RPCError) -> JSON
    ) async throws(RPCError) -> JSON { try body(self) }

    private static func decode(_ raw: [UInt8]) throws(RPCError) -> SignedTransaction {
        do throws(TransactionFormatError) { return try SignedTransaction(decoding: raw) } catch {
            throw .refused(error.description)
        }
    }

    /// A method of the interface.
    struct Method: Sendable {
        typealias Body = @Sendable (isolated Node, Parameters) throws(RPCError) -> JSON

        let parameterLimit: Int
        let body: Body

        init(_ parameterLimit: Int, _ body: @escaping Body) {
            self.parameterLimit = parameterLimit
            self.body = body
        }
    }

    static let methods: [String: Method] = [
        stateMethods, transactionMethods, blockMethods, filterMethods, developmentMethods,
    ].reduce(into: [:]) { $0.merge($1) { first, _ in first } }

    // MARK: Transactions

    /// Takes a transaction, and mines it if nothing speaks against doing so now.
    func accept(_ signed: SignedTransaction) throws(RPCError) -> Hash256 {
        try check(signed)
        try pool.add(signed, nextNonce: chain.nonce(of: signed.sender))
        filters.noteTransaction(signed.hash)
        guard minesAtOnce else { return signed.hash }
        while let ready = pool.take(signed.sender, nonce: chain.nonce(of: signed.sender)) {
            do { try mine(ready) } catch {
                if ready.hash == signed.hash { throw Self.refusal(error) }
                // Later ones may be impossible now, and that concerns whoever sent them; the file's trouble does not.
                if case TransactionError.store = error {
                    try pool.add(ready, nextNonce: ready.transaction.nonce)
                }
                break
            }
        }
        return signed.hash
    }

    private func check(_ signed: SignedTransaction) throws(RPCError) {
        let transaction = signed.transaction
        try TransactionPool.checkRange(ofNonce: transaction.nonce)
        guard let chainID = transaction.chainID else {
            throw .refused("only replay-protected (EIP-155) transactions are taken: sign with chain id \(self.chainID)")
        }
        guard chainID == self.chainID else {
            throw .refused("invalid chain id for signer: have \(chainID), want \(self.chainID)")
        }
        guard transaction.gasLimit <= chain.environment.gasLimit else {
            throw .refused(
                "exceeds block gas limit: \(transaction.gasLimit), and a block has \(chain.environment.gasLimit)")
        }
        guard transaction.maxPriorityFee <= transaction.maxFee else {
            throw .refused("max priority fee per gas higher than max fee per gas")
        }
        guard transaction.maxFee >= chain.environment.baseFee else {
            throw .refused(
                "max fee per gas less than block base fee: \(transaction.maxFee), base fee \(chain.environment.baseFee)"
            )
        }
        let (fee, overflows) = transaction.maxFee.multipliedReportingOverflow(by: U256(transaction.gasLimit))
        let (needed, overflowsToo) = fee.addingReportingOverflow(transaction.value)
        let balance = chain.balance(of: signed.sender)
        guard !overflows, !overflowsToo, needed <= balance else {
            let amount = overflows || overflowsToo ? "more than there is" : "\(needed)"
            throw Self.insufficientFunds(signed.sender, balance: balance, needed: amount)
        }
        // Code that is not admitted could never run, so nobody gets a hash for it.
        if transaction.to == nil {
            var trial = try message(
                from: signed.sender, to: nil, value: transaction.value, input: transaction.input,
                gasLimit: transaction.gasLimit)
            trial.gasLimit = 0
            trial.value = .zero
            _ = try simulate(trial)
        }
    }

    /// What the chain is to run.
    func message(
        from: Address, to: Address?, value: U256, input: [UInt8], gasLimit: UInt64
    ) throws(RPCError) -> Transaction {
        if let to {
            return Transaction(from: from, target: .call(to), value: value, input: input, gasLimit: gasLimit)
        }
        guard let length = Blob.declaredLength(of: input), length > 0, length <= UInt64(input.count) else {
            throw .refused(
                "the data of a new contract must begin with a whole .polkavm blob, as pvm build makes it, followed by the constructor's arguments"
            )
        }
        return Transaction(
            from: from, target: .create(code: Array(input.prefix(Int(length))), salt: nil), value: value,
            input: Array(input.dropFirst(Int(length))), gasLimit: gasLimit)
    }

    /// Runs a message in the last block, or in the one that would be closed now, and leaves everything as it was.
    func simulate(_ message: Transaction, inNextBlock: Bool = false) throws(RPCError) -> Outcome {
        let environment = chain.environment
        defer { chain.environment = environment }
        chain.environment.number = head.number
        chain.environment.timestamp = head.timestamp
        if inNextBlock { enterBlock(at: timestampOfNextBlock()) }
        if message.gasPrice != .zero { chain.environment.gasPrice = UInt64(clamping: message.gasPrice) }
        do { return try chain.call(message) } catch { throw Self.refusal(error) }
    }

    static func refusal(_ error: any Error) -> RPCError {
        if let error = error as? RPCError { return error }
        return switch error as? TransactionError {
        case .wrongNonce(let found, let expected)?:
            .refused("nonce too \(found < expected ? "low" : "high"): next nonce \(expected), tx nonce \(found)")
        case .insufficientFunds(let address, let balance, let needed)?:
            insufficientFunds(address, balance: balance, needed: "\(needed)")
        default: .refused("\(error)")
        }
    }

    private static func insufficientFunds(_ address: Address, balance: U256, needed: String) -> RPCError {
        .refused("insufficient funds for gas * price + value: address \(address) have \(balance) want \(needed)")
    }

    // MARK: Blocks

    var chainID: UInt64 { chain.environment.chainID }

    /// The time of a block that is closed now.
    func timestampOfNextBlock() -> UInt64 {
        nextTimestamp ?? max(head.timestamp, clock().addingReportingOverflow(timeOffset).partialValue)
    }

    /// Closes a block, if blocks are closed by the clock.
    func sealOnClock() {
        guard !minesAtOnce else { return }
        do throws(RPCError) { try mineWaiting(at: timestampOfNextBlock()) } catch {
            trouble("no block was closed, and its transactions wait: \(error.message)")
        }
    }

    /// Closes a block of what waits; all of it goes on waiting if that fails.
    func mineWaiting(at timestamp: UInt64) throws(RPCError) {
        let before = pool
        var chosen: [SignedTransaction] = []
        var nonces: [Address: UInt64] = [:]
        var gas: UInt64 = 0
        func nonce(of sender: Address) -> UInt64 { nonces[sender] ?? chain.nonce(of: sender) }
        while let next = pool.first(nextNonce: nonce(of:)) {
            let (sum, overflows) = gas.addingReportingOverflow(next.transaction.gasLimit)
            guard !overflows, sum <= chain.environment.gasLimit else { break }
            gas = sum
            nonces[next.sender] = next.transaction.nonce + 1
            _ = pool.take(next.sender, nonce: next.transaction.nonce)
            chosen.append(next)
        }
        do throws(RPCError) { try seal(chosen, at: timestamp) } catch {
            pool = before
            throw error
        }
    }

    /// Closes blocks until nothing that waits can run.
    func mineAllWaiting() throws(RPCError) {
        var count = pool.count + 1
        while pool.count < count, pool.first(nextNonce: chain.nonce(of:)) != nil {
            count = pool.count
            try mineWaiting(at: timestampOfNextBlock())
        }
    }

    /// Closes a block of one transaction; there is none if the transaction can not even begin.
    private func mine(_ signed: SignedTransaction) throws {
        try closeBlock(at: timestampOfNextBlock()) { try run(signed) }
    }

    /// Closes a block of those transactions that can run; the others are dropped.
    private func seal(_ transactions: [SignedTransaction], at timestamp: UInt64) throws(RPCError) {
        do {
            try closeBlock(at: timestamp) {
                for signed in transactions {
                    do { try run(signed) } catch let error as TransactionError {
                        if case .store = error { throw error }
                        note(signed, problem: "dropped: \(error)")
                    }
                }
            }
        } catch { throw Self.refusal(error) }
    }

    /// Closes a block of what `body` runs, or leaves everything as it was.
    private func closeBlock(at timestamp: UInt64, _ body: () throws -> Void) throws {
        reports = []
        try chain.atomically {
            enterBlock(at: timestamp)
            try body()
            try chain.seal()
        }
        for made in reports { report(made) }
        if let nextTimestamp {
            // Read once: it moves on meanwhile.
            let now = clock()
            timeOffset = max(nextTimestamp, now) - now
            self.nextTimestamp = nil
        }
    }

    /// What contracts see is the next block now.
    private func enterBlock(at timestamp: UInt64) {
        chain.environment.number = head.number + 1
        chain.environment.timestamp = timestamp
    }

    private func note(_ signed: SignedTransaction, _ outcome: Outcome? = nil, problem: String? = nil) {
        let transaction = signed.transaction
        let selector = Self.selector(of: transaction)
        let known = transaction.to.flatMap { names.find($0, in: chain) }
        reports.append(
            Report(
                hash: signed.hash, from: signed.sender, to: transaction.to, created: outcome?.created,
                selector: selector, contract: known?.name,
                function: selector.flatMap { known?.abi?.function(selector: $0)?.name },
                gasUsed: outcome?.gasUsed ?? 0, blockNumber: chain.environment.number,
                problem: problem ?? outcome?.problem(known?.abi)))
    }

    private static func selector(of transaction: EthereumTransaction) -> UInt32? {
        guard transaction.to != nil, transaction.input.count >= 4 else { return nil }
        return transaction.input[..<4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    private func run(_ signed: SignedTransaction) throws {
        let transaction = signed.transaction
        var message = try message(
            from: signed.sender, to: transaction.to, value: transaction.value, input: transaction.input,
            gasLimit: transaction.gasLimit)
        message.nonce = transaction.nonce
        message.gasPrice = transaction.effectiveGasPrice(baseFee: chain.environment.baseFee)
        let price = chain.environment.gasPrice
        chain.environment.gasPrice = UInt64(clamping: message.gasPrice)
        defer { chain.environment.gasPrice = price }
        let outcome = try chain.execute(message)
        try chain.record(message, outcome, hash: signed.hash, raw: signed.raw)
        note(signed, outcome)
    }
}

extension Outcome {
    /// Why it failed, in words; nil if it did not.
    ///
    /// Errors that the contract declares need its interface.
    func problem(_ abi: ContractABI? = nil) -> String? {
        switch status {
        case .success: nil
        case .reverted: RevertReason(output) == .none ? "reverted" : "reverted: \(RevertReason(output, abi))"
        case .trapped(let reason): reason.hasPrefix("trapped: ") ? reason : "trapped: \(reason)"
        case .outOfGas: "out of gas"
        case .failed(let error): error.description
        }
    }

    /// What callers are told who wanted a result.
    func rpcError(_ abi: ContractABI? = nil) -> RPCError? {
        switch status {
        case .success: return nil
        case .reverted:
            let reason = RevertReason(output, abi)
            let text = reason == .none ? "execution reverted" : "execution reverted: \(reason)"
            return RPCError(code: 3, message: text, data: .data(output))
        case .outOfGas: return .refused("out of gas: \(gasUsed) units were used up")
        case .trapped, .failed: return .refused("execution failed: \(problem() ?? "")")
        }
    }
}
