// What accumulate does to the chain beside the own storage: transfers, checkpoints, the hash that it yields; and the log.

/// Why an amount could not be sent.
public enum TransferError: Error {
    /// There is no such service.
    case noService
    /// The receiver asks for more gas.
    case littleGas
    /// The balance does not suffice.
    case littleBalance
}

/// The chain.
public enum Chain {
    /// Sends an amount; it is there after this block.
    ///
    /// The memo is cut, or filled up with zeros, to 128 bytes.
    public static func send(
        _ amount: UInt64, to service: UInt32, gas: UInt64, memo: UnsafeRawBufferPointer
    ) throws(TransferError) {
        let bytes = allocate(Host.Limit.memoBytes)
        for index in bytes.indices { bytes[index] = index < memo.count ? memo[index] : 0 }
        guard let start = bytes.baseAddress else { trap() }
        let result = Host.transfer(destination: UInt64(service), amount: amount, gas: gas, memo: start)
        if result == Host.Result.who { throw .noService }
        if result == Host.Result.low { throw .littleGas }
        if result == Host.Result.cash { throw .littleBalance }
    }

    /// Keeps all that was done so far even if the rest fails.
    public static func checkpoint() { _ = Host.checkpoint() }

    /// Sets the hash that stands for what was accumulated.
    public static func yield(_ hash: Hash) { _ = hash.withBytes { Host.yield(hash: $0.address) } }

    /// The own balance, and what of it must stay.
    public static var balance: (total: UInt64, threshold: UInt64) {
        var numbers: (UInt64, UInt64) = (0, 0)
        // The record begins with the hash of the code.
        _ = withUnsafeMutableBytes(of: &numbers) { bytes in
            bytes.baseAddress.map { Host.info(service: Host.Service.itself, output: $0, offset: 32, length: 16) }
        }
        return numbers
    }

    /// Bytes of a preimage that a service has.
    public static func preimage(_ hash: Hash, of service: UInt32? = nil) -> UnsafeRawBufferPointer? {
        let id = service.map { UInt64($0) } ?? Host.Service.itself
        return hash.withBytes { hash in
            copied { output, length in
                Host.lookup(service: id, hash: hash.address, output: output, offset: 0, length: length)
            }
        }
    }

    /// The gas that is left.
    public static var gasLeft: UInt64 { Host.gas() }
}

/// The host's log, for whoever develops the service: nothing on chain depends on it.
///
/// Only the host of 0.7.2 has one; in 0.8.0 lines go nowhere.
public enum Log {
    /// Says something that should not be.
    public static func error(_ text: StaticString) { write(1, text.rawBytes) }
    /// Says something that may be wrong.
    public static func warning(_ text: StaticString) { write(2, text.rawBytes) }
    /// Says what is going on.
    public static func info(_ text: StaticString) { write(3, text.rawBytes) }
    /// Says it at length.
    public static func debug(_ text: StaticString) { write(4, text.rawBytes) }

    /// Says a text that is made at run time.
    public static func info(bytes: UnsafeRawBufferPointer) { write(3, bytes) }

    private static func write(_ level: UInt64, _ text: UnsafeRawBufferPointer) {
        #if PVM_JAM_0_7_2
        Host.log(
            level: level, target: text.address, targetLength: 0, message: text.address,
            messageLength: UInt64(text.count))
        #endif
    }
}
