// Reading the contract ABI: every value is checked, since call data comes from anybody and returned data from any contract.

#include "contract.h"

SMALL _Noreturn void pvm_refuse(void) { pvm_revert_data(pvm_no_bytes()); }

SMALL void pvm_refuse_value(void) {
    const u256 value = pvm_value();
    if (!u256_is_zero(&value))
        pvm_refuse();
}

SMALL uint32_t pvm_data_selector(pvm_data data) {
    if (data.count < 4)
        pvm_refuse();
    return __builtin_bswap32(*(const pvm_half *)data.bytes);
}

SMALL pvm_data pvm_data_behind(pvm_data data, uint32_t count) {
    return (pvm_data){data.bytes + count, data.count - count};
}

// MARK: Words

SMALL static const uint8_t *word(pvm_data data, uint32_t place) {
    if (data.count < 32 || place > data.count - 32)
        pvm_refuse();
    return data.bytes + place;
}

SMALL u256 pvm_read_word(pvm_data data, uint32_t place) {
    u256 value;
    pvm_contract_get_(&value, word(data, place));
    return value;
}

SMALL u256 pvm_read_u256(pvm_data data, uint32_t place, unsigned bits) {
    const u256 value = pvm_read_word(data, place);
    const u256 upper = u256_shift_right(&value, bits);
    if (!u256_is_zero(&upper))
        pvm_refuse();
    return value;
}

SMALL u256 pvm_read_s256(pvm_data data, uint32_t place, unsigned bits) {
    const u256 value = pvm_read_word(data, place);
    // All bits from the sign on are the same.
    const u256 upper = u256_shift_right(&value, bits - 1), ones = u256_shift_right(U256_MAX, bits - 1);
    if (!u256_is_zero(&upper) && !u256_equal(&upper, &ones))
        pvm_refuse();
    return value;
}

SMALL uint64_t pvm_read_uint(pvm_data data, uint32_t place, unsigned bits) {
    return pvm_read_u256(data, place, bits).limbs[0];
}

SMALL int64_t pvm_read_int(pvm_data data, uint32_t place, unsigned bits) {
    return (int64_t)pvm_read_s256(data, place, bits).limbs[0];
}

SMALL bool pvm_read_bool(pvm_data data, uint32_t place) { return pvm_read_uint(data, place, 1); }

SMALL address pvm_read_address(pvm_data data, uint32_t place) {
    const uint8_t *const bytes = word(data, place);
    if (*(const pvm_word *)bytes | *(const pvm_half *)(bytes + 8))
        pvm_refuse();
    address value;
    pvm_contract_copy_(value.bytes, bytes + 12, 20);
    return value;
}

SMALL void pvm_read_fixed(pvm_data data, uint32_t place, void *bytes, uint32_t count) {
    const uint8_t *const from = word(data, place);
    for (uint32_t i = count; i < 32; i++)
        if (from[i])
            pvm_refuse();
    pvm_contract_copy_(bytes, from, count);
}

// MARK: What varies in size

SMALL uint32_t pvm_read_offset(pvm_data data, uint32_t start, uint32_t place) {
    const uint64_t offset = pvm_read_uint(data, place, 32);
    if (offset >= data.count - start)
        pvm_refuse();
    return start + (uint32_t)offset;
}

// What is behind the last byte, zeros or not, or nothing at all, is not looked at: Solidity's decoder does not either, and takes calls
// whose data ends there.
SMALL pvm_bytes pvm_read_bytes(pvm_data data, uint32_t place) {
    const uint64_t count = pvm_read_uint(data, place, 32);
    if (count > data.count - place - 32)
        pvm_refuse();
    return (pvm_bytes){data.bytes + place + 32, count};
}

SMALL pvm_array pvm_read_fixed_array(pvm_data data, uint32_t place, uint32_t count, uint32_t size) {
    if (place > data.count || (uint64_t)count * size > data.count - place)
        pvm_refuse();
    return (pvm_array){data.bytes + place, data.count - place, count};
}

SMALL pvm_array pvm_read_array(pvm_data data, uint32_t place, uint32_t size) {
    const uint32_t count = (uint32_t)pvm_read_uint(data, place, 32);
    return pvm_read_fixed_array(data, place + 32, count, size);
}

// MARK: Elements

SMALL uint32_t pvm_element(pvm_array array, uint32_t index, uint32_t size) {
    if (index >= array.count)
        pvm_panic(PANIC_INDEX);
    return index * size;
}

SMALL static uint32_t word_of(pvm_array array, uint32_t index) { return pvm_element(array, index, 32); }

SMALL u256 pvm_element_u256(pvm_array array, uint32_t index) {
    return pvm_read_word(pvm_array_data(array), word_of(array, index));
}

SMALL uint64_t pvm_element_uint64(pvm_array array, uint32_t index) {
    return pvm_read_uint(pvm_array_data(array), word_of(array, index), 64);
}

SMALL int64_t pvm_element_int64(pvm_array array, uint32_t index) {
    return pvm_read_int(pvm_array_data(array), word_of(array, index), 64);
}

SMALL address pvm_element_address(pvm_array array, uint32_t index) {
    return pvm_read_address(pvm_array_data(array), word_of(array, index));
}

SMALL bool pvm_element_bool(pvm_array array, uint32_t index) {
    return pvm_read_bool(pvm_array_data(array), word_of(array, index));
}

SMALL bytes32 pvm_element_bytes32(pvm_array array, uint32_t index) {
    bytes32 value;
    pvm_read_fixed(pvm_array_data(array), word_of(array, index), value.bytes, 32);
    return value;
}

SMALL pvm_bytes pvm_element_bytes(pvm_array array, uint32_t index) {
    const pvm_data data = pvm_array_data(array);
    return pvm_read_bytes(data, pvm_read_offset(data, 0, word_of(array, index)));
}

// MARK: Arrays of what is in C

SMALL static pvm_array array_from(const uint8_t *start, uint32_t count) {
    return (pvm_array){start, (uint32_t)pvm_written(start).count, count};
}

SMALL pvm_array pvm_array_of_u256(const u256 *elements, uint32_t count) {
    const uint8_t *const start = pvm_write();
    for (uint32_t i = 0; i < count; i++)
        pvm_write_u256(&elements[i]);
    return array_from(start, count);
}

SMALL pvm_array pvm_array_of_uint64(const uint64_t *elements, uint32_t count) {
    const uint8_t *const start = pvm_write();
    for (uint32_t i = 0; i < count; i++)
        pvm_write_uint(elements[i]);
    return array_from(start, count);
}

SMALL pvm_array pvm_array_of_address(const address *elements, uint32_t count) {
    const uint8_t *const start = pvm_write();
    for (uint32_t i = 0; i < count; i++)
        pvm_write_address(&elements[i]);
    return array_from(start, count);
}

SMALL pvm_array pvm_array_of_bool(const bool *elements, uint32_t count) {
    const uint8_t *const start = pvm_write();
    for (uint32_t i = 0; i < count; i++)
        pvm_write_uint(elements[i]);
    return array_from(start, count);
}

SMALL pvm_array pvm_array_of_bytes32(const bytes32 *elements, uint32_t count) {
    const uint8_t *const start = pvm_write();
    for (uint32_t i = 0; i < count; i++)
        pvm_write_fixed(elements[i].bytes, 32);
    return array_from(start, count);
}

SMALL pvm_array pvm_array_of_bytes(const pvm_bytes *elements, uint32_t count) {
    const uint8_t *const start = pvm_write();
    uint8_t *const places = pvm_write_places(count);
    for (uint32_t i = 0; i < count; i++) {
        pvm_write_offset(places + 32 * i, start);
        pvm_write_bytes(elements[i]);
    }
    return array_from(start, count);
}
