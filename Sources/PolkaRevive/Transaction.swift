// A message to the chain from outside, and what came of it.

public import PolkaABI
public import PolkaVM

/// What contracts see of the block that they run in.
public struct BlockEnvironment: Sendable, Hashable {
    /// The number of the block.
    public var number: UInt64
    /// Its time, in seconds.
    public var timestamp: UInt64
    /// The number of the chain.
    public var chainID: UInt64
    /// Who made the block; fees go there.
    public var author: Address
    /// The base fee.
    public var baseFee: U256
    /// The price of a unit of gas.
    public var gasPrice: UInt64
    /// The gas of a whole block.
    public var gasLimit: UInt64
    /// What an account must have to be one, as the System precompile tells it; nothing here enforces it.
    public var minimumBalance: U256

    /// Makes a value of its properties.
    public init(
        number: UInt64, timestamp: UInt64, chainID: UInt64, author: Address, baseFee: U256, gasPrice: UInt64,
        gasLimit: UInt64, minimumBalance: U256 = .zero
    ) {
        self.number = number
        self.timestamp = timestamp
        self.chainID = chainID
        self.author = author
        self.baseFee = baseFee
        self.gasPrice = gasPrice
        self.gasLimit = gasLimit
        self.minimumBalance = minimumBalance
    }

    /// Block 1 of a chain for developers, at a time that is the same every day.
    public static let development = BlockEnvironment(
        number: 1, timestamp: 1_700_000_000, chainID: 420_420, author: .zero, baseFee: .zero, gasPrice: 1000,
        gasLimit: 1_000_000_000_000)
}

/// What a contract has left for those outside.
public struct ChainEvent: Sendable, Hashable {
    /// Whose it is.
    public var address: Address
    /// Up to four words to search by.
    public var topics: [Hash256]
    /// The rest.
    public var data: [UInt8]

    /// Makes a value of its properties.
    public init(address: Address, topics: [Hash256], data: [UInt8]) {
        (self.address, self.topics, self.data) = (address, topics, data)
    }
}

/// A message from outside.
public struct Transaction: Sendable, Hashable {
    /// Whom it is for.
    public enum Target: Sendable, Hashable {
        /// An account or contract.
        case call(Address)
        /// A contract that is to be made of a blob; without salt at an address that follows from the sender's nonce.
        case create(code: [UInt8], salt: Hash256?)
        /// A contract that is to be made of code that is on the chain.
        case createFromHash(Hash256, salt: Hash256?)
    }

    /// Gas for one who does not say how much.
    public static let defaultGasLimit: UInt64 = 1_000_000_000

    /// Who signed it.
    public var from: Address
    /// Whom it is for.
    public var target: Target
    /// What it brings along.
    public var value: U256
    /// Call data, or what the constructor gets.
    public var input: [UInt8]
    /// The gas that it may use.
    public var gasLimit: UInt64
    /// What the sender pays the block's author for a unit of gas; 0: running is free.
    public var gasPrice: U256
    /// The sender's nonce as the signer saw it; nil: whatever it is.
    public var nonce: UInt64?

    /// Makes a value of its properties.
    public init(
        from: Address, target: Target, value: U256 = .zero, input: [UInt8] = [],
        gasLimit: UInt64 = Transaction.defaultGasLimit, gasPrice: U256 = .zero, nonce: UInt64? = nil
    ) {
        self.from = from
        self.target = target
        self.value = value
        self.input = input
        self.gasLimit = gasLimit
        self.gasPrice = gasPrice
        self.nonce = nonce
    }
}

/// Why a transaction was not even begun; nothing has changed.
public enum TransactionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The sender's nonce is another one.
    case wrongNonce(found: UInt64, expected: UInt64)
    /// The sender can not pay for value and gas.
    case insufficientFunds(Address, balance: U256, needed: U256)
    /// There is no such code to make a contract of.
    case codeNotFound(Hash256)
    /// The code is not admitted.
    case refused(AdmissionError)
    /// The chain's file can not be written.
    case store(ChainStoreError)

    /// What was found and expected, for people.
    public var description: String {
        switch self {
        case .wrongNonce(let found, let expected):
            found < expected
                ? "nonce \(found) is used already, the next one is \(expected): was this transaction sent before?"
                : "nonce \(found) is too high, the next one is \(expected)"
        case .insufficientFunds(let address, let balance, let needed):
            "\(address) has \(balance), and value and gas take \(needed)"
        case .codeNotFound(let hash): FrameError.codeNotFound(hash).description
        case .refused(let error): error.description
        case .store(let error): error.description
        }
    }
}

/// How a frame was entered.
public enum FrameKind: String, Sendable, Hashable {
    case call
    case delegateCall
    case deploy
    /// What `Chain.runFrame` runs.
    case test
}

/// One frame of a transaction.
public struct CallRecord: Sendable, Hashable {
    /// How many frames wait for it.
    public var depth: Int
    /// How it was entered.
    public var kind: FrameKind
    /// Whose state it works on.
    public var address: Address
    /// Whose code it runs, if that is another's.
    public var codeAddress: Address
    /// Who called.
    public var caller: Address
    /// What it brought along.
    public var value: U256
    /// Its input, of which the first four bytes usually select a function.
    public var input: [UInt8]
    /// What it returned.
    public var output: [UInt8] = []
    /// The gas that it used, that of inner frames included.
    public var gasUsed: UInt64 = 0
    /// How it ended.
    public var status = Outcome.Status.success
}

/// Where a contract stopped.
public struct FailureDetail: Sendable, Equatable {
    /// The contract.
    public var address: Address
    /// The hash of its code; nil for code that is not on the chain.
    public var codeHash: Hash256?
    /// The instruction, nil if nothing tells it.
    public var programCounter: UInt32?
    /// Who called whom within the contract.
    public var backtrace: Backtrace
}

/// What came of a transaction.
public struct Outcome: Sendable, Equatable {
    /// How it ended.
    public enum Status: Sendable, Hashable {
        case success
        /// The contract undid what it did; the output says why.
        case reverted
        /// The contract stopped with an error: what, and where.
        case trapped(String)
        case outOfGas
        /// The host ended it.
        case failed(FrameError)

        init(_ error: FrameError) {
            self =
                switch error {
                case .contractTrapped(let reason), .executionFailed(let reason): .trapped(reason)
                case .outOfGas: .outOfGas
                default: .failed(error)
                }
        }
    }

    /// How it ended.
    public var status: Status
    /// What the contract returned, also if it reverted.
    public var output: [UInt8] = []
    /// The gas that it used.
    public var gasUsed: UInt64 = 0
    /// What contracts have left, none unless it succeeded.
    public var events: [ChainEvent] = []
    /// The contract that was made.
    public var created: Address?
    /// Every frame, callers before callees, if `Chain.recordsCalls` asked for it.
    public var calls: [CallRecord] = []
    /// Where it stopped, for a trap or an error.
    public var failure: FailureDetail?

    /// Whether it did what it was meant to.
    public var isSuccess: Bool { status == .success }

    /// The code that a contract which made the call would get.
    public var returnCode: ReturnCode {
        switch status {
        case .success: .success
        case .reverted: .calleeReverted
        case .trapped: .calleeTrapped
        case .outOfGas: .outOfResources
        case .failed(let error): ReturnCode(ofCallee: error)
        }
    }
}
