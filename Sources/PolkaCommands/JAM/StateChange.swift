// What a run changed in the chain's state, as a list.

import PolkaABI
import PolkaJAM

/// A value that is another one than before.
struct StateChange: Encodable, Equatable {
    /// The service that it belongs to; nil for the chain itself.
    let service: UInt32?
    /// What it is: `balance`, `storage`, `request` and others.
    let what: String
    /// Which of several it is.
    var key: String?
    /// nil: there was none.
    var before: String?
    /// nil: there is none any more.
    var after: String?

    /// A line for people.
    var text: String {
        let place = service.map { "service \($0)" } ?? "chain"
        let name = what + (key.map { " \($0)" } ?? "")
        switch (before, after) {
        case (nil, let after?): return "\(place): \(name) = \(after)"
        case (let before?, nil): return "\(place): \(name) gone, was \(before)"
        case (let before, let after): return "\(place): \(name) \(before ?? "") -> \(after ?? "")"
        }
    }

    /// All differences between two states, sorted by service.
    static func all(from old: JAMState, to new: JAMState) -> [StateChange] {
        var changes: [StateChange] = []
        for id in Set(old.services.keys).union(new.services.keys).sorted() {
            switch (old.services[id], new.services[id]) {
            case (let before?, let after?): changes += all(of: id, from: before, to: after)
            case (nil, let after?):
                changes.append(
                    StateChange(service: id, what: "new", after: "code \(after.codeHash), balance \(after.balance)"))
            case (let before?, nil):
                changes.append(StateChange(service: id, what: "service", before: "balance \(before.balance)"))
            case (nil, nil): break
            }
        }
        func add(_ what: String, _ before: String, _ after: String) {
            if before != after { changes.append(StateChange(service: nil, what: what, before: before, after: after)) }
        }
        let (before, after) = (old.privileges, new.privileges)
        add("manager", "\(before.manager)", "\(after.manager)")
        add("delegator", "\(before.delegator)", "\(after.delegator)")
        add("registrar", "\(before.registrar)", "\(after.registrar)")
        add("assigners", "\(before.assigners.count) set", "\(after.assigners.count) set")
        add("always_accumulate", list(before.alwaysAccumulate), list(after.alwaysAccumulate))
        for core in Set(old.authorizerQueues.keys).union(new.authorizerQueues.keys).sorted()
        where old.authorizerQueues[core] != new.authorizerQueues[core] {
            changes.append(StateChange(service: nil, what: "authorizer queue", key: "\(core)", after: "set"))
        }
        if old.validators != new.validators {
            let count = new.validators.count / Int(JAMLimits.validatorBytes)
            changes.append(StateChange(service: nil, what: "validators", after: "\(count)"))
        }
        return changes
    }

    private static func list(_ gas: [UInt32: UInt64]) -> String {
        "[" + gas.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "]"
    }

    private static func all(of id: UInt32, from old: ServiceAccount, to new: ServiceAccount) -> [StateChange] {
        var changes: [StateChange] = []
        func add(_ what: String, _ before: some CustomStringConvertible, _ after: some CustomStringConvertible) {
            let (before, after) = (before.description, after.description)
            if before != after { changes.append(StateChange(service: id, what: what, before: before, after: after)) }
        }
        add("balance", old.balance, new.balance)
        add("code", old.codeHash, new.codeHash)
        add("minimum_item_gas", old.minimumItemGas, new.minimumItemGas)
        add("minimum_memo_gas", old.minimumMemoGas, new.minimumMemoGas)
        for key in Set(old.storage.keys).union(new.storage.keys).sorted(by: { $0.lexicographicallyPrecedes($1) })
        where old.storage[key] != new.storage[key] {
            changes.append(
                StateChange(
                    service: id, what: "storage", key: Hex.text(key), before: old.storage[key].map { Hex.text($0) },
                    after: new.storage[key].map { Hex.text($0) }))
        }
        func slots(_ list: [UInt32]?) -> String? { list.map { "\($0)" } }
        for request in Set(old.requests.keys).union(new.requests.keys).sorted()
        where old.requests[request] != new.requests[request] {
            changes.append(
                StateChange(
                    service: id, what: "request", key: "\(request.hash) of \(request.length) bytes",
                    before: slots(old.requests[request]), after: slots(new.requests[request])))
        }
        return changes
    }
}
