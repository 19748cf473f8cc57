// The functions of accumulate that change who may do what, services, and balances.

import PolkaABI
package import PolkaVM

extension JAMHost {
    // MARK: Privileges

    package func bless(
        _ context: HostContext, manager: UInt64, assigners: UInt64, delegator: UInt64, registrar: UInt64,
        alwaysAccumulate: UInt64, count: UInt64
    ) throws -> UInt64 {
        let coreCount = parameters.coreCount
        var list = JAMDecoder(try bytes(context, at: assigners, count: 4 * UInt64(coreCount), for: .bless))
        var grants = JAMDecoder(
            try bytes(context, at: alwaysAccumulate, count: count.multipliedClamped(by: 12), for: .bless))
        let privileges = accumulation.regular.state.privileges
        if version == .v080, privileges.manager != accumulation.service { return JAMResultCode.huh.rawValue }
        guard let manager = UInt32(exactly: manager), let delegator = UInt32(exactly: delegator),
            let registrar = UInt32(exactly: registrar)
        else { return JAMResultCode.who.rawValue }
        var new = Privileges()
        (new.manager, new.delegator, new.registrar) = (manager, delegator, registrar)
        for core in 0..<coreCount { new.assigners[core] = list.fixed(UInt32.self) }
        while let service = grants.fixed(UInt32.self), let gas = grants.fixed(UInt64.self) {
            new.alwaysAccumulate[service] = gas
        }
        accumulation.regular.state.privileges = new
        return JAMResultCode.ok.rawValue
    }

    package func assign(_ context: HostContext, core: UInt64, queue: UInt64, assigner: UInt64) throws -> UInt64 {
        let count = JAMLimits.queueEntries
        var list = JAMDecoder(
            try bytes(context, at: queue, count: count * UInt64(Hash256.byteCount), for: .assign))
        guard core < UInt64(parameters.coreCount) else { return JAMResultCode.core.rawValue }
        let core = UInt16(truncatingIfNeeded: core)
        guard accumulation.regular.state.privileges.assigner(of: core) == accumulation.service else {
            return JAMResultCode.huh.rawValue
        }
        guard let assigner = UInt32(exactly: assigner) else { return JAMResultCode.who.rawValue }
        accumulation.regular.state.authorizerQueues[core] = (0..<count).compactMap { _ in
            list.raw(Hash256.byteCount).flatMap { Hash256(bytes: $0) }
        }
        accumulation.regular.state.privileges.assigners[core] = assigner
        return JAMResultCode.ok.rawValue
    }

    package func designate(_ context: HostContext, validators: UInt64, count: UInt64?) throws -> UInt64 {
        let number = count ?? UInt64(parameters.validatorCount)
        let size = number.multipliedClamped(by: JAMLimits.validatorBytes)
        let data = try bytes(context, at: validators, count: size, for: .designate)
        if let count, let minimum = JAMLimits.validatorsMinimum(in: version) {
            guard count % 3 == 0, count >= minimum, count <= JAMLimits.validators else {
                return JAMResultCode.huh.rawValue
            }
        }
        guard accumulation.regular.state.privileges.delegator == accumulation.service else {
            return JAMResultCode.huh.rawValue
        }
        accumulation.regular.state.validators = data
        return JAMResultCode.ok.rawValue
    }

    package func checkpoint(_ context: HostContext) throws -> UInt64 {
        accumulation.exceptional = accumulation.regular
        accumulation.hasCheckpoint = true
        return gasLeft(context)
    }

    package func yield(_ context: HostContext, hash: UInt64) throws -> UInt64 {
        accumulation.regular.yielded = try self.hash(context, at: hash, for: .yield)
        return JAMResultCode.ok.rawValue
    }

    // MARK: Services

    package func new(
        _ context: HostContext, codeHash: UInt64, codeLength: UInt64, minimumItemGas: UInt64, minimumMemoGas: UInt64,
        gratis: UInt64, wantedId: UInt64
    ) throws -> UInt64 {
        let hash = try hash(context, at: codeHash, for: .new)
        guard let length = UInt32(exactly: codeLength) else {
            throw HostTrap("new: code of \(codeLength) bytes, which must be fewer than 2^32")
        }
        let privileges = accumulation.regular.state.privileges
        let service = accumulation.service
        guard gratis == 0 || service == privileges.manager else { return JAMResultCode.huh.rawValue }
        var account = ServiceAccount(codeHash: hash, balance: 0)
        account.setRequest([], for: PreimageRequest(hash: hash, length: length))
        account.minimumItemGas = minimumItemGas
        account.minimumMemoGas = minimumMemoGas
        account.created = accumulation.regular.state.timeSlot
        account.gratis = gratis
        account.parent = service
        account.balance = account.threshold(parameters)
        guard let own = accumulation.own, own.balance >= own.threshold(parameters).addingClamped(account.balance) else {
            return JAMResultCode.cash.rawValue
        }
        let isRegistered =
            service == privileges.registrar && wantedId < UInt64(ProtocolParameters.publicServiceStart)
        let wanted = UInt32(truncatingIfNeeded: wantedId)
        if isRegistered, accumulation.regular.state.services[wanted] != nil { return JAMResultCode.full.rawValue }
        let price = account.balance
        accumulation.changeOwn { $0.balance -= price }
        if isRegistered {
            accumulation.regular.state.services[wanted] = account
            return wantedId
        }
        let id = accumulation.regular.nextID
        accumulation.regular.state.services[id] = account
        // After the new service is there, so that it is passed over.
        return UInt64(accumulation.takeID())
    }

    package func upgrade(
        _ context: HostContext, codeHash: UInt64, minimumItemGas: UInt64, minimumMemoGas: UInt64
    ) throws -> UInt64 {
        let hash = try hash(context, at: codeHash, for: .upgrade)
        accumulation.changeOwn {
            $0.codeHash = hash
            $0.minimumItemGas = minimumItemGas
            $0.minimumMemoGas = minimumMemoGas
        }
        return JAMResultCode.ok.rawValue
    }

    package func transfer(
        _ context: HostContext, destination: UInt64, amount: UInt64, gas: UInt64, memo: UInt64
    ) throws -> UInt64 {
        let memo = try bytes(context, at: memo, count: JAMLimits.memoBytes, for: .transfer)
        guard let id = UInt32(exactly: destination), let receiver = accumulation.regular.state.services[id] else {
            return JAMResultCode.who.rawValue
        }
        guard gas >= receiver.minimumMemoGas else { return JAMResultCode.low.rawValue }
        guard let own = accumulation.own, own.balance >= own.threshold(parameters).addingClamped(amount) else {
            return JAMResultCode.cash.rawValue
        }
        // The gas goes along, and is paid before anything changes.
        try pay(gas, context)
        accumulation.changeOwn { $0.balance -= amount }
        accumulation.regular.transfers.append(
            DeferredTransfer(
                source: accumulation.service, destination: id, amount: amount, memo: memo, gas: gas))
        return JAMResultCode.ok.rawValue
    }

    /// A preimage's request counts as so many bytes besides those of the preimage.
    private static let requestOverhead: UInt64 = 81

    package func eject(_ context: HostContext, service: UInt64, hash: UInt64) throws -> UInt64 {
        let hash = try self.hash(context, at: hash, for: .eject)
        var name = JAMEncoder()
        name.fixed(accumulation.service)
        guard let id = UInt32(exactly: service), id != accumulation.service,
            let account = accumulation.regular.state.services[id],
            account.codeHash.bytes == name.bytes.padded(to: Hash256.byteCount)
        else { return JAMResultCode.who.rawValue }
        let length = max(Self.requestOverhead, account.octetCount) - Self.requestOverhead
        guard account.itemCount == 2, let length = UInt32(exactly: length),
            let slots = account.requests[PreimageRequest(hash: hash, length: length)], slots.count == 2,
            isExpired(slots[1])
        else { return JAMResultCode.huh.rawValue }
        accumulation.regular.state.services[id] = nil
        accumulation.changeOwn { $0.balance = $0.balance.addingClamped(account.balance) }
        return JAMResultCode.ok.rawValue
    }

    /// Whether a preimage that became unavailable at a time slot may go for good.
    func isExpired(_ slot: UInt32) -> Bool {
        UInt64(slot) + UInt64(parameters.expungePeriod) < UInt64(accumulation.regular.state.timeSlot)
    }
}
