// SHA-512 (FIPS 180-4) of bytes that come in pieces.

#ifndef SHA512_H
#define SHA512_H

#include <stddef.h>
#include <stdint.h>

struct sha512 {
    uint64_t state[8];
    uint64_t byte_count;
    uint8_t block[128];
};

void sha512_begin(struct sha512 *hash);
void sha512_add(struct sha512 *hash, const void *bytes, size_t count);
void sha512_end(struct sha512 *hash, uint8_t digest[64]);

#endif
