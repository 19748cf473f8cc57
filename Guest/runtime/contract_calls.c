// How contracts end, call others, tell events and read storage: pvm_contract.h.

#include "contract.h"

// MARK: Ends

SMALL _Noreturn void pvm_revert_data(pvm_bytes data) {
    revive_seal_return(REVIVE_RETURN_REVERT, data.address, (uint32_t)data.count);
    __builtin_unreachable();
}

SMALL _Noreturn void pvm_return(pvm_bytes data) {
    revive_seal_return(0, data.address, (uint32_t)data.count);
    __builtin_unreachable();
}

// Not through the contract's memory, which may be what is used up.
SMALL _Noreturn void pvm_panic(uint64_t code) {
    uint8_t data[36];
    *(pvm_half *)data = __builtin_bswap32(0x4e487b71);
    pvm_contract_put_(data + 4, U256(code));
    pvm_revert_data((pvm_bytes){data, sizeof data});
}

SMALL _Noreturn void pvm_revert_text(const char *text, size_t length) {
    const uint8_t *const start = pvm_write_selected(0x08c379a0);
    pvm_write_uint(32);
    pvm_write_bytes((pvm_bytes){text, length});
    pvm_revert_data(pvm_written(start));
}

SMALL _Noreturn void pvm_return_u256(const u256 *value) {
    const bytes32 word = u256_to_word(value);
    pvm_return((pvm_bytes){word.bytes, sizeof word.bytes});
}

SMALL _Noreturn void pvm_return_uint(uint64_t value) { pvm_return_u256(U256(value)); }

SMALL _Noreturn void pvm_return_address(const address *value) {
    const bytes32 word = address_to_word(value);
    pvm_return((pvm_bytes){word.bytes, sizeof word.bytes});
}

SMALL _Noreturn void pvm_return_bytes(pvm_bytes value) {
    const uint8_t *const start = pvm_write();
    pvm_write_uint(32);
    pvm_write_bytes(value);
    pvm_return(pvm_written(start));
}

// MARK: Other contracts

static const u256 no_limit = {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}};

// The memory that is left, to be returned to; afterwards only what came is taken.
SMALL static pvm_bytes taken(const uint8_t *start, uint32_t count, uint32_t room) {
    // What fills the room may have been longer.
    if (count == room && revive_return_data_size() > count)
        pvm_panic(PANIC_MEMORY);
    return (pvm_bytes){start, count};
}

SMALL static uint32_t room_behind(const uint8_t *start) {
    return pvm_contract_memory_size - (uint32_t)(start - pvm_contract_memory);
}

SMALL uint64_t
pvm_try_call(uint32_t flags, const address *contract, const u256 *value, pvm_bytes input, pvm_bytes *output) {
    uint8_t *const start = pvm_write();
    const uint32_t room = output ? room_behind(start) : 0;
    uint32_t count = room;
    const uint64_t status = revive_call(
        revive_pack(flags, revive_pointer(contract)), REVIVE_UNLIMITED, REVIVE_UNLIMITED,
        revive_pack(revive_pointer(&no_limit), revive_pointer(value)),
        revive_pack((uint32_t)input.count, revive_pointer(input.address)),
        revive_pack(revive_pointer(&count), revive_pointer(start)));
    if (output) {
        *output = taken(start, count, room);
        pvm_contract_take_(count);
    }
    return status;
}

SMALL static _Noreturn void fail_like_callee(uint64_t status, pvm_bytes output) {
    if (status == REVIVE_ERROR_CALLEE_REVERTED)
        pvm_revert_data(output);
    pvm_refuse();
}

SMALL pvm_bytes pvm_call(uint32_t flags, const address *contract, const u256 *value, pvm_bytes input) {
    // A call of what is no contract succeeds.
    if (revive_code_size(contract->bytes) == 0)
        pvm_revert("not a contract");
    pvm_bytes output;
    const uint64_t status = pvm_try_call(flags, contract, value, input, &output);
    if (status != REVIVE_ERROR_SUCCESS)
        fail_like_callee(status, output);
    return output;
}

SMALL void pvm_send(const address *account, const u256 *value) {
    pvm_bytes output;
    const uint64_t status = pvm_try_call(0, account, value, pvm_no_bytes(), &output);
    if (status != REVIVE_ERROR_SUCCESS)
        fail_like_callee(status, output);
}

SMALL address pvm_create(const bytes32 *code, const u256 *value, const bytes32 *salt, pvm_bytes arguments) {
    uint8_t *const input = pvm_allocate(32 + arguments.count);
    pvm_contract_copy_(input, code->bytes, 32);
    pvm_contract_copy_(input + 32, arguments.address, arguments.count);
    address result = {0};
    uint8_t *const start = pvm_write();
    const uint32_t room = room_behind(start);
    uint32_t count = room;
    const uint64_t status = revive_instantiate(
        REVIVE_UNLIMITED, REVIVE_UNLIMITED, revive_pack(revive_pointer(&no_limit), revive_pointer(value)),
        revive_pack((uint32_t)arguments.count + 32, revive_pointer(input)),
        revive_pack(revive_pointer(&count), revive_pointer(start)),
        revive_pack(revive_pointer(&result), revive_pointer(salt)));
    if (status != REVIVE_ERROR_SUCCESS)
        fail_like_callee(status, taken(start, count, room));
    return result;
}

// MARK: Events and hashes

SMALL void pvm_emit(pvm_log log) {
    revive_deposit_event(log.topics, log.topic_count, log.topics + 32 * log.topic_count, log.data_count);
    pvm_release(log.topics);
}

SMALL bytes32 pvm_keccak(pvm_bytes bytes) {
    bytes32 result;
    revive_hash_keccak_256(bytes.address, (uint32_t)bytes.count, result.bytes);
    return result;
}

SMALL bool pvm_bytes_equal(pvm_bytes a, pvm_bytes b) {
    return a.count == b.count && memcmp(a.address, b.address, a.count) == 0;
}

SMALL bool address_equal(const address *a, const address *b) {
    const pvm_word *const left = (const pvm_word *)a, *const right = (const pvm_word *)b;
    return ((left[0] ^ right[0]) | (left[1] ^ right[1]) | (*(const pvm_half *)(left + 2) ^ *(const pvm_half *)(right + 2))) == 0;
}

SMALL bool address_is_zero(const address *a) {
    const pvm_word *const words = (const pvm_word *)a;
    return (words[0] | words[1] | *(const pvm_half *)(words + 2)) == 0;
}
