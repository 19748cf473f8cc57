// What tests of services set and see: the chain that `pvm test` makes for each of them.
//
// Generated from Guest/hosts/jam_test.json by `make headers`; changes belong there.

// swift-format-ignore-file

@_exported import CJAMTest

/// What the host offers, as it is: functions, constants, limits.
public enum TestHost {}

extension TestHost {
    /// How a run of the service ended; the errors are numbered as JAM encodes them.
    public enum Status {
        /// It returned.
        @inlinable public static var halted: UInt32 { PVM_JAM_TEST_HALTED }
        /// Its gas was used up.
        @inlinable public static var outOfGas: UInt32 { PVM_JAM_TEST_OUT_OF_GAS }
        /// It stopped with an error.
        @inlinable public static var panicked: UInt32 { PVM_JAM_TEST_PANICKED }
        /// It exported another number of segments than its item says.
        @inlinable public static var badExports: UInt32 { PVM_JAM_TEST_BAD_EXPORTS }
        /// What it returned is too long for a report.
        @inlinable public static var oversize: UInt32 { PVM_JAM_TEST_OVERSIZE }
        /// Its code was not there.
        @inlinable public static var badCode: UInt32 { PVM_JAM_TEST_BAD_CODE }
        /// Its code is too long.
        @inlinable public static var bigCode: UInt32 { PVM_JAM_TEST_BIG_CODE }
    }
}

extension TestHost {
    /// Services that are there at the start.
    public enum Service {
        /// The one that is tested.
        @inlinable public static var own: UInt32 { PVM_JAM_TEST_SERVICE_OWN }
        /// Another one, without code.
        @inlinable public static var other: UInt32 { PVM_JAM_TEST_SERVICE_OTHER }
    }
}

extension TestHost {
    /// Sets the time slot of the block, and of the block that lookups of refine refer to.
    @inlinable @inline(__always)
    public static func setTimeSlot(slot: UInt32) {
        pvm_jam_test_set_time_slot(slot)
    }

    /// Sets the entropy of the block.
    @inlinable @inline(__always)
    public static func setEntropy(entropy: UnsafeRawPointer) {
        pvm_jam_test_set_entropy(entropy.assumingMemoryBound(to: UInt8.self))
    }

    /// Gives a service a balance; makes the service if it is not there.
    @inlinable @inline(__always)
    public static func setBalance(service: UInt32, balance: UInt64) {
        pvm_jam_test_set_balance(service, balance)
    }

    /// The balance of a service.
    /// - Returns: The balance, 0 if there is no such service.
    @inlinable @inline(__always)
    public static func balance(service: UInt32) -> UInt64 {
        pvm_jam_test_balance(service)
    }

    /// Stores a value for a service; of no bytes, removes it.
    @inlinable @inline(__always)
    public static func setStorage(
        service: UInt32, key: UnsafeRawPointer, keyLength: UInt32, value: UnsafeRawPointer, valueLength: UInt32) {
        pvm_jam_test_set_storage(service, key, keyLength, value, valueLength)
    }

    /// Gives a service a preimage that is available from this time slot on.
    @inlinable @inline(__always)
    public static func provide(service: UInt32, data: UnsafeRawPointer, length: UInt32) {
        pvm_jam_test_provide(service, data, length)
    }

    /// Makes a service manager, delegator, registrar and assigner of all cores.
    @inlinable @inline(__always)
    public static func setPrivileged(service: UInt32) {
        pvm_jam_test_set_privileged(service)
    }

    /// Adds an item for the service to the work package.
    /// - Parameter exports: Segments that it will export.
    /// - Returns: The index of the item.
    @inlinable @inline(__always)
    public static func addItem(payload: UnsafeRawPointer, length: UInt32, exports: UInt32) -> UInt64 {
        pvm_jam_test_add_item(payload, length, exports)
    }

    /// Adds an extrinsic to an item.
    @inlinable @inline(__always)
    public static func addExtrinsic(item: UInt32, data: UnsafeRawPointer, length: UInt32) {
        pvm_jam_test_add_extrinsic(item, data, length)
    }

    /// Adds an imported segment to an item.
    @inlinable @inline(__always)
    public static func addImport(item: UInt32, data: UnsafeRawPointer, length: UInt32) {
        pvm_jam_test_add_import(item, data, length)
    }

    /// Sets the gas that refine and accumulate get for each item from now on.
    @inlinable @inline(__always)
    public static func setGas(gas: UInt64) {
        pvm_jam_test_set_gas(gas)
    }

    /// Sets what the authorizer was shown, and what it answered.
    @inlinable @inline(__always)
    public static func setAuthorization(
        token: UnsafeRawPointer, tokenLength: UInt32, trace: UnsafeRawPointer, traceLength: UInt32) {
        pvm_jam_test_set_authorization(token, tokenLength, trace, traceLength)
    }

    /// Refines an item with the code that is deployed; what comes of it is an input of the next accumulate.
    /// - Returns: How it ended.
    @inlinable @inline(__always)
    public static func refine(item: UInt32) -> UInt64 {
        pvm_jam_test_refine(item)
    }

    /// Adds an input of accumulate as if an item had been refined so.
    /// - Parameter data: What it returned.
    @inlinable @inline(__always)
    public static func addResult(status: UInt32, data: UnsafeRawPointer, length: UInt32) {
        pvm_jam_test_add_result(status, data, length)
    }

    /// Adds a transfer to the service as an input of accumulate.
    @inlinable @inline(__always)
    public static func addTransfer(from: UInt32, amount: UInt64, gas: UInt64, memo: UnsafeRawPointer) {
        pvm_jam_test_add_transfer(from, amount, gas, memo.assumingMemoryBound(to: UInt8.self))
    }

    /// Accumulates all inputs with the code that is deployed, and ends the block: the time slot is one more.
    /// - Returns: How it ended.
    @inlinable @inline(__always)
    public static func accumulate() -> UInt64 {
        pvm_jam_test_accumulate()
    }

    /// Copies what the last refine or accumulate returned.
    /// - Parameter length: Bytes wanted.
    /// - Returns: The length of the whole in bytes.
    @inlinable @inline(__always)
    public static func output(output: UnsafeMutableRawPointer, length: UInt32) -> UInt64 {
        pvm_jam_test_output(output, length)
    }

    /// What the last refine or accumulate used.
    /// - Returns: Units of gas.
    @inlinable @inline(__always)
    public static func gasUsed() -> UInt64 {
        pvm_jam_test_gas_used()
    }

    /// The hash that the last accumulate yielded, or the test itself if there was none.
    /// - Parameter output: Zeros if there is none.
    /// - Returns: 1 if there is one, else 0.
    @inlinable @inline(__always)
    public static func yielded(output: UnsafeMutableRawPointer) -> UInt64 {
        pvm_jam_test_yielded(output.assumingMemoryBound(to: UInt8.self))
    }

    /// How many segments the last refine exported, or the test itself so far if there was none.
    /// - Returns: The number of segments.
    @inlinable @inline(__always)
    public static func exportCount() -> UInt64 {
        pvm_jam_test_export_count()
    }

    /// One of these segments.
    @inlinable @inline(__always)
    public static func export(index: UInt32, output: UnsafeMutableRawPointer) {
        pvm_jam_test_export(index, output.assumingMemoryBound(to: UInt8.self))
    }

    /// How many transfers the last accumulate sent, or the test itself so far if there was none.
    /// - Returns: The number of transfers.
    @inlinable @inline(__always)
    public static func transferCount() -> UInt64 {
        pvm_jam_test_transfer_count()
    }

    /// One of these transfers.
    @inlinable @inline(__always)
    public static func transfer(
        index: UInt32, destination: UnsafeMutablePointer<UInt32>, amount: UnsafeMutablePointer<UInt64>,
        memo: UnsafeMutableRawPointer) {
        pvm_jam_test_transfer(index, destination, amount, memo.assumingMemoryBound(to: UInt8.self))
    }
}
