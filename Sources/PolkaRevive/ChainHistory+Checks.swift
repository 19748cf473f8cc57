// Whether a history that comes from a file is one that a chain could have had: others count with its numbers and go by its places.

import PolkaABI

extension ChainHistory {
    /// Numbers of blocks have room behind them, for whoever counts on.
    static let largestNumber: UInt64 = .max >> 1

    /// What is wrong; nil if nothing is.
    var problem: String? {
        var start = 0
        var last: UInt64?
        for block in blocks {
            if let last, block.number <= last { return "block \(block.number) comes after block \(last)" }
            guard block.number <= Self.largestNumber else { return "the number of block \(block.number) is too large" }
            last = block.number
            guard block.transactions.count <= openStart - start else {
                return "block \(block.number) has transactions that are missing"
            }
            let inside = receipts[start..<start + block.transactions.count]
            if let problem = Self.problem(of: inside, in: block) ?? problemOfGas(in: block) { return problem }
            start = inside.endIndex
        }
        guard start == openStart else { return "a transaction is in no block" }
        for (index, receipt) in openReceipts.enumerated() where receipt.index != index {
            return "transaction \(receipt.hash) has place \(receipt.index) in the open block, and is number \(index)"
        }
        return nil
    }

    private static func problem(of receipts: ArraySlice<Receipt>, in block: Block) -> String? {
        for (index, (receipt, hash)) in zip(receipts, block.transactions).enumerated() {
            guard receipt.hash == hash, receipt.blockNumber == block.number else {
                return "transaction \(receipt.hash) is not the one that block \(block.number) names"
            }
            guard receipt.index == index else {
                return "transaction \(hash) has place \(receipt.index) in block \(block.number), and is number \(index)"
            }
        }
        return nil
    }

    /// Receipts are found by their hashes, of which the last one counts.
    private func problemOfGas(in block: Block) -> String? {
        var gas: UInt64 = 0
        for hash in block.transactions {
            let (sum, overflows) = gas.addingReportingOverflow(receipt(of: hash)?.gasUsed ?? 0)
            guard !overflows else { return "the gas of block \(block.number) has more than 64 bits" }
            gas = sum
        }
        return nil
    }
}
