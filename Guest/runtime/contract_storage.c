// Storage as Solidity lays it out: pvm_contract.h. Slots and values are words, the highest byte first.

#include "contract.h"

// MARK: Slots

SMALL bytes32 pvm_entry_word(const bytes32 *map, const bytes32 *key) {
    bytes32 pair[2];
    pvm_contract_copy_(&pair[0], key, sizeof *key);
    pvm_contract_copy_(&pair[1], map, sizeof *map);
    return pvm_keccak((pvm_bytes){pair, sizeof pair});
}

SMALL bytes32 pvm_entry_address(const bytes32 *map, const address *key) {
    const bytes32 word = address_to_word(key);
    return pvm_entry_word(map, &word);
}

SMALL bytes32 pvm_entry_u256(const bytes32 *map, const u256 *key) {
    const bytes32 word = u256_to_word(key);
    return pvm_entry_word(map, &word);
}

SMALL bytes32 pvm_map_word(uint64_t variable, const bytes32 *key) {
    const bytes32 map = pvm_slot(variable);
    return pvm_entry_word(&map, key);
}

SMALL bytes32 pvm_map_address(uint64_t variable, const address *key) {
    const bytes32 word = address_to_word(key);
    return pvm_map_word(variable, &word);
}

SMALL bytes32 pvm_map_u256(uint64_t variable, const u256 *key) {
    const bytes32 word = u256_to_word(key);
    return pvm_map_word(variable, &word);
}

SMALL bytes32 pvm_array_slot(const bytes32 *array, uint64_t index) {
    const bytes32 hash = pvm_keccak((pvm_bytes){array, 32});
    u256 slot = u256_from_word(&hash);
    u256_try_add(&slot, U256(index), &slot);
    return u256_to_word(&slot);
}

// MARK: Words

SMALL bytes32 pvm_load_word(const bytes32 *slot) {
    bytes32 value;
    revive_get_storage_or_zero(0, slot->bytes, value.bytes);
    return value;
}

SMALL void pvm_store_word(const bytes32 *slot, const bytes32 *value) {
    revive_set_storage_or_clear(0, slot->bytes, value->bytes);
}

SMALL u256 pvm_load_u256(const bytes32 *slot) {
    const bytes32 word = pvm_load_word(slot);
    return u256_from_word(&word);
}

SMALL void pvm_store_u256(const bytes32 *slot, const u256 *value) {
    const bytes32 word = u256_to_word(value);
    pvm_store_word(slot, &word);
}

SMALL address pvm_load_address(const bytes32 *slot) {
    const bytes32 word = pvm_load_word(slot);
    address value;
    pvm_contract_copy_(value.bytes, word.bytes + 12, 20);
    return value;
}

SMALL void pvm_store_address(const bytes32 *slot, const address *value) {
    const bytes32 word = address_to_word(value);
    pvm_store_word(slot, &word);
}

// MARK: Bytes
//
// Up to 31 are in the slot, and twice their number in its last byte. Of more the slot has twice their number and one, and they are
// in the slots from its hash on.

enum { SHORT = 31 };

SMALL pvm_bytes pvm_load_bytes(const bytes32 *slot) {
    const bytes32 head = pvm_load_word(slot);
    if (!(head.bytes[31] & 1)) {
        // A copy: the word is this function's own.
        const uint32_t count = head.bytes[31] / 2;
        uint8_t *const bytes = pvm_allocate(32);
        pvm_contract_copy_(bytes, head.bytes, 32);
        return (pvm_bytes){bytes, count <= SHORT ? count : SHORT};
    }
    u256 number = u256_from_word(&head);
    number = u256_shift_right(&number, 1);
    const uint64_t count = u256_to_uint64(&number);
    if (count > pvm_contract_memory_size)
        pvm_panic(PANIC_MEMORY);
    const uint32_t words = (uint32_t)(count + 31) / 32;
    uint8_t *const bytes = pvm_allocate(32ull * words);
    for (uint32_t i = 0; i < words; i++) {
        const bytes32 place = pvm_array_slot(slot, i);
        const bytes32 part = pvm_load_word(&place);
        pvm_contract_copy_(bytes + 32 * i, part.bytes, 32);
    }
    return (pvm_bytes){bytes, count};
}

SMALL static void store_part(const bytes32 *slot, uint64_t index, const bytes32 *part) {
    const bytes32 place = pvm_array_slot(slot, index);
    pvm_store_word(&place, part);
}

SMALL void pvm_store_bytes(const bytes32 *slot, pvm_bytes value) {
    const bytes32 old = pvm_load_word(slot);
    uint64_t old_words = 0;
    if (old.bytes[31] & 1) {
        const u256 number = u256_from_word(&old);
        old_words = (u256_shift_right(&number, 1).limbs[0] + 31) / 32;
    }
    uint64_t words = 0;
    if (value.count <= SHORT) {
        bytes32 head = {0};
        pvm_contract_copy_(head.bytes, value.address, value.count);
        head.bytes[31] = (uint8_t)(value.count * 2);
        pvm_store_word(slot, &head);
    } else {
        pvm_store_u256(slot, U256(value.count * 2 + 1));
        for (; words * 32 < value.count; words++) {
            const size_t left = value.count - words * 32;
            bytes32 part = {0};
            pvm_contract_copy_(part.bytes, (const uint8_t *)value.address + words * 32, left < 32 ? left : 32);
            store_part(slot, words, &part);
        }
    }
    for (; words < old_words; words++)
        store_part(slot, words, &(const bytes32){0});
}

// MARK: Variables

SMALL u256 pvm_get_u256(uint64_t variable) {
    const bytes32 slot = pvm_slot(variable);
    return pvm_load_u256(&slot);
}

SMALL void pvm_set_u256(uint64_t variable, const u256 *value) {
    const bytes32 slot = pvm_slot(variable);
    pvm_store_u256(&slot, value);
}

SMALL address pvm_get_address(uint64_t variable) {
    const bytes32 slot = pvm_slot(variable);
    return pvm_load_address(&slot);
}

SMALL void pvm_set_address(uint64_t variable, const address *value) {
    const bytes32 slot = pvm_slot(variable);
    pvm_store_address(&slot, value);
}

SMALL pvm_bytes pvm_get_bytes(uint64_t variable) {
    const bytes32 slot = pvm_slot(variable);
    return pvm_load_bytes(&slot);
}

SMALL void pvm_set_bytes(uint64_t variable, pvm_bytes value) {
    const bytes32 slot = pvm_slot(variable);
    pvm_store_bytes(&slot, value);
}
