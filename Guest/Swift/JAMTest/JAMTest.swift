// The module for tests of services: the chain that a test has for itself, and the service on it as it is deployed.
//
// JAMTestFunctions.swift is generated. A test may call all of JAM's host functions as well, and functions of its own module: they
// work on the same chain.

@_exported import JAM

/// How a run of the service ended.
public enum Status: UInt32, Sendable {
    case halted = 0
    case outOfGas = 1
    case panicked = 2
    case badExports = 3
    case oversize = 4
    case badCode = 5
    case bigCode = 6

    fileprivate init(code: UInt64) { self = Status(rawValue: UInt32(truncatingIfNeeded: code)) ?? .badCode }
}

/// A test's chain: time slot 1000000, services 70000, which is the tested one, and 80000.
public enum TestChain {
    /// The service that is tested.
    public static let own: UInt32 = 70_000
    /// A service without code.
    public static let other: UInt32 = 80_000

    /// Sets the time slot.
    public static func setTimeSlot(_ slot: UInt32) { pvm_jam_test_set_time_slot(slot) }

    /// Gives a service a balance; makes it if it is not there.
    public static func setBalance(_ balance: UInt64, of service: UInt32 = own) {
        pvm_jam_test_set_balance(service, balance)
    }

    /// The balance of a service.
    public static func balance(of service: UInt32 = own) -> UInt64 { pvm_jam_test_balance(service) }

    /// Stores a value for a service.
    public static func store(_ value: [UInt8], for key: [UInt8], of service: UInt32 = own) {
        key.withUnsafeBytes { key in
            value.withUnsafeBytes { value in
                pvm_jam_test_set_storage(
                    service, key.start, UInt32(key.count), value.start, UInt32(value.count))
            }
        }
    }

    /// Gives a service a preimage.
    public static func provide(_ data: [UInt8], to service: UInt32 = own) {
        data.withUnsafeBytes { pvm_jam_test_provide(service, $0.start, UInt32($0.count)) }
    }

    // MARK: Work

    /// Adds an item to the work package.
    ///
    /// - Returns: Its index.
    @discardableResult
    public static func addItem(_ payload: [UInt8], exports: Int = 0) -> Int {
        payload.withUnsafeBytes { Int(pvm_jam_test_add_item($0.start, UInt32($0.count), UInt32(exports))) }
    }

    /// Adds an extrinsic to an item.
    public static func addExtrinsic(_ data: [UInt8], to item: Int) {
        data.withUnsafeBytes { pvm_jam_test_add_extrinsic(UInt32(item), $0.start, UInt32($0.count)) }
    }

    /// Adds an imported segment to an item.
    public static func addImport(_ data: [UInt8], to item: Int) {
        data.withUnsafeBytes { pvm_jam_test_add_import(UInt32(item), $0.start, UInt32($0.count)) }
    }

    /// Sets the gas of items.
    public static func setGas(_ gas: UInt64) { pvm_jam_test_set_gas(gas) }

    /// Refines an item as it is done on chain; the result waits for `accumulate`.
    @discardableResult
    public static func refine(_ item: Int) -> Status { Status(code: pvm_jam_test_refine(UInt32(item))) }

    /// Adds an item to the work package and refines it.
    @discardableResult
    public static func refine(payload: [UInt8]) -> Status { refine(addItem(payload)) }

    // MARK: Accumulating

    /// Adds a result of refine that nobody computed.
    public static func addOutput(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { pvm_jam_test_add_result(0, $0.start, UInt32($0.count)) }
    }

    /// Adds an item whose refinement failed.
    public static func addFailure(_ status: Status) {
        var nothing: UInt8 = 0
        pvm_jam_test_add_result(status.rawValue, &nothing, 0)
    }

    /// Adds a transfer to the service.
    public static func addTransfer(_ amount: UInt64, from service: UInt32 = other, gas: UInt64 = 1_000_000) {
        var memo = [UInt8](repeating: 0, count: 128)
        pvm_jam_test_add_transfer(service, amount, gas, &memo)
    }

    /// Accumulates all results and transfers as it is done on chain.
    @discardableResult
    public static func accumulate() -> Status { Status(code: pvm_jam_test_accumulate()) }

    // MARK: What came of it

    /// What the last refine or accumulate returned.
    public static var output: [UInt8] {
        var nothing: UInt8 = 0
        let count = Int(pvm_jam_test_output(&nothing, 0))
        var bytes = [UInt8](repeating: 0, count: count)
        _ = bytes.withUnsafeMutableBytes { pvm_jam_test_output($0.baseAddress ?? $0.placeholder, UInt32(count)) }
        return bytes
    }

    /// The gas that it used.
    public static var gasUsed: UInt64 { pvm_jam_test_gas_used() }

    /// The hash that accumulate yielded.
    public static var yielded: Hash? {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = pvm_jam_test_yielded(&bytes)
        return count == 0 ? nil : bytes.withUnsafeBytes { Hash($0) }
    }

    /// The segments that refine exported.
    public static var exports: [[UInt8]] {
        var segments: [[UInt8]] = []
        for index in 0..<UInt32(truncatingIfNeeded: pvm_jam_test_export_count()) {
            var segment = [UInt8](repeating: 0, count: Host.Limit.segmentBytes)
            pvm_jam_test_export(index, &segment)
            segments.append(segment)
        }
        return segments
    }

    /// A transfer that was sent.
    public struct Sent {
        public let destination: UInt32
        public let amount: UInt64
        public let memo: [UInt8]
    }

    /// The transfers that accumulate sent.
    public static var transfers: [Sent] {
        var transfers: [Sent] = []
        for index in 0..<UInt32(truncatingIfNeeded: pvm_jam_test_transfer_count()) {
            var destination: UInt32 = 0
            var amount: UInt64 = 0
            var memo = [UInt8](repeating: 0, count: 128)
            pvm_jam_test_transfer(index, &destination, &amount, &memo)
            transfers.append(Sent(destination: destination, amount: amount, memo: memo))
        }
        return transfers
    }
}

extension UnsafeRawBufferPointer {
    /// The address, and some address for no bytes.
    fileprivate var start: UnsafeRawPointer { baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped }
}

extension UnsafeMutableRawBufferPointer {
    /// Some address for no bytes.
    fileprivate var placeholder: UnsafeMutableRawPointer { UnsafeMutableRawPointer(bitPattern: 1).unsafelyUnwrapped }
}
