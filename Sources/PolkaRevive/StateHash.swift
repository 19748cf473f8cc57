// One hash of all that contracts can read and change, by which states are compared. It takes time linear in the state.

package import PolkaABI

extension Chain {
    /// A hash of all accounts, storage and code; equal states have equal hashes, however they came about.
    package var stateHash: Hash256 { state.hash }
}

extension WorldState {
    fileprivate var hash: Hash256 {
        var text: [UInt8] = []
        func add(_ bytes: [UInt8]) {
            for shift in stride(from: 0, to: 64, by: 8) { text.append(UInt8(truncatingIfNeeded: bytes.count >> shift)) }
            text += bytes
        }
        for account in accounts.sorted(by: { $0.address < $1.address }) where !account.isEmpty {
            add(account.address.bytes)
            add(account.balance.bigEndianBytes)
            add(U256(limbs: account.nonce).bigEndianBytes)
            add(account.codeHash?.bytes ?? [])
            add(account.immutableData.map { [1] + $0 } ?? [])
            add(account.storage.map { $0.bytes(and: $1) }.sorted { $0.lexicographicallyPrecedes($1) }.flatMap { $0 })
        }
        for hash in codes.keys.sorted() { add(hash.bytes) }
        return Hash256(keccakOf: text)
    }
}

extension StorageKey {
    /// Key and value, so that no two pairs are the same bytes.
    fileprivate func bytes(and value: StorageValue) -> [UInt8] {
        let key: [UInt8] =
            switch self {
            case .fixed(let hash): [0xff] + hash.bytes
            case .variable(let bytes): [UInt8(bytes.count)] + bytes
            }
        return key + [UInt8(value.byteCount >> 8), UInt8(value.byteCount & 0xff)] + value.bytes
    }
}
