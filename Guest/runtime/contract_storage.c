// Storage as Solidity lays it out: pvm_contract.h. Slots and values are words, the highest byte first.

#include "contract.h"

SMALL bytes32 pvm_map_word(bytes32 slot, bytes32 key) {
    const bytes32 pair[2] = {key, slot};
    return pvm_keccak((pvm_bytes){pair, sizeof pair});
}

SMALL bytes32 pvm_map_address(bytes32 slot, address key) { return pvm_map_word(slot, address_to_word(key)); }

SMALL bytes32 pvm_map_u256(bytes32 slot, u256 key) { return pvm_map_word(slot, u256_to_word(key)); }

SMALL bytes32 pvm_array_slot(bytes32 slot, uint64_t index) {
    const u256 first = u256_from_word(pvm_keccak((pvm_bytes){slot.bytes, 32}));
    return u256_to_word(u256_wrapping_add(first, u256_from(index)));
}

SMALL bytes32 pvm_load_word(bytes32 slot) {
    bytes32 value;
    revive_get_storage_or_zero(0, slot.bytes, value.bytes);
    return value;
}

SMALL void pvm_store_word(bytes32 slot, bytes32 value) { revive_set_storage_or_clear(0, slot.bytes, value.bytes); }

SMALL u256 pvm_load_u256(bytes32 slot) { return u256_from_word(pvm_load_word(slot)); }

SMALL void pvm_store_u256(bytes32 slot, u256 value) { pvm_store_word(slot, u256_to_word(value)); }

SMALL address pvm_load_address(bytes32 slot) {
    const bytes32 word = pvm_load_word(slot);
    address value;
    memcpy(value.bytes, word.bytes + 12, 20);
    return value;
}

SMALL void pvm_store_address(bytes32 slot, address value) { pvm_store_word(slot, address_to_word(value)); }

// Up to 31 bytes are in the slot, and twice their number in its last byte. Of more the slot has twice their number and one, and they are in the
// slots from its hash on.

enum { SHORT = 31 };

SMALL pvm_bytes pvm_load_bytes(bytes32 slot) {
    const bytes32 head = pvm_load_word(slot);
    if (!(head.bytes[31] & 1)) {
        // A copy: the word is this function's own.
        const uint32_t count = head.bytes[31] / 2;
        uint8_t *const bytes = pvm_allocate(32);
        memcpy(bytes, head.bytes, 32);
        return (pvm_bytes){bytes, count <= SHORT ? count : SHORT};
    }
    const uint64_t count = u256_to_uint64(u256_shift_right(u256_from_word(head), 1));
    if (count > pvm_contract_memory_size)
        pvm_panic(PANIC_MEMORY);
    const uint32_t words = (uint32_t)(count + 31) / 32;
    uint8_t *const bytes = pvm_allocate(32ull * words);
    for (uint32_t i = 0; i < words; i++) {
        const bytes32 part = pvm_load_word(pvm_array_slot(slot, i));
        memcpy(bytes + 32 * i, part.bytes, 32);
    }
    return (pvm_bytes){bytes, count};
}

SMALL void pvm_store_bytes(bytes32 slot, pvm_bytes value) {
    const bytes32 old = pvm_load_word(slot);
    uint64_t old_words = 0;
    if (old.bytes[31] & 1)
        old_words = (u256_shift_right(u256_from_word(old), 1).limbs[0] + 31) / 32;
    uint64_t words = 0;
    if (value.count <= SHORT) {
        bytes32 head = {0};
        memcpy(head.bytes, value.address, value.count);
        head.bytes[31] = (uint8_t)(value.count * 2);
        pvm_store_word(slot, head);
    } else {
        pvm_store_u256(slot, u256_from(value.count * 2 + 1));
        for (; words * 32 < value.count; words++) {
            const size_t left = value.count - words * 32;
            bytes32 part = {0};
            memcpy(part.bytes, (const uint8_t *)value.address + words * 32, left < 32 ? left : 32);
            pvm_store_word(pvm_array_slot(slot, words), part);
        }
    }
    for (; words < old_words; words++)
        pvm_store_word(pvm_array_slot(slot, words), (bytes32){0});
}
