// Compiler built-ins on bits: counting, finding, swapping, rotating, reversing, parity, overflow, of every width; objects' sizes,
// expectations, choices.

#include "checksum.h"

__attribute__((noinline)) static uint64_t of32(uint32_t x, unsigned by) {
    uint64_t sum = 0;
    if (x)
        sum = mix(sum, (uint64_t)__builtin_clz(x) << 8 | (uint64_t)__builtin_ctz(x));
    sum = mix(sum, (uint64_t)__builtin_popcount(x) << 16 | (uint64_t)__builtin_parity(x) << 8 | (uint64_t)__builtin_ffs((int)x));
    sum = mix(sum, __builtin_bswap32(x) ^ (uint64_t)__builtin_bitreverse32(x) << 32);
    sum = mix(sum, __builtin_rotateleft32(x, by) ^ (uint64_t)__builtin_rotateright32(x, by) << 32);
    sum = mix(sum, (uint64_t)__builtin_clrsb((int)x));
    return mix(sum, (uint64_t)__builtin_abs((int)(x | 1)));
}

__attribute__((noinline)) static uint64_t of64(uint64_t x, unsigned by) {
    uint64_t sum = 0;
    if (x)
        sum = mix(sum, (uint64_t)__builtin_clzll(x) << 8 | (uint64_t)__builtin_ctzll(x));
    sum = mix(sum, (uint64_t)__builtin_popcountll(x) << 16 | (uint64_t)__builtin_parityll(x) << 8 | (uint64_t)__builtin_ffsll((long long)x));
    sum = mix(sum, __builtin_bswap64(x)), sum = mix(sum, __builtin_bitreverse64(x));
    sum = mix(sum, __builtin_rotateleft64(x, by)), sum = mix(sum, __builtin_rotateright64(x, by));
    return mix(sum, (uint64_t)__builtin_clrsbll((long long)x));
}

__attribute__((noinline)) static uint64_t of_small(uint16_t x, unsigned by) {
    uint64_t sum = mix(__builtin_bswap16(x), __builtin_bitreverse16(x));
    sum = mix(sum, __builtin_bitreverse8((uint8_t)x));
    sum = mix(sum, __builtin_rotateleft16(x, by) ^ (uint64_t)__builtin_rotateleft8((uint8_t)x, by) << 16);
    return mix(sum, (uint64_t)__builtin_popcountg(x) << 8 | (uint64_t)__builtin_clzg(x, 16) << 16 | (uint64_t)__builtin_ctzg(x, 16));
}

__attribute__((noinline)) static uint64_t of128(unsigned __int128 x, unsigned by) {
    const unsigned __int128 rotated = by ? x << by | x >> (128 - by) : x;
    uint64_t sum = mix((uint64_t)rotated, (uint64_t)(rotated >> 64));
    return mix(sum, (uint64_t)__builtin_popcountg(x) << 16 | (uint64_t)__builtin_clzg(x, 128) << 8 | (uint64_t)__builtin_ctzg(x, 128));
}

__attribute__((noinline)) static uint64_t overflows(int64_t a, int64_t b) {
    int narrow;
    long wide;
    unsigned char tiny;
    short odd;
    uint64_t sum = (uint64_t)__builtin_sadd_overflow((int)a, (int)b, &narrow);
    sum = mix(sum, (uint64_t)narrow), sum = mix(sum, __builtin_smul_overflow((int)a, (int)b, &narrow)), sum = mix(sum, (uint64_t)narrow);
    sum = mix(sum, __builtin_ssubl_overflow(a, b, &wide)), sum = mix(sum, (uint64_t)wide);
    sum = mix(sum, __builtin_smull_overflow(a, b, &wide)), sum = mix(sum, (uint64_t)wide);
    sum = mix(sum, __builtin_add_overflow((uint8_t)a, (uint8_t)b, &tiny)), sum = mix(sum, tiny);
    sum = mix(sum, __builtin_mul_overflow((int)a, (unsigned)b, &odd)), sum = mix(sum, (uint64_t)odd);
    unsigned long long carry;
    const unsigned long long total = __builtin_addcll((unsigned long long)a, (unsigned long long)b, a & 1, &carry);
    sum = mix(mix(sum, total), carry);
    const unsigned long long difference = __builtin_subcll((unsigned long long)a, (unsigned long long)b, b & 1, &carry);
    return mix(mix(sum, difference), carry);
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t state = n + 109, sum = n;
    sum = mix(sum, of32(0, 0) ^ of64(0, 0) ^ of_small(0, 0) ^ of128(0, 0) ^ of32(UINT32_MAX, 31) ^ of64(UINT64_MAX, 63));
    sum = mix(sum, overflows(INT64_MIN, -1) ^ overflows(INT64_MAX, INT64_MAX) ^ overflows(INT32_MIN, INT32_MIN));
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state), s = next(&state), x = r >> (s & 63);
        const unsigned by = (unsigned)(s >> 6 & 127);
        sum = mix(sum, of32((uint32_t)x, by & 31));
        sum = mix(sum, of64(x, by & 63));
        sum = mix(sum, of_small((uint16_t)x, by & 7));
        sum = mix(sum, of128((unsigned __int128)r << 64 | s, by));
        sum = mix(sum, overflows((int64_t)r >> (by & 63), (int64_t)s >> (by >> 1 & 63)));
        if (__builtin_expect(r % 3 == 0, 0))
            sum += (uint64_t)__builtin_choose_expr(sizeof(long) == 8, 64, 32) + (uint64_t)__builtin_constant_p(5);
        char area[24];
        sum += __builtin_object_size(area, 0) + (uint64_t)__builtin_offsetof(struct { char a; long b; }, b);
    }
    return sum;
}
