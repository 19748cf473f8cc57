// A digest of bytes, one block at a time.

#pragma once
#include <stddef.h>
#include <stdint.h>

enum { DIGEST_BLOCK = 16 };

typedef enum { DIGEST_FAST = 1, DIGEST_SLOW = 3 } digest_kind;

typedef struct {
    uint64_t state[2];
    uint32_t length;
    uint8_t buffer[DIGEST_BLOCK];
    digest_kind kind;
} digest;

void digest_start(digest *d, digest_kind kind, uint64_t seed);
void digest_add(digest *d, const void *bytes, size_t size);
uint64_t digest_finish(digest *d);

/// Calls back for each bit that is set.
void digest_each_bit(uint64_t word, void (*function)(void *context, int bit), void *context);

static inline uint64_t digest_rotated(uint64_t x, int bits) {
    return x << (bits & 63) | x >> (-bits & 63);
}
