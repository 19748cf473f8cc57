// What a service has on chain: code, balance, storage, and the preimages that it asked for.

package import PolkaABI

/// A preimage that a service asks for: its hash and its length, which is part of the question.
package struct PreimageRequest: Sendable, Hashable, Comparable {
    /// BLAKE2b-256 of the preimage.
    package var hash: Hash256
    /// Bytes of the preimage.
    package var length: UInt32

    /// A question for a preimage.
    package init(hash: Hash256, length: UInt32) {
        self.hash = hash
        self.length = length
    }

    /// The question that some bytes answer.
    package init(for preimage: [UInt8]) {
        self.init(hash: Hash256(blakeOf: preimage), length: UInt32(clamping: preimage.count))
    }

    /// By hash, then by length.
    package static func < (left: Self, right: Self) -> Bool { (left.hash, left.length) < (right.hash, right.length) }
}

/// A service's account.
package struct ServiceAccount: Sendable, Equatable {
    /// The hash of the code, which is one of the preimages.
    package var codeHash: Hash256
    /// What it owns.
    package var balance: UInt64
    /// The least gas for accumulating an item.
    package var minimumItemGas: UInt64 = 0
    /// The least gas that comes with a transfer.
    package var minimumMemoGas: UInt64 = 0
    /// What is taken off the threshold.
    package var gratis: UInt64 = 0
    /// The time slot of its creation.
    package var created: UInt32 = 0
    /// The time slot in which it accumulated last.
    package var lastAccumulation: UInt32 = 0
    /// The service that made it.
    package var parent: UInt32 = 0

    /// Values by key.
    package private(set) var storage: [[UInt8]: [UInt8]] = [:]
    /// Bytes by their hash.
    package private(set) var preimages: [Hash256: [UInt8]] = [:]
    /// When preimages became available and unavailable: none, one, two or three time slots.
    package private(set) var requests: [PreimageRequest: [UInt32]] = [:]
    /// Items that storage and requests count as: one for a value, two for a request.
    package private(set) var itemCount: UInt32 = 0
    /// Bytes that storage and requests count as.
    package private(set) var octetCount: UInt64 = 0

    /// A service that stores nothing.
    package init(codeHash: Hash256, balance: UInt64) {
        self.codeHash = codeHash
        self.balance = balance
    }

    // MARK: Costs

    private static let storageOverhead: UInt64 = 34
    private static let requestOverhead: UInt64 = 81

    /// The balance that it may not go below.
    package func threshold(_ parameters: ProtocolParameters) -> UInt64 {
        // Items are few and bytes are in memory, so neither product nor sum overflows with sensible deposits.
        let items = UInt64(itemCount).multipliedReportingOverflow(by: parameters.itemDeposit)
        let octets = octetCount.multipliedReportingOverflow(by: parameters.byteDeposit)
        let parts = items.partialValue.addingReportingOverflow(octets.partialValue)
        let sum = parts.partialValue.addingReportingOverflow(parameters.baseDeposit)
        if items.overflow || octets.overflow || parts.overflow || sum.overflow { return .max }
        return sum.partialValue - min(sum.partialValue, gratis)
    }

    /// Whether the balance carries what is stored.
    func isCovered(_ parameters: ProtocolParameters) -> Bool { balance >= threshold(parameters) }

    // MARK: Storage

    /// Stores a value, or removes it.
    package mutating func setValue(_ value: [UInt8]?, for key: [UInt8]) {
        if let old = storage[key] {
            itemCount -= 1
            octetCount -= Self.storageOverhead + UInt64(key.count) + UInt64(old.count)
        }
        storage[key] = value
        guard let value else { return }
        itemCount += 1
        octetCount += Self.storageOverhead + UInt64(key.count) + UInt64(value.count)
    }

    // MARK: Preimages

    /// Sets since when a preimage is asked for, there and gone again; nil: nobody asks for it.
    package mutating func setRequest(_ slots: [UInt32]?, for request: PreimageRequest) {
        if requests[request] != nil {
            itemCount -= 2
            octetCount -= Self.requestOverhead + UInt64(request.length)
        }
        requests[request] = slots
        guard slots != nil else { return }
        itemCount += 2
        octetCount += Self.requestOverhead + UInt64(request.length)
    }

    /// Adds a preimage; whether it is available is what its request says.
    package mutating func addPreimage(_ bytes: [UInt8]) { preimages[Hash256(blakeOf: bytes)] = bytes }

    /// Removes a preimage.
    package mutating func removePreimage(_ hash: Hash256) { preimages[hash] = nil }

    /// Adds a preimage that is asked for and available since a time slot.
    package mutating func provide(_ bytes: [UInt8], at slot: UInt32) {
        addPreimage(bytes)
        setRequest([slot], for: PreimageRequest(for: bytes))
    }

    /// A preimage as it could be looked up at a time slot.
    package func historicalPreimage(_ hash: Hash256, at slot: UInt32) -> [UInt8]? {
        guard let bytes = preimages[hash],
            let slots = requests[PreimageRequest(hash: hash, length: UInt32(clamping: bytes.count))]
        else { return nil }
        let isAvailable =
            switch slots.count {
            case 1: slots[0] <= slot
            case 2: slots[0] <= slot && slot < slots[1]
            case 3: slots[0] <= slot && slot < slots[1] || slots[2] <= slot
            default: false
            }
        return isAvailable ? bytes : nil
    }

    /// The record that `info` copies.
    func info(_ parameters: ProtocolParameters) -> [UInt8] {
        var out = JAMEncoder()
        out.hash(codeHash)
        out.fixed(balance)
        out.fixed(threshold(parameters))
        out.fixed(minimumItemGas)
        out.fixed(minimumMemoGas)
        out.fixed(octetCount)
        out.fixed(itemCount)
        out.fixed(gratis)
        out.fixed(created)
        out.fixed(lastAccumulation)
        out.fixed(parent)
        return out.bytes
    }
}

/// Code as it is stored: metadata, then a standard program.
package struct ServiceCode: Sendable, Equatable {
    /// Whatever the author wants to say.
    package var metadata: [UInt8]
    /// The standard program.
    package var program: [UInt8]

    /// Code of its parts.
    package init(metadata: [UInt8] = [], program: [UInt8]) {
        self.metadata = metadata
        self.program = program
    }

    /// Code from a preimage; nil if that does not begin with metadata.
    package init?(preimage: [UInt8]) {
        var decoder = JAMDecoder(preimage)
        guard let metadata = decoder.blob() else { return nil }
        self.init(metadata: metadata, program: decoder.rest)
    }

    /// The bytes that are hashed and stored.
    package var preimage: [UInt8] {
        var out = JAMEncoder()
        out.blob(metadata)
        out.raw(program)
        return out.bytes
    }
}
