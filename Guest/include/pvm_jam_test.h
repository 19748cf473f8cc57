// What tests of services set and see: the chain that `pvm test` makes for each of them.
//
// A test is a service of its own id on the chain and may call all host functions of JAM, whatever the entry; what it
// writes is there at once. `refine` and `accumulate` run the very bytes that are deployed, on the same state. A misuse,
// such as a pointer to nowhere or an item that is not there, fails the test.
//
// Generated from Guest/hosts/jam_test.json by `make headers`; changes belong there.

#ifndef PVM_JAM_TEST_H
#define PVM_JAM_TEST_H

#include <pvm.h>

// How a run of the service ended; the errors are numbered as JAM encodes them.
#define PVM_JAM_TEST_HALTED      0u  // it returned
#define PVM_JAM_TEST_OUT_OF_GAS  1u  // its gas was used up
#define PVM_JAM_TEST_PANICKED    2u  // it stopped with an error
#define PVM_JAM_TEST_BAD_EXPORTS 3u  // it exported another number of segments than its item says
#define PVM_JAM_TEST_OVERSIZE    4u  // what it returned is too long for a report
#define PVM_JAM_TEST_BAD_CODE    5u  // its code was not there
#define PVM_JAM_TEST_BIG_CODE    6u  // its code is too long

// Services that are there at the start.
#define PVM_JAM_TEST_SERVICE_OWN   70000u  // the one that is tested
#define PVM_JAM_TEST_SERVICE_OTHER 80000u  // another one, without code

/// Sets the time slot of the block, and of the block that lookups of refine refer to.
PVM_IMPORT(void, pvm_jam_test_set_time_slot, uint32_t slot);

/// Sets the entropy of the block.
/// - entropy: a hash of 32 bytes
PVM_IMPORT(void, pvm_jam_test_set_entropy, const uint8_t entropy[32]);

/// Gives a service a balance; makes the service if it is not there.
PVM_IMPORT(void, pvm_jam_test_set_balance, uint32_t service, uint64_t balance);

/// The balance of a service.
/// Returns the balance, 0 if there is no such service.
PVM_IMPORT(uint64_t, pvm_jam_test_balance, uint32_t service);

/// Stores a value for a service; of no bytes, removes it.
/// - key: `key_length` bytes
/// - value: `value_length` bytes
PVM_IMPORT(
    void, pvm_jam_test_set_storage, uint32_t service, const void *key, uint32_t key_length, const void *value,
    uint32_t value_length);

/// Gives a service a preimage that is available from this time slot on.
/// - data: `length` bytes
PVM_IMPORT(void, pvm_jam_test_provide, uint32_t service, const void *data, uint32_t length);

/// Makes a service manager, delegator, registrar and assigner of all cores.
PVM_IMPORT(void, pvm_jam_test_set_privileged, uint32_t service);

/// Adds an item for the service to the work package.
/// - payload: `length` bytes
/// - exports: segments that it will export
/// Returns the index of the item.
PVM_IMPORT(uint64_t, pvm_jam_test_add_item, const void *payload, uint32_t length, uint32_t exports);

/// Adds an extrinsic to an item.
/// - data: `length` bytes
PVM_IMPORT(void, pvm_jam_test_add_extrinsic, uint32_t item, const void *data, uint32_t length);

/// Adds an imported segment to an item.
/// - data: `length` bytes
/// - length: at most 4104
PVM_IMPORT(void, pvm_jam_test_add_import, uint32_t item, const void *data, uint32_t length);

/// Sets the gas that refine and accumulate get for each item from now on.
PVM_IMPORT(void, pvm_jam_test_set_gas, uint64_t gas);

/// Sets what the authorizer was shown, and what it answered.
/// - token: `token_length` bytes
/// - trace: `trace_length` bytes
PVM_IMPORT(
    void, pvm_jam_test_set_authorization, const void *token, uint32_t token_length, const void *trace,
    uint32_t trace_length);

/// Refines an item with the code that is deployed; what comes of it is an input of the next accumulate.
/// Returns how it ended.
PVM_IMPORT(uint64_t, pvm_jam_test_refine, uint32_t item);

/// Adds an input of accumulate as if an item had been refined so.
/// - status: PVM_JAM_TEST_…
/// - data: `length` bytes; what it returned
PVM_IMPORT(void, pvm_jam_test_add_result, uint32_t status, const void *data, uint32_t length);

/// Adds a transfer to the service as an input of accumulate.
/// - memo: 128 bytes
PVM_IMPORT(void, pvm_jam_test_add_transfer, uint32_t from, uint64_t amount, uint64_t gas, const uint8_t memo[128]);

/// Accumulates all inputs with the code that is deployed, and ends the block: the time slot is one more.
/// Returns how it ended.
PVM_IMPORT(uint64_t, pvm_jam_test_accumulate);

/// Copies what the last refine or accumulate returned.
/// - output: receives `length` bytes
/// - length: bytes wanted
/// Returns the length of the whole in bytes.
PVM_IMPORT(uint64_t, pvm_jam_test_output, void *output, uint32_t length);

/// What the last refine or accumulate used.
/// Returns units of gas.
PVM_IMPORT(uint64_t, pvm_jam_test_gas_used);

/// The hash that the last accumulate yielded, or the test itself if there was none.
/// - output: receives a hash of 32 bytes; zeros if there is none
/// Returns 1 if there is one, else 0.
PVM_IMPORT(uint64_t, pvm_jam_test_yielded, uint8_t output[32]);

/// How many segments the last refine exported, or the test itself so far if there was none.
/// Returns the number of segments.
PVM_IMPORT(uint64_t, pvm_jam_test_export_count);

/// One of these segments.
/// - output: receives 4104 bytes
PVM_IMPORT(void, pvm_jam_test_export, uint32_t index, uint8_t output[4104]);

/// How many transfers the last accumulate sent, or the test itself so far if there was none.
/// Returns the number of transfers.
PVM_IMPORT(uint64_t, pvm_jam_test_transfer_count);

/// One of these transfers.
/// - destination: receives a number
/// - amount: receives a number
/// - memo: receives 128 bytes
PVM_IMPORT(void, pvm_jam_test_transfer, uint32_t index, uint32_t *destination, uint64_t *amount, uint8_t memo[128]);

#endif
