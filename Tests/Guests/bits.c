// Counting, finding, reversing and rotating bits: each has an instruction, or a few.

#include "checksum.h"

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t state = n + 99, sum = 0;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t a = next(&state) >> i % 64, b = next(&state) | 1;
        const uint32_t c = (uint32_t)next(&state) >> i % 32, d = (uint32_t)b;
        sum = mix(sum, (uint64_t)__builtin_popcountll(a) << 8 | (uint64_t)__builtin_popcount(c));
        sum = mix(sum, (uint64_t)(a ? __builtin_clzll(a) : 64) << 8 | (uint64_t)(c ? __builtin_clz(c) : 32));
        sum = mix(sum, (uint64_t)(a ? __builtin_ctzll(a) : 64) << 8 | (uint64_t)(c ? __builtin_ctz(c) : 32));
        sum = mix(sum, (uint64_t)__builtin_ffsll((long long)a) << 8 | (uint64_t)__builtin_parityll(b));
        sum = mix(sum, __builtin_bswap64(a) + __builtin_bswap32(c) + __builtin_bswap16((uint16_t)c));
        sum = mix(sum, __builtin_rotateleft64(a, b) + __builtin_rotateright64(b, i) + __builtin_rotateleft64(b, 13));
        sum = mix(sum, __builtin_rotateleft32(c, d) + __builtin_rotateright32(d, 7) + __builtin_rotateleft8((uint8_t)c, 3));
        sum = mix(sum, __builtin_bitreverse64(a) ^ __builtin_bitreverse32(c) ^ __builtin_bitreverse8((uint8_t)d));
        sum = mix(sum, (a & ~b) ^ (b | ~a) ^ ~(a ^ b));
        sum = mix(sum, (a & -a) + (a & (a - 1)) + (uint64_t)(int64_t)(int8_t)a + (uint64_t)(int64_t)(int16_t)b);
        sum = mix(sum, (uint64_t)((int64_t)a < (int64_t)b ? (int64_t)a : (int64_t)b) + (a > b ? a : b));
        // An isolated field, a bit set, cleared, toggled and tested by number; a saturating and an averaging addition.
        sum = mix(sum, (a >> (i & 31) & 0x1ff) + (a | (uint64_t)1 << (i & 63)) + (b & ~((uint64_t)1 << (c & 63))));
        sum = mix(sum, (a ^ (uint64_t)1 << (d & 63)) + (b >> (i & 63) & 1) + (a + b < a ? ~(uint64_t)0 : a + b));
        sum = mix(sum, (a & b) + ((a ^ b) >> 1) + (i & 1 ? a : b) + (a == b ? 0 : sum));
    }
    return sum;
}
