// The functions with which services read: what they were called for, preimages, storage, records of services; and `write`.

import PolkaABI
package import PolkaVM

extension JAMHost {
    // MARK: fetch

    package func fetch(
        _ context: HostContext, output: UInt64, offset: UInt64, length: UInt64, selector: UInt64, firstIndex: UInt64,
        secondIndex: UInt64
    ) throws -> UInt64 {
        let value = JAMFetchCode(rawValue: selector).flatMap { fetched($0, firstIndex, secondIndex) }
        return try give(value, context, to: output, offset: offset, length: length, for: .fetch)
    }

    /// What a selector stands for, nil where there is no such thing.
    private func fetched(_ selector: JAMFetchCode, _ first: UInt64, _ second: UInt64) -> [UInt8]? {
        switch selector {
        case .parameters: parameters.encoded(for: version)
        case .entropy: entropy?.bytes
        case .authorizerTrace: trace
        case .anyExtrinsic: dataItem(at: first)?.extrinsics.element(at: second)
        case .ownExtrinsic: ownItem?.extrinsics.element(at: first)
        case .anyImport: dataItem(at: first)?.imports.element(at: second)?.data
        case .ownImport: ownItem?.imports.element(at: first)?.data
        case .workPackage: workPackage?.encoded
        case .authorizerConfiguration: workPackage?.authorizerConfiguration
        case .authorizationToken: workPackage?.authorizationToken
        case .refineContext: workPackage?.context.encoded
        case .itemSummaries: workPackage?.summaries
        case .itemSummary: workPackage?.items.element(at: first)?.summary
        case .itemPayload: workPackage?.items.element(at: first)?.payload
        case .accumulateInputs: inputs?.encoded
        case .accumulateInput: inputs?.element(at: first)?.encoded
        }
    }

    /// An item with the data that is not part of the package itself, which authorizers do not have.
    private func dataItem(at index: UInt64) -> WorkItem? {
        entry == .isAuthorized ? nil : workPackage?.items.element(at: index)
    }

    private var ownItem: WorkItem? { itemIndex.flatMap { dataItem(at: UInt64($0)) } }

    // MARK: Services

    /// The service that an argument means.
    func serviceID(_ argument: UInt64) -> UInt32? {
        argument == JAMServiceCode.`self`.rawValue ? accumulation.service : UInt32(exactly: argument)
    }

    private func account(_ argument: UInt64) -> ServiceAccount? {
        serviceID(argument).flatMap { accumulation.regular.state.services[$0] }
    }

    package func lookup(
        _ context: HostContext, service: UInt64, hash: UInt64, output: UInt64, offset: UInt64, length: UInt64
    ) throws -> UInt64 {
        let key = try self.hash(context, at: hash, for: .lookup)
        let value = account(service)?.preimages[key]
        return try give(value, context, to: output, offset: offset, length: length, for: .lookup)
    }

    package func historicalLookup(
        _ context: HostContext, service: UInt64, hash: UInt64, output: UInt64, offset: UInt64, length: UInt64
    ) throws -> UInt64 {
        let key = try self.hash(context, at: hash, for: .historicalLookup)
        let slot = workPackage?.context.lookupAnchorSlot ?? accumulation.regular.state.timeSlot
        let value = account(service)?.historicalPreimage(key, at: slot)
        return try give(value, context, to: output, offset: offset, length: length, for: .historicalLookup)
    }

    package func info(
        _ context: HostContext, service: UInt64, output: UInt64, offset: UInt64, length: UInt64
    ) throws -> UInt64 {
        let value = account(service)?.info(parameters)
        return try give(value, context, to: output, offset: offset, length: length, for: .info)
    }

    // MARK: Storage

    package func read(
        _ context: HostContext, service: UInt64, key: UInt64, keyLength: UInt64, output: UInt64, offset: UInt64,
        length: UInt64
    ) throws -> UInt64 {
        let key = try bytes(context, at: key, count: keyLength, for: .read)
        let value = account(service)?.storage[key]
        return try give(value, context, to: output, offset: offset, length: length, for: .read)
    }

    package func write(
        _ context: HostContext, key: UInt64, keyLength: UInt64, value: UInt64, valueLength: UInt64
    ) throws -> UInt64 {
        let key = try bytes(context, at: key, count: keyLength, for: .write)
        // A value of no bytes takes the old one away, wherever it lies.
        let value = valueLength == 0 ? nil : try bytes(context, at: value, count: valueLength, for: .write)
        let old = accumulation.own?.storage[key]
        accumulation.changeOwn { $0.setValue(value, for: key) }
        guard accumulation.isOwnCovered else {
            accumulation.changeOwn { $0.setValue(old, for: key) }
            return JAMResultCode.full.rawValue
        }
        return old.map { UInt64($0.count) } ?? JAMResultCode.none.rawValue
    }
}

extension Array {
    /// The element at an index that a guest chose.
    func element(at index: UInt64) -> Element? { index < UInt64(count) ? self[Int(index)] : nil }
}
