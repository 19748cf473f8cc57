// Host functions that tell of the call, the accounts and the block, leave events, and hash.

import PolkaABI
package import PolkaVM

extension Frame {
    package func caller(_ context: HostContext, output: UInt32) throws { try context.memory.put(caller, at: output) }

    package func origin(_ context: HostContext, output: UInt32) throws {
        try context.memory.put(chain.origin, at: output)
    }

    package func address(_ context: HostContext, output: UInt32) throws { try context.memory.put(address, at: output) }

    package func codeHash(_ context: HostContext, address: UInt32, output: UInt32) throws {
        let account = chain.state.account(try context.memory.address(at: address))
        // As on Ethereum: accounts without code have that of nothing, what is no account has none.
        let hash = account?.codeHash ?? (account?.isEmpty ?? true ? .zero : Self.emptyHash)
        try context.memory.put(hash, at: output)
    }

    private static let emptyHash = Hash256(keccakOf: [UInt8]())

    package func codeSize(_ context: HostContext, address: UInt32) throws -> UInt64 {
        let address = try context.memory.address(at: address)
        let count = chain.state.account(address)?.codeHash.flatMap { chain.state.codes[$0]?.bytes.count } ?? 0
        // Who calls a function without a result asks beforehand whether there is a contract.
        return count == 0 && chain.mockedAddresses.contains(address) ? 1 : UInt64(count)
    }

    package func balance(_ context: HostContext, output: UInt32) throws {
        try context.memory.put(chain.state.accounts[place].balance, at: output)
    }

    package func balanceOf(_ context: HostContext, address: UInt32, output: UInt32) throws {
        let account = chain.state.account(try context.memory.address(at: address))
        try context.memory.put(account?.balance ?? .zero, at: output)
    }

    package func valueTransferred(_ context: HostContext, output: UInt32) throws {
        try context.memory.put(value, at: output)
    }

    package func chainId(_ context: HostContext, output: UInt32) throws {
        try context.memory.put(U256(limbs: chain.environment.chainID), at: output)
    }

    package func now(_ context: HostContext, output: UInt32) throws {
        try context.memory.put(U256(limbs: chain.environment.timestamp), at: output)
    }

    package func blockNumber(_ context: HostContext, output: UInt32) throws {
        try context.memory.put(U256(limbs: chain.environment.number), at: output)
    }

    package func baseFee(_ context: HostContext, output: UInt32) throws {
        try context.memory.put(chain.environment.baseFee, at: output)
    }

    package func gasPrice(_ context: HostContext) throws -> UInt64 { chain.environment.gasPrice }

    package func gasLimit(_ context: HostContext) throws -> UInt64 { chain.environment.gasLimit }

    package func refTimeLeft(_ context: HostContext) throws -> UInt64 { UInt64(max(0, instance.gas)) }

    package func blockHash(_ context: HostContext, number: UInt32, output: UInt32) throws {
        let number = try context.memory.number(at: number)
        try context.memory.put(UInt64(exactly: number).flatMap(chain.recentBlockHash) ?? .zero, at: output)
    }

    package func blockAuthor(_ context: HostContext, output: UInt32) throws {
        try context.memory.put(chain.environment.author, at: output)
    }

    package func depositEvent(
        _ context: HostContext, topics: UInt32, topicCount: UInt32, data: UInt32, dataLength: UInt32
    ) throws {
        guard topicCount <= ReviveLimits.eventTopics else {
            throw FrameError.tooLarge(
                what: "topics of an event", actual: Int(topicCount), limit: Int(ReviveLimits.eventTopics))
        }
        guard dataLength <= ReviveLimits.eventDataBytes else {
            throw FrameError.tooLarge(
                what: "bytes of an event", actual: Int(dataLength), limit: Int(ReviveLimits.eventDataBytes))
        }
        try charge(.depositEvent, term: 0, units: topicCount)
        try charge(.depositEvent, term: 1, bytes: dataLength)
        let byteCount = chain.eventByteCount + Chain.byteCountOfEvent + 32 * Int(topicCount) + Int(dataLength)
        guard byteCount <= Chain.maximumEventByteCount else {
            throw FrameError.tooLarge(
                what: "bytes of events in a transaction", actual: byteCount, limit: Chain.maximumEventByteCount)
        }
        var event = ChainEvent(address: address, topics: [], data: [])
        event.topics.reserveCapacity(Int(topicCount))
        for index in 0..<topicCount {
            let (place, overflows) = topics.addingReportingOverflow(32 * index)
            guard !overflows else { throw FrameError.outOfBounds(address: topics, byteCount: 32 * topicCount) }
            event.topics.append(try context.memory.hash(at: place))
        }
        event.data = try context.memory.bytes(at: data, dataLength)
        chain.events.append(event)
        chain.eventByteCount = byteCount
    }

    package func hashKeccak256(_ context: HostContext, input: UInt32, inputLength: UInt32, output: UInt32) throws {
        try charge(.hashKeccak256, units: inputLength / 136 + (inputLength % 136 == 0 ? 0 : 1))
        let hash: Hash256
        do {
            hash = try context.memory.withSpan(at: input, byteCount: Int(inputLength)) { span in
                span.withUnsafeBytes { Hash256(keccakOf: $0) }
            }
        } catch is MemoryError { throw FrameError.outOfBounds(address: input, byteCount: inputLength) }
        try context.memory.put(hash, at: output)
    }
}
