// Transactions that wait: for the next block, or for the sender's earlier ones.

import PolkaABI

/// Transactions by sender and nonce.
struct TransactionPool {
    /// Transactions and bytes that may wait: nobody shall fill the memory with what can never run.
    static let maximumCount = 4096
    static let maximumByteCount = 64 << 20
    /// By how much, in hundredths, a transaction must pay more than the one that it takes the place of.
    private static let priceBump: U256 = 10

    private struct Entry {
        let transaction: SignedTransaction
        /// Which was first.
        let arrival: UInt64
    }

    private var senders: [Address: [UInt64: Entry]] = [:]
    private var hashes: [Hash256: (sender: Address, nonce: UInt64)] = [:]
    private var arrivals: UInt64 = 0
    private var byteCount = 0

    var count: Int { hashes.count }

    /// Refuses the nonce behind which there would be no other (EIP-2681).
    static func checkRange(ofNonce nonce: UInt64) throws(RPCError) {
        guard nonce < .max else {
            throw .refused("nonce has max value: \(nonce), and the last one is \(UInt64.max - 1)")
        }
    }

    /// Takes a transaction in, given the sender's next nonce.
    mutating func add(_ signed: SignedTransaction, nextNonce nonce: UInt64) throws(RPCError) {
        let transaction = signed.transaction
        guard transaction.nonce >= nonce else {
            throw .refused("nonce too low: next nonce \(nonce), tx nonce \(transaction.nonce)")
        }
        guard hashes[signed.hash] == nil else { throw .refused("already known") }
        let old = senders[signed.sender]?[transaction.nonce]
        if let old {
            let needed = { (price: U256) in price.multipliedReportingOverflow(by: 100 + Self.priceBump) }
            let offered = { (price: U256) in price.multipliedReportingOverflow(by: 100) }
            let (least, most) = (needed(old.transaction.transaction.maxFee), offered(transaction.maxFee))
            guard !least.overflow, most.overflow || most.partialValue >= least.partialValue,
                transaction.maxFee > old.transaction.transaction.maxFee
            else {
                throw .refused(
                    "replacement transaction underpriced: it must pay \(Self.priceBump)% more than the one with nonce \(transaction.nonce) that waits already"
                )
            }
        }
        let newByteCount = byteCount - (old?.transaction.raw.count ?? 0) + signed.raw.count
        guard old != nil || count < Self.maximumCount, newByteCount <= Self.maximumByteCount else {
            throw .refused("txpool is full: \(count) transactions of \(byteCount) bytes wait")
        }
        if let old { hashes[old.transaction.hash] = nil }
        byteCount = newByteCount
        arrivals += 1
        senders[signed.sender, default: [:]][transaction.nonce] = Entry(transaction: signed, arrival: arrivals)
        hashes[signed.hash] = (signed.sender, transaction.nonce)
    }

    /// Takes the transaction of a sender with a nonce out.
    mutating func take(_ sender: Address, nonce: UInt64) -> SignedTransaction? {
        guard let entry = senders[sender]?.removeValue(forKey: nonce) else { return nil }
        if senders[sender]?.isEmpty == true { senders[sender] = nil }
        hashes[entry.transaction.hash] = nil
        byteCount -= entry.transaction.raw.count
        return entry.transaction
    }

    /// The transaction of a hash.
    subscript(hash: Hash256) -> SignedTransaction? {
        hashes[hash].flatMap { senders[$0.sender]?[$0.nonce]?.transaction }
    }

    /// The nonce behind those that wait without gap.
    func nonceBehind(_ sender: Address, from nonce: UInt64) -> UInt64 {
        guard let waiting = senders[sender] else { return nonce }
        var next = nonce
        // No transaction has the last nonce.
        while next < .max, waiting[next] != nil { next += 1 }
        return next
    }

    /// The transaction that can run now and came first; senders' next nonces tell which can.
    func first(nextNonce: (Address) -> UInt64) -> SignedTransaction? {
        var first: Entry?
        for (sender, waiting) in senders {
            guard let entry = waiting[nextNonce(sender)], entry.arrival < first?.arrival ?? .max else { continue }
            first = entry
        }
        return first?.transaction
    }

    /// Forgets those whose nonce has been used meanwhile.
    mutating func dropUsed(nextNonce: (Address) -> UInt64) {
        for (sender, waiting) in senders {
            let next = nextNonce(sender)
            for nonce in waiting.keys where nonce < next { _ = take(sender, nonce: nonce) }
        }
    }
}
