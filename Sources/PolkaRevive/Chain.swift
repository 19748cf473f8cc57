// The chain at home: accounts, contracts and blocks of one user, with the host functions of revive as they are on chain. How frames run is
// in Chain+Frames.swift.

public import PolkaABI
import PolkaBlob
public import PolkaVM

/// A place to go back to.
public struct SnapshotID: Hashable, Sendable {
    let number: UInt64
}

/// A chain of contracts, in memory or in a file.
///
/// Use it from one thread at a time. Contracts cost one unit of gas for an instruction, taken synchronously, and host functions
/// what the table of the interface says.
public final class Chain {
    /// What runs the contracts.
    public let engine: Engine
    /// The block that is being made, as contracts see it.
    public var environment: BlockEnvironment
    /// Whether outcomes tell of every frame.
    public var recordsCalls = false
    /// Tells the hashes of blocks that are kept elsewhere, of which contracts see the last 256; nil where it knows none.
    public var blockHashes: ((UInt64) -> Hash256?)?
    /// Answers calls in place of what is at their address; nil where it has no answer.
    public var callHandler: ((MockedCall) -> CallAnswer?)?
    /// Addresses that have code for whoever asks, although it is the handler that answers their calls.
    public var mockedAddresses: Set<Address> = []

    var state = WorldState()
    var history = ChainHistory()
    /// Where it all lasts, nil in memory.
    let file: ChainFile?
    let binding = HostBinding.take()
    /// The frame that runs.
    var slot: FrameSlot { binding.slot }
    /// Of the transaction at hand.
    var origin = Address.zero
    var events: [ChainEvent] = []
    /// What they take of memory, roughly.
    var eventByteCount = 0
    var calls: [CallRecord] = []
    var failure: FailureDetail?

    /// What it takes to go back to a snapshot.
    struct Snapshot {
        let mark: WorldState.Mark
        let environment: BlockEnvironment
        let blockCount: Int, receiptCount: Int, openStart: Int
        let labels: [String: ContractLabel]
    }
    private var snapshots: [SnapshotID: Snapshot] = [:]
    private var lastSnapshot: UInt64 = 0
    /// Changes that wait for each other to be made to last.
    private var atomicDepth = 0

    /// Makes an empty chain in memory, with one block ahead of the environment's.
    public init(engine: Engine = Engine(), environment: BlockEnvironment = .development) {
        self.engine = engine
        self.environment = environment
        file = nil
        history.append(Self.firstBlock(ahead: environment))
    }

    /// Makes a chain in a file, or goes on with the one that is in it.
    ///
    /// The file is locked until the chain is gone. What transactions and set-ups do is in the file when they return, all of it or nothing.
    ///
    /// - Parameters:
    ///   - engine: what runs the contracts.
    ///   - path: the file, which is made if there is none.
    ///   - environment: of a chain that is made.
    /// - Throws: `ChainStoreError` if the file can not be used.
    public init(
        engine: Engine = Engine(), file path: String, environment: BlockEnvironment = .development
    ) throws(ChainStoreError) {
        self.engine = engine
        self.environment = environment
        let file = try ChainFile(path)
        self.file = file
        history.append(Self.firstBlock(ahead: environment))
        if file.isNew {
            try file.save(self, .everything)
        } else {
            try file.load(self)
        }
        state.forgetJournal()
    }

    deinit { HostBinding.giveBack(binding) }

    private static func firstBlock(ahead environment: BlockEnvironment) -> Block {
        var first = environment
        first.number = max(1, environment.number) - 1
        return Block(first, after: .zero, gasUsed: 0, transactions: [])
    }

    // MARK: Accounts

    /// What an account has.
    public func balance(of address: Address) -> U256 { state.account(address)?.balance ?? .zero }

    /// How many transactions an account has signed, or, for a contract, how many contracts it has made and one more.
    public func nonce(of address: Address) -> UInt64 { state.account(address)?.nonce ?? 0 }

    /// The code of a contract, empty for other accounts.
    public func code(at address: Address) -> [UInt8] {
        state.account(address)?.codeHash.flatMap { state.codes[$0]?.bytes } ?? []
    }

    /// The hash of a contract's code, nil for other accounts.
    public func codeHash(at address: Address) -> Hash256? { state.account(address)?.codeHash }

    /// Code that is on the chain.
    public func code(ofHash hash: Hash256) -> [UInt8]? { state.codes[hash]?.bytes }

    /// A value in a contract's storage under a key of 32 bytes; nil if there is none.
    public func storage(at address: Address, key: Hash256) -> [UInt8]? {
        state.account(address)?.storage[.fixed(key)]?.bytes
    }

    /// A value in a contract's storage under a key of a length of its own; nil if there is none.
    public func storage(at address: Address, variableKey key: [UInt8]) -> [UInt8]? {
        state.account(address)?.storage[.variable(key)]?.bytes
    }

    /// What a contract's constructor has left for good.
    public func immutableData(at address: Address) -> [UInt8]? { state.account(address)?.immutableData }

    /// The addresses of all contracts, in ascending order.
    public var contracts: [Address] { state.accounts.filter { $0.codeHash != nil }.map(\.address).sorted() }

    /// Gives an account a balance.
    public func setBalance(_ balance: U256, of address: Address) throws {
        try change { state.setBalance(balance, at: state.place(of: address)) }
    }

    /// Sets an account's nonce.
    public func setNonce(_ nonce: UInt64, of address: Address) throws {
        try change { state.setNonce(nonce, at: state.place(of: address)) }
    }

    /// Puts code on the chain, of which contracts can be made then.
    ///
    /// - Returns: its hash, Keccak-256 of the blob.
    /// - Throws: `AdmissionError`, which names the rule that the code breaks.
    @discardableResult
    public func upload(code: [UInt8]) throws -> Hash256 {
        let code = try ContractCode.admit(code, engine: engine)
        try change { state.add(code) }
        return code.hash
    }

    /// Lets failures of code on the chain tell functions and lines.
    ///
    /// - Parameter bytes: the same program as is on the chain, with debug information.
    /// - Returns: false if there is no such code.
    @discardableResult
    public func addDebugInformation(from bytes: [UInt8]) -> Bool {
        guard let blob = try? Blob(parsing: bytes) else { return false }
        let hash = Hash256(keccakOf: blob.serialized(strip: true))
        return state.codes[hash]?.describe(by: blob) ?? false
    }

    /// The same for code that is yet to come here.
    ///
    /// - Throws: `AdmissionError`, which names the rule that the code breaks.
    package func describe(_ code: [UInt8], by bytes: [UInt8]) throws {
        guard let blob = try? Blob(parsing: bytes) else { return }
        _ = try ContractCode.admit(code, engine: engine).describe(by: blob)
    }

    /// Makes an address a contract without running a constructor, for tests and set-ups.
    ///
    /// - Throws: `AdmissionError`, which names the rule that the code breaks.
    public func install(code: [UInt8], at address: Address, immutableData: [UInt8]? = nil) throws {
        let code = try ContractCode.admit(code, engine: engine)
        try change {
            let place = state.place(of: address)
            state.add(code)
            state.setCodeHash(code.hash, at: place)
            state.setImmutableData(immutableData, at: place)
            if state.accounts[place].nonce == 0 { state.setNonce(1, at: place) }
        }
    }

    /// Sets a value in a contract's storage, or removes it, for tests and set-ups.
    public func setStorage(_ value: [UInt8]?, at address: Address, key: Hash256) throws {
        try change {
            _ = state.setStorage(value.map { StorageValue($0) }, at: state.place(of: address), .fixed(key))
        }
    }

    /// Changes state from outside of transactions.
    private func change(_ body: () -> Void) throws { try atomically(body) }

    /// Takes the data of a transaction that makes a contract apart: a blob, which tells its own length, and what the constructor
    /// gets.
    ///
    /// - Returns: nil if the data does not begin with a blob.
    public static func split(_ data: [UInt8]) -> (code: [UInt8], input: [UInt8])? {
        guard let length = Blob.declaredLength(of: data), length > 0, length <= UInt64(data.count) else {
            return nil
        }
        return (Array(data.prefix(Int(length))), Array(data.dropFirst(Int(length))))
    }

    // MARK: Lasting

    /// Does several things of which all last or none, such as a transaction, its receipt and the end of a block.
    ///
    /// - Throws: what `body` throws, and `TransactionError.store` if the file can not be written; nothing has changed then.
    public func atomically<Result>(_ body: () throws -> Result) throws -> Result {
        let start = currentSnapshot
        atomicDepth += 1
        let result: Result
        do {
            result = try body()
            if atomicDepth == 1, slot.frame == nil, let file {
                do throws(ChainStoreError) { try file.save(self, .changes(since: start)) } catch {
                    throw TransactionError.store(error)
                }
            }
            atomicDepth -= 1
        } catch {
            atomicDepth -= 1
            goBack(to: start)
            throw error
        }
        forgetIfPossible()
        return result
    }

    /// Writes the environment to the file if it was changed since the last transaction.
    public func save() throws { try atomically {} }

    // MARK: Going back and apart

    private var currentSnapshot: Snapshot {
        Snapshot(
            mark: state.mark, environment: environment, blockCount: history.blocks.count,
            receiptCount: history.receipts.count, openStart: history.openStart, labels: history.labels)
    }

    private func goBack(to snapshot: Snapshot, _ body: (WorldState.Change) -> Void = { _ in }) {
        state.undo(to: snapshot.mark, body)
        environment = snapshot.environment
        history.truncate(
            blockCount: snapshot.blockCount, receiptCount: snapshot.receiptCount, openStart: snapshot.openStart)
        history.labels = snapshot.labels
    }

    /// Marks the state and the history as they are, which takes no time.
    public func snapshot() -> SnapshotID {
        lastSnapshot += 1
        let id = SnapshotID(number: lastSnapshot)
        snapshots[id] = currentSnapshot
        return id
    }

    /// Goes back to a snapshot, which stays good; later ones do not.
    ///
    /// - Returns: false if there is no such snapshot any more; then nothing has changed.
    /// - Throws: `TransactionError.store` if the file can not be written; nothing has changed then, and all snapshots are good.
    public func restore(_ id: SnapshotID) throws -> Bool {
        guard let snapshot = snapshots[id], slot.frame == nil, atomicDepth == 0 else { return false }
        if let file {
            // What is undone can not be done again, but a copy can be put back.
            let before = (state, history, environment)
            var undone = ChangedPlaces()
            goBack(to: snapshot) { undone.add($0) }
            do throws(ChainStoreError) { try file.save(self, .undone(undone)) } catch {
                (state, history, environment) = before
                throw TransactionError.store(error)
            }
        } else {
            goBack(to: snapshot)
        }
        for later in snapshots.keys where later.number > id.number { snapshots[later] = nil }
        return true
    }

    /// Forgets a snapshot, so that nothing more is kept for it.
    public func discard(_ id: SnapshotID) {
        snapshots[id] = nil
        forgetIfPossible()
    }

    /// A chain of its own that begins as this one is now: in memory, and sharing with this one what neither changes.
    public func fork() -> Chain {
        let fork = Chain(engine: engine, environment: environment)
        fork.state = state
        fork.state.forgetJournal()
        fork.history = history
        fork.recordsCalls = recordsCalls
        return fork
    }

    private func forgetIfPossible() {
        if snapshots.isEmpty, slot.frame == nil, atomicDepth == 0 { state.forgetJournal() }
    }
}

/// A call that a test may answer.
public struct MockedCall: Sendable, Hashable {
    /// Who calls whom.
    public var caller: Address, address: Address
    /// What the call brings along.
    public var value: U256
    /// Its input.
    public var input: [UInt8]
}

/// The answer to a call in place of what is there.
public enum CallAnswer: Sendable, Hashable {
    case success([UInt8])
    case reverted([UInt8])
    case failed(FrameError)

    var ending: Frame.Ending {
        switch self {
        case .success(let output): .success(output)
        case .reverted(let output): .reverted(output)
        case .failed(let error): .failed(error)
        }
    }
}
