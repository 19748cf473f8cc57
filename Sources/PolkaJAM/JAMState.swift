// The part of the chain's state that services see and change.

public import PolkaABI

/// The services that may do what others may not.
public struct Privileges: Sendable, Equatable {
    /// May bless.
    public var manager: UInt32 = 0
    /// May set the next validators.
    public var delegator: UInt32 = 0
    /// May make services with ids below 65536.
    public var registrar: UInt32 = 0
    /// May assign authorizers to a core, by core; where none is named, service 0 may.
    public var assigners: [UInt16: UInt32] = [:]
    /// Services that accumulate in every block, and their gas.
    public var alwaysAccumulate: [UInt32: UInt64] = [:]

    /// Service 0 may do all.
    public init() {}

    /// Who may assign authorizers to a core.
    public func assigner(of core: UInt16) -> UInt32 { assigners[core] ?? 0 }
}

/// State of the chain.
public struct JAMState: Sendable, Equatable {
    /// What the network chose.
    public var parameters = ProtocolParameters()
    /// The block's time slot.
    public var timeSlot: UInt32 = 0
    /// The block's entropy.
    public var entropy: Hash256 = .zero
    /// The services, by id.
    public var services: [UInt32: ServiceAccount] = [:]
    /// Who may do what.
    public var privileges = Privileges()
    /// The hashes of the authorizers that wait for a core; a core that is not there has zeros.
    public var authorizerQueues: [UInt16: [Hash256]] = [:]
    /// The validators to come, 336 bytes each.
    public var validators: [UInt8] = []
    /// Transfers that their destinations have not seen yet.
    public var transfers: [DeferredTransfer] = []

    /// A chain without services.
    public init() {}
}

/// An amount, gas and a memo on the way to a service.
public struct DeferredTransfer: Sendable, Equatable {
    /// The service that sent it.
    public var source: UInt32
    /// The service that gets it.
    public var destination: UInt32
    /// What it is worth.
    public var amount: UInt64
    /// 128 bytes.
    public var memo: [UInt8]
    /// The gas for dealing with it.
    public var gas: UInt64

    /// A transfer; the memo is cut or filled up with zeros.
    public init(source: UInt32, destination: UInt32, amount: UInt64, memo: [UInt8] = [], gas: UInt64 = 0) {
        self.source = source
        self.destination = destination
        self.amount = amount
        self.memo = memo.padded(to: ProtocolParameters.memoByteCount)
        self.gas = gas
    }
}

extension [UInt8] {
    /// So many bytes: the first ones, or with zeros behind them.
    func padded(to count: Int) -> [UInt8] {
        self.count >= count ? Array(prefix(count)) : self + [UInt8](repeating: 0, count: count - self.count)
    }
}
