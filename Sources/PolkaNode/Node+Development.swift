// Methods by which tests set up a chain, in the names that test tools use: Hardhat's, Anvil's and those both have.

import PolkaABI
import PolkaRevive

/// Places that a test can go back to.
struct NodeSnapshots {
    struct Place {
        let id: UInt64
        let chain: SnapshotID
        let pool: TransactionPool
        let timeOffset: UInt64
        let nextTimestamp: UInt64?
    }

    private var places: [Place] = []
    private var lastID: UInt64 = 0

    mutating func add(_ make: (UInt64) -> Place) -> UInt64 {
        lastID += 1
        places.append(make(lastID))
        return lastID
    }

    subscript(id: UInt64) -> Place? { places.first { $0.id == id } }

    /// Forgets a place together with those that came later.
    ///
    /// - Returns: all of them.
    mutating func forget(from id: UInt64) -> [Place] {
        guard let index = places.firstIndex(where: { $0.id == id }) else { return [] }
        defer { places.removeSubrange(index...) }
        return Array(places[index...])
    }
}

extension Node {
    static let developmentMethods: [String: Method] = {
        var methods: [String: Method] = [
            "evm_snapshot": Method(0) { node, _ throws(RPCError) in .quantity(node.snapshot()) },
            "evm_revert": Method(1) { node, parameters throws(RPCError) in
                .bool(try node.goBack(to: try parameters.count(0, "snapshot id")))
            },
            "evm_mine": Method(1) { node, parameters throws(RPCError) in
                try node.mineOnDemand(parameters)
                return "0x0"
            },
            "evm_increaseTime": Method(1) { node, parameters throws(RPCError) in
                try node.increaseTime(by: try parameters.count(0, "seconds"))
            },
            "evm_setNextBlockTimestamp": Method(1) { node, parameters throws(RPCError) in
                try node.setNextTimestamp(try parameters.count(0, "timestamp"))
            },
            "evm_setAutomine": Method(1) { node, parameters throws(RPCError) in
                guard case .bool(let value)? = parameters[0] else {
                    throw .invalidParams("parameter 'automine' must be true or false")
                }
                node.minesAtOnce = value
                if value { try node.mineAllWaiting() }
                return true
            },
        ]
        let forBoth: [String: Method] = [
            "setBalance": Method(2) { node, parameters throws(RPCError) in
                let balance = try parameters.quantity(1, "balance")
                return try node.change { try $0.setBalance(balance, of: try parameters.address(0, "address")) }
            },
            "setNonce": Method(2) { node, parameters throws(RPCError) in
                let nonce = try parameters.quantity64(1, "nonce")
                try TransactionPool.checkRange(ofNonce: nonce)
                return try node.change { try $0.setNonce(nonce, of: try parameters.address(0, "address")) }
            },
            "setCode": Method(2) { node, parameters throws(RPCError) in
                let code = try parameters.bytes(1, "code")
                return try node.change { try $0.install(code: code, at: try parameters.address(0, "address")) }
            },
            "setStorageAt": Method(3) { node, parameters throws(RPCError) in
                let address = try parameters.address(0, "address")
                let key = try node.storageKey(parameters, 1)
                let value = try parameters.hash(2, "value")
                return try node.change {
                    try $0.setStorage(value == .zero ? nil : value.bytes, at: address, key: key)
                }
            },
            "mine": Method(2) { node, parameters throws(RPCError) in
                let count = parameters[0] == nil ? 1 : try parameters.count(0, "blocks")
                let interval = parameters[1] == nil ? nil : try parameters.count(1, "seconds between blocks")
                try node.mine(count: count, interval: interval)
                return true
            },
        ]
        for (name, method) in forBoth {
            methods["hardhat_\(name)"] = method
            methods["anvil_\(name)"] = method
        }
        return methods
    }()

    /// Blocks that one call closes at most.
    private static let maximumBlocks: UInt64 = 100_000

    private func change(_ body: (Chain) throws -> Void) throws(RPCError) -> JSON {
        do { try body(chain) } catch let error as RPCError { throw error } catch { throw .refused("\(error)") }
        return true
    }

    // MARK: Going back

    private func snapshot() -> UInt64 {
        let place = chain.snapshot()
        return snapshots.add { id in
            NodeSnapshots.Place(
                id: id, chain: place, pool: pool, timeOffset: timeOffset, nextTimestamp: nextTimestamp)
        }
    }

    private func goBack(to id: UInt64) throws(RPCError) -> Bool {
        guard let place = snapshots[id] else { return false }
        do {
            guard try chain.restore(place.chain) else { return false }
        } catch { throw .refused("\(error)") }
        for forgotten in snapshots.forget(from: id) { chain.discard(forgotten.chain) }
        filters.goBack(to: head.number)
        pool = place.pool
        timeOffset = place.timeOffset
        nextTimestamp = place.nextTimestamp
        return true
    }

    // MARK: Time and blocks

    private func mineOnDemand(_ parameters: Parameters) throws(RPCError) {
        switch parameters[0] {
        case nil: try mineWaiting(at: timestampOfNextBlock())
        case .object?:
            let options = parameters[0]
            let count = try options?.member("blocks").map(Self.count) ?? 1
            if let timestamp = try options?.member("timestamp").map(Self.count) {
                _ = try setNextTimestamp(timestamp)
            }
            try mine(count: count, interval: nil)
        default:
            _ = try setNextTimestamp(try parameters.count(0, "timestamp"))
            try mineWaiting(at: timestampOfNextBlock())
        }
    }

    private static func count(_ value: JSON) throws(RPCError) -> UInt64 {
        try Parameters([value], atMost: 1).count(0, "blocks or timestamp")
    }

    private func mine(count: UInt64, interval: UInt64?) throws(RPCError) {
        guard count <= Self.maximumBlocks else {
            throw .invalidParams("\(count) blocks at once; at most \(Self.maximumBlocks) are closed")
        }
        for index in 0..<count {
            if index > 0, let interval, nextTimestamp == nil {
                let (time, overflows) = head.timestamp.addingReportingOverflow(interval)
                guard !overflows else { throw .invalidParams("the time between the blocks is too long") }
                nextTimestamp = time
            }
            try mineWaiting(at: timestampOfNextBlock())
        }
    }

    private func increaseTime(by seconds: UInt64) throws(RPCError) -> JSON {
        let (offset, overflows) = timeOffset.addingReportingOverflow(seconds)
        guard !overflows, !clock().addingReportingOverflow(offset).overflow else {
            throw .invalidParams("the time would have more than 64 bits")
        }
        timeOffset = offset
        return .number("\(offset)")
    }

    private func setNextTimestamp(_ timestamp: UInt64) throws(RPCError) -> JSON {
        guard timestamp >= head.timestamp else {
            throw .invalidParams(
                "timestamp \(timestamp) is before that of the last block, \(head.timestamp)")
        }
        nextTimestamp = timestamp
        return .number("\(timestamp)")
    }
}
