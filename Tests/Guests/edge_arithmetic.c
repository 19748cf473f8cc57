// Integers at their limits: every pair of the values below, through every operation that C defines for them.

#include "checksum.h"

static const uint64_t limits[] = {
    0, 1, 2, 3, 7, 10, 31, 32, 63, 64, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000,
    0xffffffff, 0x100000000, 0x7fffffffffffffff, 0x8000000000000000, 0x8000000000000001, 0xffffffff80000000,
    0xfffffffffffffffe, 0xffffffffffffffff, 0x5555555555555555, 0xaaaaaaaaaaaaaaaa, 0x0123456789abcdef,
};
enum { COUNT = sizeof limits / sizeof *limits };

static uint64_t divide64(uint64_t sum, uint64_t a, uint64_t b) {
    if (!b)
        return mix(sum, 1);
    sum = mix(mix(sum, a / b), a % b);
    const int64_t x = (int64_t)a, y = (int64_t)b;
    if (x == INT64_MIN && y == -1)
        return mix(sum, 2);
    return mix(mix(sum, (uint64_t)(x / y)), (uint64_t)(x % y));
}

static uint64_t divide32(uint64_t sum, uint32_t a, uint32_t b) {
    if (!b)
        return mix(sum, 3);
    sum = mix(mix(sum, a / b), a % b);
    const int32_t x = (int32_t)a, y = (int32_t)b;
    if (x == INT32_MIN && y == -1)
        return mix(sum, 4);
    return mix(mix(sum, (uint64_t)(int64_t)(x / y)), (uint64_t)(int64_t)(x % y));
}

static uint64_t pair(uint64_t sum, uint64_t a, uint64_t b) {
    sum = divide32(divide64(sum, a, b), (uint32_t)a, (uint32_t)b);
    sum = mix(sum, a * b);
    sum = mix(sum, (uint32_t)a * (uint32_t)b);
    sum = mix(sum, (uint64_t)((unsigned __int128)a * b >> 64));
    sum = mix(sum, (uint64_t)((__int128)(int64_t)a * (int64_t)b >> 64));
    sum = mix(sum, (uint64_t)((__int128)(int64_t)a * b >> 64));
    sum = mix(sum, a << (b & 63));
    sum = mix(sum, a >> (b & 63));
    sum = mix(sum, (uint64_t)((int64_t)a >> (b & 63)));
    sum = mix(sum, (uint32_t)a << (b & 31));
    sum = mix(sum, (uint32_t)a >> (b & 31));
    sum = mix(sum, (uint64_t)(int64_t)((int32_t)a >> (b & 31)));
    sum = mix(sum, (uint64_t)(a < b) | (uint64_t)((int64_t)a < (int64_t)b) << 1 | (uint64_t)((int32_t)a < (int32_t)b) << 2 |
                       (uint64_t)((uint32_t)a <= (uint32_t)b) << 3 | (uint64_t)((int8_t)a > (int8_t)b) << 4);
    uint64_t word;
    int64_t signed_word;
    int32_t half;
    sum = mix(sum, (uint64_t)__builtin_add_overflow(a, b, &word) + word);
    sum = mix(sum, (uint64_t)__builtin_sub_overflow((int64_t)a, (int64_t)b, &signed_word) + (uint64_t)signed_word);
    sum = mix(sum, (uint64_t)__builtin_mul_overflow((int64_t)a, (int64_t)b, &signed_word) + (uint64_t)signed_word);
    sum = mix(sum, (uint64_t)__builtin_mul_overflow((int32_t)a, (int32_t)b, &half) + (uint64_t)(int64_t)half);
    sum = mix(sum, (uint64_t)(int64_t)(int8_t)a + (uint16_t)b);
    sum = mix(sum, (uint64_t)((int64_t)a / 7) + a / 10 + (uint32_t)b % 1000 + (uint64_t)((int64_t)b % 8));
    return mix(sum, a < b ? a : b) + ((int64_t)a > (int64_t)b ? a : b);
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t sum = n;
    for (unsigned i = 0; i < COUNT; i++)
        for (unsigned j = 0; j < COUNT; j++)
            sum = pair(sum, limits[i] + n, limits[j] - n);
    return sum;
}
