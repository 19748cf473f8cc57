// Host functions for what a contract keeps: storage, transient storage, immutable data.

import PolkaABI
package import PolkaVM

extension Frame {
    private func isTransient(_ flags: UInt32) throws(FrameError) -> Bool {
        guard flags <= 1 else { throw .invalidFlags(flags) }
        return flags == ReviveStorageFlags.transient.rawValue
    }

    private func key(at address: UInt32, _ length: UInt32, _ memory: GuestMemory) throws(FrameError) -> StorageKey {
        if length == ReviveMarkerCode.sentinel.rawValue { return .fixed(try memory.hash(at: address)) }
        guard length <= ReviveLimits.storageKeyBytes else {
            throw .tooLarge(
                what: "bytes of a storage key", actual: Int(length), limit: Int(ReviveLimits.storageKeyBytes))
        }
        return .variable(try memory.bytes(at: address, length))
    }

    /// - Returns: the length of what was there.
    func store(_ value: StorageValue?, _ key: StorageKey, isTransient: Bool) throws(FrameError) -> UInt64 {
        let old =
            isTransient
            ? try chain.state.setTransient(value, at: place, key) : chain.state.setStorage(value, at: place, key)
        return UInt64(old.map { UInt32(clamping: $0.byteCount) } ?? ReviveMarkerCode.sentinel.rawValue)
    }

    func stored(_ key: StorageKey, isTransient: Bool) -> StorageValue? {
        isTransient ? chain.state.transient(at: place, key) : chain.state.storage(at: place, key)
    }

    package func setStorage(
        _ context: HostContext, flags: UInt32, key: UInt32, keyLength: UInt32, value: UInt32, valueLength: UInt32
    ) throws -> UInt64 {
        let isTransient = try isTransient(flags)
        let key = try self.key(at: key, keyLength, context.memory)
        guard valueLength <= ReviveLimits.storageValueBytes else {
            throw FrameError.tooLarge(
                what: "bytes of a storage value", actual: Int(valueLength), limit: Int(ReviveLimits.storageValueBytes))
        }
        try charge(.setStorage, bytes: valueLength)
        let stored: StorageValue =
            valueLength == UInt32(Hash256.byteCount)
            ? .word(try context.memory.hash(at: value)) : .bytes(try context.memory.bytes(at: value, valueLength))
        return try store(stored, key, isTransient: isTransient)
    }

    package func setStorageOrClear(_ context: HostContext, flags: UInt32, key: UInt32, value: UInt32) throws -> UInt64 {
        let isTransient = try isTransient(flags)
        let word = try context.memory.hash(at: value)
        let key = StorageKey.fixed(try context.memory.hash(at: key))
        return try store(word == .zero ? nil : .word(word), key, isTransient: isTransient)
    }

    package func getStorage(
        _ context: HostContext, flags: UInt32, key: UInt32, keyLength: UInt32, output: UInt32, outputLength: UInt32
    ) throws -> UInt64 {
        let isTransient = try isTransient(flags)
        let key = try self.key(at: key, keyLength, context.memory)
        guard let value = stored(key, isTransient: isTransient) else { return ReviveErrorCode.keyNotFound.result }
        try charge(.getStorage, bytes: UInt32(clamping: value.byteCount))
        try put(value.bytes[...], at: output, lengthAt: outputLength, context.memory)
        return ReviveErrorCode.success.result
    }

    package func getStorageOrZero(_ context: HostContext, flags: UInt32, key: UInt32, output: UInt32) throws {
        let isTransient = try isTransient(flags)
        let key = StorageKey.fixed(try context.memory.hash(at: key))
        let word: Hash256 =
            switch stored(key, isTransient: isTransient) {
            case .word(let word): word
            // Longer values are cut, shorter ones filled up with zeros.
            case .bytes(let bytes): Hash256(bytes: (bytes + [UInt8](repeating: 0, count: 32)).prefix(32)) ?? .zero
            case nil: .zero
            }
        try context.memory.put(word, at: output)
    }

    // MARK: Immutable data

    package func getImmutableData(_ context: HostContext, output: UInt32, outputLength: UInt32) throws {
        // Of a delegate call's code the data of its own contract is meant, which it was made with.
        guard !isConstructor, let data = chain.state.account(codeAddress)?.immutableData else {
            throw FrameError.invalidImmutableAccess
        }
        try charge(.getImmutableData, bytes: UInt32(clamping: data.count))
        try put(data[...], at: output, lengthAt: outputLength, context.memory)
    }

    package func setImmutableData(_ context: HostContext, data: UInt32, length: UInt32) throws {
        guard length <= ReviveLimits.immutableDataBytes else {
            throw FrameError.outOfBounds(address: data, byteCount: length)
        }
        guard isConstructor, length > 0 else { throw FrameError.invalidImmutableAccess }
        try charge(.setImmutableData, bytes: length)
        chain.state.setImmutableData(try context.memory.bytes(at: data, length), at: place)
    }
}

extension ReviveErrorCode {
    /// As a function's result.
    var result: UInt64 { UInt64(rawValue) }
}
