// getMphIdx: the place of a scalar in a table that a minimal perfect hash orders.
//
// Each level has a set of bits, and a hash function of its own that gives a scalar one of these bits. The scalar belongs to
// the first level where its bit is set; its place is the number of bits set before it, in this level and those ahead of it, which
// `ranks` of the level has for every 512 bits. No scalar of the table meets another one in its level; every other scalar gets
// some place or none, so the table says whose place it is. (Limasset, Rizk, Chikhi, Peterlongo: "Fast and scalable minimal
// perfect hashing for massive key sets", 2017.)
//
// The hash is MurmurHash3 of 32 bits, of two words: the scalar and the number of bits of the level; the seed is the level.

#include "unicode.h"

static inline uint32_t rotate(uint32_t word, int count) { return word << count | word >> (32 - count); }

static inline uint32_t murmur_word(uint32_t hash, uint32_t word) {
    hash ^= rotate(word * 0xcc9e2d51, 15) * 0x1b873593;
    return rotate(hash, 13) * 5 + 0xe6546b64;
}

static inline uint32_t murmur_finish(uint32_t hash, uint32_t byte_count) {
    hash ^= byte_count;
    hash = (hash ^ hash >> 16) * 0x85ebca6b;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35;
    return hash ^ hash >> 16;
}

intptr_t _swift_stdlib_getMphIdx(
    uint32_t scalar, intptr_t level_count, const uint64_t *const *keys, const uint16_t *const *ranks,
    const uint16_t *sizes) {
    for (intptr_t level = 0; level < level_count; level++) {
        const uint32_t hash = murmur_finish(murmur_word(murmur_word(level, scalar), sizes[level]), 8);
        const uint32_t bit = hash % sizes[level];
        const uint64_t *words = keys[level];
        if (!(words[bit / 64] >> bit % 64 & 1))
            continue;
        uint16_t place = ranks[level][bit / 512];
        for (uint32_t word = bit / 512 * 8; word < bit / 64; word++)
            place += __builtin_popcountll(words[word]);
        return (uint16_t)(place + __builtin_popcountll(words[bit / 64] & ((1ull << bit % 64) - 1)));
    }
    return 0;
}
