// Services and authorizers of JAM, Gray Paper 0.7.2, which call host functions by number.
//
// Every argument and result fills its register. Memory that a function can not access stops the guest with a panic.
//
// Generated from Guest/hosts/jam-0.7.2.json by `make headers`; changes belong there.

#ifndef PVM_JAM_0_7_2_H
#define PVM_JAM_0_7_2_H

#include <pvm.h>

#ifdef JAM_VERSION
#error "one version of jam at a time: include pvm_jam.h"
#endif
#define JAM_VERSION 702

// Results that are no number.
#define JAM_OK   0ull                   // all went well
#define JAM_NONE 0xffffffffffffffffull  // there is nothing there
#define JAM_WHAT 0xfffffffffffffffeull  // the host has no such function
#define JAM_OOB  0xfffffffffffffffdull  // memory of an inner machine is not accessible
#define JAM_WHO  0xfffffffffffffffcull  // an id names nothing
#define JAM_FULL 0xfffffffffffffffbull  // there is no room, or the balance does not carry it
#define JAM_CORE 0xfffffffffffffffaull  // there is no such core
#define JAM_CASH 0xfffffffffffffff9ull  // the balance does not suffice
#define JAM_LOW  0xfffffffffffffff8ull  // there is too little gas
#define JAM_HUH  0xfffffffffffffff7ull  // not allowed, or invalid

// Why an inner machine stopped.
#define JAM_INNER_HALT  0ull  // it returned
#define JAM_INNER_PANIC 1ull  // it trapped
#define JAM_INNER_FAULT 2ull  // it touched a page that it may not
#define JAM_INNER_HOST  3ull  // it called a host function
#define JAM_INNER_OOG   4ull  // its gas is used up

// Services that have no id of their own in a call.
#define JAM_SERVICE_SELF 0xffffffffffffffffull  // the service that calls

// What fetch copies.
#define JAM_FETCH_PARAMETERS               0ull   // the protocol parameters
#define JAM_FETCH_ENTROPY                  1ull   // the entropy
#define JAM_FETCH_AUTHORIZER_TRACE         2ull   // what the authorizer left
#define JAM_FETCH_ANY_EXTRINSIC            3ull   // an extrinsic of an item: first index the item, second the extrinsic
#define JAM_FETCH_OWN_EXTRINSIC            4ull   // an extrinsic of the own item: first index
// An imported segment of an item: first index the item, second the segment.
#define JAM_FETCH_ANY_IMPORT               5ull
#define JAM_FETCH_OWN_IMPORT               6ull   // an imported segment of the own item: first index
#define JAM_FETCH_WORK_PACKAGE             7ull   // the whole work package
#define JAM_FETCH_AUTHORIZER_CONFIGURATION 8ull   // the authorizer's configuration
#define JAM_FETCH_AUTHORIZATION_TOKEN      9ull   // the authorization token
#define JAM_FETCH_REFINE_CONTEXT           10ull  // the context of refine
#define JAM_FETCH_ITEM_SUMMARIES           11ull  // summaries of all items
#define JAM_FETCH_ITEM_SUMMARY             12ull  // the summary of an item: first index
#define JAM_FETCH_ITEM_PAYLOAD             13ull  // the payload of an item: first index
#define JAM_FETCH_ACCUMULATE_INPUTS        14ull  // all inputs of accumulate
#define JAM_FETCH_ACCUMULATE_INPUT         15ull  // an input of accumulate: first index

// What may be done with a page.
#define JAM_PAGES_NONE         0ull  // nothing
#define JAM_PAGES_READ_ZEROED  1ull  // read; its bytes become zero
#define JAM_PAGES_WRITE_ZEROED 2ull  // read and write; its bytes become zero
#define JAM_PAGES_READ         3ull  // read; its bytes stay
#define JAM_PAGES_WRITE        4ull  // read and write; its bytes stay

// Sizes and limits of the protocol.
#define JAM_LIMIT_PAGE_BYTES            4096ull        // bytes of a page of memory
#define JAM_LIMIT_ZONE_BYTES            65536ull       // bytes that regions of memory are rounded up to
#define JAM_LIMIT_ARGUMENT_BYTES        16777216ull    // bytes of an entry's arguments at most
#define JAM_LIMIT_IS_AUTHORIZED_GAS     50000000ull    // gas of is_authorized
#define JAM_LIMIT_REFINE_GAS            5000000000ull  // gas of refine at most
#define JAM_LIMIT_AUTHORIZER_CODE_BYTES 64000ull       // bytes of an authorizer's code at most
#define JAM_LIMIT_SERVICE_CODE_BYTES    4000000ull     // bytes of a service's code at most
#define JAM_LIMIT_PARAMETERS_BYTES      134ull         // bytes of the protocol parameters
#define JAM_LIMIT_SEGMENT_BYTES         4104ull        // bytes of a segment
#define JAM_LIMIT_MEMO_BYTES            128ull         // bytes of a transfer's memo
#define JAM_LIMIT_VALIDATOR_BYTES       336ull         // bytes that describe a validator
#define JAM_LIMIT_SERVICE_INFO_BYTES    96ull          // bytes of a service's record
#define JAM_LIMIT_PACKAGE_IMPORTS       3072ull        // segments that a work package imports at most
#define JAM_LIMIT_PACKAGE_EXPORTS       3072ull        // segments that a work package exports at most
#define JAM_LIMIT_PACKAGE_ITEMS         16ull          // items of a work package at most
#define JAM_LIMIT_PACKAGE_EXTRINSICS    128ull         // extrinsics of a work package at most
#define JAM_LIMIT_BUNDLE_BYTES          13791360ull    // bytes of a work package with what it imports at most
#define JAM_LIMIT_REPORT_OUTPUT_BYTES   49152ull       // bytes of a report's outputs at most
#define JAM_LIMIT_CORES                 341ull         // cores
#define JAM_LIMIT_QUEUE_ENTRIES         80ull          // authorizers in the queue of a core
#define JAM_LIMIT_VALIDATORS            1023ull        // validators

/// What info copies. 96 bytes.
struct jam_service_info {
    uint8_t code_hash[32];
    uint64_t balance;
    uint64_t threshold;  // the balance that it must keep
    uint64_t minimum_item_gas;
    uint64_t minimum_memo_gas;
    uint64_t octets;  // bytes stored in all
    uint32_t items;
    uint64_t gratis;
    uint32_t created;
    uint32_t last_accumulation;
    uint32_t parent;
} __attribute__((packed));

/// What an inner machine runs with and leaves. 112 bytes.
struct jam_machine_state {
    uint64_t gas;
    uint64_t registers[13];
};

/// A service that accumulates in every block, and its gas. 12 bytes.
struct jam_gas_grant {
    uint32_t service;
    uint64_t gas;
} __attribute__((packed));

/// The gas that is left.
/// Returns the units of gas that are left.
PVM_IMPORT_INDEX_AS(0, "gas", uint64_t, jam_gas);

/// Copies a part of what the entry was called for: parameters, work package, inputs.
/// - output: receives `length` bytes
/// - offset: of the first byte wanted
/// - length: bytes wanted
/// - selector: JAM_FETCH_…
/// Returns the length of the whole in bytes, or an error.
/// Errors: JAM_NONE (there is nothing of that kind).
PVM_IMPORT_INDEX_AS(
    1, "fetch", uint64_t, jam_fetch, void *output, uint64_t offset, uint64_t length, uint64_t selector,
    uint64_t first_index, uint64_t second_index);

/// Copies a part of a preimage that a service has. Only for accumulate.
/// - service: JAM_SERVICE_SELF; or an id
/// - hash: a hash of 32 bytes
/// - output: receives `length` bytes
/// - offset: of the first byte wanted
/// - length: bytes wanted
/// Returns the length of the preimage in bytes, or an error.
/// Errors: JAM_NONE (there is no such preimage).
PVM_IMPORT_INDEX_AS(
    2, "lookup", uint64_t, jam_lookup, uint64_t service, const uint8_t hash[32], void *output, uint64_t offset,
    uint64_t length);

/// Copies a part of a value in a service's storage. Only for accumulate.
/// - service: JAM_SERVICE_SELF; or an id
/// - key: `key_length` bytes
/// - output: receives `length` bytes
/// - offset: of the first byte wanted
/// - length: bytes wanted
/// Returns the length of the value in bytes, or an error.
/// Errors: JAM_NONE (there is no such value).
PVM_IMPORT_INDEX_AS(
    3, "read", uint64_t, jam_read, uint64_t service, const void *key, uint64_t key_length, void *output,
    uint64_t offset, uint64_t length);

/// Stores a value in the own storage; of no bytes, removes it. Only for accumulate.
/// - key: `key_length` bytes
/// - value: `value_length` bytes
/// Returns the length of the value that was there in bytes, or an error.
/// Errors: JAM_NONE (there was no value), JAM_FULL (the balance does not carry the storage).
PVM_IMPORT_INDEX_AS(
    4, "write", uint64_t, jam_write, const void *key, uint64_t key_length, const void *value, uint64_t value_length);

/// Copies a part of a service's record. Only for accumulate.
/// - service: JAM_SERVICE_SELF; or an id
/// - output: receives `length` bytes; of a service_info
/// - offset: of the first byte wanted
/// - length: bytes wanted
/// Returns the length of the record, 96 bytes, or an error.
/// Errors: JAM_NONE (there is no such service).
PVM_IMPORT_INDEX_AS(5, "info", uint64_t, jam_info, uint64_t service, void *output, uint64_t offset, uint64_t length);

/// Copies a part of a preimage as it was available at the time of the work package. Only for refine.
/// - service: JAM_SERVICE_SELF; or an id
/// - hash: a hash of 32 bytes
/// - output: receives `length` bytes
/// - offset: of the first byte wanted
/// - length: bytes wanted
/// Returns the length of the preimage in bytes, or an error.
/// Errors: JAM_NONE (there was no such preimage).
PVM_IMPORT_INDEX_AS(
    6, "historical_lookup", uint64_t, jam_historical_lookup, uint64_t service, const uint8_t hash[32], void *output,
    uint64_t offset, uint64_t length);

/// Exports a segment; it is filled up with zeros. Only for refine.
/// - data: `length` bytes
/// - length: at most 4104
/// Returns the index of the segment, or an error.
/// Errors: JAM_FULL (no more segments may be exported).
PVM_IMPORT_INDEX_AS(7, "export", uint64_t, jam_export, const void *data, uint64_t length);

/// Makes an inner machine. Only for refine.
/// - code: `code_length` bytes
/// - start: the program counter
/// Returns the number of the machine, or an error.
/// Errors: JAM_HUH (the code is invalid).
PVM_IMPORT_INDEX_AS(8, "machine", uint64_t, jam_machine, const void *code, uint64_t code_length, uint64_t start);

/// Copies from an inner machine's memory. Only for refine.
/// - destination: receives `length` bytes
/// - source: an address in the inner machine
/// Returns JAM_OK, or an error.
/// Errors: JAM_OOB (the inner machine's memory is not accessible there), JAM_WHO (there is no such inner machine).
PVM_IMPORT_INDEX_AS(
    9, "peek", uint64_t, jam_peek, uint64_t machine, void *destination, uint64_t source, uint64_t length);

/// Copies into an inner machine's memory. Only for refine.
/// - source: `length` bytes
/// - destination: an address in the inner machine
/// Returns JAM_OK, or an error.
/// Errors: JAM_OOB (the inner machine's memory is not accessible there), JAM_WHO (there is no such inner machine).
PVM_IMPORT_INDEX_AS(
    10, "poke", uint64_t, jam_poke, uint64_t machine, const void *source, uint64_t destination, uint64_t length);

/// Sets what an inner machine may do with pages of its memory. Only for refine.
/// - first_page: at least 16
/// - mode: JAM_PAGES_…
/// Returns JAM_OK, or an error.
/// Errors: JAM_WHO (there is no such inner machine), JAM_HUH (not allowed, or an argument is invalid).
PVM_IMPORT_INDEX_AS(
    11, "pages", uint64_t, jam_pages, uint64_t machine, uint64_t first_page, uint64_t count, uint64_t mode);

struct jam_invoke_result {
    uint64_t status;
    uint64_t detail;
};

/// Runs an inner machine until it stops. Only for refine.
/// - state: a jam_machine_state, changed
/// Returns in `status` why it stopped: JAM_INNER_….
/// Returns in `detail` more about why.
/// Errors: JAM_WHO (there is no such inner machine).
PVM_IMPORT_INDEX_AS(
    12, "invoke", struct jam_invoke_result, jam_invoke, uint64_t machine, struct jam_machine_state *state);

/// Drops an inner machine. Only for refine.
/// Returns the machine's program counter, or an error.
/// Errors: JAM_WHO (there is no such inner machine).
PVM_IMPORT_INDEX_AS(13, "expunge", uint64_t, jam_expunge, uint64_t machine);

/// Names the privileged services. Only for accumulate.
/// - assigners: 341 numbers; a service for each core
/// - always_accumulate: `count` jam_gas_grants
/// Returns JAM_OK, or an error.
/// Errors: JAM_WHO (there is no such service), JAM_HUH (not allowed, or an argument is invalid).
PVM_IMPORT_INDEX_AS(
    14, "bless", uint64_t, jam_bless, uint64_t manager, const uint32_t *assigners, uint64_t delegator,
    uint64_t registrar, const struct jam_gas_grant *always_accumulate, uint64_t count);

/// Sets the queue of authorizers of a core, and who may set it next. Only for accumulate.
/// - queue: 80 hashes of 32 bytes
/// Returns JAM_OK, or an error.
/// Errors: JAM_CORE (there is no such core), JAM_HUH (not allowed, or an argument is invalid), JAM_WHO (there is no
///   such service).
PVM_IMPORT_INDEX_AS(15, "assign", uint64_t, jam_assign, uint64_t core, const void *queue, uint64_t assigner);

/// Sets the next validators. Only for accumulate.
/// - validators: 1023 times 336 bytes
/// Returns JAM_OK, or an error.
/// Errors: JAM_HUH (not allowed, or an argument is invalid).
PVM_IMPORT_INDEX_AS(16, "designate", uint64_t, jam_designate, const void *validators);

/// Keeps what was done so far even if the rest fails. Only for accumulate.
/// Returns the units of gas that are left.
PVM_IMPORT_INDEX_AS(17, "checkpoint", uint64_t, jam_checkpoint);

/// Makes a service. Only for accumulate.
/// - code_hash: a hash of 32 bytes
/// - code_length: bytes of the code
/// - gratis: storage free of deposit
/// Returns the id of the service, or an error.
/// Errors: JAM_CASH (the balance does not suffice), JAM_HUH (not allowed, or an argument is invalid), JAM_FULL (the
///   wanted id is taken).
PVM_IMPORT_INDEX_AS(
    18, "new", uint64_t, jam_new, const uint8_t code_hash[32], uint64_t code_length, uint64_t minimum_item_gas,
    uint64_t minimum_memo_gas, uint64_t gratis, uint64_t wanted_id);

/// Changes the own code. Only for accumulate.
/// - code_hash: a hash of 32 bytes
/// Returns JAM_OK.
PVM_IMPORT_INDEX_AS(
    19, "upgrade", uint64_t, jam_upgrade, const uint8_t code_hash[32], uint64_t minimum_item_gas,
    uint64_t minimum_memo_gas);

/// Sends an amount, gas and a memo to a service. Only for accumulate.
/// - memo: 128 bytes
/// Returns JAM_OK, or an error.
/// Errors: JAM_WHO (there is no such service), JAM_LOW (less gas than the destination asks for), JAM_CASH (the balance
///   does not suffice).
PVM_IMPORT_INDEX_AS(
    20, "transfer", uint64_t, jam_transfer, uint64_t destination, uint64_t amount, uint64_t gas,
    const uint8_t memo[128]);

/// Removes a service. Only for accumulate.
/// - hash: a hash of 32 bytes
/// Returns JAM_OK, or an error.
/// Errors: JAM_WHO (there is no such service), JAM_HUH (not allowed, or an argument is invalid).
PVM_IMPORT_INDEX_AS(21, "eject", uint64_t, jam_eject, uint64_t service, const uint8_t hash[32]);

struct jam_query_result {
    uint64_t status;
    uint64_t detail;
};

/// The state of a request for a preimage. Only for accumulate.
/// - hash: a hash of 32 bytes
/// - length: of the preimage, in bytes
/// Returns in `status` the first word of the state.
/// Returns in `detail` the second word of the state.
/// Errors: JAM_NONE (there is no such request).
PVM_IMPORT_INDEX_AS(22, "query", struct jam_query_result, jam_query, const uint8_t hash[32], uint64_t length);

/// Requests a preimage. Only for accumulate.
/// - hash: a hash of 32 bytes
/// - length: of the preimage, in bytes
/// Returns JAM_OK, or an error.
/// Errors: JAM_HUH (not allowed, or an argument is invalid), JAM_FULL (the balance does not carry the request).
PVM_IMPORT_INDEX_AS(23, "solicit", uint64_t, jam_solicit, const uint8_t hash[32], uint64_t length);

/// Withdraws the request for a preimage. Only for accumulate.
/// - hash: a hash of 32 bytes
/// - length: of the preimage, in bytes
/// Returns JAM_OK, or an error.
/// Errors: JAM_HUH (not allowed, or an argument is invalid).
PVM_IMPORT_INDEX_AS(24, "forget", uint64_t, jam_forget, const uint8_t hash[32], uint64_t length);

/// Sets the hash that accumulation results in. Only for accumulate.
/// - hash: a hash of 32 bytes
/// Returns JAM_OK.
PVM_IMPORT_INDEX_AS(25, "yield", uint64_t, jam_yield, const uint8_t hash[32]);

/// Provides a preimage that a service requested. Only for accumulate.
/// - service: JAM_SERVICE_SELF; or an id
/// - data: `length` bytes
/// Returns JAM_OK, or an error.
/// Errors: JAM_WHO (there is no such service), JAM_HUH (not allowed, or an argument is invalid).
PVM_IMPORT_INDEX_AS(26, "provide", uint64_t, jam_provide, uint64_t service, const void *data, uint64_t length);

/// Writes a line to the host's log. Of JIP-1, not the Gray Paper: a strict host answers WHAT, which the guest must put
/// up with.
/// - target: `target_length` bytes
/// - message: `message_length` bytes
PVM_IMPORT_INDEX_AS(
    100, "log", void, jam_log, uint64_t level, const void *target, uint64_t target_length, const void *message,
    uint64_t message_length);

#endif
