// The functions of accumulate for preimages: asking for them, giving them, and letting them go.

import PolkaABI
package import PolkaVM

extension JAMHost {
    /// The request that a hash and a length mean; nil for lengths that no preimage has.
    ///
    /// In 0.8.0 such a length is refused before anybody looks at the hash.
    private func request(
        _ context: HostContext, hash: UInt64, length: UInt64, for function: JAMFunction
    ) throws(HostTrap) -> PreimageRequest? {
        let length = UInt32(exactly: length)
        if version == .v080, length == nil { return nil }
        let hash = try self.hash(context, at: hash, for: function)
        return length.map { PreimageRequest(hash: hash, length: $0) }
    }

    package func query(_ context: HostContext, hash: UInt64, length: UInt64) throws -> (UInt64, UInt64) {
        guard let request = try request(context, hash: hash, length: length, for: .query) else {
            return version == .v080 ? (JAMResultCode.huh.rawValue, length) : (JAMResultCode.none.rawValue, 0)
        }
        guard let slots = accumulation.own?.requests[request] else { return (JAMResultCode.none.rawValue, 0) }
        func slot(_ index: Int) -> UInt64 { index < slots.count ? UInt64(slots[index]) : 0 }
        return (UInt64(slots.count) | slot(0) << 32, slot(1) | slot(2) << 32)
    }

    package func solicit(_ context: HostContext, hash: UInt64, length: UInt64) throws -> UInt64 {
        guard let request = try request(context, hash: hash, length: length, for: .solicit) else {
            return JAMResultCode.huh.rawValue
        }
        let old = accumulation.own?.requests[request]
        let new: [UInt32]
        switch old?.count {
        case nil: new = []
        case 2: new = (old ?? []) + [accumulation.regular.state.timeSlot]
        default: return JAMResultCode.huh.rawValue
        }
        accumulation.changeOwn { $0.setRequest(new, for: request) }
        guard accumulation.isOwnCovered else {
            accumulation.changeOwn { $0.setRequest(old, for: request) }
            return JAMResultCode.full.rawValue
        }
        return JAMResultCode.ok.rawValue
    }

    package func forget(_ context: HostContext, hash: UInt64, length: UInt64) throws -> UInt64 {
        guard let request = try request(context, hash: hash, length: length, for: .forget),
            let slots = accumulation.own?.requests[request]
        else { return JAMResultCode.huh.rawValue }
        let now = accumulation.regular.state.timeSlot
        switch slots.count {
        case 0: removePreimage(request)
        case 1: accumulation.changeOwn { $0.setRequest([slots[0], now], for: request) }
        case 2 where isExpired(slots[1]): removePreimage(request)
        case 3 where isExpired(slots[1]): accumulation.changeOwn { $0.setRequest([slots[2], now], for: request) }
        default: return JAMResultCode.huh.rawValue
        }
        return JAMResultCode.ok.rawValue
    }

    private func removePreimage(_ request: PreimageRequest) {
        accumulation.changeOwn {
            $0.setRequest(nil, for: request)
            $0.removePreimage(request.hash)
        }
    }

    package func provide(_ context: HostContext, service: UInt64, data: UInt64, length: UInt64) throws -> UInt64 {
        if version == .v080, UInt32(exactly: length) == nil { return JAMResultCode.huh.rawValue }
        let data = try bytes(context, at: data, count: length, for: .provide)
        guard let id = serviceID(service), let account = accumulation.regular.state.services[id] else {
            return JAMResultCode.who.rawValue
        }
        let provision = Provision(service: id, data: data)
        guard account.requests[PreimageRequest(for: data)] == [], !accumulation.regular.provisions.contains(provision)
        else { return JAMResultCode.huh.rawValue }
        accumulation.regular.provisions.append(provision)
        return JAMResultCode.ok.rawValue
    }
}
