// Tests of the parts; ../test.py looks at the whole picture.

#include <pvm.h>
#include <stdlib.h>
#include <string.h>

#include "deflate.h"
#include "fixed.h"
#include "huffman.h"
#include "inflate.h"
#include "png.h"

static bool is_close(fixed found, fixed expected) { return llabs(found - expected) <= 4; }

PVM_TEST(numbers) {
    PVM_ASSERT(multiply(FIXED(-1.5), FIXED(2.25)) == FIXED(-3.375));
    PVM_ASSERT(divide(FIXED(-3.375), FIXED(2.25)) == FIXED(-1.5));
    PVM_ASSERT(square_root(0) == 0 && square_root(FIXED(-1)) == 0);
    PVM_ASSERT(square_root(1) == 1 << 16);  // of 2^-32
    PVM_ASSERT(is_close(square_root(ONE), ONE));
    PVM_ASSERT(is_close(square_root(FIXED(2)), FIXED(1.41421356237309504880)));
    PVM_ASSERT(llabs(square_root(FIXED(1000000)) - FIXED(1000)) < 4096);  // 31 bits of it
    const vector direction = unit((vector){FIXED(3), FIXED(-4), 0});
    PVM_ASSERT(is_close(direction.x, FIXED(0.6)) && is_close(direction.y, FIXED(-0.8)) && direction.z == 0);
}

// The check value of the usual list of checksums, and the chunk that ends every PNG.
PVM_TEST(crc32) {
    PVM_ASSERT(crc32((const uint8_t *)"123456789", 9) == 0xcbf43926);
    PVM_ASSERT(crc32((const uint8_t *)"IEND", 4) == 0xae426082);
}

PVM_TEST(adler32) {
    PVM_ASSERT(adler32(NULL, 0) == 1);
    PVM_ASSERT(adler32((const uint8_t *)"Wikipedia", 9) == 0x11e60398);
}

// Whether bytes come back; gives the length of their compressed form.
static bool comes_back(const uint8_t *bytes, size_t count, size_t *compressed) {
    uint8_t *stream = malloc(most_compressed(count));
    if (!stream) return false;
    *compressed = compress_bytes(bytes, count, stream);
    const bool result =
        *compressed > 0 && *compressed <= most_compressed(count) && holds(stream, *compressed, bytes, count);
    free(stream);
    return result;
}

PVM_TEST(compressing_little) {
    size_t compressed;
    PVM_ASSERT(comes_back(NULL, 0, &compressed));
    PVM_ASSERT(comes_back((const uint8_t *)"a", 1, &compressed));
    PVM_ASSERT(comes_back((const uint8_t *)"aaaa", 4, &compressed));
    PVM_ASSERT(comes_back((const uint8_t *)"abcabcabcabd", 12, &compressed));
}

PVM_TEST(compressing_repetitions) {
    enum { COUNT = 100000 };
    uint8_t *bytes = malloc(COUNT);
    PVM_ASSERT(bytes);
    size_t compressed;
    memset(bytes, 'x', COUNT);
    PVM_ASSERT(comes_back(bytes, COUNT, &compressed) && compressed < 200);
    // A text again and again, farther apart than the window at first and then nearer.
    uint32_t random = 1;
    for (size_t index = 0; index < COUNT; index++) {
        random = random * 1664525 + 1013904223;
        bytes[index] = index < 33000 || index > 66000 ? random >> 24 : bytes[index - (index < 50000 ? 33000 : 20000)];
    }
    PVM_ASSERT(comes_back(bytes, COUNT, &compressed) && compressed < COUNT * 9 / 10);
}

// The example in "Introduction to Algorithms" of Cormen and others, section "Huffman codes".
PVM_TEST(codes) {
    uint32_t frequencies[] = {45, 13, 12, 16, 9, 5};
    code_table table;
    make_codes(frequencies, 6, 15, &table);
    PVM_ASSERT(memcmp(table.length, (uint8_t[]){1, 3, 3, 3, 4, 4}, 6) == 0);
    // By RFC 1951, 3.2.2, these are 0, 100, 101, 110, 1110, 1111; the first bit is the lowest here.
    const uint16_t expected[] = {0, 1, 5, 3, 7, 15};
    PVM_ASSERT(memcmp(table.code, expected, sizeof expected) == 0);
}

// Frequencies like Fibonacci's numbers would give the longest codes there are.
PVM_TEST(long_codes) {
    enum { COUNT = 40, LIMIT = 15 };
    uint32_t frequencies[COUNT] = {1, 1};
    for (int index = 2; index < COUNT; index++) frequencies[index] = frequencies[index - 1] + frequencies[index - 2];
    code_table table;
    make_codes(frequencies, COUNT, LIMIT, &table);
    // A code is complete, and no word the beginning of another, if the shares of all words are one (Kraft).
    uint32_t sum = 0;
    for (int index = 0; index < COUNT; index++) {
        PVM_ASSERT(table.length[index] >= 1 && table.length[index] <= LIMIT);
        sum += 1u << (LIMIT - table.length[index]);
    }
    PVM_ASSERT(sum == 1u << LIMIT);
}
