// BLAKE2b-256 by libsodium.

#include "pvm_hash.h"

#include <sodium.h>
#include <stdlib.h>

struct pvm_hasher {
    crypto_generichash_state state;
};

pvm_hasher *pvm_hasher_create(void) {
    pvm_hasher *hasher = aligned_alloc(_Alignof(pvm_hasher), sizeof(pvm_hasher));
    // As little memory as this is there, or Swift ends the process as well.
    if (!hasher) abort();
    // Without a key, and with a length that BLAKE2b has, none of these can fail.
    crypto_generichash_init(&hasher->state, 0, 0, PVM_HASH_BYTE_COUNT);
    return hasher;
}

void pvm_hasher_update(pvm_hasher *hasher, const void *bytes, uint64_t byte_count) {
    crypto_generichash_update(&hasher->state, bytes, byte_count);
}

void pvm_hasher_finish(pvm_hasher *hasher, uint8_t *hash) {
    crypto_generichash_final(&hasher->state, hash, PVM_HASH_BYTE_COUNT);
}

void pvm_hasher_destroy(pvm_hasher *hasher) {
    free(hasher);
}
