// The part of the chain's state that services see and change.

package import PolkaABI

/// The services that may do what others may not.
package struct Privileges: Sendable, Equatable {
    /// May bless.
    package var manager: UInt32 = 0
    /// May set the next validators.
    package var delegator: UInt32 = 0
    /// May make services with ids below 65536.
    package var registrar: UInt32 = 0
    /// May assign authorizers to a core, by core; where none is named, service 0 may.
    package var assigners: [UInt16: UInt32] = [:]
    /// Services that accumulate in every block, and their gas.
    package var alwaysAccumulate: [UInt32: UInt64] = [:]

    /// Service 0 may do all.
    package init() {}

    /// Who may assign authorizers to a core.
    package func assigner(of core: UInt16) -> UInt32 { assigners[core] ?? 0 }
}

/// State of the chain.
package struct JAMState: Sendable, Equatable {
    /// What the network chose.
    package var parameters = ProtocolParameters()
    /// The block's time slot.
    package var timeSlot: UInt32 = 0
    /// The block's entropy.
    package var entropy: Hash256 = .zero
    /// The services, by id.
    package var services: [UInt32: ServiceAccount] = [:]
    /// Who may do what.
    package var privileges = Privileges()
    /// The hashes of the authorizers that wait for a core; a core that is not there has zeros.
    package var authorizerQueues: [UInt16: [Hash256]] = [:]
    /// The validators to come, 336 bytes each.
    package var validators: [UInt8] = []
    /// Transfers that their destinations have not seen yet.
    package var transfers: [DeferredTransfer] = []

    /// A chain without services.
    package init() {}
}

/// An amount, gas and a memo on the way to a service.
package struct DeferredTransfer: Sendable, Equatable {
    /// The service that sent it.
    package var source: UInt32
    /// The service that gets it.
    package var destination: UInt32
    /// What it is worth.
    package var amount: UInt64
    /// 128 bytes.
    package var memo: [UInt8]
    /// The gas for dealing with it.
    package var gas: UInt64

    /// A transfer; the memo is cut or filled up with zeros.
    package init(source: UInt32, destination: UInt32, amount: UInt64, memo: [UInt8] = [], gas: UInt64 = 0) {
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
