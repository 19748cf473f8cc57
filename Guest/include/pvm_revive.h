// Contracts of pallet-revive (Polkadot Asset Hub), which find host functions by name.
//
// Numbers of 256 bits are little-endian here; the Solidity ABI in call data is big-endian. Of a pointer, and of every
// argument of 32 bits, the low half of the register counts. Chains weigh their functions by benchmarks of their own
// machines; the costs here are what this project's own host takes, in the order of what such benchmarks give, a unit
// being an instruction.
//
// Generated from Guest/hosts/revive.json by `make headers`; changes belong there.

#ifndef PVM_REVIVE_H
#define PVM_REVIVE_H

#include <pvm.h>

// Values that mean something else than a number.
// As a pointer: none; as a length of a key: a key of 32 bytes; as a result: there was nothing.
#define REVIVE_SENTINEL 0xffffffffu

// Limits of weight and gas.
#define REVIVE_UNLIMITED 0xffffffffffffffffull  // no limit of its own; of gas, all there is

// How a contract ends.
#define REVIVE_RETURN_REVERT 1u  // undo what the contract did

// How another contract is called.
#define REVIVE_CALL_FORWARD_INPUT 1u   // pass the own input on, which can not be used afterwards
#define REVIVE_CALL_CLONE_INPUT   2u   // pass a copy of the own input
#define REVIVE_CALL_TAIL_CALL     4u   // return to the own caller what the callee returns
#define REVIVE_CALL_ALLOW_REENTRY 8u   // the callee may call this contract; not for delegate calls
#define REVIVE_CALL_READ_ONLY     16u  // the callee may change no state; not for delegate calls

// Which storage is meant.
#define REVIVE_STORAGE_TRANSIENT 1u  // storage that lasts for the transaction only

// Results of functions that can fail.
#define REVIVE_ERROR_SUCCESS                    0u   // all went well
#define REVIVE_ERROR_CALLEE_TRAPPED             1u   // the callee stopped with an error
#define REVIVE_ERROR_CALLEE_REVERTED            2u   // the callee undid what it did; its return data is available
#define REVIVE_ERROR_KEY_NOT_FOUND              3u   // there is no value under the key
#define REVIVE_ERROR_TRANSFER_FAILED            4u   // the value could not be transferred
#define REVIVE_ERROR_OUT_OF_RESOURCES           5u   // the callee ran out of gas or deposit
#define REVIVE_ERROR_ECDSA_RECOVERY_FAILED      7u   // the key gives no address
#define REVIVE_ERROR_SR25519_VERIFY_FAILED      8u   // the signature does not fit
#define REVIVE_ERROR_DUPLICATE_CONTRACT_ADDRESS 11u  // there is a contract at the address already

// What a contract may use at run time.
#define REVIVE_LIMIT_CALL_DEPTH              25u      // contracts that call each other
#define REVIVE_LIMIT_CALL_DATA_BYTES         131072u  // bytes of input
#define REVIVE_LIMIT_RETURN_DATA_BYTES       131072u  // bytes of output
#define REVIVE_LIMIT_STORAGE_KEY_BYTES       128u     // bytes of a key
#define REVIVE_LIMIT_STORAGE_VALUE_BYTES     416u     // bytes of a value
#define REVIVE_LIMIT_TRANSIENT_STORAGE_BYTES 4096u    // bytes of transient storage in all
#define REVIVE_LIMIT_IMMUTABLE_DATA_BYTES    4096u    // bytes of immutable data
#define REVIVE_LIMIT_EVENT_DATA_BYTES        65536u   // bytes of an event's data
#define REVIVE_LIMIT_EVENT_TOPICS            4u       // topics of an event
#define REVIVE_LIMIT_PAGE_BYTES              4096u    // bytes of a page of memory

// What a blob may have to be accepted.
#define REVIVE_ADMISSION_BLOB_BYTES              1048576u  // bytes of the blob
#define REVIVE_ADMISSION_BLOCK_INSTRUCTIONS      1000u     // instructions of a basic block
#define REVIVE_ADMISSION_BASELINE_MEMORY_BYTES   1572864u  // bytes of memory, the part that stays
#define REVIVE_ADMISSION_PURGEABLE_MEMORY_BYTES  3145728u  // bytes of memory with what the interpreter can drop
#define REVIVE_ADMISSION_INTERPRETER_CACHE_BYTES 1048576u  // bytes of what the interpreter keeps of a program

/// Two halves of 32 bits as one argument.
static inline __attribute__((unused)) uint64_t revive_pack(uint32_t high, uint32_t low) {
    return (uint64_t)high << 32 | low;
}

/// A pointer as a half of an argument; NULL becomes REVIVE_SENTINEL.
static inline __attribute__((unused)) uint32_t revive_pointer(const void *pointer) {
    return pointer ? (uint32_t)(uintptr_t)pointer : REVIVE_SENTINEL;
}

/// Stores a value of any length under a key; an empty value stays stored. Changes state.
/// - flags: 0 or REVIVE_STORAGE_TRANSIENT
/// - key: `key_length` bytes
/// - key_length: the sentinel: a key of 32 bytes
/// - value: `value_length` bytes
/// Returns the length of the value that was there in bytes, the sentinel if there was none.
PVM_IMPORT_AS(
    "set_storage", uint64_t, revive_set_storage, uint32_t flags, const void *key, uint32_t key_length,
    const void *value, uint32_t value_length);

/// Stores a word under a key; a word of zeros removes it. Changes state. Solidity's storage.
/// - flags: 0 or REVIVE_STORAGE_TRANSIENT
/// - key: a key of 32 bytes
/// - value: a word of 32 bytes
/// Returns the length of the value that was there in bytes, the sentinel if there was none.
PVM_IMPORT_AS(
    "set_storage_or_clear", uint64_t, revive_set_storage_or_clear, uint32_t flags, const uint8_t key[32],
    const uint8_t value[32]);

/// Reads the value under a key.
/// - flags: 0 or REVIVE_STORAGE_TRANSIENT
/// - key: `key_length` bytes
/// - key_length: the sentinel: a key of 32 bytes
/// - output: receives at most `*output_length` bytes
/// - output_length: a number, changed; capacity of the buffer; becomes the number of bytes written
/// Returns REVIVE_ERROR_SUCCESS, or an error.
/// Errors: REVIVE_ERROR_KEY_NOT_FOUND.
PVM_IMPORT_AS(
    "get_storage", uint64_t, revive_get_storage, uint32_t flags, const void *key, uint32_t key_length, void *output,
    uint32_t *output_length);

/// Reads the word under a key, zeros if there is none.
/// - flags: 0 or REVIVE_STORAGE_TRANSIENT
/// - key: a key of 32 bytes
/// - output: receives a word of 32 bytes
PVM_IMPORT_AS(
    "get_storage_or_zero", void, revive_get_storage_or_zero, uint32_t flags, const uint8_t key[32], uint8_t output[32]);

/// Calls another contract within limits of weight and deposit.
/// - packed_callee: revive_pack(flags, revive_pointer(callee)), made of
///   - flags: 0 or any of REVIVE_CALL_…
///   - callee: an address of 20 bytes
/// - ref_time_limit: the largest number: no limit of its own
/// - proof_size_limit: the largest number: no limit of its own
/// - packed_deposit_value: revive_pack(revive_pointer(deposit_limit), revive_pointer(value)), made of
///   - deposit_limit: a number of 32 bytes, little-endian
///   - value: a number of 32 bytes, little-endian
/// - packed_input: revive_pack(input_length, revive_pointer(input)), made of
///   - input: `input_length` bytes
/// - packed_output: revive_pack(revive_pointer(output_length), revive_pointer(output)), made of
///   - output_length: a number, changed; capacity of the buffer; becomes the number of bytes written
///   - output: receives at most `*output_length` bytes
/// Returns REVIVE_ERROR_SUCCESS, or an error.
/// Errors: REVIVE_ERROR_CALLEE_TRAPPED (the callee stopped with an error), REVIVE_ERROR_CALLEE_REVERTED (the callee set
///   the revert flag; its return data is available), REVIVE_ERROR_TRANSFER_FAILED (the value could not be transferred),
///   REVIVE_ERROR_OUT_OF_RESOURCES (the callee ran out of gas or deposit).
PVM_IMPORT_AS(
    "call", uint64_t, revive_call, uint64_t packed_callee, uint64_t ref_time_limit, uint64_t proof_size_limit,
    uint64_t packed_deposit_value, uint64_t packed_input, uint64_t packed_output);

/// Calls another contract with gas as the EVM counts it.
/// - flags: 0 or any of REVIVE_CALL_…
/// - callee: an address of 20 bytes
/// - value: a number of 32 bytes, little-endian
/// - gas: the largest number: all there is
/// - packed_input: revive_pack(input_length, revive_pointer(input)), made of
///   - input: `input_length` bytes
/// - packed_output: revive_pack(revive_pointer(output_length), revive_pointer(output)), made of
///   - output_length: a number, changed; capacity of the buffer; becomes the number of bytes written
///   - output: receives at most `*output_length` bytes
/// Returns REVIVE_ERROR_SUCCESS, or an error.
/// Errors: REVIVE_ERROR_CALLEE_TRAPPED (the callee stopped with an error), REVIVE_ERROR_CALLEE_REVERTED (the callee set
///   the revert flag; its return data is available), REVIVE_ERROR_TRANSFER_FAILED (the value could not be transferred),
///   REVIVE_ERROR_OUT_OF_RESOURCES (the callee ran out of gas or deposit).
PVM_IMPORT_AS(
    "call_evm", uint64_t, revive_call_evm, uint32_t flags, const uint8_t callee[20], const uint8_t value[32],
    uint64_t gas, uint64_t packed_input, uint64_t packed_output);

/// Runs another contract's code on the own state, within limits of weight and deposit.
/// - packed_callee: revive_pack(flags, revive_pointer(address)), made of
///   - flags: 0 or any of REVIVE_CALL_…
///   - address: an address of 20 bytes
/// - ref_time_limit: the largest number: no limit of its own
/// - proof_size_limit: the largest number: no limit of its own
/// - deposit_limit: a number of 32 bytes, little-endian
/// - packed_input: revive_pack(input_length, revive_pointer(input)), made of
///   - input: `input_length` bytes
/// - packed_output: revive_pack(revive_pointer(output_length), revive_pointer(output)), made of
///   - output_length: a number, changed; capacity of the buffer; becomes the number of bytes written
///   - output: receives at most `*output_length` bytes
/// Returns REVIVE_ERROR_SUCCESS, or an error.
/// Errors: REVIVE_ERROR_CALLEE_TRAPPED (the callee stopped with an error), REVIVE_ERROR_CALLEE_REVERTED (the callee set
///   the revert flag; its return data is available), REVIVE_ERROR_TRANSFER_FAILED (the value could not be transferred),
///   REVIVE_ERROR_OUT_OF_RESOURCES (the callee ran out of gas or deposit).
PVM_IMPORT_AS(
    "delegate_call", uint64_t, revive_delegate_call, uint64_t packed_callee, uint64_t ref_time_limit,
    uint64_t proof_size_limit, const uint8_t deposit_limit[32], uint64_t packed_input, uint64_t packed_output);

/// Runs another contract's code on the own state, with gas as the EVM counts it.
/// - flags: 0 or any of REVIVE_CALL_…
/// - address: an address of 20 bytes
/// - gas: the largest number: all there is
/// - packed_input: revive_pack(input_length, revive_pointer(input)), made of
///   - input: `input_length` bytes
/// - packed_output: revive_pack(revive_pointer(output_length), revive_pointer(output)), made of
///   - output_length: a number, changed; capacity of the buffer; becomes the number of bytes written
///   - output: receives at most `*output_length` bytes
/// Returns REVIVE_ERROR_SUCCESS, or an error.
/// Errors: REVIVE_ERROR_CALLEE_TRAPPED (the callee stopped with an error), REVIVE_ERROR_CALLEE_REVERTED (the callee set
///   the revert flag; its return data is available), REVIVE_ERROR_TRANSFER_FAILED (the value could not be transferred),
///   REVIVE_ERROR_OUT_OF_RESOURCES (the callee ran out of gas or deposit).
PVM_IMPORT_AS(
    "delegate_call_evm", uint64_t, revive_delegate_call_evm, uint32_t flags, const uint8_t address[20], uint64_t gas,
    uint64_t packed_input, uint64_t packed_output);

/// Makes a contract of code that is on the chain and runs its constructor. Changes state.
/// - ref_time_limit: the largest number: no limit of its own
/// - proof_size_limit: the largest number: no limit of its own
/// - packed_deposit_value: revive_pack(revive_pointer(deposit_limit), revive_pointer(value)), made of
///   - deposit_limit: a number of 32 bytes, little-endian
///   - value: a number of 32 bytes, little-endian
/// - packed_input: revive_pack(input_length, revive_pointer(input)), made of
///   - input: `input_length` bytes; the hash of the code in the first 32 bytes, then what the constructor gets
/// - packed_output: revive_pack(revive_pointer(output_length), revive_pointer(output)), made of
///   - output_length: a number, changed; capacity of the buffer; becomes the number of bytes written
///   - output: receives at most `*output_length` bytes
/// - packed_address_salt: revive_pack(revive_pointer(address), revive_pointer(salt)), made of
///   - address: receives an address of 20 bytes, or none; the new contract's
///   - salt: a salt of 32 bytes, or none
/// Returns REVIVE_ERROR_SUCCESS, or an error.
/// Errors: REVIVE_ERROR_CALLEE_TRAPPED (the callee stopped with an error), REVIVE_ERROR_CALLEE_REVERTED (the callee set
///   the revert flag; its return data is available), REVIVE_ERROR_TRANSFER_FAILED (the value could not be transferred),
///   REVIVE_ERROR_OUT_OF_RESOURCES (the callee ran out of gas or deposit), REVIVE_ERROR_DUPLICATE_CONTRACT_ADDRESS
///   (there is a contract at the address already).
PVM_IMPORT_AS(
    "instantiate", uint64_t, revive_instantiate, uint64_t ref_time_limit, uint64_t proof_size_limit,
    uint64_t packed_deposit_value, uint64_t packed_input, uint64_t packed_output, uint64_t packed_address_salt);

/// The length of the input.
/// Returns the number of bytes.
PVM_IMPORT_AS("call_data_size", uint64_t, revive_call_data_size);

/// Copies a part of the input; past its end are zeros.
/// - output: receives `output_length` bytes
/// - offset: of the first byte in the input
PVM_IMPORT_AS("call_data_copy", void, revive_call_data_copy, void *output, uint32_t output_length, uint32_t offset);

/// Reads a word of the input, its bytes reversed to make a little-endian number.
/// - output: receives a number of 32 bytes, little-endian
/// - offset: of the first byte in the input
PVM_IMPORT_AS("call_data_load", void, revive_call_data_load, uint8_t output[32], uint32_t offset);

/// Ends the contract with an output.
/// - flags: 0 or REVIVE_RETURN_REVERT
/// - data: `data_length` bytes
/// Does not return.
PVM_IMPORT_AS("seal_return", void, revive_seal_return, uint32_t flags, const void *data, uint32_t data_length);

/// The length of what the last callee returned.
/// Returns the number of bytes.
PVM_IMPORT_AS("return_data_size", uint64_t, revive_return_data_size);

/// Copies a part of what the last callee returned.
/// - output: receives at most `*output_length` bytes
/// - output_length: a number, changed; capacity of the buffer; becomes the number of bytes written
/// - offset: of the first byte in what was returned
PVM_IMPORT_AS(
    "return_data_copy", void, revive_return_data_copy, void *output, uint32_t *output_length, uint32_t offset);

/// The address of who called.
/// - output: receives an address of 20 bytes
PVM_IMPORT_AS("caller", void, revive_caller, uint8_t output[20]);

/// The address of who signed the transaction.
/// - output: receives an address of 20 bytes
PVM_IMPORT_AS("origin", void, revive_origin, uint8_t output[20]);

/// The own address.
/// - output: receives an address of 20 bytes
PVM_IMPORT_AS("address", void, revive_address, uint8_t output[20]);

/// The hash of the code at an address.
/// - address: an address of 20 bytes
/// - output: receives a hash of 32 bytes
PVM_IMPORT_AS("code_hash", void, revive_code_hash, const uint8_t address[20], uint8_t output[32]);

/// The size of the code at an address.
/// - address: an address of 20 bytes
/// Returns the number of bytes.
PVM_IMPORT_AS("code_size", uint64_t, revive_code_size, const uint8_t address[20]);

/// The own balance.
/// - output: receives a number of 32 bytes, little-endian
PVM_IMPORT_AS("balance", void, revive_balance, uint8_t output[32]);

/// The balance of an address.
/// - address: an address of 20 bytes
/// - output: receives a number of 32 bytes, little-endian
PVM_IMPORT_AS("balance_of", void, revive_balance_of, const uint8_t address[20], uint8_t output[32]);

/// The value that came with the call.
/// - output: receives a number of 32 bytes, little-endian
PVM_IMPORT_AS("value_transferred", void, revive_value_transferred, uint8_t output[32]);

/// The number of the chain.
/// - output: receives a number of 32 bytes, little-endian
PVM_IMPORT_AS("chain_id", void, revive_chain_id, uint8_t output[32]);

/// The time of the block.
/// - output: receives a number of 32 bytes, little-endian
PVM_IMPORT_AS("now", void, revive_now, uint8_t output[32]);

/// The number of the block.
/// - output: receives a number of 32 bytes, little-endian
PVM_IMPORT_AS("block_number", void, revive_block_number, uint8_t output[32]);

/// The base fee.
/// - output: receives a number of 32 bytes, little-endian
PVM_IMPORT_AS("base_fee", void, revive_base_fee, uint8_t output[32]);

/// The price of gas.
/// Returns the price of a unit.
PVM_IMPORT_AS("gas_price", uint64_t, revive_gas_price);

/// The gas limit of a block.
/// Returns units of EVM gas.
PVM_IMPORT_AS("gas_limit", uint64_t, revive_gas_limit);

/// The gas that is left.
/// Returns units of EVM gas with new hosts; older ones may report reference time.
PVM_IMPORT_AS("ref_time_left", uint64_t, revive_ref_time_left);

/// The hash of a block.
/// - number: a number of 32 bytes, little-endian
/// - output: receives a hash of 32 bytes; zeros if the number is out of range
PVM_IMPORT_AS("block_hash", void, revive_block_hash, const uint8_t number[32], uint8_t output[32]);

/// The address of the block's author.
/// - output: receives an address of 20 bytes
PVM_IMPORT_AS("block_author", void, revive_block_author, uint8_t output[20]);

/// Leaves an event. Changes state.
/// - topics: `topic_count` hashes of 32 bytes
/// - topic_count: at most 4
/// - data: `data_length` bytes
PVM_IMPORT_AS(
    "deposit_event", void, revive_deposit_event, const void *topics, uint32_t topic_count, const void *data,
    uint32_t data_length);

/// The Keccak-256 hash of bytes.
/// - input: `input_length` bytes
/// - output: receives a hash of 32 bytes
PVM_IMPORT_AS(
    "hash_keccak_256", void, revive_hash_keccak_256, const void *input, uint32_t input_length, uint8_t output[32]);

/// Reads the data that the constructor left for good. Only for call.
/// - output: receives at most `*output_length` bytes
/// - output_length: a number, changed; capacity of the buffer; becomes the number of bytes written
PVM_IMPORT_AS("get_immutable_data", void, revive_get_immutable_data, void *output, uint32_t *output_length);

/// Leaves data for good. Only for deploy. More bytes than the limit end the contract: out_of_bounds.
/// - data: `length` bytes
/// - length: at most 4096
PVM_IMPORT_AS("set_immutable_data", void, revive_set_immutable_data, const void *data, uint32_t length);

/// The Ethereum address of a compressed ECDSA key. Marked for a move to the System precompile.
/// - public_key: 33 bytes
/// - output: receives an address of 20 bytes
/// Returns REVIVE_ERROR_SUCCESS, or an error.
/// Errors: REVIVE_ERROR_ECDSA_RECOVERY_FAILED.
PVM_IMPORT_AS(
    "ecdsa_to_eth_address", uint64_t, revive_ecdsa_to_eth_address, const uint8_t public_key[33], uint8_t output[20]);

/// Checks an sr25519 signature. Marked for a move to the System precompile.
/// - signature: 64 bytes
/// - public_key: 32 bytes
/// - message: `message_length` bytes
/// Returns REVIVE_ERROR_SUCCESS, or an error.
/// Errors: REVIVE_ERROR_SR25519_VERIFY_FAILED.
PVM_IMPORT_AS(
    "sr25519_verify", uint64_t, revive_sr25519_verify, const uint8_t signature[64], const uint8_t public_key[32],
    uint32_t message_length, const void *message);

/// Ends the contract, undoes what it did, with no output, and uses up all gas. Solidity's INVALID.
/// Does not return.
PVM_IMPORT_AS("consume_all_gas", void, revive_consume_all_gas);

/// Ends the contract and removes it; its balance goes to the beneficiary. Changes state. All of it is removed only if
/// it was made in the same transaction. Marked for a move to the System precompile.
/// - beneficiary: an address of 20 bytes
/// Does not return.
PVM_IMPORT_AS("terminate", void, revive_terminate, const uint8_t beneficiary[20]);

#endif
