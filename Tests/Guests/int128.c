// 128-bit integers: arithmetic inline, division by the compiler's library, both as parameter and as result.

#include "checksum.h"

typedef __int128 wide;
typedef unsigned __int128 unsigned_wide;

static uint64_t fold(uint64_t sum, unsigned_wide value) { return mix(mix(sum, (uint64_t)value), (uint64_t)(value >> 64)); }

__attribute__((noinline)) static unsigned_wide power(unsigned_wide base, uint64_t exponent, unsigned_wide modulus) {
    unsigned_wide result = 1;
    for (; exponent; exponent >>= 1, base = base * base % modulus)
        if (exponent & 1)
            result = result * base % modulus;
    return result;
}

__attribute__((noinline)) static wide halves(int64_t high, uint64_t low) { return (wide)((unsigned_wide)high << 64 | low); }

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t state = n + 1, sum = 0;
    for (uint64_t i = 0; i < n; i++) {
        const unsigned_wide a = (unsigned_wide)next(&state) << 64 | next(&state);
        const unsigned_wide b = (unsigned_wide)(next(&state) >> i % 64) << i % 65 | 1;
        const wide x = halves((int64_t)next(&state), next(&state)), y = (wide)(int64_t)next(&state) * (i % 2 ? 1 : -3) - 1;
        const unsigned shift = (unsigned)(next(&state) % 128);
        sum = fold(sum, a + b);
        sum = fold(sum, a - b);
        sum = fold(sum, a * b);
        sum = fold(sum, a / b);
        sum = fold(sum, a % b);
        if (y) {
            sum = fold(sum, (unsigned_wide)(x / y));
            sum = fold(sum, (unsigned_wide)(x % y));
        }
        sum = fold(sum, a << shift);
        sum = fold(sum, a >> shift);
        sum = fold(sum, (unsigned_wide)(x >> shift));
        sum = mix(sum, (uint64_t)(a < b) | (uint64_t)(x < y) << 1 | (uint64_t)(x == y) << 2 | (uint64_t)(-x > y) << 3);
        sum = fold(sum, power(a % 1000003, i + 5, 0xffffffffffffffc5));
    }
    return sum;
}
