// What accumulating makes of the chain's state: as it would be if all goes well, and as it was at the last checkpoint.

package import PolkaABI

/// Bytes that a service gave for a request.
package struct Provision: Sendable, Hashable {
    package var service: UInt32
    package var data: [UInt8]
}

/// State on its way, and what else comes of accumulating.
package struct Implications: Sendable, Equatable {
    package var state: JAMState
    /// The id that the next service gets.
    package var nextID: UInt32
    package var transfers: [DeferredTransfer] = []
    package var yielded: Hash256?
    package var provisions: [Provision] = []
}

/// The two ways in which an accumulation may end.
package struct Accumulation: Sendable, Equatable {
    /// The service that accumulates.
    package let service: UInt32
    /// What holds if it halts.
    package var regular: Implications
    /// What holds if it panics or its gas runs out.
    package var exceptional: Implications
    /// Whether a checkpoint was set.
    package var hasCheckpoint = false

    /// Nothing has changed yet.
    package init(state: JAMState, service: UInt32) {
        self.service = service
        regular = Implications(state: state, nextID: Self.firstID(in: state, for: service))
        exceptional = regular
    }

    // MARK: The own account

    var own: ServiceAccount? { regular.state.services[service] }

    mutating func changeOwn(_ change: (inout ServiceAccount) -> Void) {
        guard regular.state.services[service] != nil else { return }
        // In place: a copy would double storage for each write.
        change(&regular.state.services[service, default: ServiceAccount(codeHash: .zero, balance: 0)])
    }

    /// Whether the own balance carries what is stored.
    var isOwnCovered: Bool { own?.isCovered(regular.state.parameters) ?? false }

    // MARK: Ids

    /// How many ids there are that services get without the registrar.
    private static let idCount = (1 << 32) - UInt64(ProtocolParameters.publicServiceStart) - (1 << 8)

    /// The id in the range of public ones that an offset means.
    private static func id(at offset: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: offset % idCount + UInt64(ProtocolParameters.publicServiceStart))
    }

    /// The first id that is free, from one on.
    private static func free(_ id: UInt32, in state: JAMState) -> UInt32 {
        var id = id
        while state.services[id] != nil {
            id = Self.id(at: UInt64(id - ProtocolParameters.publicServiceStart) + 1)
        }
        return id
    }

    /// The id of the first service that is made; block and service decide.
    private static func firstID(in state: JAMState, for service: UInt32) -> UInt32 {
        var out = JAMEncoder()
        out.natural(UInt64(service))
        out.hash(state.entropy)
        out.natural(UInt64(state.timeSlot))
        let low = Hash256(blakeOf: out.bytes).bytes.prefix(4)
        return free(id(at: low.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }), in: state)
    }

    /// Takes the next id.
    mutating func takeID() -> UInt32 {
        let id = regular.nextID
        let next = UInt64(id - ProtocolParameters.publicServiceStart) + 42
        regular.nextID = Self.free(Self.id(at: next), in: regular.state)
        return id
    }
}

extension JAMState {
    /// The state after a service accumulated: what it may change, and what was provided.
    ///
    /// Who may bless, assign and designate is a matter of the state before (the manager's word counts before that of others).
    func settled(_ result: Implications, by service: UInt32) -> JAMState {
        var state = self
        state.services = result.state.services
        let changed = result.state.privileges
        if privileges.manager == service {
            state.privileges.manager = changed.manager
            state.privileges.alwaysAccumulate = changed.alwaysAccumulate
        }
        if service == privileges.manager || service == privileges.delegator {
            state.privileges.delegator = changed.delegator
        }
        if service == privileges.manager || service == privileges.registrar {
            state.privileges.registrar = changed.registrar
        }
        for core in 0..<parameters.coreCount {
            let isAssigner = privileges.assigner(of: core) == service
            if isAssigner || service == privileges.manager {
                state.privileges.assigners[core] = changed.assigners[core]
            }
            if isAssigner { state.authorizerQueues[core] = result.state.authorizerQueues[core] }
        }
        if service == privileges.delegator { state.validators = result.state.validators }
        state.transfers += result.transfers
        for provision in result.provisions {
            let request = PreimageRequest(for: provision.data)
            guard state.services[provision.service]?.requests[request] == [] else { continue }
            state.services[provision.service]?.provide(provision.data, at: timeSlot)
        }
        return state
    }
}
