// BLAKE2b-256, by libsodium, whose own headers would bring the C library's types into every Swift module that looks at them.

#ifndef PVM_HASH_H
#define PVM_HASH_H

#include <stdint.h>

/// Bytes of a hash.
enum { PVM_HASH_BYTE_COUNT = 32 };

/// A hash of bytes that come in pieces.
typedef struct pvm_hasher pvm_hasher;

/// Begins a hash.
pvm_hasher *_Nonnull pvm_hasher_create(void);

/// Adds bytes.
void pvm_hasher_update(pvm_hasher *_Nonnull hasher, const void *_Nonnull bytes, uint64_t byte_count);

/// Stores the hash of all bytes so far, to which nothing can be added afterwards.
void pvm_hasher_finish(pvm_hasher *_Nonnull hasher, uint8_t *_Nonnull hash);

/// Gives back the memory of a hash.
void pvm_hasher_destroy(pvm_hasher *_Nonnull hasher);

#endif
