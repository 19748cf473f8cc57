// What tests of contracts set and see: the chain that `pvm test` makes for each of them.
//
// Generated from Guest/hosts/revive_test.json by `make headers`; changes belong there.

// swift-format-ignore-file

@_exported import CReviveTest

/// What the host offers, as it is: functions, constants, limits.
public enum TestHost {}

extension TestHost {
    /// How a transaction ended; numbered like the results of revive's calls.
    public enum Status {
        /// All went well.
        @inlinable public static var success: UInt32 { PVM_TEST_SUCCESS }
        /// The contract stopped with an error.
        @inlinable public static var trapped: UInt32 { PVM_TEST_TRAPPED }
        /// The contract undid what it did; what it returned says why.
        @inlinable public static var reverted: UInt32 { PVM_TEST_REVERTED }
        /// The value could not be transferred.
        @inlinable public static var transferFailed: UInt32 { PVM_TEST_TRANSFER_FAILED }
        /// The gas was used up.
        @inlinable public static var outOfGas: UInt32 { PVM_TEST_OUT_OF_GAS }
    }
}

extension TestHost {
    /// What there is.
    public enum Limit {
        /// Accounts with a balance at the start.
        @inlinable public static var accounts: Int { Int(PVM_TEST_ACCOUNTS) }
        /// Topics of an event at most.
        @inlinable public static var topics: Int { Int(PVM_TEST_TOPICS) }
    }
}

extension TestHost {
    /// The address of one of the accounts that have a balance at the start.
    @inlinable @inline(__always)
    public static func account(index: UInt32, output: UnsafeMutableRawPointer) {
        pvm_test_account(index, output.assumingMemoryBound(to: UInt8.self))
    }

    /// Gives an account a balance.
    @inlinable @inline(__always)
    public static func setBalance(account: UnsafeRawPointer, balance: UnsafeRawPointer) {
        pvm_test_set_balance(account.assumingMemoryBound(to: UInt8.self), balance.assumingMemoryBound(to: UInt8.self))
    }

    /// Sets who seems to call the test itself, for functions of the contract that it calls directly.
    @inlinable @inline(__always)
    public static func setCaller(caller: UnsafeRawPointer) {
        pvm_test_set_caller(caller.assumingMemoryBound(to: UInt8.self))
    }

    /// Sets the value that seems to come with the call of the test itself.
    @inlinable @inline(__always)
    public static func setValue(value: UnsafeRawPointer) {
        pvm_test_set_value(value.assumingMemoryBound(to: UInt8.self))
    }

    /// Sets the input that the test itself seems to have got.
    @inlinable @inline(__always)
    public static func setInput(input: UnsafeRawPointer, inputLength: UInt32) {
        pvm_test_set_input(input, inputLength)
    }

    /// Sets the time of the block, in seconds since 1970.
    @inlinable @inline(__always)
    public static func setTime(seconds: UInt64) {
        pvm_test_set_time(seconds)
    }

    /// Sets the number of the block.
    @inlinable @inline(__always)
    public static func setBlock(number: UInt64) {
        pvm_test_set_block(number)
    }

    /// The hash of a contract's code, to be deployed with.
    /// - Parameter name: Of the project's other contracts, as pvm.json calls them; empty for the project's own.
    @inlinable @inline(__always)
    public static func code(name: UnsafeRawPointer, nameLength: UInt32, output: UnsafeMutableRawPointer) {
        pvm_test_code(name, nameLength, output.assumingMemoryBound(to: UInt8.self))
    }

    /// Makes a contract, in a transaction of an account.
    /// - Parameter input: The hash of the code in the first 32 bytes, then what the constructor gets.
    /// - Parameter outputLength: Capacity of the buffer; becomes the number of bytes written.
    /// - Parameter output: All of it can be had by return_data_copy afterwards.
    /// - Parameter address: The new contract's.
    /// - Returns: How it ended.
    @inlinable @inline(__always)
    public static func deploy(
        from: UnsafeRawPointer, value: UnsafeRawPointer, inputLength: UInt32, input: UnsafeRawPointer,
        outputLength: UnsafeMutablePointer<UInt32>, output: UnsafeMutableRawPointer,
        address: UnsafeMutableRawPointer) -> UInt64 {
        pvm_test_deploy(from.assumingMemoryBound(to: UInt8.self), value.assumingMemoryBound(to: UInt8.self), packed(inputLength, half(input)), packed(half(outputLength), half(output)), address.assumingMemoryBound(to: UInt8.self))
    }

    /// Calls a contract or sends value, in a transaction of an account.
    /// - Parameter outputLength: Capacity of the buffer; becomes the number of bytes written.
    /// - Parameter output: All of it can be had by return_data_copy afterwards.
    /// - Returns: How it ended.
    @inlinable @inline(__always)
    public static func call(
        from: UnsafeRawPointer, to: UnsafeRawPointer, value: UnsafeRawPointer, inputLength: UInt32, input: UnsafeRawPointer,
        outputLength: UnsafeMutablePointer<UInt32>, output: UnsafeMutableRawPointer) -> UInt64 {
        pvm_test_call(from.assumingMemoryBound(to: UInt8.self), to.assumingMemoryBound(to: UInt8.self), value.assumingMemoryBound(to: UInt8.self), packed(inputLength, half(input)), packed(half(outputLength), half(output)))
    }

    /// Sets the gas that transactions of the test get from now on.
    @inlinable @inline(__always)
    public static func setGasLimit(gas: UInt64) {
        pvm_test_set_gas_limit(gas)
    }

    /// What the last transaction used.
    /// - Returns: Units of gas.
    @inlinable @inline(__always)
    public static func gasUsed() -> UInt64 {
        pvm_test_gas_used()
    }

    /// How many events the last transaction left, or the test itself so far if there was none.
    /// - Returns: The number of events.
    @inlinable @inline(__always)
    public static func eventCount() -> UInt64 {
        pvm_test_event_count()
    }

    /// One of these events.
    /// - Parameter address: The contract's.
    /// - Parameter topics: Zeros where there are fewer.
    /// - Parameter dataLength: Capacity of the buffer; becomes the number of bytes written.
    /// - Returns: The number of topics.
    @inlinable @inline(__always)
    public static func event(
        index: UInt32, address: UnsafeMutableRawPointer, topics: UnsafeMutableRawPointer,
        dataLength: UnsafeMutablePointer<UInt32>, data: UnsafeMutableRawPointer) -> UInt64 {
        pvm_test_event(index, address.assumingMemoryBound(to: UInt8.self), topics, packed(half(dataLength), half(data)))
    }

    /// Answers calls of an address in place of what is there; the longest prefix decides, and among equals the last.
    /// - Parameter prefix: What the input must begin with: often a selector.
    /// - Parameter status: How the call ends.
    /// - Parameter data: What it returns.
    @inlinable @inline(__always)
    public static func mock(
        address: UnsafeRawPointer, prefixLength: UInt32, prefix: UnsafeRawPointer, status: UInt32, dataLength: UInt32,
        data: UnsafeRawPointer) {
        pvm_test_mock(address.assumingMemoryBound(to: UInt8.self), packed(prefixLength, half(prefix)), status, packed(dataLength, half(data)))
    }

    /// A number from 0 to a bound; a test that asks for one is a property: it runs many times, and what fails is made
    /// smaller.
    /// - Parameter bound: The largest.
    /// - Returns: At most the bound.
    @inlinable @inline(__always)
    public static func choose(bound: UInt64) -> UInt64 {
        pvm_test_choose(bound)
    }

    /// Ends a run of a property whose choices do not fit; it counts neither for nor against it.
    @inlinable @inline(__always)
    public static func reject() -> Never {
        pvm_test_reject()
        Swift.fatalError()
    }
}

/// Two halves of 32 bits as one argument.
@inlinable @inline(__always)
func packed(_ high: UInt32, _ low: UInt32) -> UInt64 { UInt64(high) << 32 | UInt64(low) }

/// A pointer as half of an argument.
@inlinable @inline(__always)
func half(_ pointer: UnsafeRawPointer) -> UInt32 { UInt32(truncatingIfNeeded: UInt(bitPattern: pointer)) }
