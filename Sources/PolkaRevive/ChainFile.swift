// A chain in an SQLite file: everything is read when it is opened, and what changes is written in one transaction of the file for each of the
// chain. The file stays locked meanwhile, since nobody else's changes would be seen.

import PolkaABI

/// What was touched, whatever it was before.
struct ChangedPlaces {
    struct Slot: Hashable {
        let place: AccountPlace
        let key: StorageKey
    }
    private(set) var accounts: Set<AccountPlace> = []
    private(set) var slots: Set<Slot> = []
    /// Contracts of which any value may have changed.
    private(set) var wholeStorages: Set<AccountPlace> = []
    private(set) var codes: Set<Hash256> = []
    /// Who got a place, which is gone if that was undone.
    private(set) var newcomers: Set<Address> = []

    mutating func add(_ change: WorldState.Change) {
        switch change {
        case .nonce(let place, _), .balance(let place, _), .codeHash(let place, _), .immutableData(let place, _):
            accounts.insert(place)
        case .storage(let place, let key, _): slots.insert(Slot(place: place, key: key))
        case .allStorage(let place, _): wholeStorages.insert(place)
        case .code(let hash): codes.insert(hash)
        case .place(_, let address): newcomers.insert(address)
        case .transient, .created, .terminated: break
        }
    }
}

/// The file of a chain.
final class ChainFile {
    /// What is to be written.
    enum Extent {
        case everything
        case changes(since: Chain.Snapshot)
        case undone(ChangedPlaces)
    }

    let database: Database
    /// Whether there was nothing in it.
    private(set) var isNew: Bool
    private var savedBlockCount = 0
    private var savedReceiptCount = 0
    private var savedOpenStart: Int?
    private var savedLabels: [String: ContractLabel] = [:]
    private var savedEnvironment: BlockEnvironment?

    /// "PVMC", by which files of chains are known.
    private static let applicationID: Int64 = 0x5056_4d43
    private static let version: Int64 = 1

    private static let tables = """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL);
        CREATE TABLE code (hash BLOB PRIMARY KEY, bytes BLOB NOT NULL);
        CREATE TABLE account (
            address BLOB PRIMARY KEY, nonce INTEGER NOT NULL, balance BLOB NOT NULL, code_hash BLOB, immutable_data BLOB
        ) WITHOUT ROWID;
        CREATE TABLE storage (
            address BLOB NOT NULL, kind INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,
            PRIMARY KEY (address, kind, key)
        ) WITHOUT ROWID;
        CREATE TABLE block (
            sequence INTEGER PRIMARY KEY, number INTEGER NOT NULL, hash BLOB NOT NULL, parent BLOB NOT NULL,
            timestamp INTEGER NOT NULL, author BLOB NOT NULL, base_fee BLOB NOT NULL, gas_limit INTEGER NOT NULL,
            gas_used INTEGER NOT NULL, transactions BLOB NOT NULL
        );
        CREATE TABLE receipt (
            sequence INTEGER PRIMARY KEY, hash BLOB NOT NULL, raw BLOB NOT NULL, sender BLOB NOT NULL, recipient BLOB,
            created BLOB, nonce INTEGER NOT NULL, value BLOB NOT NULL, input BLOB NOT NULL, gas_limit INTEGER NOT NULL,
            gas_price BLOB NOT NULL, gas_used INTEGER NOT NULL, status INTEGER NOT NULL, problem TEXT NOT NULL,
            output BLOB NOT NULL, block INTEGER NOT NULL, place INTEGER NOT NULL
        );
        CREATE TABLE event (
            receipt INTEGER NOT NULL, place INTEGER NOT NULL, address BLOB NOT NULL, topics BLOB NOT NULL,
            data BLOB NOT NULL, PRIMARY KEY (receipt, place)
        ) WITHOUT ROWID;
        CREATE TABLE label (name TEXT PRIMARY KEY, address BLOB NOT NULL, abi TEXT NOT NULL);
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(version);
        """

    /// Opens a file, or makes one.
    init(_ path: String) throws(ChainStoreError) {
        database = try Database(path)
        let identity = try database.number("PRAGMA application_id")
        let version = try database.number("PRAGMA user_version")
        let tableCount = try database.number("SELECT count(*) FROM sqlite_schema")
        isNew = identity == 0 && version == 0 && tableCount == 0
        if isNew {
            try database.lock()
            return
        }
        guard identity == Self.applicationID else {
            throw database.error("is a database of another program", "name another file for the chain")
        }
        guard version == Self.version else {
            throw database.error(
                "has version \(version) of the format, and this program knows \(Self.version)",
                version > Self.version ? "use a newer pvm" : "use the pvm that made it, or begin a new chain")
        }
        try database.lock()
        let check = try database.text("PRAGMA quick_check(1)")
        guard check == "ok" else { throw database.damaged(check) }
    }

    // MARK: Writing

    func save(_ chain: Chain, _ extent: Extent) throws(ChainStoreError) {
        var changed = ChangedPlaces()
        switch extent {
        case .everything: break
        case .changes(let start):
            for change in chain.state.journal[start.mark...] { changed.add(change) }
        case .undone(let places): changed = places
        }
        do throws(ChainStoreError) {
            try database.run("BEGIN IMMEDIATE")
            if isNew { try database.runAll(Self.tables) }
            try write(changed, chain.state)
            try writeHistory(chain)
            if savedEnvironment != chain.environment { try write(chain.environment) }
            try database.run("COMMIT")
        } catch {
            try? database.run("ROLLBACK")
            throw error
        }
        isNew = false
        savedBlockCount = chain.history.blocks.count
        savedReceiptCount = chain.history.receipts.count
        savedOpenStart = chain.history.openStart
        savedLabels = chain.history.labels
        savedEnvironment = chain.environment
    }

    private func write(_ changed: ChangedPlaces, _ state: WorldState) throws(ChainStoreError) {
        for hash in changed.codes {
            if let code = state.codes[hash] {
                try database.run("INSERT OR REPLACE INTO code VALUES (?, ?)", .blob(hash.bytes), .blob(code.bytes))
            } else {
                try database.run("DELETE FROM code WHERE hash = ?", .blob(hash.bytes))
            }
        }
        for address in changed.newcomers where state.places[address] == nil {
            try database.run("DELETE FROM account WHERE address = ?", .blob(address.bytes))
            try database.run("DELETE FROM storage WHERE address = ?", .blob(address.bytes))
        }
        // Places behind the last one are those of newcomers that are gone.
        let places = state.accounts.indices
        for place in changed.accounts where places.contains(place) {
            let account = state.accounts[place]
            try database.run(
                "INSERT OR REPLACE INTO account VALUES (?, ?, ?, ?, ?)", .blob(account.address.bytes),
                .number(Int64(bitPattern: account.nonce)), .blob(account.balance.bigEndianBytes),
                account.codeHash.map { .blob($0.bytes) } ?? .null, account.immutableData.map { .blob($0) } ?? .null)
        }
        for place in changed.wholeStorages where places.contains(place) {
            let account = state.accounts[place]
            try database.run("DELETE FROM storage WHERE address = ?", .blob(account.address.bytes))
            for (key, value) in account.storage { try write(value, key, of: account.address) }
        }
        for slot in changed.slots where places.contains(slot.place) && !changed.wholeStorages.contains(slot.place) {
            let account = state.accounts[slot.place]
            try write(account.storage[slot.key], slot.key, of: account.address)
        }
    }

    private func write(_ value: StorageValue?, _ key: StorageKey, of address: Address) throws(ChainStoreError) {
        let (kind, bytes): (Int64, [UInt8]) =
            switch key {
            case .fixed(let hash): (0, hash.bytes)
            case .variable(let bytes): (1, bytes)
            }
        if let value {
            try database.run(
                "INSERT OR REPLACE INTO storage VALUES (?, ?, ?, ?)", .blob(address.bytes), .number(kind),
                .blob(bytes), .blob(value.bytes))
        } else {
            try database.run(
                "DELETE FROM storage WHERE address = ? AND kind = ? AND key = ?", .blob(address.bytes),
                .number(kind), .blob(bytes))
        }
    }

    private func writeHistory(_ chain: Chain) throws(ChainStoreError) {
        let history = chain.history
        if history.blocks.count < savedBlockCount {
            try database.run("DELETE FROM block WHERE sequence >= ?", .number(Int64(history.blocks.count)))
        }
        if history.receipts.count < savedReceiptCount {
            let count = Database.Value.number(Int64(history.receipts.count))
            try database.run("DELETE FROM receipt WHERE sequence >= ?", count)
            try database.run("DELETE FROM event WHERE receipt >= ?", count)
        }
        for (index, block) in history.blocks.enumerated().dropFirst(min(savedBlockCount, history.blocks.count)) {
            try database.run(
                "INSERT INTO block VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", .number(Int64(index)), .bits(block.number),
                .blob(block.hash.bytes), .blob(block.parentHash.bytes), .bits(block.timestamp),
                .blob(block.author.bytes), .blob(block.baseFee.bigEndianBytes), .bits(block.gasLimit),
                .bits(block.gasUsed), .blob(block.transactions.flatMap(\.bytes)))
        }
        for (index, receipt) in history.receipts.enumerated().dropFirst(min(savedReceiptCount, history.receipts.count))
        {
            try write(receipt, Int64(index))
        }
        if history.labels != savedLabels {
            try database.run("DELETE FROM label")
            for (name, label) in history.labels {
                try database.run(
                    "INSERT INTO label VALUES (?, ?, ?)", .text(name), .blob(label.address.bytes), .text(label.abi))
            }
        }
        if history.openStart != savedOpenStart {
            try database.run(
                "INSERT OR REPLACE INTO meta VALUES ('open_start', ?)", .number(Int64(history.openStart)))
        }
    }

    private func write(_ receipt: Receipt, _ sequence: Int64) throws(ChainStoreError) {
        let (status, problem): (Int64, String) =
            switch receipt.status {
            case .success: (0, "")
            case .reverted: (1, "")
            case .failed(let text): (2, text)
            }
        try database.run(
            "INSERT INTO receipt VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", .number(sequence),
            .blob(receipt.hash.bytes), .blob(receipt.raw), .blob(receipt.from.bytes),
            receipt.to.map { .blob($0.bytes) } ?? .null, receipt.created.map { .blob($0.bytes) } ?? .null,
            .bits(receipt.nonce), .blob(receipt.value.bigEndianBytes), .blob(receipt.input), .bits(receipt.gasLimit),
            .blob(receipt.gasPrice.bigEndianBytes), .bits(receipt.gasUsed), .number(status), .text(problem),
            .blob(receipt.output), .bits(receipt.blockNumber), .number(Int64(receipt.index)))
        for (place, event) in receipt.events.enumerated() {
            try database.run(
                "INSERT INTO event VALUES (?, ?, ?, ?, ?)", .number(sequence), .number(Int64(place)),
                .blob(event.address.bytes), .blob(event.topics.flatMap(\.bytes)), .blob(event.data))
        }
    }

    private func write(_ environment: BlockEnvironment) throws(ChainStoreError) {
        let values: [(String, Database.Value)] = [
            ("number", .bits(environment.number)), ("timestamp", .bits(environment.timestamp)),
            ("chain_id", .bits(environment.chainID)), ("author", .blob(environment.author.bytes)),
            ("base_fee", .blob(environment.baseFee.bigEndianBytes)), ("gas_price", .bits(environment.gasPrice)),
            ("gas_limit", .bits(environment.gasLimit)),
            ("minimum_balance", .blob(environment.minimumBalance.bigEndianBytes)),
        ]
        for (key, value) in values {
            try database.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", .text(key), value)
        }
    }

    // MARK: Reading

    /// Fills a chain with what the file holds.
    func load(_ chain: Chain) throws(ChainStoreError) {
        var state = WorldState()
        var history = ChainHistory()
        let engine = chain.engine
        try database.forEach("SELECT hash, bytes FROM code") { row throws(ChainStoreError) in
            let bytes = row.bytes(1)
            let hash = try row.hash(0)
            guard Hash256(keccakOf: bytes) == hash else { throw row.damaged("a code is not that of its hash") }
            state.load(ContractCode(hash: hash, bytes: bytes, engine: engine))
        }
        try database.forEach("SELECT address, nonce, balance, code_hash, immutable_data FROM account") {
            row throws(ChainStoreError) in
            var account = Account(try row.address(0))
            account.nonce = row.bits(1)
            account.balance = try row.wide(2)
            account.codeHash = row.isNull(3) ? nil : try row.hash(3)
            account.immutableData = row.isNull(4) ? nil : row.bytes(4)
            if let hash = account.codeHash, state.codes[hash] == nil {
                throw row.damaged("the code of a contract is missing")
            }
            state.load(account)
        }
        try database.forEach("SELECT address, kind, key, value FROM storage") { row throws(ChainStoreError) in
            let key: StorageKey =
                switch row.number(1) {
                case 0: .fixed(try row.hash(2))
                case 1: .variable(row.bytes(2))
                default: throw row.damaged("a value in storage has a key of no kind")
                }
            let value = StorageValue(row.bytes(3))
            guard key.byteCount <= Int(ReviveLimits.storageKeyBytes), value.byteCount <= Int(UInt16.max) else {
                throw row.damaged("a key or value in storage is too long")
            }
            state.setStorage(value, at: state.place(of: try row.address(0)), key)
        }
        try loadHistory(&history)
        chain.state = state
        chain.history = history
        try load(&chain.environment)
        savedEnvironment = chain.environment
    }

    private func loadHistory(_ history: inout ChainHistory) throws(ChainStoreError) {
        var loaded = ChainHistory()
        try database.forEach(
            """
            SELECT number, hash, parent, timestamp, author, base_fee, gas_limit, gas_used, transactions, sequence
            FROM block ORDER BY sequence
            """
        ) { row throws(ChainStoreError) in
            guard row.number(9) == Int64(loaded.blocks.count) else { throw row.damaged("a block is missing") }
            loaded.append(
                Block(
                    number: row.bits(0), hash: try row.hash(1), parentHash: try row.hash(2), timestamp: row.bits(3),
                    author: try row.address(4), baseFee: try row.wide(5), gasLimit: row.bits(6), gasUsed: row.bits(7),
                    transactions: try row.hashes(8)))
        }
        guard !loaded.blocks.isEmpty else { throw database.damaged("there is no block") }
        var events: [Int64: [ChainEvent]] = [:]
        try database.forEach("SELECT receipt, address, topics, data FROM event ORDER BY receipt, place") {
            row throws(ChainStoreError) in
            let event = ChainEvent(address: try row.address(1), topics: try row.hashes(2), data: row.bytes(3))
            events[row.number(0), default: []].append(event)
        }
        try database.forEach(
            """
            SELECT sequence, hash, raw, sender, recipient, created, nonce, value, input, gas_limit, gas_price, gas_used,
            status, problem, output, block, place FROM receipt ORDER BY sequence
            """
        ) { row throws(ChainStoreError) in
            guard row.number(0) == Int64(loaded.receipts.count) else { throw row.damaged("a transaction is missing") }
            let status: Receipt.Status =
                switch row.number(12) {
                case 0: .success
                case 1: .reverted
                default: .failed(row.text(13))
                }
            loaded.append(
                Receipt(
                    hash: try row.hash(1), raw: row.bytes(2), from: try row.address(3),
                    to: row.isNull(4) ? nil : try row.address(4), created: row.isNull(5) ? nil : try row.address(5),
                    nonce: row.bits(6), value: try row.wide(7), input: row.bytes(8), gasLimit: row.bits(9),
                    gasPrice: try row.wide(10), gasUsed: row.bits(11), status: status, output: row.bytes(14),
                    events: events[row.number(0)] ?? [], blockNumber: row.bits(15), index: Int(row.number(16))))
        }
        try database.forEach("SELECT name, address, abi FROM label") { row throws(ChainStoreError) in
            loaded.labels[row.text(0)] = ContractLabel(address: try row.address(1), abi: row.text(2))
        }
        let start = try database.number("SELECT value FROM meta WHERE key = 'open_start'")
        guard start >= 0, start <= loaded.receipts.count else {
            throw database.damaged("the open block begins behind its end")
        }
        loaded.load(openStart: Int(start))
        if let problem = loaded.problem { throw database.damaged(problem) }
        history = loaded
        savedBlockCount = loaded.blocks.count
        savedReceiptCount = loaded.receipts.count
        savedOpenStart = loaded.openStart
        savedLabels = loaded.labels
    }

    private func load(_ environment: inout BlockEnvironment) throws(ChainStoreError) {
        var loaded = environment
        try database.forEach("SELECT key, value FROM meta") { row throws(ChainStoreError) in
            switch row.text(0) {
            case "number": loaded.number = row.bits(1)
            case "timestamp": loaded.timestamp = row.bits(1)
            case "chain_id": loaded.chainID = row.bits(1)
            case "author": loaded.author = try row.address(1)
            case "base_fee": loaded.baseFee = try row.wide(1)
            case "gas_price": loaded.gasPrice = row.bits(1)
            case "gas_limit": loaded.gasLimit = row.bits(1)
            case "minimum_balance": loaded.minimumBalance = try row.wide(1)
            default: break
            }
        }
        guard loaded.number <= ChainHistory.largestNumber else {
            throw database.damaged("the number of the open block, \(loaded.number), is too large")
        }
        environment = loaded
    }
}
