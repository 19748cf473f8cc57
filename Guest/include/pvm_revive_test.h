// What tests of contracts set and see: the chain that `pvm test` makes for each of them.
//
// A test runs as a contract of its own, with a balance and all host functions of revive; what it deploys and calls runs
// in transactions of their own, on the very bytes that are deployed. Numbers of 256 bits are little-endian. A misuse,
// such as a pointer to nowhere or a name that is not there, fails the test.
//
// Generated from Guest/hosts/revive_test.json by `make headers`; changes belong there.

#ifndef PVM_REVIVE_TEST_H
#define PVM_REVIVE_TEST_H

#include <pvm.h>

// How a transaction ended; numbered like the results of revive's calls.
#define PVM_TEST_SUCCESS         0u  // all went well
#define PVM_TEST_TRAPPED         1u  // the contract stopped with an error
#define PVM_TEST_REVERTED        2u  // the contract undid what it did; what it returned says why
#define PVM_TEST_TRANSFER_FAILED 4u  // the value could not be transferred
#define PVM_TEST_OUT_OF_GAS      5u  // the gas was used up

// What there is.
#define PVM_TEST_ACCOUNTS 10u  // accounts with a balance at the start
#define PVM_TEST_TOPICS   4u   // topics of an event at most

/// Two halves of 32 bits as one argument.
static inline __attribute__((unused)) uint64_t pvm_test_pack(uint32_t high, uint32_t low) {
    return (uint64_t)high << 32 | low;
}

/// The address of one of the accounts that have a balance at the start.
/// - index: at most 9
/// - output: receives an address of 20 bytes
PVM_IMPORT(void, pvm_test_account, uint32_t index, uint8_t output[20]);

/// Gives an account a balance.
/// - account: an address of 20 bytes
/// - balance: a number of 32 bytes, little-endian
PVM_IMPORT(void, pvm_test_set_balance, const uint8_t account[20], const uint8_t balance[32]);

/// Sets who seems to call the test itself, for functions of the contract that it calls directly.
/// - caller: an address of 20 bytes
PVM_IMPORT(void, pvm_test_set_caller, const uint8_t caller[20]);

/// Sets the value that seems to come with the call of the test itself.
/// - value: a number of 32 bytes, little-endian
PVM_IMPORT(void, pvm_test_set_value, const uint8_t value[32]);

/// Sets the input that the test itself seems to have got.
/// - input: `input_length` bytes
PVM_IMPORT(void, pvm_test_set_input, const void *input, uint32_t input_length);

/// Sets the time of the block, in seconds since 1970.
PVM_IMPORT(void, pvm_test_set_time, uint64_t seconds);

/// Sets the number of the block.
PVM_IMPORT(void, pvm_test_set_block, uint64_t number);

/// The hash of a contract's code, to be deployed with.
/// - name: `name_length` bytes; of the project's other contracts, as pvm.json calls them; empty for the project's own
/// - output: receives a hash of 32 bytes
PVM_IMPORT(void, pvm_test_code, const void *name, uint32_t name_length, uint8_t output[32]);

/// Makes a contract, in a transaction of an account.
/// - from: an address of 20 bytes
/// - value: a number of 32 bytes, little-endian
/// - packed_input: pvm_test_pack(input_length, input), made of
///   - input: `input_length` bytes; the hash of the code in the first 32 bytes, then what the constructor gets
/// - packed_output: pvm_test_pack(output_length, output), made of
///   - output_length: a number, changed; capacity of the buffer; becomes the number of bytes written
///   - output: receives at most `*output_length` bytes; all of it can be had by return_data_copy afterwards
/// - address: receives an address of 20 bytes; the new contract's
/// Returns how it ended.
PVM_IMPORT(
    uint64_t, pvm_test_deploy, const uint8_t from[20], const uint8_t value[32], uint64_t packed_input,
    uint64_t packed_output, uint8_t address[20]);

/// Calls a contract or sends value, in a transaction of an account.
/// - from: an address of 20 bytes
/// - to: an address of 20 bytes
/// - value: a number of 32 bytes, little-endian
/// - packed_input: pvm_test_pack(input_length, input), made of
///   - input: `input_length` bytes
/// - packed_output: pvm_test_pack(output_length, output), made of
///   - output_length: a number, changed; capacity of the buffer; becomes the number of bytes written
///   - output: receives at most `*output_length` bytes; all of it can be had by return_data_copy afterwards
/// Returns how it ended.
PVM_IMPORT(
    uint64_t, pvm_test_call, const uint8_t from[20], const uint8_t to[20], const uint8_t value[32],
    uint64_t packed_input, uint64_t packed_output);

/// Sets the gas that transactions of the test get from now on.
PVM_IMPORT(void, pvm_test_set_gas_limit, uint64_t gas);

/// What the last transaction used.
/// Returns units of gas.
PVM_IMPORT(uint64_t, pvm_test_gas_used);

/// How many events the last transaction left, or the test itself so far if there was none.
/// Returns the number of events.
PVM_IMPORT(uint64_t, pvm_test_event_count);

/// One of these events.
/// - address: receives an address of 20 bytes; the contract's
/// - topics: receives 4 hashes of 32 bytes; zeros where there are fewer
/// - packed_data: pvm_test_pack(data_length, data), made of
///   - data_length: a number, changed; capacity of the buffer; becomes the number of bytes written
///   - data: receives at most `*data_length` bytes
/// Returns the number of topics.
PVM_IMPORT(uint64_t, pvm_test_event, uint32_t index, uint8_t address[20], void *topics, uint64_t packed_data);

/// Answers calls of an address in place of what is there; the longest prefix decides, and among equals the last.
/// - address: an address of 20 bytes
/// - packed_prefix: pvm_test_pack(prefix_length, prefix), made of
///   - prefix: `prefix_length` bytes; what the input must begin with: often a selector
/// - status: PVM_TEST_…; how the call ends
/// - packed_data: pvm_test_pack(data_length, data), made of
///   - data: `data_length` bytes; what it returns
PVM_IMPORT(
    void, pvm_test_mock, const uint8_t address[20], uint64_t packed_prefix, uint32_t status, uint64_t packed_data);

/// A number from 0 to a bound; a test that asks for one is a property: it runs many times, and what fails is made
/// smaller.
/// - bound: the largest
/// Returns at most the bound.
PVM_IMPORT(uint64_t, pvm_test_choose, uint64_t bound);

/// Ends a run of a property whose choices do not fit; it counts neither for nor against it.
/// Does not return.
PVM_IMPORT(void, pvm_test_reject);

#endif
