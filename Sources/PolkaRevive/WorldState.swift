// Accounts, storage and code, and a journal of what each change replaced, so that a frame that fails undoes exactly its own changes
// and a snapshot costs nothing.
//
// Accounts have places in a list, which they keep until their coming is undone: a frame finds its own once. Copies share everything
// until one of them writes, so that a fork takes no time.

import PolkaABI

/// The key of a value in a contract's storage; a key of 32 bytes and a variable one of the same bytes are two keys.
enum StorageKey: Hashable, Sendable {
    case fixed(Hash256)
    case variable([UInt8])

    var byteCount: Int {
        switch self {
        case .fixed: Hash256.byteCount
        case .variable(let bytes): bytes.count
        }
    }
}

/// A value in storage; most have 32 bytes, which need no memory of their own.
enum StorageValue: Hashable, Sendable {
    case word(Hash256)
    case bytes([UInt8])

    /// The value of some bytes: one form for each.
    init(_ bytes: [UInt8]) { self = Hash256(bytes: bytes).map(StorageValue.word) ?? .bytes(bytes) }

    var byteCount: Int {
        switch self {
        case .word: Hash256.byteCount
        case .bytes(let bytes): bytes.count
        }
    }

    var bytes: [UInt8] {
        switch self {
        case .word(let word): word.bytes
        case .bytes(let bytes): bytes
        }
    }
}

/// The place of an account in the list.
typealias AccountPlace = Int

/// An account or contract.
struct Account: Sendable {
    let address: Address
    var nonce: UInt64 = 0
    var balance = U256.zero
    /// nil for accounts that are no contract.
    var codeHash: Hash256?
    var immutableData: [UInt8]?
    var storage: [StorageKey: StorageValue] = [:]

    init(_ address: Address) { self.address = address }

    /// Whether there is nothing to tell of it.
    var isEmpty: Bool { nonce == 0 && balance == .zero && codeHash == nil && storage.isEmpty && immutableData == nil }
}

/// All that contracts can read and change.
struct WorldState: Sendable {
    /// What a change replaced.
    enum Change: Sendable {
        /// An address got a place, the last one.
        case place(AccountPlace, Address)
        case nonce(AccountPlace, UInt64)
        case balance(AccountPlace, U256)
        case codeHash(AccountPlace, Hash256?)
        case immutableData(AccountPlace, [UInt8]?)
        case storage(AccountPlace, StorageKey, StorageValue?)
        case allStorage(AccountPlace, [StorageKey: StorageValue])
        /// Of the transaction with a number; it means nothing after that.
        case transient(UInt64, AccountPlace, StorageKey, StorageValue?)
        case code(Hash256)
        case created(UInt64, AccountPlace)
        case terminated(UInt64, AccountPlace)
    }

    /// Where the journal was.
    typealias Mark = Int

    private(set) var accounts: [Account] = []
    private(set) var places: [Address: AccountPlace] = [:]
    private(set) var codes: [Hash256: ContractCode] = [:]
    private(set) var journal: [Change] = []

    /// What lasts for one transaction.
    struct TransactionState: Sendable {
        let number: UInt64
        var transient: [AccountPlace: [StorageKey: StorageValue]] = [:]
        var transientByteCount = 0
        var created: Set<AccountPlace> = []
        var terminated: Set<AccountPlace> = []
    }
    private(set) var transaction = TransactionState(number: 0)
    private var lastTransaction: UInt64 = 0

    // MARK: Accounts

    /// The place of an address, where an empty account is if there was none.
    mutating func place(of address: Address) -> AccountPlace {
        if let place = places[address] { return place }
        let place = accounts.count
        journal.append(.place(place, address))
        accounts.append(Account(address))
        places[address] = place
        return place
    }

    /// The account of an address, if anything was ever known of it.
    func account(_ address: Address) -> Account? { places[address].map { accounts[$0] } }

    /// The code of an account, if it is a contract.
    func code(at place: AccountPlace) -> ContractCode? { accounts[place].codeHash.flatMap { codes[$0] } }

    mutating func setNonce(_ nonce: UInt64, at place: AccountPlace) {
        journal.append(.nonce(place, accounts[place].nonce))
        accounts[place].nonce = nonce
    }

    mutating func setBalance(_ balance: U256, at place: AccountPlace) {
        journal.append(.balance(place, accounts[place].balance))
        accounts[place].balance = balance
    }

    mutating func setCodeHash(_ hash: Hash256?, at place: AccountPlace) {
        journal.append(.codeHash(place, accounts[place].codeHash))
        accounts[place].codeHash = hash
    }

    mutating func setImmutableData(_ data: [UInt8]?, at place: AccountPlace) {
        journal.append(.immutableData(place, accounts[place].immutableData))
        accounts[place].immutableData = data
    }

    mutating func add(_ code: ContractCode) {
        guard codes[code.hash] == nil else { return }
        journal.append(.code(code.hash))
        codes[code.hash] = code
    }

    /// Moves a value between accounts.
    ///
    /// - Throws: `FrameError.transferFailed` if the sender has less, and `FrameError.balanceOverflow` if the receiver could not
    ///   hold it; nothing has changed then.
    mutating func transfer(
        _ value: U256, from sender: AccountPlace, to receiver: AccountPlace
    ) throws(FrameError) {
        guard value != .zero else { return }
        guard accounts[sender].balance >= value else {
            throw .transferFailed(from: accounts[sender].address, value: value)
        }
        guard sender != receiver else { return }
        let (sum, overflows) = accounts[receiver].balance.addingReportingOverflow(value)
        guard !overflows else { throw .balanceOverflow(accounts[receiver].address, value: value) }
        setBalance(accounts[sender].balance &- value, at: sender)
        setBalance(sum, at: receiver)
    }

    // MARK: Storage

    func storage(at place: AccountPlace, _ key: StorageKey) -> StorageValue? { accounts[place].storage[key] }

    /// Stores a value, or removes it.
    ///
    /// - Returns: what was there.
    @discardableResult
    mutating func setStorage(_ value: StorageValue?, at place: AccountPlace, _ key: StorageKey) -> StorageValue? {
        let old: StorageValue?
        if let value {
            old = accounts[place].storage.updateValue(value, forKey: key)
        } else {
            old = accounts[place].storage.removeValue(forKey: key)
        }
        journal.append(.storage(place, key, old))
        return old
    }

    mutating func removeAllStorage(at place: AccountPlace) {
        guard !accounts[place].storage.isEmpty else { return }
        journal.append(.allStorage(place, accounts[place].storage))
        accounts[place].storage = [:]
    }

    func transient(at place: AccountPlace, _ key: StorageKey) -> StorageValue? {
        transaction.transient[place]?[key]
    }

    /// Stores a value for the rest of the transaction, or removes it.
    ///
    /// - Returns: what was there.
    mutating func setTransient(
        _ value: StorageValue?, at place: AccountPlace, _ key: StorageKey
    ) throws(FrameError) -> StorageValue? {
        let old = transaction.transient[place]?[key]
        let byteCount =
            transaction.transientByteCount + (value.map { key.byteCount + $0.byteCount } ?? 0)
            - (old.map { key.byteCount + $0.byteCount } ?? 0)
        let limit = Int(ReviveLimits.transientStorageBytes)
        guard byteCount <= limit else {
            throw .tooLarge(what: "bytes of transient storage", actual: byteCount, limit: limit)
        }
        journal.append(.transient(transaction.number, place, key, old))
        replaceTransient(value, at: place, key)
        return old
    }

    private mutating func replaceTransient(_ value: StorageValue?, at place: AccountPlace, _ key: StorageKey) {
        let old = transaction.transient[place]?[key]
        transaction.transientByteCount += value.map { key.byteCount + $0.byteCount } ?? 0
        transaction.transientByteCount -= old.map { key.byteCount + $0.byteCount } ?? 0
        transaction.transient[place, default: [:]][key] = value
    }

    // MARK: Transactions

    /// Begins a transaction, maybe within another one.
    ///
    /// - Returns: the state of the other one, for `endTransaction`.
    mutating func beginTransaction() -> TransactionState {
        let outer = transaction
        lastTransaction += 1
        transaction = TransactionState(number: lastTransaction)
        return outer
    }

    /// Removes the contracts that have terminated themselves, and goes on with the transaction around.
    mutating func endTransaction(_ outer: TransactionState) {
        for place in transaction.terminated.sorted() {
            setBalance(.zero, at: place)
            setNonce(0, at: place)
            setCodeHash(nil, at: place)
            setImmutableData(nil, at: place)
            removeAllStorage(at: place)
        }
        transaction = outer
    }

    /// Notes that a contract was made in this transaction.
    mutating func noteCreation(of place: AccountPlace) {
        journal.append(.created(transaction.number, place))
        transaction.created.insert(place)
    }

    /// Removes a contract at the end of the transaction, if it was made in it.
    mutating func terminate(_ place: AccountPlace) {
        guard transaction.created.contains(place), transaction.terminated.insert(place).inserted else { return }
        journal.append(.terminated(transaction.number, place))
    }

    // MARK: Going back

    var mark: Mark { journal.count }

    /// Undoes all changes since a mark.
    ///
    /// - Parameters:
    ///   - mark: where the journal was.
    ///   - body: sees each change that is undone.
    mutating func undo(to mark: Mark, _ body: (Change) -> Void = { _ in }) {
        while journal.count > mark, let change = journal.popLast() {
            body(change)
            switch change {
            case .place(_, let address):
                // Those that came later have gone before.
                accounts.removeLast()
                places[address] = nil
            case .nonce(let place, let old): accounts[place].nonce = old
            case .balance(let place, let old): accounts[place].balance = old
            case .codeHash(let place, let old): accounts[place].codeHash = old
            case .immutableData(let place, let old): accounts[place].immutableData = old
            case .storage(let place, let key, let old): accounts[place].storage[key] = old
            case .allStorage(let place, let old): accounts[place].storage = old
            case .transient(let number, let place, let key, let old):
                if number == transaction.number { replaceTransient(old, at: place, key) }
            case .code(let hash): codes[hash] = nil
            case .created(let number, let place):
                if number == transaction.number { transaction.created.remove(place) }
            case .terminated(let number, let place):
                if number == transaction.number { transaction.terminated.remove(place) }
            }
        }
    }

    /// Forgets how to go back.
    mutating func forgetJournal() { journal.removeAll(keepingCapacity: journal.count < 4096) }

    // MARK: Filling from a file

    mutating func load(_ account: Account) {
        let place = place(of: account.address)
        accounts[place] = account
    }

    mutating func load(_ code: ContractCode) { codes[code.hash] = code }
}
