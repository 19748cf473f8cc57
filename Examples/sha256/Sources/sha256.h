// SHA-256 of FIPS 180-4, of a message that comes in pieces.

#ifndef SHA256_H
#define SHA256_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint32_t state[8];
    // The bytes of the message so far, and those of them that do not fill a block yet.
    uint64_t count;
    uint8_t block[64];
} sha256;

typedef struct {
    uint8_t bytes[32];
} sha256_digest;

void sha256_begin(sha256 *hash);
void sha256_add(sha256 *hash, const void *bytes, size_t count);
sha256_digest sha256_end(sha256 *hash);

#endif
