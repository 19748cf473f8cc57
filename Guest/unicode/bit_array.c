// getScalarBitArrayIdx: the place of a scalar in a sparse set, which is where a table has the data of that scalar.
//
// A set has a bit for each scalar, in 4096 blocks of 272. Blocks without a member are not stored:
//
//     array[0]                   n, the number of words that follow
//     array[1 ... n]             a bit for each block: whether it is stored. Blocks beyond the n words are not
//     five words for each        272 bits, a bit for each scalar of the block: four words and the low 16 bits of the fifth. The
//     stored block               48 bits above are the place of the block's first member
//
// So that no bits must be counted from the beginning, `ranks` has a number for each of these words, in the same order and
// without array[0]: how many bits are set before the word; in the first n words, or in the same block.

#include "unicode.h"

enum { SCALARS_PER_BLOCK = 272, WORDS_PER_BLOCK = 5, NOT_A_SCALAR_BITS = 16 };

static inline uint16_t rank(uint64_t word, uint16_t rank_of_word, uint32_t bit) {
    return rank_of_word + __builtin_popcountll(word & ((1ull << bit) - 1));
}

intptr_t _swift_stdlib_getScalarBitArrayIdx(uint32_t scalar, const uint64_t *array, const uint16_t *ranks) {
    const uint32_t block = scalar / SCALARS_PER_BLOCK;
    const uint64_t word_count = *array++;
    if (block / 64 >= word_count)
        return INTPTR_MAX;
    const uint64_t stored = array[block / 64];
    if (!(stored >> block % 64 & 1))
        return INTPTR_MAX;

    const uint64_t skipped = word_count + rank(stored, ranks[block / 64], block % 64) * WORDS_PER_BLOCK;
    array += skipped, ranks += skipped;
    const uint32_t bit = scalar - block * SCALARS_PER_BLOCK;
    const uint64_t members = array[bit / 64];
    if (!(members >> bit % 64 & 1))
        return INTPTR_MAX;
    return (array[WORDS_PER_BLOCK - 1] >> NOT_A_SCALAR_BITS) + rank(members, ranks[bit / 64], bit % 64);
}
