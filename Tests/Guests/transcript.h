// For guests whose results are text: what goes into the checksum besides numbers.

#ifndef TRANSCRIPT_H
#define TRANSCRIPT_H

#include "checksum.h"
#include <string.h>

static inline uint64_t mix_bytes(uint64_t sum, const void *bytes, size_t count) {
    for (const unsigned char *p = bytes, *end = p + count; p < end; p++)
        sum = mix(sum, *p);
    return mix(sum, count);
}

static inline uint64_t mix_text(uint64_t sum, const char *text) {
    return text ? mix_bytes(sum, text, strlen(text)) : mix(sum, ~(uint64_t)0);
}

// All bits of a number; of something that is not a number only that it is none, since its sign and payload are nobody's promise.
static inline uint64_t bits_of(double x) {
    uint64_t word;
    memcpy(&word, &x, sizeof word);
    return x == x ? word : 0x7ff8000000000000;
}

static inline uint32_t bits_of_float(float x) {
    uint32_t word;
    memcpy(&word, &x, sizeof word);
    return x == x ? word : 0x7fc00000;
}

#endif
