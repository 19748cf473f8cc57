// Vector extensions, which the compiler takes apart for a machine that has no vectors.

#include "transcript.h"

PVM_MIN_STACK(16384);

typedef uint8_t bytes16 __attribute__((vector_size(16)));
typedef int16_t shorts8 __attribute__((vector_size(16)));
typedef int32_t ints4 __attribute__((vector_size(16)));
typedef uint32_t words8 __attribute__((vector_size(32)));
typedef int64_t longs2 __attribute__((vector_size(16)));
typedef float floats4 __attribute__((vector_size(16)));
typedef double doubles2 __attribute__((vector_size(16)));

__attribute__((noinline)) static ints4 blend(ints4 a, ints4 b, ints4 mask) { return (a & mask) | (b & ~mask); }
__attribute__((noinline)) static floats4 scale(floats4 a, float by) { return a * by + (floats4){1, 2, 3, 4}; }

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t state = n + 107, sum = n;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state), s = next(&state);
        const longs2 pair = {(int64_t)r, (int64_t)s};
        bytes16 b = (bytes16)pair;
        b = b * 3 + (bytes16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
        b ^= __builtin_shufflevector(b, b, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
        sum = mix_bytes(sum, &b, sizeof b);
        shorts8 h = (shorts8)pair;
        h = (h >> 3) - (h << 2);
        h += __builtin_convertvector(__builtin_shufflevector(b, b, 0, 2, 4, 6, 8, 10, 12, 14), shorts8);
        sum = mix_bytes(sum, &h, sizeof h);
        const ints4 x = (ints4)pair, y = x * 1103515245 + 12345;
        const ints4 greater = x > y, chosen = blend(x, y, greater), least = __builtin_elementwise_min(x, y);
        sum = mix_bytes(sum, &greater, sizeof greater), sum = mix_bytes(sum, &chosen, sizeof chosen);
        sum = mix_bytes(sum, &least, sizeof least);
        words8 w = {(uint32_t)r, (uint32_t)s, 3, 4, 5, (uint32_t)(r >> 32), 7, (uint32_t)i};
        w = (w << 7) | (w >> 25);
        w /= (words8){3, 5, 7, 9, 11, 13, 15, 17};
        w[i & 7] += 9;
        sum = mix_bytes(sum, &w, sizeof w);
        sum = mix(sum, __builtin_reduce_add(w) ^ (uint64_t)(uint32_t)__builtin_reduce_max(x));
        const longs2 products = pair * (longs2){3, -5}, minus = -products;
        sum = mix_bytes(sum, &minus, sizeof minus);
        const floats4 f = scale(__builtin_convertvector(x, floats4), 0.25f);
        for (int k = 0; k < 4; k++)
            sum = mix(sum, bits_of_float(f[k]));
        const doubles2 d = __builtin_convertvector(pair, doubles2) / (doubles2){3, 7};
        sum = mix(sum, bits_of(d[0]) ^ bits_of(d[1]));
        const longs2 ordered = d < (doubles2){0, 1e17};
        sum = mix_bytes(sum, &ordered, sizeof ordered);
    }
    return sum;
}
