// What the C guests of this folder share: a checksum that every value goes into, and a sequence of numbers to compute with.

#ifndef CHECKSUM_H
#define CHECKSUM_H

#include <pvm.h>

static inline uint64_t mix(uint64_t sum, uint64_t value) {
    sum = (sum ^ value) * 0x9e3779b97f4a7c15;
    return sum ^ sum >> 29;
}

static inline uint64_t next(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    return *state ^= *state << 17;
}

#endif
