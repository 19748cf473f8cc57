// Contracts of pallet-revive (Polkadot Asset Hub), which find host functions by name.
//
// Generated from Guest/hosts/revive.json by `make headers`; changes belong there.

// swift-format-ignore-file

@_exported import CRevive

/// What the host offers, as it is: functions, constants, limits.
public enum Host {}

extension Host {
    /// Values that mean something else than a number.
    public enum Marker {
        /// As a pointer: none; as a length of a key: a key of 32 bytes; as a result: there was nothing.
        @inlinable public static var sentinel: UInt32 { REVIVE_SENTINEL }
    }
}

extension Host {
    /// Limits of weight and gas.
    public enum Weight {
        /// No limit of its own; of gas, all there is.
        @inlinable public static var unlimited: UInt64 { REVIVE_UNLIMITED }
    }
}

extension Host {
    /// How a contract ends.
    public enum ReturnFlag {
        /// Undo what the contract did.
        @inlinable public static var revert: UInt32 { REVIVE_RETURN_REVERT }
    }
}

extension Host {
    /// How another contract is called.
    public enum CallFlag {
        /// Pass the own input on, which can not be used afterwards.
        @inlinable public static var forwardInput: UInt32 { REVIVE_CALL_FORWARD_INPUT }
        /// Pass a copy of the own input.
        @inlinable public static var cloneInput: UInt32 { REVIVE_CALL_CLONE_INPUT }
        /// Return to the own caller what the callee returns.
        @inlinable public static var tailCall: UInt32 { REVIVE_CALL_TAIL_CALL }
        /// The callee may call this contract; not for delegate calls.
        @inlinable public static var allowReentry: UInt32 { REVIVE_CALL_ALLOW_REENTRY }
        /// The callee may change no state; not for delegate calls.
        @inlinable public static var readOnly: UInt32 { REVIVE_CALL_READ_ONLY }
    }
}

extension Host {
    /// Which storage is meant.
    public enum StorageFlag {
        /// Storage that lasts for the transaction only.
        @inlinable public static var transient: UInt32 { REVIVE_STORAGE_TRANSIENT }
    }
}

extension Host {
    /// Results of functions that can fail.
    public enum ErrorCode {
        /// All went well.
        @inlinable public static var success: UInt64 { UInt64(REVIVE_ERROR_SUCCESS) }
        /// The callee stopped with an error.
        @inlinable public static var calleeTrapped: UInt64 { UInt64(REVIVE_ERROR_CALLEE_TRAPPED) }
        /// The callee undid what it did; its return data is available.
        @inlinable public static var calleeReverted: UInt64 { UInt64(REVIVE_ERROR_CALLEE_REVERTED) }
        /// There is no value under the key.
        @inlinable public static var keyNotFound: UInt64 { UInt64(REVIVE_ERROR_KEY_NOT_FOUND) }
        /// The value could not be transferred.
        @inlinable public static var transferFailed: UInt64 { UInt64(REVIVE_ERROR_TRANSFER_FAILED) }
        /// The callee ran out of gas or deposit.
        @inlinable public static var outOfResources: UInt64 { UInt64(REVIVE_ERROR_OUT_OF_RESOURCES) }
        /// The key gives no address.
        @inlinable public static var ecdsaRecoveryFailed: UInt64 { UInt64(REVIVE_ERROR_ECDSA_RECOVERY_FAILED) }
        /// The signature does not fit.
        @inlinable public static var sr25519VerifyFailed: UInt64 { UInt64(REVIVE_ERROR_SR25519_VERIFY_FAILED) }
        /// There is a contract at the address already.
        @inlinable public static var duplicateContractAddress: UInt64 { UInt64(REVIVE_ERROR_DUPLICATE_CONTRACT_ADDRESS) }
    }
}

extension Host {
    /// What a contract may use at run time.
    public enum Limit {
        /// Contracts that call each other.
        @inlinable public static var callDepth: Int { Int(REVIVE_LIMIT_CALL_DEPTH) }
        /// Bytes of input.
        @inlinable public static var callDataBytes: Int { Int(REVIVE_LIMIT_CALL_DATA_BYTES) }
        /// Bytes of output.
        @inlinable public static var returnDataBytes: Int { Int(REVIVE_LIMIT_RETURN_DATA_BYTES) }
        /// Bytes of a key.
        @inlinable public static var storageKeyBytes: Int { Int(REVIVE_LIMIT_STORAGE_KEY_BYTES) }
        /// Bytes of a value.
        @inlinable public static var storageValueBytes: Int { Int(REVIVE_LIMIT_STORAGE_VALUE_BYTES) }
        /// Bytes of transient storage in all.
        @inlinable public static var transientStorageBytes: Int { Int(REVIVE_LIMIT_TRANSIENT_STORAGE_BYTES) }
        /// Bytes of immutable data.
        @inlinable public static var immutableDataBytes: Int { Int(REVIVE_LIMIT_IMMUTABLE_DATA_BYTES) }
        /// Bytes of an event's data.
        @inlinable public static var eventDataBytes: Int { Int(REVIVE_LIMIT_EVENT_DATA_BYTES) }
        /// Topics of an event.
        @inlinable public static var eventTopics: Int { Int(REVIVE_LIMIT_EVENT_TOPICS) }
        /// Bytes of a page of memory.
        @inlinable public static var pageBytes: Int { Int(REVIVE_LIMIT_PAGE_BYTES) }
    }
}

extension Host {
    /// What a blob may have to be accepted.
    public enum Admission {
        /// Bytes of the blob.
        @inlinable public static var blobBytes: Int { Int(REVIVE_ADMISSION_BLOB_BYTES) }
        /// Instructions of a basic block.
        @inlinable public static var blockInstructions: Int { Int(REVIVE_ADMISSION_BLOCK_INSTRUCTIONS) }
        /// Bytes of memory, the part that stays.
        @inlinable public static var baselineMemoryBytes: Int { Int(REVIVE_ADMISSION_BASELINE_MEMORY_BYTES) }
        /// Bytes of memory with what the interpreter can drop.
        @inlinable public static var purgeableMemoryBytes: Int { Int(REVIVE_ADMISSION_PURGEABLE_MEMORY_BYTES) }
        /// Bytes of what the interpreter keeps of a program.
        @inlinable public static var interpreterCacheBytes: Int { Int(REVIVE_ADMISSION_INTERPRETER_CACHE_BYTES) }
    }
}

extension Host {
    /// Stores a value of any length under a key; an empty value stays stored.
    /// Changes state.
    /// - Parameter keyLength: The sentinel: a key of 32 bytes.
    /// - Returns: The length of the value that was there in bytes, the sentinel if there was none.
    @inlinable @inline(__always)
    public static func setStorage(
        flags: UInt32, key: UnsafeRawPointer, keyLength: UInt32, value: UnsafeRawPointer, valueLength: UInt32) -> UInt64 {
        revive_set_storage(flags, key, keyLength, value, valueLength)
    }

    /// Stores a word under a key; a word of zeros removes it.
    /// Changes state.
    /// Solidity's storage.
    /// - Returns: The length of the value that was there in bytes, the sentinel if there was none.
    @inlinable @inline(__always)
    public static func setStorageOrClear(flags: UInt32, key: UnsafeRawPointer, value: UnsafeRawPointer) -> UInt64 {
        revive_set_storage_or_clear(flags, key.assumingMemoryBound(to: UInt8.self), value.assumingMemoryBound(to: UInt8.self))
    }

    /// Reads the value under a key.
    /// - Parameter keyLength: The sentinel: a key of 32 bytes.
    /// - Parameter outputLength: Capacity of the buffer; becomes the number of bytes written.
    /// - Returns: How it went.
    /// - Errors: `keyNotFound`.
    @inlinable @inline(__always)
    public static func getStorage(
        flags: UInt32, key: UnsafeRawPointer, keyLength: UInt32, output: UnsafeMutableRawPointer,
        outputLength: UnsafeMutablePointer<UInt32>) -> UInt64 {
        revive_get_storage(flags, key, keyLength, output, outputLength)
    }

    /// Reads the word under a key, zeros if there is none.
    @inlinable @inline(__always)
    public static func getStorageOrZero(flags: UInt32, key: UnsafeRawPointer, output: UnsafeMutableRawPointer) {
        revive_get_storage_or_zero(flags, key.assumingMemoryBound(to: UInt8.self), output.assumingMemoryBound(to: UInt8.self))
    }

    /// Calls another contract within limits of weight and deposit.
    /// - Parameter refTimeLimit: The largest number: no limit of its own.
    /// - Parameter proofSizeLimit: The largest number: no limit of its own.
    /// - Parameter outputLength: Capacity of the buffer; becomes the number of bytes written.
    /// - Returns: How it went.
    /// - Errors: `calleeTrapped` (the callee stopped with an error), `calleeReverted` (the callee set the revert flag;
    ///   its return data is available), `transferFailed` (the value could not be transferred), `outOfResources` (the
    ///   callee ran out of gas or deposit).
    @inlinable @inline(__always)
    public static func call(
        flags: UInt32, callee: UnsafeRawPointer, refTimeLimit: UInt64, proofSizeLimit: UInt64,
        depositLimit: UnsafeRawPointer, value: UnsafeRawPointer, inputLength: UInt32, input: UnsafeRawPointer,
        outputLength: UnsafeMutablePointer<UInt32>, output: UnsafeMutableRawPointer) -> UInt64 {
        revive_call(packed(flags, half(callee)), refTimeLimit, proofSizeLimit, packed(half(depositLimit), half(value)), packed(inputLength, half(input)), packed(half(outputLength), half(output)))
    }

    /// Calls another contract with gas as the EVM counts it.
    /// - Parameter gas: The largest number: all there is.
    /// - Parameter outputLength: Capacity of the buffer; becomes the number of bytes written.
    /// - Returns: How it went.
    /// - Errors: `calleeTrapped` (the callee stopped with an error), `calleeReverted` (the callee set the revert flag;
    ///   its return data is available), `transferFailed` (the value could not be transferred), `outOfResources` (the
    ///   callee ran out of gas or deposit).
    @inlinable @inline(__always)
    public static func callEvm(
        flags: UInt32, callee: UnsafeRawPointer, value: UnsafeRawPointer, gas: UInt64, inputLength: UInt32,
        input: UnsafeRawPointer, outputLength: UnsafeMutablePointer<UInt32>, output: UnsafeMutableRawPointer) -> UInt64 {
        revive_call_evm(flags, callee.assumingMemoryBound(to: UInt8.self), value.assumingMemoryBound(to: UInt8.self), gas, packed(inputLength, half(input)), packed(half(outputLength), half(output)))
    }

    /// Runs another contract's code on the own state, within limits of weight and deposit.
    /// - Parameter refTimeLimit: The largest number: no limit of its own.
    /// - Parameter proofSizeLimit: The largest number: no limit of its own.
    /// - Parameter outputLength: Capacity of the buffer; becomes the number of bytes written.
    /// - Returns: How it went.
    /// - Errors: `calleeTrapped` (the callee stopped with an error), `calleeReverted` (the callee set the revert flag;
    ///   its return data is available), `transferFailed` (the value could not be transferred), `outOfResources` (the
    ///   callee ran out of gas or deposit).
    @inlinable @inline(__always)
    public static func delegateCall(
        flags: UInt32, address: UnsafeRawPointer, refTimeLimit: UInt64, proofSizeLimit: UInt64,
        depositLimit: UnsafeRawPointer, inputLength: UInt32, input: UnsafeRawPointer,
        outputLength: UnsafeMutablePointer<UInt32>, output: UnsafeMutableRawPointer) -> UInt64 {
        revive_delegate_call(packed(flags, half(address)), refTimeLimit, proofSizeLimit, depositLimit.assumingMemoryBound(to: UInt8.self), packed(inputLength, half(input)), packed(half(outputLength), half(output)))
    }

    /// Runs another contract's code on the own state, with gas as the EVM counts it.
    /// - Parameter gas: The largest number: all there is.
    /// - Parameter outputLength: Capacity of the buffer; becomes the number of bytes written.
    /// - Returns: How it went.
    /// - Errors: `calleeTrapped` (the callee stopped with an error), `calleeReverted` (the callee set the revert flag;
    ///   its return data is available), `transferFailed` (the value could not be transferred), `outOfResources` (the
    ///   callee ran out of gas or deposit).
    @inlinable @inline(__always)
    public static func delegateCallEvm(
        flags: UInt32, address: UnsafeRawPointer, gas: UInt64, inputLength: UInt32, input: UnsafeRawPointer,
        outputLength: UnsafeMutablePointer<UInt32>, output: UnsafeMutableRawPointer) -> UInt64 {
        revive_delegate_call_evm(flags, address.assumingMemoryBound(to: UInt8.self), gas, packed(inputLength, half(input)), packed(half(outputLength), half(output)))
    }

    /// Makes a contract of code that is on the chain and runs its constructor.
    /// Changes state.
    /// - Parameter refTimeLimit: The largest number: no limit of its own.
    /// - Parameter proofSizeLimit: The largest number: no limit of its own.
    /// - Parameter input: The hash of the code in the first 32 bytes, then what the constructor gets.
    /// - Parameter outputLength: Capacity of the buffer; becomes the number of bytes written.
    /// - Parameter address: The new contract's.
    /// - Returns: How it went.
    /// - Errors: `calleeTrapped` (the callee stopped with an error), `calleeReverted` (the callee set the revert flag;
    ///   its return data is available), `transferFailed` (the value could not be transferred), `outOfResources` (the
    ///   callee ran out of gas or deposit), `duplicateContractAddress` (there is a contract at the address already).
    @inlinable @inline(__always)
    public static func instantiate(
        refTimeLimit: UInt64, proofSizeLimit: UInt64, depositLimit: UnsafeRawPointer, value: UnsafeRawPointer,
        inputLength: UInt32, input: UnsafeRawPointer, outputLength: UnsafeMutablePointer<UInt32>,
        output: UnsafeMutableRawPointer, address: UnsafeMutableRawPointer?, salt: UnsafeRawPointer?) -> UInt64 {
        revive_instantiate(refTimeLimit, proofSizeLimit, packed(half(depositLimit), half(value)), packed(inputLength, half(input)), packed(half(outputLength), half(output)), packed(halfOrNone(address), halfOrNone(salt)))
    }

    /// The length of the input.
    /// - Returns: The number of bytes.
    @inlinable @inline(__always)
    public static func callDataSize() -> UInt64 {
        revive_call_data_size()
    }

    /// Copies a part of the input; past its end are zeros.
    /// - Parameter offset: Of the first byte in the input.
    @inlinable @inline(__always)
    public static func callDataCopy(output: UnsafeMutableRawPointer, outputLength: UInt32, offset: UInt32) {
        revive_call_data_copy(output, outputLength, offset)
    }

    /// Reads a word of the input, its bytes reversed to make a little-endian number.
    /// - Parameter offset: Of the first byte in the input.
    @inlinable @inline(__always)
    public static func callDataLoad(output: UnsafeMutableRawPointer, offset: UInt32) {
        revive_call_data_load(output.assumingMemoryBound(to: UInt8.self), offset)
    }

    /// Ends the contract with an output.
    @inlinable @inline(__always)
    public static func sealReturn(flags: UInt32, data: UnsafeRawPointer, dataLength: UInt32) -> Never {
        revive_seal_return(flags, data, dataLength)
        Swift.fatalError()
    }

    /// The length of what the last callee returned.
    /// - Returns: The number of bytes.
    @inlinable @inline(__always)
    public static func returnDataSize() -> UInt64 {
        revive_return_data_size()
    }

    /// Copies a part of what the last callee returned.
    /// - Parameter outputLength: Capacity of the buffer; becomes the number of bytes written.
    /// - Parameter offset: Of the first byte in what was returned.
    @inlinable @inline(__always)
    public static func returnDataCopy(
        output: UnsafeMutableRawPointer, outputLength: UnsafeMutablePointer<UInt32>, offset: UInt32) {
        revive_return_data_copy(output, outputLength, offset)
    }

    /// The address of who called.
    @inlinable @inline(__always)
    public static func caller(output: UnsafeMutableRawPointer) {
        revive_caller(output.assumingMemoryBound(to: UInt8.self))
    }

    /// The address of who signed the transaction.
    @inlinable @inline(__always)
    public static func origin(output: UnsafeMutableRawPointer) {
        revive_origin(output.assumingMemoryBound(to: UInt8.self))
    }

    /// The own address.
    @inlinable @inline(__always)
    public static func address(output: UnsafeMutableRawPointer) {
        revive_address(output.assumingMemoryBound(to: UInt8.self))
    }

    /// The hash of the code at an address.
    @inlinable @inline(__always)
    public static func codeHash(address: UnsafeRawPointer, output: UnsafeMutableRawPointer) {
        revive_code_hash(address.assumingMemoryBound(to: UInt8.self), output.assumingMemoryBound(to: UInt8.self))
    }

    /// The size of the code at an address.
    /// - Returns: The number of bytes.
    @inlinable @inline(__always)
    public static func codeSize(address: UnsafeRawPointer) -> UInt64 {
        revive_code_size(address.assumingMemoryBound(to: UInt8.self))
    }

    /// The own balance.
    @inlinable @inline(__always)
    public static func balance(output: UnsafeMutableRawPointer) {
        revive_balance(output.assumingMemoryBound(to: UInt8.self))
    }

    /// The balance of an address.
    @inlinable @inline(__always)
    public static func balanceOf(address: UnsafeRawPointer, output: UnsafeMutableRawPointer) {
        revive_balance_of(address.assumingMemoryBound(to: UInt8.self), output.assumingMemoryBound(to: UInt8.self))
    }

    /// The value that came with the call.
    @inlinable @inline(__always)
    public static func valueTransferred(output: UnsafeMutableRawPointer) {
        revive_value_transferred(output.assumingMemoryBound(to: UInt8.self))
    }

    /// The number of the chain.
    @inlinable @inline(__always)
    public static func chainId(output: UnsafeMutableRawPointer) {
        revive_chain_id(output.assumingMemoryBound(to: UInt8.self))
    }

    /// The time of the block.
    @inlinable @inline(__always)
    public static func now(output: UnsafeMutableRawPointer) {
        revive_now(output.assumingMemoryBound(to: UInt8.self))
    }

    /// The number of the block.
    @inlinable @inline(__always)
    public static func blockNumber(output: UnsafeMutableRawPointer) {
        revive_block_number(output.assumingMemoryBound(to: UInt8.self))
    }

    /// The base fee.
    @inlinable @inline(__always)
    public static func baseFee(output: UnsafeMutableRawPointer) {
        revive_base_fee(output.assumingMemoryBound(to: UInt8.self))
    }

    /// The price of gas.
    /// - Returns: The price of a unit.
    @inlinable @inline(__always)
    public static func gasPrice() -> UInt64 {
        revive_gas_price()
    }

    /// The gas limit of a block.
    /// - Returns: Units of EVM gas.
    @inlinable @inline(__always)
    public static func gasLimit() -> UInt64 {
        revive_gas_limit()
    }

    /// The gas that is left.
    /// - Returns: Units of EVM gas with new hosts; older ones may report reference time.
    @inlinable @inline(__always)
    public static func refTimeLeft() -> UInt64 {
        revive_ref_time_left()
    }

    /// The hash of a block.
    /// - Parameter output: Zeros if the number is out of range.
    @inlinable @inline(__always)
    public static func blockHash(number: UnsafeRawPointer, output: UnsafeMutableRawPointer) {
        revive_block_hash(number.assumingMemoryBound(to: UInt8.self), output.assumingMemoryBound(to: UInt8.self))
    }

    /// The address of the block's author.
    @inlinable @inline(__always)
    public static func blockAuthor(output: UnsafeMutableRawPointer) {
        revive_block_author(output.assumingMemoryBound(to: UInt8.self))
    }

    /// Leaves an event.
    /// Changes state.
    @inlinable @inline(__always)
    public static func depositEvent(
        topics: UnsafeRawPointer, topicCount: UInt32, data: UnsafeRawPointer, dataLength: UInt32) {
        revive_deposit_event(topics, topicCount, data, dataLength)
    }

    /// The Keccak-256 hash of bytes.
    @inlinable @inline(__always)
    public static func hashKeccak256(input: UnsafeRawPointer, inputLength: UInt32, output: UnsafeMutableRawPointer) {
        revive_hash_keccak_256(input, inputLength, output.assumingMemoryBound(to: UInt8.self))
    }

    /// Reads the data that the constructor left for good.
    /// Only for call.
    /// - Parameter outputLength: Capacity of the buffer; becomes the number of bytes written.
    @inlinable @inline(__always)
    public static func getImmutableData(output: UnsafeMutableRawPointer, outputLength: UnsafeMutablePointer<UInt32>) {
        revive_get_immutable_data(output, outputLength)
    }

    /// Leaves data for good.
    /// Only for deploy.
    /// More bytes than the limit end the contract: out_of_bounds.
    @inlinable @inline(__always)
    public static func setImmutableData(data: UnsafeRawPointer, length: UInt32) {
        revive_set_immutable_data(data, length)
    }

    /// The Ethereum address of a compressed ECDSA key.
    /// Marked for a move to the System precompile.
    /// - Returns: How it went.
    /// - Errors: `ecdsaRecoveryFailed`.
    @inlinable @inline(__always)
    public static func ecdsaToEthAddress(publicKey: UnsafeRawPointer, output: UnsafeMutableRawPointer) -> UInt64 {
        revive_ecdsa_to_eth_address(publicKey.assumingMemoryBound(to: UInt8.self), output.assumingMemoryBound(to: UInt8.self))
    }

    /// Checks an sr25519 signature.
    /// Marked for a move to the System precompile.
    /// - Returns: How it went.
    /// - Errors: `sr25519VerifyFailed`.
    @inlinable @inline(__always)
    public static func sr25519Verify(
        signature: UnsafeRawPointer, publicKey: UnsafeRawPointer, messageLength: UInt32,
        message: UnsafeRawPointer) -> UInt64 {
        revive_sr25519_verify(signature.assumingMemoryBound(to: UInt8.self), publicKey.assumingMemoryBound(to: UInt8.self), messageLength, message)
    }

    /// Ends the contract, undoes what it did, with no output, and uses up all gas.
    /// Solidity's INVALID.
    @inlinable @inline(__always)
    public static func consumeAllGas() -> Never {
        revive_consume_all_gas()
        Swift.fatalError()
    }

    /// Ends the contract and removes it; its balance goes to the beneficiary.
    /// Changes state.
    /// All of it is removed only if it was made in the same transaction. Marked for a move to the System precompile.
    @inlinable @inline(__always)
    public static func terminate(beneficiary: UnsafeRawPointer) -> Never {
        revive_terminate(beneficiary.assumingMemoryBound(to: UInt8.self))
        Swift.fatalError()
    }
}

/// Two halves of 32 bits as one argument.
@inlinable @inline(__always)
func packed(_ high: UInt32, _ low: UInt32) -> UInt64 { UInt64(high) << 32 | UInt64(low) }

/// A pointer as half of an argument.
@inlinable @inline(__always)
func half(_ pointer: UnsafeRawPointer) -> UInt32 { UInt32(truncatingIfNeeded: UInt(bitPattern: pointer)) }

/// A pointer or the mark of none as half of an argument.
@inlinable @inline(__always)
func halfOrNone(_ pointer: UnsafeRawPointer?) -> UInt32 {
    if let pointer { half(pointer) } else { REVIVE_SENTINEL }
}
