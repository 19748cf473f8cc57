// The memory of contracts, and what call data and returned data do with it: pvm_contract.h. It is taken from the lower end and
// never given back, as a contract begins anew with each call.

#include "contract.h"

static uint32_t used;

SMALL uint8_t *pvm_contract_take_(uint32_t bytes) {
    if (bytes > pvm_contract_memory_size - used)
        pvm_panic(PANIC_MEMORY);
    uint8_t *const result = pvm_contract_memory + used;
    used += bytes;
    return result;
}

SMALL void *pvm_allocate(size_t bytes) {
    if (bytes > pvm_contract_memory_size)
        pvm_panic(PANIC_MEMORY);
    const uint32_t rounded = (used + 15) & ~15u;
    if (rounded > pvm_contract_memory_size)
        pvm_panic(PANIC_MEMORY);
    used = rounded;
    return pvm_contract_take_((uint32_t)bytes);
}

SMALL void pvm_contract_copy_(void *to, const void *from, size_t count) {
    uint8_t *d = to;
    const uint8_t *s = from;
    for (; count >= 8; count -= 8, d += 8, s += 8)
        *(pvm_word *)d = *(const pvm_word *)s;
    for (; count; count--)
        *d++ = *s++;
}

SMALL pvm_data pvm_call_data(void) {
    const uint64_t count = revive_call_data_size();
    if (count > pvm_contract_memory_size)
        pvm_panic(PANIC_MEMORY);
    uint8_t *const bytes = pvm_contract_take_((uint32_t)count);
    revive_call_data_copy(bytes, (uint32_t)count, 0);
    return (pvm_data){bytes, (uint32_t)count};
}

// MARK: Writing

SMALL uint8_t *pvm_write(void) { return pvm_contract_memory + used; }

SMALL uint8_t *pvm_write_selected(uint32_t selector) {
    uint8_t *const start = pvm_contract_take_(4);
    *(pvm_half *)start = __builtin_bswap32(selector);
    return start;
}

SMALL void pvm_release(const uint8_t *start) { used = (uint32_t)(start - pvm_contract_memory); }

SMALL pvm_bytes pvm_written(const uint8_t *start) {
    return (pvm_bytes){start, (size_t)(pvm_contract_memory + used - start)};
}

SMALL pvm_log pvm_written_log(const uint8_t *start, uint32_t topic_count) {
    return (pvm_log){start, topic_count, (uint32_t)pvm_written(start).count - 32 * topic_count};
}

SMALL void pvm_write_u256(const u256 *value) { pvm_contract_put_(pvm_contract_take_(32), value); }

SMALL void pvm_write_uint(uint64_t value) { pvm_write_u256(U256(value)); }

SMALL void pvm_write_int(int64_t value) {
    const u256 number = u256_from_signed(value);
    pvm_write_u256(&number);
}

SMALL void pvm_write_address(const address *value) {
    pvm_contract_put_address_(pvm_contract_take_(32), value);
}

SMALL void pvm_write_fixed(const void *bytes, uint32_t count) {
    pvm_contract_copy_(pvm_write_padded(count), bytes, count);
}

SMALL uint8_t *pvm_write_place(void) { return pvm_contract_take_(32); }

SMALL uint8_t *pvm_write_places(uint32_t count) {
    if (count > pvm_contract_memory_size / 32)
        pvm_panic(PANIC_MEMORY);
    return pvm_contract_take_(32 * count);
}

SMALL void pvm_write_offset(uint8_t *place, const uint8_t *start) {
    pvm_contract_put_(place, U256(pvm_written(start).count));
}

SMALL uint8_t *pvm_write_padded(size_t count) {
    if (count > pvm_contract_memory_size)
        pvm_panic(PANIC_MEMORY);
    const uint32_t padded = ((uint32_t)count + 31) & ~31u;
    uint8_t *const bytes = pvm_contract_take_(padded);
    // The last word of them has the padding.
    if (padded)
        *(bytes32 *)(bytes + padded - 32) = (bytes32){0};
    return bytes;
}

SMALL void pvm_write_bytes(pvm_bytes value) {
    pvm_write_uint(value.count);
    pvm_contract_copy_(pvm_write_padded(value.count), value.address, value.count);
}

SMALL void pvm_write_array(pvm_array value, uint32_t size, uint32_t count) {
    if (count == UINT32_MAX)
        pvm_write_uint(value.count);
    else if (value.count != count)
        pvm_panic(PANIC_INDEX);
    // The elements are in memory or in data of the contract, so their number can not be too large to multiply.
    const uint32_t bytes = value.count * size;
    pvm_contract_copy_(pvm_contract_take_(bytes), value.bytes, bytes);
}
