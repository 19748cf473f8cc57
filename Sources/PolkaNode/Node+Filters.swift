// Methods that search events, and filters by which clients learn what is new.

import PolkaABI
import PolkaRevive

/// What clients are waiting for.
struct Filters {
    enum Kind {
        case logs(LogCriteria)
        case blocks
        /// Hashes that the client has not seen yet.
        case transactions([Hash256])
    }

    struct Filter {
        var kind: Kind
        /// The last block that the client knows of.
        var seen: UInt64
        /// When the client asked last, by a count of all questions.
        var lastUse: UInt64
    }

    /// Those that nobody has asked for longest go first.
    static let maximumCount = 1000
    private static let maximumHashes = 10_000

    private var filters: [U256: Filter] = [:]
    private var lastID: U256 = .zero
    private var uses: UInt64 = 0

    mutating func add(_ kind: Kind, head: UInt64) -> U256 {
        if filters.count >= Self.maximumCount, let oldest = filters.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            filters[oldest.key] = nil
        }
        lastID += 1
        uses += 1
        filters[lastID] = Filter(kind: kind, seen: head, lastUse: uses)
        return lastID
    }

    mutating func remove(_ id: U256) -> Bool { filters.removeValue(forKey: id) != nil }

    func kind(_ id: U256) -> Kind? { filters[id]?.kind }

    /// The filter as it was before, which now knows everything.
    mutating func use(_ id: U256, head: UInt64) -> Filter? {
        guard let filter = filters[id] else { return nil }
        uses += 1
        filters[id]?.lastUse = uses
        filters[id]?.seen = head
        if case .transactions = filter.kind { filters[id]?.kind = .transactions([]) }
        return filter
    }

    mutating func noteTransaction(_ hash: Hash256) {
        for (id, filter) in filters {
            guard case .transactions(let hashes) = filter.kind, hashes.count < Self.maximumHashes else { continue }
            filters[id]?.kind = .transactions(hashes + [hash])
        }
    }

    /// Blocks behind one are no more.
    mutating func goBack(to head: UInt64) {
        for (id, filter) in filters where filter.seen > head { filters[id]?.seen = head }
    }
}

extension Node {
    static let filterMethods: [String: Method] = [
        "eth_getLogs": Method(1) { node, parameters throws(RPCError) in
            try node.logs(try LogCriteria(try parameters.required(0, "filter")))
        },
        "eth_newFilter": Method(1) { node, parameters throws(RPCError) in
            let criteria = try LogCriteria(try parameters.required(0, "filter"))
            return .quantity(node.filters.add(.logs(criteria), head: node.head.number))
        },
        "eth_newBlockFilter": Method(0) { node, _ throws(RPCError) in
            .quantity(node.filters.add(.blocks, head: node.head.number))
        },
        "eth_newPendingTransactionFilter": Method(0) { node, _ throws(RPCError) in
            .quantity(node.filters.add(.transactions([]), head: node.head.number))
        },
        "eth_uninstallFilter": Method(1) { node, parameters throws(RPCError) in
            .bool(node.filters.remove(try parameters.quantity(0, "filter id")))
        },
        "eth_getFilterLogs": Method(1) { node, parameters throws(RPCError) in
            guard case .logs(let criteria)? = node.filters.kind(try parameters.quantity(0, "filter id")) else {
                throw .refused("filter not found: there is no filter of events with this id")
            }
            return try node.logs(criteria)
        },
        "eth_getFilterChanges": Method(1) { node, parameters throws(RPCError) in
            try node.changes(try parameters.quantity(0, "filter id"))
        },
    ]

    /// Events in an answer at most.
    static let maximumLogs = 10_000

    private func changes(_ id: U256) throws(RPCError) -> JSON {
        let last = head.number
        guard let filter = filters.use(id, head: last) else { throw .refused("filter not found") }
        switch filter.kind {
        case .transactions(let hashes): return .array(hashes.map { .hash($0) })
        case .blocks:
            guard filter.seen < last else { return [] }
            return .array((filter.seen + 1...last).compactMap { chain.block(number: $0).map { .hash($0.hash) } })
        case .logs(let criteria):
            guard filter.seen < last else { return [] }
            // The range that was asked for, as far as it is new.
            var range = (first: filter.seen + 1, last: last)
            if case .number(let number) = criteria.from { range.first = max(range.first, number) }
            if case .number(let number) = criteria.to { range.last = min(range.last, number) }
            return try logs(criteria, in: range.first, range.last)
        }
    }

    private func logs(_ criteria: LogCriteria) throws(RPCError) -> JSON {
        if case .hash = criteria.from {
            let number = try block(criteria.from).number
            return try logs(criteria, in: number, number)
        }
        func number(_ choice: BlockChoice) -> UInt64 {
            if case .number(let number) = choice { return number }
            return find(choice)?.number ?? head.number
        }
        let (first, last) = (number(criteria.from), number(criteria.to))
        guard first <= last else {
            switch criteria.to {
            // Blocks that are still to come, of which the last one has nothing.
            case .latest, .pending: return []
            case .earliest, .number, .hash: break
            }
            throw .invalidParams("the range of blocks ends at \(last), before it begins at \(first)")
        }
        return try logs(criteria, in: first, last)
    }

    private func logs(_ criteria: LogCriteria, in first: UInt64, _ last: UInt64) throws(RPCError) -> JSON {
        guard first <= last, first <= head.number else { return [] }
        let found = chain.logs(criteria, in: first...min(last, head.number), atMost: Self.maximumLogs + 1)
        guard found.count <= Self.maximumLogs else {
            throw RPCError(
                code: -32005,
                message: "query returned more than \(Self.maximumLogs) results: ask for fewer blocks at a time")
        }
        return .array(found.map(\.json))
    }
}
