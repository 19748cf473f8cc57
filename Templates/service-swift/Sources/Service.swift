// {{name}}: a JAM service that keeps a ledger: how much each account, an id of 8 bytes, has got in all.
//
// A payload is a list of entries of 16 bytes: account and amount, numbers of 64 bits, little-endian. refine, which runs off-chain,
// checks it and adds up what belongs together; accumulate, which runs on chain, has little left to do. What refine refuses never
// gets there.

import JAM

/// Entries of a payload at most.
let entryLimit = 256

/// Off-chain: from the payload of an item to its result.
@Export func refine(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let payload = RefineArguments(bytes).payload
    // Whoever sends nonsense gets no result.
    guard payload.count % 16 == 0, payload.count / 16 <= entryLimit else { trap() }
    var entries: [Entry] = []
    entries.reserveCapacity(payload.count / 16)
    for entry in Entries(payload) {
        guard entry.amount > 0 else { trap() }
        var place = entries.count
        while place > 0, entries[place - 1].account >= entry.account { place -= 1 }
        if place < entries.count, entries[place].account == entry.account {
            // An overflow traps.
            entries[place].amount += entry.amount
        } else {
            entries.insert(entry, at: place)
        }
    }
    var result: [UInt8] = []
    result.reserveCapacity(entries.count * 16)
    for entry in entries {
        withUnsafeBytes(of: entry) { result += $0 }
    }
    return answer(result)
}

/// On chain: takes up results and transfers.
@Export func accumulate(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let arguments = AccumulateArguments(bytes)
    arguments.forEachInput { input in
        switch input {
        case .output(let output): for entry in Entries(output.bytes) { book(entry) }
        case .transfer(let transfer): book(Entry(account: UInt64(transfer.source), amount: transfer.amount))
        case .failure: Log.warning("an item was refused")
        }
    }
    // What the chain shall remember of this block: the time slot and the total. A hash would do for more. 32 bytes are what the
    // service yields.
    var summary: [UInt8] = []
    for number in [UInt64(arguments.timeSlot), Storage.number(totalKey), 0, 0] {
        withUnsafeBytes(of: number) { summary += $0 }
    }
    return answer(summary)
}

/// The key of the sum of all accounts.
let totalKey: StaticString = "total"

/// What an account gets.
struct Entry {
    let account: UInt64
    var amount: UInt64

    /// What the account has got in all.
    var sum: UInt64 {
        var key = account
        return withUnsafeBytes(of: &key) { Storage.number($0) }
    }
}

/// Entries one behind the other.
struct Entries: Sequence, IteratorProtocol {
    private var reader: ByteReader

    init(_ bytes: UnsafeRawBufferPointer) { reader = ByteReader(bytes) }

    mutating func next() -> Entry? {
        guard let account = try? reader.read(UInt64.self), let amount = try? reader.read(UInt64.self) else {
            return nil
        }
        return Entry(account: account, amount: amount)
    }
}

/// Books an amount; sums stay at the highest number rather than begin anew.
private func book(_ entry: Entry) {
    var key = entry.account
    do throws(StorageFull) {
        let sum = entry.sum.addingCapped(entry.amount)
        try withUnsafeBytes(of: &key) { bytes throws(StorageFull) in try Storage.setNumber(sum, for: bytes) }
        try Storage.setNumber(Storage.number(totalKey).addingCapped(entry.amount), for: totalKey)
    } catch {
        Log.error("the balance does not carry another account")
    }
}

extension UInt64 {
    fileprivate func addingCapped(_ other: UInt64) -> UInt64 {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? .max : sum
    }
}
