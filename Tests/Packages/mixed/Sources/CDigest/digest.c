#include "digest.h"
#include <string.h>

static void block(digest *d) {
    uint64_t words[2];
    memcpy(words, d->buffer, sizeof words);
    for (int round = 0; round < (int)d->kind; round++) {
        d->state[0] = digest_rotated(d->state[0] ^ words[0], 23) * 0x9e3779b97f4a7c15;
        d->state[1] = digest_rotated(d->state[1] + words[1], 41) ^ d->state[0];
    }
}

void digest_start(digest *d, digest_kind kind, uint64_t seed) {
    *d = (digest){.state = {seed, ~seed}, .kind = kind};
}

void digest_add(digest *d, const void *bytes, size_t size) {
    for (const uint8_t *p = bytes; size--; p++) {
        d->buffer[d->length++ % DIGEST_BLOCK] = *p;
        if (d->length % DIGEST_BLOCK == 0)
            block(d);
    }
}

uint64_t digest_finish(digest *d) {
    const uint32_t length = d->length;
    digest_add(d, &length, sizeof length);
    while (d->length % DIGEST_BLOCK)
        digest_add(d, "", 1);
    return d->state[0] ^ d->state[1];
}

void digest_each_bit(uint64_t word, void (*function)(void *context, int bit), void *context) {
    for (; word; word &= word - 1)
        function(context, __builtin_ctzll(word));
}
